//! A workload has too few replicas to lose one.
//!
//! While its only pod is moved to another node, restarted or updated, nobody answers.
//!
//! Run two or more (the option `min`), when the program bears it.
//!
//! Deployments, StatefulSets and their custom relatives count that no autoscaler scales. Where
//! `replicas` is not stated the API's default of one holds: that is reported where a Service sends to
//! the pods. Nothing is said of a workload scaled to zero, nor of one that can only be one: it is
//! updated with `Recreate`, or mounts a claim that one node can use at a time (for a Deployment).
//! Whether a program can run twice no manifest says, so the check is not part of the default
//! profile.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 1
//! # ^^^^^^^^^^^ Deployment `web` has 1 replica, fewer than 2
//!   template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//! #^^^ StatefulSet `db` has 1 replica by default, fewer than 2, and Service `db` sends to it
//!   template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Service
//! metadata: {name: db}
//! spec: {selector: {app: db}}
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 2
//!   template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}
//!   replicas: 2
//! ---
//! kind: Service
//! metadata: {name: db}
//! spec: {selector: {app: db}}
//! ```
//!
//! ```yaml fail min=3
//! kind: Deployment
//! metadata: {name: web}
//! spec: {replicas: 2}
//! #      ^^^^^^^^^^^ Deployment `web` has 2 replicas, fewer than 3
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {replicas: 2, template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: worker}
//! spec: {template: {metadata: {labels: {app: worker}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: off}
//! spec: {replicas: 0, template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: unknown}
//! spec: {replicas: "${N}", template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: single}
//! spec: {replicas: 1, strategy: {type: Recreate}, template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: with-a-disk}
//! spec:
//!   replicas: 1
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce]}
//! ---
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! An autoscaler keeps the number:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: default}
//! spec: {minReplicas: 1, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ```

use kubesift_engine::model::{Keeper, Sharing, sharing};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Reliability],
    fix: Some(Unsafe),
    refs: &[
        Peer("kube-linter:minimum-three-replicas"),
        Peer("kube-score:deployment-replicas"),
        Peer("polaris:deploymentMissingReplicas"),
        Peer("datree:DEPLOYMENT_INCORRECT_REPLICAS_VALUE"),
        Peer("kyverno:deployment-has-multiple-replicas"),
        Peer("gatekeeper:k8sreplicalimits"),
    ],
    options: &[&MIN],
    run: Run::Links(
        &[
            "apps/Deployment",
            "apps/StatefulSet",
            "apps.openshift.io/DeploymentConfig",
            "argoproj.io/Rollout",
            "apps.kruise.io/CloneSet",
            "apps.kruise.io/StatefulSet",
        ],
        run,
    ),
    ..Check::DEFAULT
};

pub const MIN: Opt = Opt::int("min", "The least number of replicas.", 2);

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let (replicas, min) = (graph.replicas_of(workload), out.int(&MIN));
    let Some(number) = replicas.least.filter(|number| *number > 0 && *number < min) else { return };
    let pod = graph.pod_of(workload);
    let service = pod.and_then(|pod| graph.services_of(pod).first());
    let by_default = match replicas.by {
        Keeper::Stated => "",
        Keeper::Default if service.is_some() => " by default",
        _ => return,
    };
    if is_single(workload, graph) || pod.is_some_and(|pod| !pod.pod.lives_on()) {
        return;
    }
    let noun = if number == 1 { "replica" } else { "replicas" };
    let mut message = format!("has {number} {noun}{by_default}, fewer than {min}");
    if let Some(service) = service {
        let name = service.name.as_deref().unwrap_or("(no name)");
        message += &format!(", and Service `{name}` sends to it");
    }
    let field = workload.field("spec.replicas");
    out.report(field, message).set(Unsafe, "run more of it", field, &min.to_string());
}

/// True for a workload that is made to be one: two at a time would not work.
fn is_single(workload: &Resource, graph: &Graph) -> bool {
    let recreate = workload.field("spec.strategy.type").str() == Some("Recreate");
    let disk = || {
        let pod = graph.pod_of(workload).filter(|_| !workload.is("apps/StatefulSet"));
        let claims = pod.map(|pod| graph.claims_of(pod)).unwrap_or_default();
        claims
            .iter()
            .any(|mounted| matches!(sharing(mounted.claim), Sharing::OneNode | Sharing::OnePod))
    };
    recreate || disk()
}

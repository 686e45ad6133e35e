//! A workload is not updated pod by pod.
//!
//! With `Recreate` all pods of a Deployment end before the new ones begin: nobody answers during the
//! update, and if the new version fails, nobody answers after it either. With `OnDelete` a
//! StatefulSet stays as it is until somebody deletes its pods.
//!
//! Use `RollingUpdate`, when two versions of the program can run beside each other.
//!
//! It weighs less where no Service sends to the pods. A Deployment that cannot run twice at a time is
//! left alone: it mounts a claim that one node can use, or asks for a port or the network of its
//! node. DaemonSets have a check of their own.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   strategy:
//!     type: Recreate
//! #   ^^^^^^^^^^^^^^ Deployment `web` is updated with `Recreate`, and Service `web` sends to its pods
//!   template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   updateStrategy: {type: OnDelete}
//! #                  ^^^^^^^^^^^^^^ StatefulSet `db` is updated with `OnDelete`
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   strategy:
//!     type: RollingUpdate
//!   template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   updateStrategy: {type: RollingUpdate}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: unset}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: rolling}
//! spec: {strategy: {type: RollingUpdate}}
//! ---
//! apiVersion: apps.openshift.io/v1
//! kind: DeploymentConfig
//! metadata: {name: rolling}
//! spec: {strategy: {type: Rolling}}
//! ---
//! kind: Deployment
//! metadata: {name: unknown}
//! spec: {strategy: {type: "${STRATEGY}"}}
//! ---
//! kind: Deployment
//! metadata: {name: with-a-disk}
//! spec:
//!   strategy: {type: Recreate}
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: Deployment
//! metadata: {name: with-a-port-of-the-node}
//! spec:
//!   strategy: {type: Recreate}
//!   template: {spec: {containers: [{name: app, ports: [{containerPort: 80, hostPort: 80}]}]}}
//! ---
//! kind: Deployment
//! metadata: {name: in-the-network-of-the-node}
//! spec:
//!   strategy: {type: Recreate}
//!   template: {spec: {hostNetwork: true, containers: [{name: app}]}}
//! ```

use kubesift_engine::model::{Sharing, is_unknown, sharing};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[Profile::Reliability],
    fix: Some(Unsafe),
    refs: &[
        Peer("kube-linter:no-rolling-update-strategy"),
        Peer("kube-score:deployment-strategy"),
        Peer("kubescape:C-0305"),
    ],
    run: Run::Links(
        &["apps/Deployment", "apps/StatefulSet", "apps.openshift.io/DeploymentConfig"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let set = workload.is("apps/StatefulSet");
    let field = workload.field(if set { "spec.updateStrategy.type" } else { "spec.strategy.type" });
    let Some(kind) = field.str().filter(|kind| !kind.is_empty() && !is_unknown(kind)) else {
        return;
    };
    if matches!(kind, "RollingUpdate" | "Rolling") {
        return;
    }
    let pod = graph.pod_of(workload);
    if !set && pod.is_some_and(|pod| is_alone(pod, graph)) {
        return;
    }
    let mut message = format!("is updated with `{kind}`");
    let service = pod.and_then(|pod| graph.services_of(pod).first());
    if let Some(service) = service {
        let name = service.name.as_deref().unwrap_or("(no name)");
        message += &format!(", and Service `{name}` sends to its pods");
    }
    let rolling =
        if workload.is("apps.openshift.io/DeploymentConfig") { "Rolling" } else { "RollingUpdate" };
    let draft = out.report(field, message).set(Unsafe, "update pod by pod", field, rolling);
    if service.is_none() {
        draft.severity(Info);
    }
}

/// True for a pod that cannot run beside another of its kind on the same node, or with its disk.
fn is_alone<'a>(pod: &GraphPod<'a>, graph: &Graph<'a>) -> bool {
    let on_node = pod.pod.field("hostNetwork").is_true()
        || pod.pod.containers().iter().any(|container| {
            container.ports().any(|port| port.field("hostPort").int().is_some_and(|port| port > 0))
        });
    // A claim that is not in view is most likely one that a single node can use.
    on_node
        || pod.pod.volumes().any(|volume| {
            let name = volume.field("persistentVolumeClaim.claimName");
            name.exists()
                && name.str().is_none_or(|name| {
                    let claim = graph.surely_named("PersistentVolumeClaim", pod.namespace, name);
                    claim.is_none_or(|claim| sharing(claim) != Sharing::Many)
                })
        })
}

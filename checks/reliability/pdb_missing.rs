//! A workload of several pods has no PodDisruptionBudget.
//!
//! When nodes are drained for an upgrade, or taken away by an autoscaler, all its pods may be
//! evicted at the same time: several replicas are of no use then.
//!
//! Add a PodDisruptionBudget that selects its pods, with `maxUnavailable: 1` for instance.
//!
//! Deployments, StatefulSets and their custom relatives count that are kept at two pods or more, by
//! `replicas` or by the least number of an autoscaler. Where the number is not stated the API's
//! default of one holds and nothing is said, unless the run names this check: somebody may scale the
//! workload by hand (kube-score goes on that). Budgets whose selector or namespace is filled in
//! later may be the one.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ Deployment `web` has 3 replicas, and no PodDisruptionBudget selects its pods
//!   namespace: shop
//! spec:
//!   replicas: 3
//!   template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web, namespace: bank}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db, namespace: shop}
//! #          ^^^^^^^^ StatefulSet `db` is kept at 2 or more replicas, and no PodDisruptionBudget selects its pods
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: db, namespace: shop}
//! spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: db}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 3
//!   template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {maxUnavailable: 1, selector: {matchExpressions: [{key: app, operator: Exists}]}}
//! ---
//! kind: Deployment
//! metadata: {name: one}
//! spec: {replicas: 1, template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: unset}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: unknown}
//! spec: {replicas: "${N}", template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {replicas: 3, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: all, namespace: shop}
//! spec: {maxUnavailable: 1, selector: {}}
//! ```
//!
//! ```yaml fail asked
//! kind: Deployment
//! metadata: {name: web}
//! #          ^^^^^^^^^ Deployment `web` does not say how many replicas it has, and no PodDisruptionBudget selects its pods
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ```
//!
//! A budget with a mistake in its selector is one finding:
//!
//! ```yaml fail with=pdb-selector-matches-nothing
//! kind: Deployment
//! metadata: {name: web}
//! spec: {replicas: 2, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: wbe}}}
//! #                         ^^^^^^^^ PodDisruptionBudget `web` selects no pod: none has the labels app=wbe, the nearest is Deployment `web` with app=web
//! ```

use kubesift_engine::model::{Keeper, Replicas};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[Profile::Reliability],
    yields_to: &["pdb-selector-matches-nothing"],
    refs: &[
        Peer("kube-score:deployment-has-poddisruptionbudget"),
        Peer("kube-score:statefulset-has-poddisruptionbudget"),
        Peer("kics:b23e9b98"),
        Peer("kics:1db3a5a5"),
        Peer("polaris:missingPodDisruptionBudget"),
        Peer("kyverno:require-pdb"),
        Peer("popeye:POP-206"),
    ],
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

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let Some(pod) = graph.pod_of(workload).filter(|pod| pod.pod.lives_on()) else { return };
    let Some(number) = number(&graph.replicas_of(workload), out.is_asked()) else { return };
    if !graph.budgets_of(pod).is_empty() {
        return;
    }
    let message = format!("{number}, and no PodDisruptionBudget selects its pods");
    out.report(workload.field("metadata.name"), message).cause(format!(
        "no budget for {} {}",
        workload.kind.kind,
        workload.full_name()
    ));
}

/// The number of pods in words, when there are several.
fn number(replicas: &Replicas, asked: bool) -> Option<String> {
    let least = replicas.least?;
    match replicas.by {
        Keeper::Default if asked => Some("does not say how many replicas it has".to_owned()),
        Keeper::Scaler(_) if least > 1 => Some(format!("is kept at {least} or more replicas")),
        Keeper::Stated if least > 1 => Some(format!("has {least} replicas")),
        _ => None,
    }
}

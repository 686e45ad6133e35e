//! A PodDisruptionBudget selects no pod.
//!
//! The pods it was written for may all be evicted at once when nodes are drained or scaled down.
//!
//! Compare `selector` with the labels of the pods: those of the pod template count, and the
//! namespace must be the same. Remove the budget if nothing needs it any more.
//!
//! Without a selector, or with an empty one in `policy/v1beta1`, a budget selects nothing; an empty
//! one in `policy/v1` selects all pods of the namespace. Nothing is said where the pods may come
//! from elsewhere: the manifests hold no workload of the namespace, or something in it (a Helm
//! release, a custom resource) makes pods that they do not show, unless the selector is only a
//! typing mistake away; or no workload of the namespace has a label in common with the selector or
//! a name like that of the budget, unless both are alone. A run that names this check reports these
//! too.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   minAvailable: 1
//!   selector:
//! # ^^^^^^^^ PodDisruptionBudget `web` selects no pod: none has the labels app=wbe, the nearest is Deployment `web` with app=web
//!     matchLabels: {app: wbe}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: none}
//! spec:
//! #^^^ PodDisruptionBudget `none` selects no pod: it has no selector
//!   minAvailable: 1
//! ---
//! apiVersion: policy/v1beta1
//! kind: PodDisruptionBudget
//! metadata: {name: old}
//! spec: {minAvailable: 1, selector: {}}
//! #                       ^^^^^^^^ PodDisruptionBudget `old` selects no pod: an empty selector selects none in policy/v1beta1
//! ```
//!
//! ```yaml pass
//! kind: StatefulSet
//! metadata: {name: db}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: db}
//! spec: {maxUnavailable: 1, selector: {matchExpressions: [{key: app, operator: In, values: [db, x]}]}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: all}
//! spec: {maxUnavailable: 1, selector: {}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: unknown}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: "${APP}"}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: wholly-unknown}
//! spec: "${SPEC}"
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: of-another-repository, namespace: other}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: other}}}
//! ```
//!
//! An operator makes the pods:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: postgresql.cnpg.io/v1
//! kind: Cluster
//! metadata: {name: web-db}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web-db}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {cnpg.io/cluster: web-db}}}
//! ```

use kubesift_engine::model::{Budget, Difference, Match, nearest};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("popeye:POP-900"), Peer("monokle:LNK001")],
    run: Run::Links(&["policy/PodDisruptionBudget"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(budget) = Budget::of(resource) else { return };
    let field = resource.field("spec.selector");
    let Some(selector) = budget.selector() else {
        let why = match field.node() {
            Some(_) => "an empty selector selects none in policy/v1beta1",
            None => "it has no selector",
        };
        out.report(field, format!("selects no pod: {why}")).confidence(Confidence::High);
        return;
    };
    if graph.pods_of_budget(&budget).any() != Match::No {
        return;
    }
    let namespace = resource.namespace.as_deref();
    let pods = graph.pods_like(namespace, selector).into_iter();
    let near = nearest(selector, pods.map(|pod| (pod, graph.labels_of(pod))));
    let typo = near.as_ref().is_some_and(|near| near.differences.iter().all(Difference::is_typo));
    let related = near.is_some() || graph.has_pod_named_like(resource);
    if !(typo || graph.shows_all_pods(namespace) && related || out.is_asked()) {
        return;
    }
    let of = namespace.map(|name| format!(" of namespace `{name}`")).unwrap_or_default();
    let mut message = format!("selects no pod: none{of} has the labels {selector}");
    let Some(near) = near.filter(|_| typo) else {
        out.report(field, message);
        return;
    };
    let workload = near.item.pod.resource;
    let name = workload.name.as_deref().unwrap_or("(no name)");
    message += &format!(", the nearest is {} `{name}` with {}", workload.kind.kind, near.words());
    // The workload lacks a budget for the same reason.
    out.report(field, message).cause(format!(
        "no budget for {} {}",
        workload.kind.kind,
        workload.full_name()
    ));
}

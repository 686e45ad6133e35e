//! Two workloads select each other's pods.
//!
//! Controllers tell their pods by the selector. Where two of one namespace match the pods of each
//! other, they may adopt them, and what goes by the selector counts both: autoscalers measure the
//! wrong load, budgets and rollouts wait for the wrong pods.
//!
//! Give each workload a label of its own, in the selector and in the pod template. The selector of
//! one that exists cannot be changed: it must be made anew.
//!
//! Both must match: a wide selector alone is no overlap, if the other one's tells its pods apart.
//! Workloads of different folders that state no namespace are left alone, as they may be examples
//! that nobody applies together, and two definitions of one object.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: shop}}
//!   template: {metadata: {labels: {app: shop, part: web}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db, namespace: shop}
//! spec:
//!   selector:
//! # ^^^^^^^^ StatefulSet `db` selects the pods of Deployment `web` (app=shop), which selects its pods too (app=shop)
//!     matchExpressions: [{key: app, operator: In, values: [shop]}]
//!   template: {metadata: {labels: {app: shop, part: db}}, spec: {containers: [{name: app}]}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: shop}}
//!   template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Deployment
//! metadata: {name: canary, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: shop, track: canary}}
//!   template: {metadata: {labels: {app: shop, track: canary}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Deployment
//! metadata: {name: web-of-the-bank, namespace: bank}
//! spec:
//!   selector: {matchLabels: {app: shop}}
//!   template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Deployment
//! metadata: {name: unknown, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: "${APP}"}}
//!   template: {metadata: {labels: {app: "${APP}"}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: shop}}
//!   template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: app}]}}
//! ```
//!
//! ```yaml pass
//! # file: one/deployment.yaml
//! kind: Deployment
//! metadata: {name: nginx}
//! spec:
//!   selector: {matchLabels: {app: nginx}}
//!   template: {metadata: {labels: {app: nginx}}, spec: {containers: [{name: app}]}}
//! # file: two/deployment.yaml
//! kind: Deployment
//! metadata: {name: my-nginx}
//! spec:
//!   selector: {matchLabels: {app: nginx}}
//!   template: {metadata: {labels: {app: nginx}}, spec: {containers: [{name: app}]}}
//! ```

use kubesift_engine::model::{Match, Selector, stand_together};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(KINDS, run),
    ..Check::DEFAULT
};

/// Kinds that tell their pods by `spec.selector`.
const KINDS: &[&str] = &[
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/DaemonSet",
    "apps/ReplicaSet",
    "ReplicationController",
    "argoproj.io/Rollout",
    "apps.kruise.io/CloneSet",
    "apps.kruise.io/StatefulSet",
    "apps.kruise.io/DaemonSet",
];

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let Some(selector) = selector(workload) else { return };
    let Some(own) = graph.pod_of(workload) else { return };
    let own_labels = graph.labels_of(own);
    // A selector that misses its own pods is refused, which is another mistake.
    if selector.matches(&own_labels) != Match::Yes {
        return;
    }
    let selected = graph.select(workload.namespace.as_deref(), &selector).sure;
    for pod in selected {
        let other = pod.pod.resource;
        if other.id >= workload.id || same_object(other, workload) {
            continue;
        }
        let Some(others) = self::selector(other) else { continue };
        if others.matches(&own_labels) != Match::Yes || !meet(workload, other) {
            continue;
        }
        let name = other.name.as_deref().unwrap_or("(no name)");
        let message = format!(
            "selects the pods of {} `{name}` ({selector}), which selects its pods too ({others})",
            other.kind.kind
        );
        out.report(workload.field("spec.selector"), message)
            .note(other.field("spec.selector"), "the other selector");
        return;
    }
}

fn selector(workload: &Resource) -> Option<Selector<'_>> {
    if !KINDS.iter().any(|kind| workload.is(kind)) {
        return None;
    }
    let node = workload.field("spec.selector").node()?;
    let selector = match &*workload.kind.kind {
        "ReplicationController" => Selector::from_map(node),
        _ => Selector::from_label_selector(node),
    };
    (!selector.is_empty()).then_some(selector)
}

fn same_object(one: &Resource, other: &Resource) -> bool {
    one.kind.kind == other.kind.kind && one.name == other.name
}

/// Whether the two are surely applied to one namespace. In `default`, where nobody means to put
/// things together, and where none is stated, the folder says it.
fn meet(one: &Resource, other: &Resource) -> bool {
    let path = |resource: &Resource| resource.file().path.clone();
    match one.namespace.as_deref() {
        Some("default") | None => path(one) == path(other),
        Some(_) => stand_together(one, other),
    }
}

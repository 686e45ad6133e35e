//! A selector that matches nothing is a typing mistake away from a match.
//!
//! A selector finds what has its labels to the letter. With a letter more or less it finds nothing,
//! and nothing says so: a Service has no endpoints, a policy protects no pod, a budget holds
//! nothing, pods are not kept apart.
//!
//! Correct the selector, or the label.
//!
//! Selectors of Services, network policies, budgets and monitors count, and those of affinity and
//! topology spread in pods. Where the check of that kind of selector finds the same, this one is
//! folded into it. Labels of all pods of the namespace count, and for affinity those of other
//! namespaces that it names. Nothing is said where a label is filled in later.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: website}}
//!     spec:
//!       containers: [{name: app}]
//!       topologySpreadConstraints:
//!         - maxSkew: 1
//!           topologyKey: kubernetes.io/hostname
//!           labelSelector: {matchLabels: {app: wesbite}}
//! #         ^^^^^^^^^^^^^ Deployment `web` selects no pod by app=wesbite; the nearest is Deployment `web` with app=website
//! ---
//! apiVersion: policy/v1
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   selector:
//! # ^^^^^^^^ PodDisruptionBudget `web` selects no pod by app=webside; the nearest is Deployment `web` with app=website
//!     matchLabels: {app: webside}
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! metadata: {name: web, labels: {app: website}}
//! spec:
//!   containers: [{name: app}]
//!   affinity:
//!     podAntiAffinity:
//!       preferredDuringSchedulingIgnoredDuringExecution:
//!         - weight: 1
//!           podAffinityTerm:
//!             topologyKey: zone
//!             labelSelector: {matchLabels: {ap: website}}
//! #           ^^^^^^^^^^^^^ Pod `web` selects no pod by ap=website; the nearest is Pod `web` with app=website
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: website}}
//!     spec:
//!       containers: [{name: app}]
//!       topologySpreadConstraints:
//!         - {topologyKey: zone, labelSelector: {matchLabels: {app: website}}}
//!         - {topologyKey: zone, labelSelector: {matchLabels: {app: "${APP}"}}}
//!       affinity:
//!         podAffinity:
//!           requiredDuringSchedulingIgnoredDuringExecution:
//!             - {topologyKey: zone, labelSelector: {matchLabels: {app: cache}}}
//!             - {topologyKey: zone, namespaces: [other], labelSelector: {matchLabels: {app: wesbite}}}
//!             - {topologyKey: zone, namespaceSelector: {}, labelSelector: {matchLabels: {app: wesbite}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: website}}
//! ---
//! kind: Service
//! metadata: {name: other}
//! spec: {selector: {app: something-else}}
//! ```

use kubesift_engine::model::{Difference, Match, Near, Pod, Selector, nearest};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &[
        "network-policy-selects-nothing",
        "pdb-selector-matches-nothing",
        "service-monitor-selects-nothing",
        "service-selector-matches-nothing",
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let external = resource.field("spec.type").str() == Some("ExternalName");
    if resource.is("Service") && !external && !graph.has_endpoints(resource) {
        let field = resource.field("spec.selector");
        if let Some(node) = field.node() {
            look(resource, field.into(), &Selector::from_map(node), graph, out);
        }
    }
    if resource.is("policy/PodDisruptionBudget") {
        let field = resource.field("spec.selector");
        if let Some(node) = field.node() {
            look(resource, field.into(), &Selector::from_label_selector(node), graph, out);
        }
    }
    for policy in graph.policies_of(resource).filter(|policy| !policy.is_cluster_wide()) {
        if let Some(selector) = policy.label_selector() {
            look(resource, policy.selector().into(), selector, graph, out);
        }
    }
    if let Some(pod) = Pod::of(resource) {
        of_pod(resource, &pod, graph, out);
    }
}

/// The terms of affinity, and the constraints of topology spread, that look into the pod's own
/// namespace.
fn of_pod(resource: &Resource, pod: &Pod, graph: &Graph, out: &mut Out) {
    let mut terms: Vec<Node> = pod.field("topologySpreadConstraints").items().collect();
    for kind in ["podAffinity", "podAntiAffinity"] {
        let Some(affinity) = pod.spec.at("affinity").and_then(|node| node.get(kind)) else {
            continue;
        };
        let required = affinity.field("requiredDuringSchedulingIgnoredDuringExecution").items();
        let preferred = affinity.field("preferredDuringSchedulingIgnoredDuringExecution").items();
        terms.extend(required);
        terms.extend(preferred.filter_map(|item| item.get("podAffinityTerm")));
    }
    for term in terms {
        if term.get("namespaces").is_some() || term.get("namespaceSelector").is_some() {
            continue;
        }
        if let Some(node) = term.get("labelSelector") {
            look(resource, node.into(), &Selector::from_label_selector(node), graph, out);
        }
    }
}

fn look(resource: &Resource, at: At, selector: &Selector, graph: &Graph, out: &mut Out) {
    let namespace = resource.namespace.as_deref();
    if selector.is_empty() || graph.select(namespace, selector).any() != Match::No {
        return;
    }
    let pods = graph.pods_like(namespace, selector).into_iter();
    let Some(near) = nearest(selector, pods.map(|pod| (pod, graph.labels_of(pod)))) else { return };
    if !near.differences.iter().all(Difference::is_typo) || !is_known(&near) {
        return;
    }
    let found = near.item.pod.resource;
    let (kind, name) = (&found.kind.kind, found.name.as_deref().unwrap_or("(no name)"));
    let message = format!(
        "selects no pod by {selector}; the nearest is {kind} `{name}` with {}",
        near.words()
    );
    let labels = near.item.pod.labels();
    let draft = out.report(at, message);
    if let Some(labels) = labels {
        draft.note(labels, "its labels are here");
    }
}

/// True when the labels that differ are written out.
fn is_known(near: &Near<'_, &GraphPod>) -> bool {
    near.differences.iter().all(|difference| difference.found.is_some())
}

//! A peer of a network policy selects no pod.
//!
//! The rule lets nobody in (or out) by this peer: either it is a leftover, or its selector has a
//! mistake and the pods it was written for cannot connect.
//!
//! Compare the selector with the labels of the pods: those of the pod template count.
//!
//! Only peers in the policy's own namespace are judged, and only where the manifests show its pods;
//! a mistake of one or two letters is told wherever it shows. Of other namespaces, such as that of
//! an ingress controller, the manifests seldom hold the pods. A run that names this check reports
//! all selectors of pods that select none of the manifests. An empty selector means all pods there
//! are, and may mean none.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: shop}
//! spec: {template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - from:
//!         - podSelector: {matchLabels: {app: shpo}}
//! #         ^^^^^^^^^^^ NetworkPolicy `web` has a peer that selects no pod: none has the labels app=shpo, though Deployment `shop` has app=shop
//!         - podSelector: {matchLabels: {app: shop}}
//! ```
//!
//! ```yaml fail asked
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   egress:
//!     - to:
//!         - podSelector: {matchLabels: {app: db}}
//! #         ^^^^^^^^^^^ NetworkPolicy `web` has a peer that selects no pod: none of namespace `shop` has the labels app=db
//! ```
//!
//! ```yaml pass asked
//! kind: NetworkPolicy
//! metadata: {name: default, namespace: shop}
//! spec:
//!   podSelector: {}
//!   ingress: [{from: [{podSelector: {}}, {namespaceSelector: {matchLabels: {team: ingress}}}]}]
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - from:
//!         - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}
//!           podSelector: {matchLabels: {app: ingress}}
//!         - namespaceSelector: {}
//!         - podSelector: {}
//!         - podSelector: {matchLabels: {app: "${CLIENT}"}}
//!         - podSelector: {matchLabels: {app: web}}
//! ```
//!
//! Pods that something else brings are not in view, nor are those that are labelled on purpose to
//! be let in (`access: "true"`) where nothing in the manifests is labelled so:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: db, namespace: shop}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: helm.toolkit.fluxcd.io/v2
//! kind: HelmRelease
//! metadata: {name: web, namespace: shop}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: db, namespace: shop}
//! spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}
//! ---
//! kind: Deployment
//! metadata: {name: db, namespace: bank}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: db, namespace: bank}
//! spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {access: "true"}}}]}]}
//! ```

use kubesift_engine::model::reach::{Peer as RulePeer, Rule};
use kubesift_engine::model::{Difference, Match, Near, Selector, nearest};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[
        Peer("kube-linter:dangling-networkpolicypeer-podselector"),
        Peer("popeye:POP-1201"),
        Peer("popeye:POP-1202"),
        Peer("popeye:POP-1208"),
    ],
    yields_to: &["network-policy-peer-and-or-confusion"],
    run: Run::Links(&["networking.k8s.io/NetworkPolicy"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.reach().rules_of(resource.id) {
        for peer in rule.peers.iter().filter(|peer| peer.selects_pods()) {
            judge(resource, graph, (rule, peer), out);
        }
    }
}

fn judge(resource: &Resource, graph: &Graph, (rule, peer): (&Rule, &RulePeer), out: &mut Out) {
    if graph.reach().peer_selects(rule.policy, peer) != Match::No {
        return;
    }
    // All pods of some namespaces: there may be none yet.
    let Some(pods) = peer.node.get("podSelector") else { return };
    let own = peer.node.get("namespaceSelector").is_none();
    let selector = Selector::from_label_selector(pods);
    if selector.is_empty() {
        return;
    }
    let namespace = resource.namespace.as_deref();
    let near = own
        .then(|| {
            let all = graph.pods_like(namespace, &selector).into_iter();
            nearest(&selector, all.map(|pod| (pod, graph.labels_of(pod))))
        })
        .flatten();
    // A label that no pod of the namespace has at all may be given to those that are to be let in.
    let known = near.is_some();
    let near = near.filter(|near| near.differences.iter().all(Difference::is_typo));
    let shown = own && known && graph.shows_all_pods(namespace);
    if near.is_none() && !shown && !out.is_asked() {
        return;
    }
    let of = match (own, namespace) {
        (true, Some(name)) => format!(" of namespace `{name}`"),
        (true, None) => String::new(),
        (false, _) => " of the namespaces it names".to_owned(),
    };
    let wanted = format!("has the labels {selector}");
    let message = match near.as_ref().map(words) {
        Some(found) => format!("has a peer that selects no pod: none {wanted}, though {found}"),
        None => format!("has a peer that selects no pod: none{of} {wanted}"),
    };
    out.report(peer.node, message);
}

/// What comes near: "Deployment `web` has app=web".
fn words(near: &Near<'_, &GraphPod<'_>>) -> String {
    let resource = near.item.pod.resource;
    let name = resource.name.as_deref().unwrap_or("(no name)");
    format!("{} `{name}` has {}", resource.kind.kind, near.words())
}

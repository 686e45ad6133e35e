//! A network policy lists a namespace and pods as two peers, where pods of that namespace seem meant.
//!
//! Two items of `from` or `to` are alternatives: `- namespaceSelector: …` and `- podSelector: …`
//! mean every pod of those namespaces, and besides the named pods of the policy's own namespace. In
//! one item they mean the named pods of those namespaces.
//!
//! Take the dash away before the second selector if both should hold.
//!
//! Reported where the second item selects no pod of the policy's own namespace, so that it does
//! nothing as it is: the manifests show the pods of the namespace, or the labels are those of the
//! cluster's name service, which runs in `kube-system`.
//!
//! ```yaml fail
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
//!         - namespaceSelector: {matchLabels: {team: monitoring}}
//!         - podSelector: {matchLabels: {app: prometheus}}
//! #         ^^^^^^^^^^^ NetworkPolicy `web` has `podSelector` as a peer of its own, which selects no pod of its namespace, beside a `namespaceSelector`
//! ```
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: names, namespace: shop}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Egress]
//!   egress:
//!     - to:
//!         - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
//!         - podSelector: {matchLabels: {k8s-app: kube-dns}}
//! #         ^^^^^^^^^^^ NetworkPolicy `names` has `podSelector` as a peer of its own, which selects no pod of its namespace, beside a `namespaceSelector`
//!       ports: [{port: 53, protocol: UDP}, {port: 53}]
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: both, namespace: shop}
//! spec:
//!   podSelector: {}
//!   ingress:
//!     - from:
//!         - namespaceSelector: {matchLabels: {team: monitoring}}
//!           podSelector: {matchLabels: {app: prometheus}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: alternatives, namespace: shop}
//! spec:
//!   podSelector: {}
//!   ingress:
//!     - from:
//!         - namespaceSelector: {matchLabels: {team: monitoring}}
//!         - podSelector: {matchLabels: {app: web}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: own-and-other, namespace: shop}
//! spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}, {podSelector: {}}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: elsewhere, namespace: not-shown}
//! spec:
//!   podSelector: {}
//!   ingress:
//!     - from:
//!         - namespaceSelector: {matchLabels: {team: monitoring}}
//!         - podSelector: {matchLabels: {app: prometheus}}
//! ```

use kubesift_engine::model::Match;
use kubesift_engine::model::reach::{Peer, Rule};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Nsa("network separation"), Cwe(923)],
    run: Run::Links(&["networking.k8s.io/NetworkPolicy"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.reach().rules_of(resource.id) {
        let Some((spaces, pods)) = pair(rule) else { continue };
        let namespace = resource.namespace.as_deref();
        let shown = graph.shows_all_pods(namespace) || is_name_service(pods.node, namespace);
        if !shown || graph.reach().peer_selects(rule.policy, pods) != Match::No {
            continue;
        }
        let words = "has `podSelector` as a peer of its own, which selects no pod of its \
                     namespace, beside a `namespaceSelector`";
        out.report(pods.node, words)
            .note(spaces.node, "every pod of these namespaces is meant here");
    }
}

/// The only two peers of a rule, when one has nothing but a `namespaceSelector` and the other
/// nothing but a `podSelector`, and both ask for something.
fn pair<'r, 'a>(rule: &'r Rule<'a>) -> Option<(&'r Peer<'a>, &'r Peer<'a>)> {
    let only = |peer: &Peer<'a>, key: &str| {
        let asks = |(name, value): (&str, Node<'_>)| {
            name == key && value.entries().any(|(_, part)| part.is_map() || part.is_list())
        };
        peer.node.is_map() && peer.node.entries().count() == 1 && peer.node.entries().all(asks)
    };
    match &*rule.peers {
        [one, other] if only(one, "namespaceSelector") && only(other, "podSelector") => {
            Some((one, other))
        }
        [one, other] if only(one, "podSelector") && only(other, "namespaceSelector") => {
            Some((other, one))
        }
        _ => None,
    }
}

/// True for the labels of the cluster's name service, asked for in another namespace than its own.
fn is_name_service(peer: Node<'_>, namespace: Option<&str>) -> bool {
    let name = peer.at("podSelector.matchLabels").and_then(|labels| labels.get("k8s-app"));
    let is_dns =
        name.and_then(Node::str).is_some_and(|name| matches!(name, "kube-dns" | "coredns"));
    is_dns && namespace.is_some_and(|name| name != "kube-system")
}

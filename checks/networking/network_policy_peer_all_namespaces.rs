//! A network policy lets every pod of every namespace connect to every port.
//!
//! An empty `namespaceSelector` without a `podSelector` means all pods of the cluster: whoever gets
//! hold of any of them is past the policy.
//!
//! Name the namespaces that need it by their labels (each has `kubernetes.io/metadata.name`), and
//! the ports.
//!
//! An empty `namespaceSelector` is valid, and beside a `podSelector` it is how pods of any namespace
//! are named. Nothing is said of a rule that names ports (metrics, a service for all), nor of
//! egress, where the other side has its own policies.
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - from:
//!         - namespaceSelector: {}
//! #         ^^^^^^^^^^^^^^^^^ NetworkPolicy `web` allows ingress from every pod of every namespace to every port
//! ```
//!
//! ```yaml fail
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! metadata: {name: open}
//! spec:
//!   priority: 5
//!   subject: {namespaces: {}}
//!   ingress:
//!     - action: Allow
//!       from:
//!         - namespaces: {}
//! #         ^^^^^^^^^^ AdminNetworkPolicy `open` allows ingress from every pod of every namespace to every port
//! ```
//!
//! ```yaml pass
//! kind: NetworkPolicy
//! metadata: {name: metrics}
//! spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 9090}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: by-label}
//! spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: names}
//! spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: own}
//! spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}
//! ---
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! metadata: {name: closed}
//! spec: {priority: 5, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}
//! ```

use kubesift_engine::model::POLICY_KINDS;
use kubesift_engine::model::reach::Action;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Nsa("network separation"), Cwe(923), Peer("popeye:POP-1203")],
    run: Run::Links(POLICY_KINDS, run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.reach().rules_of(resource.id) {
        let wide = rule.direction == Direction::Ingress && rule.ports.is_all();
        if rule.action != Action::Allow || rule.doubtful || !wide {
            continue;
        }
        for peer in rule.peers.iter().filter(|peer| peer.is_every_pod() && !peer.is_anyone()) {
            // Entities of Cilium are spoken of elsewhere.
            if peer.node.is_map() {
                let words = "allows ingress from every pod of every namespace to every port";
                out.report(peer.node, words);
            }
        }
    }
}

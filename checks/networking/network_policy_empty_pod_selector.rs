//! A network policy that allows traffic selects every pod of its namespace.
//!
//! An empty `podSelector` opens what the rules allow to every pod of the namespace, those that come
//! later included. For a policy that denies that is what one wants; one that allows is best written
//! for the pods that need it.
//!
//! Name the labels of the pods that the rules are for.
//!
//! A matter of taste: rules that hold for a whole namespace (names are looked up, metrics are
//! collected) are common and well. Nothing is said of policies without a rule, which only deny.
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//! # ^^^^^^^^^^^ NetworkPolicy `web` selects every pod of its namespace, and allows ingress to them
//!   ingress:
//!     - from: [{namespaceSelector: {matchLabels: {team: shop}}}]
//! ```
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//! #^^^ NetworkPolicy `web` selects every pod of its namespace, and allows egress from them
//!   policyTypes: [Egress]
//!   egress:
//!     - ports: [{port: 443}]
//! ```
//!
//! ```yaml pass
//! kind: NetworkPolicy
//! metadata: {name: deny}
//! spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {matchLabels: {app: web}}, ingress: [{}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: unknown}
//! spec: {podSelector: "${SELECTOR}", ingress: [{}]}
//! ```

use kubesift_engine::model::reach::{Action, Rule};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[],
    refs: &[
        Peer("trivy:KSV-0038"),
        Peer("trivy:AVD-KSV-0038"),
        Peer("kyverno:restrict-networkpolicy-empty-podselector"),
    ],
    run: Run::Links(&["networking.k8s.io/NetworkPolicy", "cilium.io/CiliumNetworkPolicy"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let rules: Vec<&Rule> = graph.reach().rules_of(resource.id).collect();
    for rules in rules.chunk_by(|one, other| one.policy == other.policy) {
        let policy = rules.first().and_then(|rule| graph.policies().get(rule.policy as usize));
        let Some(policy) = policy.filter(|policy| policy.takes_all_pods()) else { continue };
        let opens = |direction: Direction| {
            rules.iter().any(|rule| {
                rule.direction == direction
                    && rule.action == Action::Allow
                    && !rule.peers.is_empty()
            })
        };
        let words = match (opens(Direction::Ingress), opens(Direction::Egress)) {
            (true, true) => "allows ingress to them and egress from them",
            (true, false) => "allows ingress to them",
            (false, true) => "allows egress from them",
            (false, false) => continue,
        };
        let at = policy.selector();
        out.report(at, format!("selects every pod of its namespace, and {words}"));
    }
}

//! A rule of a network policy names peers, and no ports.
//!
//! The peers reach every port of the pods: that of the application, and those of debuggers, metrics
//! and administration as well.
//!
//! Name the ports that the peers need.
//!
//! Many teams draw the line between namespaces and not between ports, and may leave this check out.
//! Nothing is said of rules without peers, nor of those towards addresses outside.
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - from:
//! #     ^^^^ NetworkPolicy `web` allows ingress from its peers to every port
//!         - podSelector: {matchLabels: {app: shop}}
//! ```
//!
//! ```yaml pass
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: outside}
//! spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: unknown}
//! spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: "${PORTS}"}]}
//! ```

use kubesift_engine::model::POLICY_KINDS;
use kubesift_engine::model::reach::{Action, Peer};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[Profile::Hygiene],
    refs: &[Nsa("network separation")],
    yields_to: &["network-policy-peer-all-namespaces"],
    run: Run::Links(POLICY_KINDS, run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.reach().rules_of(resource.id) {
        let pods = rule.peers.iter().any(Peer::selects_pods);
        if rule.action != Action::Allow || rule.doubtful || !pods || !rule.ports.is_all() {
            continue;
        }
        let words = match rule.direction {
            Direction::Ingress => "allows ingress from its peers to every port",
            Direction::Egress => "allows egress to its peers at every port",
        };
        out.report(rule.node, words);
    }
}

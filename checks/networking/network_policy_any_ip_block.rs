//! A network policy opens every port to or from every address.
//!
//! A block of `0.0.0.0/0` (or `::/0`) without exceptions and without ports is the whole internet,
//! and the nodes and the metadata service of the cloud as well: only the pods of the cluster are
//! still kept out.
//!
//! Name the networks that are meant, or take out those that are not (`except`), and name the ports.
//!
//! Nothing is said of a rule that names ports, nor of a block with exceptions: each is a decision
//! of somebody.
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Ingress, Egress]
//!   ingress:
//!     - from:
//!         - ipBlock: {cidr: 0.0.0.0/0}
//! #                   ^^^^^^^^^^^^^^^ NetworkPolicy `web` allows ingress from every address at every port
//!   egress:
//!     - to:
//!         - ipBlock:
//!             cidr: "::/0"
//! #           ^^^^^^^^^^^^ NetworkPolicy `web` allows egress to every address at every port
//! ```
//!
//! ```yaml fail
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: web}
//! spec:
//!   endpointSelector: {}
//!   egress:
//!     - toCIDR:
//!         - 0.0.0.0/0
//! #         ^^^^^^^^^ CiliumNetworkPolicy `web` allows egress to every address at every port
//! ```
//!
//! ```yaml pass
//! kind: NetworkPolicy
//! metadata: {name: ports}
//! spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: exceptions}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Egress]
//!   egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.169.254/32]}}]}]
//! ---
//! kind: NetworkPolicy
//! metadata: {name: network}
//! spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: not-in-force}
//! spec: {podSelector: {}, policyTypes: [Ingress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: denied}
//! spec: {endpointSelector: {}, egressDeny: [{toCIDR: [0.0.0.0/0]}]}
//! ```

use kubesift_engine::model::POLICY_KINDS;
use kubesift_engine::model::reach::{Action, CidrSet, Peer as RulePeer};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Nsa("network separation"), Cwe(923)],
    run: Run::Links(POLICY_KINDS, run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.reach().rules_of(resource.id) {
        if rule.action != Action::Allow || rule.doubtful || !rule.ports.is_all() {
            continue;
        }
        let whole = |peer: &&RulePeer<'_>| peer.addresses().is_some_and(CidrSet::holds_a_family);
        for peer in rule.peers.iter().filter(whole) {
            // An entity (`world`) is no block: another check speaks of those.
            if peer.node.text().is_some_and(|text| !text.contains('/')) {
                continue;
            }
            let words = match rule.direction {
                Direction::Ingress => "allows ingress from every address at every port",
                Direction::Egress => "allows egress to every address at every port",
            };
            out.report(peer.address_node(), words);
        }
    }
}

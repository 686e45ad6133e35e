//! A Cilium policy opens every port to or from everybody, or from the whole world.
//!
//! The entity `all` means everybody, `world` every address outside the cluster. With no ports
//! beside it, the policy keeps nobody out who comes from there.
//!
//! Name the endpoints, networks or domain names that are meant (`fromEndpoints`, `toCIDRSet`,
//! `toFQDNs`), or the ports.
//!
//! Nothing is said of a rule that names ports, nor of rules that deny.
//!
//! ```yaml fail
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: web}
//! spec:
//!   endpointSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - fromEntities:
//!         - world
//! #         ^^^^^ CiliumNetworkPolicy `web` allows ingress from the entity `world` to every port
//!   egress:
//!     - toEntities: [all]
//! #                  ^^^ CiliumNetworkPolicy `web` allows egress to the entity `all` at every port
//! ```
//!
//! ```yaml pass
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: web}
//! spec:
//!   endpointSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - fromEntities: [world]
//!       toPorts: [{ports: [{port: "443", protocol: TCP}]}]
//!     - fromEntities: [cluster, host]
//!   egress:
//!     - toEntities: [kube-apiserver, "${ENTITY}"]
//!   egressDeny:
//!     - toEntities: [world]
//! ```

use kubesift_engine::model::reach::Action;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Nsa("network separation"), Cwe(923)],
    run: Run::Links(
        &["cilium.io/CiliumNetworkPolicy", "cilium.io/CiliumClusterwideNetworkPolicy"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.reach().rules_of(resource.id) {
        if rule.action != Action::Allow || rule.doubtful || !rule.ports.is_all() {
            continue;
        }
        for peer in &rule.peers {
            let entity = peer.node.str().filter(|name| matches!(*name, "all" | "world"));
            let Some(entity) = entity else { continue };
            let words = match rule.direction {
                Direction::Ingress => {
                    format!("allows ingress from the entity `{entity}` to every port")
                }
                Direction::Egress => {
                    format!("allows egress to the entity `{entity}` at every port")
                }
            };
            out.report(peer.node, words);
        }
    }
}

//! A network policy that restricts egress lets pods reach the metadata service of the cloud.
//!
//! At 169.254.169.254 clouds give out the credentials of the node. A block that is meant for the
//! internet holds this address too, so whoever breaks into the pod may ask there.
//!
//! Add `except: [169.254.169.254/32]` to the block, or name the networks that are meant.
//!
//! Reported where a block holds the address, port 80 is open to it, and the pods can really reach
//! it with all their policies. Nothing is said of a rule for everybody at every port, which another
//! check reports, nor of clusters whose policies leave egress open altogether.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Egress]
//!   egress:
//!     - to:
//!         - ipBlock:
//!             cidr: 0.0.0.0/0
//! #           ^^^^^^^^^^^^^^^ NetworkPolicy `web` lets Deployment `web` reach the metadata service at 169.254.169.254
//!             except: [10.0.0.0/8]
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Egress]
//!   egress:
//!     - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}}]
//!     - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
//!       ports: [{port: 443}]
//!     - to: [{ipBlock: {cidr: 10.0.0.0/8}}]
//! ---
//! kind: NetworkPolicy
//! metadata: {name: nobody}
//! spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}
//! ```
//!
//! A cluster-wide denial counts:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumClusterwideNetworkPolicy
//! metadata: {name: metadata}
//! spec: {endpointSelector: {}, egressDeny: [{toCIDR: [169.254.169.254/32]}]}
//! ```

use std::net::{IpAddr, Ipv4Addr};

use kubesift_engine::model::reach::{Action, End, Protocol};
use kubesift_engine::model::{Match, POLICY_KINDS};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Nsa("network separation"), Cwe(923), Peer("kubescape:C-0052")],
    run: Run::Links(POLICY_KINDS, run),
    ..Check::DEFAULT
};

/// Where the clouds of Amazon, Google, Microsoft and others answer.
const METADATA: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let reach = graph.reach();
    for rule in reach.rules_of(resource.id) {
        let open = rule.ports.numbers.contains(Protocol::Tcp, 80);
        if rule.direction != Direction::Egress || rule.action != Action::Allow || !open {
            continue;
        }
        let held = |peer: &&_| addresses_hold(peer);
        let Some(peer) = rule.peers.iter().find(held) else { continue };
        let Some(policy) = graph.policies().get(rule.policy as usize) else { continue };
        let selected = graph.pods_of_policy(policy).sure;
        let reaches = |pod: &&&GraphPod| {
            let passes = reach.allowed(End::Pod(pod), End::Address(METADATA));
            pod.is_networked()
                && reach.is_closed(pod, Direction::Egress) == Match::Yes
                && passes.passes(Protocol::Tcp, 80) == Match::Yes
        };
        if let Some(pod) = selected.iter().find(reaches) {
            let workload = pod.pod.resource;
            let name = workload.name.as_deref().unwrap_or("(no name)");
            let words = format!(
                "lets {} `{name}` reach the metadata service at {METADATA}",
                workload.kind.kind
            );
            out.report(peer.address_node(), words).note(workload.node(), "the workload");
        }
    }
}

fn addresses_hold(peer: &&kubesift_engine::model::reach::Peer) -> bool {
    // An entity (`world`) names no addresses that could be left out.
    let written = peer.node.text().is_none_or(|text| text.contains('/'));
    written && peer.addresses().is_some_and(|set| set.contains(METADATA))
}

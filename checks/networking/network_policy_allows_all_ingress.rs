//! A network policy lets all ingress through.
//!
//! An ingress rule without peers and without ports allows everyone to connect to the selected
//! pods. Rules add up, so it also undoes what every other policy says of these pods.
//!
//! Name the peers under `from` and the ports that are needed, or remove the rule.
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata:
//!   name: web
//! spec:
//!   podSelector: {}
//!   policyTypes: [Ingress]
//!   ingress:
//!     - {}
//! #     ^^ NetworkPolicy `web` allows ingress from everywhere to every port
//! ```
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata:
//!   name: web
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - ports: [{port: 80}]
//!     - from: []
//! #     ^^^^ NetworkPolicy `web` allows ingress from everywhere to every port
//! ```
//!
//! ```yaml fail
//! apiVersion: projectcalico.org/v3
//! kind: GlobalNetworkPolicy
//! metadata: {name: open}
//! spec:
//!   selector: all()
//!   types: [Ingress]
//!   ingress:
//!     - action: Allow
//! #     ^^^^^^^^^^^^^ GlobalNetworkPolicy `open` allows ingress from everywhere to every port
//! ```
//!
//! An empty list of rules allows nothing, a rule of a direction that the policy does not govern
//! does nothing, and an empty rule of Cilium denies:
//!
//! ```yaml pass
//! kind: NetworkPolicy
//! metadata: {name: deny}
//! spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: []}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: other-direction}
//! spec: {podSelector: {}, policyTypes: [Egress], ingress: [{}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: ports}
//! spec: {podSelector: {}, ingress: [{ports: [{port: 443}]}, {from: [{podSelector: {}}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: unknown}
//! spec: {podSelector: {}, ingress: ["${RULE}", {from: "${PEERS}"}]}
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: deny}
//! spec: {endpointSelector: {}, ingress: [{}]}
//! ```

use kubesift_engine::model::Policy;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[
        Nsa("network separation"),
        Cwe(923),
        Peer("kubeaudit:AllowAllIngressNetworkPolicyExists"),
        Peer("popeye:POP-1203"),
    ],
    run: Run::Resource(KINDS, run),
    ..Check::DEFAULT
};

const KINDS: &[&str] = &[
    "networking.k8s.io/NetworkPolicy",
    "projectcalico.org/NetworkPolicy",
    "projectcalico.org/GlobalNetworkPolicy",
    "crd.projectcalico.org/NetworkPolicy",
    "crd.projectcalico.org/GlobalNetworkPolicy",
];

fn run(resource: &Resource, out: &mut Out) {
    for rule in
        Policy::all_of(resource).iter().flat_map(|policy| policy.open_rules(Direction::Ingress))
    {
        out.report(rule, "allows ingress from everywhere to every port");
    }
}

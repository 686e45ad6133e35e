//! A network policy lets all egress through.
//!
//! An egress rule without peers and without ports allows the selected pods to connect to
//! anything. Rules add up, so it also undoes what every other policy says of these pods.
//!
//! Name the peers under `to` and the ports that are needed, or remove the rule.
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata:
//!   name: web
//! spec:
//!   podSelector: {}
//!   policyTypes: [Egress]
//!   egress:
//!     - {}
//! #     ^^ NetworkPolicy `web` allows egress to everywhere on every port
//! ```
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata:
//!   name: web
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   egress:
//!     - ports: [{port: 80}]
//!     - to: []
//! #     ^^ NetworkPolicy `web` allows egress to everywhere on every port
//! ```
//!
//! ```yaml fail
//! apiVersion: projectcalico.org/v3
//! kind: GlobalNetworkPolicy
//! metadata: {name: open}
//! spec:
//!   selector: all()
//!   types: [Egress]
//!   egress:
//!     - action: Allow
//! #     ^^^^^^^^^^^^^ GlobalNetworkPolicy `open` allows egress to everywhere on every port
//! ```
//!
//! An empty list of rules allows nothing, a rule of a direction that the policy does not govern
//! does nothing, and an empty rule of Cilium denies:
//!
//! ```yaml pass
//! kind: NetworkPolicy
//! metadata: {name: deny}
//! spec: {podSelector: {}, policyTypes: [Ingress, Egress], egress: []}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: other-direction}
//! spec: {podSelector: {}, policyTypes: [Ingress], egress: [{}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: ports}
//! spec: {podSelector: {}, egress: [{ports: [{port: 443}]}, {to: [{podSelector: {}}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: unknown}
//! spec: {podSelector: {}, egress: ["${RULE}", {to: "${PEERS}"}]}
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: deny}
//! spec: {endpointSelector: {}, egress: [{}]}
//! ```

use kubesift_engine::model::Policy;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Nsa],
    refs: &[
        Nsa("network separation"),
        Cwe(923),
        Peer("kubeaudit:AllowAllEgressNetworkPolicyExists"),
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
        Policy::all_of(resource).iter().flat_map(|policy| policy.open_rules(Direction::Egress))
    {
        out.report(rule, "allows egress to everywhere on every port");
    }
}

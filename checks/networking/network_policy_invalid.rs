//! A network policy is not valid.
//!
//! The API server, or the network plugin, refuses the policy, or takes a part of it for nothing:
//! pods go without the rules that were written for them, and nothing says so where the policy lies.
//!
//! Correct the value that is named.
//!
//! Blocks that are none, selectors that no label can meet, ranges of ports the wrong way round,
//! peers that say nothing or too much, priorities out of bounds or taken twice, words that do not
//! exist; for NetworkPolicy, the policies of Cilium and Calico, the admin policies, and the networks
//! of OVN-Kubernetes. Exceptions outside their block are reported by
//! `network-policy-ip-block-matches-nothing`, two objects of one name by `object-duplicate`.
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app@web: x}}
//! #                             ^^^^^^^^^^ NetworkPolicy `web` selects by the label `app@web`, which is no key of a label
//!   ingress:
//!     - from:
//!         - ipBlock: {cidr: 10.0.0.0}
//! #                   ^^^^^^^^^^^^^^ NetworkPolicy `web` has the CIDR `10.0.0.0`, which has no prefix length
//!         - ipBlock: {cidr: 10.0.0.0/8}
//! #         ^^^^^^^ NetworkPolicy `web` has `ipBlock` beside a selector in one peer
//!           podSelector: {}
//!         - {}
//! #         ^^ NetworkPolicy `web` has a peer without a selector or an `ipBlock`
//!       ports:
//!         - {port: 90, endPort: 80}
//! #                    ^^^^^^^^^^^ NetworkPolicy `web` has a range of ports from 90 to 80
//!         - port: 70000
//! #         ^^^^^^^^^^^ NetworkPolicy `web` has the port `70000`, which is not from 1 to 65535
//!         - {port: http, endPort: 81}
//! #                      ^^^^^^^^^^^ NetworkPolicy `web` has `endPort` with the port name `http`
//!         - {port: 80, protocol: HTTP}
//! #                    ^^^^^^^^^^^^^^ NetworkPolicy `web` has the protocol `HTTP`, which is none of SCTP, TCP and UDP
//!   egress:
//!     - to: [{ipBlock: {cidr: 10.0.0.0/8}}]
//!       ports: [{port: web}]
//! #              ^^^^^^^^^ NetworkPolicy `web` allows the port name `web` towards an `ipBlock`, where no port has a name
//! ```
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchExpressions: [{key: app, operator: Equals, values: [web]}]}
//! #                                             ^^^^^^^^^^^^^^^^ NetworkPolicy `web` has the operator `Equals` in a selector, which does not exist
//!   policyTypes: [ingress]
//! #               ^^^^^^^ NetworkPolicy `web` has the policy type `ingress`, which does not exist
//! ```
//!
//! ```yaml fail
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! metadata: {name: first}
//! spec:
//!   priority: 1001
//! # ^^^^^^^^^^^^^^ AdminNetworkPolicy `first` has the priority 1001, which is not from 0 to 1000
//!   subject: {namespaces: {}, pods: {}}
//! # ^^^^^^^ AdminNetworkPolicy `first` has a `subject` with both `namespaces` and `pods`
//!   ingress:
//!     - action: Accept
//! #     ^^^^^^^^^^^^^^ AdminNetworkPolicy `first` has the action `Accept`, which does not exist there
//!       from: [{namespaces: {}}]
//!     - action: Deny
//! #     ^^^^^^^^^^^^ AdminNetworkPolicy `first` has a rule without peers in `from`
//! ---
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! metadata: {name: second}
//! spec: {priority: 5, subject: {namespaces: {}}}
//! ---
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! metadata: {name: third}
//! spec: {priority: 5, subject: {namespaces: {}}}
//! #      ^^^^^^^^^^^ AdminNetworkPolicy `third` has the priority 5, which `second` has too
//! ---
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: BaselineAdminNetworkPolicy
//! metadata: {name: base}
//! #          ^^^^^^^^^^ BaselineAdminNetworkPolicy `base` is not named `default`, which is the only name it can have
//! spec: {subject: {namespaces: {}}}
//! ```
//!
//! ```yaml fail
//! apiVersion: k8s.ovn.org/v1
//! kind: UserDefinedNetwork
//! metadata: {name: blue, namespace: shop}
//! spec:
//!   topology: Layer4
//! # ^^^^^^^^^^^^^^^^ UserDefinedNetwork `blue` has the topology `Layer4`, which does not exist
//!   layer2: {role: Primary}
//! ```
//!
//! Cilium (from 1.19) refuses a policy that has a selector only, and one whose lists of rules are all
//! empty; to deny, a list holds an empty rule:
//!
//! ```yaml fail
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: selector-only, namespace: shop}
//! spec:
//!   endpointSelector: {matchLabels: {app: web}}
//! # ^^^^^^^^^^^^^^^^ CiliumNetworkPolicy `selector-only` has no rule, which Cilium refuses
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: one-of-two, namespace: shop}
//! specs:
//!   - endpointSelector: {matchLabels: {app: web}}
//!     ingress: [{}]
//!   - endpointSelector: {matchLabels: {app: db}}
//!     ingress: []
//! #   ^^^^^^^ CiliumNetworkPolicy `one-of-two` has no rule, which Cilium refuses
//! ```
//!
//! ```yaml pass
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app.kubernetes.io/name: "{{ name }}"}}
//!   policyTypes: [Ingress, "${TYPE}"]
//!   ingress:
//!     - from:
//!         - ipBlock: {cidr: "${NET}/8", except: ["2001:db8::/32"]}
//!         - ipBlock: {cidr: "::/0"}
//!         - namespaceSelector:
//!           podSelector: {}
//!         - namespaceSelector: {}
//!       ports: [{port: 80, endPort: 80, protocol: SCTP}, {port: metrics}, {protocol: UDP}]
//! ---
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! metadata: {name: first}
//! spec:
//!   priority: 0
//!   subject: {pods: {namespaceSelector: {}, podSelector: {}}}
//!   egress: [{action: Pass, to: [{networks: [10.0.0.0/8]}, {domainNames: ["*.example.com"]}], ports: [{namedPort: web}]}]
//! ---
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! metadata: {name: of-an-early-version}
//! spec:
//!   priority: 1
//!   subject: {namespaces: {}}
//!   ingress: [{action: Deny, from: [{namespaces: {namespaceSelector: {}}}]}]
//! ---
//! apiVersion: policy.networking.k8s.io/v1alpha2
//! kind: ClusterNetworkPolicy
//! metadata: {name: second}
//! spec: {tier: Baseline, priority: 0, subject: {namespaces: {}}, ingress: [{action: Accept, from: [{namespaces: {}}]}]}
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: web}
//! spec:
//!   endpointSelector: {matchLabels: {"k8s:app": web, "any:tier": front}}
//!   ingress: [{fromEntities: [kube-apiserver], toPorts: [{ports: [{port: "80", protocol: ANY}, {port: http}]}]}]
//!   egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}], icmps: [{fields: [{type: 8, family: IPv4}]}]}]
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: later}
//! spec: {endpointSelector: {}, ingress: "${RULES}"}
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: deny, namespace: shop}
//! spec: {endpointSelector: {}, egressDeny: [{toEntities: [world]}]}
//! ---
//! apiVersion: projectcalico.org/v3
//! kind: GlobalNetworkPolicy
//! metadata: {name: web}
//! spec:
//!   selector: app == 'web'
//!   ingress: [{action: Log}, {action: Allow, protocol: TCP, destination: {ports: [80, "8000:8080", http]}}]
//! ```

use kubesift_engine::model::POLICY_KINDS;
use kubesift_engine::model::reach::PolicyErrorKind;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(KINDS, run),
    ..Check::DEFAULT
};

const KINDS: &[&str] = &{
    let mut kinds = [""; POLICY_KINDS.len() + 2];
    let mut at = 0;
    while at < POLICY_KINDS.len() {
        kinds[at] = POLICY_KINDS[at];
        at += 1;
    }
    kinds[at] = "k8s.ovn.org/UserDefinedNetwork";
    kinds[at + 1] = "k8s.ovn.org/ClusterUserDefinedNetwork";
    kinds
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for error in graph.reach().errors_of(resource.id) {
        let elsewhere = matches!(
            error.kind,
            PolicyErrorKind::Except | PolicyErrorKind::SameName | PolicyErrorKind::MixedOwner
        );
        if elsewhere {
            continue;
        }
        let draft = out.report(error.at, error.words.clone());
        if let Some(other) = error.other {
            draft.note(other.field("metadata.name"), "the other one");
        }
    }
}

//! A namespace has no policy that denies egress by default.
//!
//! Policies for single pods leave out what is added later: a new workload is free to connect to
//! anything until someone remembers to write a policy for it.
//!
//! Add a NetworkPolicy with an empty `podSelector`, `policyTypes: [Egress]` and no egress rules.
//!
//! A policy that selects every pod and lets only some egress through denies the rest, so it
//! counts as well; kubeaudit and Kyverno ask for one without rules. Policies of Cilium and Calico
//! count.
//!
//! ```yaml fail
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//! # ^^^^^^^^^^ no policy denies egress to every pod of namespace `shop` by default
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: other, namespace: shop}
//! spec: {podSelector: {}, policyTypes: [Ingress]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: open, namespace: shop}
//! spec: {podSelector: {}, policyTypes: [Egress], egress: [{}]}
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ no policy denies egress to every pod of this build by default
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]}
//! ```
//!
//! ```yaml pass
//! apiVersion: v1
//! kind: Namespace
//! metadata: {name: shop}
//! ---
//! apiVersion: v1
//! kind: Namespace
//! metadata: {name: kube-system}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: default-deny, namespace: shop}
//! spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
//! ```
//!
//! A policy for the whole cluster, and one that cannot be read:
//!
//! ```yaml pass
//! apiVersion: v1
//! kind: Namespace
//! metadata: {name: shop}
//! ---
//! apiVersion: projectcalico.org/v3
//! kind: GlobalNetworkPolicy
//! metadata: {name: default-deny}
//! spec: {selector: all(), types: [Ingress, Egress]}
//! ```
//!
//! ```yaml pass
//! apiVersion: v1
//! kind: Namespace
//! metadata: {name: shop}
//! ---
//! apiVersion: crd.antrea.io/v1beta1
//! kind: ClusterNetworkPolicy
//! metadata: {name: default-deny}
//! spec: {priority: 1}
//! ```

use kubesift_engine::model::Match;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Cis, Profile::Nsa],
    yields_to: &["namespace-without-network-policy"],
    refs: &[
        Nsa("network separation"),
        Cwe(923),
        Peer("kubeaudit:MissingDefaultDenyEgressNetworkPolicy"),
        Peer("kubeaudit:MissingDefaultDenyIngressAndEgressNetworkPolicy"),
        Peer("kyverno:add-networkpolicy"),
    ],
    options: &[&EXEMPT],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

pub const EXEMPT: Opt = Opt::list(
    "exempt-namespaces",
    "Namespaces that may go without such a policy.",
    &["kube-system", "kube-public", "kube-node-lease"],
);

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let Some(namespace) = graph.namespace_led_by(resource) else { return };
    if out.lists(&EXEMPT, namespace.name) {
        return;
    }
    if graph.is_closed(namespace, Direction::Egress) == Match::No {
        let words = namespace.words();
        let message = format!("no policy denies egress to every pod of {words} by default");
        let cause = format!("no network policy in {words}");
        out.say(resource.field("metadata.name"), message).cause(cause).about(words);
    }
}

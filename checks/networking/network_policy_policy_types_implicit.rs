//! A network policy with an empty list of egress rules does not say that it is about egress.
//!
//! Without `policyTypes` a policy is about ingress, and about egress only if it has an egress rule.
//! `egress: []` looks as if it closed egress, and does nothing.
//!
//! Write `policyTypes: [Ingress, Egress]`.
//!
//! A run that names this check reports every policy without `policyTypes`: what a policy is about
//! then changes with the first egress rule that somebody adds, or the last that goes. The fix
//! writes down what holds today.
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   egress: []
//! # ^^^^^^ NetworkPolicy `web` has no egress rule and no `policyTypes`, so egress stays open
//! ```
//!
//! ```yaml fail asked
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//! #^^^ NetworkPolicy `web` does not state its `policyTypes`, which are Ingress and Egress by its rules
//!   podSelector: {}
//!   egress: [{ports: [{port: 443}]}]
//! ```
//! ```yaml fixed
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   egress: [{ports: [{port: 443}]}]
//!   policyTypes: [Ingress, Egress]
//! ```
//!
//! ```yaml pass
//! kind: NetworkPolicy
//! metadata: {name: ingress}
//! spec: {podSelector: {}, ingress: []}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: closed}
//! spec: {podSelector: {}, egress: [], policyTypes: [Ingress, Egress]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: by-choice}
//! spec: {podSelector: {}, egress: [], policyTypes: [Ingress]}
//! ```

use kubesift_engine::model::Match;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.5,
    profiles: &[Profile::Default, Profile::Hygiene],
    fix: Some(Safe),
    run: Run::Links(&["networking.k8s.io/NetworkPolicy"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let types = resource.field("spec.policyTypes");
    if types.exists() {
        return;
    }
    let egress = resource.field("spec.egress");
    if egress.node().is_some_and(|node| node.is_list() && node.items().next().is_none()) {
        let words = "has no egress rule and no `policyTypes`, so egress stays open";
        out.report(egress, words).severity(Medium);
        return;
    }
    let Some(policy) = graph.policies_of(resource).next().filter(|_| out.is_asked()) else {
        return;
    };
    let (words, value) = match policy.closes(Direction::Egress) {
        Match::Yes => ("are Ingress and Egress", "[Ingress, Egress]"),
        Match::No => ("are Ingress only", "[Ingress]"),
        Match::Unknown => return,
    };
    out.report(types, format!("does not state its `policyTypes`, which {words} by its rules")).set(
        Safe,
        "state the types that hold",
        types,
        value,
    );
}

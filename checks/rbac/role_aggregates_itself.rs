//! A ClusterRole takes its rules from itself.
//!
//! The controller that fills in aggregated roles leaves a role out of its own rules. Where a role
//! selects itself, or two roles select each other, somebody meant other labels than those that stand
//! there: rights that were meant to come from a third role do not come, or come back to where they
//! were taken from.
//!
//! Give the parts another label than the whole.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata:
//!   name: monitoring
//!   labels: {aggregate-to-monitoring: "true"}
//! aggregationRule:
//!   clusterRoleSelectors:
//! # ^^^^^^^^^^^^^^^^^^^^ ClusterRole `monitoring` selects itself to take rules from, which gives none
//!     - matchLabels: {aggregate-to-monitoring: "true"}
//! ---
//! kind: ClusterRole
//! metadata: {name: part, labels: {aggregate-to-monitoring: "true"}}
//! rules: []
//! ```
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: one, labels: {part-of: two}}
//! aggregationRule:
//!   clusterRoleSelectors: [{matchLabels: {part-of: one}}]
//! # ^^^^^^^^^^^^^^^^^^^^ ClusterRole `one` takes its own rules back from ClusterRole `two`
//! ---
//! kind: ClusterRole
//! metadata: {name: two, labels: {part-of: one}}
//! aggregationRule:
//!   clusterRoleSelectors: [{matchLabels: {part-of: two}}]
//! # ^^^^^^^^^^^^^^^^^^^^ ClusterRole `two` takes its own rules back from ClusterRole `one`
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: whole, labels: {rbac.authorization.k8s.io/aggregate-to-admin: "true"}}
//! aggregationRule:
//!   clusterRoleSelectors: [{matchLabels: {part-of: whole}}]
//! ---
//! kind: ClusterRole
//! metadata: {name: part, labels: {part-of: whole}}
//! rules: []
//! ---
//! kind: ClusterRole
//! metadata: {name: later, labels: {part-of: "${NAME}"}}
//! aggregationRule:
//!   clusterRoleSelectors: [{matchLabels: {part-of: later}}]
//! ```

use kubesift_engine::model::Match;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[Profile::Default, Profile::Hygiene],
    refs: &[Url(
        "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles",
    )],
    run: Run::Links(&["rbac.authorization.k8s.io/ClusterRole"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let roles = &graph.rights().roles;
    let Some(at) = roles.position(resource) else { return };
    let Some(role) = roles.get(at).filter(|role| role.aggregates.is_some()) else { return };
    let field = resource.field("aggregationRule.clusterRoleSelectors");
    if role.takes_itself() == Match::Yes {
        out.report(field, "selects itself to take rules from, which gives none");
        return;
    }
    let cycle = roles.cycle(at);
    let Some(other) = cycle.first().filter(|_| cycle.len() > 1) else { return };
    let draft = out.report(field, format!("takes its own rules back from {}", other.words()));
    if let Some(resource) = other.resource {
        draft.note(resource.field("metadata.name"), "the role that takes them");
    }
}

//! A Role or ClusterRole is bound by nothing.
//!
//! A role that nobody has is left over, or its binding names another one. Left over, it waits for
//! somebody to bind it without looking at what it grants.
//!
//! Remove it, or bind it.
//!
//! Silent for roles whose rules join another role by aggregation, for roles that are made for people
//! to bind (named `…-viewer-role`, `…-editor-role`,
//! `…-admin`, `metrics-reader`, and so on), for roles of Kubernetes
//! itself, and where the binding may stand elsewhere: the input is only a part of what is applied,
//! unless the run asks for this check by name.
//!
//! ```yaml fail
//! kind: Role
//! metadata: {name: reader, namespace: shop}
//! #          ^^^^^^^^^^^^ Role `reader` is bound by nothing
//! rules: []
//! ---
//! kind: ClusterRole
//! metadata:
//!   name: sweeper
//! # ^^^^^^^^^^^^^ ClusterRole `sweeper` is bound by nothing
//! rules: []
//! ---
//! kind: RoleBinding
//! metadata: {name: reader, namespace: other}
//! roleRef: {kind: Role, name: reader}
//! subjects: [{kind: User, name: ann}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: whole}
//! aggregationRule: {clusterRoleSelectors: [{matchLabels: {part-of: whole}}]}
//! ---
//! kind: ClusterRole
//! metadata: {name: part, labels: {part-of: whole}}
//! rules: []
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: whole}
//! roleRef: {kind: ClusterRole, name: whole}
//! subjects: [{kind: User, name: ann}]
//! ---
//! kind: ClusterRole
//! metadata: {name: extends-view, labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}}
//! rules: []
//! ---
//! kind: ClusterRole
//! metadata: {name: extends-another, labels: {rbac.example.com/aggregate-to-operator: "true"}}
//! rules: []
//! ---
//! kind: ClusterRole
//! metadata: {name: widget-editor-role}
//! rules: []
//! ---
//! kind: Role
//! metadata: {name: reader}
//! rules: []
//! ---
//! kind: RoleBinding
//! metadata: {name: reader, namespace: applied-here}
//! roleRef: {kind: Role, name: reader}
//! subjects: [{kind: User, name: ann}]
//! ```
//!
//! ```yaml pass incomplete
//! kind: Role
//! metadata: {name: part}
//! rules: []
//! ```

use kubesift_engine::model::rights::{Extent, is_bootstrap_rbac};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("popeye:POP-400")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

/// Ends of the names of roles that a project offers for people to bind.
const OFFERED: [&str; 8] = [
    "metrics-reader",
    "-admin",
    "-admin-role",
    "-edit",
    "-editor-role",
    "-view",
    "-viewer",
    "-viewer-role",
];

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let name = role.name.as_deref().unwrap_or_default();
    if name.starts_with("system:") || OFFERED.iter().any(|end| name.ends_with(end)) {
        return;
    }
    let labels = role.node().at("metadata.labels");
    let joins = labels.into_iter().flat_map(Node::entries).any(|(key, _)| {
        key.rsplit('/').next().is_some_and(|name| name.starts_with("aggregate-to-"))
    });
    let reach = graph.role_reach(role);
    let unbound = match reach.extent {
        Extent::Unbound => true,
        // A part of what is applied, whose rest was not asked for.
        Extent::Unknown => !graph.build().complete && !graph.rights().may_be_bound(role),
        _ => false,
    };
    let unbound = unbound && reach.bindings.is_empty() && reach.joins.is_empty();
    if unbound && !joins && !is_bootstrap_rbac(role) {
        out.report(role.field("metadata.name"), "is bound by nothing");
    }
}

//! A role or binding lets pods of OpenShift run as root.
//!
//! The security context constraints `anyuid`, `hostmount-anyuid` and `privileged` let a pod choose
//! its user, root included; the last two give it paths of the node as well, and the last one the
//! node.
//!
//! Let the image run as any user of the namespace's range (`restricted-v2`), or make constraints
//! that allow what is needed.
//!
//! Severity follows reach for a role: one step less where bindings give it in namespaces only,
//! information where nothing here binds it. Bindings to `system:openshift:scc:anyuid` and its like
//! count in full.
//!
//! ```yaml fail
//! kind: Role
//! metadata: {name: root, namespace: shop}
//! rules:
//!   - apiGroups: [security.openshift.io]
//!     resources: [securitycontextconstraints]
//!     resourceNames: [anyuid]
//! #                   ^^^^^^ Role `root` lets pods use the security context constraints `anyuid` in namespace `shop`
//!     verbs: [use]
//! ---
//! kind: RoleBinding
//! metadata: {name: root, namespace: shop}
//! roleRef: {kind: Role, name: root}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: every}
//! rules:
//!   - {apiGroups: [security.openshift.io], resources: [securitycontextconstraints], verbs: [use]}
//! #                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRole `every` lets pods use every security context constraints, bound by nothing here
//! ---
//! kind: RoleBinding
//! metadata: {name: jobs, namespace: shop}
//! roleRef: {kind: ClusterRole, name: "system:openshift:scc:anyuid"}
//! #                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RoleBinding `jobs` lets the pods of ServiceAccount `shop/jobs` use the security context constraints `anyuid`
//! subjects: [{kind: ServiceAccount, name: jobs}]
//! ```
//!
//! ```yaml pass
//! kind: Role
//! metadata: {name: plain, namespace: shop}
//! rules:
//!   - {apiGroups: [security.openshift.io], resources: [securitycontextconstraints], resourceNames: [nonroot], verbs: [use]}
//!   - {apiGroups: [security.openshift.io], resources: [securitycontextconstraints], resourceNames: [anyuid], verbs: [get]}
//! ---
//! kind: RoleBinding
//! metadata: {name: nonroot, namespace: shop}
//! roleRef: {kind: ClusterRole, name: "system:openshift:scc:nonroot-v2"}
//! subjects: [{kind: ServiceAccount, name: jobs}]
//! ```

use kubesift_engine::model::rights::{Binding, Far, Power};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    refs: &[Peer("kyverno:disallow-security-context-constraint-anyuid")],
    run: Run::Links(
        &[
            "rbac.authorization.k8s.io/ClusterRole",
            "rbac.authorization.k8s.io/ClusterRoleBinding",
            "rbac.authorization.k8s.io/Role",
            "rbac.authorization.k8s.io/RoleBinding",
        ],
        run,
    ),
    ..Check::DEFAULT
};

/// Constraints that let a pod choose root.
const STRONG: &[&str] = &["anyuid", "hostmount-anyuid", "privileged"];

const CONSTRAINTS: Power = Power {
    verbs: &["use"],
    resources: &[("security.openshift.io", "securitycontextconstraints")],
    names: STRONG,
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    match Binding::of(resource) {
        Some(binding) => judge_binding(&binding, out),
        None => judge_role(resource, graph, out),
    }
}

fn judge_binding(binding: &Binding, out: &mut Out) {
    let Some(role) = binding.role else { return };
    let name = role.name.strip_prefix("system:openshift:scc:");
    let Some(name) = name.filter(|name| STRONG.contains(name)) else { return };
    let Some(subjects) = binding.subject_words() else { return };
    let what = format!("use the security context constraints `{name}`");
    out.report(role.node, format!("lets the pods of {subjects} {what}"));
}

fn judge_role(role: &Resource, graph: &Graph, out: &mut Out) {
    for held in graph.held(role, &CONSTRAINTS, out.is_asked()) {
        let severity = match held.far {
            Far::Cluster => High,
            Far::Namespaces => Medium,
            Far::Nowhere => Info,
        };
        let named = held.rule.names.iter().find(|name| STRONG.contains(&name.text));
        let (place, which) = match named {
            Some(name) => {
                let which = format!("the security context constraints `{}`", name.text);
                (name.node.unwrap_or(held.resource), which)
            }
            None => (held.resource, "every security context constraints".to_owned()),
        };
        let message = format!("lets pods use {which}{}", held.place());
        let draft = out.report(place, message).severity(severity);
        draft.cause(held.cause()).notes(held.binding());
    }
}

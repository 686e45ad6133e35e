//! A binding gives a role that lets its subjects run commands in pods.
//!
//! `pods/exec` and `pods/attach` give a shell in a container, with its secrets, its token and its
//! network. Whoever takes over the subject goes on from there, in every namespace that the binding
//! reaches.
//!
//! Give the right to people for the time they need it, and in the namespace they need it in.
//!
//! `role-pod-exec` and `role-pod-attach` say the same of the role: where they find something, their
//! finding stays. This one is for a review of who gets the right, and counts rules with `*` and
//! those that come by aggregation. A RoleBinding counts one step less. Silent for bindings without
//! subjects and for built-in roles.
//!
//! ```yaml fail
//! kind: Role
//! metadata: {name: debug, namespace: shop}
//! rules: [{apiGroups: [""], resources: [pods/exec], verbs: [create]}]
//! ---
//! kind: RoleBinding
//! metadata: {name: debug, namespace: shop}
//! roleRef:
//!   kind: Role
//!   name: debug
//! # ^^^^^^^^^^^ RoleBinding `debug` lets Group `team` run commands in the pods of namespace `shop`: Role `debug` grants `create` on `pods/exec`
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: debug}
//! rules: [{apiGroups: [""], resources: ["*"], verbs: [get]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: debug}
//! roleRef: {kind: ClusterRole, name: debug}
//! #                            ^^^^^^^^^^^ ClusterRoleBinding `debug` lets Group `team` run commands in the pods of the cluster: ClusterRole `debug` grants `get` on `pods/exec`
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: look}
//! rules:
//!   - {apiGroups: [""], resources: [pods, pods/log], verbs: ["*"]}
//!   - {apiGroups: [""], resources: [pods/exec], verbs: [list]}
//!   - {apiGroups: [apps], resources: [pods/exec], verbs: [create]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: look}
//! roleRef: {kind: ClusterRole, name: look}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: RoleBinding
//! metadata: {name: elsewhere}
//! roleRef: {kind: Role, name: elsewhere}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::{Reach, Rule};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    profiles: &[],
    yields_to: &[
        "role-pod-exec",
        "role-pod-attach",
        "role-wildcard-all",
        "cluster-admin-equivalent-binding",
    ],
    refs: &[
        Peer("polaris:clusterrolebindingPodExecAttach"),
        Peer("polaris:rolebindingClusterRolePodExecAttach"),
        Peer("polaris:rolebindingRolePodExecAttach"),
        Peer("kubescape:C-0002"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(binding) = graph.binding(resource) else { return };
    let (Some(named), Some(whom)) = (binding.role, binding.subject_words()) else { return };
    for (role, rules) in graph.roles_given(resource) {
        let Some((rule, verb, subresource)) = rules.sure().find_map(shell) else { continue };
        let Some(at) = rule.place_of(&[verb], "", subresource) else { continue };
        let severity = if binding.reach == Reach::Cluster { High } else { Medium };
        let (place, role) = (binding.place_words(), role.words());
        let message = format!(
            "lets {whom} run commands in the pods of {place}: {role} grants `{verb}` on \
             `{subresource}`"
        );
        let draft = out.report(named.node, message).severity(severity).cause(rule.cause());
        draft.note(at, "the rule that grants it");
        return;
    }
}

/// The verb and the subresource by which a rule gives a shell in pods.
fn shell<'r, 'a>(rule: &'r Rule<'a>) -> Option<(&'r Rule<'a>, &'static str, &'static str)> {
    let ways = [
        ("create", "pods/exec"),
        ("get", "pods/exec"),
        ("create", "pods/attach"),
        ("get", "pods/attach"),
    ];
    let (verb, resource) =
        ways.into_iter().find(|(verb, resource)| rule.granted(verb, "", resource).is_some())?;
    Some((rule, verb, resource))
}

//! A binding gives every right by a role that is `cluster-admin` under another name.
//!
//! A role with every verb on every resource of every group makes its subjects masters of the
//! cluster, or of a namespace where a RoleBinding gives it; and whoever takes over one of them. A
//! name such as `deployer` hides it.
//!
//! Give the role the verbs and resources that its subjects use; `kubectl auth can-i --list --as …`
//! shows what they have.
//!
//! A RoleBinding counts one step less. `role-wildcard-all` says the same of the role: where both
//! find something, the finding on the role stays. Rules that a role takes from others by aggregation
//! count. Silent for bindings without subjects and for the group `system:masters`; a binding to the
//! built-in role is left to `cluster-admin-binding`.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: deployer}
//! rules:
//!   - apiGroups: ["*"]
//!     resources: ["*"]
//!     verbs: ["*"]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: ci}
//! roleRef:
//!   kind: ClusterRole
//!   name: deployer
//! # ^^^^^^^^^^^^^^ ClusterRoleBinding `ci` gives every right in the cluster to ServiceAccount `ci/runner`: ClusterRole `deployer` grants every verb on every resource
//! subjects:
//!   - {kind: ServiceAccount, name: runner, namespace: ci}
//! ---
//! kind: RoleBinding
//! metadata: {name: team, namespace: shop}
//! roleRef: {kind: ClusterRole, name: deployer}
//! #                            ^^^^^^^^^^^^^^ RoleBinding `team` gives every right in namespace `shop` to Group `team` and 1 more: ClusterRole `deployer` grants every verb on every resource
//! subjects:
//!   - {kind: Group, name: team}
//!   - {kind: User, name: ann}
//! ```
//!
//! By aggregation:
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: whole}
//! aggregationRule: {clusterRoleSelectors: [{matchLabels: {for: whole}}]}
//! ---
//! kind: ClusterRole
//! metadata: {name: part, labels: {for: whole}}
//! rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: ci}
//! roleRef: {kind: ClusterRole, name: whole}
//! #                            ^^^^^^^^^^^ ClusterRoleBinding `ci` gives every right in the cluster to User `ann`: ClusterRole `whole` grants every verb on every resource
//! subjects: [{kind: User, name: ann}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [""], resources: ["*"], verbs: ["*"]}
//!   - {apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch]}
//!   - {apiGroups: ["*"], resources: ["*"], verbs: ["*"], resourceNames: [own]}
//! ---
//! kind: ClusterRole
//! metadata: {name: all}
//! rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: User, name: ann}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: nobody}
//! roleRef: {kind: ClusterRole, name: all}
//! subjects: []
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: masters}
//! roleRef: {kind: ClusterRole, name: all}
//! subjects: [{kind: Group, name: "system:masters"}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: admin}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects: [{kind: User, name: ann}]
//! ```

use kubesift_engine::model::rights::Reach;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    yields_to: &["role-wildcard-all", "cluster-admin-binding"],
    refs: &[
        Cis("5.1.1"),
        Peer("polaris:clusterrolebindingClusterAdmin"),
        Peer("polaris:rolebindingClusterAdminRole"),
        Peer("polaris:rolebindingClusterAdminClusterRole"),
        Peer("kubescape:C-0035"),
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
        let Some(rule) = rules.sure().find(|rule| rule.is_everything()) else { continue };
        let Some(node) = rule.node else { continue };
        let severity = if binding.reach == Reach::Cluster { High } else { Medium };
        let (place, role) = (binding.place_words(), role.words());
        let message = format!(
            "gives every right in {place} to {whom}: {role} grants every verb on every resource"
        );
        let draft = out.report(named.node, message).severity(severity).cause(rule.cause());
        draft.note(node, "the rule that grants it");
        return;
    }
}

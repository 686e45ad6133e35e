//! A binding gives every right: its role is `cluster-admin`.
//!
//! A ClusterRoleBinding to `cluster-admin` makes its subjects masters of the cluster, and whoever
//! takes over one of them. A RoleBinding to it gives everything in one namespace, Secrets and the
//! rights of every other account there included.
//!
//! Bind a role that holds what is needed: `admin` or `edit` in a namespace, or one of your own.
//!
//! Silent for the binding to the group `system:masters`, which every cluster has, for OpenShift's
//! own (`system:cluster-admins`, `system:admin`), and for a binding without subjects. A RoleBinding
//! counts one step less. A Role of the same name is not this role (Kyverno reports it); roles of
//! other names that hold everything are reported by `cluster-admin-equivalent-binding`.
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: tiller}
//! roleRef:
//!   kind: ClusterRole
//!   name: cluster-admin
//! # ^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `tiller` gives every right in the cluster to ServiceAccount `kube-system/tiller`
//!   apiGroup: rbac.authorization.k8s.io
//! subjects:
//!   - {kind: ServiceAccount, name: tiller, namespace: kube-system}
//! ---
//! kind: RoleBinding
//! metadata: {name: team, namespace: shop}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! #                            ^^^^^^^^^^^^^^^^^^^ RoleBinding `team` gives every right in namespace `shop` to Group `team` and 2 more
//! subjects:
//!   - {kind: Group, name: team}
//!   - {kind: User, name: ann}
//!   - {kind: ServiceAccount, name: ci}
//! ```
//!
//! ```yaml pass
//! kind: ClusterRoleBinding
//! metadata: {name: cluster-admin}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects:
//!   - {kind: Group, name: system:masters}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: cluster-admins}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects:
//!   - {kind: Group, name: system:cluster-admins}
//!   - {kind: User, name: system:admin}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: nobody}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects: []
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: view}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects: [{kind: Group, name: everybody}]
//! ---
//! kind: RoleBinding
//! metadata: {name: own}
//! roleRef: {kind: Role, name: cluster-admin}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: unknown}
//! roleRef: {kind: ClusterRole, name: "${ROLE}"}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::{Binding, Reach, RoleKind, Who, is_bootstrap_rbac};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    refs: &[
        Cis("5.1.1"),
        Peer("kube-linter:cluster-admin-role-binding"),
        Peer("trivy:KSV-0111"),
        Peer("kics:249328b8"),
        Peer("kubescape:C-0035"),
        Peer("kubescape:C-0185"),
        Peer("polaris:clusterrolebindingClusterAdmin"),
        Peer("polaris:rolebindingClusterAdminClusterRole"),
        Peer("kyverno:restrict-binding-clusteradmin"),
        Peer("datree:CIS_INVALID_ROLE_CLUSTER_ADMIN"),
    ],
    run: Run::Resource(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

/// The subjects that Kubernetes and OpenShift bind themselves.
const BUILT_IN: [Who; 3] =
    [Who::Group("system:masters"), Who::Group("system:cluster-admins"), Who::User("system:admin")];

fn run(resource: &Resource, out: &mut Out) {
    let Some(binding) = Binding::of(resource) else { return };
    let Some(role) = binding.role else { return };
    let is_it = role.kind == Some(RoleKind::ClusterRole) && role.name == "cluster-admin";
    if !is_it || is_bootstrap_rbac(resource) {
        return;
    }
    let mut given = binding.subjects.iter().filter(|subject| !BUILT_IN.contains(&subject.who));
    let Some(first) = given.next() else { return };
    let others = match given.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let severity = if binding.reach == Reach::Cluster { High } else { Medium };
    let place = binding.place_words();
    let message = format!("gives every right in {place} to {}{others}", first.words());
    out.report(role.node, message).severity(severity).cause(binding.cause());
}

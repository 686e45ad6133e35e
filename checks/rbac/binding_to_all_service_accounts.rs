//! A binding gives rights to every service account.
//!
//! The group `system:serviceaccounts` is every ServiceAccount of the cluster, and
//! `system:serviceaccounts:NAMESPACE` every one of a namespace: so whoever takes over any pod that
//! has a token has these rights.
//!
//! Bind the ServiceAccounts that need them by name.
//!
//! Counts one step less for each of these: a RoleBinding, the group of one namespace, a ClusterRole
//! of the same build that gives nothing but reading (or a PodSecurityPolicy, which no version knows
//! any more); never less than low. Silent for roles that hold discovery and public keys only, and
//! for `system:image-puller`, by which OpenShift lets the pods of a namespace pull its images.
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: readers}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects:
//!   - kind: Group
//!     name: system:serviceaccounts
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `readers` gives the rights of ClusterRole `view` to every service account of the cluster
//! ---
//! kind: RoleBinding
//! metadata: {name: shop, namespace: shop}
//! roleRef: {kind: Role, name: jobs}
//! subjects:
//!   - {kind: Group, name: "system:serviceaccounts:shop"}
//! #                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RoleBinding `shop` gives the rights of Role `jobs` to every service account of namespace `shop`
//! ```
//!
//! ```yaml pass
//! kind: ClusterRoleBinding
//! metadata: {name: system:service-account-issuer-discovery}
//! roleRef: {kind: ClusterRole, name: system:service-account-issuer-discovery}
//! subjects: [{kind: Group, name: "system:serviceaccounts"}]
//! ---
//! kind: RoleBinding
//! metadata: {name: system:image-pullers, namespace: shop}
//! roleRef: {kind: ClusterRole, name: system:image-puller}
//! subjects: [{kind: Group, name: "system:serviceaccounts:shop"}]
//! ---
//! kind: RoleBinding
//! metadata: {name: shop, namespace: shop}
//! roleRef: {kind: Role, name: jobs}
//! subjects:
//!   - {kind: ServiceAccount, name: jobs}
//!   - {kind: User, name: "system:serviceaccounts"}
//! ```

use kubesift_engine::model::rights::{Binding, Reach, Who, is_bootstrap_rbac, is_public_role};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[Cis("5.1.5")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

const CLUSTER_ROLE: &str = "rbac.authorization.k8s.io/ClusterRole";

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(binding) = Binding::of(resource) else { return };
    let role = binding.role_name().unwrap_or_default();
    if is_bootstrap_rbac(resource) || is_public_role(role) || role == "system:image-puller" {
        return;
    }
    let given = graph.find(CLUSTER_ROLE, None, role);
    let only_reads = given.is_some_and(|role| graph.only_reads(role));
    let is_local = binding.reach != Reach::Cluster;
    for subject in &binding.subjects {
        let Who::Group(group) = subject.who else { continue };
        let Some(rest) = group.strip_prefix("system:serviceaccounts") else { continue };
        let (of, is_one) = match rest.strip_prefix(':') {
            Some(namespace) => (format!("namespace `{namespace}`"), true),
            None if rest.is_empty() => ("the cluster".to_owned(), false),
            None => continue,
        };
        let severity = match [is_local, is_one, only_reads].map(u8::from).iter().sum::<u8>() {
            0 => High,
            1 => Medium,
            _ => Low,
        };
        let role = binding.role_words();
        let message = format!("gives the rights of {role} to every service account of {of}");
        out.report(subject.node.field("name"), message).severity(severity);
    }
}

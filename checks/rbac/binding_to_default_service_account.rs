//! A binding gives rights to a default service account.
//!
//! Every pod of the namespace that names no account runs as `default`, those that are added later
//! included. So the rights go to workloads that nobody had in mind, and whoever takes over one of
//! them has them.
//!
//! Make a ServiceAccount for the workload that needs the rights, and bind that one.
//!
//! ```yaml fail
//! kind: RoleBinding
//! metadata: {name: reader, namespace: shop}
//! roleRef: {kind: Role, name: reader}
//! subjects:
//!   - kind: ServiceAccount
//!     name: default
//! #   ^^^^^^^^^^^^^ RoleBinding `reader` gives the rights of Role `reader` to the service account `default` of namespace `shop`
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects:
//!   - {kind: ServiceAccount, name: operator, namespace: shop}
//!   - {kind: ServiceAccount, name: default, namespace: tools}
//! #                          ^^^^^^^^^^^^^ ClusterRoleBinding `operator` gives the rights of ClusterRole `operator` to the service account `default` of namespace `tools`
//!   - {kind: User, name: "system:serviceaccount:tools:default"}
//! #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `operator` gives the rights of ClusterRole `operator` to the service account `default` of namespace `tools`
//! ```
//!
//! Where the role is `cluster-admin`, that is the finding:
//!
//! ```yaml fail with=cluster-admin-binding
//! kind: ClusterRoleBinding
//! metadata: {name: tiller}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! #                            ^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `tiller` gives every right in the cluster to ServiceAccount `tools/default`
//! subjects:
//!   - {kind: ServiceAccount, name: default, namespace: tools}
//! ```
//!
//! ```yaml pass
//! kind: RoleBinding
//! metadata: {name: reader, namespace: shop}
//! roleRef: {kind: Role, name: reader}
//! subjects:
//!   - {kind: ServiceAccount, name: reader}
//!   - {kind: ServiceAccount, name: "${NAME}"}
//!   - {kind: Group, name: default}
//!   - {kind: User, name: default}
//! ```

use kubesift_engine::model::rights::{Binding, Who};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default, Profile::Cis],
    yields_to: &["cluster-admin-binding"],
    refs: &[
        Cis("5.1.5"),
        Peer("checkov:CKV_K8S_42"),
        Peer("kics:1e749bc9"),
        Peer("terrascan:AC-K8-IA-RO-H-0104"),
        Peer("kubescape:C-0189"),
        Peer("popeye:POP-308"),
    ],
    run: Run::Resource(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    let Some(binding) = Binding::of(resource) else { return };
    for subject in &binding.subjects {
        let Who::Account(namespace, "default") = subject.who else { continue };
        let of = match namespace {
            Some(namespace) => format!("namespace `{namespace}`"),
            None => "its namespace".to_owned(),
        };
        let role = binding.role_words();
        let message =
            format!("gives the rights of {role} to the service account `default` of {of}");
        out.report(subject.node.field("name"), message).cause(binding.cause());
    }
}

//! A binding names a single user.
//!
//! Rights of single people outlive their work: nobody takes them away when the person leaves, and
//! a name can be given to somebody else. Kubernetes has no list of users to compare with.
//!
//! Bind a group that your identity provider keeps, and for programs a ServiceAccount.
//!
//! Opt-in. Silent for the users of Kubernetes' own components (`system:kube-scheduler`) and for a
//! ServiceAccount named by its user name.
//!
//! ```yaml fail
//! kind: RoleBinding
//! metadata: {name: edit, namespace: shop}
//! roleRef: {kind: ClusterRole, name: edit}
//! subjects:
//!   - {kind: User, name: ann@example.com}
//! #                ^^^^^^^^^^^^^^^^^^^^^ RoleBinding `edit` gives the rights of ClusterRole `edit` to a single user, `ann@example.com`
//! ```
//!
//! ```yaml pass
//! kind: RoleBinding
//! metadata: {name: edit, namespace: shop}
//! roleRef: {kind: ClusterRole, name: edit}
//! subjects:
//!   - {kind: Group, name: team}
//!   - {kind: ServiceAccount, name: ci}
//!   - {kind: User, name: "system:kube-scheduler"}
//!   - {kind: User, name: "system:serviceaccount:shop:ci"}
//!   - {kind: User, name: "${USER}"}
//! ```

use kubesift_engine::model::{
    is_unknown,
    rights::{Binding, Who},
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[],
    run: Run::Resource(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    let Some(binding) = Binding::of(resource) else { return };
    for subject in &binding.subjects {
        let Who::User(user) = subject.who else { continue };
        if user.starts_with("system:") || is_unknown(user) {
            continue;
        }
        let role = binding.role_words();
        let message = format!("gives the rights of {role} to a single user, `{user}`");
        out.report(subject.node.field("name"), message);
    }
}

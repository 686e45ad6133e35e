//! A binding has no subjects.
//!
//! It gives its role to nobody. Mostly it is left over from a subject that went, and whoever adds
//! one does not see that a binding to this role waits for it.
//!
//! Remove the binding, or name who it is for.
//!
//! Silent where the list is filled in later, for a patch (which has no `roleRef`), and for
//! OpenShift's `self-provisioner`, whose binding is emptied to take the right from everybody.
//!
//! ```yaml fail
//! kind: RoleBinding
//! metadata: {name: edit, namespace: shop}
//! roleRef: {kind: ClusterRole, name: edit}
//! subjects: []
//! #^^^^^^^ RoleBinding `edit` binds ClusterRole `edit` to nobody
//! ---
//! kind: ClusterRoleBinding
//! #^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `view` binds ClusterRole `view` to nobody
//! metadata: {name: view}
//! roleRef: {kind: ClusterRole, name: view}
//! ```
//!
//! ```yaml pass
//! kind: RoleBinding
//! metadata: {name: edit, namespace: shop}
//! roleRef: {kind: ClusterRole, name: edit}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: RoleBinding
//! metadata: {name: later, namespace: shop}
//! roleRef: {kind: ClusterRole, name: edit}
//! subjects: ${SUBJECTS}
//! ---
//! kind: RoleBinding
//! metadata: {name: patch, namespace: shop}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: self-provisioners}
//! roleRef: {kind: ClusterRole, name: self-provisioner}
//! subjects: null
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[Profile::Hygiene],
    run: Run::Resource(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(binding: &Resource, out: &mut Out) {
    let subjects = binding.field("subjects");
    let Some(role) = binding.field("roleRef.name").str() else { return };
    let is_empty = match subjects.node().filter(|_| subjects.exists()) {
        Some(node) => node.is_list() && node.items().next().is_none(),
        None => true,
    };
    if is_empty && role != "self-provisioner" {
        let kind = binding.field("roleRef.kind").str().unwrap_or("role");
        out.report(subjects, format!("binds {kind} `{role}` to nobody"));
    }
}

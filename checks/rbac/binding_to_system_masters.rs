//! A binding names the group `system:masters`.
//!
//! The API server lets members of this group do everything before it asks any authorizer: rights
//! cannot be taken from them, and no policy of RBAC holds for them. A binding to the group gives
//! nothing that they do not have, so it shows that somebody works with certificates of the group.
//!
//! Give people a group of your own, bind that one, and keep the credentials of `system:masters`
//! for emergencies.
//!
//! Silent for the binding that Kubernetes makes itself, `cluster-admin`.
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: admins}
//! roleRef: {kind: ClusterRole, name: admin}
//! subjects:
//!   - kind: Group
//!     name: system:masters
//! #   ^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `admins` names the group `system:masters`, whose members no authorizer is asked about
//! ```
//!
//! ```yaml pass
//! kind: ClusterRoleBinding
//! metadata: {name: cluster-admin}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects: [{kind: Group, name: "system:masters"}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: cluster-admins, labels: {kubernetes.io/bootstrapping: rbac-defaults}}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects: [{kind: Group, name: "system:masters"}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: admins}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects:
//!   - {kind: Group, name: "team:masters"}
//!   - {kind: User, name: "system:masters"}
//! ```

use kubesift_engine::model::rights::{Binding, Who, is_bootstrap_rbac};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Critical,
    score: 9.0,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[
        Cis("5.1.7"),
        Peer("trivy:KSV-0123"),
        Peer("kubescape:C-0246"),
        Peer("kyverno:restrict-binding-system-groups"),
        Peer("datree:CIS_INVALID_VALUE_SYSTEM_MASTERS"),
    ],
    run: Run::Resource(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    let Some(binding) = Binding::of(resource) else { return };
    let is_built_in = resource.name.as_deref() == Some("cluster-admin")
        && binding.role_name() == Some("cluster-admin");
    if is_built_in || is_bootstrap_rbac(resource) {
        return;
    }
    let masters = Who::Group("system:masters");
    for subject in binding.subjects.iter().filter(|subject| subject.who == masters) {
        let message =
            "names the group `system:masters`, whose members no authorizer is asked about";
        out.report(subject.node.field("name"), message);
    }
}

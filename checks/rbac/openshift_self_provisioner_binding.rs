//! A binding lets people make OpenShift projects of their own.
//!
//! Who is bound to `self-provisioner` can make projects, and is the administrator of each: outside
//! of the quotas, network policies and bindings that an administrator gives to a project.
//!
//! Make projects from templates, and take the subjects from the binding `self-provisioners`
//! together with its annotation `rbac.authorization.kubernetes.io/autoupdate`, which would bring
//! them back.
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: self-provisioners}
//! roleRef:
//!   kind: ClusterRole
//!   name: self-provisioner
//! # ^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `self-provisioners` lets Group `system:authenticated:oauth` make projects
//! subjects:
//!   - {kind: Group, name: "system:authenticated:oauth"}
//! ---
//! kind: ClusterRoleBinding
//! metadata:
//!   name: self-provisioners
//!   annotations:
//!     rbac.authorization.kubernetes.io/autoupdate: "true"
//! roleRef: {kind: ClusterRole, name: self-provisioner}
//! #                            ^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `self-provisioners` has no subjects, which the API server brings back because of its annotation autoupdate
//! subjects: null
//! ```
//!
//! ```yaml pass
//! kind: ClusterRoleBinding
//! metadata: {name: self-provisioners}
//! roleRef: {kind: ClusterRole, name: self-provisioner}
//! subjects: null
//! ---
//! kind: ClusterRoleBinding
//! metadata:
//!   name: self-provisioners
//!   annotations: {rbac.authorization.kubernetes.io/autoupdate: "false"}
//! roleRef: {kind: ClusterRole, name: self-provisioner}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: viewers}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects: [{kind: Group, name: "system:authenticated:oauth"}]
//! ```

use kubesift_engine::model::rights::Binding;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("kyverno:disallow-self-provisioner-binding")],
    run: Run::Resource(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

const AUTO_UPDATE: &str = "rbac.authorization.kubernetes.io/autoupdate";

fn run(resource: &Resource, out: &mut Out) {
    let Some(binding) = Binding::of(resource) else { return };
    let Some(role) = binding.role.filter(|role| role.name == "self-provisioner") else { return };
    let restored = resource.annotation(AUTO_UPDATE).and_then(Node::text) == Some("true");
    match binding.subject_words() {
        Some(subjects) => {
            out.report(role.node, format!("lets {subjects} make projects"));
        }
        None if restored => {
            let why = "which the API server brings back because of its annotation autoupdate";
            out.report(role.node, format!("has no subjects, {why}"));
        }
        None => {}
    }
}

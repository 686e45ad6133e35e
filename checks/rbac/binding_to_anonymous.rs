//! A binding gives rights to whoever has not logged in.
//!
//! Requests without credentials come as the user `system:anonymous` of the group
//! `system:unauthenticated`. What is bound to them, anyone has who reaches the API server.
//!
//! Bind a user, a group or a ServiceAccount. Documents that must be public need no binding of your
//! own: Kubernetes binds `system:public-info-viewer` to everybody.
//!
//! Silent for the bindings that Kubernetes and kubeadm make themselves, and for roles that hold
//! discovery and public keys only. A RoleBinding counts one step less, and so does a ClusterRole of
//! the same build that gives nothing but reading. A Group with the name of the user, or a User with
//! that of the group, is nobody: that counts as low.
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: open}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects:
//!   - {kind: User, name: "system:anonymous"}
//! #                ^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `open` gives the rights of ClusterRole `view` to requests without credentials
//!   - kind: Group
//!     name: system:unauthenticated
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `open` gives the rights of ClusterRole `view` to requests without credentials
//!   - kind: Group
//!     name: system:anonymous
//! #   ^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `open` names the Group `system:anonymous`, which is the name of a User
//! ```
//!
//! ```yaml pass
//! kind: ClusterRoleBinding
//! metadata: {name: system:public-info-viewer, labels: {kubernetes.io/bootstrapping: rbac-defaults}}
//! roleRef: {kind: ClusterRole, name: system:public-info-viewer}
//! subjects:
//!   - {kind: Group, name: "system:unauthenticated"}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: oidc}
//! roleRef: {kind: ClusterRole, name: system:service-account-issuer-discovery}
//! subjects:
//!   - {kind: Group, name: "system:unauthenticated"}
//! ---
//! kind: RoleBinding
//! metadata: {name: "kubeadm:bootstrap-signer-clusterinfo", namespace: kube-public}
//! roleRef: {kind: Role, name: "kubeadm:bootstrap-signer-clusterinfo"}
//! subjects:
//!   - {kind: User, name: "system:anonymous"}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: closed}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects:
//!   - {kind: Group, name: anonymous}
//!   - {kind: ServiceAccount, name: anonymous, namespace: shop}
//! ```

use kubesift_engine::model::rights::{Binding, Reach, Who, is_bootstrap_rbac, is_public_role};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Critical,
    score: 9.3,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    refs: &[
        Cwe(306),
        Peer("trivy:KSV-0122"),
        Peer("kubescape:C-0262"),
        Peer("kubesec:BindingsToSystemAnonymous"),
        Peer("gatekeeper:k8sdisallowanonymous"),
        Peer("kyverno:restrict-binding-system-groups"),
    ],
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
    let is_kubeadm =
        role.starts_with("kubeadm:") && binding.reach == Reach::Namespace(Some("kube-public"));
    if is_bootstrap_rbac(resource) || is_public_role(role) || is_kubeadm {
        return;
    }
    let only_reads =
        |name| graph.find(CLUSTER_ROLE, None, name).is_some_and(|role| graph.only_reads(role));
    let is_less = binding.reach != Reach::Cluster || binding.role_name().is_some_and(only_reads);
    let severity = if is_less { High } else { Critical };
    for subject in &binding.subjects {
        let other = match subject.who {
            Who::User("system:anonymous") | Who::Group("system:unauthenticated") => None,
            Who::Group("system:anonymous") => Some("User"),
            Who::User("system:unauthenticated") => Some("Group"),
            _ => continue,
        };
        let name = subject.node.field("name");
        if let Some(other) = other {
            let message = format!("names the {}, which is the name of a {other}", subject.words());
            out.report(name, message).severity(Low);
            continue;
        }
        let role = binding.role_words();
        let message = format!("gives the rights of {role} to requests without credentials");
        out.report(name, message).severity(severity);
    }
}

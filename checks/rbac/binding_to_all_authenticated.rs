//! A binding gives rights to everybody who can log in.
//!
//! The group `system:authenticated` is every user and every ServiceAccount, so every pod with a
//! token is in it. Where the API server trusts an outside identity provider it may be far more: on
//! GKE it was every Google account there is.
//!
//! Bind the group of the people who need it, or the ServiceAccounts by name.
//!
//! Silent for the bindings that Kubernetes makes itself, and for roles that hold discovery and
//! public keys only. A RoleBinding counts one step less, for it shares something of one namespace;
//! and so does a ClusterRole of the same build that gives nothing but reading, and nothing that
//! leads to more (a list of namespaces).
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: readers}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects:
//!   - kind: Group
//!     name: system:authenticated
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `readers` gives the rights of ClusterRole `view` to everybody who can log in
//! ```
//!
//! ```yaml pass
//! kind: ClusterRoleBinding
//! metadata: {name: system:discovery, labels: {kubernetes.io/bootstrapping: rbac-defaults}}
//! roleRef: {kind: ClusterRole, name: system:discovery}
//! subjects: [{kind: Group, name: "system:authenticated"}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: basic}
//! roleRef: {kind: ClusterRole, name: system:basic-user}
//! subjects: [{kind: Group, name: "system:authenticated"}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: team}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects:
//!   - {kind: Group, name: team}
//!   - {kind: User, name: "system:authenticated"}
//! ```

use kubesift_engine::model::rights::{Binding, Reach, Who, is_bootstrap_rbac, is_public_role};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    refs: &[
        Cwe(732),
        Peer("trivy:KSV-01011"),
        Peer("kubescape:C-0265"),
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
    if is_bootstrap_rbac(resource) || binding.role_name().is_some_and(is_public_role) {
        return;
    }
    let only_reads =
        |name| graph.find(CLUSTER_ROLE, None, name).is_some_and(|role| graph.only_reads(role));
    let is_less = binding.reach != Reach::Cluster || binding.role_name().is_some_and(only_reads);
    let severity = if is_less { Medium } else { High };
    let everybody = Who::Group("system:authenticated");
    for subject in binding.subjects.iter().filter(|subject| subject.who == everybody) {
        let role = binding.role_words();
        let message = format!("gives the rights of {role} to everybody who can log in");
        out.report(subject.node.field("name"), message).severity(severity);
    }
}

//! Roles and bindings that Kubernetes makes itself: those of its bootstrap policy, and the few whose
//! rights are meant for everybody. Whether something is wrong with another one is left to who asks.

use crate::resource::Resource;

/// The label that the API server gives to the objects of its bootstrap policy.
const LABEL: (&str, &str) = ("kubernetes.io/bootstrapping", "rbac-defaults");

/// ClusterRoles that hold nothing but what a client needs to talk to the API server: versions,
/// discovery, the keys that tokens are signed with, questions about oneself.
const PUBLIC_ROLES: [&str; 4] = [
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
];

/// True for a role or binding that the API server makes at its start, and mends when somebody
/// changes it.
pub fn is_bootstrap_rbac(resource: &Resource) -> bool {
    resource.label(LABEL.0).and_then(|label| label.str()) == Some(LABEL.1)
}

/// True for the name of a ClusterRole of Kubernetes that anybody may have.
pub fn is_public_role(name: &str) -> bool {
    PUBLIC_ROLES.contains(&name)
}

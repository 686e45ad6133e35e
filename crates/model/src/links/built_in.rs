//! Objects that every cluster has, or that a controller of the cluster makes in every namespace.

use super::{Scoped, Wanted};

/// ClusterRoles that the API server makes, or OpenShift's; all others of theirs begin with
/// `system:`.
const ROLES: [&str; 16] = [
    "admin",
    "basic-user",
    "cluster-admin",
    "cluster-debugger",
    "cluster-monitoring-view",
    "cluster-reader",
    "cluster-status",
    "edit",
    "registry-admin",
    "registry-editor",
    "registry-viewer",
    "self-access-reviewer",
    "self-provisioner",
    "storage-admin",
    "sudoer",
    "view",
];

/// ConfigMaps that controllers put into every namespace: the cluster's certificates, OpenShift's,
/// and those of meshes.
const CONFIG_MAPS: [&str; 6] = [
    "config-service-cabundle",
    "config-trusted-cabundle",
    "istio-ca-root-cert",
    "kube-root-ca.crt",
    "linkerd-identity-trust-roots",
    "openshift-service-ca.crt",
];

/// ConfigMaps that are in `kube-system` from the start.
const SYSTEM_CONFIG_MAPS: [&str; 6] = [
    "aws-auth",
    "cluster-info",
    "coredns",
    "extension-apiserver-authentication",
    "kube-proxy",
    "kubeadm-config",
];

/// True for an object that is there without anybody's manifest.
pub(super) fn is_built_in(wanted: &Wanted<'_>) -> bool {
    let name = wanted.name;
    match wanted.kind {
        "Secret" => is_token(name),
        "ServiceAccount" => matches!(name, "builder" | "default" | "deployer"),
        "ConfigMap" => {
            CONFIG_MAPS.contains(&name)
                || wanted.namespace() == Some("kube-system") && SYSTEM_CONFIG_MAPS.contains(&name)
        }
        "PriorityClass" => matches!(name, "system-cluster-critical" | "system-node-critical"),
        "ClusterRole" => ROLES.contains(&name) || name.starts_with("system:"),
        "Role" => {
            name.starts_with("system:") || name == "extension-apiserver-authentication-reader"
        }
        "Namespace" => {
            matches!(name, "default" | "kube-node-lease" | "kube-public" | "kube-system")
        }
        "Service" => {
            name == "kubernetes"
                && matches!(wanted.scope, Scoped::In(None | Some("default")) | Scoped::Any)
        }
        _ => false,
    }
}

/// `web-token-x7k2p`, `web-dockercfg-x7k2p`: what the cluster makes for an account.
fn is_token(name: &str) -> bool {
    let Some((rest, end)) = name.rsplit_once('-') else { return false };
    let random = end.len() == 5 && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    random && (rest.ends_with("-token") || rest.ends_with("-dockercfg"))
}

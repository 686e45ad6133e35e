//! A role may write the map of AWS identities.
//!
//! On EKS the ConfigMap `aws-auth` of `kube-system` says which AWS users and roles are which users
//! and groups of the cluster. Who writes it makes any of them a member of `system:masters`.
//!
//! Manage access by EKS access entries, and take the right away.
//!
//! Reported where a rule names the ConfigMap; the right to write every ConfigMap is
//! `role-manages-configmaps`. Silent where the role holds in other namespaces only; information
//! where nothing here binds it.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: access}
//! rules:
//!   - {apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [get, patch]}
//! #                                 ^^^^^^^^^^ ClusterRole `access` grants `patch` on `configmaps` named `aws-auth` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: access}
//! roleRef: {kind: ClusterRole, name: access}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: access, namespace: kube-system}
//! rules:
//!   - {apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [update]}
//! #                                 ^^^^^^^^^^ Role `access` grants `update` on `configmaps` named `aws-auth` in namespace `kube-system`
//! ---
//! kind: RoleBinding
//! metadata: {name: access, namespace: kube-system}
//! roleRef: {kind: Role, name: access}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [get]}
//!   - {apiGroups: [""], resources: [configmaps], verbs: [update]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: elsewhere}
//! rules:
//!   - {apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [update]}
//! ---
//! kind: RoleBinding
//! metadata: {name: elsewhere, namespace: shop}
//! roleRef: {kind: ClusterRole, name: elsewhere}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: shop, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [update]}
//! ```

use kubesift_engine::model::rights::{Far, Power};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Critical,
    score: 9.0,
    refs: &[Peer("trivy:KSV-0115")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const CONFIG: Power = Power {
    verbs: &["create", "update", "patch", "delete"],
    resources: &[("", "configmaps")],
    names: &["aws-auth"],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    if role.namespace.as_deref().is_some_and(|namespace| namespace != "kube-system") {
        return;
    }
    let is_cluster_role = role.is("rbac.authorization.k8s.io/ClusterRole");
    let is_elsewhere = is_cluster_role && !graph.role_reach(role).is_in("kube-system");
    for held in graph.held(role, &CONFIG, out.is_asked()) {
        if !held.rule.is_named() {
            continue;
        }
        let severity = match held.far {
            Far::Namespaces if is_elsewhere => continue,
            Far::Cluster | Far::Namespaces => Critical,
            Far::Nowhere => Info,
        };
        let draft = out.report(held.resource, held.words_named("aws-auth")).severity(severity);
        draft.cause(held.cause()).notes(held.binding());
    }
}

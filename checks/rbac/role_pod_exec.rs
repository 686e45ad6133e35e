//! A role may run commands in pods.
//!
//! `kubectl exec` is a shell in any container of the namespaces that the role holds in: with the
//! container's Secrets, its service account's token and its network. `create` and `get` both give
//! it.
//!
//! Give the role in the namespaces that need it, for people through a group that is granted for a
//! time.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. `resourceNames` that name single pods are not reported.
//! The right held by `*` is left to `role-wildcard-resources` and `role-wildcard-all`, unless the
//! run asks for this check by name.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: debug}
//! rules:
//!   - {apiGroups: [""], resources: [pods, pods/exec], verbs: [get, create]}
//! #                                       ^^^^^^^^^ ClusterRole `debug` grants `create`, `get` on `pods/exec` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: debug}
//! roleRef: {kind: ClusterRole, name: debug}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: backup, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [pods/exec], verbs: [create]}
//! #                                 ^^^^^^^^^ Role `backup` grants `create` on `pods/exec` in namespace `shop`
//! ---
//! kind: RoleBinding
//! metadata: {name: backup, namespace: shop}
//! roleRef: {kind: Role, name: backup}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml fail asked
//! kind: ClusterRole
//! metadata: {name: any}
//! rules:
//!   - {apiGroups: [""], resources: ["*/exec"], verbs: [create]}
//! #                                 ^^^^^^^^ ClusterRole `any` grants `create` on `*/exec`
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [pods, pods/log], verbs: [get, create]}
//!   - {apiGroups: [""], resources: [pods/exec], verbs: [list]}
//!   - {apiGroups: [""], resources: [pods/exec], resourceNames: [db-0], verbs: [create]}
//!   - {apiGroups: [apps], resources: [pods/exec], verbs: [create]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[
        Peer("trivy:KSV-0053"),
        Peer("kics:c589f42c"),
        Peer("kubescape:C-0002"),
        Peer("polaris:clusterrolePodExecAttach"),
        Peer("polaris:rolePodExecAttach"),
        Peer("checkov:CKV2_K8S_2"),
        Peer("monokle:KBP108"),
        Peer("datree:CONTAINERS_INCORRECT_RESOURCES_VERBS_VALUE"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const EXEC: Power =
    Power { verbs: &["create", "get"], resources: &[("", "pods/exec")], names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &EXEC, InNamespaces::Less);
}

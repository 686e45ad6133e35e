//! A role may write roles and bindings.
//!
//! Who may write bindings gives their own rights to anybody, and keeps them when they are taken
//! away; who may write roles changes what others hold. Only rights that the writer has can be
//! given, unless `bind` or `escalate` come with it.
//!
//! Give the right in the namespaces that it is needed in, or name the objects in `resourceNames`.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Rules that hold `escalate` or `bind` as well are
//! reported by those checks, which name this one.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings, roles], verbs: [create, patch]}
//! #                                                        ^^^^^^^^^^^^ ClusterRole `operator` grants `create`, `patch` on `rolebindings`, `roles` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings, roles], verbs: [get, delete]}
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [roles], resourceNames: [web], verbs: [update]}
//!   - {apiGroups: [""], resources: [roles], verbs: [create]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, clusterrolebindings], verbs: [create]}
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    yields_to: &["role-bind", "role-escalate"],
    refs: &[
        Peer("trivy:KSV-0050"),
        Peer("trivy:KSV-0051"),
        Peer("trivy:KSV-0052"),
        Peer("kics:8320826e"),
        Peer("checkov:CKV2_K8S_1"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const OBJECTS: Power = Power {
    verbs: &["create", "update", "patch"],
    resources: &[
        ("rbac.authorization.k8s.io", "clusterrolebindings"),
        ("rbac.authorization.k8s.io", "rolebindings"),
        ("rbac.authorization.k8s.io", "clusterroles"),
        ("rbac.authorization.k8s.io", "roles"),
    ],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &OBJECTS, InNamespaces::Less);
}

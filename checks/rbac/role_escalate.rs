//! A role may give itself any right.
//!
//! The API server lets nobody write a role with rights that they do not have, unless they hold
//! `escalate` on roles. So who holds it may write a role with every right.
//!
//! Take the verb away, and give the rights themselves. A rule with `*` verbs on roles holds it too:
//! list the verbs that are needed.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. `resourceNames` do not help: any role can be written so
//! that it holds everything. Roles held by `*` are left to `role-wildcard-resources` and
//! `role-wildcard-all`, unless the run asks for this check by name.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, roles], verbs: [get, escalate]}
//! #                                                                                           ^^^^^^^^ high: ClusterRole `operator` grants `escalate` on `clusterroles`, `roles` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings, roles], verbs: ["*"]}
//! #                                                                                      ^^^ medium: Role `local` grants every verb (`escalate` included) on `roles` in namespace `shop`
//! ---
//! kind: RoleBinding
//! metadata: {name: local, namespace: shop}
//! roleRef: {kind: Role, name: local}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! All that is said of one rule is one finding:
//!
//! ```yaml fail with=role-bind,role-manages-rbac,role-wildcard-verbs
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: ["*"]}
//! #                                                                        ^^^ ClusterRole `operator` grants every verb (`escalate` included) on `roles` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: writer}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [get, create, delete]}
//!   - {apiGroups: [""], resources: [pods, roles], verbs: [update, "*"]}
//!   - {apiGroups: ["*"], resources: ["*/scale"], verbs: ["*"]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: writer}
//! roleRef: {kind: ClusterRole, name: writer}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.5,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[
        Cis("5.1.8"),
        Peer("checkov:CKV_K8S_158"),
        Peer("kics:8320826e"),
        Peer("kubescape:C-0191"),
        Peer("kyverno:restrict-escalation-verbs-roles"),
        Peer("trivy:KSV-0050"),
        Peer("datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const ROLES: Power = Power {
    verbs: &["escalate"],
    resources: &[
        ("rbac.authorization.k8s.io", "clusterroles"),
        ("rbac.authorization.k8s.io", "roles"),
    ],
    names: &["*"],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &ROLES, InNamespaces::Less);
}

//! A role may act as others.
//!
//! `impersonate` makes the API server take a request as that of another user, group or service
//! account, and grant it their rights. On groups without `resourceNames` that is `system:masters`,
//! which may do everything.
//!
//! Name the users, groups or accounts in `resourceNames`, or take the right away. A rule with `*`
//! verbs on `serviceaccounts` holds it too: list the verbs that are needed.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. A rule with `resourceNames` is silent, unless they name
//! `system:masters`; so are users and groups in a role that holds in namespaces only, for they are
//! in none. On any other resource the verb does nothing (Kyverno reports it): that is
//! `role-rule-verb-unknown`.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: proxy}
//! rules:
//!   - {apiGroups: [""], resources: [users, groups], verbs: [impersonate]}
//! #                                                         ^^^^^^^^^^^ ClusterRole `proxy` grants `impersonate` on `users`, `groups`
//!   - apiGroups: [""]
//!     resources: [serviceaccounts]
//!     verbs: ["*"]
//! #           ^^^ ClusterRole `proxy` grants every verb (`impersonate` included) on `serviceaccounts` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: proxy}
//! roleRef: {kind: ClusterRole, name: proxy}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [serviceaccounts], verbs: [get, impersonate]}
//! #                                                                ^^^^^^^^^^^ Role `local` grants `impersonate` on `serviceaccounts` in namespace `shop`
//! ---
//! kind: RoleBinding
//! metadata: {name: local, namespace: shop}
//! roleRef: {kind: Role, name: local}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: named}
//! rules:
//!   - {apiGroups: [""], resources: [users], resourceNames: [ann], verbs: [impersonate]}
//!   - {apiGroups: [""], resources: [serviceaccounts], verbs: [get, create]}
//!   - {apiGroups: [""], resources: [pods], verbs: [impersonate]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: named}
//! roleRef: {kind: ClusterRole, name: named}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [users, groups], verbs: [impersonate]}
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.5,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[
        Cis("5.1.8"),
        Peer("trivy:KSV-0043"),
        Peer("checkov:CKV2_K8S_3"),
        Peer("kics:9f85c3f6"),
        Peer("kubescape:C-0065"),
        Peer("kubescape:C-0191"),
        Peer("datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const OTHERS: Power = Power {
    verbs: &["impersonate"],
    resources: &[
        ("", "users"),
        ("", "groups"),
        ("", "serviceaccounts"),
        ("authentication.k8s.io", "uids"),
    ],
    names: &["system:masters"],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &OTHERS, InNamespaces::Less);
}

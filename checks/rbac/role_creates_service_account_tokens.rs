//! A role may make tokens of service accounts.
//!
//! `create` on `serviceaccounts/token` gives a token of any service account of the namespaces that
//! the role holds in, and so its rights, for as long as the token is asked for.
//!
//! Name the accounts in `resourceNames`, which limits a subresource.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: issuer}
//! rules:
//!   - {apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}
//! #                                 ^^^^^^^^^^^^^^^^^^^^^ ClusterRole `issuer` grants `create` on `serviceaccounts/token` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: issuer}
//! roleRef: {kind: ClusterRole, name: issuer}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: Role
//! metadata: {name: issuer, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [web], verbs: [create]}
//!   - {apiGroups: [""], resources: [serviceaccounts], verbs: [create, get]}
//! ---
//! kind: RoleBinding
//! metadata: {name: issuer, namespace: shop}
//! roleRef: {kind: Role, name: issuer}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[Cis("5.1.13"), Peer("kubescape:C-0282")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const TOKENS: Power =
    Power { verbs: &["create"], resources: &[("", "serviceaccounts/token")], names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &TOKENS, InNamespaces::Less);
}

//! A role may change Secrets.
//!
//! Who may write Secrets swaps certificates, passwords and keys for their own, and by making a
//! Secret of type `kubernetes.io/service-account-token` gets a token of any service account of the
//! namespace.
//!
//! Name the Secrets in `resourceNames` (`create` cannot be limited so), or give the role in one
//! namespace.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. A rule that may read Secrets as well is reported by
//! `role-reads-secrets`, which names this check.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: writer}
//! rules:
//!   - {apiGroups: [""], resources: [configmaps, secrets], verbs: [create, patch]}
//! #                                             ^^^^^^^ ClusterRole `writer` grants `create`, `patch` on `secrets` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: writer}
//! roleRef: {kind: ClusterRole, name: writer}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: [get]}
//! ---
//! kind: Role
//! metadata: {name: one-secret, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], resourceNames: [web], verbs: [update, patch]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    profiles: &[Profile::Cis],
    yields_to: &["role-reads-secrets"],
    refs: &[Peer("trivy:KSV-0041"), Peer("trivy:KSV-0113"), Peer("kube-linter:access-to-secrets")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const SECRETS: Power = Power {
    verbs: &["create", "update", "patch", "delete", "deletecollection"],
    resources: &[("", "secrets")],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &SECRETS, InNamespaces::Less);
}

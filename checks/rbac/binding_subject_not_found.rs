//! A binding is for a ServiceAccount that is not there.
//!
//! Rights that are granted to an account which does not exist help nobody, until somebody makes one
//! of that name: whoever may make accounts or pods in the namespace then has them.
//!
//! Correct the subject's name or namespace, or remove it.
//!
//! How much is said depends on how sure it is: see `service-account-not-found`. Nothing is said of
//! users and groups, of `default`, of accounts of `kube-system`, of those that a release or an
//! operator in view makes, and where only a part of what is applied is known.
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! ---
//! kind: RoleBinding
//! metadata: {name: web, namespace: shop}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects:
//!   - kind: ServiceAccount
//!     name: web
//! #   ^^^^^^^^^ RoleBinding `web` is for ServiceAccount `web` of namespace `shops`, which is in namespace `shop` only
//!     namespace: shops
//!   - kind: ServiceAccount
//!     name: worker
//! #   ^^^^^^^^^^^^ RoleBinding `web` is for ServiceAccount `worker`, which no file defines
//!     namespace: shop
//! ```
//!
//! ```yaml pass complete=*
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: web}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects:
//!   - {kind: ServiceAccount, name: web, namespace: shop}
//!   - {kind: ServiceAccount, name: default, namespace: shop}
//!   - {kind: ServiceAccount, name: "${ACCOUNT}", namespace: shop}
//!   - {kind: ServiceAccount, name: web, namespace: "${NAMESPACE}"}
//!   - {kind: User, name: ada}
//!   - {kind: Group, name: "system:masters"}
//! ```
//!
//! ```yaml pass
//! kind: ClusterRoleBinding
//! metadata: {name: controllers}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects: [{kind: ServiceAccount, name: generic-garbage-collector, namespace: kube-system}]
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: worker}
//! ---
//! kind: RoleBinding
//! metadata: {name: web}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects:
//!   - kind: ServiceAccount
//!     name: wroker
//! #   ^^^^^^^^^^^^ RoleBinding `web` is for ServiceAccount `wroker`, which no file defines; the nearest is `worker`
//! ```
//!
//! ```yaml fixed
//! kind: ServiceAccount
//! metadata: {name: worker}
//! ---
//! kind: RoleBinding
//! metadata: {name: web}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects:
//!   - kind: ServiceAccount
//!     name: worker
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("popeye:POP-1300"), Peer("monokle:LNK001")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(binding: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(binding, graph, Usual::Beside, |link| link.relation == Relation::Subject);
}

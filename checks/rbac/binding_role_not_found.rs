//! A binding grants a role that is not there.
//!
//! A binding to a Role or ClusterRole that does not exist grants nothing, and says so nowhere: what
//! needs the rights is refused at run time. Whoever may later make a role of that name decides what
//! the subjects can do.
//!
//! Correct `roleRef`, its kind included, or add the role.
//!
//! How much is said depends on how sure it is: see `service-account-not-found`. Nothing is said of
//! roles that every cluster has (`view`, `cluster-admin`, `system:…`), of those that a release or an
//! operator in view makes, and where only a part of what is applied is known. A ClusterRole may
//! come from anywhere, so one that is not found is reported only where a Role of that name, or a
//! name one letter away, speaks for a mistake, unless a run names this check.
//!
//! ```yaml fail
//! kind: Role
//! metadata: {name: reader, namespace: shop}
//! ---
//! kind: RoleBinding
//! metadata: {name: web, namespace: shop}
//! roleRef:
//!   apiGroup: rbac.authorization.k8s.io
//!   kind: ClusterRole
//!   name: reader
//! # ^^^^^^^^^^^^ RoleBinding `web` grants ClusterRole `reader`, which no file defines; `reader` is a Role
//! subjects: [{kind: User, name: ada}]
//! ---
//! kind: RoleBinding
//! metadata: {name: worker, namespace: shop}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: writer}
//! #                                                          ^^^^^^^^^^^^ RoleBinding `worker` grants Role `writer`, which no file defines
//! ```
//!
//! ```yaml pass complete=*
//! kind: ClusterRole
//! metadata: {name: reader}
//! ---
//! kind: RoleBinding
//! metadata: {name: web, namespace: shop}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: admins}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: auth}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:auth-delegator"}
//! ---
//! kind: RoleBinding
//! metadata: {name: auth, namespace: kube-system}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: extension-apiserver-authentication-reader}
//! ---
//! kind: RoleBinding
//! metadata: {name: filled-in, namespace: shop}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "${ROLE}"}
//! ```
//!
//! ```yaml pass
//! kind: ClusterRoleBinding
//! metadata: {name: metrics}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: of-another-repository}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: Role
//! metadata: {name: config-reader}
//! ---
//! kind: RoleBinding
//! metadata: {name: web}
//! roleRef:
//!   apiGroup: rbac.authorization.k8s.io
//!   kind: Role
//!   name: config-raeder
//! # ^^^^^^^^^^^^^^^^^^^ RoleBinding `web` grants Role `config-raeder`, which no file defines; the nearest is `config-reader`
//! ```
//!
//! ```yaml fixed
//! kind: Role
//! metadata: {name: config-reader}
//! ---
//! kind: RoleBinding
//! metadata: {name: web}
//! roleRef:
//!   apiGroup: rbac.authorization.k8s.io
//!   kind: Role
//!   name: config-reader
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[
        Peer("popeye:POP-1300"),
        Peer("monokle:LNK001"),
        Peer("polaris:clusterrolebindingPodExecAttach"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(binding: &Resource, graph: &Graph, out: &mut Out) {
    let of_kind = |kind: &'static str, usual, out: &mut Out| {
        out.dangling(binding, graph, usual, |link| {
            link.relation == Relation::RoleRef && link.wanted.kind == kind
        });
    };
    of_kind("Role", Usual::Beside, out);
    of_kind("ClusterRole", Usual::Elsewhere, out);
}

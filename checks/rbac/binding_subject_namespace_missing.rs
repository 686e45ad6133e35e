//! A subject of a binding is not one that the API server accepts.
//!
//! A ServiceAccount belongs to a namespace, and a ClusterRoleBinding has none to fill in. Kinds are
//! User, Group and ServiceAccount; users and groups are of the API group
//! `rbac.authorization.k8s.io`, ServiceAccounts of the core group. The API server refuses a binding
//! with any other subject, so the rights are not given.
//!
//! State the namespace, the kind and the API group that belong together; the group may be left out.
//!
//! A RoleBinding may leave the namespace out: its own is meant. So may a subject that is filled in
//! later: by a placeholder, or by what fills in the namespace of the ServiceAccount too, when the
//! build has one of that name that states none (Kustomize gives both the same).
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects:
//!   - kind: ServiceAccount
//!     name: operator
//! #   ^^^^^^^^^^^^^^ ClusterRoleBinding `operator` names ServiceAccount `operator` without a namespace
//!   - kind: User
//!     name: ann
//!     apiGroup: v1
//! #   ^^^^^^^^^^^^ ClusterRoleBinding `operator` names User `ann` of the API group `v1`, which has no such kind
//!   - {kind: ServiceAccount, name: ci, namespace: shop, apiGroup: rbac.authorization.k8s.io}
//! #                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `operator` names ServiceAccount `ci` of the API group `rbac.authorization.k8s.io`, which has no such kind
//!   - {kind: Serviceaccount, name: web, namespace: shop}
//! #    ^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `operator` names `web` of kind `Serviceaccount`, which is none of User, Group and ServiceAccount
//! ```
//!
//! ```yaml pass
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects:
//!   - {kind: ServiceAccount, name: operator, namespace: shop}
//!   - {kind: ServiceAccount, name: late, namespace: "${NAMESPACE}"}
//!   - {kind: ServiceAccount, name: core, namespace: shop, apiGroup: ""}
//!   - {kind: User, name: ann}
//!   - {kind: Group, name: team, apiGroup: rbac.authorization.k8s.io}
//!   - {kind: Group, name: old, apiGroup: ""}
//!   - {kind: "${KIND}", name: later}
//! ---
//! kind: ServiceAccount
//! metadata: {name: base}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: base}
//! roleRef: {kind: ClusterRole, name: base}
//! subjects:
//!   - {kind: ServiceAccount, name: base}
//!   - {kind: ServiceAccount, name: default}
//! ---
//! kind: RoleBinding
//! metadata: {name: operator, namespace: shop}
//! roleRef: {kind: Role, name: operator}
//! subjects:
//!   - {kind: ServiceAccount, name: operator}
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

const RBAC: &str = "rbac.authorization.k8s.io";

fn run(binding: &Resource, graph: &Graph, out: &mut Out) {
    let is_cluster = *binding.kind.kind == *"ClusterRoleBinding";
    for subject in binding.field("subjects").items() {
        let kind = subject.field("kind").str().unwrap_or_default();
        let name = subject.field("name").str().unwrap_or_default();
        if ![kind, name].into_iter().any(|text| text.is_empty() || is_unknown(text)) {
            // Who gives the account its namespace (Kustomize, `kubectl -n`) gives it to the subject.
            let is_given = name == "default" || graph.find("ServiceAccount", None, name).is_some();
            judge(subject, kind, name, is_cluster && !is_given, out);
        }
    }
}

fn judge(subject: Node, kind: &str, name: &str, must_say: bool, out: &mut Out) {
    let group = match kind {
        "User" | "Group" => RBAC,
        "ServiceAccount" => "",
        _ => {
            let kinds = "none of User, Group and ServiceAccount";
            let message = format!("names `{name}` of kind `{kind}`, which is {kinds}");
            out.report(subject.field("kind"), message);
            return;
        }
    };
    let stated = subject.field("apiGroup");
    if let Some(wrong) = stated.str().filter(|text| !text.is_empty() && *text != group) {
        if !is_unknown(wrong) {
            let which = format!("the API group `{wrong}`, which has no such kind");
            out.report(stated, format!("names {kind} `{name}` of {which}"));
        }
        return;
    }
    let namespace = subject.field("namespace");
    let lacks = !namespace.exists() || namespace.str() == Some("");
    if must_say && kind == "ServiceAccount" && lacks {
        out.report(namespace, format!("names {kind} `{name}` without a namespace"));
    }
}

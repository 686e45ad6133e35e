//! A subject of a binding is not one that the API server accepts.
//!
//! A ServiceAccount belongs to a namespace, and a ClusterRoleBinding has none to fill in. Kinds are
//! User, Group and ServiceAccount; users and groups are of the API group
//! `rbac.authorization.k8s.io`, ServiceAccounts of the core group. The API server refuses a binding
//! with any other subject, so the rights are not given.
//!
//! State the namespace, the kind and the API group that belong together; the group may be left out.
//!
//! A RoleBinding may leave the namespace out: its own is meant. In a ClusterRoleBinding, Kustomize
//! writes it where it knows the ServiceAccount; so a subject is reported when the build states the
//! namespace of the account, or when the run asks for this check by name.
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: operator, namespace: shop}
//! ---
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
//!   - {kind: ServiceAccount, name: elsewhere}
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
    for subject in binding.field("subjects").items() {
        let kind = subject.field("kind").str().unwrap_or_default();
        let name = subject.field("name").str().unwrap_or_default();
        if [kind, name].into_iter().any(|text| text.is_empty() || is_unknown(text)) {
            continue;
        }
        match kind {
            "User" | "Group" => judge_group(subject, kind, name, RBAC, out),
            "ServiceAccount" => {
                judge_group(subject, kind, name, "", out);
                if *binding.kind.kind == *"ClusterRoleBinding" {
                    judge_namespace(subject, name, graph, out);
                }
            }
            _ => {
                let kinds = "none of User, Group and ServiceAccount";
                let message = format!("names `{name}` of kind `{kind}`, which is {kinds}");
                out.report(subject.field("kind"), message);
            }
        }
    }
}

fn judge_group(subject: Node, kind: &str, name: &str, group: &str, out: &mut Out) {
    let stated = subject.field("apiGroup");
    let wrong = stated.str().filter(|text| !text.is_empty() && *text != group);
    if let Some(wrong) = wrong.filter(|text| !is_unknown(text)) {
        let which = format!("the API group `{wrong}`, which has no such kind");
        out.report(stated, format!("names {kind} `{name}` of {which}"));
    }
}

fn judge_namespace(subject: Node, name: &str, graph: &Graph, out: &mut Out) {
    let namespace = subject.field("namespace");
    if namespace.exists() && namespace.str() != Some("") {
        return;
    }
    let account = |namespace| graph.find("ServiceAccount", namespace, name);
    let mut stated = graph.namespaces().iter().filter(|namespace| namespace.name.is_some());
    let found = stated.find_map(|namespace| account(namespace.name));
    let is_clear = found.is_some() && account(None).is_none();
    if !is_clear && !out.is_asked() {
        return;
    }
    let message = format!("names ServiceAccount `{name}` without a namespace");
    let note = found.map(|account| (account.node(), "the ServiceAccount".to_owned()));
    out.report(namespace, message).notes(note);
}

//! A rule holds for every API group.
//!
//! With `*` the rule holds for a resource of that name in every group, those of operators that are
//! installed later included: `secrets` of another group may be something else altogether.
//!
//! Name the group that the resources are of; the core group is `""`.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Where another check reports the rule, that finding
//! names this check.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - apiGroups: ["*"]
//! #               ^^^ ClusterRole `operator` grants `get` on `services`, `endpoints` of every API group in every namespace
//!     resources: [services, endpoints]
//!     verbs: [get]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: ["", apps], resources: [services], verbs: [get]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: "system:monitor", labels: {kubernetes.io/bootstrapping: rbac-defaults}}
//! rules:
//!   - {apiGroups: ["*"], resources: [services], verbs: [get]}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Cis],
    yields_to: &[
        "role-approves-csr",
        "role-bind",
        "role-creates-service-account-tokens",
        "role-escalate",
        "role-impersonate",
        "role-manages-rbac",
        "role-manages-webhooks",
        "role-nodes-proxy",
        "role-pod-exec",
        "role-reads-secrets",
        "role-wildcard-all",
        "role-wildcard-resources",
        "role-wildcard-verbs",
    ],
    refs: &[
        Peer("kube-linter:wildcard-in-rules"),
        Peer("checkov:CKV_K8S_49"),
        Peer("kics:6b896afb"),
        Peer("kubescape:C-0187"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for (rule, group) in graph.starred(role, |rule| &rule.groups) {
        let standing = graph.standing(role, out.is_asked());
        let severity = out.by_reach(standing.far);
        let (verbs, resources) = (rule.verb_words(), rule.resource_words());
        let place = &standing.place;
        let message = format!("grants {verbs} on {resources} of every API group{place}");
        let draft = out.report(group, message).severity(severity);
        draft.cause(rule.cause()).notes(standing.note());
    }
}

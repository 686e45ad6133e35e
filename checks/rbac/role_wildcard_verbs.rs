//! A rule grants every verb.
//!
//! `*` holds more than reading and writing: `deletecollection`, `impersonate` on service accounts,
//! `escalate` and `bind` on roles, and what later versions add.
//!
//! List the verbs that are needed.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. One step less where the rule is not enough for the
//! rights of others, and low for resources that are not of Kubernetes itself. Where a check of what
//! the rule names reports it, that finding names this check.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - apiGroups: [""]
//!     resources: [configmaps, events]
//!     verbs: ["*"]
//! #           ^^^ ClusterRole `operator` grants every verb on `configmaps`, `events` in every namespace
//!   - {nonResourceURLs: [/metrics, /healthz], verbs: ["*"]}
//! #                                                   ^^^ ClusterRole `operator` grants every verb on the paths `/metrics`, `/healthz`
//!   - {apiGroups: [shop.example.com], resources: [orders], verbs: [get, "*"]}
//! #                                                                     ^^^ ClusterRole `operator` grants every verb on `orders` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml fail
//! apiVersion: rbac.authorization.k8s.io/v1
//! kind: ClusterRole
//! metadata: {name: adapter}
//! rules:
//!   - {apiGroups: [custom.metrics.k8s.io], resources: ["*"], verbs: ["*"]}
//! #                                                                  ^^^ ClusterRole `adapter` grants every verb on `*` of `custom.metrics.k8s.io`, bound by nothing here
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [""], resources: [configmaps], verbs: [get, list, watch, update]}
//!   - {apiGroups: [""], resources: [pods], verbs: ["${VERBS}"]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: "system:controller", labels: {kubernetes.io/bootstrapping: rbac-defaults}}
//! rules:
//!   - {apiGroups: [""], resources: [pods], verbs: ["*"]}
//! ```

use kubesift_engine::model::is_builtin_group;
use kubesift_engine::model::rights::{Far, Rule};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
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
        "role-wildcard-non-resource-urls",
        "role-wildcard-resources",
    ],
    refs: &[
        Cis("5.1.3"),
        Peer("kube-linter:wildcard-in-rules"),
        Peer("checkov:CKV_K8S_49"),
        Peer("trivy:KSV-0045"),
        Peer("kics:6b896afb"),
        Peer("kubescape:C-0187"),
        Peer("kyverno:restrict-wildcard-verbs"),
        Peer("datree:CIS_INVALID_WILDCARD_ROLE"),
        Peer("semgrep:legacy-api-clusterrole-excessive-permissions"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for (rule, verb) in graph.starred(role, |rule| &rule.verbs) {
        let standing = graph.standing(role, out.is_asked());
        let severity = match (standing.far, rule.leads_to(standing.far)) {
            (Far::Nowhere, _) => Info,
            _ if !is_of_kubernetes(rule) => Low,
            (Far::Cluster, Some(_)) => High,
            (Far::Cluster, None) | (Far::Namespaces, Some(_)) => Medium,
            (Far::Namespaces, None) => Low,
        };
        let is_paths = rule.resources.is_empty() && standing.far == Far::Cluster;
        let place = if is_paths { "" } else { &standing.place };
        let message = format!("grants every verb on {}{place}", rule.resource_words());
        let draft = out.report(verb, message).severity(severity);
        draft.cause(rule.cause()).notes(standing.note());
    }
}

fn is_of_kubernetes(rule: &Rule) -> bool {
    rule.groups.iter().any(|group| group.text == "*" || is_builtin_group(group.text))
}

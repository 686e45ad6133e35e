//! A role may do everything.
//!
//! `*` verbs on `*` resources hold every right there is, and every one that is added later: of
//! every API group that is the rights of `cluster-admin`, of the core group all Secrets, pods and
//! tokens.
//!
//! List the resources and verbs that are needed.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Only where the rule is enough for the rights of others:
//! everything of one API that is no part of that (an operator and its own resources) is
//! `role-wildcard-verbs`, unless the run asks for this check by name.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - apiGroups: ["*"]
//!     resources: ["*"]
//! #               ^^^ ClusterRole `operator` grants every verb on every resource of every API group in every namespace
//!     verbs: ["*"]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: ["", apps], resources: ["*"], verbs: ["*"]}
//! #                                       ^^^ Role `local` grants every verb on every resource of the core group, `apps` in namespace `shop`
//! ---
//! kind: RoleBinding
//! metadata: {name: local, namespace: shop}
//! roleRef: {kind: Role, name: local}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! One rule is one finding:
//!
//! ```yaml fail with=role-wildcard-resources,role-wildcard-verbs,role-wildcard-api-groups,role-reads-secrets,role-namespace-admin-wildcard
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
//! #                                  ^^^ ClusterRole `operator` grants every verb on every resource of every API group in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: own}
//! rules:
//!   - {apiGroups: [shop.example.com], resources: ["*"], verbs: ["*"]}
//!   - {apiGroups: ["*"], resources: ["*"], verbs: [get]}
//!   - {apiGroups: ["*"], resources: [secrets], verbs: ["*"]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: own}
//! roleRef: {kind: ClusterRole, name: own}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: cluster-admin, labels: {kubernetes.io/bootstrapping: rbac-defaults}}
//! rules:
//!   - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Critical,
    score: 9.0,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[
        Cis("5.1.3"),
        Peer("trivy:KSV-0044"),
        Peer("checkov:CKV_K8S_49"),
        Peer("kubescape:C-0187"),
        Peer("kube-linter:wildcard-in-rules"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for (rule, resource) in graph.starred(role, |rule| &rule.resources) {
        if !rule.verbs.has("*") {
            continue;
        }
        let standing = graph.standing(role, out.is_asked());
        let leads = rule.leads_to(standing.far).is_some();
        if !leads && !out.is_asked() {
            continue;
        }
        let severity = out.by_reach(standing.far);
        let (groups, place) = (rule.group_words(), &standing.place);
        let message = format!("grants every verb on every resource of {groups}{place}");
        let draft = out.report(resource, message).severity(severity);
        draft.cause(rule.cause()).notes(standing.note());
    }
}

//! A role holds every resource of an API group.
//!
//! `*` means every resource of the group, subresources included, and those that are added later:
//! reading `*` of the core group reads all Secrets, writing it runs pods and takes their tokens.
//!
//! List the resources that are needed.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Only where the rule is enough for the rights of others:
//! `*` of a group that is no part of that (an operator and its own resources) is reported when the
//! run asks for this check by name.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: watcher}
//! rules:
//!   - apiGroups: ["*"]
//!     resources: ["*"]
//! #               ^^^ ClusterRole `watcher` grants `get`, `list` on every resource of every API group in every namespace, enough to read every Secret
//!     verbs: [get, list]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: watcher}
//! roleRef: {kind: ClusterRole, name: watcher}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: applier}
//! rules:
//!   - {apiGroups: [apps], resources: ["*"], verbs: [create, update]}
//! #                                   ^^^ ClusterRole `applier` grants `create`, `update` on every resource of `apps`, bound by nothing here, enough to run pods as every service account
//! ```
//!
//! ```yaml fail asked
//! kind: ClusterRole
//! metadata: {name: scaler}
//! rules:
//!   - {apiGroups: [apps], resources: ["*/scale"], verbs: [update]}
//! #                                   ^^^^^^^^^ ClusterRole `scaler` grants `update` on `*/scale` of `apps`
//!   - {apiGroups: [shop.example.com], resources: ["*"], verbs: ["*"]}
//! #                                               ^^^ ClusterRole `scaler` grants every verb on every resource of `shop.example.com`
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: own}
//! rules:
//!   - {apiGroups: [shop.example.com], resources: ["*"], verbs: ["*"]}
//!   - {apiGroups: [apps], resources: ["*"], verbs: [get, list, watch]}
//!   - {apiGroups: ["*"], resources: ["*/scale"], verbs: ["*"]}
//!   - {apiGroups: [""], resources: [pods/*], verbs: [get]}
//!   - {apiGroups: ["", apps], resources: ["*/scale", secrets], verbs: [get]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: own}
//! roleRef: {kind: ClusterRole, name: own}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::{Far, is_bootstrap_rbac};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default, Profile::Cis],
    yields_to: &["role-wildcard-all"],
    refs: &[
        Cis("5.1.3"),
        Peer("kube-linter:wildcard-in-rules"),
        Peer("checkov:CKV_K8S_49"),
        Peer("trivy:KSV-0046"),
        Peer("trivy:KSV-0112"),
        Peer("kics:6b896afb"),
        Peer("kubescape:C-0187"),
        Peer("kyverno:restrict-wildcard-resources"),
        Peer("datree:CIS_INVALID_WILDCARD_ROLE"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.stated_rules(role) {
        let mut wild = rule.resources.iter().filter(|word| word.text.starts_with('*'));
        let Some(word) = wild.next() else { continue };
        let Some(resource) = word.node.filter(|_| !is_bootstrap_rbac(role)) else { continue };
        let standing = graph.standing(role, out.is_asked());
        let leads = rule.wildcard_leads_to(standing.far);
        if leads.is_none() && !out.is_asked() {
            continue;
        }
        let severity = match (standing.far, leads) {
            (Far::Cluster, Some(_)) => High,
            (Far::Namespaces, Some(_)) => Medium,
            (Far::Cluster | Far::Namespaces, None) => Low,
            (Far::Nowhere, _) => Info,
        };
        let what = match word.text {
            "*" => "every resource".to_owned(),
            text => format!("`{text}`"),
        };
        let enough = leads.map(|leads| format!(", enough to {leads}")).unwrap_or_default();
        let (verbs, groups, place) = (rule.verb_words(), rule.group_words(), &standing.place);
        let message = format!("grants {verbs} on {what} of {groups}{place}{enough}");
        let draft = out.report(resource, message).severity(severity);
        draft.cause(rule.cause()).notes(standing.note());
    }
}

//! A rule names a verb that grants nothing.
//!
//! Requests have the verbs get, list, watch, create, update, patch, delete and deletecollection, in
//! small letters; `read`, `write` or `post` match none of them. Others are asked for besides, each
//! on its own resources: `bind` and `escalate` on roles, `impersonate` on users, groups and service
//! accounts, `approve` and `sign` on signers, `use` on pod security policies.
//!
//! Write the verb that is meant, on the resource that it is for.
//!
//! Silent for groups that are not of Kubernetes itself, which may have verbs of their own. Where
//! the rule's group lacks the resource, that is said by `role-rule-api-group-mismatch`.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [""], resources: [pods], verbs: [get, read]}
//! #                                                     ^^^^ ClusterRole `operator` names the verb `read`, which no request has
//!   - {apiGroups: [shop.example.com], resources: [orders], verbs: [List]}
//! #                                                                ^^^^ ClusterRole `operator` names the verb `List`, which is `list` in small letters
//!   - apiGroups: [rbac.authorization.k8s.io]
//!     resources: [clusterrolebindings]
//!     verbs: [create, bind]
//! #                   ^^^^ ClusterRole `operator` names the verb `bind`, which is asked for on `clusterroles`, `roles` only
//!   - {apiGroups: [""], resources: [pods], verbs: [""]}
//! #                                                ^^ ClusterRole `operator` names an empty verb, which no request has
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [""], resources: [pods], verbs: [get, list, watch, create, update, patch, delete, deletecollection]}
//!   - {apiGroups: [shop.example.com], resources: [orders], verbs: [sync, override]}
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, rolebindings], verbs: [bind, escalate]}
//!   - {apiGroups: [""], resources: [users], verbs: [impersonate]}
//!   - {apiGroups: [authentication.k8s.io], resources: [userextras/scopes], verbs: [impersonate]}
//!   - {apiGroups: [security.openshift.io], resources: [securitycontextconstraints], verbs: [use]}
//!   - {apiGroups: [policy], resources: [podsecuritypolicies], verbs: [use]}
//!   - {apiGroups: [""], resources: [pods], verbs: ["${VERB}", "*"]}
//!   - {nonResourceURLs: [/metrics, /upload], verbs: [get, post]}
//! ```

use kubesift_engine::model::is_unknown;
use kubesift_engine::model::rights::{IdleVerb, idle_verb};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    yields_to: &["role-rule-api-group-mismatch"],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.stated_rules(role).iter().filter(|rule| !rule.groups.is_unsure()) {
        let groups: Vec<&str> = rule.groups.iter().map(|word| word.text).collect();
        let resources: Vec<&str> = rule.resources.iter().map(|word| word.text).collect();
        for word in rule.verbs.iter().filter(|word| !is_unknown(word.text)) {
            let (Some(node), verb) = (word.node, word.text) else { continue };
            let has_urls = !rule.urls.is_empty();
            let Some(idle) = idle_verb(verb, &groups, &resources, has_urls) else { continue };
            let message = match idle {
                IdleVerb::Unknown if verb.is_empty() => {
                    "names an empty verb, which no request has".to_owned()
                }
                IdleVerb::Unknown => format!("names the verb `{verb}`, which no request has"),
                IdleVerb::Letters(right) => {
                    format!("names the verb `{verb}`, which is `{right}` in small letters")
                }
                IdleVerb::Elsewhere(resources) => {
                    let on = resources.join("`, `");
                    format!("names the verb `{verb}`, which is asked for on `{on}` only")
                }
            };
            out.report(node, message).cause(rule.cause());
        }
    }
}

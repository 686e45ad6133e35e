//! A rule names a resource that its API groups do not have, so it grants nothing.
//!
//! Deployments are in `apps`, pods in the core group `""`, Ingresses in `networking.k8s.io`. A rule
//! with the wrong group is accepted without a word, and the request it was written for is refused.
//!
//! Name the group that has the resource, in the plural: `kubectl api-resources` lists them.
//!
//! `*` stands for everything, `*/scale` for the subresource of everything; `pods/*`, `*/*` and
//! `*.example.com` are names that nothing has.
//!
//! Groups that are not of Kubernetes itself are not judged, nor a rule with one of them: nobody
//! knows what they have. A rule may list groups and resources that do not all belong together; it
//! is enough that one of its groups has each. Silent as well where another rule of the role grants
//! the same in the right group. A resource that is in no namespace (nodes, ClusterRoles) in a Role
//! counts as low.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - apiGroups: [""]
//!     resources:
//!       - pods
//!       - deployments
//! #       ^^^^^^^^^^^ ClusterRole `operator` names `deployments`, which the core group does not have but `apps`, so the rule grants nothing on it
//!     verbs: [get, list]
//!   - {apiGroups: [apps], resources: [statefulset], verbs: [get]}
//! #                                   ^^^^^^^^^^^ ClusterRole `operator` names `statefulset`, which is called `statefulsets`, so the rule grants nothing on it
//!   - {apiGroups: [""], resources: [pods/logs], verbs: [get]}
//! #                                 ^^^^^^^^^ ClusterRole `operator` names `pods/logs`, which is called `pods/log`, so the rule grants nothing on it
//!   - {apiGroups: [""], resources: [job], verbs: [get]}
//! #                                 ^^^ ClusterRole `operator` names `job`, which is called `jobs`, in `batch`, so the rule grants nothing on it
//!   - {apiGroups: ["*"], resources: [pods/*], verbs: [get]}
//! #                                  ^^^^^^ ClusterRole `operator` names `pods/*`, which is no wildcard to the authorizer, so the rule grants nothing on it
//!   - {apiGroups: ["*.example.com"], resources: [orders], verbs: [get]}
//! #                ^^^^^^^^^^^^^^^ ClusterRole `operator` names the API group `*.example.com`, which is no wildcard to the authorizer, so the rule grants nothing by it
//!   - {apiGroups: [batch], resources: [gadgets], verbs: [get]}
//! #                                    ^^^^^^^ ClusterRole `operator` names `gadgets`, which `batch` does not have, so the rule grants nothing on it
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [pods, nodes], verbs: [list]}
//! #                                       ^^^^^ Role `local` names `nodes`, which is in no namespace, so a Role grants nothing on it
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: ["", apps, extensions], resources: [pods, deployments, ingresses], verbs: [get]}
//!   - {apiGroups: [""], resources: [pods/log, pods/exec, nodes/metrics, namespaces/finalize, services/finalizers], verbs: [get]}
//!   - {apiGroups: ["", shop.example.com], resources: [orders], verbs: [get]}
//!   - {apiGroups: [shop.example.com], resources: [pods], verbs: [get]}
//!   - {apiGroups: ["*"], resources: [deployments], verbs: [get]}
//!   - {apiGroups: ["${GROUP}"], resources: [deployments], verbs: [get]}
//!   - {apiGroups: [""], resources: [users, groups, serviceaccounts], verbs: [impersonate]}
//!   - {apiGroups: [authentication.k8s.io], resources: [userextras/scopes, tokenreviews], verbs: [impersonate]}
//!   - {apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve]}
//!   - {apiGroups: [extensions], resources: [podsecuritypolicies], verbs: [use]}
//!   - {nonResourceURLs: [/metrics], verbs: [get]}
//! ---
//! kind: Role
//! metadata: {name: own-namespace, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [namespaces], verbs: [get]}
//!   - {apiGroups: [policy], resources: [podsecuritypolicies], verbs: [use]}
//! ---
//! kind: ClusterRole
//! metadata: {name: both}
//! rules:
//!   - {apiGroups: [""], resources: [pods, deployments], verbs: [get]}
//!   - {apiGroups: [apps], resources: [deployments], verbs: [get, list]}
//! ```

use kubesift_engine::model::rights::{Rule, Stray, is_in_no_namespace, is_no_wildcard, stray};
use kubesift_engine::model::{is_unknown, lookup_plural};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    let rules = graph.stated_rules(role);
    for rule in rules.iter().filter(|rule| !rule.groups.is_unsure()) {
        judge_groups(rule, out);
        let groups: Vec<&str> = rule.groups.iter().map(|word| word.text).collect();
        let verbs: Vec<&str> = rule.verbs.iter().map(|word| word.text).collect();
        for word in rule.resources.iter().filter(|word| !is_unknown(word.text)) {
            let (Some(node), name) = (word.node, word.text) else { continue };
            match stray(&groups, name) {
                Some(stray) if !is_granted_elsewhere(rules, &verbs, name, &stray) => {
                    let which = which(rule, name, &stray);
                    let message =
                        format!("names `{name}`, {which}, so the rule grants nothing on it");
                    out.report(node, message).cause(rule.cause());
                }
                None if role.is("rbac.authorization.k8s.io/Role")
                    && is_in_no_namespace(&groups, &verbs, name) =>
                {
                    let why = "which is in no namespace, so a Role grants nothing on it";
                    out.report(node, format!("names `{name}`, {why}")).severity(Low);
                }
                _ => {}
            }
        }
    }
}

fn judge_groups(rule: &Rule, out: &mut Out) {
    for word in rule.groups.iter().filter(|word| is_no_wildcard(word.text)) {
        let Some(node) = word.node else { continue };
        let why = "which is no wildcard to the authorizer, so the rule grants nothing by it";
        let message = format!("names the API group `{}`, {why}", word.text);
        out.report(node, message).cause(rule.cause());
    }
}

fn which(rule: &Rule, name: &str, stray: &Stray) -> String {
    match stray {
        Stray::Called(right) => format!("which is called `{right}`"),
        Stray::CalledIn(right, group) => format!("which is called `{right}`, in `{group}`"),
        Stray::NoWildcard => "which is no wildcard to the authorizer".to_owned(),
        Stray::Nowhere => format!("which {} does not have", rule.group_words()),
        Stray::In(groups) => {
            let base = name.split('/').next().unwrap_or(name);
            let served = groups.iter().filter(|group| lookup_plural(group, base).is_some());
            let mut right: Vec<&str> = served.copied().collect();
            if right.is_empty() {
                right.clone_from(groups);
            }
            let words = right.iter().map(|group| match *group {
                "" => "the core group".to_owned(),
                group => format!("`{group}`"),
            });
            let right = words.collect::<Vec<_>>().join(", ");
            format!("which {} does not have but {right}", rule.group_words())
        }
    }
}

/// True when some rule of the role grants one of the verbs on what was meant.
fn is_granted_elsewhere(rules: &[Rule], verbs: &[&str], name: &str, stray: &Stray) -> bool {
    rules.iter().any(|rule| match stray {
        Stray::In(groups) => groups
            .iter()
            .any(|group| verbs.iter().any(|verb| rule.granted(verb, group, name).is_some())),
        Stray::Called(right) => rule.resources.has(right),
        Stray::CalledIn(right, group) => {
            verbs.iter().any(|verb| rule.granted(verb, group, right).is_some())
        }
        Stray::NoWildcard | Stray::Nowhere => false,
    })
}

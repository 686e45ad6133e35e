//! A rule limits by name what has no name yet.
//!
//! `resourceNames` is compared with the name in the request. A request to create an object, or to
//! delete a collection, has none, so the rule does not grant it: the program that was to create its
//! lock or its Secret is refused.
//!
//! Grant `create` in a rule of its own without `resourceNames`, and the rest by name.
//!
//! Silent where another rule of the role grants the verb without names, and for subresources
//! (`serviceaccounts/token`, `pods/exec`), whose requests name the object. Server-side apply names
//! it too. `list` and `watch` can be limited so for a client that selects the object by its name:
//! they are reported, as information, when the run asks for this check by name.
//!
//! ```yaml fail
//! kind: Role
//! metadata: {name: leader, namespace: shop}
//! rules:
//!   - apiGroups: [coordination.k8s.io]
//!     resources: [leases]
//!     resourceNames: [leader]
//!     verbs: [get, create, update]
//! #                ^^^^^^ Role `leader` limits `create` on `leases` by name, which such a request does not have
//! ```
//!
//! ```yaml fail asked
//! kind: Role
//! metadata: {name: reader, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], resourceNames: [web], verbs: [get, list]}
//! #                                                                              ^^^^ Role `reader` limits `list` on `secrets` by name, which holds for requests that select by it only
//! ```
//!
//! ```yaml pass
//! kind: Role
//! metadata: {name: leader, namespace: shop}
//! rules:
//!   - {apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [leader], verbs: [get, create, update]}
//!   - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}
//!   - {apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [web], verbs: [create]}
//!   - {apiGroups: [""], resources: [secrets], resourceNames: [web], verbs: [get, list, watch]}
//!   - {apiGroups: [""], resources: [configmaps], resourceNames: [], verbs: [create]}
//!   - {apiGroups: [""], resources: [events], resourceNames: [web], verbs: ["*"]}
//! ```

use kubesift_engine::model::is_unknown;
use kubesift_engine::model::rights::Rule;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    let rules = graph.stated_rules(role);
    for rule in rules.iter().filter(|rule| rule.is_named() && !rule.names.has("")) {
        for word in rule.verbs.iter() {
            let (Some(node), verb) = (word.node, word.text) else { continue };
            let why = match verb {
                "create" | "deletecollection" => "which such a request does not have",
                "list" | "watch" if out.is_asked() => {
                    "which holds for requests that select by it only"
                }
                _ => continue,
            };
            let Some(resource) = limited(rules, rule, verb) else { continue };
            let message = format!("limits `{verb}` on `{resource}` by name, {why}");
            let draft = out.report(node, message);
            if matches!(verb, "list" | "watch") {
                draft.severity(Info);
                break;
            }
        }
    }
}

/// The first resource of a rule on which no rule of the role grants the verb without names.
fn limited<'a>(rules: &[Rule], rule: &Rule<'a>, verb: &str) -> Option<&'a str> {
    let free = |resource: &str| {
        let plain = |other: &Rule, group: &str| {
            !other.is_named() && other.granted(verb, group, resource).is_some()
        };
        rules.iter().any(|other| rule.groups.iter().any(|group| plain(other, group.text)))
    };
    let resources = rule.resources.iter().map(|word| word.text);
    let mut named = resources.filter(|resource| !resource.contains('/') && !is_unknown(resource));
    named.find(|resource| !free(resource))
}

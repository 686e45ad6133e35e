//! A Role holds every resource of its namespace.
//!
//! `*` in a Role makes its subjects the administrators of the namespace: they read its Secrets and
//! run pods as any of its service accounts, and whatever kind of object is added later is theirs
//! too.
//!
//! List the resources that are needed, or bind `edit`, which says what it is.
//!
//! Opt-in: `role-wildcard-all` and `role-wildcard-resources` report what is dangerous in it, and
//! name this check where they run.
//!
//! ```yaml fail
//! kind: Role
//! metadata: {name: team, namespace: shop}
//! rules:
//!   - apiGroups: ["", apps]
//!     resources: ["*"]
//! #               ^^^ Role `team` grants `get`, `create` on every resource of the core group, `apps` in namespace `shop`
//!     verbs: [get, create]
//! ```
//!
//! ```yaml pass
//! kind: Role
//! metadata: {name: team, namespace: shop}
//! rules:
//!   - {apiGroups: [shop.example.com], resources: ["*"], verbs: ["*"]}
//!   - {apiGroups: [""], resources: [pods, services], verbs: ["*"]}
//! ---
//! kind: ClusterRole
//! metadata: {name: all}
//! rules:
//!   - {apiGroups: [""], resources: ["*"], verbs: [get]}
//! ```

use kubesift_engine::model::rights::rules_of;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    profiles: &[],
    yields_to: &["role-wildcard-all", "role-wildcard-resources"],
    refs: &[Peer("trivy:KSV-0112")],
    run: Run::Resource(&["rbac.authorization.k8s.io/Role"], run),
    ..Check::DEFAULT
};

fn run(role: &Resource, out: &mut Out) {
    for rule in rules_of(role) {
        let Some(resource) = rule.resources.find("*").and_then(|word| word.node) else { continue };
        if !rule.groups.has("*") && !rule.groups.has("") {
            continue;
        }
        let (verbs, groups) = (rule.verb_words(), rule.group_words());
        let place = match &role.namespace {
            Some(namespace) => format!("namespace `{namespace}`"),
            None => "its namespace".to_owned(),
        };
        let message = format!("grants {verbs} on every resource of {groups} in {place}");
        out.report(resource, message).cause(rule.cause());
    }
}

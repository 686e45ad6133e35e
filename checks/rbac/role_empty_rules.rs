//! A role has no rules.
//!
//! It grants nothing. Mostly its rules went, and whoever binds it believes that it gives something.
//!
//! Remove the role, or write the rules.
//!
//! Silent where a controller fills them in (`aggregationRule`), and where the key is missing, which
//! is a patch.
//!
//! ```yaml fail
//! kind: Role
//! metadata: {name: reader, namespace: shop}
//! rules: []
//! #^^^^ Role `reader` has no rules
//! ---
//! kind: ClusterRole
//! metadata: {name: viewer}
//! rules:
//! #^^^^^ ClusterRole `viewer` has no rules
//! ```
//!
//! ```yaml pass
//! kind: Role
//! metadata: {name: reader, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [pods], verbs: [get]}
//! ---
//! kind: ClusterRole
//! metadata: {name: whole}
//! aggregationRule:
//!   clusterRoleSelectors: [{matchLabels: {to-whole: "true"}}]
//! rules: []
//! ---
//! kind: Role
//! metadata: {name: later, namespace: shop}
//! rules: ${RULES}
//! ---
//! kind: Role
//! metadata: {name: patch, labels: {team: shop}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.0,
    profiles: &[Profile::Hygiene],
    run: Run::Resource(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(role: &Resource, out: &mut Out) {
    let Some(rules) = role.node().get("rules") else { return };
    let is_empty = rules.is_null() || rules.is_list() && rules.items().next().is_none();
    if is_empty && !role.field("aggregationRule").exists() {
        out.report(rules, "has no rules");
    }
}

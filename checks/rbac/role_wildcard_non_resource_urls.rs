//! A role may reach every path of the API server.
//!
//! Paths that are no resources are health and discovery, but also `/metrics`, `/logs` and
//! `/debug/pprof`: logs of the control plane and what is in its memory.
//!
//! Name the paths that are needed; a `*` at the end of one stands for what follows.
//!
//! Silent for a role that holds in namespaces only: paths are in none. Information where nothing
//! here binds the role.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: prober}
//! rules:
//!   - nonResourceURLs: ["*"]
//! #                     ^^^ ClusterRole `prober` grants `get` on every path of the API server
//!     verbs: [get]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: prober}
//! roleRef: {kind: ClusterRole, name: prober}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: unbound}
//! rules:
//!   - {nonResourceURLs: [/healthz, "/*"], verbs: ["*"]}
//! #                                ^^^^ ClusterRole `unbound` grants every verb on every path of the API server, bound by nothing here
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: prober}
//! rules:
//!   - {nonResourceURLs: [/metrics, /healthz, "/healthz/*", "/api/*"], verbs: [get]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: prober}
//! roleRef: {kind: ClusterRole, name: prober}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: cluster-admin, labels: {kubernetes.io/bootstrapping: rbac-defaults}}
//! rules:
//!   - {nonResourceURLs: ["*"], verbs: ["*"]}
//! ```

use kubesift_engine::model::rights::{Far, is_bootstrap_rbac};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Cis],
    run: Run::Links(&["rbac.authorization.k8s.io/ClusterRole"], run),
    ..Check::DEFAULT
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.stated_rules(role) {
        let url = rule.urls.find("*").or_else(|| rule.urls.find("/*"));
        let Some(url) = url.and_then(|word| word.node) else { continue };
        let standing = graph.standing(role, out.is_asked());
        let (severity, place) = match standing.far {
            Far::Cluster => (Medium, ""),
            Far::Namespaces => continue,
            Far::Nowhere => (Info, standing.place.as_str()),
        };
        if is_bootstrap_rbac(role) {
            continue;
        }
        let verbs = rule.verb_words();
        let message = format!("grants {verbs} on every path of the API server{place}");
        let draft = out.report(url, message).severity(severity);
        draft.cause(rule.cause()).notes(standing.note());
    }
}

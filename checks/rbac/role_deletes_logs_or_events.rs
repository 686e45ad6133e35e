//! A role may delete logs or events.
//!
//! Events show what happened to pods, nodes and volumes. Who may delete them takes away the first
//! trace that somebody would look at.
//!
//! Leave deleting to the API server, which forgets events after an hour.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Opt-in. The API server has no request that deletes the
//! log of a pod, so a rule that grants it on `pods/log` alone is information too.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: cleaner}
//! rules:
//!   - {apiGroups: ["", events.k8s.io], resources: [events], verbs: [get, delete]}
//! #                                                ^^^^^^ medium: ClusterRole `cleaner` grants `delete` on `events` in every namespace
//!   - {apiGroups: [""], resources: [pods, pods/log], verbs: [get, delete]}
//! #                                       ^^^^^^^^ info: ClusterRole `cleaner` grants `delete` on `pods/log` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: cleaner}
//! roleRef: {kind: ClusterRole, name: cleaner}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: recorder}
//! rules:
//!   - {apiGroups: ["", events.k8s.io], resources: [events], verbs: [get, create, patch]}
//!   - {apiGroups: [""], resources: [pods], verbs: [delete]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: recorder}
//! roleRef: {kind: ClusterRole, name: recorder}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[],
    refs: &[Peer("trivy:KSV-0042"), Peer("kubescape:C-0031")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const TRACES: Power = Power {
    verbs: &["delete", "deletecollection"],
    resources: &[("", "pods/log"), ("", "events"), ("events.k8s.io", "events")],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for held in graph.held(role, &TRACES, out.is_asked()) {
        let is_no_request = held.resources == ["pods/log"];
        let severity = if is_no_request { Info } else { out.by_reach(held.far) };
        out.held(&held, severity);
    }
}

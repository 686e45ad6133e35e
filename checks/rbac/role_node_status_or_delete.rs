//! A role may change or delete nodes.
//!
//! Who may change a node's labels, taints or status steers where pods run: strong workloads onto a
//! node that they hold, everything else away from the others. Deleting nodes takes their pods with
//! them.
//!
//! Give the right to what runs nodes (the kubelet, an autoscaler) only, with `resourceNames` where
//! it is for certain nodes.
//!
//! Silent for a role that holds in namespaces only: nodes are in none. Information where nothing
//! here binds the role. A rule that may also reach the kubelet is reported by `role-nodes-proxy`,
//! which names this check.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: labeler}
//! rules:
//!   - {apiGroups: [""], resources: [nodes], verbs: [get, patch]}
//! #                                 ^^^^^ ClusterRole `labeler` grants `patch` on `nodes`
//!   - {apiGroups: [""], resources: [pods, nodes/status], verbs: [update]}
//! #                                       ^^^^^^^^^^^^ ClusterRole `labeler` grants `update` on `nodes/status`
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: labeler}
//! roleRef: {kind: ClusterRole, name: labeler}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [nodes, nodes/status, nodes/metrics], verbs: [get, list, watch]}
//!   - {apiGroups: [""], resources: [nodes], resourceNames: [edge-1], verbs: [patch]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [nodes], verbs: [patch]}
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Nsa],
    yields_to: &["role-nodes-proxy"],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const NODES: Power = Power {
    verbs: &["patch", "update", "delete", "deletecollection"],
    resources: &[("", "nodes"), ("", "nodes/status")],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &NODES, InNamespaces::Nothing);
}

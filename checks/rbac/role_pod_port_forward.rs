//! A role may forward ports of pods.
//!
//! `kubectl port-forward` reaches every port of a pod from outside of the cluster, those that
//! listen on localhost only included; no NetworkPolicy sees the connection.
//!
//! Give the role in the namespaces that need it.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. A rule that may also run commands is reported by
//! `role-pod-exec`, which names this check.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: debug}
//! rules:
//!   - {apiGroups: [""], resources: [pods/portforward], verbs: [create]}
//! #                                 ^^^^^^^^^^^^^^^^ ClusterRole `debug` grants `create` on `pods/portforward` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: debug}
//! roleRef: {kind: ClusterRole, name: debug}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [pods], verbs: [get, create]}
//!   - {apiGroups: [""], resources: [pods/portforward], resourceNames: [db-0], verbs: [create]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Nsa],
    yields_to: &["role-pod-attach", "role-pod-exec"],
    refs: &[Peer("kics:38fa11ef"), Peer("kubescape:C-0063")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const FORWARD: Power =
    Power { verbs: &["create", "get"], resources: &[("", "pods/portforward")], names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &FORWARD, InNamespaces::Less);
}

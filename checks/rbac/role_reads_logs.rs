//! A role may read the logs of every pod of the cluster.
//!
//! Logs hold what programs print: requests, names, and by mistake tokens and passwords.
//!
//! Give the role in the namespaces that it is for, by RoleBindings.
//!
//! Opt-in, and silent for a role that holds in namespaces only. Information where nothing here
//! binds the role.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: logs}
//! rules:
//!   - {apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}
//! #                                       ^^^^^^^^ ClusterRole `logs` grants `get` on `pods/log` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: logs}
//! roleRef: {kind: ClusterRole, name: logs}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [pods], verbs: [get, list]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [pods/log], verbs: [get]}
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[],
    run: Run::Links(&["rbac.authorization.k8s.io/ClusterRole"], run),
    ..Check::DEFAULT
};

const LOGS: Power = Power { verbs: &["get"], resources: &[("", "pods/log")], names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &LOGS, InNamespaces::Nothing);
}

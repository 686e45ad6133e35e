//! A role may write the status of Services.
//!
//! The address of a load balancer stands in a Service's status, and every node sends traffic for
//! that address to the Service. Who may write it takes over connections to any address
//! (CVE-2020-8554).
//!
//! Leave the right to the controller that makes load balancers.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: balancer}
//! rules:
//!   - {apiGroups: [""], resources: [services, services/status], verbs: [get, update, patch]}
//! #                                           ^^^^^^^^^^^^^^^ ClusterRole `balancer` grants `patch`, `update` on `services/status` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: balancer}
//! roleRef: {kind: ClusterRole, name: balancer}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [services, services/status], verbs: [get]}
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [services/status], verbs: ["*"]}
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
    score: 6.0,
    profiles: &[Profile::Nsa],
    refs: &[Peer("checkov:CKV2_K8S_4")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const STATUS: Power =
    Power { verbs: &["patch", "update"], resources: &[("", "services/status")], names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &STATUS, InNamespaces::Less);
}

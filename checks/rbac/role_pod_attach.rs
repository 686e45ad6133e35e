//! A role may attach to running containers.
//!
//! `kubectl attach` reads what a container prints and writes to its input: where the process is a
//! shell or an interpreter, that is the right to run commands.
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
//!   - {apiGroups: [""], resources: [pods/attach], verbs: [create]}
//! #                                 ^^^^^^^^^^^ ClusterRole `debug` grants `create` on `pods/attach` in every namespace
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
//!   - {apiGroups: [""], resources: [pods, pods/log], verbs: [get, create]}
//!   - {apiGroups: [""], resources: [pods/attach], resourceNames: [db-0], verbs: [create]}
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
    score: 6.5,
    yields_to: &["role-pod-exec"],
    refs: &[
        Peer("trivy:KSV-0054"),
        Peer("kics:d45330fd"),
        Peer("polaris:clusterrolePodExecAttach"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const ATTACH: Power =
    Power { verbs: &["create", "get"], resources: &[("", "pods/attach")], names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &ATTACH, InNamespaces::Less);
}

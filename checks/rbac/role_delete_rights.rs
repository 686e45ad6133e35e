//! A role may delete workloads or namespaces.
//!
//! Deleting a namespace deletes all that is in it, volumes and Secrets included; deleting workloads
//! takes the service down.
//!
//! Give the role in the namespaces that it works in, and name the objects in `resourceNames`.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Opt-in. A rule that may also create or change workloads
//! is reported by `role-creates-pods` or `role-modifies-workloads`, which name this check where
//! they run.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: reaper}
//! rules:
//!   - {apiGroups: [""], resources: [namespaces], verbs: [list, delete]}
//! #                                 ^^^^^^^^^^ ClusterRole `reaper` grants `delete` on `namespaces` in every namespace
//!   - {apiGroups: [apps], resources: [deployments], verbs: [deletecollection]}
//! #                                   ^^^^^^^^^^^ ClusterRole `reaper` grants `deletecollection` on `deployments` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reaper}
//! roleRef: {kind: ClusterRole, name: reaper}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: ["", apps], resources: [namespaces, pods, deployments], verbs: [get, list]}
//!   - {apiGroups: [""], resources: [configmaps], verbs: [delete]}
//!   - {apiGroups: [apps], resources: [deployments], resourceNames: [web], verbs: [delete]}
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
    score: 4.5,
    profiles: &[],
    yields_to: &["role-creates-pods", "role-modifies-workloads"],
    refs: &[Peer("kubescape:C-0007")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const LIVES: Power = Power {
    verbs: &["delete", "deletecollection"],
    resources: &[
        ("", "namespaces"),
        ("", "pods"),
        ("apps", "deployments"),
        ("apps", "statefulsets"),
        ("apps", "daemonsets"),
        ("apps", "replicasets"),
        ("batch", "jobs"),
        ("batch", "cronjobs"),
    ],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &LIVES, InNamespaces::Less);
}

//! A role may make PersistentVolumes.
//!
//! A PersistentVolume may be a path of the node. Who makes one and a claim for it mounts that path
//! into a pod, past the admission that forbids `hostPath` in the pod itself.
//!
//! Let a storage class provision volumes, and keep the right to the provisioner.
//!
//! Silent for a role that holds in namespaces only: volumes are in none. Information where nothing
//! here binds the role.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: provisioner}
//! rules:
//!   - {apiGroups: [""], resources: [persistentvolumes, persistentvolumeclaims], verbs: [get, create, delete]}
//! #                                 ^^^^^^^^^^^^^^^^^ ClusterRole `provisioner` grants `create` on `persistentvolumes`
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: provisioner}
//! roleRef: {kind: ClusterRole, name: provisioner}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: user}
//! rules:
//!   - {apiGroups: [""], resources: [persistentvolumes], verbs: [get, list]}
//!   - {apiGroups: [""], resources: [persistentvolumeclaims], verbs: [create]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: user}
//! roleRef: {kind: ClusterRole, name: user}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Cis],
    refs: &[Cis("5.1.9"), Peer("kubescape:C-0278")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const VOLUMES: Power =
    Power { verbs: &["create"], resources: &[("", "persistentvolumes")], names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &VOLUMES, InNamespaces::Nothing);
}

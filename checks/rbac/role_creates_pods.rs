//! A role may create pods.
//!
//! A pod runs as any service account of its namespace and mounts any Secret there, so who may
//! create one has the rights of all of them; and where no policy forbids it, a privileged pod is
//! the node. Deployments, Jobs and the like make pods.
//!
//! Give the role in the namespaces that it works in, and enforce a level of the Pod Security
//! Standards there.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Pods held by `*` are left to `role-wildcard-resources`
//! and `role-wildcard-all`, unless the run asks for this check by name.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: deployer}
//! rules:
//!   - {apiGroups: [apps], resources: [deployments, statefulsets], verbs: [get, create]}
//! #                                   ^^^^^^^^^^^ ClusterRole `deployer` grants `create` on `deployments`, `statefulsets` in every namespace
//!   - apiGroups: [""]
//!     resources:
//!       - pods
//! #       ^^^^ ClusterRole `deployer` grants every verb on `pods` in every namespace
//!     verbs: ["*"]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: deployer}
//! roleRef: {kind: ClusterRole, name: deployer}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: ["", apps], resources: [pods, deployments], verbs: [get, list, watch, update]}
//!   - {apiGroups: [""], resources: [pods/exec, services], verbs: [create]}
//!   - {apiGroups: [apps], resources: [pods], verbs: [create]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! Names cannot limit `create`; the authorizer then grants it to nobody:
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: named}
//! rules:
//!   - {apiGroups: [""], resources: [pods], resourceNames: [web], verbs: [create]}
//! ```

use kubesift_engine::model::rights::{CREATES_PODS, Power};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Cis],
    refs: &[
        Cis("5.1.4"),
        Peer("kube-linter:access-to-create-pods"),
        Peer("kics:592ad21d"),
        Peer("kubescape:C-0188"),
        Peer("datree:CIS_INVALID_VALUE_CREATE_POD"),
        Peer("monokle:KBP107"),
        Peer("trivy:KSV-0048"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const PODS: Power = Power { verbs: &["create"], resources: CREATES_PODS, names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &PODS, InNamespaces::Less);
}

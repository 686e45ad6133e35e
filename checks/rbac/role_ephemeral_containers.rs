//! A role may add ephemeral containers to pods.
//!
//! A debug container runs in a pod that is there already: with its service account's token, its
//! volumes and its network, and with an image and capabilities that its owner never chose.
//!
//! Give the role in the namespaces that need it, for people through a group that is granted for a
//! time.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. A rule that may also run commands is reported by
//! `role-pod-exec`, which names this check.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: debug}
//! rules:
//!   - {apiGroups: [""], resources: [pods/ephemeralcontainers], verbs: [update, patch]}
//! #                                 ^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRole `debug` grants `patch`, `update` on `pods/ephemeralcontainers` in every namespace
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
//!   - {apiGroups: [""], resources: [pods/ephemeralcontainers], verbs: [get]}
//!   - {apiGroups: [""], resources: [pods/status], verbs: [patch]}
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
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const EPHEMERAL: Power = Power {
    verbs: &["patch", "update"],
    resources: &[("", "pods/ephemeralcontainers")],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &EPHEMERAL, InNamespaces::Less);
}

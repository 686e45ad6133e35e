//! A role may change workloads.
//!
//! Who may change a Deployment may change its image, its command and its service account: that is
//! the right to run anything as any account of the namespace, in a workload that is trusted
//! already.
//!
//! Give the role in the namespaces that it works in. For what only scales, `deployments/scale` is
//! enough.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Opt-in: most operators need it. A rule that may also
//! create workloads is reported by `role-creates-pods`, which names this check.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: restarter}
//! rules:
//!   - {apiGroups: [apps], resources: [deployments], verbs: [get, patch]}
//! #                                   ^^^^^^^^^^^ ClusterRole `restarter` grants `patch` on `deployments` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: restarter}
//! roleRef: {kind: ClusterRole, name: restarter}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: scaler}
//! rules:
//!   - {apiGroups: [apps], resources: [deployments/scale, deployments/status], verbs: [update]}
//!   - {apiGroups: [apps], resources: [deployments], resourceNames: [web], verbs: [patch]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: scaler}
//! roleRef: {kind: ClusterRole, name: scaler}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::{CREATES_PODS, Power};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[],
    yields_to: &["role-creates-pods"],
    refs: &[Peer("trivy:KSV-0048")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const WORKLOADS: Power = Power { verbs: &["update", "patch"], resources: CREATES_PODS, names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &WORKLOADS, InNamespaces::Less);
}

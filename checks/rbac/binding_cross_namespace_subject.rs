//! A RoleBinding gives rights that lead further to a service account of another namespace.
//!
//! Namespaces keep teams and stages apart. An account of another one reaches across: whoever may run
//! a pod there has its rights here, and nobody who looks at that namespace sees them.
//!
//! Let a workload of this namespace do it, or give the account less.
//!
//! Reported are rights that lead to more than they say: reading every Secret, running pods, commands
//! in pods, tokens, writing roles with `escalate` or `bind`. When the run asks for this check by name
//! all rights are. Silent for accounts of `kube-system`, which belong to the cluster, for roles that
//! are not in view, and where one of the two namespaces is not stated.
//!
//! ```yaml fail
//! kind: RoleBinding
//! metadata: {name: ci, namespace: shop}
//! roleRef: {kind: ClusterRole, name: edit}
//! subjects:
//!   - kind: ServiceAccount
//!     name: runner
//!     namespace: ci
//! #   ^^^^^^^^^^^^^ RoleBinding `ci` lets ServiceAccount `ci/runner` of another namespace act as any ServiceAccount of namespace `shop` by ClusterRole `edit`
//! ```
//!
//! ```yaml fail asked
//! kind: RoleBinding
//! metadata: {name: metrics, namespace: shop}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects: [{kind: ServiceAccount, name: prometheus, namespace: monitoring}]
//! #                                                   ^^^^^^^^^^^^^^^^^^^^^ RoleBinding `metrics` gives ClusterRole `view` to ServiceAccount `monitoring/prometheus` of another namespace
//! ```
//!
//! ```yaml pass
//! kind: RoleBinding
//! metadata: {name: metrics, namespace: shop}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects: [{kind: ServiceAccount, name: prometheus, namespace: monitoring}]
//! ---
//! kind: RoleBinding
//! metadata: {name: own, namespace: shop}
//! roleRef: {kind: ClusterRole, name: edit}
//! subjects:
//!   - {kind: ServiceAccount, name: web}
//!   - {kind: ServiceAccount, name: deployer, namespace: shop}
//!   - {kind: ServiceAccount, name: later, namespace: "${NAMESPACE}"}
//!   - {kind: ServiceAccount, name: controller, namespace: kube-system}
//!   - {kind: Group, name: team}
//! ---
//! kind: RoleBinding
//! metadata: {name: unstated}
//! roleRef: {kind: ClusterRole, name: edit}
//! subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
//! ---
//! kind: RoleBinding
//! metadata: {name: unknown, namespace: shop}
//! roleRef: {kind: Role, name: elsewhere}
//! subjects: [{kind: ServiceAccount, name: runner, namespace: ci}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: cluster}
//! roleRef: {kind: ClusterRole, name: edit}
//! subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
//! ```

use kubesift_engine::model::Match;
use kubesift_engine::model::is_unknown;
use kubesift_engine::model::rights::{Goal, Who};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Hygiene],
    run: Run::Links(&["rbac.authorization.k8s.io/RoleBinding"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(binding) = graph.binding(resource) else { return };
    let Some(own) = resource.namespace.as_deref().filter(|own| !is_unknown(own)) else { return };
    for subject in &binding.subjects {
        let Who::Account(Some(namespace), _) = subject.who else { continue };
        if namespace == own || namespace == "kube-system" || is_unknown(namespace) {
            continue;
        }
        let ways = graph.ways_of(resource);
        let leads = |goal| matches!(goal, Goal::Cluster | Goal::Namespace);
        let way = ways.iter().find(|way| leads(way.goal) && way.sure == Match::Yes);
        let place = subject.node.field("namespace");
        let whom = format!("{} of another namespace", subject.words());
        if let Some(way) = way {
            let (may, role) = (way.words(), binding.role_words());
            out.report(place, format!("lets {whom} {may} by {role}"));
        } else if out.is_asked() {
            out.report(place, format!("gives {} to {whom}", binding.role_words()));
        }
    }
}

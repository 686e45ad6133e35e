//! The account of the Kubernetes dashboard has strong rights.
//!
//! The dashboard acts with the rights of who logs in; its own account needs almost none. Given more,
//! everybody who reaches the dashboard, with "skip login" or through a flaw in it, has them.
//!
//! Bind people to roles, and leave the dashboard's account with the Role that it comes with.
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: kubernetes-dashboard}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects:
//!   - kind: ServiceAccount
//!     name: kubernetes-dashboard
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `kubernetes-dashboard` lets the dashboard do everything by ClusterRole `cluster-admin`
//!     namespace: kubernetes-dashboard
//! ---
//! kind: RoleBinding
//! metadata: {name: dashboard, namespace: shop}
//! roleRef: {kind: ClusterRole, name: secrets}
//! subjects: [{kind: ServiceAccount, name: kubernetes-dashboard, namespace: kube-system}]
//! #                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ RoleBinding `dashboard` lets the dashboard read every Secret of namespace `shop` by ClusterRole `secrets`
//! ---
//! kind: ClusterRole
//! metadata: {name: secrets}
//! rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
//! ```
//!
//! ```yaml pass
//! kind: Role
//! metadata: {name: kubernetes-dashboard, namespace: kubernetes-dashboard}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [kubernetes-dashboard-certs]}
//! ---
//! kind: RoleBinding
//! metadata: {name: kubernetes-dashboard, namespace: kubernetes-dashboard}
//! roleRef: {kind: Role, name: kubernetes-dashboard}
//! subjects: [{kind: ServiceAccount, name: kubernetes-dashboard, namespace: kubernetes-dashboard}]
//! ---
//! kind: ClusterRole
//! metadata: {name: kubernetes-dashboard}
//! rules: [{apiGroups: [metrics.k8s.io], resources: [pods, nodes], verbs: [get, list, watch]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: kubernetes-dashboard}
//! roleRef: {kind: ClusterRole, name: kubernetes-dashboard}
//! subjects: [{kind: ServiceAccount, name: kubernetes-dashboard, namespace: kubernetes-dashboard}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: other}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects: [{kind: ServiceAccount, name: my-dashboard, namespace: shop}]
//! ```

use kubesift_engine::model::Match;
use kubesift_engine::model::rights::{Goal, Who};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Peer("kubescape:C-0014")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRoleBinding", "rbac.authorization.k8s.io/RoleBinding"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(binding) = graph.binding(resource) else { return };
    for subject in &binding.subjects {
        let Who::Account(_, name) = subject.who else { continue };
        if !name.starts_with("kubernetes-dashboard") {
            continue;
        }
        let ways = graph.ways_of(resource);
        let strong = |goal| matches!(goal, Goal::Cluster | Goal::Namespace);
        let way = ways.iter().find(|way| strong(way.goal) && way.sure == Match::Yes);
        let Some((way, step)) = way.and_then(|way| Some((way, way.steps.first()?))) else { return };
        let role = step.grant.role.words();
        let message = format!("lets the dashboard {} by {role}", way.words());
        let draft = out.report(subject.node.field("name"), message);
        if let Some(node) = step.grant.rule.node {
            draft.note(node, "the rule that grants it");
        }
    }
}

//! A role may use pod security policies or security context constraints.
//!
//! `use` decides how strong the pods of its subjects may be. PodSecurityPolicy is gone since
//! Kubernetes 1.25, where the rule does nothing; on OpenShift, `use` on a
//! SecurityContextConstraints is what lets a pod run as it wants.
//!
//! Remove the rule for PodSecurityPolicy and enforce Pod Security Standards by namespace labels;
//! name the constraints that are needed in `resourceNames`.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. A rule for a strong SecurityContextConstraints is
//! reported by `openshift-scc-anyuid`, which names this check.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: psp}
//! rules:
//!   - {apiGroups: [policy], resources: [podsecuritypolicies], resourceNames: [restricted], verbs: [use]}
//! #                                                                                                ^^^ ClusterRole `psp` grants `use` on `podsecuritypolicies` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: psp}
//! roleRef: {kind: ClusterRole, name: psp}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [policy], resources: [podsecuritypolicies], verbs: [get, list]}
//!   - {apiGroups: [policy], resources: [poddisruptionbudgets], verbs: ["*"]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::Hygiene],
    yields_to: &["openshift-scc-anyuid"],
    refs: &[Peer("kubescape:C-0068")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const POLICIES: Power = Power {
    verbs: &["use"],
    resources: &[
        ("policy", "podsecuritypolicies"),
        ("extensions", "podsecuritypolicies"),
        ("security.openshift.io", "securitycontextconstraints"),
    ],
    names: &["*"],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &POLICIES, InNamespaces::Less);
}

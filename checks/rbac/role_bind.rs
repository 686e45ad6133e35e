//! A role may bind roles whose rights it does not have.
//!
//! The API server lets nobody bind a role that holds more than they do, unless they hold `bind` on
//! it. On every role, that is the right to bind `cluster-admin`.
//!
//! Name the roles that may be bound in `resourceNames`. A rule with `*` verbs on roles holds it
//! too: list the verbs that are needed.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. A rule with `resourceNames` is silent, unless they name
//! `cluster-admin`. `bind` is asked for on roles: on bindings it does nothing (checkov reports it),
//! which `role-rule-verb-unknown` says. The right to write bindings is `role-manages-rbac`.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [get, bind]}
//! #                                                                                    ^^^^ ClusterRole `operator` grants `bind` on `clusterroles` in every namespace
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [view, cluster-admin], verbs: [bind]}
//! #                                                                                                                     ^^^^ ClusterRole `operator` grants `bind` on `clusterroles` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [view], verbs: [bind]}
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterrolebindings], verbs: [get, create, bind]}
//!   - {apiGroups: [""], resources: [pods, nodes], verbs: [update, "*"]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default, Profile::Cis],
    yields_to: &["role-escalate"],
    refs: &[
        Cis("5.1.8"),
        Peer("checkov:CKV_K8S_157"),
        Peer("trivy:KSV-0051"),
        Peer("trivy:KSV-0052"),
        Peer("trivy:KSV-0055"),
        Peer("kubescape:C-0191"),
        Peer("kyverno:restrict-escalation-verbs-roles"),
        Peer("datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE"),
        Peer("checkov:CKV2_K8S_1"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const ROLES: Power = Power {
    verbs: &["bind"],
    resources: &[
        ("rbac.authorization.k8s.io", "clusterroles"),
        ("rbac.authorization.k8s.io", "roles"),
    ],
    names: &["cluster-admin"],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &ROLES, InNamespaces::Less);
}

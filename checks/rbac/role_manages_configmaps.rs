//! A role may change ConfigMaps.
//!
//! Programs do what their configuration says, and some of it decides for the whole cluster: CoreDNS
//! reads its zones from a ConfigMap of `kube-system`, so who writes that one answers for any name.
//!
//! Name the ConfigMaps in `resourceNames`, or give the role in the namespace that it is for.
//!
//! Severity follows reach: low in other namespaces than `kube-system`, information where nothing
//! here binds the role. Opt-in: most operators need it.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [""], resources: [services, configmaps], verbs: [get, update]}
//! #                                           ^^^^^^^^^^ ClusterRole `operator` grants `update` on `configmaps` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: dns, namespace: kube-system}
//! rules:
//!   - {apiGroups: [""], resources: [configmaps], verbs: [patch]}
//! #                                 ^^^^^^^^^^ Role `dns` grants `patch` on `configmaps` in namespace `kube-system`
//! ---
//! kind: RoleBinding
//! metadata: {name: dns, namespace: kube-system}
//! roleRef: {kind: Role, name: dns}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [configmaps], verbs: [get, list, watch]}
//!   - {apiGroups: [""], resources: [configmaps], resourceNames: [leader], verbs: [update]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::{Far, Power};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[],
    yields_to: &["role-manages-eks-aws-auth"],
    refs: &[Peer("trivy:KSV-0049"), Peer("kubescape:C-0037")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const CONFIG: Power = Power {
    verbs: &["create", "update", "patch", "delete", "deletecollection"],
    resources: &[("", "configmaps")],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for held in graph.held(role, &CONFIG, out.is_asked()) {
        let severity = match held.far {
            Far::Cluster => Medium,
            Far::Namespaces if graph.role_reach(role).is_in("kube-system") => Medium,
            Far::Namespaces => Low,
            Far::Nowhere => Info,
        };
        out.held(&held, severity);
    }
}

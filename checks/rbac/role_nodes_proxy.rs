//! A role may reach the kubelet, or any pod, through the API server.
//!
//! `nodes/proxy` is the API of every kubelet: the logs of the node, and commands in each of its
//! containers, past admission. `get` is enough, for commands run over a websocket. `pods/proxy` and
//! `services/proxy` reach any port of any pod, whatever network policies say.
//!
//! For metrics and logs `nodes/metrics`, `nodes/stats` and `nodes/log` are enough, and since
//! Kubernetes 1.33 `nodes/pods`, `nodes/healthz` and `nodes/configz` for what they say.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Nodes are in no namespace, so a role that holds in
//! namespaces only does not hold them; pods and Services count one step less than nodes. `get`
//! counts, which checkov lets pass.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: metrics}
//! rules:
//!   - {apiGroups: [""], resources: [nodes, nodes/proxy], verbs: [get, list]}
//! #                                        ^^^^^^^^^^^ ClusterRole `metrics` grants `get` on `nodes/proxy`
//!   - apiGroups: [""]
//!     resources:
//!       - services/proxy
//! #       ^^^^^^^^^^^^^^ ClusterRole `metrics` grants `create` on `services/proxy` in every namespace
//!     verbs: [create]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: metrics}
//! roleRef: {kind: ClusterRole, name: metrics}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: metrics}
//! rules:
//!   - {apiGroups: [""], resources: [nodes, nodes/metrics, nodes/stats], verbs: [get, list]}
//!   - {apiGroups: [""], resources: [services/proxy], resourceNames: ["https:metrics:"], verbs: [get]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: metrics}
//! roleRef: {kind: ClusterRole, name: metrics}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [nodes/proxy], verbs: [get]}
//! ```

use kubesift_engine::model::rights::{Far, Power};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[
        Cis("5.1.10"),
        Peer("trivy:KSV-0047"),
        Peer("checkov:CKV2_K8S_2"),
        Peer("kubescape:C-0279"),
        Peer("kyverno:restrict-clusterrole-nodesproxy"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const PROXIES: Power = Power {
    verbs: &["create", "get", "update", "patch", "delete"],
    resources: &[("", "nodes/proxy"), ("", "pods/proxy"), ("", "services/proxy")],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for held in graph.held(role, &PROXIES, out.is_asked()) {
        let is_node = held.resources.first() == Some(&"nodes/proxy");
        let severity = match held.far {
            Far::Cluster if is_node => High,
            Far::Cluster => Medium,
            Far::Namespaces => Low,
            Far::Nowhere => Info,
        };
        out.held(&held, severity);
    }
}

//! A role may change how traffic flows.
//!
//! Who may write Services, Endpoints, Ingresses, routes or network policies sends the traffic of
//! others to their own pods, publishes what was internal, or opens what a policy closed.
//!
//! Give the role in the namespaces that it works in.
//!
//! Severity follows reach: one step less where bindings give the role in namespaces only,
//! information where nothing here binds it. Opt-in: ingress controllers and many operators need it.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: net}
//! rules:
//!   - {apiGroups: ["", networking.k8s.io], resources: [services, networkpolicies], verbs: [get, create, delete]}
//! #                                                    ^^^^^^^^ ClusterRole `net` grants `create`, `delete` on `services`, `networkpolicies` in every namespace
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: net}
//! roleRef: {kind: ClusterRole, name: net}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: ["", networking.k8s.io], resources: [services, ingresses], verbs: [get, list, watch]}
//!   - {apiGroups: [networking.k8s.io], resources: [ingresses/status], verbs: [update]}
//!   - {apiGroups: [""], resources: [services], resourceNames: [web], verbs: [update]}
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
    score: 6.0,
    profiles: &[],
    yields_to: &["role-edits-endpoints", "role-modifies-services-status"],
    refs: &[Peer("trivy:KSV-0056")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const TRAFFIC: Power = Power {
    verbs: &["create", "update", "patch", "delete", "deletecollection"],
    resources: &[
        ("", "services"),
        ("", "endpoints"),
        ("discovery.k8s.io", "endpointslices"),
        ("networking.k8s.io", "ingresses"),
        ("extensions", "ingresses"),
        ("networking.k8s.io", "networkpolicies"),
        ("extensions", "networkpolicies"),
        ("gateway.networking.k8s.io", "gateways"),
        ("gateway.networking.k8s.io", "httproutes"),
        ("gateway.networking.k8s.io", "grpcroutes"),
        ("gateway.networking.k8s.io", "tlsroutes"),
        ("gateway.networking.k8s.io", "tcproutes"),
        ("route.openshift.io", "routes"),
    ],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &TRAFFIC, InNamespaces::Less);
}

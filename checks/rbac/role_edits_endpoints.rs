//! A built-in role lets its users write Endpoints.
//!
//! Who may write Endpoints or EndpointSlices sends the traffic of a Service to any address: to pods
//! of other namespaces, past the network policies there, by way of a load balancer or Ingress that
//! may reach them (CVE-2021-25740). Clusters that were made before Kubernetes 1.22 still grant it
//! to everybody with `edit`.
//!
//! Take the resources out of the ClusterRole that aggregates to `edit` or `admin`.
//!
//! Endpoints are of the core group: in another one the rule grants nothing (Gatekeeper reports it),
//! which is `role-rule-api-group-mismatch`.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata:
//!   name: system:aggregate-to-edit
//!   labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}
//! rules:
//!   - apiGroups: ["", discovery.k8s.io]
//!     resources: [configmaps, endpoints]
//! #                           ^^^^^^^^^ ClusterRole `system:aggregate-to-edit` lets everybody with `edit` write `endpoints`
//!     verbs: [get, update]
//! ---
//! kind: ClusterRole
//! metadata:
//!   name: slices
//!   labels: {rbac.authorization.k8s.io/aggregate-to-admin: "true"}
//! rules:
//!   - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [create]}
//! #                                               ^^^^^^^^^^^^^^ ClusterRole `slices` lets everybody with `admin` write `endpointslices`
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata:
//!   name: system:aggregate-to-edit
//!   labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}
//! rules:
//!   - {apiGroups: [""], resources: [endpoints], verbs: [get, list, watch]}
//!   - {apiGroups: [""], resources: [configmaps, services], verbs: [update]}
//! ---
//! kind: ClusterRole
//! metadata: {name: controller}
//! rules:
//!   - {apiGroups: [""], resources: [endpoints], verbs: [update]}
//! ```

use kubesift_engine::model::rights::{TO_ADMIN, TO_EDIT, rules_of};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    refs: &[
        Peer("kyverno:restrict-edit-for-endpoints"),
        Peer("gatekeeper:k8sblockendpointeditdefaultrole"),
    ],
    run: Run::Resource(&["rbac.authorization.k8s.io/ClusterRole"], run),
    ..Check::DEFAULT
};

const ENDPOINTS: [(&str, &str); 2] = [("", "endpoints"), ("discovery.k8s.io", "endpointslices")];

const WRITE: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];

fn run(role: &Resource, out: &mut Out) {
    let joins = |label: &str| role.label(label).and_then(Node::str) == Some("true");
    let whole = match role.name.as_deref() {
        Some(name @ ("edit" | "admin")) => name,
        _ if joins(TO_EDIT) => "edit",
        _ if joins(TO_ADMIN) => "admin",
        _ => return,
    };
    for rule in rules_of(role) {
        for (group, resource) in ENDPOINTS {
            let place = rule.place_of(&WRITE, group, resource);
            let Some(place) = place.filter(|node| node.str() == Some(resource)) else { continue };
            let message = format!("lets everybody with `{whole}` write `{resource}`");
            out.report(place, message).cause(rule.cause());
        }
    }
}

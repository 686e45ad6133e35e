//! A namespace with workloads has no ResourceQuota.
//!
//! Whoever may create pods there, or an autoscaler that ran wild, can take all the room of the
//! cluster from the others.
//!
//! Add a ResourceQuota for the requests, the limits and the number of pods of the namespace.
//!
//! The finding stands at the Namespace object, or at the first workload when the manifests do not hold
//! one. A ResourceQuota whose namespace is filled in later may be the one, and a Kyverno policy may make
//! them. Namespaces of the cluster itself are exempt.
//!
//! ```yaml fail
//! kind: Namespace
//! metadata:
//!   name: shop
//! # ^^^^^^^^^^ namespace `shop` has workloads and no ResourceQuota
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: ResourceQuota
//! metadata: {name: defaults, namespace: bank}
//! spec: {hard: {pods: 10}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: ResourceQuota
//! metadata: {name: defaults, namespace: shop}
//! spec: {hard: {pods: 10}}
//! ---
//! kind: Namespace
//! metadata: {name: empty}
//! ---
//! kind: Deployment
//! metadata: {name: dns, namespace: kube-system}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: kyverno.io/v1
//! kind: ClusterPolicy
//! metadata: {name: defaults}
//! spec: {rules: [{name: make, generate: {kind: ResourceQuota, name: defaults}}]}
//! ```
//!
//! ```yaml pass incomplete
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[Profile::Nsa, Profile::Hygiene],
    refs: &[
        Nsa("resource policies"),
        Peer("trivy:KSV-0040"),
        Peer("kics:48a5beba"),
        Peer("kyverno:add-ns-quota"),
    ],
    options: &[&EXEMPT],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

pub const EXEMPT: Opt = Opt::list(
    "exempt-namespaces",
    "Namespaces that may go without a ResourceQuota.",
    &["kube-system", "kube-public", "kube-node-lease"],
);

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let Some(namespace) = graph.namespace_without("ResourceQuota", resource) else { return };
    if !out.lists(&EXEMPT, namespace.name) {
        let of = namespace.words();
        let message = format!("{of} has workloads and no ResourceQuota");
        out.say(resource.field("metadata.name"), message).about(of);
    }
}

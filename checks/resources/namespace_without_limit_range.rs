//! A namespace with workloads has no LimitRange.
//!
//! Containers that state no requests and limits then have none: one of them can take all the memory
//! of its node from the others.
//!
//! Add a LimitRange that gives containers a request and a limit by default.
//!
//! The finding stands at the Namespace object, or at the first workload when the manifests do not hold
//! one. A LimitRange whose namespace is filled in later may be the one, and a Kyverno policy may make
//! them. Namespaces of the cluster itself are exempt.
//!
//! ```yaml fail
//! kind: Namespace
//! metadata:
//!   name: shop
//! # ^^^^^^^^^^ namespace `shop` has workloads and no LimitRange
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: LimitRange
//! metadata: {name: defaults, namespace: bank}
//! spec: {limits: []}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: LimitRange
//! metadata: {name: defaults, namespace: shop}
//! spec: {limits: []}
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
//! spec: {rules: [{name: make, generate: {kind: LimitRange, name: defaults}}]}
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
    refs: &[Nsa("resource policies"), Peer("trivy:KSV-0039"), Peer("kics:4a20ebac")],
    options: &[&EXEMPT],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

pub const EXEMPT: Opt = Opt::list(
    "exempt-namespaces",
    "Namespaces that may go without a LimitRange.",
    &["kube-system", "kube-public", "kube-node-lease"],
);

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let Some(namespace) = graph.namespace_without("LimitRange", resource) else { return };
    if !out.lists(&EXEMPT, namespace.name) {
        let of = namespace.words();
        let message = format!("{of} has workloads and no LimitRange");
        out.say(resource.field("metadata.name"), message).about(of);
    }
}

//! A route or a Gateway refers to another namespace that does not allow it.
//!
//! Backends and certificates of another namespace can be used only when a ReferenceGrant there says
//! so. Without it the route answers with an error 500 and the listener never becomes ready.
//!
//! Add a ReferenceGrant to the namespace that is referred to, or move the object.
//!
//! Silent where the manifests show nothing of that namespace: the grant may lie with the rest of
//! it. Parents need no grant.
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: shop, namespace: shop}
//! spec:
//!   rules:
//!     - backendRefs:
//!         - name: api
//!           namespace: api
//! #         ^^^^^^^^^^^^^^ HTTPRoute `shop` refers to Service `api/api`, and no ReferenceGrant in `api` allows it
//!           port: 80
//! ---
//! kind: Service
//! metadata: {name: api, namespace: api}
//! spec: {ports: [{port: 80}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web, namespace: infra}
//! spec:
//!   listeners:
//!     - name: https
//!       port: 443
//!       protocol: HTTPS
//!       tls: {certificateRefs: [{name: cert, namespace: certs}]}
//! #                                          ^^^^^^^^^^^^^^^^ Gateway `web` refers to Secret `certs/cert`, and no ReferenceGrant in `certs` allows it
//! ---
//! kind: Namespace
//! metadata: {name: certs}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1beta1
//! kind: ReferenceGrant
//! metadata: {name: wrong-kind, namespace: certs}
//! spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: infra}], to: [{group: "", kind: Secret}]}
//! ```
//!
//! ```yaml pass
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: shop, namespace: shop}
//! spec:
//!   parentRefs: [{name: web, namespace: api}]
//!   rules: [{backendRefs: [{name: api, namespace: api, port: 80}, {name: own, port: 80}, {name: own, namespace: shop, port: 80}]}]
//! ---
//! kind: Service
//! metadata: {name: api, namespace: api}
//! spec: {ports: [{port: 80}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1beta1
//! kind: ReferenceGrant
//! metadata: {name: shop, namespace: api}
//! spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: "", kind: Service, name: api}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: elsewhere, namespace: shop}
//! spec: {rules: [{backendRefs: [{name: db, namespace: of-another-repository, port: 80}, {name: x, namespace: "${NS}", port: 80}]}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: no-namespace}
//! spec: {rules: [{backendRefs: [{name: api, namespace: api, port: 80}]}]}
//! ```

use kubesift_engine::model::{
    GATEWAY_ROUTES, Match, ObjectRef, gateway_listeners, is_gateway_route, route_targets,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(KINDS, run),
    ..Check::DEFAULT
};

const KINDS: &[&str] = &[
    "gateway.networking.k8s.io/Gateway",
    "gateway.networking.k8s.io/ListenerSet",
    GATEWAY_ROUTES[0],
    GATEWAY_ROUTES[1],
    GATEWAY_ROUTES[2],
    GATEWAY_ROUTES[3],
    GATEWAY_ROUTES[4],
];

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let targets: Vec<ObjectRef> = if is_gateway_route(resource) {
        route_targets(resource)
    } else {
        gateway_listeners(resource).flat_map(|listener| listener.certificates()).collect()
    };
    for target in targets {
        let Some(namespace) = target.namespace.filter(|_| target.crosses(resource)) else {
            continue;
        };
        let shown = graph.namespace(Some(namespace)).is_some() || out.is_asked();
        if !shown || graph.is_granted(resource, &target) != Match::No {
            continue;
        }
        let message = format!(
            "refers to {} `{namespace}/{}`, and no ReferenceGrant in `{namespace}` allows it",
            target.kind, target.name
        );
        out.report(target.node.field("namespace"), message);
    }
}

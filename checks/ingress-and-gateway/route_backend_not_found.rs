//! A route sends to a Service, or to a port of it, that is not there.
//!
//! Requests that the route takes are answered with 500 or 503 (`ResolvedRefs: False`).
//!
//! Correct the backend: its name, its namespace, and its port, which is the Service's and not the
//! container's.
//!
//! Routes of Gateway API and their BackendTLSPolicies, OpenShift Routes, Traefik's IngressRoutes and Contour's HTTPProxies count.
//! How much is said depends on how sure it is: see `ingress-backend-service-not-found`.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: frontend}
//! spec: {ports: [{port: 80}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - backendRefs:
//!         - name: frontned
//! #         ^^^^^^^^^^^^^^ HTTPRoute `web` sends to Service `frontned`, which no file defines; the nearest is `frontend`
//!           port: 80
//!         - name: frontend
//!           port: 8080
//! #         ^^^^^^^^^^ HTTPRoute `web` sends to port 8080 of Service `frontend`, which it does not have, only 80
//! ```
//!
//! ```yaml fixed
//! kind: Service
//! metadata: {name: frontend}
//! spec: {ports: [{port: 80}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - backendRefs:
//!         - name: frontend
//!           port: 80
//!         - name: frontend
//!           port: 8080
//! ```
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {ports: [{port: 80}]}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: web, namespace: shop}
//! spec: {to: {kind: Service, name: website}}
//! #                          ^^^^^^^^^^^^^ Route `web` sends to Service `website`, which no file defines
//! ---
//! apiVersion: traefik.io/v1alpha1
//! kind: IngressRoute
//! metadata: {name: web, namespace: shop}
//! spec: {routes: [{services: [{name: api-pages, port: 80}]}]}
//! #                            ^^^^^^^^^^^^^^^ IngressRoute `web` sends to Service `api-pages`, which no file defines
//! ```
//!
//! ```yaml pass complete=*
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {ports: [{name: http, port: 80}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web, namespace: edge}
//! spec:
//!   rules:
//!     - backendRefs:
//!         - {name: web, namespace: shop, port: 80}
//!         - {group: multicluster.x-k8s.io, kind: ServiceImport, name: elsewhere, port: 80}
//!         - {name: "${SERVICE}", port: 80}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: web, namespace: shop}
//! spec: {to: {kind: Service, name: web}, port: {targetPort: 8080}}
//! ---
//! apiVersion: traefik.io/v1alpha1
//! kind: IngressRoute
//! metadata: {name: web, namespace: shop}
//! spec: {routes: [{services: [{name: web, port: http}, {name: api@internal, kind: TraefikService}]}]}
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["network-path-broken", "reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("kubescape:C-0302"), Peer("popeye:POP-407")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(route: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(route, graph, Usual::Beside, |link| {
        matches!(link.relation, Relation::RouteBackend | Relation::PolicyTarget)
            && link.wanted.is("Service")
    });
}

//! An OpenShift Route serves plain HTTP.
//!
//! Without `tls` the router sends everything in the clear; with `insecureEdgeTerminationPolicy:
//! Allow` it does so beside HTTPS. Whoever sits on the way can read and change it.
//!
//! Add `tls` with a `termination` (edge, reencrypt, passthrough), and `insecureEdgeTerminationPolicy:
//! Redirect`.
//!
//! ```yaml fail
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: shop}
//! spec:
//! #^^^ Route `shop` serves shop.example.com without TLS
//!   host: shop.example.com
//!   to: {kind: Service, name: shop}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: both}
//! spec:
//!   to: {kind: Service, name: shop}
//!   tls:
//!     termination: edge
//!     insecureEdgeTerminationPolicy: Allow
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Route `both` serves plain HTTP beside HTTPS
//! ```
//!
//! ```yaml fixed
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: shop}
//! spec:
//!   host: shop.example.com
//!   to: {kind: Service, name: shop}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: both}
//! spec:
//!   to: {kind: Service, name: shop}
//!   tls:
//!     termination: edge
//!     insecureEdgeTerminationPolicy: Redirect
//! ```
//!
//! ```yaml pass
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: shop}
//! spec: {to: {kind: Service, name: shop}, tls: {termination: edge, insecureEdgeTerminationPolicy: Redirect}}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: none}
//! spec: {to: {kind: Service, name: shop}, tls: {termination: passthrough, insecureEdgeTerminationPolicy: None}}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: filled}
//! spec: {to: {kind: Service, name: shop}, tls: "${TLS}"}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Route
//! metadata: {name: knative}
//! spec: {traffic: []}
//! ```

use kubesift_engine::model::is_absent;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[Cwe(319), Peer("kyverno:check-routes")],
    run: Run::Resource(&["route.openshift.io/Route"], run),
    ..Check::DEFAULT
};

fn run(route: &Resource, out: &mut Out) {
    let tls = route.field("spec.tls");
    let policy = route.field("spec.tls.insecureEdgeTerminationPolicy");
    if policy.str() == Some("Allow") {
        out.report(policy, "serves plain HTTP beside HTTPS").set(
            Unsafe,
            "send plain HTTP on to HTTPS",
            policy,
            "Redirect",
        );
    }
    let empty = tls.node().and_then(Node::map).is_some_and(|map| map.is_empty());
    if route.field("spec.to").exists() && (empty || is_absent(tls)) {
        let host = route.field("spec.host").str().filter(|host| !host.is_empty());
        out.report(tls, format!("serves {} without TLS", host.unwrap_or("its host")));
    }
}

//! An Ingress with TLS lets plain HTTP in.
//!
//! Controllers send visitors of a host with TLS on to HTTPS. An annotation turns that off here, so
//! that a link, a typed address or an attacker on the way keeps the visitor on plain HTTP.
//!
//! Remove the annotation. Where a load balancer in front ends TLS and speaks HTTP to the
//! controller, the Ingress needs no `tls` of its own.
//!
//! An Ingress without `tls` is a matter for `ingress-without-tls`; one of GKE with a FrontendConfig
//! may redirect by that. A missing annotation is no finding: ingress-nginx redirects by default
//! (kyverno's `require-ingress-https` asks for GKE's annotation everywhere).
//!
//! ```yaml fail
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/ssl-redirect: "false"
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` has TLS but does not send plain HTTP on to it
//! spec: {tls: [{secretName: cert}]}
//! ---
//! kind: Ingress
//! metadata:
//!   name: gke
//!   annotations:
//!     kubernetes.io/ingress.allow-http: "true"
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `gke` has TLS but does not send plain HTTP on to it
//! spec: {tls: [{secretName: cert}]}
//! ```
//!
//! ```yaml fixed
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/ssl-redirect: "true"
//! spec: {tls: [{secretName: cert}]}
//! ---
//! kind: Ingress
//! metadata:
//!   name: gke
//!   annotations:
//!     kubernetes.io/ingress.allow-http: "false"
//! spec: {tls: [{secretName: cert}]}
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "true"}}
//! spec: {tls: [{secretName: cert}]}
//! ---
//! kind: Ingress
//! metadata: {name: behind-a-load-balancer, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "false"}}
//! spec: {rules: [{host: a.example.com}]}
//! ---
//! kind: Ingress
//! metadata:
//!   name: forced
//!   annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "false", nginx.ingress.kubernetes.io/force-ssl-redirect: "true"}
//! spec: {tls: [{secretName: cert}]}
//! ---
//! kind: Ingress
//! metadata:
//!   name: gke
//!   annotations: {kubernetes.io/ingress.allow-http: "true", networking.gke.io/v1beta1.FrontendConfig: redirect}
//! spec: {tls: [{secretName: cert}]}
//! ---
//! kind: Ingress
//! metadata: {name: plain}
//! spec: {tls: [{secretName: cert}]}
//! ```

use kubesift_engine::model::{INGRESS, is_auxiliary_ingress};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[Cwe(319), Peer("gatekeeper:k8shttpsonly"), Peer("kyverno:require-ingress-https")],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

/// An annotation, the value that lets plain HTTP in, the value that does not, and an annotation
/// that takes its place.
const ROWS: &[(&str, &str, &str, &str)] = &[
    (
        "nginx.ingress.kubernetes.io/ssl-redirect",
        "false",
        "\"true\"",
        "nginx.ingress.kubernetes.io/force-ssl-redirect",
    ),
    (
        "kubernetes.io/ingress.allow-http",
        "true",
        "\"false\"",
        "networking.gke.io/v1beta1.FrontendConfig",
    ),
];

fn run(ingress: &Resource, out: &mut Out) {
    let has_tls = ingress.field("spec.tls").items().next().is_some();
    if !has_tls || is_auxiliary_ingress(ingress) {
        return;
    }
    for (name, wrong, right, instead) in ROWS {
        let Some(node) = ingress.annotation(name) else { continue };
        let other = ingress.annotation(instead).and_then(Node::text);
        if node.text() == Some(wrong) && other.is_none_or(|text| text == "false") {
            out.report(node, "has TLS but does not send plain HTTP on to it").offer(
                Unsafe,
                "send plain HTTP on to HTTPS",
                edit::replace(node, right),
            );
        }
    }
}

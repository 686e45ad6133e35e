//! An Ingress names no class.
//!
//! The default IngressClass of the cluster then decides who serves it. Where there is none, some
//! controllers serve it all the same and others do not, and a second controller may take it over
//! the day it is installed.
//!
//! Set `spec.ingressClassName`.
//!
//! Silent where the manifests hold an IngressClass that is the default, and for an Ingress with
//! annotations of GKE, whose controller takes all that name no class.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//! #^^^ Ingress `shop` names no class, and these manifests hold no default IngressClass
//!   rules: [{host: shop.example.com}]
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {ingressClassName: nginx, rules: [{host: shop.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: old, annotations: {kubernetes.io/ingress.class: nginx}}
//! spec: {rules: [{host: shop.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: filled}
//! spec: {ingressClassName: "${CLASS}", rules: [{host: shop.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: gke, annotations: {kubernetes.io/ingress.global-static-ip-name: shop-ip}}
//! spec: {defaultBackend: {service: {name: shop, port: {number: 80}}}}
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {rules: [{host: shop.example.com}]}
//! ---
//! kind: IngressClass
//! metadata: {name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
//! spec: {controller: k8s.io/ingress-nginx}
//! ```

use kubesift_engine::model::{INGRESS, IngressClass, is_absent, is_acme_solver, is_for_gke};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    confidence: Confidence::Low,
    profiles: &[Profile::Hygiene],
    run: Run::Links(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    let field = ingress.field("spec.ingressClassName");
    let stated = !matches!(IngressClass::of(ingress), IngressClass::Unstated);
    let taken = graph.default_ingress_class().is_some() || is_for_gke(ingress);
    if stated || taken || is_acme_solver(ingress) {
        return;
    }
    if is_absent(field) || field.str() == Some("") {
        let message = "names no class, and these manifests hold no default IngressClass";
        out.report(field, message);
    }
}

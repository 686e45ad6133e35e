//! An Ingress for a private network takes visitors from everywhere.
//!
//! Its class or its scheme says that it is internal, but nothing says which addresses may use it:
//! whoever gets into the network reaches it.
//!
//! List the addresses: `nginx.ingress.kubernetes.io/whitelist-source-range`, or what the
//! controller has for it.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   ingressClassName: nginx-internal
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` is internal but says nothing of who may use it
//!   rules: [{host: shop.example.com}]
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop, annotations: {nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8}}
//! spec: {ingressClassName: nginx-internal, rules: [{host: shop.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: public}
//! spec: {ingressClassName: nginx, rules: [{host: shop.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: tunnel}
//! spec: {ingressClassName: tailscale, rules: [{host: shop}]}
//! ```

use kubesift_engine::model::{
    Controller, INGRESS, IngressClass, has_source_annotation, is_internal_ingress,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.5,
    confidence: Confidence::Low,
    profiles: &[],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    let tunnel = Controller::of(ingress) == Controller::Tunnel;
    if tunnel || !is_internal_ingress(ingress) || has_source_annotation(ingress) {
        return;
    }
    let message = "is internal but says nothing of who may use it";
    match IngressClass::of(ingress) {
        IngressClass::Annotated(node) | IngressClass::Stated(node) => out.report(node, message),
        IngressClass::Unstated => out.report(ingress.field("spec"), message),
    };
}

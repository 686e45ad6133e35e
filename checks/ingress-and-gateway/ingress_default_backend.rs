//! An Ingress has a default backend.
//!
//! It takes every request that no rule is for, of any host, so a Service can become reachable by
//! names and paths that nobody chose for it.
//!
//! Write rules with hosts and paths, and leave the default backend to the controller.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   defaultBackend:
//! # ^^^^^^^^^^^^^^ Ingress `shop` sends requests that no rule is for to Service `web`
//!     service: {name: web, port: {number: 80}}
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {rules: [{host: shop.example.com}]}
//! ```

use kubesift_engine::model::INGRESS;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("kyverno:restrict-ingress-defaultbackend")],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    for path in ["spec.defaultBackend", "spec.backend"] {
        let field = ingress.field(path);
        let Some(node) = field.node() else { continue };
        let name = node.field("service.name").str().or(node.field("serviceName").str());
        let to = name.map(|name| format!(" to Service `{name}`")).unwrap_or_default();
        out.report(field, format!("sends requests that no rule is for{to}"));
    }
}

//! A path of an Ingress means something else under each controller.
//!
//! `ImplementationSpecific` leaves it to the controller how a path is compared: as a prefix, as a
//! pattern, or whole. And a pattern under `Exact` or `Prefix` is text to most: ingress-nginx reads
//! it as a pattern only with `use-regex` or `rewrite-target`, and may refuse it otherwise.
//!
//! Use `Prefix` or `Exact`; for patterns set `nginx.ingress.kubernetes.io/use-regex: "true"` and
//! `ImplementationSpecific`.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - path: /
//!             pathType: ImplementationSpecific
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` leaves it to the controller how the path / is compared
//!           - path: /api/(.*)
//! #           ^^^^^^^^^^^^^^^ Ingress `shop` has the pattern /api/(.*) in a path that is compared as text
//!             pathType: Prefix
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {rules: [{http: {paths: [{path: /, pathType: Prefix}, {path: /a.b, pathType: Exact}, {path: /old}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: patterns, annotations: {nginx.ingress.kubernetes.io/use-regex: "true"}}
//! spec: {rules: [{http: {paths: [{path: "/api/(.*)", pathType: ImplementationSpecific}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: rewrites, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$1}}
//! spec: {rules: [{http: {paths: [{path: "/api/(.*)", pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: alb}
//! spec: {ingressClassName: alb, rules: [{http: {paths: [{path: /*, pathType: ImplementationSpecific}]}}]}
//! ```

use kubesift_engine::model::{Controller, INGRESS, ingress_paths};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    profiles: &[Profile::Hygiene],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    let annotation = |name: &str| ingress.annotation(name).and_then(Node::text);
    let patterns = annotation("nginx.ingress.kubernetes.io/use-regex") == Some("true")
        || annotation("nginx.ingress.kubernetes.io/rewrite-target").is_some();
    // Load balancers of clouds read wildcards of their own.
    if patterns || Controller::of(ingress) == Controller::Cloud {
        return;
    }
    for path in ingress_paths(ingress) {
        let (Some(text), kind) = (path.path(), path.node.field("pathType")) else { continue };
        if kind.str() == Some("ImplementationSpecific") {
            let message = format!("leaves it to the controller how the path {text} is compared");
            out.report(kind, message);
        } else if matches!(kind.str(), Some("Exact" | "Prefix"))
            && text.contains(['(', ')', '[', ']', '*', '^', '|', '\\'])
        {
            let message = format!("has the pattern {text} in a path that is compared as text");
            out.report(path.node.field("path"), message);
        }
    }
}

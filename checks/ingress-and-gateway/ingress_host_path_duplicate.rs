//! Two Ingresses claim the same host and path.
//!
//! Which of them answers is up to the controller: the older one, the one whose name comes first,
//! or now this and now that. The other is dead text, or traffic that goes the wrong way.
//!
//! Remove one of them, or give them different paths or hosts.
//!
//! Path and path type must be the same, and the class. Canaries and solvers of challenges are made
//! to share a host and path, and so are rules with conditions of their own (headers, methods, entry
//! points). Rules without a host, and the same Ingress in two folders, are left alone.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop, namespace: shop}
//! spec: {rules: [{host: shop.example.com, http: {paths: [{path: /api, pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: api, namespace: api}
//! spec:
//!   rules:
//!     - host: shop.example.com
//!       http:
//!         paths:
//!           - path: /api/
//! #           ^^^^^^^^^^^ Ingress `api` claims shop.example.com/api/, which Ingress `shop/shop` has
//!             pathType: Prefix
//!           - path: /new
//!             pathType: Prefix
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: other-path}
//! spec: {rules: [{host: shop.example.com, http: {paths: [{path: /api, pathType: Prefix}, {path: /, pathType: Exact}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: other-class}
//! spec: {ingressClassName: internal, rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: canary, annotations: {nginx.ingress.kubernetes.io/canary: "true"}}
//! spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: cm-acme-http-solver-x2k, labels: {acme.cert-manager.io/http01-solver: "true"}}
//! spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: plain-http, annotations: {traefik.ingress.kubernetes.io/router.entrypoints: web}}
//! spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: no-host}
//! spec: {rules: [{http: {paths: [{path: /, pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: no-host-either}
//! spec: {rules: [{http: {paths: [{path: /, pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: unknown}
//! spec: {rules: [{host: "${HOST}", http: {paths: [{path: /, pathType: Prefix}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: unknown-too}
//! spec: {rules: [{host: "${HOST}", http: {paths: [{path: /, pathType: Prefix}]}}]}
//! ```

use kubesift_engine::model::{Holder, INGRESS, annotations, ingress_paths, is_auxiliary_ingress};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[
        Peer("gatekeeper:k8suniqueingresshost"),
        Peer("kyverno:unique-ingress-host"),
        Peer("kyverno:unique-ingress-host-and-path"),
        Peer("kyverno:unique-ingress-path"),
    ],
    run: Run::Links(&[INGRESS], run),
    ..Check::DEFAULT
};

/// Parts of the keys of annotations that add a condition to a rule.
const CONDITIONS: &[&str] = &[
    "/conditions.",
    "/router.entrypoints",
    "konghq.com/headers",
    "konghq.com/methods",
    "konghq.com/protocols",
    "/server-alias",
    "haproxy.org/route-acl",
];

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    if is_auxiliary_ingress(ingress) || conditions(ingress).next().is_some() {
        return;
    }
    for path in ingress_paths(ingress) {
        let Some(host) = path.host().filter(|host| !matches!(*host, "" | "*")) else { continue };
        let holders = graph.path_holders(ingress, &path);
        let Some(first) = holders.iter().find(|holder| is_rival(holder, ingress)) else { continue };
        let text = path.path().unwrap_or("/");
        let message =
            format!("claims {host}{text}, which Ingress `{}` has", first.resource.full_name());
        let field = path.node.field("path");
        out.report(field, message).note(first.at, "it has the path");
    }
}

/// True for an Ingress that comes before and claims the path without conditions.
fn is_rival(holder: &Holder, ingress: &Resource) -> bool {
    let other = holder.resource;
    let same = (&other.name, &other.namespace) == (&ingress.name, &ingress.namespace);
    other.id < ingress.id && !same && conditions(other).next().is_none()
}

fn conditions(ingress: &Resource) -> impl Iterator<Item = &str> {
    let keys = annotations(ingress).map(|(key, _)| key);
    keys.filter(|key| CONDITIONS.iter().any(|part| key.contains(part)))
}

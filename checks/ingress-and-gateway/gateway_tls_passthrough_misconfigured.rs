//! A listener that passes TLS on is set up as if it ended it.
//!
//! With `mode: Passthrough` the Gateway never sees the request: it needs no certificate, and only a
//! TLSRoute can attach. HTTPRoutes are refused, and HTTPS listeners must end TLS.
//!
//! Use `Terminate` for HTTPRoutes, or a listener of protocol TLS with TLSRoutes.
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web, namespace: infra}
//! spec:
//!   listeners:
//!     - name: through
//!       port: 443
//!       protocol: TLS
//!       tls:
//!         mode: Passthrough
//! #       ^^^^^^^^^^^^^^^^^ Gateway `web` passes TLS on at listener `through`, where HTTPRoute `infra/shop` attaches
//!         certificateRefs: [{name: cert}]
//! #       ^^^^^^^^^^^^^^^ Gateway `web` has a certificate at listener `through`, which passes TLS on
//!     - {name: https, port: 8443, protocol: HTTPS, tls: {mode: Passthrough}}
//! #                                                      ^^^^^^^^^^^^^^^^^ Gateway `web` passes TLS on at listener `https`, whose protocol is HTTPS
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: shop, namespace: infra}
//! spec: {parentRefs: [{name: web, sectionName: through}]}
//! ```
//!
//! ```yaml pass
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web, namespace: infra}
//! spec:
//!   listeners:
//!     - {name: through, port: 443, protocol: TLS, tls: {mode: Passthrough}}
//!     - {name: https, port: 8443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: shop, namespace: infra}
//! spec: {parentRefs: [{name: web}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1alpha2
//! kind: TLSRoute
//! metadata: {name: raw, namespace: infra}
//! spec: {parentRefs: [{name: web, sectionName: through}]}
//! ```

use kubesift_engine::model::{Match, gateway_listeners};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["gateway.networking.k8s.io/Gateway"], run),
    ..Check::DEFAULT
};

fn run(gateway: &Resource, graph: &Graph, out: &mut Out) {
    let attachments = graph.attachments(gateway);
    for listener in gateway_listeners(gateway).filter(|one| one.is_passthrough()) {
        let (mode, words) = (listener.node.field("tls.mode"), listener.words());
        let certificates = listener.node.field("tls.certificateRefs");
        if certificates.items().next().is_some() {
            out.report(certificates, format!("has a certificate at {words}, which passes TLS on"));
        }
        if listener.protocol() == Some("HTTPS") {
            out.report(mode, format!("passes TLS on at {words}, whose protocol is HTTPS"));
            continue;
        }
        let http = attachments.iter().find(|attachment| {
            matches!(&*attachment.route.kind.kind, "HTTPRoute" | "GRPCRoute")
                && attachment.parent.section.is_some()
                && listener.is_meant_by(&attachment.parent) == Match::Yes
        });
        if let Some(http) = http {
            let (kind, name) = (&http.route.kind.kind, http.route.full_name());
            let message = format!("passes TLS on at {words}, where {kind} `{name}` attaches");
            out.report(mode, message).note(http.parent.object.node, "the route attaches here");
        }
    }
}

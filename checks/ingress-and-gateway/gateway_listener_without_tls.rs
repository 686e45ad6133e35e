//! A Gateway has no listener with TLS, or one without a certificate.
//!
//! A Gateway that listens to plain HTTP only serves everything so that whoever sits on the way can
//! read and change it. An HTTPS listener that ends TLS needs a certificate: without `certificateRefs`
//! (or options of the implementation) it never becomes ready.
//!
//! Add an HTTPS listener with `certificateRefs`, and let the one for HTTP redirect.
//!
//! An HTTP listener beside one with TLS is left alone: see `route-http-redirect-missing`. So are
//! Gateways inside a mesh, those that are reached inside the cluster only, and those that end TLS
//! in a load balancer in front by its annotations. TCP and UDP carry what they carry.
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - name: http
//!       port: 80
//!       protocol: HTTP
//! #     ^^^^^^^^^^^^^^ Gateway `web` has no listener with TLS beside listener `http`
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: no-certificate}
//! spec:
//!   listeners:
//!     - name: https
//!       port: 443
//!       protocol: HTTPS
//!       tls:
//! #     ^^^ Gateway `no-certificate` ends TLS at listener `https` without a certificate
//!         mode: Terminate
//! ```
//!
//! ```yaml pass
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - {name: http, port: 80, protocol: HTTP}
//!     - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}
//!     - {name: managed, port: 8443, protocol: HTTPS, tls: {options: {networking.gke.io/pre-shared-certs: a}}}
//!     - {name: through, port: 9443, protocol: TLS, tls: {mode: Passthrough}}
//!     - {name: filled, port: 9444, protocol: HTTPS, tls: "${TLS}"}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: waypoint}
//! spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: inside, annotations: {networking.istio.io/service-type: ClusterIP}}
//! spec: {listeners: [{name: http, port: 80, protocol: HTTP}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: load-balancer}
//! spec:
//!   infrastructure: {annotations: {service.beta.kubernetes.io/aws-load-balancer-ssl-cert: "arn:aws:acm:a"}}
//!   listeners: [{name: http, port: 80, protocol: HTTP}]
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: istio}
//! spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: database}
//! spec: {listeners: [{name: db, port: 5432, protocol: TCP}]}
//! ```

use kubesift_engine::model::{GatewayListener, gateway_listeners, is_absent};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Cwe(319)],
    run: Run::Resource(&["gateway.networking.k8s.io/Gateway"], run),
    ..Check::DEFAULT
};

fn run(gateway: &Resource, out: &mut Out) {
    let listeners: Vec<GatewayListener> = gateway_listeners(gateway).collect();
    for listener in &listeners {
        without_certificate(listener, out);
    }
    let plain = listeners.iter().find(|listener| listener.protocol() == Some("HTTP"));
    // A protocol that is not known may be one with TLS.
    let only = listeners
        .iter()
        .all(|listener| matches!(listener.protocol(), Some("HTTP" | "TCP" | "UDP")));
    let Some(plain) = plain.filter(|_| only && !is_inside(gateway) && !is_behind(gateway)) else {
        return;
    };
    let message = format!("has no listener with TLS beside {}", plain.words());
    out.report(plain.node.field("protocol"), message);
}

fn without_certificate(listener: &GatewayListener, out: &mut Out) {
    let ends = match (listener.protocol(), listener.node.field("tls.mode").str()) {
        (Some("HTTPS"), None | Some("Terminate")) => true,
        (Some("TLS"), mode) => mode == Some("Terminate"),
        _ => false,
    };
    let certificates = listener.node.field("tls.certificateRefs");
    let empty = certificates.node().and_then(Node::list).is_some_and(|list| list.is_empty());
    let options = listener.node.field("tls.options").exists();
    if ends && !options && (empty || is_absent(certificates)) {
        let message = format!("ends TLS at {} without a certificate", listener.words());
        out.report(certificates, message).confidence(Confidence::High);
    }
}

/// True for a Gateway of a mesh, or one that only the cluster reaches.
fn is_inside(gateway: &Resource) -> bool {
    let class = gateway.field("spec.gatewayClassName").str().unwrap_or_default();
    let service = gateway.annotation("networking.istio.io/service-type").and_then(Node::text);
    class.contains("waypoint")
        || class.contains("internal")
        || class.contains("mesh")
        || service == Some("ClusterIP")
}

/// True when annotations of the load balancer in front name a certificate.
fn is_behind(gateway: &Resource) -> bool {
    let own = gateway.field("metadata.annotations").node();
    let given = gateway.field("spec.infrastructure.annotations").node();
    let keys = own.into_iter().chain(given).flat_map(Node::entries).map(|(key, _)| key);
    keys.into_iter().any(|key| key.contains("ssl-cert") || key.contains("certificate"))
}

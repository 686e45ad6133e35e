//! A server of a Gateway clashes with another one, or lacks its certificate or its port.
//!
//! Of two servers with TLS for one host and port, the later one is dropped. Plain HTTP and another
//! protocol cannot share a port. A server whose Secret is not where the gateway's pods run, or
//! holds no certificate, refuses connections, and one at a port that no Service of the gateway has
//! cannot be reached.
//!
//! Give each host to one server, keep the Secret in the namespace of the gateway's pods (not of the
//! Gateway), with the keys `tls.crt` and `tls.key`, and add the port to the Service.
//!
//! Servers count as rivals when their Gateways have the same selector. Several for one host in
//! plain HTTP are merged and fine. One certificate in several Gateways counts as low: a browser may
//! send a request for one host over its connection to the other, and gets a 404. Secrets usually
//! are no part of the manifests, so one that is not there at all is reported only by a run that
//! names this check.
//!
//! ```yaml fail
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: one, namespace: edge}
//! spec:
//!   selector: {istio: ingressgateway}
//!   servers:
//!     - port: {number: 443, name: https, protocol: HTTPS}
//!       tls: {mode: SIMPLE, credentialName: one}
//!       hosts: [www.example.com]
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: two, namespace: shop}
//! spec:
//!   selector: {istio: ingressgateway}
//!   servers:
//!     - port: {number: 443, name: https, protocol: HTTPS}
//!       tls: {mode: SIMPLE, credentialName: two}
//!       hosts:
//!         - shop/www.example.com
//! #         ^^^^^^^^^^^^^^^^^^^^ Gateway `two` serves host `www.example.com` at port 443 with TLS, as Gateway `edge/one` does
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: three, namespace: shop}
//! spec:
//!   selector: {istio: ingressgateway}
//!   servers:
//!     - port:
//!         number: 443
//!         name: http
//!         protocol: HTTP
//! #       ^^^^^^^^^^^^^^ Gateway `three` has HTTP at port 443, where Gateway `edge/one` has HTTPS
//!       hosts: [plain.example.com]
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: four, namespace: shop}
//! spec:
//!   selector: {istio: ingressgateway}
//!   servers:
//!     - port: {number: 443, name: https, protocol: HTTPS}
//!       tls: {mode: SIMPLE, credentialName: one}
//! #                         ^^^^^^^^^^^^^^^^^^^ Gateway `four` has the certificate of Secret `one`, as Gateway `edge/one` has for other hosts
//!       hosts: [four.example.com]
//! ```
//!
//! What the gateway's pods have:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: gateway, namespace: edge}
//! spec: {template: {metadata: {labels: {istio: ingressgateway}}, spec: {containers: [{name: istio-proxy}]}}}
//! ---
//! kind: Service
//! metadata: {name: gateway, namespace: edge}
//! spec: {selector: {istio: ingressgateway}, ports: [{port: 443, targetPort: 8443}]}
//! ---
//! kind: Secret
//! metadata: {name: web-tls, namespace: shop}
//! type: kubernetes.io/tls
//! data: {tls.crt: "", tls.key: ""}
//! ---
//! kind: Secret
//! metadata: {name: empty, namespace: edge}
//! data: {user: YWRtaW4=}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector: {istio: ingressgateway}
//!   servers:
//!     - port: {number: 443, name: https, protocol: HTTPS}
//!       tls: {mode: SIMPLE, credentialName: web-tls}
//! #                         ^^^^^^^^^^^^^^^^^^^^^^^ Gateway `web` takes its certificate from Secret `web-tls`, which is in namespace `shop`, while its pods are in `edge`
//!       hosts: [web.example.com]
//!     - port: {number: 8443, name: tls, protocol: HTTPS}
//!       tls: {mode: SIMPLE, credentialName: empty}
//! #                         ^^^^^^^^^^^^^^^^^^^^^ Gateway `web` takes its certificate from Secret `edge/empty`, which has none
//!       hosts: [api.example.com]
//!     - port:
//!         number: 9000
//! #       ^^^^^^^^^^^^ Gateway `web` listens at port 9000, which Service `edge/gateway` before its pods does not have
//!         name: tcp
//!         protocol: TCP
//!       hosts: ["*"]
//! ```
//!
//! ```yaml pass with=reference-wrong-namespace
//! kind: Deployment
//! metadata: {name: gateway, namespace: edge}
//! spec: {template: {metadata: {labels: {istio: ingressgateway}}, spec: {containers: [{name: istio-proxy}]}}}
//! ---
//! kind: Secret
//! metadata: {name: web-tls, namespace: edge}
//! type: kubernetes.io/tls
//! data: {tls.crt: "", tls.key: ""}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: web-tls}, hosts: [web.example.com]}]}
//! ```
//!
//! ```yaml pass
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: one, namespace: edge}
//! spec:
//!   selector: {istio: ingressgateway}
//!   servers:
//!     - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
//!     - {port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: one}, hosts: [a.example.com]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: two, namespace: shop}
//! spec:
//!   selector: {istio: ingressgateway}
//!   servers:
//!     - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
//!     - {port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: two}, hosts: [b.example.com]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: internal, namespace: shop}
//! spec:
//!   selector: {istio: internal}
//!   servers:
//!     - {port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: one}, hosts: [a.example.com]}
//! ---
//! kind: Deployment
//! metadata: {name: gateway, namespace: edge}
//! spec: {template: {metadata: {labels: {istio: internal}}, spec: {containers: [{name: istio-proxy}]}}}
//! ---
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! metadata: {name: one, namespace: edge}
//! spec: {secretName: one, dnsNames: [a.example.com], issuerRef: {name: ca}}
//! ```

use kubesift_engine::model::{GatewayServer, Target, are_placed, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &["reference-near-miss", "secret-not-found"],
    refs: &[
        Peer("istio-analyze:IST0138"),
        Peer("istio-analyze:IST0145"),
        Peer("istio-analyze:IST0161"),
        Peer("istio-analyze:IST0162"),
    ],
    run: Run::Links(&["networking.istio.io/Gateway"], run),
    ..Check::DEFAULT
};

fn run(gateway: &Resource, graph: &Graph, out: &mut Out) {
    let servers = GatewayServer::all_of(gateway);
    if servers.is_empty() {
        return;
    }
    let pods = graph.pods_of_gateway(gateway);
    for server in &servers {
        rivals(server, graph, out);
        credential(server, &pods, graph, out);
        port(server, &pods, graph, out);
    }
}

/// Earlier servers of other Gateways at the same port of the same proxies.
fn rivals(server: &GatewayServer, graph: &Graph, out: &mut Out) {
    let own = server.gateway;
    let beside = graph.servers_beside(server);
    let asked = out.is_asked();
    let earlier = |other: &&&GatewayServer| {
        let same = other.gateway.name == own.name && other.gateway.namespace == own.namespace;
        other.gateway.id < own.id
            && !same
            && (asked || are_placed(other.gateway, own))
            && !other.has_address()
            && !server.has_address()
    };
    let port = server.port.unwrap_or_default();
    let mut shared = None;
    for (index, other) in beside.iter().filter(earlier).enumerate() {
        let name = other.gateway.full_name();
        let known = server.protocol.is_some() && other.protocol.is_some();
        let mixed = known && server.is_plain_http() != other.is_plain_http();
        // The first one at a port says what it speaks.
        if mixed && index == 0 {
            let protocol = |one: &GatewayServer| one.protocol.clone().unwrap_or_default();
            let (ours, theirs) = (protocol(server), protocol(other));
            let message = format!("has {ours} at port {port}, where Gateway `{name}` has {theirs}");
            out.report(server.node.field("port.protocol"), message)
                .note(other.node.field("port.protocol"), "the other server");
            return;
        }
        if !(server.is_tls() && other.is_tls()) {
            continue;
        }
        let same = |host: &str| other.hosts.iter().find(|one| one.name == host);
        if let Some((ours, theirs)) =
            server.hosts.iter().find_map(|host| Some((host, same(host.name)?)))
        {
            let host = ours.name;
            let message =
                format!("serves host `{host}` at port {port} with TLS, as Gateway `{name}` does");
            out.report(ours.node, message).note(theirs.node, "the other server of the host");
            return;
        }
        let same_secret = server
            .credential()
            .zip(other.credential())
            .filter(|(one, other)| one.str() == other.str());
        shared = shared.or(same_secret.map(|(one, other)| (one, other, name)));
    }
    if let Some((one, other, name)) = shared {
        let secret = one.str().unwrap_or_default();
        let message = format!(
            "has the certificate of Secret `{secret}`, as Gateway `{name}` has for other hosts"
        );
        out.report(one, message)
            .severity(Low)
            .confidence(Confidence::Low)
            .note(other, "the other server");
    }
}

/// The Secret with the certificate must be where the gateway's pods are.
fn credential(server: &GatewayServer, pods: &[&GraphPod], graph: &Graph, out: &mut Out) {
    let Some(node) = server.credential() else { return };
    let Some(first) = pods.first() else { return };
    let namespace = first.namespace;
    if !pods.iter().all(|pod| pod.namespace == namespace) {
        return;
    }
    let name = node.str().unwrap_or_default();
    if let Some(secret) = graph.find("Secret", namespace, name) {
        if !secret.encrypted && lacks_certificate(secret) {
            let full = secret.full_name();
            let message = format!("takes its certificate from Secret `{full}`, which has none");
            out.report(node, message).note(secret.field("data"), "the Secret");
        }
        return;
    }
    let elsewhere = graph.of("Secret").find(|secret| secret.name.as_deref() == Some(name));
    let stated = elsewhere.and_then(|secret| secret.namespace.as_deref().zip(namespace));
    if is_made(name, graph) {
        return;
    }
    match (elsewhere, stated) {
        (Some(secret), Some((there, here))) => {
            let message = format!(
                "takes its certificate from Secret `{name}`, which is in namespace `{there}`, \
                 while its pods are in `{here}`"
            );
            out.report(node, message).note(secret.field("metadata.namespace"), "the Secret");
        }
        (None, _) if out.is_asked() => {
            out.report(
                node,
                format!("takes its certificate from Secret `{name}`, which does not exist"),
            );
        }
        _ => {}
    }
}

/// Neither of the pairs of keys that Istio reads. Values that are filled in later stay open.
fn lacks_certificate(secret: &Resource) -> bool {
    let has = |key: &str| {
        let of = |part: &str| secret.node().get(part).and_then(|data| data.get(key)).is_some();
        of("data") || of("stringData")
    };
    let any = ["data", "stringData"].into_iter().filter_map(|part| secret.node().get(part));
    let stated = any.into_iter().any(|data| data.is_map() && data.entries().next().is_some());
    stated && !(has("tls.crt") && has("tls.key")) && !(has("cert") && has("key"))
}

/// Something of the build makes a Secret of the name.
fn is_made(name: &str, graph: &Graph) -> bool {
    let named = |resource: &Resource, path: &'static str| {
        resource.field(path).str().or(resource.name.as_deref()) == Some(name)
    };
    graph
        .of("cert-manager.io/Certificate")
        .any(|one| one.field("spec.secretName").str() == Some(name))
        || graph.of("external-secrets.io/ExternalSecret").any(|one| named(one, "spec.target.name"))
        || graph.of("bitnami.com/SealedSecret").any(|one| named(one, "spec.template.metadata.name"))
}

/// More pods of a gateway than these are not looked at for their Services.
const MANY: usize = 20;

/// A port that no Service before the gateway's pods has.
fn port<'a>(server: &GatewayServer, pods: &[&GraphPod<'a>], graph: &Graph<'a>, out: &mut Out) {
    let field = server.node.field("port.number");
    let Some(number) = field.int() else { return };
    let services: Vec<&Resource> =
        pods.iter().take(MANY).flat_map(|pod| graph.services_of(pod)).copied().collect();
    let Some(first) = services.first() else { return };
    let has = |service: &&Resource| {
        service_ports(service).iter().any(|port| {
            // A name, or what is filled in later, may be any port.
            let named = matches!(port.target, Target::Name(_) | Target::Unknown);
            port.number == Some(number)
                || port.target == Target::Number(number)
                || port.number.is_none() && named
        })
    };
    let on_host = |pod: &&GraphPod| {
        let containers = pod.pod.containers();
        let mut ports = containers.iter().flat_map(Container::ports);
        !pod.is_networked() || ports.any(|port| port.get("hostPort").is_some())
    };
    let shared = pods.iter().any(on_host);
    if shared || services.iter().any(has) {
        return;
    }
    let name = first.full_name();
    let message =
        format!("listens at port {number}, which Service `{name}` before its pods does not have");
    out.report(field, message).note(first.field("spec.ports"), "the ports of the Service");
}

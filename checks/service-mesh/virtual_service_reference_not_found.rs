//! A VirtualService names a host, a subset, a port or a gateway that does not exist.
//!
//! Requests to a host, port or subset that nothing answers to end in a 503; a route on a gateway
//! that does not exist is used by nobody; a host that the gateway does not serve is never reached.
//!
//! Compare the name with the Service, the DestinationRule's subsets and the Gateway's servers.
//! A name without dots is a Service of the VirtualService's own namespace; one of another namespace
//! must be written in full, as `web.shop.svc.cluster.local`: `web.shop` is a host of the internet
//! to Istio.
//!
//! ServiceEntries count as hosts, wildcards included, and `exportTo` is honoured. Nothing is said
//! where the other side may lie elsewhere: a namespace of which the manifests hold no Service (or
//! no Gateway) or in which something makes others; a host of the internet without a ServiceEntry; objects
//! of other folders, where no namespace is stated.
//! A run that names this check reports these too.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{port: 80}, {port: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: ratings, namespace: bank}
//! spec: {selector: {app: ratings}, ports: [{port: 80}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: web, namespace: shop}
//! spec: {host: web, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web, namespace: shop}
//! spec:
//!   hosts: [web]
//!   http:
//!     - route:
//!         - destination:
//!             host: wbe
//! #           ^^^^^^^^^ VirtualService `web` sends to host `wbe`, which no Service of namespace `shop` has
//!     - route:
//!         - destination:
//!             host: web
//!             subset: v3
//! #           ^^^^^^^^^^ VirtualService `web` sends to subset `v3` of host `web`, which has the subsets v1, v2
//!             port: {number: 80}
//!     - route:
//!         - destination: {host: web.shop.svc.cluster.local, port: {number: 81}}
//! #                                                                ^^^^^^^^^^ VirtualService `web` sends to port 81 of host `web.shop.svc.cluster.local`, which has the ports 80, 8080
//!       mirror:
//!         host: ratings.bank
//! #       ^^^^^^^^^^^^^^^^^^ VirtualService `web` sends to host `ratings.bank`, which is a host outside the mesh: Service `bank/ratings` is not meant by it
//! ```
//!
//! Gateways:
//!
//! ```yaml fail
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: public, namespace: edge}
//! spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ["*.example.com"]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web, namespace: shop}
//! spec:
//!   hosts:
//!     - www.example.com
//!     - www.example.org
//! #     ^^^^^^^^^^^^^^^ VirtualService `web` is for host `www.example.org`, which no server of its gateway `edge/public` has
//!   gateways: [edge/public]
//!   http: [{route: [{destination: {host: web.other.svc.cluster.local}}]}]
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: typo, namespace: shop}
//! spec:
//!   hosts: [www.example.com]
//!   gateways: [edge/pulbic]
//! #            ^^^^^^^^^^^ VirtualService `typo` is for gateway `edge/pulbic`, which does not exist
//!   http: [{route: [{destination: {host: web.other.svc.cluster.local}}]}]
//! ```
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{port: 8080}, {port: 9090}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web, namespace: shop}
//! spec:
//!   hosts: ["*"]
//!   gateways: [web]
//!   http:
//!     - route:
//!         - destination:
//!             host: web
//! #           ^^^^^^^^^ VirtualService `web` sends to host `web` without a port, which has the ports 8080, 9090, and comes from a gateway at port 80
//! ---
//! kind: Service
//! metadata: {name: hidden, namespace: shop, annotations: {networking.istio.io/exportTo: "."}}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: far, namespace: bank}
//! spec: {hosts: [far.example.com], http: [{route: [{destination: {host: hidden.shop.svc.cluster.local}}]}]}
//! #                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ VirtualService `far` sends to host `hidden.shop.svc.cluster.local`, but Service `shop/hidden` is not exported to its namespace
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{port: 8080}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: ServiceEntry
//! metadata: {name: outside, namespace: shop}
//! spec: {hosts: [api.example.com, "*.eu.example.com"], ports: [{number: 443, name: tls, protocol: TLS}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["shop/*"]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web, namespace: shop}
//! spec:
//!   hosts: [web.example.com]
//!   gateways: [web, mesh, "${GATEWAY}", elsewhere/gateway, "shop/web~istio-autogenerated-k8s-gateway~x"]
//!   http:
//!     - match: [{uri: {prefix: /a}}]
//!       route: [{destination: {host: web}}]
//!     - match: [{uri: {prefix: /b}}]
//!       route: [{destination: {host: api.example.com}}]
//!     - match: [{uri: {prefix: /c}}]
//!       route: [{destination: {host: www.eu.example.com}}]
//!     - match: [{uri: {prefix: /d}}]
//!       route: [{destination: {host: web.other.svc.cluster.local}}]
//!     - match: [{uri: {prefix: /e}}]
//!       route: [{destination: {host: www.example.org}}]
//!     - match: [{uri: {prefix: /f}}]
//!       delegate: {name: routes, namespace: shop}
//!     - redirect: {uri: /}
//! ```
//!
//! Without a namespace what lies in other folders may be for something else:
//!
//! ```yaml pass
//! # file: istio/web.yaml
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web}
//! spec: {hosts: [web], http: [{route: [{destination: {host: web, port: {number: 80}}}, {destination: {host: other, subset: v1}}]}]}
//! # file: hpa/web.yaml
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 8080}]}
//! ```
//!
//! What an operator makes, and what lies elsewhere:
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{port: 8080}]}
//! ---
//! apiVersion: flagger.app/v1beta1
//! kind: Canary
//! metadata: {name: web, namespace: shop}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web, namespace: shop}
//! spec: {hosts: [web], http: [{route: [{destination: {host: web-primary}}]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: elsewhere, namespace: bank}
//! spec: {hosts: [web], gateways: [public], http: [{route: [{destination: {host: web, subset: v1}}]}]}
//! ```

use kubesift_engine::model::{
    Destination, GatewayServer, Host, HostFound, are_near, destinations, is_literal, service_ports,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[
        Peer("istio-analyze:IST0101"),
        Peer("istio-analyze:IST0132"),
        Peer("istio-analyze:IST0112"),
    ],
    run: Run::Links(&["networking.istio.io/VirtualService"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    let gateways = gateways(service, graph, out);
    let ports: Vec<i64> =
        gateways.iter().flat_map(|one| one.1.iter()).filter_map(|s| s.port).collect();
    for destination in destinations(service) {
        destination_of(service, destination, &ports, graph, out);
    }
    hosts(service, &gateways, out);
}

fn destination_of(
    service: &Resource,
    destination: Destination,
    gateway_ports: &[i64],
    graph: &Graph,
    out: &mut Out,
) {
    let from = service.namespace.as_deref();
    let Some(node) = destination.host() else { return };
    let text = node.str().unwrap_or_default();
    let host = Host::of(text, from);
    match graph.find_host(host, from) {
        HostFound::Here(found) => {
            if found.is("Service") && (are_near(service, found) || out.is_asked()) {
                port(destination, found, text, gateway_ports, out);
            }
        }
        HostFound::Hidden(found) => {
            let (kind, name) = (&found.kind.kind, found.full_name());
            let message = format!(
                "sends to host `{text}`, but {kind} `{name}` is not exported to its namespace"
            );
            out.report(node, message).note(found.field("metadata.name"), "it is defined here");
            return;
        }
        HostFound::Nothing => {
            if let Some(message) = unknown_host(service, text, host, graph, out) {
                out.report(node, message);
            }
            return;
        }
        HostFound::Maybe => {}
    }
    subset(service, destination, host, graph, out);
}

/// What is wrong with a host that nothing of the build answers to, when it is surely wrong.
fn unknown_host(
    service: &Resource,
    text: &str,
    host: Host,
    graph: &Graph,
    out: &Out,
) -> Option<String> {
    let whole = graph.build().complete || out.is_asked();
    match host {
        Host::Service { namespace, .. } => {
            let shown = graph.build().complete && graph.mesh().shows("Service", namespace, service);
            let of = match namespace {
                Some(name) => format!("namespace `{name}`"),
                None => "this build".to_owned(),
            };
            (shown || out.is_asked())
                .then(|| format!("sends to host `{text}`, which no Service of {of} has"))
        }
        Host::Dns(_) => {
            let meant = host
                .meant()
                .and_then(|(name, namespace)| graph.find("Service", Some(namespace), name));
            match meant {
                Some(found) => Some(format!(
                    "sends to host `{text}`, which is a host outside the mesh: Service `{}` is not \
                     meant by it",
                    found.full_name()
                )),
                None if out.is_asked() && whole => {
                    Some(format!("sends to host `{text}`, which no ServiceEntry has"))
                }
                None => None,
            }
        }
        Host::Wildcard(_) | Host::Unknown => None,
    }
}

/// The port of a destination, or none where one is needed.
fn port(
    destination: Destination,
    found: &Resource,
    host: &str,
    gateway_ports: &[i64],
    out: &mut Out,
) {
    let ports = service_ports(found);
    let numbers: Vec<i64> = ports.iter().filter_map(|port| port.number).collect();
    if numbers.is_empty() || numbers.len() != ports.len() {
        return;
    }
    let words = numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let has = match numbers.len() {
        1 => format!("has the port {words}"),
        _ => format!("has the ports {words}"),
    };
    let field = destination.node.field("port.number");
    if let Some(number) = field.int() {
        if !numbers.contains(&number) {
            let message = format!("sends to port {number} of host `{host}`, which {has}");
            out.report(field, message).note(found.field("spec.ports"), "the ports of the Service");
        }
        return;
    }
    if field.exists() || numbers.len() == 1 {
        return;
    }
    let Some(other) = gateway_ports.iter().find(|port| !numbers.contains(port)) else { return };
    let Some(node) = destination.host() else { return };
    let message = format!(
        "sends to host `{host}` without a port, which {has}, and comes from a gateway at port {other}"
    );
    out.report(node, message).note(found.field("spec.ports"), "the ports of the Service");
}

/// A subset that no DestinationRule of the host has.
fn subset(service: &Resource, destination: Destination, host: Host, graph: &Graph, out: &mut Out) {
    let Some(node) = destination.subset().filter(|node| is_literal(*node)) else { return };
    let wanted = node.str().unwrap_or_default();
    let text = destination.host().and_then(Node::str).unwrap_or_default();
    let mut rules = graph.rules_of_host(host);
    rules.retain(|rule| are_near(service, rule) || out.is_asked());
    let mut names: Vec<&str> = Vec::new();
    for rule in &rules {
        let list = rule.field("spec.subsets");
        if list.node().is_some_and(|list| !is_literal(list)) {
            return;
        }
        names.extend(list.items().filter_map(|subset| subset.field("name").str()));
    }
    if names.contains(&wanted) || rules.is_empty() && !out.is_asked() {
        return;
    }
    names.sort_unstable();
    names.dedup();
    let has = match names.len() {
        0 => "which has no subsets".to_owned(),
        1 => format!("which has the subset {}", names.join(", ")),
        _ => format!("which has the subsets {}", names.join(", ")),
    };
    let draft = out.report(node, format!("sends to subset `{wanted}` of host `{text}`, {has}"));
    if let Some(rule) = rules.first() {
        draft.note(rule.field("spec.subsets"), "the subsets of the host");
    }
}

/// The gateways that a VirtualService names, those of the build with their servers; and a finding
/// for each that is not there.
fn gateways<'g>(
    service: &Resource,
    graph: &'g Graph,
    out: &mut Out,
) -> Vec<(String, Vec<GatewayServer<'g>>)> {
    let own = service.namespace.as_deref();
    let mut found = Vec::new();
    for node in service.field("spec.gateways").items() {
        let Some(text) = node.str() else { continue };
        let Some((namespace, name)) = graph.gateway_name(text, own) else { continue };
        if let Some(gateway) = graph.find("networking.istio.io/Gateway", namespace, name) {
            found.push((text.to_owned(), GatewayServer::all_of(gateway)));
            continue;
        }
        let shown = graph.build().complete && graph.mesh().shows("Gateway", namespace, service);
        let elsewhere = namespace.is_none()
            && graph.of("networking.istio.io/Gateway").any(|one| one.name.as_deref() == Some(name));
        if (shown || out.is_asked()) && !elsewhere {
            out.report(node, format!("is for gateway `{text}`, which does not exist"));
        }
    }
    found
}

/// Hosts that none of the gateways serves, when all of them are in view.
fn hosts(service: &Resource, gateways: &[(String, Vec<GatewayServer>)], out: &mut Out) {
    let named = service.field("spec.gateways").items().count();
    let readable =
        |server: &GatewayServer| server.hosts.len() == server.node.field("hosts").items().count();
    let all_readable = gateways.iter().flat_map(|one| &one.1).all(readable);
    // A Gateway without servers is a mistake of its own.
    let served = gateways.iter().all(|one| !one.1.is_empty());
    if named == 0 || gateways.len() != named || !all_readable || !served {
        return;
    }
    let namespace = service.namespace.as_deref();
    for node in service.field("spec.hosts").items() {
        let Some(text) = node.str().filter(|_| is_literal(node)) else { continue };
        let servers = gateways.iter().flat_map(|one| &one.1);
        let mut hosts = servers.flat_map(|server| &server.hosts);
        if hosts.any(|host| host.covers(text, namespace)) {
            continue;
        }
        let names: Vec<String> = gateways.iter().map(|one| format!("`{}`", one.0)).collect();
        let word = if names.len() == 1 { "gateway" } else { "gateways" };
        let message =
            format!("is for host `{text}`, which no server of its {word} {} has", names.join(", "));
        out.report(node, message);
    }
}

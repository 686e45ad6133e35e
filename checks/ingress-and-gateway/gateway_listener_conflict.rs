//! Two listeners of a Gateway want the same traffic.
//!
//! Listeners of one port need protocols that share it and different hostnames, and names must be
//! unique. Otherwise neither of them becomes ready, or only the first does.
//!
//! Give them different hostnames, names or ports, or make one of the two.
//!
//! HTTP and HTTPS cannot share a port; HTTPS and TLS can, by their hostnames. UDP has ports of its
//! own. The listeners of a ListenerSet are compared with those of the Gateway it extends.
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - {name: a, port: 443, protocol: HTTPS, hostname: a.example.com}
//!     - {name: b, port: 443, protocol: TLS, hostname: A.example.com}
//! #               ^^^^^^^^^ Gateway `web` has two listeners for port 443 and host A.example.com: `a` and `b`
//!     - {name: c, port: 443, protocol: HTTP, hostname: c.example.com}
//! #                          ^^^^^^^^^^^^^^ Gateway `web` has port 443 for HTTPS at listener `a` and for HTTP at listener `c`
//!     - {name: a, port: 80, protocol: HTTP}
//! #      ^^^^^^^ Gateway `web` has two listeners of the name `a`
//!     - {name: d, port: 80, protocol: HTTP}
//! #               ^^^^^^^^ Gateway `web` has two listeners for port 80 and every host: `a` and `d`
//! ```
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web, namespace: infra}
//! spec: {listeners: [{name: http, port: 80, protocol: HTTP}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: ListenerSet
//! metadata: {name: more, namespace: shop}
//! spec: {parentRef: {name: web, namespace: infra}, listeners: [{name: plain, port: 80, protocol: HTTP}]}
//! #                                                                          ^^^^^^^^ ListenerSet `more` has a listener for port 80 and every host, which Gateway `infra/web` has: `http` and `plain`
//! ```
//!
//! ```yaml pass
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - {name: a, port: 443, protocol: HTTPS, hostname: a.example.com}
//!     - {name: b, port: 443, protocol: HTTPS, hostname: "*.example.com"}
//!     - {name: c, port: 443, protocol: HTTPS}
//!     - {name: d, port: 443, protocol: TLS, hostname: d.example.com}
//!     - {name: e, port: 443, protocol: UDP}
//!     - {name: f, port: 80, protocol: HTTP, hostname: "${HOST}"}
//!     - {name: g, port: 80, protocol: HTTP, hostname: "${HOST}"}
//!     - {name: h, port: 81, protocol: example.com/custom}
//!     - {name: i, port: 81, protocol: HTTP}
//! ```

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use kubesift_engine::model::{
    GATEWAY_GROUP, GatewayListener, LISTENER_KINDS, ObjectRef, gateway_listeners,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("istio-analyze:IST0145")],
    run: Run::Links(LISTENER_KINDS, run),
    ..Check::DEFAULT
};

/// The first listener of a name, of a port, and of a port and host.
#[derive(Default)]
struct First<'a> {
    names: HashMap<&'a str, GatewayListener<'a>>,
    ports: HashMap<(i64, &'static str), GatewayListener<'a>>,
    hosts: HashMap<(i64, &'static str, String), GatewayListener<'a>>,
}

fn run(owner: &Resource, graph: &Graph, out: &mut Out) {
    let mut first = First::default();
    let parent = owner.field("spec.parentRef").node();
    let parent = parent.and_then(|node| ObjectRef::read(node, GATEWAY_GROUP, "Gateway"));
    let gateway = parent.and_then(|parent| {
        let namespace = parent.namespace.or(owner.namespace.as_deref());
        graph.find(&parent.kind_name(), namespace, parent.name)
    });
    for listener in gateway.into_iter().flat_map(gateway_listeners) {
        // Names are unique within one object only.
        first.meet(&listener);
    }
    for listener in gateway_listeners(owner) {
        if let Some(name) = listener.name() {
            if first.names.contains_key(name) {
                let message = format!("has two listeners of the name `{name}`");
                out.report(listener.node.field("name"), message);
            }
            first.names.entry(name).or_insert(listener);
        }
        if let Some((other, by)) = first.meet(&listener) {
            report(owner, &listener, &other, by, out);
        }
    }
}

/// Why two listeners cannot share a port.
enum By {
    Protocol,
    Host,
}

impl<'a> First<'a> {
    /// The listener that was there before, and why both cannot be.
    fn meet(&mut self, listener: &GatewayListener<'a>) -> Option<(GatewayListener<'a>, By)> {
        let (port, protocol) = (listener.port()?, listener.protocol()?);
        let layer = layer(protocol)?;
        let transport = if layer == "UDP" { "UDP" } else { "TCP" };
        match self.ports.entry((port, transport)) {
            Entry::Vacant(slot) => {
                slot.insert(*listener);
            }
            Entry::Occupied(slot) => {
                let other = *slot.get();
                if other.protocol().and_then(self::layer) != Some(layer) {
                    return Some((other, By::Protocol));
                }
            }
        }
        let host = listener.hostname()?.to_ascii_lowercase();
        match self.hosts.entry((port, layer, host)) {
            Entry::Vacant(slot) => {
                slot.insert(*listener);
                None
            }
            Entry::Occupied(slot) => Some((*slot.get(), By::Host)),
        }
    }
}

/// The protocols that can share a port have one word.
fn layer(protocol: &str) -> Option<&'static str> {
    match protocol {
        "HTTP" => Some("HTTP"),
        "HTTPS" | "TLS" => Some("TLS"),
        "TCP" => Some("TCP"),
        "UDP" => Some("UDP"),
        _ => None,
    }
}

fn report(
    owner: &Resource,
    listener: &GatewayListener,
    other: &GatewayListener,
    by: By,
    out: &mut Out,
) {
    let port = listener.port().unwrap_or_default();
    let name = |one: &GatewayListener| one.name().unwrap_or("(no name)").to_owned();
    let own = other.owner.id == owner.id;
    let draft = match by {
        By::Protocol => {
            let protocol = |one: &GatewayListener| one.protocol().unwrap_or_default().to_owned();
            let message = format!(
                "has port {port} for {} at {} and for {} at {}",
                protocol(other),
                other.words(),
                protocol(listener),
                listener.words()
            );
            out.report(listener.node.field("protocol"), message)
        }
        By::Host => {
            let host = match listener.hostname().unwrap_or_default() {
                "" => "every host".to_owned(),
                host => format!("host {host}"),
            };
            let (one, two) = (name(other), name(listener));
            let message = if own {
                format!("has two listeners for port {port} and {host}: `{one}` and `{two}`")
            } else {
                let kind = &other.owner.kind.kind;
                let gateway = other.owner.full_name();
                format!(
                    "has a listener for port {port} and {host}, which {kind} `{gateway}` has: \
                     `{one}` and `{two}`"
                )
            };
            out.report(listener.node.field("port"), message)
        }
    };
    draft.note(other.node, "the other listener");
}

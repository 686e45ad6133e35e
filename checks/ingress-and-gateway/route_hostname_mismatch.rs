//! No hostname of a route is one of its Gateway's.
//!
//! A route attaches to a listener only when their hostnames have something in common. Here they
//! have nothing, so the route is refused and its hosts get an error 404.
//!
//! Correct the hostname, or add a listener for it.
//!
//! `*.example.com` stands for one label or more. A route or a listener without hostnames is for all
//! of them. Listeners that do not take the kind of the route, or its namespace, do not count.
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - {name: https, port: 443, protocol: HTTPS, hostname: "*.example.com"}
//!     - {name: other, port: 443, protocol: HTTPS, hostname: shop.example.org}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: shop}
//! spec:
//!   parentRefs: [{name: web}]
//!   hostnames:
//! # ^^^^^^^^^ HTTPRoute `shop` is for example.com, and Gateway `web` listens for *.example.com and shop.example.org
//!     - example.com
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: one}
//! spec: {parentRefs: [{name: web, sectionName: other}], hostnames: [a.example.com, b.example.com]}
//! #                                                     ^^^^^^^^^ HTTPRoute `one` is for a.example.com and b.example.com, and Gateway `web` listens for shop.example.org
//! ```
//!
//! ```yaml pass
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - {name: https, port: 443, protocol: HTTPS, hostname: "*.example.com"}
//!     - {name: plain, port: 80, protocol: HTTP, hostname: "${HOST}"}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: shop}
//! spec: {parentRefs: [{name: web, sectionName: https}], hostnames: [a.example.org, b.c.example.com]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: every-host}
//! spec: {parentRefs: [{name: web}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: unknown}
//! spec: {parentRefs: [{name: web}], hostnames: [example.com]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: elsewhere}
//! spec: {parentRefs: [{name: other}, {name: web, kind: Service, group: ""}], hostnames: [example.com]}
//! ```

use kubesift_engine::model::{
    GATEWAY_ROUTES, Match, gateway_listeners, parent_refs, route_hostnames,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("istio-analyze:IST0132")],
    run: Run::Links(GATEWAY_ROUTES, run),
    ..Check::DEFAULT
};

fn run(route: &Resource, graph: &Graph, out: &mut Out) {
    let names: Vec<&str> = route_hostnames(route).filter_map(Node::text).collect();
    if names.is_empty() {
        return;
    }
    for parent in parent_refs(route) {
        let Some(gateway) = graph.gateway_parent(route, &parent) else { continue };
        let mut hosts: Vec<&str> = Vec::new();
        let mut fits = Match::No;
        for listener in gateway_listeners(gateway) {
            let takes = listener
                .is_meant_by(&parent)
                .and(listener.takes(&route.kind))
                .and(graph.takes_namespace(&listener, route));
            if takes == Match::No {
                continue;
            }
            fits = fits.or(listener.meets_hostnames(route));
            hosts.extend(listener.hostname());
        }
        if fits != Match::No || hosts.is_empty() {
            continue;
        }
        hosts.dedup();
        let name = gateway.name.as_deref().unwrap_or_default();
        let message = format!(
            "is for {}, and {} `{name}` listens for {}",
            list(&names),
            gateway.kind.kind,
            list(&hosts)
        );
        out.report(route.field("spec.hostnames"), message)
            .note(gateway.field("spec.listeners"), "the listeners are here");
    }
}

/// A few names, and how many more there are.
fn list(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
        [] => String::new(),
    }
}

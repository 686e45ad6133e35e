//! Two VirtualServices claim one host, or a route of one is never reached.
//!
//! For traffic inside the mesh only one VirtualService of a host counts: which one, nobody can say.
//! Within one, the first rule that matches is taken: what stands after a rule that takes everything,
//! or the same match again, is dead.
//!
//! Put the routes of a host into one VirtualService (`delegate` splits it), limit them by `exportTo`,
//! and order the rules from the narrow to the wide.
//!
//! Bound to gateways alone, several VirtualServices of a host are merged and fine. Hosts count as
//! equal when they mean the same Service (`web`, `web.shop.svc.cluster.local`), and two
//! VirtualServices clash when some namespace sees both. A match counts as dead when it is the same
//! as an earlier one, or its path begins with one that an earlier rule takes by `prefix` alone.
//!
//! ```yaml fail
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web, namespace: shop}
//! spec: {hosts: [web], http: [{route: [{destination: {host: web}}]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web-canary, namespace: bank}
//! spec:
//!   hosts:
//!     - www.example.com
//!     - web.shop.svc.cluster.local
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^^ VirtualService `web-canary` claims host `web.shop.svc.cluster.local` in the mesh, as VirtualService `shop/web` does
//!   gateways: [mesh]
//!   http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]
//! ```
//!
//! ```yaml fail
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web}
//! spec:
//!   hosts: [web]
//!   http:
//!     - match: [{uri: {prefix: /api}}]
//!       route: [{destination: {host: api}}]
//!     - match:
//! #     ^^^^^ VirtualService `web` has a rule that is never reached: a rule before it takes every path that begins with `/api`
//!         - uri: {exact: /api/v2}
//!       route: [{destination: {host: api-v2}}]
//!     - match:
//!         - uri: {prefix: /shop}
//!         - uri: {prefix: /api}
//! #         ^^^ VirtualService `web` has a match that is never reached: a rule before it has the same
//!       route: [{destination: {host: shop}}]
//!     - route: [{destination: {host: web}}]
//!     - match:
//! #     ^^^^^ VirtualService `web` has a rule that is never reached: a rule before it takes everything
//!         - uri: {prefix: /images}
//!       route: [{destination: {host: images}}]
//! ```
//!
//! ```yaml pass
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: one, namespace: shop}
//! spec: {hosts: [www.example.com], gateways: [public], http: [{match: [{uri: {prefix: /a}}], route: [{destination: {host: a}}]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: two, namespace: shop}
//! spec: {hosts: [www.example.com], gateways: [public], http: [{match: [{uri: {prefix: /b}}], route: [{destination: {host: b}}]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: own, namespace: team-a}
//! spec: {hosts: [web.shop.svc.cluster.local], exportTo: ["."], http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: own, namespace: team-b}
//! spec: {hosts: [web.shop.svc.cluster.local], exportTo: [team-b], http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: ordered, namespace: post}
//! spec:
//!   hosts: [post]
//!   http:
//!     - match: [{uri: {exact: /a}}, {uri: {prefix: /b}, headers: {x: {exact: y}}}]
//!       route: [{destination: {host: a}}]
//!     - match: [{uri: {prefix: /a}}, {uri: {prefix: /b}}]
//!       route: [{destination: {host: b}}]
//!     - route: [{destination: {host: post}}]
//!   tls:
//!     - match: [{port: 443, sniHosts: [a.example.com]}]
//!       route: [{destination: {host: a}}]
//!     - match: [{port: 443, sniHosts: [b.example.com]}]
//!       route: [{destination: {host: b}}]
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: routes, namespace: post}
//! spec: {http: [{route: [{destination: {host: a}}]}]}
//! ```

use kubesift_engine::model::{Before, Host, are_placed, are_seen_together, is_in_mesh, unreached};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[
        Peer("istio-analyze:IST0109"),
        Peer("istio-analyze:IST0130"),
        Peer("istio-analyze:IST0131"),
        Peer("istio-analyze:IST0140"),
    ],
    run: Run::Links(&["networking.istio.io/VirtualService"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    if is_in_mesh(service) {
        claims(service, graph, out);
    }
    for one in unreached(service) {
        let what = if one.whole { "rule" } else { "match" };
        let why = match one.before {
            Before::All(_) => "takes everything".to_owned(),
            Before::Same(_) => "has the same".to_owned(),
            Before::Prefix(_, prefix) => format!("takes every path that begins with `{prefix}`"),
        };
        let message = format!("has a {what} that is never reached: a rule before it {why}");
        out.report(head(one.node), message).note(head(one.before.rule()), "the rule before it");
    }
}

/// The first key of a rule: tighter than all of it.
fn head(rule: Node<'_>) -> At<'_> {
    let first = rule.entries().next().map_or(rule, |(_, node)| node);
    At::from((first, first.key_span()))
}

/// Hosts that an earlier VirtualService claims too.
fn claims(service: &Resource, graph: &Graph, out: &mut Out) {
    for node in service.field("spec.hosts").items() {
        let Some(text) = node.str() else { continue };
        let host = Host::of(text, service.namespace.as_deref());
        if host == Host::Unknown {
            continue;
        }
        let same_name =
            |other: &Resource| other.name == service.name && other.namespace == service.namespace;
        let other = graph.claims_of_host(host).into_iter().find(|(other, _)| {
            other.id < service.id
                && !same_name(other)
                && (out.is_asked() || are_placed(other, service))
                && are_seen_together(other, service)
        });
        let Some((other, at)) = other else { continue };
        let name = other.full_name();
        let message = format!("claims host `{text}` in the mesh, as VirtualService `{name}` does");
        out.report(node, message).note(at, "the other one claims it here");
    }
}

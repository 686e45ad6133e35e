//! Two OpenShift Routes claim the same host and path.
//!
//! The router admits the older one and refuses the other (`HostAlreadyClaimed`), so the second
//! never gets a visitor.
//!
//! Remove one of them, or give them different hosts or paths. To share visitors between Services,
//! use `alternateBackends` of one Route.
//!
//! ```yaml fail
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: shop, namespace: shop}
//! spec: {host: shop.example.com, to: {name: shop}}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: new, namespace: new}
//! spec: {host: Shop.example.com, path: /, to: {name: new}}
//! #      ^^^^^^^^^^^^^^^^^^^^^^ Route `new` claims Shop.example.com/, which Route `shop/shop` has
//! ```
//!
//! ```yaml pass
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: shop}
//! spec: {host: shop.example.com, to: {name: shop}}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: api}
//! spec: {host: shop.example.com, path: /api, to: {name: api}}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: any}
//! spec: {to: {name: api}}
//! ---
//! apiVersion: route.openshift.io/v1
//! kind: Route
//! metadata: {name: any-too}
//! spec: {to: {name: api}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kyverno:unique-routes")],
    run: Run::Links(&["route.openshift.io/Route"], run),
    ..Check::DEFAULT
};

fn run(route: &Resource, graph: &Graph, out: &mut Out) {
    let rival = graph.route_holders(route).iter().find(|holder| {
        let other = holder.resource;
        let same = (&other.name, &other.namespace) == (&route.name, &route.namespace);
        other.id < route.id && !same
    });
    let Some(rival) = rival else { return };
    let host = route.field("spec.host");
    let path = route.field("spec.path").str().unwrap_or_default();
    let message = format!(
        "claims {}{path}, which Route `{}` has",
        host.str().unwrap_or_default(),
        rival.resource.full_name()
    );
    out.report(host, message).note(rival.at, "it has the host");
}

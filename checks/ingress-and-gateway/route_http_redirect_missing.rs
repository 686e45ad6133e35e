//! A route is served by plain HTTP beside HTTPS.
//!
//! Its Gateway has a listener for HTTP and one for HTTPS, and the route attaches to both: visitors
//! who type the address stay on plain HTTP, where what they send can be read and changed.
//!
//! Attach the route to the HTTPS listener by `sectionName`, and add a route with a
//! `RequestRedirect` to `https` for the HTTP one.
//!
//! Routes that redirect, and paths of challenges (`/.well-known/`), are left alone.
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - {name: http, port: 80, protocol: HTTP}
//!     - {name: https, port: 443, protocol: HTTPS}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: shop}
//! spec:
//!   parentRefs:
//!     - name: web
//! #     ^^^^^^^^^ HTTPRoute `shop` is served by plain HTTP at listener `http` of Gateway `web` as well as by HTTPS
//!   rules: [{backendRefs: [{name: shop, port: 80}]}]
//! ```
//!
//! ```yaml pass
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - {name: http, port: 80, protocol: HTTP}
//!     - {name: https, port: 443, protocol: HTTPS}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: shop}
//! spec: {parentRefs: [{name: web, sectionName: https}], rules: [{backendRefs: [{name: shop, port: 80}]}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: redirect}
//! spec:
//!   parentRefs: [{name: web}]
//!   rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: challenge}
//! spec:
//!   parentRefs: [{name: web}]
//!   rules: [{matches: [{path: {value: /.well-known/acme-challenge/x}}], backendRefs: [{name: solver, port: 80}]}]
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: plain}
//! spec: {listeners: [{name: http, port: 80, protocol: HTTP}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: plain-only}
//! spec: {parentRefs: [{name: plain}], rules: [{backendRefs: [{name: shop, port: 80}]}]}
//! ```

use kubesift_engine::model::{GatewayListener, Match, gateway_listeners, parent_refs};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default],
    refs: &[Cwe(319)],
    run: Run::Links(&["gateway.networking.k8s.io/HTTPRoute"], run),
    ..Check::DEFAULT
};

fn run(route: &Resource, graph: &Graph, out: &mut Out) {
    let mut rules = route.field("spec.rules").items();
    if rules.all(|rule| redirects(rule) || is_challenge(rule)) {
        return;
    }
    let mut plain: Option<(GatewayListener, Node)> = None;
    let mut secure = false;
    for parent in parent_refs(route) {
        let Some(to) = graph.gateway_parent(route, &parent) else { continue };
        for attachment in graph.attachments(to) {
            let same = attachment.route.id == route.id
                && attachment.parent.object.node == parent.object.node;
            for listener in gateway_listeners(to).filter(|_| same) {
                let fits = graph.fit(attachment, &listener).all() == Match::Yes;
                match listener.protocol().filter(|_| fits) {
                    Some("HTTPS") => secure = true,
                    Some("HTTP") => plain = plain.or(Some((listener, parent.object.node))),
                    _ => {}
                }
            }
        }
    }
    let Some((listener, at)) = plain.filter(|_| secure) else { return };
    let owner = listener.owner;
    let message = format!(
        "is served by plain HTTP at {} of {} `{}` as well as by HTTPS",
        listener.words(),
        owner.kind.kind,
        owner.name.as_deref().unwrap_or_default()
    );
    out.report(at, message).note(listener.node, "the listener is here");
}

/// True for a rule that sends visitors on to HTTPS.
fn redirects(rule: Node) -> bool {
    rule.field("filters").items().any(|filter| {
        let redirect = filter.field("requestRedirect");
        let scheme = filter.field("requestRedirect.scheme").str();
        redirect.exists() && scheme != Some("http")
    })
}

/// True for a rule that is only for paths of challenges.
fn is_challenge(rule: Node) -> bool {
    let mut matches = rule.field("matches").items().peekable();
    let any = matches.peek().is_some();
    any && matches.all(|one| {
        one.field("path.value").str().is_some_and(|path| path.starts_with("/.well-known/"))
    })
}

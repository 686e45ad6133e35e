//! A route attaches to a Gateway, or to a listener of one, that is not there or does not take it.
//!
//! Such a route has no effect (`Accepted: False`), and its hosts are answered with 404.
//!
//! Correct `parentRefs`: name, namespace and `sectionName`; or let the listener take the route with
//! `allowedRoutes`.
//!
//! Gateways are often kept apart from routes, so one that is not found is reported only where
//! something speaks for a mistake: a Gateway of that name in another namespace only, a name that is
//! one letter away, or a namespace that the configuration declares `complete`. A run that names this
//! check reports all. Of a Gateway in view the listeners decide: their names and ports, the kinds of
//! routes and the namespaces they take; a listener without `allowedRoutes` takes those of its own
//! namespace. Hostnames are the matter of `route-hostname-mismatch`.
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public, namespace: edge}
//! spec:
//!   listeners:
//!     - {name: http, port: 80, protocol: HTTP}
//!     - {name: https, port: 443, protocol: HTTPS, allowedRoutes: {namespaces: {from: All}}}
//!     - {name: raw, port: 9000, protocol: TCP, allowedRoutes: {namespaces: {from: All}}}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web, namespace: shop}
//! spec:
//!   parentRefs:
//!     - name: public
//! #     ^^^^^^^^^^^^ HTTPRoute `web` attaches to Gateway `public`, which is in namespace `edge` only
//!     - name: public
//!       namespace: edge
//!       sectionName: tls
//! #     ^^^^^^^^^^^^^^^^ HTTPRoute `web` attaches to listener `tls` of Gateway `edge/public`, which has only `http`, `https` and `raw`
//!     - {name: public, namespace: edge, sectionName: raw}
//! #                                     ^^^^^^^^^^^^^^^^ HTTPRoute `web` attaches to Gateway `edge/public`, where no listener that is meant takes an HTTPRoute
//!     - {name: public, namespace: edge, sectionName: http}
//! #                                     ^^^^^^^^^^^^^^^^^ HTTPRoute `web` attaches to Gateway `edge/public`, where no listener that is meant takes routes of namespace `shop`
//! ```
//!
//! ```yaml pass complete=*
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public, namespace: edge}
//! spec:
//!   listeners:
//!     - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
//!     - {name: "${LISTENER}", port: 443, protocol: HTTPS, allowedRoutes: {namespaces: {from: All}}}
//!     - {name: own, port: 8080, protocol: HTTP}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web, namespace: shop}
//! spec:
//!   parentRefs:
//!     - {name: public, namespace: edge}
//!     - {name: public, namespace: edge, sectionName: http}
//!     - {name: public, namespace: edge, sectionName: perhaps}
//!     - {group: "", kind: Service, name: web}
//!     - {name: "${GATEWAY}"}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {ports: [{port: 80}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: GRPCRoute
//! metadata: {name: own, namespace: edge}
//! spec: {parentRefs: [{name: public, sectionName: own}]}
//! ```
//!
//! ```yaml pass
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web}
//! spec: {parentRefs: [{name: of-another-repository, namespace: edge}]}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public}
//! spec: {listeners: [{name: http, port: 80, protocol: HTTP}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web}
//! spec:
//!   parentRefs:
//!     - name: pubilc
//! #     ^^^^^^^^^^^^ HTTPRoute `web` attaches to Gateway `pubilc`, which no file defines; the nearest is `public`
//! ```
//!
//! ```yaml fixed
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public}
//! spec: {listeners: [{name: http, port: 80, protocol: HTTP}]}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: web}
//! spec:
//!   parentRefs:
//!     - name: public
//! ```

use kubesift_engine::model::{
    Attachment, Fit, GATEWAY_ROUTES, Match, Relation, gateway_listeners, parent_refs,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("popeye:POP-407")],
    run: Run::Links(GATEWAY_ROUTES, run),
    ..Check::DEFAULT
};

fn run(route: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(route, graph, Usual::Elsewhere, |link| link.relation == Relation::RouteParent);
    // The one of the graph lives as long as what the graph gives.
    let all = graph.resources();
    let at = all.binary_search_by_key(&route.id, |held| held.id);
    let Some(route) = at.ok().and_then(|at| all.get(at)).copied() else { return };
    for parent in parent_refs(route) {
        let Some(nearest) = graph.gateway_parent(route, &parent) else { continue };
        // Examples and tests define a Gateway many times over: that in the route's file is meant.
        let named = |held: &&Resource| {
            graph.same_namespace(nearest.namespace.as_deref(), held.namespace.as_deref())
                != Match::No
        };
        let kind = parent.object.kind_name();
        let mut all: Vec<_> = graph.anywhere(&kind, parent.object.name);
        all.retain(named);
        let beside = |held: &&&Resource| held.file().id == route.file().id;
        let gateway = all.iter().find(beside).copied().unwrap_or(nearest);
        if all.len() > 1 && gateway.file().id != route.file().id {
            continue;
        }
        attach(Attachment { route, parent, to: gateway }, graph, out);
    }
}

fn attach<'a>(attachment: Attachment<'a>, graph: &Graph<'a>, out: &mut Out) {
    let Attachment { route, parent, to: gateway } = attachment;
    let whole = graph.build().complete || gateway.file().id == route.file().id;
    let listeners: Vec<_> = gateway_listeners(gateway).collect();
    // A Gateway may take its listeners from elsewhere: a set of listeners, a template.
    if listeners.is_empty() || !whole && !out.is_asked() {
        return;
    }
    let fits: Vec<Fit> = listeners.iter().map(|one| graph.fit(&attachment, one)).collect();
    let any = |look: &dyn Fn(&Fit) -> Match| fits.iter().map(look).fold(Match::No, Match::or);
    let (kind, name) = (&gateway.kind.kind, gateway.full_name());
    let section = parent.object.node.get("sectionName").or(parent.object.node.get("port"));
    let at = section.or(parent.object.node.get("name")).unwrap_or(parent.object.node);
    let message = if any(&|fit| fit.meant) == Match::No {
        let names: Vec<&str> = listeners.iter().filter_map(|one| one.name()).collect();
        let wanted = match (parent.section, parent.port) {
            (Some(section), _) => format!("listener `{section}`"),
            (None, Some(port)) => format!("port {port}"),
            (None, None) => return,
        };
        format!("attaches to {wanted} of {kind} `{name}`, which has only {}", list(&names))
    } else if any(&|fit| fit.meant.and(fit.kind)) == Match::No {
        let article = if route.kind.kind.starts_with('H') { "an" } else { "a" };
        let own = &route.kind.kind;
        format!(
            "attaches to {kind} `{name}`, where no listener that is meant takes {article} {own}"
        )
    } else if any(&|fit| fit.meant.and(fit.kind).and(fit.namespace)) == Match::No {
        let from = match route.namespace.as_deref() {
            Some(namespace) => format!("routes of namespace `{namespace}`"),
            None => "its namespace".to_owned(),
        };
        format!("attaches to {kind} `{name}`, where no listener that is meant takes {from}")
    } else {
        return;
    };
    out.report(at, message).note(gateway.field("spec.listeners"), "the listeners are here");
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        quoted => quoted.concat(),
    }
}

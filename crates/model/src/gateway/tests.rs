//! Cases for Gateway API: which routes a listener takes, and what a grant lets through.

use super::*;
use crate::graph::tests::with_graph;

fn object(kind: &str, namespace: &str, name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: gateway.networking.k8s.io/v1\nkind: {kind}\n\
         metadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"
    )
}

/// Meant, kind, namespace and hostname of the first listener for the only route, as `y`, `n`, `?`.
#[track_caller]
fn check(expected: &str, listener: &str, kind: &str, namespace: &str, route: &str) {
    let spec = format!("{{listeners: [{{{listener}}}]}}");
    let text = object("Gateway", "infra", "gw", &spec) + &object(kind, namespace, "web", route);
    let found = with_graph(&text, |graph| {
        let gateway = graph.of("gateway.networking.k8s.io/Gateway").next().unwrap();
        let attachment = graph.attachments(gateway)[0];
        let listener = gateway_listeners(gateway).next().unwrap();
        let fit = graph.fit(&attachment, &listener);
        [fit.meant, fit.kind, fit.namespace, fit.hostname].map(|matches| match matches {
            Match::Yes => 'y',
            Match::No => 'n',
            Match::Unknown => '?',
        })
    });
    assert_eq!(found.iter().collect::<String>(), expected, "{text}");
}

#[test]
fn listeners_take_routes() {
    let https = "name: web, port: 443, protocol: HTTPS";
    let to = "{parentRefs: [{name: gw, namespace: infra}]}";
    let own = "{parentRefs: [{name: gw}]}";
    check("yyyy", https, "HTTPRoute", "infra", own);
    check("yyny", https, "HTTPRoute", "shop", to);
    check("ynyy", https, "TCPRoute", "infra", own);
    check("yyyy", "name: a, port: 443, protocol: TLS", "TLSRoute", "infra", own);
    check("ynyy", "name: a, port: 80, protocol: TCP", "HTTPRoute", "infra", own);
    let section = "{parentRefs: [{name: gw, sectionName: other}]}";
    check("nyyy", https, "HTTPRoute", "infra", section);
    let port = "{parentRefs: [{name: gw, sectionName: web, port: 443}]}";
    check("yyyy", https, "HTTPRoute", "infra", port);
    let all = format!("{https}, allowedRoutes: {{namespaces: {{from: All}}}}");
    check("yyyy", &all, "HTTPRoute", "shop", to);
    let kinds = format!("{https}, allowedRoutes: {{kinds: [{{kind: GRPCRoute}}]}}");
    check("ynyy", &kinds, "HTTPRoute", "infra", own);
    check("yyyy", &kinds, "GRPCRoute", "infra", own);
    let named = format!(
        "{https}, allowedRoutes: {{namespaces: {{from: Selector, selector: {{matchLabels: \
         {{kubernetes.io/metadata.name: shop}}}}}}}}"
    );
    check("yyyy", &named, "HTTPRoute", "shop", to);
    check("yyny", &named, "HTTPRoute", "bank", to);
    let labelled = format!(
        "{https}, allowedRoutes: {{namespaces: {{from: Selector, selector: {{matchLabels: \
         {{team: a}}}}}}}}"
    );
    check("yy?y", &labelled, "HTTPRoute", "shop", to);
}

#[test]
fn hostnames_decide() {
    let listener = "name: web, port: 443, protocol: HTTPS, hostname: '*.example.com'";
    let route = |names: &str| format!("{{parentRefs: [{{name: gw}}], hostnames: [{names}]}}");
    check("yyyy", listener, "HTTPRoute", "infra", &route(""));
    check("yyyy", listener, "HTTPRoute", "infra", &route("a.example.org, b.example.com"));
    check("yyyn", listener, "HTTPRoute", "infra", &route("example.com"));
    check("yyy?", listener, "HTTPRoute", "infra", &route("'${HOST}'"));
}

/// Whether a reference from an HTTPRoute of namespace `shop` to Service `data/db` is granted.
#[track_caller]
fn granted(expected: Match, grants: &str) {
    let spec = "{rules: [{backendRefs: [{name: db, namespace: data}]}]}";
    let text = object("HTTPRoute", "shop", "web", spec) + grants;
    let found = with_graph(&text, |graph| {
        let route = graph.of("gateway.networking.k8s.io/HTTPRoute").next().unwrap();
        let target = route_targets(route)[0];
        assert!(target.crosses(route));
        graph.is_granted(route, &target)
    });
    assert_eq!(found, expected, "{grants}");
}

#[test]
fn grants_let_references_through() {
    let grant = |namespace: &str, from: &str, to: &str| {
        let spec = format!("{{from: [{{{from}}}], to: [{{{to}}}]}}");
        object("ReferenceGrant", namespace, "grant", &spec)
    };
    let from = "group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop";
    let to = "group: '', kind: Service";
    granted(Match::No, "");
    granted(Match::Yes, &grant("data", from, to));
    granted(Match::Yes, &grant("data", from, "kind: Service, name: db"));
    granted(Match::No, &grant("data", from, "kind: Service, name: other"));
    granted(Match::No, &grant("data", from, "kind: Secret"));
    granted(Match::No, &grant("shop", from, to));
    granted(Match::No, &grant("data", "group: '', kind: HTTPRoute, namespace: shop", to));
    granted(Match::Unknown, &grant("data", &from.replace("shop", "'${NS}'"), to));
    granted(Match::Unknown, &grant("'${NS}'", from, to));
}

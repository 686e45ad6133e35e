//! Tokens are checked, but nothing asks for one.
//!
//! A RequestAuthentication refuses requests with a bad token. A request without any passes: that a
//! token is needed is said by an AuthorizationPolicy, and none does here. Likewise, a route that
//! chooses by a claim of the token never matches where no RequestAuthentication reads it.
//!
//! Add an AuthorizationPolicy for the same workloads that allows only `requestPrincipals: ["*"]`,
//! or denies `notRequestPrincipals: ["*"]`.
//!
//! Policies of the namespace and of the mesh's root namespace count, unless their selector is
//! known to be for other pods.
//!
//! ```yaml fail
//! apiVersion: security.istio.io/v1
//! kind: RequestAuthentication
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   jwtRules:
//! # ^^^^^^^^ RequestAuthentication `web` checks tokens of https://id.example.com, but no AuthorizationPolicy asks for one
//!     - issuer: https://id.example.com
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {matchLabels: {app: web}}, rules: [{to: [{operation: {methods: [GET]}}]}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: bank}
//! spec: {rules: [{from: [{source: {requestPrincipals: ["*"]}}]}]}
//! ```
//!
//! ```yaml fail
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web, namespace: shop}
//! spec:
//!   hosts: [web.example.com]
//!   gateways: [web]
//!   http:
//!     - match:
//!         - headers:
//!             "@request.auth.claims.group": {exact: staff}
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ VirtualService `web` chooses by the token's claim `group`, but no RequestAuthentication reads tokens
//!       route: [{destination: {host: staff}}]
//! ```
//!
//! ```yaml pass
//! apiVersion: security.istio.io/v1
//! kind: RequestAuthentication
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {matchLabels: {app: web}}, jwtRules: [{issuer: https://id.example.com}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {matchLabels: {app: web}}, action: DENY, rules: [{from: [{source: {notRequestPrincipals: ["*"]}}]}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: RequestAuthentication
//! metadata: {name: claims, namespace: bank}
//! spec: {jwtRules: [{issuer: https://id.example.com}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: claims, namespace: istio-system}
//! spec: {rules: [{when: [{key: "request.auth.claims[groups]", values: [staff]}]}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: RequestAuthentication
//! metadata: {name: nothing, namespace: post}
//! spec: {selector: {matchLabels: {app: web}}}
//! ```
//!
//! The policy may lie elsewhere:
//!
//! ```yaml pass incomplete
//! apiVersion: security.istio.io/v1
//! kind: RequestAuthentication
//! metadata: {name: web, namespace: shop}
//! spec: {jwtRules: [{issuer: https://id.example.com}]}
//! ```

use kubesift_engine::model::MeshPolicy;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    refs: &[Cwe(306), Peer("istio-analyze:IST0149")],
    run: Run::Links(
        &["security.istio.io/RequestAuthentication", "networking.istio.io/VirtualService"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    if resource.is("networking.istio.io/VirtualService") {
        claims(resource, graph, out);
        return;
    }
    let rules = resource.field("spec.jwtRules");
    let Some(first) = rules.items().next() else { return };
    if graph.asks_for_token(&MeshPolicy::of(resource)) {
        return;
    }
    let issuer = first.field("issuer").str().unwrap_or("an issuer");
    let message = format!("checks tokens of {issuer}, but no AuthorizationPolicy asks for one");
    out.report(rules, message);
}

/// Routes of a gateway in view that choose by what a token claims.
fn claims(service: &Resource, graph: &Graph, out: &mut Out) {
    let mesh = graph.mesh();
    if !mesh.policies("RequestAuthentication").is_empty() {
        return;
    }
    let own = service.namespace.as_deref();
    let known = service.field("spec.gateways").items().filter_map(Node::str).any(|text| {
        graph.gateway_name(text, own).is_some_and(|(namespace, name)| {
            graph.find("networking.istio.io/Gateway", namespace, name).is_some()
        })
    });
    if !known && !out.is_asked() {
        return;
    }
    let rules = service.field("spec.http").items();
    let matches = rules.flat_map(|rule| rule.field("match").items());
    let headers = matches.flat_map(|one| ["headers", "withoutHeaders"].map(|key| one.get(key)));
    let found = headers
        .flatten()
        .flat_map(Node::entries)
        .find_map(|(key, node)| Some((key.strip_prefix("@request.auth.claims")?, node)));
    let Some((claim, node)) = found else { return };
    let claim = claim.trim_start_matches('.').trim_matches(['[', ']']);
    let message = format!(
        "chooses by the token's claim `{claim}`, but no RequestAuthentication reads tokens"
    );
    out.report(At::from((node, node.key_span())), message);
}

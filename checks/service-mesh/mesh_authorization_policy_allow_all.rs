//! An AuthorizationPolicy allows every request.
//!
//! A rule without conditions matches everything, so the policy lets in whoever reaches the pod, with
//! or without an identity. As policies that allow add up, the others of the workload no longer
//! matter.
//!
//! Say in `from`, `to` or `when` what is allowed, or remove the rule. A policy without any rule
//! denies everything; `rules: [{}]` is its opposite.
//!
//! `*` as a principal or a namespace stands for anyone with an identity of the mesh and counts as
//! low. Policies that deny, audit or ask somebody else are left alone, and so are those of ingress
//! gateways, which everyone is meant to reach, and of webhooks, which the API server calls without
//! an identity.
//!
//! ```yaml fail
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web}
//! spec:
//!   action: ALLOW
//!   rules:
//!     - {}
//! #     ^^ AuthorizationPolicy `web` allows every request: its rule has no condition
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: paths}
//! spec:
//!   rules:
//!     - to:
//! #     ^^ AuthorizationPolicy `paths` allows every request: `paths` is `*`
//!         - operation:
//!             paths: ["*"]
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: anyone}
//! spec:
//!   rules:
//!     - from:
//!         - source: {namespaces: [shop]}
//!         - source: {principals: ["*"]}
//! #                  ^^^^^^^^^^ AuthorizationPolicy `anyone` allows every request of the mesh: `principals` is `*`
//! ```
//!
//! ```yaml pass
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: deny-all}
//! spec: {}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: deny-everything}
//! spec: {action: DENY, rules: [{}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: ask}
//! spec: {action: CUSTOM, provider: {name: oauth2}, rules: [{}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: limited}
//! spec:
//!   rules:
//!     - from: [{source: {principals: ["*"]}}]
//!       to: [{operation: {paths: [/health]}}]
//!     - from: [{source: {principals: ["*"], notNamespaces: [public]}}]
//!     - to: [{operation: {paths: ["*"], methods: [GET]}}]
//!     - when: [{key: "request.headers[x-token]", values: ["*"]}]
//!     - from: [{source: {namespaces: ["${NAMESPACE}"]}}]
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: gateway, namespace: istio-system}
//! spec: {selector: {matchLabels: {istio: ingressgateway}}, rules: [{}]}
//! ---
//! kind: Deployment
//! metadata: {name: hook, namespace: shop}
//! spec: {template: {metadata: {labels: {app: hook}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: hook, namespace: shop}
//! spec: {selector: {app: hook}, ports: [{port: 443}]}
//! ---
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: MutatingWebhookConfiguration
//! metadata: {name: hook}
//! webhooks: [{name: hook.example.com, clientConfig: {service: {name: hook, namespace: shop}}}]
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: hook, namespace: shop}
//! spec: {selector: {matchLabels: {app: hook}}, rules: [{}]}
//! ```

use kubesift_engine::model::MeshPolicy;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    confidence: Confidence::Medium,
    refs: &[Cwe(862)],
    run: Run::Links(&["security.istio.io/AuthorizationPolicy"], run),
    ..Check::DEFAULT
};

/// How little a rule asks for.
enum Open<'a> {
    /// Nothing.
    Nothing,
    /// Only values that everything has.
    Anything(&'a str),
    /// An identity of the mesh, any.
    AnyIdentity(Node<'a>, &'a str),
}

fn run(policy: &Resource, graph: &Graph, out: &mut Out) {
    if !matches!(policy.field("spec.action").str(), None | Some("ALLOW")) || is_for_gateway(policy)
    {
        return;
    }
    if !out.is_asked() && is_for_webhook(policy, graph) {
        return;
    }
    for rule in policy.field("spec.rules").items() {
        match openness(rule) {
            Some(Open::Nothing) => {
                out.report(rule, "allows every request: its rule has no condition");
            }
            Some(Open::Anything(name)) => {
                out.report(rule, format!("allows every request: `{name}` is `*`"));
            }
            Some(Open::AnyIdentity(node, name)) => {
                let message = format!("allows every request of the mesh: `{name}` is `*`");
                out.report(node, message).severity(Low);
            }
            None => {}
        }
    }
}

fn is_for_gateway(policy: &Resource) -> bool {
    let to_gateway = MeshPolicy::of(policy)
        .targets
        .iter()
        .any(|target| target.field("kind").str() == Some("Gateway"));
    let labels = policy.field("spec.selector.matchLabels").node();
    let named = |(key, value): (&str, Node)| {
        value.str().is_some_and(|text| text.contains("gateway")) || key.contains("gateway")
    };
    to_gateway || labels.is_some_and(|labels| labels.entries().any(named))
}

/// All Services of the workloads are called by the API server, which has no identity of the mesh.
fn is_for_webhook(policy: &Resource, graph: &Graph) -> bool {
    let pods = graph.pods_of_mesh_policy(&MeshPolicy::of(policy));
    let services = pods.iter().flat_map(|(pod, _)| graph.services_of(pod));
    let mut services = services.peekable();
    services.peek().is_some()
        && services.all(|service| graph.mesh().is_called_by_api_server(service))
}

/// How little a rule asks for; none when it asks for something, or holds what is not known.
fn openness(rule: Node<'_>) -> Option<Open<'_>> {
    if rule.is_null() || rule.is_map() && rule.entries().next().is_none() {
        return Some(Open::Nothing);
    }
    if !rule.is_map() || rule.field("when").exists() {
        return None;
    }
    let to = part(rule.field("to"), "operation")?;
    let from = part(rule.field("from"), "source")?;
    match (from, to) {
        (None, None) => Some(Open::Nothing),
        (Some((node, name)), _) => Some(Open::AnyIdentity(node, name)),
        (None, Some((_, name))) => Some(Open::Anything(name)),
    }
}

/// For a list of alternatives of which one takes everything: what it says, if it says anything.
fn part<'a>(list: Field<'a>, inner: &str) -> Option<Option<(Node<'a>, &'a str)>> {
    let mut items = list.items().peekable();
    if items.peek().is_none() {
        // A text in the place of the list is filled in later.
        return list.node().is_none_or(Node::is_list).then_some(None);
    }
    items.find_map(|item| {
        let fields: Vec<(&str, Node)> = item.get(inner)?.entries().collect();
        let all = |node: &Node<'a>| node.items().any(|value| value.str() == Some("*"));
        let open = fields.iter().all(|(name, node)| !name.starts_with("not") && all(node));
        open.then(|| fields.first().map(|(name, node)| (*node, *name)))
    })
}

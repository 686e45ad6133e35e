//! An AuthorizationPolicy is for no workload.
//!
//! Either the policy is a leftover, or its selector has a mistake and the workloads that it was
//! written for go without it.
//!
//! Compare `selector.matchLabels` with the labels of the pods (those of the pod template), and the
//! namespace. A policy holds in its own namespace; in the root namespace of the mesh it holds
//! everywhere. What `targetRefs` names must be in the policy's namespace.
//!
//! Policies of Istio and of Linkerd (`Server`, `AuthorizationPolicy`) count. Nothing is said where
//! the pods or targets may come from elsewhere: the manifests hold no workload of the namespace, or
//! something in it makes pods that they do not show, unless the selector is only a typing mistake
//! away; gateways that a controller makes from a Gateway are not in view either. A run that names
//! this check reports these too.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector:
//!     matchLabels:
//! #   ^^^^^^^^^^^ AuthorizationPolicy `web` selects no pod: none has the labels app=wbe, though Deployment `web` has app=web
//!       app: wbe
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web-db, namespace: shop}
//! spec: {selector: {matchLabels: {app: web, tier: database}}}
//! #                 ^^^^^^^^^^^ AuthorizationPolicy `web-db` selects no pod: none of namespace `shop` has the labels app=web,tier=database
//! ---
//! apiVersion: policy.linkerd.io/v1beta3
//! kind: Server
//! metadata: {name: web-http, namespace: shop}
//! spec: {podSelector: {matchLabels: {app: webb}}, port: http}
//! #      ^^^^^^^^^^^ Server `web-http` selects no pod: none has the labels app=webb, though Deployment `web` has app=web
//! ---
//! apiVersion: policy.linkerd.io/v1alpha1
//! kind: AuthorizationPolicy
//! metadata: {name: web-linkerd, namespace: shop}
//! spec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web}}
//! #                                                          ^^^^^^^^^ AuthorizationPolicy `web-linkerd` is for Server `web`, which namespace `shop` does not have
//! ```
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {ports: [{port: 80}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: shop}
//! spec:
//!   targetRefs:
//!     - kind: Service
//!       group: ""
//!       name: wbe
//! #     ^^^^^^^^^ AuthorizationPolicy `web` is for Service `wbe`, which namespace `shop` does not have
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {matchLabels: {app: web}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: all, namespace: shop}
//! spec: {}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: mesh, namespace: istio-system}
//! spec: {selector: {matchLabels: {app: web}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: gateway, namespace: istio-system}
//! spec: {selector: {matchLabels: {istio: ingressgateway}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: later, namespace: shop}
//! spec: {selector: {matchLabels: {app: "${APP}"}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: of-another-repository, namespace: bank}
//! spec: {selector: {matchLabels: {app: bank}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: made-gateway, namespace: shop}
//! spec: {selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: web}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: waypoint, namespace: shop}
//! spec: {targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: waypoint}]}
//! ```

use kubesift_engine::model::{Difference, Match, MeshPolicy, Selector, is_unknown, nearest};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    refs: &[Peer("istio-analyze:IST0127"), Peer("istio-analyze:IST0167")],
    run: Run::Links(
        &[
            "security.istio.io/AuthorizationPolicy",
            "policy.linkerd.io/Server",
            "policy.linkerd.io/AuthorizationPolicy",
        ],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("policy.linkerd.io/Server") {
        let field = resource.field("spec.podSelector");
        let selector = field.node().map(Selector::from_label_selector);
        if let Some(selector) = selector.filter(|selector| !selector.is_empty()) {
            let namespace = resource.namespace.as_deref();
            if graph.select(namespace, &selector).any() == Match::No {
                report(resource, field, &selector, graph, out);
            }
        }
        return;
    }
    let policy = MeshPolicy::of(resource);
    for target in &policy.targets {
        check_target(resource, *target, graph, out);
    }
    if let Some(selector) = &policy.selector {
        let made = selector.requirements().iter().any(|one| {
            one.key.starts_with("gateway.networking.k8s.io/") || one.key == "istio.io/gateway-name"
        });
        if !made && graph.pods_of_mesh_policy(&policy).is_empty() {
            report(resource, resource.field("spec.selector.matchLabels"), selector, graph, out);
        }
    }
}

fn report(resource: &Resource, at: Field, selector: &Selector, graph: &Graph, out: &mut Out) {
    let namespace = resource.namespace.as_deref();
    let pods = graph.pods_like(namespace, selector).into_iter();
    let near = nearest(selector, pods.map(|pod| (pod, graph.labels_of(pod))));
    let related = near.is_some() || graph.has_pod_named_like(resource);
    let near = near.filter(|near| near.differences.iter().all(Difference::is_typo));
    let everywhere = namespace == Some(graph.mesh().root());
    let shown = !everywhere && graph.shows_all_pods(namespace) && related;
    if !shown && near.is_none() && !out.is_asked() {
        return;
    }
    let message = match near {
        Some(near) => {
            let pod = near.item.pod.resource;
            let (kind, name) = (&pod.kind.kind, pod.name.as_deref().unwrap_or("(no name)"));
            let found = near.words();
            format!(
                "selects no pod: none has the labels {selector}, though {kind} `{name}` has {found}"
            )
        }
        None => {
            let of = namespace.filter(|_| !everywhere);
            let of = of.map(|name| format!(" of namespace `{name}`")).unwrap_or_default();
            format!("selects no pod: none{of} has the labels {selector}")
        }
    };
    out.report(at, message);
}

/// A target that the policy's namespace does not have, though it has others of the kind.
fn check_target(resource: &Resource, target: Node, graph: &Graph, out: &mut Out) {
    let (kind, name) = (target.field("kind"), target.field("name"));
    let Some((kind, wanted)) = kind.str().zip(name.str()) else { return };
    let namespace = resource.namespace.as_deref();
    let full = match kind {
        "Service" => "Service",
        "ServiceEntry" => "networking.istio.io/ServiceEntry",
        "Gateway" => "gateway.networking.k8s.io/Gateway",
        "Server" => "policy.linkerd.io/Server",
        _ => return,
    };
    let other = target.field("namespace").str().is_some_and(|name| Some(name) != namespace);
    if other || is_unknown(wanted) || graph.find(full, namespace, wanted).is_some() {
        return;
    }
    let shown = graph.build().complete && graph.mesh().shows(kind, namespace, resource);
    if !shown && !out.is_asked() {
        return;
    }
    // Without a namespace, what states one may be the target.
    if namespace.is_none() && graph.of(full).any(|one| one.name.as_deref() == Some(wanted)) {
        return;
    }
    let of = match namespace {
        Some(name) => format!("namespace `{name}`"),
        None => "this build".to_owned(),
    };
    out.report(name, format!("is for {kind} `{wanted}`, which {of} does not have"));
}

//! Nothing says who may call the workloads of a namespace in the mesh.
//!
//! The mesh knows who calls, but without a policy everyone may: one workload that is taken over can
//! call all others.
//!
//! Add an AuthorizationPolicy to the namespace that allows the callers needed, or one that denies
//! all to the root namespace of the mesh. With Linkerd, add a Server and a policy for it, or
//! annotate the namespace with `config.linkerd.io/default-inbound-policy: deny`.
//!
//! Reported where the manifests hold such policies for other namespaces: a mesh without any is a
//! decision. A run that names this check reports every namespace in the mesh.
//!
//! ```yaml fail
//! kind: Namespace
//! metadata:
//!   name: shop
//! # ^^^^^^^^^^ no AuthorizationPolicy says who may call the one workload of namespace `shop`
//!   labels: {istio-injection: enabled}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: deny, namespace: bank}
//! spec: {}
//! ```
//!
//! ```yaml fail asked
//! kind: Namespace
//! metadata:
//!   name: shop
//! # ^^^^^^^^^^ no policy of Linkerd says who may call the one workload of namespace `shop`
//!   annotations: {linkerd.io/inject: enabled}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: deny, namespace: istio-system}
//! spec: {}
//! ---
//! kind: Namespace
//! metadata: {name: bank, annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: bank}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: policy.linkerd.io/v1beta3
//! kind: Server
//! metadata: {name: web, namespace: post}
//! spec: {podSelector: {matchLabels: {app: web}}, port: http}
//! ```
//!
//! ```yaml pass
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ```

use kubesift_engine::model::Dataplane;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    refs: &[
        Cwe(862),
        Peer("kyverno:require-authorizationpolicies"),
        Peer("kyverno:require-linkerd-server"),
        Peer("kyverno:check-linkerd-authorizationpolicy"),
    ],
    run: Run::Links(&["Namespace"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let Some(namespace) = graph.namespace_led_by(resource) else { return };
    let policy = resource.annotation("config.linkerd.io/default-inbound-policy");
    let mut open: Vec<Dataplane> = graph
        .networked_pods(namespace)
        .filter(|pod| !pod.pod.is_finite())
        .filter_map(|pod| graph.membership(pod).dataplane())
        .collect();
    open.retain(|dataplane| {
        let mesh = graph.mesh();
        let used = out.is_asked() || mesh.is_guarded(*dataplane, None);
        let stated = *dataplane == Dataplane::Linkerd && policy.is_some();
        used && !stated && !mesh.is_guarded(*dataplane, Some(namespace.name))
    });
    let Some(first) = open.first() else { return };
    let what = match first {
        Dataplane::Linkerd => "policy of Linkerd",
        _ => "AuthorizationPolicy",
    };
    let of = namespace.words();
    let workloads = match open.len() {
        1 => format!("the one workload of {of}"),
        many => format!("the {many} workloads of {of}"),
    };
    let message = format!("no {what} says who may call {workloads}");
    out.say(resource.field("metadata.name"), message).about(of);
}

//! The pods of a namespace are not put into the mesh that its policies are written for.
//!
//! Without the proxy nothing of the mesh holds for a pod: its traffic is plain text, and the
//! policies that name it are never asked.
//!
//! Label the namespace: `istio-injection: enabled` or `istio.io/rev` for sidecars,
//! `istio.io/dataplane-mode: ambient` for ambient mode; or annotate it with
//! `linkerd.io/inject: enabled`.
//!
//! A pod counts as a part of the mesh whatever puts it there: its own label, that of the namespace,
//! a proxy in the manifest, a policy of Cilium that asks for mutual authentication. Namespaces that
//! hold no policy of a mesh may well be meant to stay outside and are left alone, as are those with
//! `istio-injection: disabled`, pods in the network of their node and those that run to their end.
//! A run that names this check reports every declared Namespace that is not labelled.
//!
//! ```yaml fail
//! kind: Namespace
//! metadata:
//!   name: shop
//!   labels:
//! # ^^^^^^ Namespace `shop` holds AuthorizationPolicy `shop/web` but leaves Deployment `web` outside the mesh of Istio
//!     team: shop
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {rules: [{from: [{source: {principals: [cluster.local/ns/bank/sa/web]}}]}]}
//! ```
//!
//! ```yaml fail
//! kind: Namespace
//! metadata:
//! #^^^^^^^ Namespace `shop` holds Server `shop/web` but leaves Deployment `web` and Deployment `db` outside the mesh of Linkerd
//!   name: shop
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: db, namespace: shop}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: policy.linkerd.io/v1beta3
//! kind: Server
//! metadata: {name: web, namespace: shop}
//! spec: {podSelector: {matchLabels: {app: web}}, port: http}
//! ```
//!
//! By itself it asks for a label at every namespace:
//!
//! ```yaml fail asked
//! kind: Namespace
//! metadata: {name: shop, labels: {istio.io/dataplane-mode: other}}
//! #                      ^^^^^^ Namespace `shop` puts no pod into a mesh
//! ---
//! kind: Namespace
//! metadata: {name: bank, labels: {istio-injection: disabled}}
//! #                               ^^^^^^^^^^^^^^^^^^^^^^^^^ Namespace `bank` keeps its pods out of the mesh: `istio-injection: disabled`
//! ---
//! kind: Namespace
//! metadata: {name: post, labels: {istio.io/rev: canary}}
//! ---
//! kind: Namespace
//! metadata: {name: kube-system}
//! ```
//!
//! ```yaml pass
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Namespace
//! metadata: {name: by-pod}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: by-pod}
//! spec: {template: {metadata: {labels: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: default, namespace: by-pod}
//! spec: {mtls: {mode: STRICT}}
//! ---
//! kind: Namespace
//! metadata: {name: outside}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: outside}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: VirtualService
//! metadata: {name: web, namespace: outside}
//! spec: {hosts: [web.example.com], gateways: [istio-system/public], http: [{route: [{destination: {host: web}}]}]}
//! ```
//!
//! A namespace that is not declared may be labelled anywhere:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {}
//! ---
//! kind: Namespace
//! metadata: {name: later, labels: {istio-injection: "${INJECT}"}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: later}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: later}
//! spec: {}
//! ```

use kubesift_engine::model::{Dataplane, Membership, Namespace};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    refs: &[
        Cwe(319),
        Peer("istio-analyze:IST0102"),
        Peer("istio-analyze:IST0103"),
        Peer("istio-analyze:IST0148"),
        Peer("kyverno:enforce-sidecar-injection-namespace"),
        Peer("kyverno:enforce-ambient-mode-namespace"),
        Peer("kyverno:require-linkerd-mesh-injection"),
    ],
    options: &[&EXEMPT],
    run: Run::Links(&["Namespace"], run),
    ..Check::DEFAULT
};

pub const EXEMPT: Opt = Opt::list(
    "exempt-namespaces",
    "Namespaces whose pods may stay outside the mesh.",
    &["istio-system", "kube-node-lease", "kube-public", "kube-system", "linkerd"],
);

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(namespace) = graph.namespace(resource.name.as_deref()) else { return };
    if namespace.object.is_none_or(|object| object.id != resource.id)
        || out.lists(&EXEMPT, namespace.name)
    {
        return;
    }
    if out.is_asked() {
        asked(resource, namespace, graph, out);
        return;
    }
    if !graph.build().complete {
        return;
    }
    let Some((policy, dataplane)) = policy_of(namespace) else { return };
    let outside: Vec<&GraphPod> = graph
        .networked_pods(namespace)
        .filter(|pod| !pod.pod.is_finite() && !pod.pod.is_partial())
        .filter(|pod| matches!(graph.membership(pod), Membership::None))
        .collect();
    if outside.is_empty() {
        return;
    }
    let (mesh, kind) = (dataplane.mesh(), &policy.kind.kind);
    let (name, workloads) = (policy.full_name(), Graph::workloads_in_words(&outside));
    let message =
        format!("holds {kind} `{name}` but leaves {workloads} outside the mesh of {mesh}");
    out.report(resource.field("metadata.labels"), message)
        .note(policy.field("metadata.name"), "a policy of the mesh");
}

/// The answer to somebody who asks for a label at every namespace.
fn asked<'a>(resource: &Resource, namespace: &Namespace<'a>, graph: &Graph<'a>, out: &mut Out) {
    match graph.membership_of_namespace(namespace) {
        Membership::In(..) | Membership::Unknown => {}
        Membership::Out(sign) => {
            let (key, value) = (sign.node.key().unwrap_or_default(), sign.node.text());
            let value = value.unwrap_or_default();
            out.report(sign.node, format!("keeps its pods out of the mesh: `{key}: {value}`"));
        }
        Membership::None => {
            out.report(resource.field("metadata.labels"), "puts no pod into a mesh");
        }
    }
}

/// A policy of the namespace that is for pods in a mesh.
fn policy_of<'a>(namespace: &Namespace<'a>) -> Option<(&'a Resource, Dataplane)> {
    namespace.resources.iter().find_map(|resource| {
        let kind = &*resource.kind.kind;
        let dataplane = match (&*resource.kind.group, kind) {
            ("security.istio.io", "AuthorizationPolicy") => {
                // One that is attached to a gateway or a waypoint is for no pod of the namespace.
                let attached = resource.field("spec.targetRefs").exists()
                    || resource.field("spec.targetRef").exists();
                return (!attached).then_some((*resource, Dataplane::Sidecar));
            }
            ("security.istio.io", "PeerAuthentication") | ("networking.istio.io", "Sidecar") => {
                Dataplane::Sidecar
            }
            ("policy.linkerd.io", "Server" | "ServerAuthorization" | "AuthorizationPolicy") => {
                Dataplane::Linkerd
            }
            _ => return None,
        };
        Some((*resource, dataplane))
    })
}

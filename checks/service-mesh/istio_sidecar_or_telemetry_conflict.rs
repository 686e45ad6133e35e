//! Two objects configure the proxies of the same workloads, of which one counts.
//!
//! A workload takes one Sidecar: the one that selects it, else the one of the namespace without a
//! selector. The same holds for each part of Telemetry. Where two stand at one level, the older one
//! counts, or nobody can say which.
//!
//! Put the settings into one object, or give each a selector of its own.
//!
//! Two are rivals when both are for the whole namespace, or both surely select one and the same
//! workload of the manifests. Telemetry that is attached to something by `targetRefs` is left
//! alone, and so is Telemetry that sets something else (`metrics`, `tracing`, `accessLogging`).
//!
//! ```yaml fail
//! apiVersion: networking.istio.io/v1
//! kind: Sidecar
//! metadata: {name: default, namespace: shop}
//! spec: {egress: [{hosts: ["./*"]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Sidecar
//! metadata:
//!   name: other
//! # ^^^^^^^^^^^ Sidecar `other` is for all pods of namespace `shop`, as Sidecar `shop/default` is
//!   namespace: shop
//! spec: {egress: [{hosts: ["bank/*"]}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: bank}
//! spec: {template: {metadata: {labels: {app: web, tier: front}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: telemetry.istio.io/v1
//! kind: Telemetry
//! metadata: {name: web, namespace: bank}
//! spec: {selector: {matchLabels: {app: web}}, accessLogging: [{providers: [{name: envoy}]}]}
//! ---
//! apiVersion: telemetry.istio.io/v1
//! kind: Telemetry
//! metadata: {name: front, namespace: bank}
//! spec:
//!   selector:
//!     matchLabels:
//! #   ^^^^^^^^^^^ Telemetry `front` is for Deployment `web`, as Telemetry `bank/web` is
//!       tier: front
//!   accessLogging: [{disabled: true}]
//! ```
//!
//! ```yaml pass
//! apiVersion: networking.istio.io/v1
//! kind: Sidecar
//! metadata: {name: default, namespace: shop}
//! spec: {egress: [{hosts: ["./*"]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Sidecar
//! metadata: {name: web, namespace: shop}
//! spec: {workloadSelector: {labels: {app: web}}, egress: [{hosts: ["./*"]}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Sidecar
//! metadata: {name: default, namespace: bank}
//! spec: {egress: [{hosts: ["./*"]}]}
//! ---
//! apiVersion: telemetry.istio.io/v1
//! kind: Telemetry
//! metadata: {name: tracing, namespace: istio-system}
//! spec: {tracing: [{providers: [{name: otel}]}]}
//! ---
//! apiVersion: telemetry.istio.io/v1
//! kind: Telemetry
//! metadata: {name: logs, namespace: istio-system}
//! spec: {accessLogging: [{providers: [{name: envoy}]}]}
//! ```

use kubesift_engine::model::{MeshPolicy, Rival};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[
        Peer("istio-analyze:IST0110"),
        Peer("istio-analyze:IST0111"),
        Peer("istio-analyze:IST0159"),
        Peer("istio-analyze:IST0160"),
    ],
    run: Run::Links(&["networking.istio.io/Sidecar", "telemetry.istio.io/Telemetry"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(rival) = graph.rival_of(resource) else { return };
    let kind = &resource.kind.kind;
    let (message, other) = match rival {
        Rival::Namespace(other) => {
            let of = match resource.namespace.as_deref() {
                Some(name) => format!("namespace `{name}`"),
                None => "its namespace".to_owned(),
            };
            let name = other.full_name();
            (format!("is for all pods of {of}, as {kind} `{name}` is"), other)
        }
        Rival::Pod(other, pod) => {
            let (name, workload) = (other.full_name(), Graph::workloads_in_words(&[pod]));
            (format!("is for {workload}, as {kind} `{name}` is"), other)
        }
    };
    let field = match MeshPolicy::of(resource).selector {
        Some(selector) => At::Node(selector.node()),
        None => At::Field(resource.field("metadata.name")),
    };
    out.report(field, message).note(other.field("metadata.name"), "the other one");
}

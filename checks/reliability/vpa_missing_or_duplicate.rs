//! A workload has two VerticalPodAutoscalers, or none.
//!
//! Of two that aim at one workload each may set other requests: its pods are evicted again and
//! again. Without any, requests stay what somebody guessed.
//!
//! Keep one for each workload.
//!
//! That a workload has none is reported when the run names this check only: most do well without.
//! Two definitions of one object are alternatives.
//!
//! ```yaml fail
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: web}
//! spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: web-too}
//! spec:
//!   targetRef:
//!     apiVersion: apps/v1
//!     kind: Deployment
//!     name: web
//! #   ^^^^^^^^^ VerticalPodAutoscaler `web-too` aims at Deployment `web`, as VerticalPodAutoscaler `web` does
//! ```
//!
//! ```yaml fail asked
//! kind: Deployment
//! metadata: {name: web}
//! #          ^^^^^^^^^ Deployment `web` has no VerticalPodAutoscaler
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: db}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: db}
//! spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: db}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: web, namespace: bank}
//! spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: web-set, namespace: shop}
//! spec: {targetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}}
//! ```

use kubesift_engine::model::{Axis, Scaler};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    profiles: &[Profile::Reliability],
    refs: &[Peer("kyverno:check-vpa-configuration"), Peer("kyverno:prevent-duplicate-vpa")],
    run: Run::Links(
        &[
            "apps/Deployment",
            "apps/StatefulSet",
            "apps/DaemonSet",
            "autoscaling.k8s.io/VerticalPodAutoscaler",
        ],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(scaler) = Scaler::of(resource) else { return missing(resource, graph, out) };
    let Some(other) = graph.first_beside(&scaler) else { return };
    let name = other.resource.name.as_deref().unwrap_or("(no name)");
    let message = format!(
        "aims at {} `{}`, as VerticalPodAutoscaler `{name}` does",
        scaler.kind, scaler.name
    );
    out.report(scaler.at, message).note(other.at, "the first one");
}

fn missing(workload: &Resource, graph: &Graph, out: &mut Out) {
    if !out.is_asked() || workload.pod.is_none() {
        return;
    }
    let scalers = graph.scalers_of(workload);
    let name = workload.field("metadata.name");
    if name.exists() && !scalers.iter().any(|(scaler, _)| scaler.axis == Axis::Vertical) {
        out.report(name, "has no VerticalPodAutoscaler");
    }
}

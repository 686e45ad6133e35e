//! Two autoscalers scale the same workload.
//!
//! Each sets the number of replicas by its own measure, so that the number goes up and down without
//! end. The newer HorizontalPodAutoscalers notice it, and stop with `AmbiguousSelector`.
//!
//! Keep one, and give it both metrics: it then uses the larger number.
//!
//! KEDA makes a HorizontalPodAutoscaler of each ScaledObject, so one of each are two as well, unless
//! the ScaledObject says that it takes the other over
//! (`scaledobject.keda.sh/transfer-hpa-ownership`).
//!
//! ```yaml fail
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: by-cpu}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata: {name: by-queue}
//! spec:
//!   scaleTargetRef:
//!     name: web
//! #   ^^^^^^^^^ ScaledObject `by-queue` scales Deployment `web`, which HorizontalPodAutoscaler `by-cpu` scales too
//! ```
//!
//! ```yaml pass
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: bank}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web-set, namespace: shop}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata:
//!   name: web
//!   namespace: shop
//!   annotations: {scaledobject.keda.sh/transfer-hpa-ownership: "true"}
//! spec: {scaleTargetRef: {name: web}}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ```
//!
//! Two definitions of one autoscaler are alternatives:
//!
//! ```yaml pass
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ```

use kubesift_engine::model::{Axis, Scaler};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kyverno:prevent-duplicate-hpa")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(scaler) = Scaler::of(resource).filter(|one| one.axis == Axis::Horizontal) else {
        return;
    };
    if takes_over(resource) {
        return;
    }
    let Some(other) = graph.first_beside(&scaler) else { return };
    if takes_over(other.resource) {
        return;
    }
    let name = other.resource.name.as_deref().unwrap_or("(no name)");
    let message = format!(
        "scales {} `{}`, which {} `{name}` scales too",
        scaler.kind, scaler.name, other.resource.kind.kind
    );
    out.report(scaler.at, message).note(other.at, "the first one");
}

fn takes_over(scaler: &Resource) -> bool {
    let annotation = scaler.annotation("scaledobject.keda.sh/transfer-hpa-ownership");
    annotation.is_some_and(|node| node.text() == Some("true"))
}

//! A Deployment has no autoscaler.
//!
//! Under more load than it was made for it becomes slow or ends, until somebody scales it by hand.
//!
//! Add a HorizontalPodAutoscaler, or a ScaledObject of KEDA, where the load changes.
//!
//! Most Deployments do well without one, so the check is in no profile but `all`. An autoscaler that
//! may be the one, as its namespace is filled in later, counts.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ Deployment `web` has no autoscaler
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: "${NAMESPACE}"}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! kind: DaemonSet
//! metadata: {name: agent, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! Of files that were named one by one nothing is missing:
//!
//! ```yaml pass incomplete
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```

use kubesift_engine::model::Axis;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.0,
    profiles: &[],
    refs: &[Peer("kyverno:check-hpa-exists")],
    run: Run::Links(&["apps/Deployment"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let scalers = graph.scalers_of(workload);
    let name = workload.field("metadata.name");
    if name.exists() && !scalers.iter().any(|(scaler, _)| scaler.axis == Axis::Horizontal) {
        out.report(name, "has no autoscaler");
    }
}

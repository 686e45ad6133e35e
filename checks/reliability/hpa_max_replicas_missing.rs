//! A HorizontalPodAutoscaler has no `maxReplicas`.
//!
//! The field is required: the API server refuses the object, and the workload stays without an
//! autoscaler.
//!
//! State the most pods that the cluster, and what the pods depend on, can bear.
//!
//! ```yaml fail
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//! #^^^ HorizontalPodAutoscaler `web` has no `maxReplicas`, which the API server refuses
//!   minReplicas: 2
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//! ```
//!
//! ```yaml pass
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: unknown}
//! spec: {maxReplicas: "${MAX}"}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: wholly-unknown}
//! spec: "${SPEC}"
//! ```

use kubesift_engine::model::is_absent;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("datree:HPA_MISSING_MAXREPLICAS_KEY")],
    run: Run::Resource(&["autoscaling/HorizontalPodAutoscaler"], run),
    ..Check::DEFAULT
};

fn run(scaler: &Resource, out: &mut Out) {
    let field = scaler.field("spec.maxReplicas");
    if is_absent(field) {
        out.report(field, "has no `maxReplicas`, which the API server refuses");
    }
}

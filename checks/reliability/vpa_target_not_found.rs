//! A VerticalPodAutoscaler is for a workload that is not there.
//!
//! It then recommends nothing and changes nothing, and says so in its status only.
//!
//! Correct `targetRef`: kind, name and `apiVersion` must be those of the workload, which is in the
//! same namespace.
//!
//! How much is said depends on how sure it is: see `hpa-target-not-found`.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: frontend}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   targetRef:
//!     apiVersion: apps/v1
//!     kind: Deployment
//!     name: frontned
//! #   ^^^^^^^^^^^^^^ VerticalPodAutoscaler `web` scales Deployment `frontned`, which no file defines; the nearest is `frontend`
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata: {name: frontend}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   targetRef:
//!     apiVersion: apps/v1
//!     kind: Deployment
//!     name: frontend
//! ```
//!
//! ```yaml pass complete=*
//! kind: DaemonSet
//! metadata: {name: agent, namespace: logs}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: agent, namespace: logs}
//! spec: {targetRef: {apiVersion: apps/v1, kind: DaemonSet, name: agent}}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: filled-in, namespace: logs}
//! spec: {targetRef: {apiVersion: apps/v1, kind: "${KIND}", name: agent}}
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("kyverno:verify-vpa-target")],
    run: Run::Links(&["autoscaling.k8s.io/VerticalPodAutoscaler"], run),
    ..Check::DEFAULT
};

fn run(autoscaler: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(autoscaler, graph, Usual::Beside, |link| link.relation == Relation::ScaleTarget);
}

//! A HorizontalPodAutoscaler scales a workload that is not there.
//!
//! It then scales nothing, says so in its status only, and the workload keeps the replicas it has.
//!
//! Correct `scaleTargetRef`: kind, name and `apiVersion` must be those of the workload, which is in
//! the same namespace.
//!
//! How much is said depends on how sure it is. In a namespace that the configuration declares
//! `complete` the workload is missing. Where something speaks for a mistake (a workload of that name
//! of another kind or in another namespace, a name one letter away, others of the kind in the same
//! folder), it most likely is. Else the finding is a note. Nothing is said of workloads that a
//! release or an operator in view makes, and where only a part of what is applied is known.
//!
//! ```yaml fail
//! kind: StatefulSet
//! metadata: {name: web}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef:
//!     apiVersion: apps/v1
//!     kind: Deployment
//!     name: web
//! #   ^^^^^^^^^ HorizontalPodAutoscaler `web` scales Deployment `web`, which no file defines; `web` is a StatefulSet
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {scaleTargetRef: {apiVersion: app/v1, kind: Deployment, name: web}}
//! #                                                             ^^^^^^^^^ HorizontalPodAutoscaler `web` scales Deployment `web` of group `app`, which no file defines; `web` is a Deployment of `apps`
//! ```
//!
//! ```yaml pass complete=*
//! kind: Deployment
//! metadata: {name: web}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: autoscaling/v1
//! kind: HorizontalPodAutoscaler
//! metadata: {name: old}
//! spec: {scaleTargetRef: {apiVersion: extensions/v1beta1, kind: Deployment, name: web}}
//! ---
//! apiVersion: argoproj.io/v1alpha1
//! kind: Rollout
//! metadata: {name: canary}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: canary}
//! spec: {scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: canary}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: filled-in}
//! spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: "${NAME}"}}
//! ```
//!
//! ```yaml pass
//! apiVersion: helm.toolkit.fluxcd.io/v2
//! kind: HelmRelease
//! metadata: {name: web, namespace: shop}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web-server}}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: frontend}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef:
//!     apiVersion: apps/v1
//!     kind: Deployment
//!     name: frontned
//! #   ^^^^^^^^^^^^^^ HorizontalPodAutoscaler `web` scales Deployment `frontned`, which no file defines; the nearest is `frontend`
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata: {name: frontend}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   scaleTargetRef:
//!     apiVersion: apps/v1
//!     kind: Deployment
//!     name: frontend
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[
        Peer("kube-linter:dangling-horizontalpodautoscaler"),
        Peer("kube-score:horizontalpodautoscaler-has-target"),
        Peer("kics:2f652c42"),
        Peer("kubescape:C-0300"),
        Peer("popeye:POP-600"),
        Peer("gatekeeper:k8shorizontalpodautoscaler"),
        Peer("monokle:LNK001"),
    ],
    run: Run::Links(&["autoscaling/HorizontalPodAutoscaler"], run),
    ..Check::DEFAULT
};

fn run(autoscaler: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(autoscaler, graph, Usual::Beside, |link| link.relation == Relation::ScaleTarget);
}

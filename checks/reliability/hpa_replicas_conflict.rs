//! A workload that an autoscaler scales also states its replicas.
//!
//! Each time the manifest is applied, the number goes back to what it says, whatever load there is
//! at that moment: under load, pods that are needed are taken away, until the autoscaler adds them
//! again.
//!
//! Remove `replicas`. The first `kubectl apply` without it goes back to one replica for a moment,
//! unless `kubectl apply edit-last-applied` removes the field before; server-side apply and the GitOps
//! controllers, which use it, just give the field up.
//!
//! Deployments, StatefulSets and every other kind with `replicas` count, HorizontalPodAutoscalers
//! and KEDA's ScaledObjects. `replicas: 0` turns a HorizontalPodAutoscaler off, which is said, and
//! not mended; a ScaledObject may start from zero. Where the namespace decides and is not known,
//! nothing is said.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 3
//! # ^^^^^^^^^^^ Deployment `web` states 3 replicas, which HorizontalPodAutoscaler `web` is there to choose
//!   template: {spec: {containers: [{name: app}]}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! kind: StatefulSet
//! metadata: {name: worker, namespace: shop}
//! spec:
//!   replicas: 2
//! # ^^^^^^^^^^^ StatefulSet `worker` states 2 replicas, which ScaledObject `worker` is there to choose
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata: {name: worker, namespace: shop}
//! spec: {scaleTargetRef: {kind: StatefulSet, name: worker}}
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template: {spec: {containers: [{name: app}]}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! kind: StatefulSet
//! metadata: {name: worker, namespace: shop}
//! spec:
//!   replicas: 2
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata: {name: worker, namespace: shop}
//! spec: {scaleTargetRef: {kind: StatefulSet, name: worker}}
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 0
//! # ^^^^^^^^^^^ Deployment `web` states 0 replicas, which turns HorizontalPodAutoscaler `web` off
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: bank}
//! spec: {replicas: 3}
//! ---
//! kind: StatefulSet
//! metadata: {name: web, namespace: shop}
//! spec: {replicas: 3}
//! ---
//! kind: Deployment
//! metadata: {name: unknown, namespace: shop}
//! spec: {replicas: "${N}"}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: unknown, namespace: shop}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: unknown}}
//! ---
//! kind: Deployment
//! metadata: {name: somewhere}
//! spec: {replicas: 3}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: unknown, namespace: "${NAMESPACE}"}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: somewhere}}
//! ```

use kubesift_engine::model::{Axis, Match};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Safe),
    refs: &[
        Peer("kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured"),
        Peer("kics:5744cbb8"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let field = workload.field("spec.replicas");
    let Some(number) = field.int() else { return };
    let scaler = graph
        .scalers_of(workload)
        .into_iter()
        .find(|(scaler, sure)| scaler.axis == Axis::Horizontal && *sure == Match::Yes);
    let Some((scaler, _)) = scaler else { return };
    let keda = scaler.resource.is("keda.sh/ScaledObject");
    if keda && number == 0 {
        return;
    }
    let name = scaler.resource.name.as_deref().unwrap_or("(no name)");
    let who = format!("{} `{name}`", scaler.resource.kind.kind);
    if number == 0 {
        out.report(field, format!("states 0 replicas, which turns {who} off"))
            .note(scaler.at, "it scales the workload");
        return;
    }
    let draft = out
        .report(field, format!("states {number} replicas, which {who} is there to choose"))
        .note(scaler.at, "it scales the workload");
    // Removed from a mapping that holds nothing else, the field would leave `spec:` empty.
    let alone = field.node().and_then(Node::parent).is_some_and(|spec| spec.entries().count() == 1);
    if !alone {
        draft.remove(Safe, "leave the number to the autoscaler", field);
    }
}

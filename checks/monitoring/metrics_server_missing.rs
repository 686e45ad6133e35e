//! An autoscaler goes by CPU or memory, and nothing in view measures them.
//!
//! The metrics of pods come from metrics-server, or an adapter that takes its place. Without one a
//! HorizontalPodAutoscaler stays at `<unknown>` and scales nothing.
//!
//! Install metrics-server. Managed clusters mostly bring it, which no manifest shows: the check is in
//! no profile but `all`, and says something of builds only that hold workloads of `kube-system`, as
//! those of a whole cluster do, or when the run names it. It stands at the first autoscaler.
//!
//! ```yaml fail
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   metrics:
//!     - type: Resource
//! #     ^^^^^^^^^^^^^^ HorizontalPodAutoscaler `web` goes by CPU or memory, which no metrics-server of this build measures
//!       resource: {name: cpu, target: {averageUtilization: 80}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: db, namespace: shop}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: db}}
//! ---
//! kind: DaemonSet
//! metadata: {name: kube-proxy, namespace: kube-system}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! kind: Deployment
//! metadata: {name: metrics, namespace: kube-system}
//! spec: {template: {spec: {containers: [{name: app, image: "registry.k8s.io/metrics-server/metrics-server:v0.7.0"}]}}}
//! ```
//!
//! ```yaml pass
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ```
//!
//! ```yaml pass asked
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   metrics: [{type: External, external: {metric: {name: queue}}}]
//! ---
//! apiVersion: helm.toolkit.fluxcd.io/v2
//! kind: HelmRelease
//! metadata: {name: metrics-server, namespace: kube-system}
//! ```

use kubesift_engine::model::is_absent;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    confidence: Confidence::Low,
    profiles: &[],
    refs: &[Peer("popeye:POP-402")],
    run: Run::Links(&[HPA], run),
    ..Check::DEFAULT
};

const HPA: &str = "autoscaling/HorizontalPodAutoscaler";

fn run(scaler: &Resource, graph: &Graph, out: &mut Out) {
    if graph.of(HPA).find(|one| by_resource(one).is_some()).is_none_or(|one| one.id != scaler.id) {
        return;
    }
    let Some(at) = by_resource(scaler) else { return };
    let whole = graph.build().complete
        && graph.namespace(Some("kube-system")).is_some_and(|system| !system.pods.is_empty());
    if !(whole || out.is_asked()) || graph.resources().iter().any(|one| measures(one, graph)) {
        return;
    }
    out.report(at, "goes by CPU or memory, which no metrics-server of this build measures");
}

/// The metric of an autoscaler that metrics-server has to measure.
fn by_resource(scaler: &Resource) -> Option<At<'_>> {
    let metrics = scaler.field("spec.metrics");
    if is_absent(metrics) {
        return Some(metrics.into());
    }
    let mut types = metrics.items().filter_map(|metric| metric.get("type"));
    types.find(|kind| matches!(kind.str(), Some("Resource" | "ContainerResource"))).map(At::from)
}

/// Whether a resource is, or installs, what measures pods.
fn measures(resource: &Resource, graph: &Graph) -> bool {
    let name = resource.name.as_deref().unwrap_or_default();
    let words = ["metrics-server", "prometheus-adapter", "metrics-adapter"];
    let is_one = |text: &str| words.iter().any(|word| text.contains(word));
    if is_one(name) || name == "v1beta1.metrics.k8s.io" {
        return true;
    }
    let images = graph.pod_of(resource).map(|pod| pod.pod.containers()).unwrap_or_default();
    images.iter().filter_map(Container::image).any(is_one)
}

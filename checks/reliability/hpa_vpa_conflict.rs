//! Two autoscalers act on the same resource of a workload, one on its pods and one on their number.
//!
//! The VerticalPodAutoscaler raises what the pods request, by which the HorizontalPodAutoscaler
//! measures the load: each answers what the other did, and the workload swings between few large and
//! many small pods.
//!
//! Let the HorizontalPodAutoscaler go by another metric, leave it the resource
//! (`controlledResources: [memory]`), or have recommendations only (`updateMode: "Off"`).
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   metrics: [{type: Resource, resource: {name: cpu, target: {averageUtilization: 80}}}]
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   targetRef:
//!     apiVersion: apps/v1
//!     kind: Deployment
//!     name: web
//! #   ^^^^^^^^^ VerticalPodAutoscaler `web` sets the cpu of Deployment `web`, by which HorizontalPodAutoscaler `web` scales it
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! ---
//! kind: Deployment
//! metadata: {name: db}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   metrics: [{type: Resource, resource: {name: cpu, target: {averageUtilization: 80}}}]
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: recommends}
//! spec:
//!   updatePolicy: {updateMode: "Off"}
//!   targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: memory-only}
//! spec:
//!   resourcePolicy: {containerPolicies: [{containerName: "*", controlledResources: [memory]}]}
//!   targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: db}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: db}
//!   metrics: [{type: External, external: {metric: {name: queue}}}]
//! ---
//! apiVersion: autoscaling.k8s.io/v1
//! kind: VerticalPodAutoscaler
//! metadata: {name: db}
//! spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: db}}
//! ```

use kubesift_engine::model::{Axis, Match, Scaler, is_absent};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["autoscaling.k8s.io/VerticalPodAutoscaler"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(vertical) = Scaler::of(resource) else { return };
    let Some(target) = graph.target_of(&vertical).filter(|_| acts(resource)) else { return };
    for (other, sure) in graph.scalers_of(target) {
        if other.axis != Axis::Horizontal || sure != Match::Yes {
            continue;
        }
        let both = resources_of(other.resource).into_iter().find(|name| sets(resource, name));
        let Some(both) = both else { continue };
        let (kind, name) = (&target.kind.kind, vertical.name);
        let who = &other.resource.kind.kind;
        let scaler = other.resource.name.as_deref().unwrap_or("(no name)");
        let message =
            format!("sets the {both} of {kind} `{name}`, by which {who} `{scaler}` scales it");
        out.report(vertical.at, message).note(other.at, "it changes the number of pods");
        return;
    }
}

/// Whether it changes pods, and does not only say what it would do. `Auto` is the default.
fn acts(vertical: &Resource) -> bool {
    let mode = vertical.field("spec.updatePolicy.updateMode");
    match mode.str() {
        Some("Auto" | "Recreate" | "InPlaceOrRecreate") => true,
        None => is_absent(mode),
        Some(_) => false,
    }
}

/// Whether it sets a resource of some container.
fn sets(vertical: &Resource, name: &str) -> bool {
    let policies: Vec<Node> =
        vertical.field("spec.resourcePolicy.containerPolicies").items().collect();
    let controls = |policy: &Node| {
        let off = policy.get("mode").and_then(Node::str) == Some("Off");
        let listed = policy.get("controlledResources");
        !off && listed.is_none_or(|list| list.items().any(|item| item.str() == Some(name)))
    };
    let is_for_all = |policy: &Node| policy.get("containerName").and_then(Node::str) == Some("*");
    match policies.iter().find(|policy| is_for_all(policy)) {
        Some(policy) => controls(policy),
        None => policies.is_empty() || policies.iter().any(controls),
    }
}

/// The resources that a horizontal autoscaler goes by.
fn resources_of(scaler: &Resource) -> Vec<&str> {
    if scaler.is("keda.sh/ScaledObject") {
        let types = scaler.field("spec.triggers").items().filter_map(|one| one.field("type").str());
        return types.filter(|name| matches!(*name, "cpu" | "memory")).collect();
    }
    let metrics = scaler.field("spec.metrics");
    if is_absent(metrics) {
        return vec!["cpu"];
    }
    let of_pods = metrics.items().filter_map(|metric| {
        let source = metric.get("resource").or_else(|| metric.get("containerResource"))?;
        source.get("name")?.str()
    });
    of_pods.collect()
}

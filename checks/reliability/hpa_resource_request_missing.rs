//! A container lacks the request that its autoscaler measures by.
//!
//! Utilization is a share of what the containers request. Where one requests nothing the autoscaler
//! cannot compute it: it reports `FailedGetResourceMetric`, and the workload is never scaled.
//!
//! Give every container of the workload a request for the resource, sidecars included, or measure one
//! container alone (`type: ContainerResource`), or an absolute amount (`averageValue`).
//!
//! A limit counts as a request, and what the pod or a LimitRange of the namespace gives counts.
//! Without any metric a HorizontalPodAutoscaler goes by the utilization of the CPU. ScaledObjects of
//! KEDA are judged in the same way.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: app, resources: {requests: {cpu: 1}}}
//!         - {name: proxy}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   metrics:
//!     - type: Resource
//!       resource:
//!         name: cpu
//!         target: {type: Utilization, averageUtilization: 80}
//! #                                   ^^^^^^^^^^^^^^^^^^^^^^ HorizontalPodAutoscaler `web` scales by the utilization of cpu, which container `proxy` of Deployment `web` does not request
//!     - type: ContainerResource
//!       containerResource:
//!         container: app
//!         name: memory
//!         target: {type: Utilization, averageUtilization: 80}
//! #                                   ^^^^^^^^^^^^^^^^^^^^^^ HorizontalPodAutoscaler `web` scales by the utilization of memory, which container `app` of Deployment `web` does not request
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {spec: {containers: [{name: app}, {name: proxy}]}}}
//! ---
//! apiVersion: autoscaling/v1
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   targetCPUUtilizationPercentage: 80
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ HorizontalPodAutoscaler `web` scales by the utilization of cpu, which containers `app` and `proxy` of Deployment `web` do not request
//! ---
//! kind: Deployment
//! metadata: {name: db}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: db}
//! spec:
//! #^^^ HorizontalPodAutoscaler `db` scales by the utilization of cpu, as it states no metric, which container `app` of Deployment `db` does not request
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: db}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata: {name: worker}
//! spec:
//!   scaleTargetRef: {name: worker}
//!   triggers:
//!     - type: memory
//! #     ^^^^^^^^^^^^ ScaledObject `worker` scales by the utilization of memory, which container `app` of Deployment `worker` does not request
//!       metricType: Utilization
//!       metadata: {value: "80"}
//! ---
//! kind: Deployment
//! metadata: {name: worker}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       initContainers: [{name: setup}]
//!       containers:
//!         - {name: app, resources: {limits: {cpu: 1}}}
//!         - {name: unknown, resources: "${RESOURCES}"}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
//!   metrics:
//!     - {type: Resource, resource: {name: cpu, target: {averageUtilization: 80}}}
//!     - {type: Resource, resource: {name: memory, target: {averageValue: 1Gi}}}
//!     - {type: Pods, pods: {metric: {name: requests}, target: {averageValue: 10}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: unknown}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: "${NAME}"}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: of-a-custom-workload}
//! spec:
//!   maxReplicas: 9
//!   scaleTargetRef: {apiVersion: example.com/v1, kind: App, name: web}
//! ---
//! apiVersion: example.com/v1
//! kind: App
//! metadata: {name: web}
//! ```
//!
//! A LimitRange gives what is missing:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web, namespace: shop}
//! spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! kind: LimitRange
//! metadata: {name: defaults, namespace: shop}
//! spec: {limits: [{type: Container, defaultRequest: {cpu: 100m}}]}
//! ```

use kubesift_engine::model::{CPU, MEMORY, Requirement, Scaler, is_absent};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"], run),
    ..Check::DEFAULT
};

/// A share of a resource that an autoscaler goes by.
struct Measure<'a> {
    resource: Requirement,
    /// The one container that counts.
    container: Option<&'a str>,
    at: At<'a>,
    /// What the message says of it besides.
    how: &'static str,
}

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(scaler) = Scaler::of(resource) else { return };
    let Some(target) = graph.target_of(&scaler) else { return };
    let Some(pod) = graph.pod_of(target).filter(|pod| !pod.pod.is_partial()) else { return };
    for measure in measures(resource) {
        let lacking = measure.resource.unrequested(pod, graph).into_iter();
        let names: Vec<String> = lacking
            .map(|(container, _)| container.name())
            .filter(|name| measure.container.is_none_or(|only| only == *name))
            .map(|name| format!("`{name}`"))
            .collect();
        let (who, verb) = match names.as_slice() {
            [] => continue,
            [one] => (format!("container {one}"), "does"),
            [rest @ .., last] => (format!("containers {} and {last}", rest.join(", ")), "do"),
        };
        let (name, kind) = (measure.resource.name, &target.kind.kind);
        let message = format!(
            "scales by the utilization of {name}, {}which {who} of {kind} `{}` {verb} not request",
            measure.how, scaler.name
        );
        out.report(measure.at, message).note(target.field("metadata.name"), "the workload");
    }
}

fn measures(scaler: &Resource) -> Vec<Measure<'_>> {
    if scaler.is("keda.sh/ScaledObject") {
        return scaler.field("spec.triggers").items().filter_map(of_trigger).collect();
    }
    let metrics = scaler.field("spec.metrics");
    let old = scaler.field("spec.targetCPUUtilizationPercentage");
    if let Some(node) = old.node() {
        return vec![Measure { resource: CPU, container: None, at: node.into(), how: "" }];
    }
    let none = is_absent(metrics)
        || metrics.node().is_some_and(|node| node.list().is_some_and(|list| list.is_empty()));
    if none {
        let how = "as it states no metric, ";
        return vec![Measure { resource: CPU, container: None, at: metrics.into(), how }];
    }
    metrics.items().filter_map(of_metric).collect()
}

fn of_metric(metric: Node<'_>) -> Option<Measure<'_>> {
    let (source, container) = match metric.get("type").and_then(Node::str)? {
        "Resource" => (metric.get("resource")?, None),
        "ContainerResource" => {
            let source = metric.get("containerResource")?;
            (source, Some(source.get("container")?.str()?))
        }
        _ => return None,
    };
    // `targetAverageUtilization` is the name in `autoscaling/v2beta1`.
    let share = source.at("target.averageUtilization");
    let share = share.or_else(|| source.get("targetAverageUtilization"))?;
    let resource = requirement(source.get("name")?.str()?)?;
    Some(Measure { resource, container, at: share.into(), how: "" })
}

fn of_trigger(trigger: Node<'_>) -> Option<Measure<'_>> {
    let at = trigger.get("type")?;
    let resource = requirement(at.str()?)?;
    let metric = trigger.get("metricType").or_else(|| trigger.at("metadata.type"));
    if metric.and_then(Node::str) != Some("Utilization") {
        return None;
    }
    let container = trigger.at("metadata.containerName").and_then(Node::str);
    Some(Measure { resource, container, at: at.into(), how: "" })
}

fn requirement(name: &str) -> Option<Requirement> {
    [CPU, MEMORY].into_iter().find(|resource| resource.name == name)
}

//! The workloads of a namespace want more than its ResourceQuota allows.
//!
//! The API server refuses the pods beyond the quota: some workloads run with fewer pods than they
//! should, or with none, and updates hang, as they need room for another pod. Where a quota counts
//! requests or limits, a pod that states none is refused, too.
//!
//! Raise the quota, lower the requests, or the replicas.
//!
//! Counted are the workloads of the build that live on, in the same stated namespace (or the same
//! folder when none is stated), with the replicas that are stated, or the most that an autoscaler may
//! make, which weighs less. What a manifest leaves out counts as nothing, so the sum is never too
//! large. Quotas with scopes are left alone, and where a LimitRange gives what a container lacks,
//! nothing is said.
//!
//! ```yaml fail
//! kind: ResourceQuota
//! metadata: {name: quota, namespace: shop}
//! spec:
//!   hard:
//!     requests.cpu: 2
//! #   ^^^^^^^^^^^^^^^ ResourceQuota `quota` allows 2 of requests.cpu, and 2 workloads want 2500m
//!     pods: 10
//! #   ^^^^^^^^ ResourceQuota `quota` allows 10 of pods, and 2 workloads may want 21
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   replicas: 1
//!   template: {spec: {containers: [{name: app, resources: {requests: {cpu: 1500m}}}]}}
//! ---
//! kind: Deployment
//! metadata: {name: worker, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app, resources: {requests: {cpu: 1}}}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: worker, namespace: shop}
//! spec: {maxReplicas: 20, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}}
//! ```
//!
//! ```yaml fail
//! kind: ResourceQuota
//! metadata: {name: quota, namespace: shop}
//! spec: {hard: {limits.memory: 10Gi}}
//! ---
//! kind: CronJob
//! metadata: {name: report, namespace: shop}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers:
//!             - name: app
//! #             ^^^^^^^^^ CronJob `report` has no limit of memory for container `app`, which ResourceQuota `quota` asks for
//! ```
//!
//! ```yaml pass
//! kind: ResourceQuota
//! metadata: {name: quota, namespace: shop}
//! spec: {hard: {requests.cpu: 2, limits.memory: 10Gi, pods: 10, count/secrets: 5, services: "${N}"}}
//! ---
//! kind: ResourceQuota
//! metadata: {name: for-some, namespace: shop}
//! spec: {hard: {pods: 0}, scopes: [BestEffort]}
//! ---
//! kind: LimitRange
//! metadata: {name: defaults, namespace: shop}
//! spec: {limits: [{type: Container, default: {memory: 1Gi}}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   replicas: 2
//!   template: {spec: {containers: [{name: app, resources: {requests: {cpu: 1}}}]}}
//! ---
//! kind: Deployment
//! metadata: {name: unknown, namespace: shop}
//! spec:
//!   replicas: "${N}"
//!   template: {spec: {containers: [{name: app, resources: {requests: {cpu: 1}}}]}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: bank}
//! spec:
//!   replicas: 20
//!   template: {spec: {containers: [{name: app}]}}
//! ```

use kubesift_engine::model::{
    Amount, CPU, Keeper, MEMORY, Match, Quantity, Requirement, amount, stand_together,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("ResourceQuota") {
        return add_up(resource, graph, out);
    }
    let Some(pod) = graph.pod_of(resource) else { return };
    if pod.pod.is_partial() || pod.pod.is_test_hook() || resource.is("PodTemplate") {
        return;
    }
    for (quota, sure) in graph.in_namespace("ResourceQuota", pod.namespace) {
        if sure == Match::Yes && stand_together(quota, resource) && !is_scoped(quota) {
            unstated(pod, quota, graph, out);
        }
    }
}

fn is_scoped(quota: &Resource) -> bool {
    quota.field("spec.scopes").exists() || quota.field("spec.scopeSelector").exists()
}

/// Containers that do not state what a quota counts: their pods are refused.
fn unstated<'a>(pod: &GraphPod<'a>, quota: &Resource, graph: &Graph<'a>, out: &mut Out) {
    let Some(hard) = quota.field("spec.hard").node() else { return };
    for (key, at) in hard.entries() {
        let Some((resource, limits)) = counted(key) else { continue };
        let (found, what) = match limits {
            true => (resource.unlimited(pod, graph), "limit"),
            false => (resource.unrequested(pod, graph), "request"),
        };
        for (container, _) in found.into_iter().filter(|(_, amount)| *amount == Amount::Absent) {
            let quota = quota.name.as_deref().unwrap_or("(no name)");
            let message = format!(
                "has no {what} of {} for {}, which ResourceQuota `{quota}` asks for",
                resource.name,
                container.title()
            );
            let field = container.field(if limits { resource.limit } else { resource.request });
            out.report(field, message).note(at, "the quota");
        }
    }
}

/// The resource that a key of a quota counts, and whether it is the limits that count.
fn counted(key: &str) -> Option<(Requirement, bool)> {
    match key {
        "cpu" | "requests.cpu" => Some((CPU, false)),
        "memory" | "requests.memory" => Some((MEMORY, false)),
        "limits.cpu" => Some((CPU, true)),
        "limits.memory" => Some((MEMORY, true)),
        _ => None,
    }
}

/// Compares a quota with what the workloads of its namespace want together.
fn add_up(quota: &Resource, graph: &Graph, out: &mut Out) {
    let Some(hard) = quota.field("spec.hard").node().filter(|_| !is_scoped(quota)) else { return };
    let Some(namespace) = graph.namespace(quota.namespace.as_deref()) else { return };
    let pods = namespace.pods.iter().filter_map(|at| graph.pods().get(*at as usize));
    let pods: Vec<_> =
        pods.filter(|pod| pod.pod.lives_on() && stand_together(pod.pod.resource, quota)).collect();
    for (key, at) in hard.entries() {
        let Some(allowed) = at.text().and_then(|text| Quantity::parse(text).ok()) else { continue };
        if counted(key).is_none() && key != "pods" {
            continue;
        }
        let (mut least, mut most, mut workloads) = (Vec::new(), Vec::new(), 0);
        for pod in &pods {
            let Some(one) = wanted(pod, key) else { continue };
            let replicas = graph.replicas_of(pod.pod.resource);
            let by_scaler = matches!(replicas.by, Keeper::Scaler(_));
            let stated = if by_scaler { replicas.least } else { replicas.most };
            let Some(of_most) = replicas.most.and_then(|number| one.times(number)) else {
                continue;
            };
            most.push(of_most);
            least.extend(stated.and_then(|number| one.times(number)));
            workloads += 1;
        }
        let (Some(least), Some(most)) = (Quantity::sum(&least), Quantity::sum(&most)) else {
            continue;
        };
        let (verb, sum, sure) = if least > allowed {
            ("want", least, true)
        } else if most > allowed {
            ("may want", most, false)
        } else {
            continue;
        };
        let who =
            if workloads == 1 { "1 workload".to_owned() } else { format!("{workloads} workloads") };
        let verb = if workloads == 1 && sure { "wants" } else { verb };
        let draft = out.report(at, format!("allows {allowed} of {key}, and {who} {verb} {sum}"));
        if !sure {
            draft.severity(Low);
        }
    }
}

/// What one pod of a workload surely counts for a key.
fn wanted(pod: &GraphPod, key: &str) -> Option<Quantity> {
    let Some((resource, limits)) = counted(key) else { return Some(Quantity::from_units(1)) };
    let long_lived = pod.pod.containers().into_iter().filter(Container::is_long_lived);
    let stated = long_lived.filter_map(|container| {
        let (request, limit) = (container.field(resource.request), container.field(resource.limit));
        let own = amount(if limits { limit } else { request });
        match own {
            Amount::Stated(quantity) => Some(quantity),
            // The API server fills in a request from the limit.
            Amount::Absent if !limits => match amount(limit) {
                Amount::Stated(quantity) => Some(quantity),
                _ => None,
            },
            _ => None,
        }
    });
    Quantity::sum(&stated.collect::<Vec<_>>()).filter(|sum| !sum.is_zero())
}

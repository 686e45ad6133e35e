//! A container's resources break a LimitRange of its namespace.
//!
//! The API server refuses the pod. The Deployment or the Job is there, and no pod ever comes; the
//! reason stands in an event of its ReplicaSet, where nobody looks.
//!
//! Change the container's `resources`, or the LimitRange.
//!
//! Amounts are compared as the API server does it: a limit stands for a missing request, then the
//! defaults of the LimitRange are filled in, then `min`, `max` and `maxLimitRequestRatio` must hold. A
//! stated request above the default limit is the trap that most fall into. Of LimitRanges for whole
//! pods `max` counts. Only LimitRanges that surely hold count: of the same stated namespace, or of the
//! same folder when no namespace is stated.
//!
//! ```yaml fail
//! kind: LimitRange
//! metadata: {name: limits, namespace: shop}
//! spec:
//!   limits:
//!     - type: Container
//!       min: {cpu: 50m}
//!       max: {memory: 1Gi}
//!       default: {memory: 512Mi}
//!       maxLimitRequestRatio: {cpu: 4}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: much
//!           resources:
//!             requests: {cpu: 10m}
//! #                      ^^^^^^^^ Deployment `web` has container `much`, which requests 10m of cpu, below the least of 50m in LimitRange `limits`
//!             limits: {memory: 2Gi}
//! #                    ^^^^^^^^^^^ Deployment `web` has container `much`, which is limited to 2Gi of memory, above the most of 1Gi in LimitRange `limits`
//!         - name: trap
//!           resources: {requests: {memory: 768Mi}}
//! #                                ^^^^^^^^^^^^^ Deployment `web` has container `trap`, which requests 768Mi of memory, above the limit of 512Mi that LimitRange `limits` gives by default
//!         - name: wide
//!           resources: {requests: {cpu: 100m}, limits: {cpu: 1}}
//! #                                                     ^^^^^^ Deployment `web` has container `wide`, which is limited to 1 of cpu, more than 4 times its request of 100m, the ratio of LimitRange `limits`
//! ```
//!
//! ```yaml fail
//! kind: LimitRange
//! metadata: {name: pods, namespace: shop}
//! spec: {limits: [{type: Pod, max: {memory: 1Gi}}]}
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//!   containers:
//! # ^^^^^^^^^^ Pod `web` has containers with limits of 1200Mi of memory together, above the most of 1Gi for a pod in LimitRange `pods`
//!     - {name: one, resources: {limits: {memory: 600Mi}}}
//!     - {name: two, resources: {limits: {memory: 600Mi}}}
//! ```
//!
//! ```yaml pass
//! kind: LimitRange
//! metadata: {name: limits, namespace: shop}
//! spec:
//!   limits:
//!     - {type: Container, min: {cpu: 50m}, max: {memory: 1Gi}, default: {memory: 512Mi}}
//!     - {type: Pod, max: {memory: 1Gi}}
//!     - {type: PersistentVolumeClaim, max: {storage: 1Gi}}
//!     - "${LIMIT}"
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: nothing}
//!         - {name: fits, resources: {requests: {cpu: 50m}, limits: {memory: 512Mi}}}
//!         - {name: unknown, resources: {requests: {cpu: "${CPU}"}, limits: "${LIMITS}"}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: bank}
//! spec: {template: {spec: {containers: [{name: app, resources: {limits: {memory: 2Gi}}}]}}}
//! ```
//!
//! ```yaml pass
//! # file: samples/limits.yaml
//! kind: LimitRange
//! metadata: {name: limits}
//! spec: {limits: [{type: Container, max: {memory: 1Gi}}]}
//! # file: web/deployment.yaml
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {spec: {containers: [{name: app, resources: {limits: {memory: 2Gi}}}]}}}
//! ```

use kubesift_engine::model::{Match, Quantity, stand_together};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(workload).filter(|pod| !pod.pod.is_partial()) else { return };
    for (range, sure) in graph.in_namespace("LimitRange", pod.namespace) {
        if sure != Match::Yes || !stand_together(range, workload) {
            continue;
        }
        for limit in range.field("spec.limits").items().filter(|limit| limit.is_map()) {
            let rule = Rule { range, limit };
            match limit.get("type").and_then(Node::str) {
                Some("Container") => {
                    let all = pod.pod.containers().into_iter();
                    for container in all.filter(|container| container.role != Role::Ephemeral) {
                        rule.judge(&container, out);
                    }
                }
                Some("Pod") => rule.judge_pod(&pod.pod, out),
                _ => {}
            }
        }
    }
}

/// An amount, and where it stands when the container states it.
type Stated<'a> = (Quantity, Option<Node<'a>>);

/// One item of a LimitRange.
struct Rule<'a> {
    range: &'a Resource,
    limit: Node<'a>,
}

impl<'a> Rule<'a> {
    fn amount(&self, kind: &str, resource: &str) -> Option<Quantity> {
        quantity(self.limit.get(kind)?.get(resource)?)
    }

    /// The resources that it speaks of.
    fn resources(&self) -> Vec<&'a str> {
        let kinds = ["min", "max", "default", "maxLimitRequestRatio"];
        let maps = kinds.into_iter().filter_map(|kind| self.limit.get(kind));
        let mut names: Vec<&str> = maps.flat_map(Node::entries).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn judge(&self, container: &Container, out: &mut Out) {
        for resource in self.resources() {
            let Some(problem) = self.problem(container, resource) else { continue };
            let (at, words) = problem;
            let name = self.range.name.as_deref().unwrap_or("(no name)");
            let title = container.title();
            let words = words.replace('%', &format!("LimitRange `{name}`"));
            out.report(at, format!("has {title}, which {words}")).note(self.limit, "the range");
        }
    }

    /// What breaks the rule, at a place of the container; `%` stands for the LimitRange.
    fn problem<'c>(&self, container: &Container<'c>, name: &str) -> Option<(Node<'c>, String)> {
        let resources = container.node.get("resources")?;
        let stated = |kind: &str| -> Result<Option<Stated<'c>>, ()> {
            let Some(map) = resources.get(kind).filter(|map| !map.is_null()) else {
                return Ok(None);
            };
            if !map.is_map() {
                return Err(());
            }
            let Some(node) = map.get(name) else { return Ok(None) };
            quantity(node).map(|amount| Some((amount, Some(node)))).ok_or(())
        };
        let (own_limit, own_request) = (stated("limits").ok()?, stated("requests").ok()?);
        // The API server fills in a request from the limit before any LimitRange is asked.
        let own_request = own_request.or(own_limit);
        let (max, min) = (self.amount("max", name), self.amount("min", name));
        let default = self.amount("default", name).or(max).map(|amount| (amount, None));
        let limit = own_limit.or(default);
        if let (Some((request, Some(at))), None, Some((limit, _))) = (own_request, own_limit, limit)
            && request > limit
        {
            let words = format!(
                "requests {request} of {name}, above the limit of {limit} that % gives by default"
            );
            return Some((at, words));
        }
        if let (Some((amount, Some(at))), Some(max)) = (limit, max)
            && amount > max
        {
            let words = format!("is limited to {amount} of {name}, above the most of {max} in %");
            return Some((at, words));
        }
        if let (Some((amount, Some(at))), Some(min)) = (own_request, min)
            && amount < min
        {
            let words = format!("requests {amount} of {name}, below the least of {min} in %");
            return Some((at, words));
        }
        let ratio = self.amount("maxLimitRequestRatio", name)?;
        let ((limit, at), (request, _)) = (own_limit?, own_request?);
        let allowed = request.nano().checked_mul(ratio.nano())?;
        let words = format!(
            "is limited to {limit} of {name}, more than {ratio} times its request of {request}, \
             the ratio of %"
        );
        (limit.nano().checked_mul(1_000_000_000)? > allowed).then_some((at?, words))
    }

    /// The limits of all containers together, where each states one.
    fn judge_pod(&self, pod: &Pod, out: &mut Out) {
        let Some(max) = self.limit.get("max") else { return };
        for (name, max) in max.entries() {
            let Some(max) = quantity(max) else { continue };
            let long_lived = pod.containers().into_iter().filter(Container::is_long_lived);
            let amounts: Option<Vec<Quantity>> = long_lived
                .map(|container| {
                    quantity(container.node.get("resources")?.get("limits")?.get(name)?)
                })
                .collect();
            let Some(sum) = amounts.and_then(|all| Quantity::sum(&all)) else { continue };
            if sum <= max {
                continue;
            }
            let range = self.range.name.as_deref().unwrap_or("(no name)");
            let message = format!(
                "has containers with limits of {sum} of {name} together, above the most of {max} \
                 for a pod in LimitRange `{range}`"
            );
            out.report(pod.field("containers"), message).note(self.limit, "the range");
        }
    }
}

fn quantity(node: Node<'_>) -> Option<Quantity> {
    Quantity::parse(node.text()?).ok()
}

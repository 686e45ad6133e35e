//! A Service that is reached from outside has one pod behind it.
//!
//! Every restart, eviction and upgrade of a node is an outage that clients see.
//!
//! Run two replicas or more, and spread them over nodes; where the program cannot, accept the
//! finding.
//!
//! What counts is the number that the manifests state, or the one that holds when none is stated.
//! Nothing is said of a workload that an autoscaler scales, of DaemonSets, of Services that select
//! several workloads, and of numbers that are filled in later.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//!   selector: {app: web}
//! # ^^^^^^^^ Service `web` is reached from outside (type LoadBalancer) and has one pod behind it, of Deployment `web`
//! ```
//!
//! ```yaml fail
//! kind: StatefulSet
//! metadata: {name: api}
//! spec: {template: {metadata: {labels: {app: api}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: api}
//! spec: {selector: {app: api}, ports: [{port: 80}]}
//! #      ^^^^^^^^ Service `api` is reached from outside (Ingress `api`) and has one pod behind it, of StatefulSet `api`
//! ---
//! kind: Ingress
//! metadata: {name: api}
//! spec: {defaultBackend: {service: {name: api, port: {number: 80}}}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {replicas: 2, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {type: LoadBalancer, selector: {app: web}}
//! ---
//! kind: Deployment
//! metadata: {name: scaled}
//! spec: {replicas: 1, template: {metadata: {labels: {app: scaled}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: scaled}
//! spec: {minReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: scaled}}
//! ---
//! kind: Service
//! metadata: {name: scaled}
//! spec: {type: LoadBalancer, selector: {app: scaled}}
//! ---
//! kind: DaemonSet
//! metadata: {name: edge}
//! spec: {template: {metadata: {labels: {app: edge}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: edge}
//! spec: {type: NodePort, selector: {app: edge}}
//! ---
//! kind: Deployment
//! metadata: {name: inside}
//! spec: {replicas: 1, template: {metadata: {labels: {app: inside}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: inside}
//! spec: {selector: {app: inside}}
//! ---
//! kind: Deployment
//! metadata: {name: later}
//! spec: {replicas: "${REPLICAS}", template: {metadata: {labels: {app: later}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: later}
//! spec: {type: LoadBalancer, selector: {app: later}}
//! ```

use kubesift_engine::model::{Published, Relation, published};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Reliability],
    refs: &[Peer("popeye:POP-1109")],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

/// Kinds whose `spec.replicas` is 1 where it is not stated.
const REPLICATED: [&str; 5] = [
    "ReplicationController",
    "apps.openshift.io/DeploymentConfig",
    "apps/Deployment",
    "apps/StatefulSet",
    "argoproj.io/Rollout",
];

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    let pods = graph.pods_of_service(service);
    let ([pod], []) = (pods.sure.as_slice(), pods.unsure.as_slice()) else { return };
    let workload = pod.pod.resource;
    if !is_one(workload, graph) || graph.may_run_other_pods(service.namespace.as_deref()) {
        return;
    }
    let Some(way) = way_in(service, graph) else { return };
    let (kind, name) = (&workload.kind.kind, workload.name.as_deref().unwrap_or("(no name)"));
    let message =
        format!("is reached from outside ({way}) and has one pod behind it, of {kind} `{name}`");
    out.report(service.field("spec.selector"), message)
        .note(workload.field("spec.replicas"), "the number of pods is stated here, or not at all");
}

/// True for a workload of one pod that nothing scales.
fn is_one(workload: &Resource, graph: &Graph) -> bool {
    let replicas = workload.field("spec.replicas");
    let one = replicas.int() == Some(1) || !replicas.exists();
    let scaled = || graph.links().to(workload).any(|link| link.relation == Relation::ScaleTarget);
    REPLICATED.iter().any(|kind| workload.is(kind)) && one && !scaled()
}

/// How a Service is reached from outside the cluster.
fn way_in(service: &Resource, graph: &Graph) -> Option<String> {
    match published(service) {
        Published::LoadBalancer => return Some("type LoadBalancer".to_owned()),
        Published::NodePort => return Some("type NodePort".to_owned()),
        Published::Not => {}
    }
    let mut links = graph.links().to(service);
    let route = links
        .find(|link| matches!(link.relation, Relation::IngressBackend | Relation::RouteBackend))?;
    let (kind, name) = (&route.from.kind.kind, route.from.name.as_deref().unwrap_or("(no name)"));
    Some(format!("{kind} `{name}`"))
}

//! A Service sends to pods that are not its own.
//!
//! Its selector also matches pods of another workload that do not listen where it sends: part of
//! the connections are refused. Or another Service of the namespace has the very same selector and
//! ports, so that one of the two is most likely a copy whose selector was not changed.
//!
//! Make the selector more exact (a `component` label), or remove the second Service.
//!
//! Two workloads behind one Service are common and right (canaries, blue and green). They count
//! only when one declares the port that the Service sends to by number, and another declares ports
//! but not this one. Services that differ in type, ports or headlessness are made to share a
//! selector; so are those of rollouts, which a controller tells apart.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: shop, component: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: db}
//! spec: {template: {metadata: {labels: {app: shop, component: db}}, spec: {containers: [{name: app, ports: [{containerPort: 5432}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: shop}
//! # ^^^^^^^^ Service `web` sends to port 8080 of Deployment `web`, and also to Deployment `db`, which declares only 5432
//!   ports: [{port: 80, targetPort: 8080}]
//! ```
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: api}
//! spec:
//!   ports: [{name: http, port: 80}]
//!   selector:
//! # ^^^^^^^^ Service `api` has the selector and the ports of Service `web`
//!     app: web
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: stable}
//! spec: {template: {metadata: {labels: {app: web, track: stable}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: canary}
//! spec: {template: {metadata: {labels: {app: web, track: canary}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}, {containerPort: 9090}]}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: undeclared}
//! spec: {template: {metadata: {labels: {app: web, track: undeclared}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: web-headless}
//! spec: {selector: {app: web}, clusterIP: None, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: web-external}
//! spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: web-preview}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: other-namespace, namespace: other}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! apiVersion: argoproj.io/v1alpha1
//! kind: Rollout
//! metadata: {name: rolled}
//! spec: {strategy: {}, template: {metadata: {labels: {app: rolled}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: rolled-a}
//! spec: {selector: {app: rolled}, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: rolled-b}
//! spec: {selector: {app: rolled}, ports: [{port: 80}]}
//! ```

use kubesift_engine::model::{Match, ServicePort, Target, service_ports, service_shape};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &["service-target-port-not-found"],
    refs: &[
        Peer("gatekeeper:k8suniqueserviceselector"),
        Peer("kyverno:require-unique-service-selector"),
        Peer("istio-analyze:IST0116"),
    ],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    if service.field("spec.type").str() == Some("ExternalName") {
        return;
    }
    if !strangers(service, graph, out) {
        twin(service, graph, out);
    }
}

/// Reports pods that the Service reaches and that do not listen where it sends.
fn strangers(service: &Resource, graph: &Graph, out: &mut Out) -> bool {
    let pods = graph.pods_of_service(service);
    // Clients choose the ports of a headless Service by themselves.
    let headless = service.field("spec.clusterIP").str() == Some("None");
    if pods.sure.len() < 2 || headless {
        return false;
    }
    for port in service_ports(service) {
        let Target::Number(number) = port.target else { continue };
        let has = |pod: &&&GraphPod| pod.pod.declares_port(&port) == Match::Yes;
        let Some(own) = pods.sure.iter().find(has) else { continue };
        let stranger = pods.sure.iter().find(|pod| lacks(pod, &port));
        let Some(stranger) = stranger else { continue };
        let message = format!(
            "sends to port {number} of {}, and also to {}, which declares only {}",
            Graph::workloads_in_words(&[own]),
            Graph::workloads_in_words(&[stranger]),
            stranger.pod.port_names().join(", ")
        );
        let name = stranger.pod.resource.field("metadata.name");
        out.report(service.field("spec.selector"), message).note(name, "it is selected too");
        return true;
    }
    false
}

fn lacks(pod: &GraphPod, port: &ServicePort) -> bool {
    pod.pod.declares_port(port) == Match::No
        && port.protocol.is_some_and(|protocol| pod.pod.declared_ports(protocol) > 0)
}

/// Reports a Service that another one equals.
fn twin(service: &Resource, graph: &Graph, out: &mut Out) {
    let holders = graph.selector_holders(service);
    if holders.len() < 2 || is_switched(service, graph) {
        return;
    }
    let shape = service_shape(service);
    let twin = holders.iter().find(|holder| {
        let other = holder.resource;
        other.id < service.id
            && other.name != service.name
            && !has_role(other)
            && service_shape(other) == shape
    });
    if let Some(twin) = twin {
        let name = twin.resource.name.as_deref().unwrap_or_default();
        let message = format!("has the selector and the ports of Service `{name}`");
        let draft = out.report(service.field("spec.selector"), message);
        draft.severity(Low).confidence(Confidence::Low).note(twin.at, "the other selector");
    }
}

/// True when a controller tells the pods of the Service apart: an Argo Rollout, Flagger.
fn is_switched(service: &Resource, graph: &Graph) -> bool {
    let pods = graph.pods_of_service(service).sure;
    has_role(service) || pods.iter().any(|pod| *pod.pod.resource.kind.kind == *"Rollout")
}

/// True for names of the two halves of a rollout.
fn has_role(service: &Resource) -> bool {
    const ROLES: &[&str] = &["active", "blue", "canary", "green", "preview", "primary", "stable"];
    let name = service.name.as_deref().unwrap_or_default();
    name.split('-').any(|word| ROLES.contains(&word))
}

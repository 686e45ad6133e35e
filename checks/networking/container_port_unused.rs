//! A container declares a port that nothing uses.
//!
//! Services lead to the pod, but none to this port, and no probe, monitor or policy names it. It
//! may be a left-over of an old version, or a port that a Service was meant to send to.
//!
//! Remove the declaration, or add the port to the Service.
//!
//! Pods that no Service selects are left alone, as are those behind a headless one, whose clients
//! choose the port themselves. Monitors count by the name of the port wherever they stand;
//! Prometheus' annotations count too. Nothing is said where only a part of the manifests is known.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - {name: http, containerPort: 8080}
//!             - name: admin
//! #             ^^^^^^^^^^^ Deployment `web` declares port 9000 (`admin`) of container `app`, which nothing here uses
//!               containerPort: 9000
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}, annotations: {prometheus.io/port: "9102"}}
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - {name: http, containerPort: 8080}
//!             - {name: health, containerPort: 8081}
//!             - {name: metrics, containerPort: 9090}
//!             - {name: scraped, containerPort: 9102}
//!             - {name: policy, containerPort: 9103}
//!             - {name: host, containerPort: 9104, hostPort: 9104}
//!           readinessProbe: {httpGet: {port: health}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: PodMonitor
//! metadata: {name: web}
//! spec: {podMetricsEndpoints: [{port: metrics}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {}, ingress: [{ports: [{port: policy}]}]}
//! ---
//! kind: Deployment
//! metadata: {name: worker}
//! spec: {template: {metadata: {labels: {app: worker}}, spec: {containers: [{name: app, ports: [{containerPort: 9000}]}]}}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app, ports: [{containerPort: 7000}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: db}
//! spec: {clusterIP: None, selector: {app: db}}
//! ```

use std::collections::HashSet;

use kubesift_engine::model::{Target, is_absent, known_node, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.5,
    confidence: Confidence::Low,
    profiles: &[],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource) else { return };
    let services = graph.services_of(pod);
    let headless = |service: &&Resource| {
        service.field("spec.clusterIP").str() == Some("None")
            || service.field("spec.ports").items().next().is_none()
    };
    let whole = graph.build().complete || out.is_asked();
    if !whole || services.is_empty() || services.iter().any(headless) {
        return;
    }
    if pod.pod.field("hostNetwork").exists() || pod.pod.is_partial() {
        return;
    }
    let used = uses(pod, services);
    for container in pod.pod.containers() {
        for port in container.ports() {
            let number = port.field("containerPort");
            let Some(number_is) = number.int() else { continue };
            let name = port.field("name").str();
            let known = known_node(port).is_literal() && is_absent(port.field("hostPort"));
            let named = |port: &str| used.contains(port) || graph.is_port_named(port);
            let is_used = named(&number_is.to_string()) || name.is_some_and(named);
            if is_used || !known {
                continue;
            }
            let named = name.map(|name| format!(" (`{name}`)")).unwrap_or_default();
            let of = container.name();
            let message = format!(
                "declares port {number_is}{named} of container `{of}`, which nothing here uses"
            );
            out.report(port, message);
        }
    }
}

/// Names and numbers of the ports that something around the pod uses.
fn uses(pod: &GraphPod, services: &[&Resource]) -> HashSet<String> {
    let mut used = HashSet::new();
    for port in services.iter().flat_map(|service| service_ports(service)) {
        match port.target {
            Target::Number(number) => used.insert(number.to_string()),
            Target::Name(name) => used.insert(name.to_owned()),
            Target::Unknown => false,
        };
    }
    for container in pod.pod.containers() {
        for (_, field) in container.probe_ports() {
            used.extend(field.node().and_then(Node::text).map(str::to_owned));
        }
    }
    for (key, node) in pod.pod.annotations().filter(|(key, _)| key.ends_with("/port")) {
        let text = node.text().filter(|_| key.contains("prometheus"));
        used.extend(text.map(str::to_owned));
    }
    used
}

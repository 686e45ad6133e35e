//! A program offers metrics that nobody collects.
//!
//! A Service has a port named for metrics and no ServiceMonitor or PodMonitor selects it, though the
//! build uses them; or a pod asks to be scraped at a port that no container declares, most often a
//! mistake in the number.
//!
//! Add a monitor, or correct the annotation `prometheus.io/port`.
//!
//! Builds without any monitor are left alone, as Prometheus may find its targets in another way there,
//! and so are Services that ask for it by annotation. Where a monitor may select the Service, nothing
//! is said. Containers need not declare their ports, so the second is said of pods that declare some.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, namespace: shop, labels: {app: web}}
//! spec:
//!   ports:
//!     - {name: http, port: 80}
//!     - name: http-metrics
//! #     ^^^^^^^^^^^^^^^^^^ Service `web` has port `http-metrics`, and no ServiceMonitor or PodMonitor selects it
//!       port: 9090
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: db, namespace: shop}
//! spec: {selector: {matchLabels: {app: db}}}
//! ---
//! kind: Deployment
//! metadata: {name: db, namespace: shop}
//! spec:
//!   template:
//!     metadata:
//!       annotations:
//!         prometheus.io/scrape: "true"
//!         prometheus.io/port: "9100"
//! #       ^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `db` asks to be scraped at port 9100, which no container declares (9187)
//!     spec: {containers: [{name: app, ports: [{containerPort: 9187}]}]}
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web, namespace: shop, labels: {app: web}}
//! spec: {ports: [{name: metrics, port: 9090}]}
//! ---
//! kind: Service
//! metadata: {name: db, namespace: shop}
//! spec: {selector: {app: db}, ports: [{name: metrics, port: 9090}]}
//! ---
//! kind: Service
//! metadata: {name: annotated, namespace: shop, annotations: {prometheus.io/scrape: "true"}}
//! spec: {ports: [{name: metrics, port: 9090}]}
//! ---
//! kind: Deployment
//! metadata: {name: db, namespace: shop}
//! spec:
//!   template:
//!     metadata:
//!       labels: {app: db}
//!       annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9187"}
//!     spec: {containers: [{name: app, ports: [{containerPort: 9187}]}]}
//! ---
//! kind: Deployment
//! metadata: {name: undeclared, namespace: shop}
//! spec:
//!   template:
//!     metadata: {annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9187"}}
//!     spec: {containers: [{name: app}]}
//! ---
//! kind: Deployment
//! metadata: {name: off, namespace: shop}
//! spec:
//!   template:
//!     metadata: {annotations: {prometheus.io/scrape: "false", prometheus.io/port: "9187"}}
//!     spec: {containers: [{name: app, ports: [{containerPort: 80}]}]}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {matchLabels: {app: web}}}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: PodMonitor
//! metadata: {name: db, namespace: shop}
//! spec: {selector: {matchLabels: {app: db}}}
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{name: metrics, port: 9090}]}
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Hygiene],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("Service") {
        return service(resource, graph, out);
    }
    if let Some(pod) = graph.pod_of(resource) {
        annotated(pod, out);
    }
}

fn service(service: &Resource, graph: &Graph, out: &mut Out) {
    if graph.monitors().is_empty() || !graph.build().complete && !out.is_asked() {
        return;
    }
    let annotation = |key| service.annotation(key).is_some();
    if annotation("prometheus.io/scrape") || annotation("prometheus.io/port") {
        return;
    }
    let port = service.field("spec.ports").items().find_map(|port| {
        let at = port.get("name")?;
        let name = at.str()?;
        is_for_metrics(name).then_some((at, name))
    });
    let Some((at, name)) = port else { return };
    if !graph.may_be_monitored(service) {
        let what = format!("has port `{name}`, and no ServiceMonitor or PodMonitor selects it");
        out.report(at, what);
    }
}

fn is_for_metrics(name: &str) -> bool {
    name == "prometheus" || name.split('-').any(|word| word == "metrics")
}

/// A pod that asks to be scraped at a port that none of its containers declares.
fn annotated(pod: &GraphPod, out: &mut Out) {
    let pod = pod.pod;
    let annotation = |key| pod.annotation(key).and_then(Node::text);
    let Some(at) = pod.annotation("prometheus.io/port") else { return };
    let Some(number) = at.text().and_then(|text| text.parse::<i64>().ok()) else { return };
    if annotation("prometheus.io/scrape") != Some("true") || pod.is_partial() {
        return;
    }
    let mut declared = Vec::new();
    for container in pod.containers() {
        let ports = container.field("ports");
        if ports.node().is_some_and(|node| !node.is_list()) {
            return;
        }
        for port in container.ports() {
            let Some(number) = port.field("containerPort").int() else { return };
            declared.push(number);
        }
    }
    if declared.is_empty() || declared.contains(&number) || annotation_is_unknown(&pod) {
        return;
    }
    let ports = declared.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let what =
        format!("asks to be scraped at port {number}, which no container declares ({ports})");
    out.report(at, what);
}

fn annotation_is_unknown(pod: &Pod) -> bool {
    pod.annotations().any(|(key, _)| is_unknown(key))
}

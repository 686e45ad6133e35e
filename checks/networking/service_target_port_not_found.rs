//! A Service sends to a port that its pods do not declare.
//!
//! A `targetPort` that is a name is looked up in the pods' containers. When none of them has it,
//! the port has no endpoints and every connection to it fails. A number works without being
//! declared; only where the Service has one port, the pods declare one port, and the two differ,
//! it is most likely the wrong one: a finding of low severity.
//!
//! Name the port in the container's `ports`, or correct `targetPort`. A `targetPort` that is not
//! stated is the Service's `port`.
//!
//! Containers and sidecars count, init containers that end do not. Nothing is said when the pods
//! of an operator, or values that are filled in later, may hold the port, nor when only a part of
//! the manifests is known and the pods stand in another file: a patch may add the port.
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
//!           ports: [{name: http, containerPort: 8080}]
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//!       targetPort: web
//! #     ^^^^^^^^^^^^^^^ Service `web` sends to the port named `web`, which no container of Deployment `web` has; it declares `http` (8080)
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       initContainers:
//!         - {name: setup, ports: [{name: http, containerPort: 80}]}
//!       containers:
//!         - {name: app, ports: [{containerPort: 8080}, {name: http, containerPort: 53, protocol: UDP}]}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - {port: 80, targetPort: http}
//! #                ^^^^^^^^^^^^^^^^ Service `web` sends to the port named `http` of protocol TCP, which no container of Deployment `web` has; it declares 8080 and `http` (53)
//! ---
//! kind: Service
//! metadata: {name: by-number}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 443
//! #     ^^^^^^^^^ Service `by-number` sends to port 443, which no container of Deployment `web` declares; it declares 8080 and `http` (53)
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       initContainers:
//!         - {name: proxy, restartPolicy: Always, ports: [{name: metrics, containerPort: 9090}]}
//!       containers:
//!         - {name: app, ports: [{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - {port: 80, targetPort: http}
//!     - {port: 8080}
//!     - {port: 9090, targetPort: metrics}
//!     - {port: 53, targetPort: dns, protocol: UDP}
//!     - {port: 81, targetPort: "${PORT}"}
//! ```
//!
//! An ExternalName sends nothing to pods, whatever selector was left over; a headless Service need
//! not have ports:
//!
//! ```yaml pass
//! kind: StatefulSet
//! metadata: {name: db}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app, ports: [{name: sql, containerPort: 5432}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: elsewhere}
//! spec: {type: ExternalName, externalName: db.example.com, selector: {app: db}, ports: [{port: 80, targetPort: http}]}
//! ---
//! kind: Service
//! metadata: {name: db}
//! spec: {clusterIP: None, selector: {app: db}}
//! ```
//!
//! A declaration is optional, one of several workloads may have the port, and an operator may add
//! it:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: plain}
//! spec: {template: {metadata: {labels: {app: plain}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: plain}
//! spec: {selector: {app: plain}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {metadata: {labels: {app: gateway}}, spec: {containers: [{name: proxy, ports: [{containerPort: 15090}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: gateway}
//! spec: {selector: {app: gateway}, ports: [{name: http, port: 80}, {name: https, port: 443}]}
//! ---
//! kind: Deployment
//! metadata: {name: blue}
//! spec: {template: {metadata: {labels: {app: two}}, spec: {containers: [{name: app, ports: [{name: http, containerPort: 80}]}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: green}
//! spec: {template: {metadata: {labels: {app: two}}, spec: {containers: [{name: app, ports: [{name: web, containerPort: 80}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: two}
//! spec: {selector: {app: two}, ports: [{port: 80, targetPort: http}]}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: Prometheus
//! metadata: {name: k8s}
//! spec: {podMetadata: {labels: {app: prometheus}}, containers: [{name: proxy, ports: [{name: https, containerPort: 9091}]}]}
//! ---
//! kind: Service
//! metadata: {name: prometheus}
//! spec: {selector: {app: prometheus}, ports: [{port: 9090, targetPort: web}]}
//! ```

use kubesift_engine::model::{Match, ServicePort, Target, service_ports, target_port_cause};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &["network-path-broken"],
    refs: &[Peer("popeye:POP-1106"), Peer("kube-linter:invalid-target-ports")],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    if service.field("spec.type").str() == Some("ExternalName") {
        return;
    }
    let pods = graph.pods_of_service(service);
    if pods.sure.is_empty() || !pods.unsure.is_empty() {
        return;
    }
    let beside = |pod: &&GraphPod| pod.pod.resource.file().id == service.file().id;
    if !graph.build().complete && !out.is_asked() && !pods.sure.iter().all(beside) {
        return;
    }
    let ports = service_ports(service);
    for port in &ports {
        let declared = pods.sure.iter().map(|pod| pod.pod.declares_port(port));
        if declared.fold(Match::No, Match::or) == Match::No {
            report(service, port, &pods.sure, out);
        }
    }
}

fn report(service: &Resource, port: &ServicePort, pods: &[&GraphPod], out: &mut Out) {
    let only = service.field("spec.ports").items().count() == 1;
    let Some(protocol) = port.protocol else { return };
    let workloads = Graph::workloads_in_words(pods);
    let mut names: Vec<String> = pods.iter().flat_map(|pod| pod.pod.port_names()).collect();
    names.sort();
    names.dedup();
    let declares = match (pods, &*names) {
        (_, []) => String::new(),
        ([_], names) => format!("; it declares {}", list(names)),
        (_, names) => format!("; they declare {}", list(names)),
    };
    let target = port.node.field("targetPort");
    let at = if target.exists() { target } else { port.node.field("port") };
    match port.target {
        Target::Name(name) => {
            let other = names.iter().any(|held| held.starts_with(&format!("`{name}` ")));
            let of = if other { format!(" of protocol {protocol}") } else { String::new() };
            let message = format!(
                "sends to the port named `{name}`{of}, which no container of {workloads} has{declares}"
            );
            out.report(at, message).cause(target_port_cause(service, name));
        }
        Target::Number(number)
            if only && pods.iter().all(|pod| pod.pod.declared_ports(protocol) == 1) =>
        {
            let message = format!(
                "sends to port {number}, which no container of {workloads} declares{declares}"
            );
            out.report(at, message).severity(Low).confidence(Confidence::Low);
        }
        Target::Number(_) | Target::Unknown => {}
    }
}

fn list(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}

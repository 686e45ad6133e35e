//! etcd is reachable from outside the cluster.
//!
//! etcd is made for one client, the API server, or one application. Reachable from outside, it is
//! one stolen certificate, or one that it never asked for, away from giving everything it holds.
//!
//! Make the Service a ClusterIP, remove the host port or the route, and limit who may connect by
//! a NetworkPolicy.
//!
//! Ports 2379 to 2381 of pods that run etcd count, by Services of type NodePort or LoadBalancer
//! (internal ones too) or with external addresses, by host ports, and by Ingresses and routes of
//! Gateway API and OpenShift. A plain Service inside the cluster is no exposure, and neither is
//! the etcd of the control plane in the network of its node.
//!
//! ```yaml fail with=service-type-node-port,load-balancer-exposes-sensitive-port
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata:
//!   name: etcd
//! spec:
//!   template:
//!     metadata: {labels: {app: etcd}}
//!     spec:
//!       containers: [{name: etcd, image: "quay.io/coreos/etcd:v3.5.0", ports: [{name: client, containerPort: 2379}]}]
//! ---
//! kind: Service
//! metadata: {name: etcd}
//! spec:
//!   type: NodePort
//! # ^^^^^^^^^^^^^^ Service `etcd` opens etcd of StatefulSet `etcd` (port 2379) on every node
//!   selector: {app: etcd}
//!   ports: [{port: 2379, targetPort: client}]
//! ```
//!
//! ```yaml fail
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata:
//!   name: etcd
//! spec:
//!   template:
//!     metadata: {labels: {app: etcd}}
//!     spec:
//!       containers: [{name: etcd, image: "quay.io/coreos/etcd:v3.5.0", ports: [{name: client, containerPort: 2379}]}]
//! ---
//! kind: Service
//! metadata: {name: etcd}
//! spec: {selector: {app: etcd}, externalIPs: [203.0.113.7], ports: [{port: 80, targetPort: 2379}]}
//! #                             ^^^^^^^^^^^ Service `etcd` opens etcd of StatefulSet `etcd` (port 80) at external addresses
//! ---
//! kind: Ingress
//! metadata: {name: etcd}
//! spec: {rules: [{http: {paths: [{backend: {service: {name: etcd, port: {number: 80}}}}]}}]}
//! #                                                   ^^^^^^^^^^ Ingress `etcd` leads to etcd of StatefulSet `etcd` through Service `etcd`
//! ---
//! apiVersion: gateway.networking.k8s.io/v1alpha2
//! kind: TCPRoute
//! metadata: {name: etcd}
//! spec: {rules: [{backendRefs: [{name: etcd, port: 80}]}]}
//! #                              ^^^^^^^^^^ TCPRoute `etcd` leads to etcd of StatefulSet `etcd` through Service `etcd`
//! ```
//!
//! ```yaml fail
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd}
//! spec: {containers: [{name: etcd, command: [etcd], ports: [{containerPort: 2379, hostPort: 2379}]}]}
//! #                                                                               ^^^^^^^^^^^^^^ Pod `etcd` opens etcd (port 2379) on its node
//! ```
//!
//! ```yaml pass
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata:
//!   name: etcd
//! spec:
//!   template:
//!     metadata: {labels: {app: etcd}}
//!     spec:
//!       containers: [{name: etcd, image: "quay.io/coreos/etcd:v3.5.0", ports: [{name: client, containerPort: 2379}]}]
//! ---
//! kind: Service
//! metadata: {name: etcd}
//! spec: {clusterIP: None, selector: {app: etcd}, ports: [{name: client, port: 2379}, {name: peer, port: 2380}]}
//! ---
//! kind: Service
//! metadata: {name: other-port}
//! spec: {type: NodePort, selector: {app: etcd}, ports: [{port: 9100}]}
//! ---
//! kind: Service
//! metadata: {name: no-etcd}
//! spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 2379}]}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd]
//!       ports: [{containerPort: 2379, hostPort: 2379}]
//! ```

use kubesift_engine::model::{
    Backend, Program, Published, ServicePort, Target, backends, published, service_ports,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.5,
    refs: &[Cwe(668)],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

/// The client port, the peer port, and the one for metrics and health.
const PORTS: std::ops::RangeInclusive<i64> = 2379..=2381;

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("Service") {
        service(resource, graph, out);
    } else if let Some(pod) = Pod::of(resource) {
        host_ports(&pod, out);
    } else {
        for backend in backends(resource) {
            route(resource, &backend, graph, out);
        }
    }
}

fn service(service: &Resource, graph: &Graph, out: &mut Out) {
    let addresses = service.field("spec.externalIPs");
    let by_address = addresses.items().next().is_some();
    let (field, how) = match published(service) {
        Published::NodePort => (service.field("spec.type"), "on every node"),
        Published::LoadBalancer => (service.field("spec.type"), "through a load balancer"),
        Published::Not if by_address => (addresses, "at external addresses"),
        Published::Not => return,
    };
    let Some((workload, ports)) = etcd_behind(service, graph) else { return };
    let Some(number) = ports.iter().find_map(|port| port.number) else { return };
    out.report(field, format!("opens etcd of {workload} (port {number}) {how}"));
}

fn route(route: &Resource, backend: &Backend, graph: &Graph, out: &mut Out) {
    let Some(service) = graph.service_of(route, backend) else { return };
    let Some((workload, ports)) = etcd_behind(service, graph) else { return };
    let leads = ports.iter().any(|port| match backend.port {
        None => true,
        Some(node) => node.int().map_or_else(
            || node.str().is_some() && node.str() == port.node.field("name").str(),
            |number| port.number == Some(number),
        ),
    });
    if leads {
        let name = service.name.as_deref().unwrap_or_default();
        out.report(backend.name, format!("leads to etcd of {workload} through Service `{name}`"));
    }
}

fn host_ports(pod: &Pod, out: &mut Out) {
    if pod.field("hostNetwork").is_true() {
        return;
    }
    for container in pod.containers().iter().filter(|one| Program::etcd(one).is_some()) {
        for port in container.ports() {
            let host = port.field("hostPort");
            let number = port.field("containerPort").int().filter(|number| PORTS.contains(number));
            if let (Some(number), Some(1..)) = (number, host.int()) {
                out.report(host, format!("opens etcd (port {number}) on its node"));
            }
        }
    }
}

/// The workload that runs etcd behind a Service, and the Service's ports that lead to etcd's.
fn etcd_behind<'s>(service: &'s Resource, graph: &Graph) -> Option<(String, Vec<ServicePort<'s>>)> {
    let pods = graph.pods_of_service(service).sure;
    let etcd = pods.iter().find(|pod| runs_etcd(&pod.pod))?;
    let ports: Vec<ServicePort> =
        service_ports(service).into_iter().filter(|port| leads_to_etcd(port, &etcd.pod)).collect();
    let workload = Graph::workloads_in_words(std::slice::from_ref(etcd));
    (!ports.is_empty()).then_some((workload, ports))
}

fn runs_etcd(pod: &Pod) -> bool {
    pod.containers().iter().any(|container| Program::etcd(container).is_some())
}

fn leads_to_etcd(port: &ServicePort, pod: &Pod) -> bool {
    match port.target {
        Target::Number(number) => PORTS.contains(&number),
        Target::Name(name) => pod.containers().iter().flat_map(Container::ports).any(|declared| {
            let number = declared.field("containerPort").int();
            declared.field("name").str() == Some(name)
                && number.is_some_and(|number| PORTS.contains(&number))
        }),
        Target::Unknown => false,
    }
}

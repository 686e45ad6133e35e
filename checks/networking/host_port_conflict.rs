//! Two workloads take the same port of the same node.
//!
//! A port of a node can be taken once. A DaemonSet runs on every node, so another pod that wants
//! the same `hostPort` finds no node that is free, and stays pending.
//!
//! Use another port, publish it through a Service, or keep the two to different nodes.
//!
//! Only what cannot share a node counts: one of the two is a DaemonSet, and no node selector,
//! affinity, address or protocol keeps them apart. Two Deployments with one `hostPort` find
//! different nodes. In the node's network (`hostNetwork`) a declared port is taken as well. One pod
//! that takes a port twice is reported too.
//!
//! ```yaml fail
//! kind: DaemonSet
//! metadata: {name: proxy, namespace: a}
//! spec: {template: {spec: {containers: [{name: app, ports: [{containerPort: 8080, hostPort: 80}]}]}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: exporter, namespace: a}
//! spec:
//!   template:
//!     spec:
//!       hostNetwork: true
//!       containers:
//!         - name: app
//!           ports:
//!             - containerPort: 80
//! #             ^^^^^^^^^^^^^^^^^ DaemonSet `exporter` takes port 80 (TCP) of its node, which DaemonSet `proxy` takes of every node
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: a}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - {containerPort: 1, hostPort: 80}
//! #                                ^^^^^^^^^^^^ Deployment `web` takes port 80 (TCP) of its node, which DaemonSet `proxy` takes of every node
//!             - {containerPort: 2, hostPort: 90}
//!             - {containerPort: 3, hostPort: 90}
//! #                                ^^^^^^^^^^^^ Deployment `web` takes port 90 (TCP) of its node twice
//! ```
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: linux, namespace: a}
//! spec: {template: {spec: {nodeSelector: {kubernetes.io/os: linux}, containers: [{name: app, ports: [{containerPort: 1, hostPort: 80}]}]}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: windows, namespace: a}
//! spec: {template: {spec: {nodeSelector: {kubernetes.io/os: windows}, containers: [{name: app, ports: [{containerPort: 1, hostPort: 80}]}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: one, namespace: a}
//! spec: {template: {spec: {containers: [{name: app, ports: [{containerPort: 1, hostPort: 81}]}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: two, namespace: a}
//! spec: {template: {spec: {containers: [{name: app, ports: [{containerPort: 1, hostPort: 81}, {containerPort: 1, hostPort: 81, protocol: UDP}]}]}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: address-a, namespace: a}
//! spec: {template: {spec: {containers: [{name: app, ports: [{containerPort: 1, hostPort: 82, hostIP: 127.0.0.1}]}]}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: address-b, namespace: a}
//! spec: {template: {spec: {containers: [{name: app, ports: [{containerPort: 1, hostPort: 82, hostIP: 10.0.0.1}]}]}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: other-namespace, namespace: b}
//! spec: {template: {spec: {containers: [{name: app, ports: [{containerPort: 1, hostPort: 82}]}]}}}
//! ```

use kubesift_engine::model::{HostPort, host_ports, in_line, is_same_value};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(workload) else { return };
    let mut own: Vec<HostPort> = Vec::new();
    for port in host_ports(&pod.pod) {
        let (number, protocol) = (port.number, port.protocol);
        let taken = format!("takes port {number} ({protocol}) of its node");
        let twice = own.iter().find(|other| {
            (other.number, other.protocol) == (number, protocol) && other.clashes_with(port.address)
        });
        if let Some(first) = twice {
            let draft = out.report(port.at, format!("{taken} twice"));
            draft.note(first.at, "the first time");
            continue;
        }
        own.push(port);
        if let Some(other) = rival(pod, &port, graph) {
            let (kind, name) = (&other.kind.kind, other.name.as_deref().unwrap_or("(no name)"));
            let message = format!("{taken}, which {kind} `{name}` takes of every node");
            out.report(port.at, message).note(other.field("metadata.name"), "it takes the port");
        }
    }
}

/// A DaemonSet that takes the port of every node that the pod may run on: one before it, or any
/// when the pod is of another kind. Teams of different namespaces run in different clusters often
/// enough, so the namespace must be the same, and folders side by side are often variants.
fn rival<'a>(pod: &GraphPod<'a>, port: &HostPort, graph: &Graph<'a>) -> Option<&'a Resource> {
    let workload = pod.pod.resource;
    let is_daemon = |resource: &Resource| *resource.kind.kind == *"DaemonSet";
    let holder = graph.host_port_holders(port).iter().find(|holder| {
        let other = holder.resource;
        if other.id == workload.id || !is_daemon(other) || other.namespace != workload.namespace {
            return false;
        }
        if is_daemon(workload) && other.id > workload.id || other.name == workload.name {
            return false;
        }
        let Some(other) = graph.pod_of(other) else { return false };
        if !in_line(workload, other.pod.resource) {
            return false;
        }
        let clashes = host_ports(&other.pod).iter().any(|taken| {
            (taken.number, taken.protocol) == (port.number, port.protocol)
                && taken.clashes_with(port.address)
        });
        clashes && share_nodes(&pod.pod, &other.pod)
    });
    Some(holder?.resource)
}

/// True when nothing keeps two pods to different nodes.
fn share_nodes(one: &Pod, other: &Pod) -> bool {
    let affinity = |pod: &Pod| pod.field("affinity").exists();
    if affinity(one) || affinity(other) {
        return false;
    }
    match (one.field("nodeSelector").node(), other.field("nodeSelector").node()) {
        (Some(one), Some(other)) => is_same_value(one, other),
        // A DaemonSet without a selector is on all nodes; one with a selector is not.
        (_, selector) => selector.is_none(),
    }
}

//! Two Services, or two ServiceEntries, contradict each other about what a port carries.
//!
//! A sidecar treats a port of its pod in one way. Where two Services that select the pod declare the
//! same port as different protocols (HTTP and TCP), one of them is not honoured: HTTP is not routed
//! or measured, or bytes that are no HTTP are refused. The same holds for two ServiceEntries of one
//! host.
//!
//! Give both the same protocol (`appProtocol`, or the name's prefix), or the port to one Service.
//!
//! Only protocols that are stated count. Reported for workloads that are, or may be, in Istio's
//! mesh; never without a sign of Istio in the manifests, and not for hosts of the node's network.
//! The finding stands at the Service that comes later.
//!
//! ```yaml fail
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: web-raw, namespace: shop}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 8080
//!       name: tcp-web
//! #     ^^^^^^^^^^^^^ Service `web-raw` declares port 8080 of Deployment `web` as tcp, Service `shop/web` as http
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: ServiceEntry
//! metadata: {name: plain, namespace: shop}
//! spec: {hosts: [api.example.com], ports: [{number: 8443, name: http, protocol: HTTP}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: ServiceEntry
//! metadata: {name: tls, namespace: bank}
//! spec:
//!   hosts: [www.example.com, api.example.com]
//!   ports:
//!     - number: 8443
//!       name: tls
//!       protocol: TLS
//! #     ^^^^^^^^^^^^^ ServiceEntry `tls` declares port 8443 of host `api.example.com` as TLS, ServiceEntry `shop/plain` as HTTP
//! ```
//!
//! ```yaml pass
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: web-headless, namespace: shop}
//! spec: {clusterIP: None, selector: {app: web}, ports: [{name: grpc, port: 8080}, {name: tcp-db, port: 9090}, {name: web, port: 80, targetPort: 8080}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: ServiceEntry
//! metadata: {name: own, namespace: shop}
//! spec: {hosts: [api.example.com], exportTo: ["."], ports: [{number: 443, name: http, protocol: HTTP}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: ServiceEntry
//! metadata: {name: own, namespace: bank}
//! spec: {hosts: [api.example.com], exportTo: ["."], ports: [{number: 443, name: tls, protocol: TLS}]}
//! ```
//!
//! Without a mesh names of ports mean nothing:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{name: http, port: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: web-raw, namespace: shop}
//! spec: {selector: {app: web}, ports: [{name: tcp-web, port: 8080}]}
//! ```

use kubesift_engine::model::{
    Dataplane, Host, Membership, ServicePort, Target, Traffic, are_seen_together, service_ports,
    traffic,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[
        Peer("istio-analyze:IST0116"),
        Peer("istio-analyze:IST0137"),
        Peer("istio-analyze:IST0177"),
    ],
    run: Run::Links(&["Service", "networking.istio.io/ServiceEntry"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("networking.istio.io/ServiceEntry") {
        if graph.mesh().uses_istio() {
            entries(resource, graph, out);
        }
        return;
    }
    let ports = service_ports(resource);
    let pods = graph.pods_of_service(resource).sure;
    // Nearly all pods have one Service. That is seen at once, and a mesh is not.
    let mut services = pods.iter().flat_map(|pod| graph.services_of(pod));
    if !services.any(|one| one.id != resource.id) || !graph.mesh().uses_istio() {
        return;
    }
    let Some(pod) = pods.into_iter().find(|pod| may_be_in_istio(pod, graph)) else { return };
    for port in &ports {
        let Some((other, theirs)) = opposite(resource, port, graph.services_of(pod)) else {
            continue;
        };
        let (ours, other_word) = (word(port), word(&theirs));
        let (workload, name) = (Graph::workloads_in_words(&[pod]), other.full_name());
        let number = match port.target {
            Target::Number(number) => number.to_string(),
            Target::Name(name) => format!("`{name}`"),
            Target::Unknown => continue,
        };
        let message = format!(
            "declares port {number} of {workload} as {ours}, Service `{name}` as {other_word}"
        );
        out.report(place(port), message).note(place(&theirs), "the other Service's port");
    }
}

fn may_be_in_istio<'a>(pod: &GraphPod<'a>, graph: &Graph<'a>) -> bool {
    match graph.membership(pod) {
        Membership::In(dataplane, _) => dataplane == Dataplane::Sidecar,
        Membership::Unknown => pod.is_networked(),
        Membership::Out(_) | Membership::None => false,
    }
}

/// An earlier Service of the pod with another protocol for the same port of it.
fn opposite<'a>(
    service: &Resource,
    port: &ServicePort,
    services: &[&'a Resource],
) -> Option<(&'a Resource, ServicePort<'a>)> {
    let ours = is_http(port)?;
    let earlier = services.iter().filter(|other| other.id < service.id);
    let mut all =
        earlier.flat_map(|other| service_ports(other).into_iter().map(|one| (*other, one)));
    all.find(|(_, one)| {
        one.target == port.target
            && port.target != Target::Unknown
            && (one.protocol == Some("UDP")) == (port.protocol == Some("UDP"))
            && is_http(one).is_some_and(|theirs| theirs != ours)
    })
}

/// Whether the port is declared as HTTP; none when nothing is said. TLS is no HTTP to a proxy.
fn is_http(port: &ServicePort) -> Option<bool> {
    match traffic(port.node) {
        Traffic::Http(_) => Some(true),
        Traffic::Other(word) => (word != "udp").then_some(false),
        Traffic::Unstated => None,
    }
}

fn word<'a>(port: &ServicePort<'a>) -> &'a str {
    match traffic(port.node) {
        Traffic::Http(word) | Traffic::Other(word) => word,
        Traffic::Unstated => "",
    }
}

fn place<'a>(port: &ServicePort<'a>) -> Field<'a> {
    let protocol = port.node.field("appProtocol");
    if protocol.exists() { protocol } else { port.node.field("name") }
}

/// Earlier ServiceEntries of a host with another protocol for one of its ports.
fn entries(entry: &Resource, graph: &Graph, out: &mut Out) {
    for text in entry.field("spec.hosts").items().filter_map(Node::str) {
        let host = Host::of(text, entry.namespace.as_deref());
        if host == Host::Unknown {
            continue;
        }
        let others = graph.entries_of_host(host);
        let other = others.into_iter().filter(|other| {
            let same = other.name == entry.name && other.namespace == entry.namespace;
            other.id < entry.id && !same && are_seen_together(other, entry)
        });
        let found = other.filter_map(|other| Some((other, differing(entry, other)?))).next();
        let Some((other, (ours, theirs, number))) = found else { continue };
        let (one, another) = (protocol(ours), protocol(theirs));
        let name = other.full_name();
        let message = format!(
            "declares port {number} of host `{text}` as {one}, ServiceEntry `{name}` as {another}"
        );
        out.report(ours.field("protocol"), message)
            .note(theirs.field("protocol"), "the other protocol");
        return;
    }
}

fn protocol(port: Node<'_>) -> String {
    port.field("protocol").str().unwrap_or_default().to_uppercase()
}

/// A port that two ServiceEntries declare differently.
fn differing<'a, 'b>(one: &'a Resource, other: &'b Resource) -> Option<(Node<'a>, Node<'b>, i64)> {
    let theirs: Vec<Node<'b>> = other.field("spec.ports").items().collect();
    one.field("spec.ports").items().find_map(|ours| {
        let number = ours.field("number").int()?;
        let same = theirs.iter().find(|port| port.field("number").int() == Some(number))?;
        let differ = !protocol(ours).is_empty()
            && !protocol(*same).is_empty()
            && protocol(ours) != protocol(*same);
        differ.then_some((ours, *same, number))
    })
}

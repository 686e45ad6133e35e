//! A workload keeps some of its ports or addresses away from the proxy of the mesh.
//!
//! What comes in at such a port is not asked for an identity and meets no policy of the mesh; what
//! goes out is plain text unless the program encrypts it, and the mesh does not see it.
//!
//! Remove the annotation, or leave in it only what cannot go through a proxy. Databases whose
//! server speaks first need `opaque-ports` (Linkerd) or a port named `tcp-…` (Istio), not this.
//!
//! Ports that come in count as medium, what goes out as low. Nothing is said of an empty list, of
//! one that is filled in later, nor of ports that are the proxy's own.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata:
//!       annotations:
//!         traffic.sidecar.istio.io/excludeInboundPorts: "8080,9090"
//! #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` takes connections to ports 8080,9090 past the proxy of the mesh
//!         traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.0/8
//! #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` sends to addresses 10.0.0.0/8 past the proxy of the mesh
//!     spec: {containers: [{name: app}]}
//! ---
//! kind: Pod
//! metadata:
//!   name: db
//!   annotations:
//!     config.linkerd.io/skip-inbound-ports: "5432"
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `db` takes connections to port 5432 past the proxy of the mesh
//! spec: {containers: [{name: app}]}
//! ---
//! kind: Namespace
//! metadata:
//!   name: shop
//!   annotations:
//!     config.linkerd.io/skip-outbound-ports: 25,587
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Namespace `shop` sends to ports 25,587 past the proxy of the mesh
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata:
//!       annotations:
//!         traffic.sidecar.istio.io/excludeInboundPorts: ""
//!         traffic.sidecar.istio.io/excludeOutboundPorts: "${PORTS}"
//!         traffic.sidecar.istio.io/includeInboundPorts: "*"
//!         config.linkerd.io/opaque-ports: "3306"
//!         config.linkerd.io/skip-inbound-ports: 4190,4191
//!     spec: {containers: [{name: app}]}
//! ```

use kubesift_engine::model::known_node;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    refs: &[Cwe(693), Peer("kyverno:prevent-linkerd-port-skipping")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

/// The annotation, whether it is about what comes in, and what its value lists.
const ANNOTATIONS: [(&str, bool, &str); 6] = [
    ("traffic.sidecar.istio.io/excludeInboundPorts", true, "port"),
    ("traffic.sidecar.istio.io/excludeOutboundPorts", false, "port"),
    ("traffic.sidecar.istio.io/excludeOutboundIPRanges", false, "address"),
    ("config.linkerd.io/skip-inbound-ports", true, "port"),
    ("config.linkerd.io/skip-outbound-ports", false, "port"),
    ("config.linkerd.io/skip-subnets", false, "address"),
];

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let pod = graph.pod_of(resource).map(|pod| pod.pod);
    if pod.is_none() && !resource.is("Namespace") {
        return;
    }
    for (key, inbound, what) in ANNOTATIONS {
        let own = || resource.annotation(key).filter(|_| resource.is("Namespace"));
        let Some(node) = pod.and_then(|pod| pod.annotation(key)).or_else(own) else { continue };
        let text = node.text().unwrap_or_default().trim();
        if text.is_empty() || !known_node(node).is_literal() || is_of_proxy(text) {
            continue;
        }
        let many = text.contains([',', '-', '*']);
        let words = match (what, many) {
            ("port", false) => "port",
            ("port", true) => "ports",
            _ => "addresses",
        };
        let severity = if inbound { Medium } else { Low };
        let verb = if inbound { "takes connections to" } else { "sends to" };
        let message = format!("{verb} {words} {text} past the proxy of the mesh");
        out.report(node, message).severity(severity);
    }
}

/// Ports that the proxies have for themselves: Istio's for metrics, health and statistics, and
/// Linkerd's for its administration.
const OF_PROXY: [&str; 7] = ["15020", "15021", "15090", "4190", "4191", "4567", "4568"];

fn is_of_proxy(ports: &str) -> bool {
    ports.split(',').all(|port| OF_PROXY.contains(&port.trim()))
}

//! A probe names a port that its container does not have.
//!
//! The kubelet looks the name up in the container's own `ports`. Where it is not there, every probe
//! fails: the container never gets ready, or is restarted again and again. The same is true of
//! lifecycle hooks.
//!
//! Correct the name, add it to the ports of the same container, or use the number. Names of other
//! containers of the pod do not count here.
//!
//! A TCP or HTTP probe of a port that is declared for UDP is reported as well.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports: [{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]
//!           livenessProbe:
//!             httpGet:
//!               path: /
//!               port: web
//! #             ^^^^^^^^^ container `app` has no port named `web` for its liveness probe; it declares `http` (8080) and `dns` (53)
//!           readinessProbe: {tcpSocket: {port: dns}}
//! #                                      ^^^^^^^^^ container `app` has the port `dns` of its readiness probe for UDP only
//!           lifecycle: {preStop: {httpGet: {path: /stop, port: admin}}}
//! #                                                      ^^^^^^^^^^^ container `app` has no port named `admin` for its preStop hook; it declares `http` (8080) and `dns` (53)
//!         - name: proxy
//!           startupProbe: {httpGet: {port: http}}
//! #                                  ^^^^^^^^^^ container `proxy` has no port named `http` for its startup probe
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - {name: sidecar, restartPolicy: Always, ports: [{name: health, containerPort: 1}], livenessProbe: {httpGet: {port: health}}}
//!       containers:
//!         - name: app
//!           ports: [{name: http, containerPort: 8080}]
//!           livenessProbe: {httpGet: {port: http}}
//!           readinessProbe: {tcpSocket: {port: 9090}}
//!           startupProbe: {grpc: {port: 9090}}
//!         - {name: filled, livenessProbe: {httpGet: {port: "${PORT}"}}}
//!         - {name: ports-filled, ports: "${PORTS}", livenessProbe: {httpGet: {port: http}}}
//!         - {name: number-in-quotes, livenessProbe: {httpGet: {port: "8080"}}}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: Prometheus
//! metadata: {name: k8s}
//! spec: {containers: [{name: prometheus, readinessProbe: {httpGet: {port: web}}}]}
//! ```

use kubesift_engine::model::{is_unknown, known_node};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[
        Peer("kube-linter:liveness-port"),
        Peer("kube-linter:readiness-port"),
        Peer("kube-linter:startup-port"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let list = container.field("ports");
    let open = list.node().is_some_and(|node| !node.is_list() || !known_node(node).is_literal());
    if open || container.is_partial() {
        return;
    }
    let ports: Vec<Node> = list.items().collect();
    if ports.iter().any(|port| hides_a_name(*port)) {
        return;
    }
    for (who, field) in container.probe_ports() {
        let Some(name) = field.str().filter(|name| !is_unknown(name) && !is_number(name)) else {
            continue;
        };
        let mut named = ports.iter().filter(|port| port.field("name").str() == Some(name));
        let Some(port) = named.next() else {
            let message = format!("has no port named `{name}` for its {who}{}", declares(&ports));
            out.report(field, message);
            continue;
        };
        if port.field("protocol").str() == Some("UDP") {
            let message = format!("has the port `{name}` of its {who} for UDP only");
            out.report(field, message).note(*port, "the port is here");
        }
    }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for a port whose name is filled in later.
fn hides_a_name(port: Node) -> bool {
    let name = port.field("name").node();
    !port.is_map()
        || !known_node(port).is_literal()
        || name.is_some_and(|name| name.text().is_none_or(is_unknown))
}

fn declares(ports: &[Node]) -> String {
    let words: Vec<String> = ports
        .iter()
        .filter_map(|port| {
            let number = port.field("containerPort").int()?;
            Some(match port.field("name").str() {
                Some(name) => format!("`{name}` ({number})"),
                None => number.to_string(),
            })
        })
        .collect();
    match &*words {
        [] => String::new(),
        [one] => format!("; it declares {one}"),
        [rest @ .., last] => format!("; it declares {} and {last}", rest.join(", ")),
    }
}

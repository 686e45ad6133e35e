//! A probe asks a port that its pod does not declare.
//!
//! A declaration is optional, so the probe may well succeed. But where other ports are declared and
//! this one is not, the number is easily the one of an older version.
//!
//! Declare the port, best with a name, and let the probe name it; or correct the number.
//!
//! Containers that declare no port are left alone, unless this check is asked for by name. A probe
//! that names a port which is not there is broken, and a matter for `probe-named-port-not-found`.
//! The containers of a pod share one network, so the port may be another container's.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports: [{name: http, containerPort: 8080}]
//!           livenessProbe:
//!             httpGet:
//!               path: /
//!               port: 8081
//! #             ^^^^^^^^^^ container `app` is asked at port 8081 by its liveness probe, which its pod does not declare
//! ```
//!
//! ```yaml fail asked
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       livenessProbe: {tcpSocket: {port: 8081}}
//! #                                 ^^^^^^^^^^ container `app` is asked at port 8081 by its liveness probe, which its pod does not declare
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports: [{name: http, containerPort: 8080}]
//!           livenessProbe: {httpGet: {port: 8080}}
//!           readinessProbe: {httpGet: {port: http}}
//!           startupProbe: {httpGet: {port: 15021}}
//!         - {name: proxy, ports: [{containerPort: 15021}]}
//!         - {name: none, livenessProbe: {httpGet: {port: 9090}}}
//!         - {name: filled, ports: [{containerPort: "${PORT}"}], livenessProbe: {httpGet: {port: 9090}}}
//! ```

use kubesift_engine::model::{Match, ServicePort, Target};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Low,
    profiles: &[Profile::Hygiene],
    yields_to: &["probe-named-port-not-found"],
    refs: &[
        Peer("kube-linter:liveness-port"),
        Peer("kube-linter:readiness-port"),
        Peer("kube-linter:startup-port"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let declares = container.ports().next().is_some();
    if container.is_partial() || !declares && !out.is_asked() {
        return;
    }
    for (who, field) in container.probe_ports() {
        let text = field.node().and_then(Node::text);
        let Some(number) = field.int().or(text.and_then(|text| text.parse().ok())) else {
            continue;
        };
        let node = field.deepest();
        let wanted = ServicePort {
            node,
            number: Some(number),
            target: Target::Number(number),
            protocol: Some("TCP"),
        };
        if container.pod.declares_port(&wanted) == Match::No {
            let message =
                format!("is asked at port {number} by its {who}, which its pod does not declare");
            out.report(field, message);
        }
    }
}

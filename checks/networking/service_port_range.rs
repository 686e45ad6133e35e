//! A Service has a port outside the allowed range.
//!
//! A node port outside 30000 to 32767 is refused by the API server unless the cluster was set up
//! with another range, and then it may clash with programs of the node. A company may want Services
//! to keep to certain ports.
//!
//! Choose a port of the range, or leave `nodePort` out so that Kubernetes chooses one. The ranges
//! are options.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: NodePort
//!   ports:
//!     - port: 80
//!       nodePort: 8080
//! #     ^^^^^^^^^^^^^^ Service `web` asks for node port 8080, outside 30000 to 32767
//! ```
//!
//! ```yaml fail min=1024 max=9000
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   ports:
//!     - port: 80
//! #     ^^^^^^^^ Service `web` has port 80, outside 1024 to 9000
//!     - port: 8080
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}, {port: 81, nodePort: 0}, {port: 82, nodePort: "${PORT}"}]}
//! ---
//! kind: Service
//! metadata: {name: left-over}
//! spec: {type: ClusterIP, ports: [{port: 80, nodePort: 8080}]}
//! ```
//!
//! ```yaml pass node-min=1 node-max=65535
//! kind: Service
//! metadata: {name: web}
//! spec: {type: NodePort, ports: [{port: 80, nodePort: 8080}]}
//! ```

use kubesift_engine::model::{Published, published, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("kyverno:restrict-service-port-range")],
    options: &[&MIN, &MAX, &NODE_MIN, &NODE_MAX],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

pub const MIN: Opt = Opt::int("min", "The lowest port that a Service may have.", 1);
pub const MAX: Opt = Opt::int("max", "The highest port that a Service may have.", 65535);
pub const NODE_MIN: Opt = Opt::int("node-min", "The lowest node port.", 30000);
pub const NODE_MAX: Opt = Opt::int("node-max", "The highest node port.", 32767);

fn run(service: &Resource, out: &mut Out) {
    let (min, max) = (out.int(&MIN), out.int(&MAX));
    let (node_min, node_max) = (out.int(&NODE_MIN), out.int(&NODE_MAX));
    let outside = published(service) != Published::Not;
    for port in service_ports(service) {
        if let Some(number) = port.number.filter(|number| !(min..=max).contains(number)) {
            let message = format!("has port {number}, outside {min} to {max}");
            out.report(port.node.field("port"), message);
        }
        let field = port.node.field("nodePort");
        let Some(number) = field.int().filter(|number| outside && *number != 0) else { continue };
        if !(node_min..=node_max).contains(&number) {
            let message = format!("asks for node port {number}, outside {node_min} to {node_max}");
            out.report(field, message);
        }
    }
}

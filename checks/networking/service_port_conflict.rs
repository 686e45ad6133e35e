//! The ports of a Service clash.
//!
//! Of one protocol a port can be there once, and a Service with several ports must name all of them
//! differently. The API server refuses anything else.
//!
//! Name every port, and remove or change the one that is there twice.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   ports:
//!     - {name: http, port: 80, targetPort: 8080}
//!     - {name: web, port: 80, targetPort: 8081}
//! #                 ^^^^^^^^ Service `web` has port 80 (TCP) twice
//!     - {name: http, port: 82}
//! #      ^^^^^^^^^^ Service `web` has two ports of the name `http`
//!     - port: 83
//! #     ^^^^^^^^ Service `web` has several ports, and port 83 has no name
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: one}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: dns}
//! spec: {ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53}]}
//! ---
//! kind: Service
//! metadata: {name: filled}
//! spec: {ports: [{name: "${A}", port: "${P}"}, {name: "${A}", port: "${P}"}, "${MORE}"]}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! metadata: {name: knative}
//! spec: {ports: [{port: 80}, {port: 80}]}
//! ```

use std::collections::HashSet;

use kubesift_engine::model::{is_absent, is_unknown, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, out: &mut Out) {
    let ports = service_ports(service);
    let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
    for port in &ports {
        let name = port.node.field("name");
        if let (Some(number), Some(protocol)) = (port.number, port.protocol)
            && !numbers.insert((number, protocol))
        {
            let field = port.node.field("port");
            out.report(field, format!("has port {number} ({protocol}) twice"));
        }
        if let Some(text) = name.node().and_then(Node::text).filter(|text| !is_unknown(text))
            && !text.is_empty()
            && !names.insert(text)
        {
            out.report(name, format!("has two ports of the name `{text}`"));
        }
        let unnamed = is_absent(name) || name.str() == Some("");
        if ports.len() > 1
            && unnamed
            && let Some(number) = port.number
        {
            let field = port.node.field("port");
            out.report(field, format!("has several ports, and port {number} has no name"));
        }
    }
}

//! A backend of an Ingress names a port by its number although the port has a name.
//!
//! A name goes on working when the number of the Service's port changes.
//!
//! Use the port's name.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - path: /
//!             backend:
//!               service:
//!                 name: web
//!                 port:
//!                   number: 80
//! #                 ^^^^^^^^^^ Ingress `shop` sends to port 80 of Service `web`, which is named `http`
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{name: http, port: 80}, {name: metrics, port: 9090}]}
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   defaultBackend: {service: {name: web, port: {name: http}}}
//!   rules:
//!     - http:
//!         paths:
//!           - {backend: {service: {name: unnamed, port: {number: 80}}}}
//!           - {backend: {service: {name: elsewhere, port: {number: 80}}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{name: http, port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: unnamed}
//! spec: {ports: [{port: 80}]}
//! ```

use kubesift_engine::model::{INGRESS, ingress_backend_nodes, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Info,
    score: 0.5,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("popeye:POP-1403")],
    run: Run::Links(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    for backend in ingress_backend_nodes(ingress) {
        let (name, number) = (backend.field("service.name"), backend.field("service.port.number"));
        let (Some(name), Some(wanted)) = (name.str(), number.int()) else { continue };
        let Some(service) = graph.find("Service", ingress.namespace.as_deref(), name) else {
            continue;
        };
        let ports = service.field("spec.ports").items();
        let port = ports.into_iter().find(|port| port.field("port").int() == Some(wanted));
        let Some(port) = port else { continue };
        if let Some(named) = port.field("name").str().filter(|name| !is_unknown(name)) {
            let message =
                format!("sends to port {wanted} of Service `{name}`, which is named `{named}`");
            out.report(number, message).note(port, "the port is here");
        }
    }
}

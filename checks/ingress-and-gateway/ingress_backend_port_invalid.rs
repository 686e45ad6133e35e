//! A backend of an Ingress has no port, or two.
//!
//! `service.port` must hold a name or a number, and not both: the API server refuses the Ingress
//! otherwise. A number is from 1 to 65535.
//!
//! Keep the one that is meant.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   defaultBackend:
//!     service:
//!       name: web
//!       port: {}
//! #     ^^^^ Ingress `shop` sends to Service `web` without a port's name or number
//!   rules:
//!     - http:
//!         paths:
//!           - path: /
//!             backend:
//!               service:
//!                 name: web
//!                 port:
//! #               ^^^^ Ingress `shop` sends to Service `web` with both a port's name and its number
//!                   name: http
//!                   number: 80
//!           - path: /api
//!             backend:
//!               service:
//! #             ^^^^^^^ Ingress `shop` sends to Service `api` without a port's name or number
//!                 name: api
//!           - path: /big
//!             backend: {service: {name: big, port: {number: 80800}}}
//! #                                                 ^^^^^^^^^^^^^ Ingress `shop` sends to port 80800 of Service `big`, and ports end at 65535
//! ```
//!
//! ```yaml pass
//! apiVersion: networking.k8s.io/v1beta1
//! kind: Ingress
//! metadata: {name: old}
//! spec: {backend: {serviceName: web, servicePort: 80}}
//! ---
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   defaultBackend: {resource: {apiGroup: k8s.example.com, kind: StorageBucket, name: static}}
//!   rules:
//!     - http:
//!         paths:
//!           - {path: /, backend: {service: {name: web, port: {name: http}}}}
//!           - {path: /a, backend: {service: {name: web, port: {number: 80}}}}
//!           - {path: /b, backend: {service: {name: web, port: "${PORT}"}}}
//! ```

use kubesift_engine::model::{INGRESS, ingress_backend_nodes, is_absent};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("popeye:POP-1404")],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    for backend in ingress_backend_nodes(ingress) {
        let Some(service) = backend.get("service").filter(|node| node.is_map()) else { continue };
        let name = service.field("name").str().unwrap_or("(no name)");
        let port = service.field("port");
        if port.node().is_some_and(|node| !node.is_map()) {
            continue;
        }
        let (by_name, number) = (service.field("port.name"), service.field("port.number"));
        match (by_name.exists(), number.exists()) {
            (true, true) => {
                let what = "with both a port's name and its number";
                out.report(port, format!("sends to Service `{name}` {what}"));
            }
            (false, false) if is_absent(by_name) && is_absent(number) => {
                let what = "without a port's name or number";
                out.report(port, format!("sends to Service `{name}` {what}"));
            }
            _ => {}
        }
        if let Some(wrong) = number.int().filter(|number| !(1..=65535).contains(number)) {
            let limit = if wrong < 1 { "begin at 1" } else { "end at 65535" };
            let message = format!("sends to port {wrong} of Service `{name}`, and ports {limit}");
            out.report(number, message);
        }
    }
}

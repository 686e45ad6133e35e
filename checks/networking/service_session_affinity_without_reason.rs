//! A Service behind an Ingress keeps sessions by address, which has no effect.
//!
//! Controllers send to the pods themselves and past the Service, so its `sessionAffinity` is not
//! looked at; and those that do use the Service all come from the controller's address.
//!
//! Use the controller's own affinity (a cookie), and remove the field.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   sessionAffinity: ClientIP
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^ Service `web` keeps sessions by address, and Ingress `shop` sends past it
//!   ports: [{port: 80}]
//! ---
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {sessionAffinity: None, ports: [{port: 80}]}
//! ---
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
//! ---
//! kind: Service
//! metadata: {name: inside}
//! spec: {sessionAffinity: ClientIP, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: both}
//! spec: {type: LoadBalancer, sessionAffinity: ClientIP, ports: [{port: 80}]}
//! ---
//! kind: Ingress
//! metadata: {name: both}
//! spec: {defaultBackend: {service: {name: both, port: {number: 80}}}}
//! ```

use kubesift_engine::model::{Published, published};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Info,
    score: 0.5,
    profiles: &[Profile::Hygiene],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    let affinity = service.field("spec.sessionAffinity");
    if affinity.str() != Some("ClientIP") || published(service) != Published::Not {
        return;
    }
    if let Some(route) = graph.routes_to(service).first() {
        let (kind, name) = (&route.kind.kind, route.name.as_deref().unwrap_or("(no name)"));
        let message = format!("keeps sessions by address, and {kind} `{name}` sends past it");
        out.report(affinity, message).note(route.field("metadata.name"), "it sends to the Service");
    }
}

//! Two Services ask for the same node port.
//!
//! A node port belongs to one Service of the whole cluster: the API server refuses the second
//! one, so it is missing after the apply.
//!
//! Leave `nodePort` out, so that the cluster chooses one, or choose another number.
//!
//! The same number for TCP and UDP is fine. Two definitions of one Service (alternatives of which
//! one is applied) are left alone.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
//! ---
//! kind: Service
//! metadata: {name: api, namespace: bank}
//! spec:
//!   type: LoadBalancer
//!   ports:
//!     - port: 80
//!       nodePort: 30080
//! #     ^^^^^^^^^^^^^^^ Service `api` asks for node port 30080 (TCP), which Service `shop/web` has
//! ```
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: NodePort
//!   ports:
//!     - {name: http, port: 80, nodePort: 30080}
//!     - {name: https, port: 443, nodePort: 30080}
//! #                              ^^^^^^^^^^^^^^^ Service `web` asks for node port 30080 (TCP) twice
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}, {port: 53, nodePort: 30053}]}
//! ---
//! kind: Service
//! metadata: {name: dns}
//! spec: {type: NodePort, ports: [{port: 53, nodePort: 30053, protocol: UDP}]}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {type: NodePort, ports: [{port: 8080, nodePort: 30080}]}
//! ---
//! kind: Service
//! metadata: {name: left-over}
//! spec: {type: ClusterIP, ports: [{port: 80, nodePort: 30080}]}
//! ---
//! kind: Service
//! metadata: {name: chosen}
//! spec: {type: NodePort, ports: [{port: 80, nodePort: 0}]}
//! ```

use kubesift_engine::model::{Published, published, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    if published(service) == Published::Not {
        return;
    }
    let mut own: Vec<(i64, &str)> = Vec::new();
    for port in service_ports(service) {
        let field = port.node.field("nodePort");
        let (Some(number), Some(protocol)) = (field.int(), port.protocol) else { continue };
        if number == 0 {
            continue;
        }
        let wanted = format!("asks for node port {number} ({protocol})");
        if own.contains(&(number, protocol)) {
            out.report(field, format!("{wanted} twice"));
            continue;
        }
        own.push((number, protocol));
        let Some(holder) = graph.node_port_holder(number, protocol) else { continue };
        let same = (&holder.name, &holder.namespace) == (&service.name, &service.namespace);
        if holder.id != service.id && !same {
            let message = format!("{wanted}, which Service `{}` has", holder.full_name());
            out.report(field, message).note(holder.field("metadata.name"), "it has the port");
        }
    }
}

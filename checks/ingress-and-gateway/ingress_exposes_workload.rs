//! An Ingress makes a workload reachable from outside.
//!
//! An inventory: which workloads the Ingresses of a build lead to, so that a new way in is seen in
//! review.
//!
//! Nothing is wrong by itself. Look whether each of them is meant to be reached.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   rules:
//!     - host: shop.example.com
//!       http:
//!         paths:
//!           - path: /
//!             backend:
//!               service: {name: web, port: {number: 80}}
//! #                       ^^^^^^^^^ Ingress `shop` makes Deployment `web` reachable through Service `web`
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {defaultBackend: {service: {name: elsewhere, port: {number: 80}}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ```
//!
//! An ExternalName leads out of the cluster, whatever selector was left over:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {type: ExternalName, externalName: web.example.com, selector: {app: web}, ports: [{port: 80}]}
//! ---
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
//! ```

use std::collections::HashSet;

use kubesift_engine::model::{INGRESS, backends, is_acme_solver};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[],
    refs: &[Peer("kics:69bbc5e3")],
    run: Run::Links(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    if is_acme_solver(ingress) {
        return;
    }
    let mut seen = HashSet::new();
    for backend in backends(ingress) {
        let Some(service) = graph.service_of(ingress, &backend) else { continue };
        let pods = graph.pods_of_service(service).sure;
        if pods.is_empty() || !seen.insert(service.id) {
            continue;
        }
        let name = service.name.as_deref().unwrap_or_default();
        let workloads = Graph::workloads_in_words(&pods);
        let message = format!("makes {workloads} reachable through Service `{name}`");
        let draft = out.report(backend.name, message);
        pods.iter().take(3).fold(draft, |draft, pod| {
            draft.note(pod.pod.resource.field("metadata.name"), "this workload")
        });
    }
}

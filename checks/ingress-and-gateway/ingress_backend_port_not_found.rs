//! An Ingress sends to a port that its Service does not have.
//!
//! The port of a backend is the Service's `port` or its name, not that of the container. When the
//! Service has no such port, requests for the host and path are answered with 503.
//!
//! Correct the port of the backend, or add it to the Service.
//!
//! Nothing is said of an ExternalName, which passes on whatever port is asked for, of a Service
//! without ports, and of values that are filled in later.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{name: http, port: 80, targetPort: 8080}]}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - path: /
//!             backend:
//!               service:
//!                 name: web
//!                 port:
//!                   number: 8080
//! #                 ^^^^^^^^^^^^ Ingress `web` sends to port 8080 of Service `web`, which it does not have, only 80 (`http`)
//!           - path: /api
//!             backend: {service: {name: web, port: {name: https}}}
//! #                                                 ^^^^^^^^^^^ Ingress `web` sends to port `https` of Service `web`, which it does not have, only 80 (`http`); the nearest is `http`
//! ```
//!
//! ```yaml fixed
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{name: http, port: 80, targetPort: 8080}]}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - path: /
//!             backend:
//!               service:
//!                 name: web
//!                 port:
//!                   number: 8080
//!           - path: /api
//!             backend: {service: {name: web, port: {name: http}}}
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{name: http, port: 80}, {port: 443}]}
//! ---
//! kind: Service
//! metadata: {name: alias}
//! spec: {type: ExternalName, externalName: example.com, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: later}
//! spec: {ports: [{port: "${PORT}"}]}
//! ---
//! apiVersion: extensions/v1beta1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   backend: {serviceName: web, servicePort: http}
//!   rules:
//!     - http:
//!         paths:
//!           - {backend: {serviceName: web, servicePort: 443}}
//!           - {backend: {serviceName: web, servicePort: "80"}}
//!           - {backend: {serviceName: alias, servicePort: 8443}}
//!           - {backend: {serviceName: later, servicePort: 8443}}
//!           - {backend: {serviceName: web, servicePort: "${PORT}"}}
//!           - {backend: {serviceName: web, servicePort: use-annotation}}
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["network-path-broken", "reference-near-miss"],
    refs: &[
        Peer("kube-linter:dangling-ingress"),
        Peer("popeye:POP-1402"),
        Peer("kube-score:ingress-targets-service"),
    ],
    run: Run::Links(&["networking.k8s.io/Ingress"], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(ingress, graph, Usual::Beside, |link| {
        link.relation == Relation::IngressBackend && link.is_part_missing()
    });
}

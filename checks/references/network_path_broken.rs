//! A route leads to no pod: the way from it breaks at some hop.
//!
//! From an Ingress or a route a request goes to a Service, by its port to the pods that the Service
//! selects, to the port of a container, and only to pods whose readiness probe lets it. Where one hop
//! does not meet the next, clients get 503, and every object looks right by itself.
//!
//! Mend the hop that the finding names.
//!
//! Hops: the Service is there and has the port; it selects a pod; a `targetPort` by name is declared
//! by a container; a readiness probe asks a port that its container has. What checks of a single hop
//! say of the same cause is folded into this finding. Nothing is said where a part of the way is not
//! in view: an alias, a Service without a selector, pods of an operator or a release, values that
//! are filled in later.
//!
//! ```yaml fail with=ingress-backend-service-not-found
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: app}]}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - {path: /, backend: {service: {name: web, port: {number: 80}}}}
//!           - {path: /api, backend: {service: {name: backend, port: {number: 80}}}}
//! #                                            ^^^^^^^^^^^^^ Ingress `web` sends to Service `backend`, which no file defines
//! ```
//!
//! The Service selects nothing, and its own finding is folded in:
//!
//! ```yaml fail with=service-selector-matches-nothing
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: website}, ports: [{port: 80}]}
//! ---
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: app}]}
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
//! #               ^^^^^^^^^ Ingress `web` sends to Service `web`, which selects no pod
//!                 port: {number: 80}
//! ```
//!
//! A port by a name that no container has, and a probe:
//!
//! ```yaml fail with=service-target-port-not-found
//! kind: Service
//! metadata: {name: api}
//! spec: {selector: {app: api}, ports: [{port: 80, targetPort: web}]}
//! ---
//! kind: Deployment
//! metadata: {name: api}
//! spec: {template: {metadata: {labels: {app: api}}, spec: {containers: [{name: app, ports: [{name: http, containerPort: 8080}]}]}}}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! metadata: {name: api}
//! spec: {rules: [{backendRefs: [{name: api, port: 80}]}]}
//! #                              ^^^^^^^^^ HTTPRoute `api` sends to Service `api`, which sends to port `web`, which no container of Deployment `api` has
//! ---
//! kind: Service
//! metadata: {name: shop}
//! spec: {selector: {app: shop}, ports: [{port: 80, targetPort: http}]}
//! ---
//! kind: Deployment
//! metadata: {name: shop}
//! spec:
//!   template:
//!     metadata: {labels: {app: shop}}
//!     spec:
//!       containers:
//!         - {name: app, ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {path: /, port: health}}}
//! ---
//! apiVersion: extensions/v1beta1
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {backend: {serviceName: shop, servicePort: 80}}
//! #                ^^^^^^^^^^^^^^^^^ Ingress `shop` sends to Service `shop`, which has pods that never become ready: the readiness probe of container `app` asks port `health`, which it does not have
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}, {port: 9090, targetPort: "${PORT}"}]}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - {name: app, ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {port: http}}}
//! ---
//! kind: Service
//! metadata: {name: alias}
//! spec: {type: ExternalName, externalName: example.com}
//! ---
//! kind: Service
//! metadata: {name: by-hand}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   defaultBackend: {service: {name: alias, port: {number: 443}}}
//!   rules:
//!     - http:
//!         paths:
//!           - {path: /, backend: {service: {name: web, port: {name: http}}}}
//!           - {path: /a, backend: {service: {name: by-hand, port: {number: 80}}}}
//!           - {path: /b, backend: {service: {name: web, port: {number: 9090}}}}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: frontend}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   defaultBackend:
//!     service:
//!       name: frontned
//! #     ^^^^^^^^^^^^^^ Ingress `web` sends to Service `frontned`, which no file defines; the nearest is `frontend`
//!       port: {number: 80}
//! ```
//!
//! ```yaml fixed
//! kind: Service
//! metadata: {name: frontend}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   defaultBackend:
//!     service:
//!       name: frontend
//!       port: {number: 80}
//! ```

use kubesift_engine::model::{Link, Relation};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(route: &Resource, graph: &Graph, out: &mut Out) {
    let leads_in = |link: &Link<'_>| {
        matches!(link.relation, Relation::IngressBackend | Relation::RouteBackend)
            && link.wanted.is("Service")
    };
    // What may live elsewhere is left to the check of that hop, which says so.
    out.dangling(route, graph, Usual::Elsewhere, leads_in);
    let mut seen = Vec::new();
    for link in graph.links().from(route).iter().filter(|link| leads_in(link)) {
        let Some(hop) = graph.broken_hop(link) else { continue };
        if seen.contains(&hop.cause) {
            continue;
        }
        let message = format!("sends to {}, which {}", link.wanted_in_words(), hop.words);
        out.report(link.at, message).note(hop.at, "the way breaks here").cause(hop.cause.clone());
        seen.push(hop.cause);
    }
}

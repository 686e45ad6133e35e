//! An Ingress sends to a Service that is not there.
//!
//! Requests for its host and path are answered with 503, or with the controller's default page.
//!
//! Correct the name of the backend; the Service must be in the Ingress's namespace.
//!
//! How much is said depends on how sure it is. In a namespace that the configuration declares
//! `complete` the Service is missing. Where something speaks for a mistake (a name one letter away,
//! a Service of that name in another namespace only, Services in the same folder), it most likely
//! is. Else the finding is a note. Nothing is said where a release or an operator in the namespace
//! may bring the Service, of actions of the AWS load balancer controller (`use-annotation`), and
//! where only a part of what is applied is known.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: frontend}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   defaultBackend: {service: {name: front-end-pages, port: {number: 80}}}
//! #                            ^^^^^^^^^^^^^^^^^^^^^ Ingress `web` sends to Service `front-end-pages`, which no file defines
//!   rules:
//!     - http:
//!         paths:
//!           - path: /
//!             backend:
//!               service:
//!                 name: frontned
//! #               ^^^^^^^^^^^^^^ Ingress `web` sends to Service `frontned`, which no file defines; the nearest is `frontend`
//!                 port: {number: 80}
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
//!   defaultBackend: {service: {name: front-end-pages, port: {number: 80}}}
//!   rules:
//!     - http:
//!         paths:
//!           - path: /
//!             backend:
//!               service:
//!                 name: frontend
//!                 port: {number: 80}
//! ```
//!
//! The old API, and the wrong namespace:
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {ports: [{port: 80}]}
//! ---
//! apiVersion: extensions/v1beta1
//! kind: Ingress
//! metadata: {name: web, namespace: edge}
//! spec:
//!   backend:
//!     serviceName: web
//! #   ^^^^^^^^^^^^^^^^ Ingress `web` sends to Service `web`, which is in namespace `shop` only
//!     servicePort: 80
//! ```
//!
//! Fields of an early version, which the stated one does not read:
//!
//! ```yaml fail
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - backend:
//!               serviceName: web
//! #             ^^^^^^^^^^^^^^^^ Ingress `web` sends to nothing: `serviceName` is a field of v1beta1, and v1 has `service.name`
//!               servicePort: 80
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{port: 80}]}
//! ```
//!
//! ```yaml pass complete=*
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: alias}
//! spec: {type: ExternalName, externalName: example.com}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! metadata: {name: function}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - {path: /, backend: {service: {name: web, port: {number: 80}}}}
//!           - {path: /a, backend: {service: {name: alias, port: {number: 443}}}}
//!           - {path: /b, backend: {service: {name: ssl-redirect, port: {name: use-annotation}}}}
//!           - {path: /c, backend: {service: {name: "${SERVICE}", port: {number: 80}}}}
//!           - {path: /d, backend: {service: {name: function, port: {number: 80}}}}
//!           - {path: /e, backend: {resource: {apiGroup: example.com, kind: Bucket, name: pages}}}
//! ```
//!
//! ```yaml pass
//! apiVersion: helm.toolkit.fluxcd.io/v2
//! kind: HelmRelease
//! metadata: {name: shop, namespace: shop}
//! ---
//! kind: Ingress
//! metadata: {name: web, namespace: shop}
//! spec: {defaultBackend: {service: {name: frontend, port: {number: 80}}}}
//! ```

use kubesift_engine::model::{Relation, ingress_backend_nodes};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["network-path-broken", "reference-near-miss", "reference-wrong-namespace"],
    refs: &[
        Peer("kube-linter:dangling-ingress"),
        Peer("kube-score:ingress-targets-service"),
        Peer("kubescape:C-0298"),
        Peer("popeye:POP-1401"),
        Peer("monokle:LNK001"),
    ],
    run: Run::Links(&["networking.k8s.io/Ingress"], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    if *ingress.kind.version == *"v1" {
        early_fields(ingress, out);
    }
    out.dangling(ingress, graph, Usual::Beside, |link| {
        link.relation == Relation::IngressBackend && !link.is_part_missing()
    });
}

/// `serviceName` is how v1beta1 wrote it; v1 reads `service.name` and finds no backend.
fn early_fields(ingress: &Resource, out: &mut Out) {
    for backend in ingress_backend_nodes(ingress) {
        let named = backend.get("service").or(backend.get("resource")).is_some();
        let Some(early) = backend.get("serviceName").filter(|_| !named) else { continue };
        out.report(
            early,
            "sends to nothing: `serviceName` is a field of v1beta1, and v1 has `service.name`",
        );
    }
}

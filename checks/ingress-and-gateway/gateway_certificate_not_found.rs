//! A Gateway or a route serves TLS with a Secret that is not there.
//!
//! A listener whose certificate is not found is not programmed (`ResolvedRefs: False`), and its
//! hosts do not answer.
//!
//! Correct `certificateRefs`, or add a Certificate that makes the Secret.
//!
//! Certificates are often put into a cluster by other means, so one that is not found is reported
//! only where something speaks for a mistake: see `ingress-tls-secret-not-found`. A reference into
//! another namespace that no ReferenceGrant allows is the matter of
//! `gateway-reference-grant-missing`.
//!
//! ```yaml fail complete=edge
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public, namespace: edge}
//! spec:
//!   listeners:
//!     - name: https
//!       tls:
//!         certificateRefs:
//!           - name: wildcard
//! #           ^^^^^^^^^^^^^^ Gateway `public` serves TLS with Secret `wildcard`, which no file defines
//! ```
//!
//! ```yaml pass complete=*
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public, namespace: edge}
//! spec:
//!   listeners:
//!     - {name: a, tls: {certificateRefs: [{name: wildcard}]}}
//!     - {name: b, tls: {certificateRefs: [{name: shared, namespace: certs}]}}
//!     - {name: c, tls: {certificateRefs: [{name: "${CERTIFICATE}"}]}}
//! ---
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! metadata: {name: shared, namespace: certs}
//! spec: {secretName: shared, issuerRef: {name: acme, kind: ClusterIssuer}}
//! ---
//! kind: Secret
//! metadata: {name: wildcard, namespace: edge}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: automatic, namespace: edge, annotations: {cert-manager.io/issuer: acme}}
//! spec: {listeners: [{name: https, tls: {certificateRefs: [{name: made}]}}]}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: wildcard, namespace: edge}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public, namespace: edge}
//! spec:
//!   listeners:
//!     - tls:
//!         certificateRefs:
//!           - name: wildcrad
//! #           ^^^^^^^^^^^^^^ Gateway `public` serves TLS with Secret `wildcrad`, which no file defines; the nearest is `wildcard`
//! ```
//!
//! ```yaml fixed
//! kind: Secret
//! metadata: {name: wildcard, namespace: edge}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public, namespace: edge}
//! spec:
//!   listeners:
//!     - tls:
//!         certificateRefs:
//!           - name: wildcard
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("monokle:LNK001")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| link.relation == Relation::Certificate);
}

//! An Ingress serves TLS with a Secret that is not there.
//!
//! Controllers then serve a certificate of their own making, which no client trusts, or no TLS for
//! the host at all.
//!
//! Correct `secretName`, add a Certificate that makes the Secret, or the annotation that has
//! cert-manager make one.
//!
//! Certificates are often put into a cluster by other means, so a Secret that is not found is
//! reported only where something speaks for a mistake: a name that is one letter away, a Secret of
//! that name in another namespace only, or a namespace that the configuration declares `complete`.
//! A run that names this check reports all.
//!
//! ```yaml fail complete=shop
//! kind: Ingress
//! metadata: {name: web, namespace: shop}
//! spec:
//!   tls:
//!     - hosts: [shop.example.com]
//!       secretName: shop-certificate
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `web` serves TLS with Secret `shop-certificate`, which no file defines
//! ```
//!
//! ```yaml pass complete=shop
//! kind: Ingress
//! metadata: {name: annotated, namespace: shop, annotations: {cert-manager.io/cluster-issuer: acme}}
//! spec: {tls: [{hosts: [a.example.com], secretName: a-tls}]}
//! ---
//! kind: Ingress
//! metadata: {name: certified, namespace: shop}
//! spec: {tls: [{hosts: [b.example.com], secretName: b-tls}, {hosts: [c.example.com]}, {secretName: "${TLS}"}]}
//! ---
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! metadata: {name: b, namespace: shop}
//! spec: {secretName: b-tls, issuerRef: {name: acme, kind: ClusterIssuer}}
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: web}
//! spec: {tls: [{secretName: by-other-means}]}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! apiVersion: bitnami.com/v1alpha1
//! kind: SealedSecret
//! metadata: {name: other}
//! ---
//! kind: Secret
//! metadata: {name: shop-certificate}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   tls:
//!     - secretName: shop-certifcate
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `web` serves TLS with Secret `shop-certifcate`, which no file defines; the nearest is `shop-certificate`
//! ```
//!
//! ```yaml fixed
//! apiVersion: bitnami.com/v1alpha1
//! kind: SealedSecret
//! metadata: {name: other}
//! ---
//! kind: Secret
//! metadata: {name: shop-certificate}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   tls:
//!     - secretName: shop-certificate
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("monokle:LNK001"), Peer("popeye:POP-407")],
    run: Run::Links(&["networking.k8s.io/Ingress"], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(ingress, graph, Usual::Elsewhere, |link| link.relation == Relation::IngressTls);
}

//! Nothing refers to an object that serves by being referred to.
//!
//! A class, a store, an issuer or credentials for a scaler do nothing by themselves. One that
//! nothing refers to is left over, or the other half of a name that was mistyped.
//!
//! Remove it, or refer to it.
//!
//! This is for a look over a repository: it runs when it is asked for. ConfigMaps, Secrets and
//! claims have checks of their own. A class that is the default, and a store or an issuer of the
//! whole cluster, may serve other repositories.
//!
//! ```yaml fail
//! apiVersion: cert-manager.io/v1
//! kind: Issuer
//! metadata:
//!   name: old
//! # ^^^^^^^^^ Issuer `old` is used by nothing
//! ---
//! apiVersion: scheduling.k8s.io/v1
//! kind: PriorityClass
//! metadata: {name: urgent}
//! #          ^^^^^^^^^^^^ PriorityClass `urgent` is used by nothing
//! ```
//!
//! ```yaml pass
//! apiVersion: cert-manager.io/v1
//! kind: Issuer
//! metadata: {name: acme}
//! ---
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! metadata: {name: web}
//! spec: {secretName: web, issuerRef: {name: acme}}
//! ---
//! apiVersion: scheduling.k8s.io/v1
//! kind: PriorityClass
//! metadata: {name: normal}
//! globalDefault: true
//! ---
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata: {name: standard, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: IngressClass
//! metadata: {name: nginx}
//! ---
//! kind: Ingress
//! metadata: {name: web, annotations: {kubernetes.io/ingress.class: nginx}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.0,
    confidence: Confidence::Low,
    profiles: &[],
    yields_to: &["config-map-unused", "secret-unused", "pvc-unused"],
    refs: &[Peer("popeye:POP-400")],
    run: Run::Links(
        &[
            "cert-manager.io/Issuer",
            "external-secrets.io/SecretStore",
            "gateway.networking.k8s.io/GatewayClass",
            "keda.sh/TriggerAuthentication",
            "networking.k8s.io/IngressClass",
            "node.k8s.io/RuntimeClass",
            "scheduling.k8s.io/PriorityClass",
            "secrets-store.csi.x-k8s.io/SecretProviderClass",
            "storage.k8s.io/StorageClass",
            "traefik.containo.us/Middleware",
            "traefik.io/Middleware",
        ],
        run,
    ),
    ..Check::DEFAULT
};

fn run(object: &Resource, graph: &Graph, out: &mut Out) {
    let links = graph.links();
    if object.name.is_none() || is_default(object) {
        return;
    }
    if links.may_be_used_unseen(object) && !out.is_asked() || links.is_used(object) {
        return;
    }
    out.report(object.field("metadata.name"), "is used by nothing");
}

/// A class that holds where none is stated.
fn is_default(object: &Resource) -> bool {
    let annotations = object.field("metadata.annotations").node();
    let mut keys = annotations.into_iter().flat_map(|node| node.entries().map(|(key, _)| key));
    object.field("globalDefault").is_true() || keys.any(|key| key.contains("default-class"))
}

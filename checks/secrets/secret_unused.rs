//! Nothing refers to a Secret.
//!
//! A secret that nobody reads can still be stolen, and whoever rotates it cannot tell what depends
//! on it.
//!
//! Remove it, or refer to it.
//!
//! What counts as used is as for ConfigMaps: see `config-map-unused`. Nothing is said of the tokens
//! of accounts and nodes, of Helm's own records, and of Secrets of a type or with a mark by which
//! something finds them.
//!
//! ```yaml fail
//! kind: Secret
//! metadata:
//!   name: old-login
//! # ^^^^^^^^^^^^^^^ Secret `old-login` is used by nothing
//! type: Opaque
//! ---
//! kind: ServiceAccount
//! metadata: {name: old-login}
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: login}
//! ---
//! kind: Secret
//! metadata: {name: registry}
//! type: kubernetes.io/dockerconfigjson
//! ---
//! kind: Secret
//! metadata: {name: tls}
//! type: kubernetes.io/tls
//! ---
//! kind: Secret
//! metadata: {name: web-token, annotations: {kubernetes.io/service-account.name: web}}
//! type: kubernetes.io/service-account-token
//! ---
//! kind: Secret
//! metadata: {name: repository, labels: {argocd.argoproj.io/secret-type: repository}}
//! ---
//! kind: ServiceAccount
//! metadata: {name: web}
//! imagePullSecrets: [{name: registry}]
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec: {tls: [{secretName: tls}]}
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: SecretStore
//! metadata: {name: vault}
//! spec: {provider: {vault: {auth: {tokenSecretRef: {name: login, key: token}}}}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    confidence: Confidence::Low,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("popeye:POP-400"), Peer("popeye:POP-401")],
    run: Run::Links(&["Secret"], run),
    ..Check::DEFAULT
};

/// Types of Secrets that are read by those who refer to them; others are found by their type.
const REFERRED_TO: [&str; 6] = [
    "Opaque",
    "kubernetes.io/basic-auth",
    "kubernetes.io/dockercfg",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/ssh-auth",
    "kubernetes.io/tls",
];

fn run(secret: &Resource, graph: &Graph, out: &mut Out) {
    let links = graph.links();
    let found_by_type = secret.field("type").str().is_some_and(|kind| !REFERRED_TO.contains(&kind));
    if found_by_type || secret.name.is_none() {
        return;
    }
    if links.may_be_used_unseen(secret) && !out.is_asked() || links.is_used(secret) {
        return;
    }
    out.report(secret.field("metadata.name"), "is used by nothing");
}

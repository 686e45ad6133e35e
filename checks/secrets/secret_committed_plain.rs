//! A Secret with its values is committed in plain text.
//!
//! base64 is no protection. Whoever can read the repository, its history or a build log has the
//! values, and they stay valid until somebody changes them where they are used.
//!
//! Change the values, then commit them encrypted (SOPS, a SealedSecret), or commit only where they
//! come from (an ExternalSecret, a SecretProviderClass, a secretGenerator with a file outside the
//! repository).
//!
//! One finding for each Secret. Not counted: empty values, placeholders, values filled in later
//! (`${VAR}`, `{{ … }}`, references to a vault), certificates and public keys. A Secret whose values
//! do not look secret (addresses, names, settings) counts as low.
//!
//! ```yaml fail
//! kind: Secret
//! metadata:
//!   name: db
//! stringData:
//!   user: shop
//!   password: admin123
//! # ^^^^^^^^ Secret `db` holds 2 values in plain text: `user`, `password`
//! ```
//!
//! base64 hides nothing; a value with a known format is named:
//!
//! ```yaml fail
//! kind: Secret
//! metadata:
//!   name: deploy
//! data:
//!   token: Z2hwX0E3ZktxMlJ0OVhiWmM0TG1QdzhFajZZczNVaE5vMUdpRDVWMA==
//! # ^^^^^ Secret `deploy` holds a value in plain text: `token` (GitHub token)
//! ---
//! apiVersion: v1
//! kind: Secret
//! metadata:
//!   name: registry
//! type: kubernetes.io/dockerconfigjson
//! stringData:
//!   .dockerconfigjson: |
//! # ^^^^^^^^^^^^^^^^^ Secret `registry` holds a value in plain text: `.dockerconfigjson` (registry login)
//!     {"auths": {"ghcr.io": {"auth": "Ym90OmhVbnRlcjItaHVudGVyMg=="}}}
//! ```
//!
//! What does not look secret:
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: address}
//! stringData: {host: db.shop.svc, port: "5432"}
//! #            ^^^^ Secret `address` holds 2 values in plain text that do not look secret: `host`, `port`
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: filled-at-run-time}
//! type: Opaque
//! ---
//! kind: Secret
//! metadata:
//!   name: account-token
//!   annotations: {kubernetes.io/service-account.name: build}
//! type: kubernetes.io/service-account-token
//! ---
//! kind: Secret
//! metadata: {name: later}
//! data: {password: ""}
//! stringData:
//!   password: ${DB_PASSWORD}
//!   token: "{{ .token }}"
//!   vault: vault:secret/data/db#password
//!   credentials: |
//!     [default]
//!     aws_secret_access_key=${AWS_SECRET_ACCESS_KEY}
//! ---
//! kind: Secret
//! metadata: {name: template}
//! stringData:
//!   password: <your password>
//!   token: CHANGEME
//!   session_secret: change me
//!   key: UPDATE_AWS_SECRET_ACCESS_KEY
//!   sshPrivateKey: |
//!     -----BEGIN OPENSSH PRIVATE KEY-----
//!     ...
//!     -----END OPENSSH PRIVATE KEY-----
//! ---
//! kind: Secret
//! metadata: {name: ca}
//! stringData:
//!   ca.crt: |
//!     -----BEGIN CERTIFICATE-----
//!     MIIBszCCAVmgAwIBAgIUQm9ndXMgY2VydGlmaWNhdGUgZm9yIHRlc3RzMAoGCCqG
//!     -----END CERTIFICATE-----
//! ---
//! apiVersion: v1
//! kind: Secret
//! metadata: {name: encrypted}
//! stringData: {password: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]", user: shop}
//! sops: {mac: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]"}
//! ---
//! apiVersion: bitnami.com/v1alpha1
//! kind: SealedSecret
//! metadata: {name: sealed}
//! spec: {encryptedData: {password: AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq}}
//! ```
//!
//! A public repository that Argo CD is told of must be a Secret:
//!
//! ```yaml pass
//! kind: Secret
//! metadata:
//!   name: charts
//!   labels: {argocd.argoproj.io/secret-type: repository}
//! stringData: {type: git, url: https://github.com/argoproj/argocd-example-apps}
//! ```

use kubesift_engine::model::{Content, Nature, decode_base64, known_node, secret_content};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    refs: &[
        Cwe(312),
        Peer("kics:b9c83569"),
        Peer("semgrep:secrets-in-config-file"),
        Peer("kyverno:no-secrets"),
    ],
    run: Run::Resource(&["Secret"], run),
    ..Check::DEFAULT
};

struct Held<'a> {
    key: &'a str,
    node: Node<'a>,
    content: Content,
}

fn run(secret: &Resource, out: &mut Out) {
    if secret.encrypted {
        return;
    }
    let held = held(secret);
    let rank = |content: Content| match content {
        Content::Credential(_) => 2,
        Content::Opaque => 1,
        _ => 0,
    };
    let strongest = held.iter().map(|one| rank(one.content)).max();
    let Some(strongest) = strongest else { return };
    if strongest == 0 && secret.label("argocd.argoproj.io/secret-type").is_some() {
        return;
    }
    let Some(first) = held.iter().find(|one| rank(one.content) == strongest) else { return };
    let at = match first.node.key_span() {
        Some(key) => At::Part(first.node, key),
        None => At::Node(first.node),
    };
    let cause = format!("plain values in Secret {}", secret.id.0);
    let draft = out.report(at, message(&held, strongest == 0)).cause(cause);
    match strongest {
        0 => draft.severity(Low).confidence(Confidence::Low),
        1 => draft.confidence(Confidence::Medium),
        _ => draft,
    };
}

/// The values that are in plain text.
fn held(secret: &Resource) -> Vec<Held<'_>> {
    let mut held: Vec<Held<'_>> = Vec::new();
    for (field, encoded) in [("data", true), ("stringData", false)] {
        for (key, node) in secret.node().get(field).into_iter().flat_map(Node::entries) {
            let Some(text) = node.text() else { continue };
            let decoded = encoded.then(|| decode_base64(text)).flatten();
            let content = match decoded.map(String::from_utf8) {
                _ if is_computed(node, text) => continue,
                Some(Ok(decoded)) => secret_content(key, &decoded),
                Some(Err(_)) => Content::Opaque,
                None => secret_content(key, text),
            };
            let counts =
                matches!(content, Content::Plain | Content::Opaque | Content::Credential(_));
            held.retain(|one| one.key != key);
            if counts {
                held.push(Held { key, node, content });
            }
        }
    }
    held
}

/// A comment beside a value may compute it.
fn is_computed(node: Node<'_>, text: &str) -> bool {
    let literal = kubesift_engine::model::known(text).is_literal();
    literal && !known_node(node).is_literal()
}

/// More names than these are counted only.
const NAMES: usize = 5;

fn message(held: &[Held<'_>], harmless: bool) -> String {
    let word = |one: &Held<'_>| match one.content {
        Content::Credential(Nature::Format(format)) => format!("`{}` ({format})", one.key),
        _ => format!("`{}`", one.key),
    };
    let mut names: Vec<String> = held.iter().take(NAMES).map(word).collect();
    let count = match held.len() {
        1 => "a value in plain text".to_owned(),
        count => format!("{count} values in plain text"),
    };
    let nature = match (harmless, held.len()) {
        (false, _) => "",
        (true, 1) => " that does not look secret",
        (true, _) => " that do not look secret",
    };
    if held.len() > NAMES {
        names.push(format!("and {} more", held.len() - NAMES));
    }
    format!("holds {count}{nature}: {}", names.join(", "))
}

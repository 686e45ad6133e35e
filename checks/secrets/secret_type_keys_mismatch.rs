//! A Secret does not hold what its type asks for.
//!
//! The API server refuses a Secret that lacks the keys of its type, and whoever uses one whose
//! content has another form fails at run time: an ingress without a certificate, a pull without a
//! login.
//!
//! Add the keys (`tls.crt` and `tls.key`, `.dockerconfigjson`, `ssh-privatekey`, …), or change the
//! type to `Opaque`.
//!
//! Values that are encrypted or filled in later, and empty ones that something fills in, are taken
//! as they should be.
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: web}
//! type: kubernetes.io/tls
//! #^^^^^^^^^^^^^^^^^^^^^^ Secret `web` is of type kubernetes.io/tls but has no `tls.key`
//! data: {tls.crt: "", cert: ""}
//! ---
//! kind: Secret
//! metadata: {name: old-names}
//! type: kubernetes.io/tls
//! #^^^^^^^^^^^^^^^^^^^^^^ Secret `old-names` is of type kubernetes.io/tls but has neither `tls.crt` nor `tls.key`
//! data: {cert: "", key: ""}
//! ---
//! kind: Secret
//! metadata: {name: pair}
//! type: kubernetes.io/tls
//! stringData:
//!   tls.crt: |
//! # ^^^^^^^ Secret `pair` has no PEM certificate under `tls.crt`
//!     -----BEGIN PRIVATE KEY-----
//!     MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7
//!     -----END PRIVATE KEY-----
//!   tls.key: |
//! # ^^^^^^^ Secret `pair` has no PEM private key under `tls.key`
//!     -----BEGIN CERTIFICATE-----
//!     MIIBszCCAVmgAwIBAgIUQm9ndXMgY2VydGlmaWNhdGUgZm9yIHRlc3RzMAoGCCqG
//!     -----END CERTIFICATE-----
//! ---
//! kind: Secret
//! metadata: {name: registry}
//! type: kubernetes.io/dockerconfigjson
//! stringData:
//!   .dockerconfigjson: '{"ghcr.io": {"auth": "eDp5"}}'
//! # ^^^^^^^^^^^^^^^^^ Secret `registry` has no JSON with `auths` under `.dockerconfigjson`
//! ---
//! kind: Secret
//! metadata: {name: login}
//! type: kubernetes.io/basic-auth
//! #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Secret `login` is of type kubernetes.io/basic-auth but has neither `username` nor `password`
//! stringData: {user: admin}
//! ---
//! kind: Secret
//! metadata: {name: deploy}
//! type: kubernetes.io/ssh-auth
//! #^^^^^^^^^^^^^^^^^^^^^^^^^^^ Secret `deploy` is of type kubernetes.io/ssh-auth but has no `ssh-privatekey`
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: filled-in-by-an-operator}
//! type: kubernetes.io/tls
//! data: {tls.crt: "", tls.key: ""}
//! ---
//! kind: Secret
//! metadata: {name: later}
//! type: kubernetes.io/tls
//! stringData: {tls.crt: "${CERT}", tls.key: "{{ .key }}"}
//! ---
//! kind: Secret
//! metadata: {name: templated}
//! type: kubernetes.io/tls
//! data: "${DATA}"
//! ---
//! kind: Secret
//! metadata: {name: encrypted}
//! type: kubernetes.io/dockerconfigjson
//! data: {.dockerconfigjson: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]"}
//! sops: {mac: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]"}
//! ---
//! kind: Secret
//! metadata: {name: registry}
//! type: kubernetes.io/dockerconfigjson
//! data: {.dockerconfigjson: eyJhdXRocyI6IHt9fQ==}
//! ---
//! kind: Secret
//! metadata: {name: empty}
//! type: kubernetes.io/dockerconfigjson
//! stringData: {.dockerconfigjson: "{}"}
//! ---
//! kind: Secret
//! metadata: {name: template}
//! type: kubernetes.io/dockerconfigjson
//! stringData:
//!   .dockerconfigjson: |
//!     {"auths": {{ toJson .auths }}}
//! ---
//! kind: Secret
//! metadata: {name: placeholder}
//! type: kubernetes.io/dockerconfigjson
//! data: {.dockerconfigjson: <base64 of your config>}
//! ---
//! kind: Secret
//! metadata: {name: login}
//! type: kubernetes.io/basic-auth
//! stringData: {password: "${PASSWORD}"}
//! ---
//! kind: Secret
//! metadata: {name: chain}
//! type: kubernetes.io/tls
//! stringData: {tls.crt: "-----BEGIN CERTIFICATE-----\nMIIB", tls.key: "-----BEGIN EC PRIVATE KEY-----\nMHcC", ca.crt: x}
//! ---
//! kind: Secret
//! metadata: {name: own}
//! type: example.com/own
//! ```

use kubesift_engine::model::{is_unknown, known_node, secret_text};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    refs: &[
        Url("https://kubernetes.io/docs/concepts/configuration/secret/#secret-types"),
        Peer("istio-analyze:IST0161"),
    ],
    run: Run::Resource(&["Secret"], run),
    ..Check::DEFAULT
};

/// Form of a value.
#[derive(Clone, Copy)]
enum Form {
    Certificate,
    PrivateKey,
    /// JSON, with this key at its top if one is given.
    Json(&'static str),
    Any,
}

/// Types and the keys that each of them must have.
const TYPES: [(&str, &[(&str, Form)]); 4] = [
    ("kubernetes.io/tls", &[("tls.crt", Form::Certificate), ("tls.key", Form::PrivateKey)]),
    ("kubernetes.io/dockerconfigjson", &[(".dockerconfigjson", Form::Json("auths"))]),
    ("kubernetes.io/dockercfg", &[(".dockercfg", Form::Json(""))]),
    ("kubernetes.io/ssh-auth", &[("ssh-privatekey", Form::Any)]),
];

fn run(secret: &Resource, out: &mut Out) {
    let field = secret.field("type");
    let Some(kind) = field.str().filter(|_| !secret.encrypted && is_open(secret)) else { return };
    if kind == "kubernetes.io/basic-auth" {
        if value(secret, "username").is_none() && value(secret, "password").is_none() {
            let message = format!("is of type {kind} but has neither `username` nor `password`");
            out.report(field, message);
        }
        return;
    }
    let Some((_, keys)) = TYPES.iter().find(|row| row.0 == kind) else { return };
    let missing: Vec<String> = keys
        .iter()
        .filter(|(key, _)| value(secret, key).is_none())
        .map(|(key, _)| format!("`{key}`"))
        .collect();
    match missing.as_slice() {
        [] => {}
        [one] => {
            out.report(field, format!("is of type {kind} but has no {one}"));
        }
        all => {
            let names = all.join(" nor ");
            out.report(field, format!("is of type {kind} but has neither {names}"));
        }
    }
    for (key, form) in *keys {
        let Some(node) = value(secret, key) else { continue };
        if let Some(lacks) = lacks(secret, key, *form) {
            let at = At::from((node, node.key_span()));
            out.report(at, format!("has no {lacks} under `{key}`"));
        }
    }
}

/// True when both maps show all of their keys.
fn is_open(secret: &Resource) -> bool {
    ["data", "stringData"].into_iter().filter_map(|part| secret.node().get(part)).all(|data| {
        let keys = data.entries().all(|(key, _)| !is_unknown(key));
        (data.is_map() || data.is_null()) && known_node(data).is_literal() && keys
    })
}

fn value<'a>(secret: &'a Resource, key: &str) -> Option<Node<'a>> {
    ["stringData", "data"].into_iter().find_map(|part| secret.node().get(part)?.get(key))
}

/// What a value should be and is not; none when it is, or when nobody knows.
fn lacks(secret: &Resource, key: &str, form: Form) -> Option<&'static str> {
    let text = secret_text(secret, key)?;
    // Longer texts are not looked at for placeholders as a whole.
    let open = ["{{", "${", "<", "$("].iter().any(|mark| text.contains(mark));
    if text.trim().is_empty() || open || text.lines().any(is_unknown) {
        return None;
    }
    match form {
        Form::Certificate => (!text.contains("-----BEGIN ") || !text.contains("CERTIFICATE-----"))
            .then_some("PEM certificate"),
        Form::PrivateKey => (!text.contains("-----BEGIN ") || !text.contains("PRIVATE KEY-----"))
            .then_some("PEM private key"),
        Form::Json("") => top(&text).is_none().then_some("JSON"),
        Form::Json(wanted) => {
            let keys = top(&text);
            // `{}` waits for somebody to fill it in.
            let has =
                keys.is_some_and(|keys| keys.is_empty() || keys.iter().any(|key| key == wanted));
            (!has).then_some("JSON with `auths`")
        }
        Form::Any => None,
    }
}

/// The keys of a JSON object; none for another text.
fn top(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if !text.starts_with('{') || !text.ends_with('}') {
        return None;
    }
    kubesift_engine::model::json_keys(text)
}

//! An annotation or a label holds a credential.
//!
//! Annotations and labels are shown to everyone who may read the object, copied to metrics and
//! inventories, and kept in logs. `kubectl apply` writes a copy of the whole object into one: of a
//! Secret, with its values.
//!
//! Put the value into a Secret and name the Secret. Remove
//! `kubectl.kubernetes.io/last-applied-configuration` from manifests that were exported from a
//! cluster.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     auth.shop.dev/api-token: f3b1c29e7d504a86b2e9d0c14a7f6358
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` holds a credential in plain text in the annotation `auth.shop.dev/api-token`
//! ---
//! kind: Secret
//! metadata:
//!   name: db
//!   annotations:
//!     kubectl.kubernetes.io/last-applied-configuration: |
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Secret `db` holds a copy of its values in the annotation `kubectl.kubernetes.io/last-applied-configuration`
//!       {"apiVersion":"v1","data":{"password":"aHVudGVyMg=="},"kind":"Secret"}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata:
//!       labels: {app: web}
//!       annotations:
//!         sidecar.shop.dev/config: '{"user": "shop", "password": "letmein99"}'
//! #                                                               ^^^^^^^^^ Deployment `web` holds a credential in plain text in the annotation `sidecar.shop.dev/config`
//!     spec: {containers: []}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata:
//!   name: web
//!   labels: {app.kubernetes.io/name: token-service, secret-type: repository}
//!   annotations:
//!     checksum/secret: 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
//!     nginx.ingress.kubernetes.io/auth-secret: basic-auth
//!     vault.hashicorp.com/agent-inject-secret-db: secret/data/db
//!     vault.hashicorp.com/agent-inject-token: "true"
//!     argocd-image-updater.argoproj.io/app.pull-secret: secret:argocd/registry#token
//!     secret.reloader.stakater.com/reload: db-password,api-token
//!     example.dev/token: ${TOKEN}
//! spec:
//!   template:
//!     spec: {containers: []}
//! ---
//! kind: Secret
//! metadata:
//!   name: empty
//!   annotations:
//!     kubectl.kubernetes.io/last-applied-configuration: |
//!       {"apiVersion":"v1","kind":"Secret","metadata":{"name":"empty"},"type":"Opaque"}
//! ```

use kubesift_engine::model::{
    Credential, Nature, credential_place, credentials, indefinite, leading_credential,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    refs: &[Cwe(312)],
    yields_to: &["secret-known-token-format"],
    run: Run::Resource(&["*"], run),
    ..Check::DEFAULT
};

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn run(resource: &Resource, out: &mut Out) {
    if resource.encrypted {
        return;
    }
    let pod = Pod::of(resource).map(|pod| pod.template).filter(|node| *node != resource.node());
    for owner in [Some(resource.node()), pod].into_iter().flatten() {
        for (path, word) in [("metadata.annotations", "annotation"), ("metadata.labels", "label")] {
            for (key, node) in owner.at(path).into_iter().flat_map(Node::entries) {
                judge(resource, key, node, word, out);
            }
        }
    }
}

fn judge(resource: &Resource, key: &str, node: Node<'_>, word: &str, out: &mut Out) {
    let Some(text) = node.text() else { return };
    if key == LAST_APPLIED && resource.is("Secret") {
        if holds_data(text) {
            out.report(node, format!("holds a copy of its values in the annotation `{key}`"));
        }
        return;
    }
    let name = key.rsplit('/').next().unwrap_or(key);
    if key.starts_with("checksum/") {
        return;
    }
    if let Some(found) = leading_credential(credentials(name, text)) {
        report(out, node, &format!("the {word} `{key}`"), &found);
    }
}

/// True for the JSON of a Secret with values.
fn holds_data(json: &str) -> bool {
    ["\"data\"", "\"stringData\""].iter().any(|field| {
        let rest = json.split_once(field).map(|(_, rest)| rest.trim_start());
        let map = rest.and_then(|rest| rest.strip_prefix(':')).map(str::trim_start);
        let inner = map.and_then(|map| map.strip_prefix('{')).map(str::trim_start);
        inner.is_some_and(|inner| inner.starts_with('"'))
    })
}

fn report(out: &mut Out, node: Node<'_>, place: &str, found: &Credential<'_>) {
    let at = credential_place(node, found).map_or(At::Node(node), |span| At::Part(node, span));
    let what = match found.nature {
        Nature::Format(format) => indefinite(format),
        _ => "a credential".to_owned(),
    };
    let draft = out.report(at, format!("holds {what} in plain text in {place}"));
    if found.nature == Nature::Chosen {
        draft.confidence(Confidence::Medium);
    }
}

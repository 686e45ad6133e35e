//! A kubeconfig with its credentials is committed.
//!
//! A token, a client key or a password in a kubeconfig gives whoever reads the file the rights of
//! its user in the cluster. Client certificates cannot be revoked before they end.
//!
//! Replace the credentials in the cluster, then commit a kubeconfig without them: `exec` with the
//! cloud's own login, a `tokenFile`, or files outside the repository.
//!
//! A kubeconfig inside a ConfigMap counts as well; one in a Secret is told by the check for Secrets.
//!
//! ```yaml fail
//! kind: Config
//! clusters:
//!   - name: prod
//!     cluster: {server: https://prod.shop.dev:6443}
//! users:
//!   - name: admin
//!     user:
//!       token: k7Qm2vX9tLbR4nWz8pYs3cJd
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ user `admin` of the kubeconfig has a `token` in plain text
//!   - name: legacy
//!     user: {username: root, password: letmein99}
//! #                          ^^^^^^^^^^^^^^^^^^^ user `legacy` of the kubeconfig has a `password` in plain text
//! ---
//! kind: ConfigMap
//! metadata: {name: remote}
//! data:
//!   kubeconfig: |
//!     apiVersion: v1
//!     kind: Config
//!     users:
//!       - name: ci
//!         user:
//!           token: k7Qm2vX9tLbR4nWz8pYs3cJd
//! #                ^^^^^^^^^^^^^^^^^^^^^^^^ the kubeconfig in ConfigMap `remote` has a `token` in plain text
//! ```
//!
//! ```yaml pass
//! kind: Config
//! clusters:
//!   - name: prod
//!     cluster: {server: https://prod.shop.dev:6443, certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t}
//! users:
//!   - name: cloud
//!     user:
//!       exec: {command: aws, args: [eks, get-token]}
//!   - name: pod
//!     user: {tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token}
//!   - name: files
//!     user: {client-key: /etc/kubernetes/pki/admin.key}
//!   - name: later
//!     user: {token: "${TOKEN}", password: <password>}
//!   - name: redacted
//!     user: {client-key-data: DATA+OMITTED, token: REDACTED}
//! ---
//! kind: ConfigMap
//! metadata: {name: in-cluster}
//! data:
//!   kubeconfig: |
//!     apiVersion: v1
//!     kind: Config
//!     users:
//!       - name: ci
//!         user:
//!           tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
//! ```

use kubesift_engine::model::{
    Content, Credential, Nature, credential_place, credentials, secret_content,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    refs: &[Cwe(312)],
    run: Run::Resource(&["Config", "ConfigMap"], run),
    ..Check::DEFAULT
};

/// Fields of a user that are a credential, and those of an `auth-provider`.
const FIELDS: [&str; 3] = ["token", "password", "client-key-data"];
const PROVIDER: [&str; 4] = ["access-token", "id-token", "refresh-token", "client-secret"];

fn run(resource: &Resource, out: &mut Out) {
    if resource.encrypted {
        return;
    }
    if resource.is("ConfigMap") {
        for (key, node) in resource.node().get("data").into_iter().flat_map(Node::entries) {
            embedded(resource, key, node, out);
        }
        return;
    }
    for item in resource.field("users").items() {
        let name = item.get("name").and_then(Node::text).unwrap_or("(no name)");
        let Some(user) = item.get("user") else { continue };
        let provider = user.at("auth-provider.config");
        let own = FIELDS.iter().filter_map(|key| user.get(key));
        let theirs = PROVIDER.iter().filter_map(|key| provider?.get(key));
        for node in own.chain(theirs) {
            let key = node.key().unwrap_or_default();
            if is_credential(key, node.text().unwrap_or_default()) {
                let words = format!("user `{name}` of the kubeconfig has a `{key}` in plain text");
                out.say(node, words);
            }
        }
    }
}

fn is_credential(key: &str, text: &str) -> bool {
    let content = secret_content(key, text);
    let omitted = text == "DATA+OMITTED" || text == "REDACTED";
    !omitted && matches!(content, Content::Credential(_) | Content::Opaque)
}

fn embedded(map: &Resource, key: &str, node: Node<'_>, out: &mut Out) {
    let Some(text) = node.text() else { return };
    if !text.contains("kind: Config\n") && !text.contains("\"kind\": \"Config\"") {
        return;
    }
    if !text.contains("users") {
        return;
    }
    let of_user = |found: &&Credential<'_>| {
        found.key.is_none_or(|key| FIELDS.contains(&key) || PROVIDER.contains(&key))
    };
    for found in credentials(key, text).iter().filter(of_user) {
        let what = match (found.key, found.nature) {
            (Some(key), _) => format!("a `{key}`"),
            (None, Nature::Format(format)) => format!("a {format}"),
            _ => continue,
        };
        let at = credential_place(node, found).map_or(At::Node(node), |span| At::Part(node, span));
        let name = map.name.as_deref().unwrap_or("(no name)");
        out.say(at, format!("the kubeconfig in ConfigMap `{name}` has {what} in plain text"));
    }
}

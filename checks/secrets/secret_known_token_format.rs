//! A value has the format of a credential that somebody issued.
//!
//! Access keys, tokens of code hosts and chat services, private keys, web tokens and URLs with a
//! password are recognised by their format alone, wherever they stand. Such a value is real more
//! often than not, and crawlers of public repositories use it within minutes.
//!
//! Revoke it where it was issued; taking it out of the file leaves it in the history. Then read it
//! from a Secret that is not committed in plain text.
//!
//! Values that are plainly made up (`AKIAIOSFODNN7EXAMPLE`, a key without a body, the password of
//! `http://user:password@host`) are not counted. In a Secret it is named by
//! `secret-committed-plain`.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           env:
//!             - name: GITHUB
//!               value: ghp_A7fKq2Rt9XbZc4LmPw8Ej6Ys3UhNo1GiD5V0
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` holds a GitHub token in plain text in `GITHUB`
//!             - name: DATABASE_URL
//!               value: postgres://shop:Tr0ub4dor@db.shop.svc:5432/shop
//! #                                    ^^^^^^^^^ Deployment `web` holds a database URL with a password in plain text in `DATABASE_URL`
//! ```
//!
//! Custom resources count as well, and files in a ConfigMap:
//!
//! ```yaml fail
//! apiVersion: monitoring.example.org/v1
//! kind: Receiver
//! metadata: {name: alerts}
//! spec:
//!   slack: https://hooks.slack.com/services/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
//! #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Receiver `alerts` holds a Slack webhook URL in plain text in `slack`
//! ---
//! apiVersion: v1
//! kind: ConfigMap
//! metadata: {name: app}
//! data:
//!   credentials: |
//!     [default]
//!     aws_access_key_id = AKIAQ3EGZL5RTY7WVB2C
//! #                       ^^^^^^^^^^^^^^^^^^^^ ConfigMap `app` holds an AWS access key id in plain text in `credentials`
//! ```
//!
//! ```yaml pass
//! kind: ConfigMap
//! metadata: {name: docs}
//! data:
//!   help.md: |
//!     aws_access_key_id = AKIAIOSFODNN7EXAMPLE
//!     curl https://user:password@host/ and http://$USER:$PASSWORD@host
//!     export GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
//!     Authorization: Bearer ${TOKEN}
//!   tls.key: |
//!     -----BEGIN PRIVATE KEY-----
//!     ...
//!     -----END PRIVATE KEY-----
//!   ca.crt: |
//!     -----BEGIN CERTIFICATE-----
//!     MIIBszCCAVmgAwIBAgIUQm9ndXMgY2VydGlmaWNhdGUgZm9yIHRlc3RzMAoGCCqG
//!     -----END CERTIFICATE-----
//! ```

use kubesift_engine::model::{
    Credential, Nature, SHORTEST_CREDENTIAL, credential_place, decode_base64, indefinite,
    known_formats,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.5,
    refs: &[
        Cwe(798),
        Peer("datree:ALL_EXPOSED_SECRET_AWS"),
        Peer("datree:ALL_EXPOSED_SECRET_GCP"),
        Peer("datree:ALL_EXPOSED_SECRET_GITHUB"),
        Peer("datree:ALL_EXPOSED_SECRET_GITLAB"),
        Peer("datree:ALL_EXPOSED_SECRET_BITBUCKET"),
        Peer("datree:ALL_EXPOSED_SECRET_DATADOG"),
        Peer("datree:ALL_EXPOSED_SECRET_TERRAFORM"),
        Peer("datree:ALL_EXPOSED_SECRET_HEROKU"),
        Peer("datree:ALL_EXPOSED_SECRET_JWT"),
        Peer("datree:ALL_EXPOSED_SECRET_LAUNCHDARKLY"),
        Peer("datree:ALL_EXPOSED_SECRET_NEWRELIC"),
        Peer("datree:ALL_EXPOSED_SECRET_NPM"),
        Peer("datree:ALL_EXPOSED_SECRET_OKTA"),
        Peer("datree:ALL_EXPOSED_SECRET_STRIPE"),
        Peer("datree:ALL_EXPOSED_SECRET_SUMOLOGIC"),
        Peer("datree:ALL_EXPOSED_SECRET_TWILIO"),
        Peer("datree:ALL_EXPOSED_SECRET_VAULT"),
        Peer("datree:ALL_EXPOSED_SECRET_PRIVATEKEY"),
    ],
    yields_to: &["secret-committed-plain", "kubeconfig-embedded-credentials"],
    run: Run::Resource(&["*"], run),
    ..Check::DEFAULT
};

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn run(resource: &Resource, out: &mut Out) {
    // The schemas of a CustomResourceDefinition hold examples.
    if resource.encrypted || resource.is("apiextensions.k8s.io/CustomResourceDefinition") {
        return;
    }
    let secret = resource.is("Secret");
    if secret {
        values_of_secret(resource, out);
    }
    let files = resource.node().get("data").filter(|_| resource.is("ConfigMap"));
    let mut open: Vec<(Node<'_>, Option<Node<'_>>, bool)> = vec![(resource.node(), None, false)];
    while let Some((node, parent, in_files)) = open.pop() {
        let of_secret = secret && matches!(node.key(), Some("data" | "stringData" | LAST_APPLIED));
        if of_secret && parent.is_none_or(|parent| parent == resource.node()) {
            continue;
        }
        let in_files = in_files || files.is_some_and(|files| files == node);
        if node.is_map() {
            let children = node.entries().map(|(_, child)| (child, Some(node), in_files));
            let first = open.len();
            open.extend(children.filter(|(child, ..)| !is_alias_of_collection(*child)));
            open.get_mut(first..).unwrap_or_default().reverse();
        } else if node.is_list() {
            let first = open.len();
            open.extend(node.items().map(|child| (child, Some(node), in_files)));
            open.get_mut(first..).unwrap_or_default().reverse();
        } else if node.text().is_some_and(|text| text.len() >= SHORTEST_CREDENTIAL)
            && let Some(text) = node.str()
        {
            let skip = secret && node.key() == Some(LAST_APPLIED);
            let most = if in_files { usize::MAX } else { 1 };
            for found in known_formats(text).into_iter().take(most).filter(|_| !skip) {
                let label = label(node, parent);
                report(out, at(node, &found), &found, label, None);
            }
        }
    }
}

/// What stands behind an alias is looked at where it is written.
fn is_alias_of_collection(node: Node<'_>) -> bool {
    node.resolved() != node && (node.is_map() || node.is_list())
}

fn values_of_secret(secret: &Resource, out: &mut Out) {
    for (field, encoded) in [("data", true), ("stringData", false)] {
        for (key, node) in secret.node().get(field).into_iter().flat_map(Node::entries) {
            let Some(text) = node.text() else { continue };
            let decoded = encoded.then(|| decode_base64(text)).flatten();
            let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
            let text = decoded.as_deref().unwrap_or(text);
            let Some(found) = known_formats(text).into_iter().next() else { continue };
            let at = node.key_span().map_or(At::Node(node), |span| At::Part(node, span));
            // The name that whatever judges the whole Secret gives it, too.
            let cause = format!("plain values in Secret {}", secret.id.0);
            report(out, at, &found, key, Some(cause));
        }
    }
}

fn report(out: &mut Out, at: At<'_>, found: &Credential<'_>, label: &str, cause: Option<String>) {
    let Nature::Format(format) = found.nature else { return };
    let what = indefinite(format);
    let draft = out.report(at, format!("holds {what} in plain text in `{label}`"));
    if let Some(cause) = cause {
        draft.cause(cause);
    }
}

fn at<'t>(node: Node<'t>, found: &Credential<'_>) -> At<'t> {
    credential_place(node, found).map_or(At::Node(node), |span| At::Part(node, span))
}

/// What a person calls the value: the variable of an `env` entry, else its key, else its list's.
fn label<'t>(node: Node<'t>, parent: Option<Node<'t>>) -> &'t str {
    let name = parent.and_then(|parent| parent.get("name")).and_then(Node::text);
    match (node.key(), name) {
        (Some("value"), Some(name)) => name,
        (Some(key), _) => key,
        (None, _) => parent.and_then(Node::key).unwrap_or("a list"),
    }
}

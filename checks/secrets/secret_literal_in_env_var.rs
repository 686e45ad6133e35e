//! An environment variable holds a credential as a literal value.
//!
//! Everyone who can read the manifest or the workload in the cluster can read it: the right to read
//! Secrets does not guard it. It is copied into every ReplicaSet of the history as well.
//!
//! Put the value into a Secret and take it from there with `valueFrom.secretKeyRef`, or mount it as
//! a file.
//!
//! The value decides, the name alone does not: paths, addresses, flags, small numbers, names of
//! other objects, references and placeholders are no credentials.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: migrate
//!           env:
//!             - {name: PGPASSWORD, value: shop2024}
//! #                                ^^^^^^^^^^^^^^^ init container `migrate` holds a credential in plain text in `PGPASSWORD`
//!       containers:
//!         - name: app
//!           env:
//!             - name: API_KEY
//!               value: "f3b1c29e7d504a86b2e9d0c14a7f6358"
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` holds a credential in plain text in `API_KEY`
//!             - name: SECRET_PHRASE
//!               value: correcthorsesecret
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` holds a credential in plain text in `SECRET_PHRASE`
//!             - name: CONNECTION
//!               value: Server=db;User Id=sa;Password=hunter2!;
//! #                                                  ^^^^^^^^ container `app` holds a credential in plain text in `CONNECTION`
//! ```
//!
//! A value with a known format is told by its own check:
//!
//! ```yaml fail with=secret-known-token-format
//! kind: Pod
//! metadata: {name: bot}
//! spec:
//!   containers:
//!     - name: bot
//!       env:
//!         - name: GITLAB_TOKEN
//!           value: glpat-x7Kq2mNvT9pLsR4wYb3Z
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `bot` holds a GitLab token in plain text in `GITLAB_TOKEN`
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       env:
//!         - name: DB_PASSWORD
//!           valueFrom: {secretKeyRef: {name: db, key: password}}
//!         - {name: DB_PASSWORD_FILE, value: /run/secrets/db/password}
//!         - {name: TOKEN, value: /var/run/secrets/kubernetes.io/serviceaccount/token}
//!         - {name: API_TOKEN, value: $(TOKEN)}
//!         - {name: APP_PASSWORD, value: "${APP_PASSWORD}"}
//!         - {name: SMTP_PASSWORD, value: <password>}
//!         - {name: ROOT_PASSWORD, value: changeme}
//!         - {name: MYSQL_ALLOW_EMPTY_PASSWORD, value: "true"}
//!         - {name: TOKEN_TTL, value: 15m}
//!         - {name: SECRET_NAME, value: webhook-server-cert}
//!         - {name: EXISTING_SECRET, value: postgres-credentials}
//!         - {name: CLIENT_SECRET, value: "$oidc.clientSecret"}
//!         - {name: SECRET_KEY_NAME, value: AWS_SECRET_ACCESS_KEY}
//!         - {name: AWS_ACCESS_KEY_ID_KEY, value: AWS_ACCESS_KEY_ID}
//!         - {name: TOKEN_URL, value: https://auth.shop.dev/oauth2/token}
//!         - {name: SERVER_TOKENS, value: "off"}
//!         - {name: EXTERNAL_SECRETS_REPLICAS, value: "3"}
//!         - {name: ADMIN_EMAIL, value: admin@shop.dev}
//!         - {name: DB_PASSWORD, value: ""}
//!         - {name: VAULT_TOKEN, value: "vault:secret/data/app#token"}
//!         - {name: DATABASE_URL, value: "postgres://app:$(DB_PASSWORD)@db/app"}
//! ```

use kubesift_engine::model::{
    Credential, Nature, credential_place, credentials, indefinite, known, known_node,
    leading_credential,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    refs: &[
        Cwe(798),
        Peer("kube-linter:env-var-secret"),
        Peer("kubescape:C-0012"),
        Peer("kubescape:C-0259"),
        Peer("polaris:sensitiveContainerEnvVar"),
        Peer("monokle:KBP111"),
    ],
    yields_to: &["secret-known-token-format"],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    for env in container.env() {
        let Some(name) = env.get("name").and_then(Node::text) else { continue };
        let Some(node) = env.get("value") else { continue };
        let Some(value) = node.text() else { continue };
        if known(value).is_literal() && !known_node(node).is_literal() {
            continue;
        }
        if let Some(found) = leading_credential(credentials(name, value)) {
            report(out, node, name, &found);
        }
    }
}

fn report(out: &mut Out, node: Node<'_>, name: &str, found: &Credential<'_>) {
    let at = credential_place(node, found).map_or(At::Node(node), |span| At::Part(node, span));
    let what = match found.nature {
        Nature::Format(format) => indefinite(format),
        _ => "a credential".to_owned(),
    };
    let draft = out.report(at, format!("holds {what} in plain text in `{name}`"));
    if found.nature == Nature::Chosen {
        draft.confidence(Confidence::Medium);
    }
}

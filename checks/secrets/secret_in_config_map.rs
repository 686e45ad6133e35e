//! A ConfigMap holds a credential.
//!
//! ConfigMaps are not treated as secret anywhere: the built-in role `view` may read them, they are
//! not encrypted at rest, and they are printed in logs and shown by dashboards.
//!
//! Put the value into a Secret. Most programs take it from the environment, from a file of its own,
//! or from a configuration file that an init container or a template of an operator completes.
//!
//! Values of several lines are read as files: properties, env files, YAML, JSON, INI, XML and
//! connection strings. The value decides, the name alone does not. In programs (`*.sh`, `*.py`, `*.js`)
//! only literals in quotes count.
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: app}
//! data:
//!   DB_PASSWORD: shop2024
//! # ^^^^^^^^^^^^^^^^^^^^^ ConfigMap `app` holds a credential in plain text: `DB_PASSWORD`
//!   application.properties: |
//!     server.port=8080
//!     spring.datasource.password=hunter2
//! #                              ^^^^^^^ ConfigMap `app` holds a credential in plain text: `spring.datasource.password` in `application.properties`
//!     spring.datasource.url=jdbc:postgresql://db/shop?user=shop&password=hunter3
//! #                                                                      ^^^^^^^ ConfigMap `app` holds a credential in plain text: `password` in `application.properties`
//!   config.json: |
//!     {"listen": ":8080", "api": {"apiKey": "f3b1c29e7d504a86b2e9d0c14a7f6358"}}
//! #                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConfigMap `app` holds a credential in plain text: `apiKey` in `config.json`
//!   settings.xml: |
//!     <server>
//!       <password>s3cr3t!</password>
//! #               ^^^^^^^ ConfigMap `app` holds a credential in plain text: `password` in `settings.xml`
//!     </server>
//!   pod.yaml: |
//!     env:
//!       - name: ADMIN_PASSWORD
//!         value: "letmein99"
//! #               ^^^^^^^^^ ConfigMap `app` holds a credential in plain text: `ADMIN_PASSWORD` in `pod.yaml`
//! ```
//!
//! ```yaml fail with=secret-known-token-format
//! kind: ConfigMap
//! metadata: {name: keys}
//! data:
//!   id_ed25519: |
//!     -----BEGIN OPENSSH PRIVATE KEY-----
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConfigMap `keys` holds a private key in plain text in `id_ed25519`
//!     b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gt
//!     ZWQyNTUxOQAAACBwYm9ndXNrZXlmb3J0ZXN0c29ubHkxMjM0NTY3ODkwYWJjZGVmZ2hp
//!     -----END OPENSSH PRIVATE KEY-----
//! ```
//!
//! ```yaml pass
//! kind: ConfigMap
//! metadata: {name: nginx}
//! data:
//!   server-tokens: "off"
//!   external_secrets_replicas: "2"
//!   admin_email: ops@shop.dev
//!   secretName: tls-shop
//!   REGISTRY_AUTH_HTPASSWD_PATH: /config/htpasswd
//!   token: $slack-token
//!   password: "${DBCONFIG_PASSWORD}"
//!   apiKey: <your api key>
//!   values.yaml: |
//!     auth:
//!       existingSecret: postgres
//!       secretKeys: {adminPasswordKey: postgres-password}
//!       passwordSecret: db-credentials
//!       bearer_token_file: /var/run/secrets/token
//!       automountServiceAccountToken: false
//!       password: {{ .Values.password | quote }}
//!     # password: hunter2
//!   s3.json: |
//!     {"s3SecretAccessKeyName": "AWS_SECRET_ACCESS_KEY", "token": "${TOKEN}", "gcsCredentialFileName": "key.json"}
//!   init.sh: |
//!     #!/bin/sh
//!     PASSWORD=$(cat /run/secrets/password)
//!     token=$1
//!     if [ -z "$PASSWORD" ]; then echo "password: missing"; fi
//!     mysql --password="$PASSWORD" < /sql/init.sql
//!   auth.py: |
//!     password = os.environ["PASSWORD"]
//!     token = get_token(secret=client_secret)
//!     api_key = settings.api_key
//!   form.json: |
//!     {"label": {"password": "Password", "token": "Enter the token of your account"}}
//! ```

use kubesift_engine::model::{
    MOST_CREDENTIALS, Nature, credential_place, credentials, decode_base64, indefinite, known,
    known_formats, known_node,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    refs: &[
        Cwe(312),
        Peer("trivy:KSV-0109"),
        Peer("trivy:KSV-01010"),
        Peer("kubescape:C-0012"),
        Peer("polaris:sensitiveConfigmapContent"),
    ],
    yields_to: &["secret-known-token-format", "kubeconfig-embedded-credentials"],
    run: Run::Resource(&["ConfigMap"], run),
    ..Check::DEFAULT
};

fn run(map: &Resource, out: &mut Out) {
    if map.encrypted {
        return;
    }
    let mut left = MOST_CREDENTIALS;
    for (key, node) in map.node().get("data").into_iter().flat_map(Node::entries) {
        let Some(text) = node.text() else { continue };
        // A comment says that something fills the value in; the text itself does not.
        if !known_node(node).is_literal() && known(text).is_literal() {
            continue;
        }
        for found in credentials(key, text).into_iter().take(left) {
            let at =
                credential_place(node, &found).map_or(At::Node(node), |span| At::Part(node, span));
            let message = match (found.nature, found.key) {
                (Nature::Format(format), _) => {
                    format!("holds {} in plain text in `{key}`", indefinite(format))
                }
                (_, Some(inner)) if inner != key => {
                    format!("holds a credential in plain text: `{inner}` in `{key}`")
                }
                _ => format!("holds a credential in plain text: `{key}`"),
            };
            let draft = out.report(at, message);
            if found.nature == Nature::Chosen {
                draft.confidence(Confidence::Medium);
            }
            left -= 1;
        }
    }
    for (key, node) in map.node().get("binaryData").into_iter().flat_map(Node::entries) {
        let decoded = node.text().and_then(decode_base64);
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        if let Some(Nature::Format(format)) = known_formats(&decoded).first().map(|one| one.nature)
        {
            out.report(node, format!("holds {} in plain text in `{key}`", indefinite(format)));
        }
    }
}

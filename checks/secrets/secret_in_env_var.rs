//! A container gets a Secret as an environment variable.
//!
//! The environment of a process is inherited by every process it starts, written to crash reports
//! and shown by `/proc`, and it does not change when the Secret does.
//!
//! Mount the Secret as a file where the program can read one. Programs that read nothing but their
//! environment cannot: this check is one of good order, and not on by default.
//!
//! `env` and `envFrom` count alike; tools with a rule for each find one of them only.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: migrate
//!           env:
//!             - {name: PGPASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
//! #                                            ^^^^^^^^^^^^ init container `migrate` gets `PGPASSWORD` from the Secret `db` as an environment variable
//!       containers:
//!         - name: app
//!           env:
//!             - name: TOKEN
//!               valueFrom:
//!                 secretKeyRef:
//! #               ^^^^^^^^^^^^ container `app` gets `TOKEN` from the Secret `api` as an environment variable
//!                   name: api
//!                   key: token
//!           envFrom:
//!             - secretRef:
//! #             ^^^^^^^^^ container `app` gets every key of the Secret `web` as an environment variable
//!                 name: web
//! ```
//!
//! ```yaml pass
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers:
//!             - name: main
//!               env:
//!                 - {name: MODE, value: fast}
//!                 - {name: LEVEL, valueFrom: {configMapKeyRef: {name: app, key: level}}}
//!               envFrom:
//!                 - configMapRef: {name: app}
//!               volumeMounts:
//!                 - {name: secret, mountPath: /run/secrets/db}
//!           volumes:
//!             - {name: secret, secret: {secretName: db}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Cis, Profile::Hygiene],
    refs: &[
        Cis("5.4.1"),
        Cwe(526),
        Peer("kube-linter:read-secret-from-env-var"),
        Peer("checkov:CKV_K8S_35"),
        Peer("kics:3d658f8b"),
        Peer("kubescape:C-0207"),
        Peer("kubesec:SecretsAsEnvironmentVariables"),
        Peer("terrascan:AC-K8-NS-PO-H-0117"),
        Peer("kyverno:secrets-not-from-env-vars"),
        Peer("datree:CIS_INVALID_KEY_SECRETKEYREF_SECRETREF"),
        Peer("monokle:KBP112"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    for env in container.env() {
        let reference = env.field("valueFrom.secretKeyRef");
        if reference.exists() {
            let name = env.get("name").and_then(Node::text).unwrap_or_default();
            let secret = secret(reference);
            let message = format!("gets `{name}` from {secret} as an environment variable");
            out.report(reference, message);
        }
    }
    for source in container.field("envFrom").items() {
        let reference = source.field("secretRef");
        if reference.exists() {
            let secret = secret(reference);
            out.report(reference, format!("gets every key of {secret} as an environment variable"));
        }
    }
}

fn secret(reference: Field<'_>) -> String {
    let name = reference.node().and_then(|node| node.get("name")).and_then(Node::text);
    name.map_or_else(|| "a Secret".to_owned(), |name| format!("the Secret `{name}`"))
}

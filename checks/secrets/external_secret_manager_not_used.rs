//! Secrets are kept as plain manifests, and nothing fetches or encrypts them.
//!
//! Values that stand in manifests are in the repository, in its history and in every build log, and
//! stay the same until somebody edits them. A secret manager keeps them in one place, says who read
//! them, and changes them.
//!
//! Fetch them with an ExternalSecret, a SecretProviderClass or a VaultStaticSecret, or commit them
//! encrypted with SOPS or as a SealedSecret.
//!
//! An inventory for those who must show that one is in use: it runs when it is named. One finding
//! for each build, at its first plain Secret; none where any of the above is a part of the build.
//! That the values stand there in plain text is the finding of `secret-committed-plain`.
//!
//! ```yaml fail
//! kind: Secret
//! metadata:
//!   name: db
//! # ^^^^^^^^ Secret `db` and 1 more are plain, and the build uses no secret manager
//! stringData: {password: hunter2}
//! ---
//! kind: Secret
//! metadata: {name: api}
//! data: {token: YWJj}
//! ---
//! kind: Secret
//! metadata: {name: filled-at-run-time}
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: db}
//! stringData: {password: hunter2}
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: api}
//! spec: {target: {name: api}}
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: db}
//! stringData: {password: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]"}
//! sops: {mac: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]"}
//! ---
//! kind: Secret
//! metadata: {name: api}
//! data: {token: YWJj}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    confidence: Confidence::Low,
    profiles: &[],
    refs: &[
        Cis("5.4.2"),
        Cwe(312),
        Peer("kics:b9c83569"),
        Peer("kubescape:C-0208"),
        Peer("kubescape:C-0234"),
    ],
    run: Run::Links(&["Secret"], run),
    ..Check::DEFAULT
};

fn run(secret: &Resource, graph: &Graph, out: &mut Out) {
    let Some(first) = graph.pull_secrets().plain() else { return };
    if first.id != secret.id || graph.pull_secrets().uses_manager() {
        return;
    }
    let more = graph.pull_secrets().plain_count().saturating_sub(1);
    let message = match more {
        0 => "is plain, and the build uses no secret manager".to_owned(),
        more => format!("and {more} more are plain, and the build uses no secret manager"),
    };
    out.report(secret.field("metadata.name"), message);
}

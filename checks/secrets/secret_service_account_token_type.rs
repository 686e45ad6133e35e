//! A token of a service account that never expires is asked for.
//!
//! For a Secret of type `kubernetes.io/service-account-token` the cluster issues a token without an
//! end and stores it. Whoever reads it once can use it until the Secret or the account is deleted.
//!
//! Use the tokens that the kubelet mounts and renews (a `serviceAccountToken` projected volume), or
//! ask for one with an end: `kubectl create token NAME --duration=1h`.
//!
//! `secrets` of a ServiceAccount lists such tokens in old manifests: a name with `token` in it counts
//! as low. Other names are mostly logins that a controller takes from there (Tekton); they count only
//! when the run asks for this check by name. A Secret of the same build is judged itself, and an
//! account marked with `kubernetes.io/enforce-mountable-secrets` uses the list to forbid the rest.
//!
//! ```yaml fail
//! kind: Secret
//! metadata:
//!   name: build
//!   annotations: {kubernetes.io/service-account.name: build-robot}
//! type: kubernetes.io/service-account-token
//! #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Secret `build` asks for a token of the service account `build-robot` that never expires
//! ```
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: build-robot}
//! secrets:
//!   - name: build-robot-token-7x2kq
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ServiceAccount `build-robot` lists the Secret `build-robot-token-7x2kq`, which may hold a token that never expires
//! ```
//!
//! ```yaml fail asked
//! kind: ServiceAccount
//! metadata: {name: build-robot}
//! secrets:
//!   - name: build-robot-secret
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^ ServiceAccount `build-robot` lists the Secret `build-robot-secret`, which may hold a token that never expires
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: login}
//! type: kubernetes.io/basic-auth
//! ---
//! kind: ServiceAccount
//! metadata: {name: plain}
//! imagePullSecrets: [{name: registry}]
//! ---
//! kind: ServiceAccount
//! metadata: {name: pipeline}
//! secrets: [{name: login}, {name: argocd-redis}, {name: "${TOKEN_SECRET}"}]
//! ---
//! kind: ServiceAccount
//! metadata:
//!   name: bounded
//!   annotations: {kubernetes.io/enforce-mountable-secrets: "true"}
//! secrets: [{name: db}]
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    refs: &[
        Cwe(324),
        Peer("kyverno:deny-secret-service-account-token-type"),
        Peer("kyverno:check-serviceaccount-secrets"),
    ],
    run: Run::Links(&["Secret", "ServiceAccount"], run),
    ..Check::DEFAULT
};

const TYPE: &str = "kubernetes.io/service-account-token";

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("ServiceAccount") {
        return account(resource, graph, out);
    }
    let kind = resource.field("type");
    if kind.str() != Some(TYPE) {
        return;
    }
    let account = resource.annotation("kubernetes.io/service-account.name").and_then(Node::text);
    let whose = match account.filter(|name| !is_unknown(name)) {
        Some(name) => format!("of the service account `{name}`"),
        None => "of a service account".to_owned(),
    };
    out.report(kind, format!("asks for a token {whose} that never expires"));
}

fn account(account: &Resource, graph: &Graph, out: &mut Out) {
    if account.annotation("kubernetes.io/enforce-mountable-secrets").is_some() {
        return;
    }
    for item in account.field("secrets").items() {
        let Some(name) = item.get("name") else { continue };
        let Some(text) = name.text().filter(|text| !is_unknown(text)) else { continue };
        // A Secret of this build is judged itself.
        let in_build = graph.find("Secret", account.namespace.as_deref(), text).is_some();
        if text.is_empty() || in_build || !(out.is_asked() || text.contains("token")) {
            continue;
        }
        let words = "which may hold a token that never expires";
        let draft = out.report(name, format!("lists the Secret `{text}`, {words}"));
        draft.severity(Low).confidence(Confidence::Low);
    }
}

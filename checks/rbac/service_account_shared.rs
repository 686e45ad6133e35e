//! Several workloads run as one service account.
//!
//! Each has the rights that any of them needs, an audit log cannot tell them apart, and a token that
//! is taken from one has to be withdrawn from all.
//!
//! Give each workload an account of its own.
//!
//! The finding stands at the ServiceAccount, or at the second workload when the account is not in
//! view. The account `default` is left to `default-service-account-used`. Jobs, hooks and pods that
//! mount no token are not counted; variants of one name and versions of one program (`web-v1`,
//! `web-v2`) count as one.
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: shop}
//! #          ^^^^^^^^^^ ServiceAccount `shop` is the account of 2 workloads: Deployment `web`, StatefulSet `db`
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {spec: {serviceAccountName: shop, containers: [{name: app}]}}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec: {template: {spec: {serviceAccountName: shop, containers: [{name: app}]}}}
//! ---
//! kind: Job
//! metadata: {name: migrate}
//! spec: {template: {spec: {serviceAccountName: shop, containers: [{name: app}]}}}
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! metadata: {name: one}
//! spec: {serviceAccountName: elsewhere, containers: [{name: app}]}
//! ---
//! kind: Pod
//! metadata: {name: two}
//! spec: {serviceAccountName: elsewhere, containers: [{name: app}]}
//! #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `two` runs as ServiceAccount `elsewhere`, the account of 2 workloads: Pod `one`, Pod `two`
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {serviceAccountName: shop, containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: other}
//! spec: {template: {spec: {serviceAccountName: shop, containers: [{name: app}]}}}
//! ---
//! kind: Pod
//! metadata: {name: silent, namespace: shop}
//! spec:
//!   serviceAccountName: shop
//!   automountServiceAccountToken: false
//!   containers: [{name: app}]
//! ---
//! kind: Deployment
//! metadata: {name: reviews-v1}
//! spec: {template: {spec: {serviceAccountName: reviews, containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: reviews-v2}
//! spec: {template: {spec: {serviceAccountName: reviews, containers: [{name: app}]}}}
//! ---
//! kind: StatefulSet
//! metadata: {name: reviews}
//! spec: {template: {spec: {serviceAccountName: reviews, containers: [{name: app}]}}}
//! ---
//! kind: Pod
//! metadata: {name: one}
//! spec: {containers: [{name: app}]}
//! ---
//! kind: Pod
//! metadata: {name: two}
//! spec: {containers: [{name: app}]}
//! ---
//! kind: Pod
//! metadata: {name: three}
//! spec: {serviceAccountName: "${ACCOUNT}", containers: [{name: app}]}
//! ---
//! kind: Pod
//! metadata: {name: four}
//! spec: {serviceAccountName: "${ACCOUNT}", containers: [{name: app}]}
//! ```

use std::collections::HashSet;

use kubesift_engine::model::rights::{Account, DEFAULT_ACCOUNT};
use kubesift_engine::model::{Match, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("kics:c1032cf7")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

/// Workloads that a message names.
const NAMED: usize = 3;

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let accounts = &graph.rights().accounts;
    if resource.is("ServiceAccount") {
        let name = resource.name.as_deref().unwrap_or_default();
        let at = accounts.position(resource.namespace.as_deref(), name);
        let Some(account) = at.and_then(|at| accounts.get(at)) else { return };
        let first = account.object.is_some_and(|object| object.id == resource.id);
        if let Some((_, words)) = sharers(account, graph).filter(|_| first) {
            out.report(resource.field("metadata.name"), format!("is the account of {words}"));
        }
        return;
    }
    let Some(pod) = graph.pod_of(resource) else { return };
    let Some(account) = graph.account_of(pod).filter(|account| account.object.is_none()) else {
        return;
    };
    let Some((second, words)) = sharers(account, graph) else { return };
    let Some(named) = pod.pod.service_account().filter(|_| second == pod.at) else { return };
    out.report(named, format!("runs as {}, the account of {words}", account.words()));
}

/// The second workload that runs as an account with a token, and all of them in words.
fn sharers(account: &Account, graph: &Graph) -> Option<(u32, String)> {
    if account.name == DEFAULT_ACCOUNT || is_unknown(account.name) || account.pods.len() < 2 {
        return None;
    }
    let pods = account.pods.iter().filter_map(|at| graph.pods().get(*at as usize));
    let mut seen = HashSet::new();
    let pods: Vec<&GraphPod> = pods
        .filter(|pod| !pod.pod.is_finite() && graph.token_of(pod).mounted != Match::No)
        .filter(|pod| seen.insert(program(pod)))
        .collect();
    let second = pods.get(1)?.at;
    let words = |pod: &&GraphPod| {
        let resource = pod.pod.resource;
        format!("{} `{}`", resource.kind.kind, resource.name.as_deref().unwrap_or("(no name)"))
    };
    let named: Vec<String> = pods.iter().take(NAMED).map(words).collect();
    let more = if pods.len() > NAMED { ", …" } else { "" };
    Some((second, format!("{} workloads: {}{more}", pods.len(), named.join(", "))))
}

/// The name of a workload without a version at its end.
fn program<'a>(pod: &GraphPod<'a>) -> &'a str {
    let name = pod.pod.resource.name.as_deref().unwrap_or_default();
    let version = name.rsplit_once("-v").filter(|(_, version)| {
        !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
    });
    version.map_or(name, |(base, _)| base)
}

//! A workload runs as the default service account.
//!
//! Every workload of the namespace that names no account runs as this one, so a right that is given
//! to it is given to all of them, and an audit log cannot tell them apart.
//!
//! Make a ServiceAccount for the workload and name it in `serviceAccountName`.
//!
//! Silent where `automountServiceAccountToken: false`, of the pod or of the account `default` of its
//! namespace, leaves the pod without a token, and for workloads that an operator completes.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//! #   ^^^^ Deployment `web` names no service account, so it runs as `default`
//!       containers:
//!         - name: app
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! metadata: {name: night}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           serviceAccountName: default
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ CronJob `night` runs as the service account `default`
//!           containers:
//!             - name: main
//! ---
//! kind: Pod
//! metadata: {name: old}
//! spec:
//!   serviceAccount: ""
//! # ^^^^^^^^^^^^^^^^^^ Pod `old` names no service account, so it runs as `default`
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   serviceAccountName: web
//! ---
//! kind: Pod
//! spec:
//!   serviceAccount: web
//! ---
//! kind: Pod
//! spec:
//!   automountServiceAccountToken: false
//! ---
//! kind: Pod
//! metadata: {name: without-spec}
//! ---
//! kind: Pod
//! spec:
//!   serviceAccountName: ${ACCOUNT}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//! ```
//!
//! The account itself gives no token, unless the pod asks for one:
//!
//! ```yaml pass
//! kind: ServiceAccount
//! metadata: {name: default, namespace: shop}
//! automountServiceAccountToken: false
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: default, namespace: shop}
//! automountServiceAccountToken: false
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//! #   ^^^^ Deployment `web` names no service account, so it runs as `default`
//!       automountServiceAccountToken: true
//!       containers: [{name: app}]
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: bank}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! #                 ^^^^ Deployment `web` names no service account, so it runs as `default`
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Cis, Profile::Nsa],
    yields_to: &["automount-service-account-token"],
    refs: &[
        Cis("5.1.5"),
        Peer("kube-linter:default-service-account"),
        Peer("checkov:CKV_K8S_41"),
        Peer("kics:591ade62"),
        Peer("kubescape:C-0189"),
        Peer("kubescape:C-0225"),
        Peer("kubescape:C-0239"),
        Peer("kubesec:ServiceAccountName"),
        Peer("popeye:POP-300"),
        Peer("kyverno:restrict-service-account"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(place) = graph.pod_of(resource).filter(|pod| pod.pod.has_spec()) else { return };
    let pod = &place.pod;
    let own = pod.field("automountServiceAccountToken");
    let account = graph.account_object(place).filter(|_| !own.exists());
    let mount = account.map_or(own, |account| account.field("automountServiceAccountToken"));
    if !matches!(mount.boolean(), Boolean::Absent | Boolean::True) {
        return;
    }
    let old = pod.field("serviceAccount");
    let account = match pod.service_account() {
        Some(_) if !pod.field("serviceAccountName").exists() => old,
        _ => pod.field("serviceAccountName"),
    };
    match account.str() {
        Some("default") => {
            out.report(account, "runs as the service account `default`");
        }
        Some("") => {
            out.report(account, "names no service account, so it runs as `default`");
        }
        None if !account.exists() && !pod.is_partial() => {
            out.report(account, "names no service account, so it runs as `default`");
        }
        _ => {}
    }
}

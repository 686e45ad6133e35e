//! A ServiceAccount is used by nothing.
//!
//! An account that no pod runs as and no binding names is left over, or a workload names another
//! one by mistake. Left over, it is there to make tokens of.
//!
//! Remove it, or name it in the workload that it was made for.
//!
//! Silent for `default`; for accounts that some resource of the build names (a custom resource, an
//! argument, a Secret with a token for it); for accounts with an identity at a cloud; and where the
//! user may stand elsewhere: the input is only a part of what is applied, unless the run asks for
//! this check by name.
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: left-over, namespace: shop}
//! #          ^^^^^^^^^^^^^^^ ServiceAccount `left-over` is used by no workload and no binding
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {serviceAccountName: web, containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! kind: ServiceAccount
//! metadata: {name: default}
//! ---
//! kind: ServiceAccount
//! metadata: {name: web}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {spec: {serviceAccountName: web, containers: [{name: app}]}}}
//! ---
//! kind: ServiceAccount
//! metadata: {name: bound, namespace: shop}
//! ---
//! kind: RoleBinding
//! metadata: {name: bound, namespace: shop}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects: [{kind: ServiceAccount, name: bound}]
//! ---
//! kind: ServiceAccount
//! metadata: {name: by-operator}
//! ---
//! apiVersion: example.com/v1
//! kind: Widget
//! metadata: {name: widget}
//! spec: {serviceAccountName: by-operator}
//! ---
//! kind: ServiceAccount
//! metadata: {name: by-reference}
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: SecretStore
//! metadata: {name: store}
//! spec: {provider: {vault: {auth: {kubernetes: {serviceAccountRef: {name: by-reference}}}}}}
//! ---
//! kind: ServiceAccount
//! metadata: {name: by-argument}
//! ---
//! kind: Pod
//! metadata: {name: operator}
//! spec: {containers: [{name: app, args: ["--worker-account=by-argument"]}]}
//! ---
//! kind: ServiceAccount
//! metadata: {name: by-token}
//! ---
//! kind: Secret
//! metadata: {name: token, annotations: {kubernetes.io/service-account.name: by-token}}
//! type: kubernetes.io/service-account-token
//! ---
//! kind: ServiceAccount
//! metadata: {name: cloud, annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/x"}}
//! ---
//! kind: ServiceAccount
//! metadata: {name: near}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: near}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects: [{kind: ServiceAccount, name: near, namespace: applied-here}]
//! ---
//! kind: ServiceAccount
//! metadata: {name: "${NAME}"}
//! ```
//!
//! ```yaml pass incomplete
//! kind: ServiceAccount
//! metadata: {name: part}
//! ```

use kubesift_engine::model::is_unknown;
use kubesift_engine::model::rights::DEFAULT_ACCOUNT;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("popeye:POP-400")],
    run: Run::Links(&["ServiceAccount"], run),
    ..Check::DEFAULT
};

fn run(object: &Resource, graph: &Graph, out: &mut Out) {
    let Some(name) = object.name.as_deref() else { return };
    let judged = graph.build().complete || out.is_asked();
    if !judged || name == DEFAULT_ACCOUNT || is_unknown(name) {
        return;
    }
    let accounts = &graph.rights().accounts;
    let Some(at) = accounts.position(object.namespace.as_deref(), name) else { return };
    let used = graph.is_account_used(at) || graph.mentions_account(name);
    let cloud = accounts.get(at).is_some_and(|account| !account.cloud_identities().is_empty());
    if !used && !cloud {
        out.report(object.field("metadata.name"), "is used by no workload and no binding");
    }
}

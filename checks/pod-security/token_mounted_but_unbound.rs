//! A pod mounts a token of an account that nothing gives rights to.
//!
//! The account is part of the build, and no RoleBinding or ClusterRoleBinding names it, by itself or
//! by a group of its own. The token then opens nothing but what everybody may do, until somebody
//! gives the account rights; up to then it is there to be stolen.
//!
//! Set `automountServiceAccountToken: false` for the pod, and leave out the projected volume.
//!
//! `automount-service-account-token` says the same of tokens that are mounted unasked; where both find
//! something, its finding stays. This one also sees a token that a projected volume mounts by hand
//! although mounting is switched off. A token for another audience (a vault, a cloud) is none for
//! the cluster's API. Silent for accounts that are not in view, for those with an identity at a
//! cloud, and where the bindings may stand elsewhere: the input is only a part of what is applied,
//! unless the run asks for this check by name.
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//! #   ^^^^ Deployment `web` mounts a token of ServiceAccount `shop/web`, which no binding names
//!       serviceAccountName: web
//!       containers:
//!         - name: app
//! ```
//!
//! ```yaml fixed
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       serviceAccountName: web
//!       containers:
//!         - name: app
//!       automountServiceAccountToken: false
//! ```
//!
//! By hand:
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! automountServiceAccountToken: false
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//!   serviceAccountName: web
//!   automountServiceAccountToken: false
//!   containers: [{name: app}]
//!   volumes:
//!     - name: token
//!       projected:
//!         sources:
//!           - serviceAccountToken: {path: token}
//! #           ^^^^^^^^^^^^^^^^^^^ Pod `web` mounts a token of ServiceAccount `shop/web`, which no binding names
//! ```
//!
//! ```yaml pass
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! ---
//! kind: Pod
//! metadata: {name: off, namespace: shop}
//! spec: {serviceAccountName: web, automountServiceAccountToken: false, containers: [{name: app}]}
//! ---
//! kind: Pod
//! metadata: {name: vault, namespace: shop}
//! spec:
//!   serviceAccountName: web
//!   automountServiceAccountToken: false
//!   containers: [{name: app}]
//!   volumes:
//!     - {name: t, projected: {sources: [{serviceAccountToken: {path: t, audience: vault}}]}}
//! ---
//! kind: Pod
//! metadata: {name: elsewhere, namespace: shop}
//! spec: {serviceAccountName: elsewhere, containers: [{name: app}]}
//! ---
//! kind: ServiceAccount
//! metadata: {name: bound}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: bound}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects: [{kind: ServiceAccount, name: bound, namespace: applied-here}]
//! ---
//! kind: Pod
//! metadata: {name: bound}
//! spec: {serviceAccountName: bound, containers: [{name: app}]}
//! ---
//! kind: ServiceAccount
//! metadata: {name: grouped, namespace: team}
//! ---
//! kind: RoleBinding
//! metadata: {name: grouped, namespace: other}
//! roleRef: {kind: ClusterRole, name: view}
//! subjects: [{kind: Group, name: "system:serviceaccounts:team"}]
//! ---
//! kind: Pod
//! metadata: {name: grouped, namespace: team}
//! spec: {serviceAccountName: grouped, containers: [{name: app}]}
//! ---
//! kind: ServiceAccount
//! metadata: {name: cloud, annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/x"}}
//! ---
//! kind: Pod
//! metadata: {name: cloud}
//! spec: {serviceAccountName: cloud, containers: [{name: app}]}
//! ```
//!
//! ```yaml pass incomplete
//! kind: ServiceAccount
//! metadata: {name: web}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec: {serviceAccountName: web, containers: [{name: app}]}
//! ```

use kubesift_engine::model::rights::{AUTHENTICATED, Who};
use kubesift_engine::model::{Match, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Hygiene],
    yields_to: &["automount-service-account-token"],
    fix: Some(Unsafe),
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource).filter(|pod| pod.pod.has_spec()) else { return };
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let Some(account) = graph.account_of(pod).filter(|account| !is_unknown(account.name)) else {
        return;
    };
    let token = graph.token_of(pod);
    let Some(object) = graph.account_object(pod) else { return };
    let everybody = Who::Group(AUTHENTICATED);
    let given = graph.given_to(account);
    let bound = given.iter().any(|given| given.subject.who != everybody);
    let by_cloud = object.annotation("eks.amazonaws.com/role-arn").is_some()
        || !account.cloud_identities().is_empty();
    if token.mounted != Match::Yes || bound || by_cloud || graph.rights().has_unknown_subject() {
        return;
    }
    let flag = pod.pod.field("automountServiceAccountToken");
    let message = format!("mounts a token of {}, which no binding names", account.words());
    match token.by.filter(|node| node.is_map()) {
        Some(volume) => out.report(volume, message),
        None => out.report(flag, message).set(Unsafe, "mount no token", flag, "false"),
    };
}

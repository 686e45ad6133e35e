//! A pod gets a token for the Kubernetes API that nothing says it needs.
//!
//! Unless told otherwise the kubelet mounts the service account's token into every container. Who
//! takes over a container uses it: with the rights that the account has now, and those that it is
//! given later.
//!
//! Set `automountServiceAccountToken: false` for the pod, or for the ServiceAccount; the pod's
//! value wins.
//!
//! Silent where a RoleBinding or ClusterRoleBinding of the same build gives the account rights: the
//! workload is meant to use the API. Where the named account is not part of the build it may
//! disable mounting, or have its rights, elsewhere: then it counts as information. Where the input
//! is known to be only a part of a build, a pod that leaves the field out is not judged, unless the
//! run asks for this check by name.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//! #   ^^^^ Deployment `web` mounts the token of the service account `default`, which nothing here gives rights
//!       containers:
//!         - name: app
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!       automountServiceAccountToken: false
//! ```
//!
//! The account's own value counts, the pod's wins:
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: night, namespace: shop}
//! automountServiceAccountToken: false
//! ---
//! kind: CronJob
//! metadata: {name: night, namespace: shop}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           serviceAccountName: night
//!           automountServiceAccountToken: true
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ CronJob `night` mounts the token of the service account `night`, which nothing here gives rights
//!           containers:
//!             - name: main
//! ```
//!
//! ```yaml pass
//! kind: ServiceAccount
//! metadata: {name: quiet}
//! automountServiceAccountToken: false
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       serviceAccountName: quiet
//! ---
//! kind: Pod
//! metadata: {name: off}
//! spec:
//!   automountServiceAccountToken: false
//! ---
//! kind: Pod
//! metadata: {name: later}
//! spec:
//!   automountServiceAccountToken: ${MOUNT}
//! ---
//! kind: Pod
//! metadata: {name: without-spec}
//! ```
//!
//! ```yaml pass incomplete
//! kind: Pod
//! metadata: {name: part}
//! spec:
//!   serviceAccountName: elsewhere
//! ```
//!
//! An operator that is given rights:
//!
//! ```yaml pass
//! kind: ServiceAccount
//! metadata: {name: operator, namespace: shop}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! subjects:
//!   - {kind: ServiceAccount, name: operator, namespace: shop}
//! ---
//! kind: Deployment
//! metadata: {name: operator, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       serviceAccountName: operator
//! ---
//! kind: RoleBinding
//! metadata: {name: worker}
//! subjects:
//!   - {kind: ServiceAccount, name: worker}
//! ---
//! kind: Job
//! metadata: {name: worker}
//! spec:
//!   template:
//!     spec:
//!       serviceAccountName: worker
//! ```

use kubesift_engine::model::is_unknown;
use kubesift_engine::model::rights::{AUTHENTICATED, Who};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Cis, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[
        Cis("5.1.6"),
        Peer("checkov:CKV_K8S_38"),
        Peer("trivy:KSV-0036"),
        Peer("kics:48471392"),
        Peer("kubescape:C-0034"),
        Peer("kubescape:C-0190"),
        Peer("kubescape:C-0261"),
        Peer("polaris:automountServiceAccountToken"),
        Peer("kubesec:AutomountServiceAccountToken"),
        Peer("kubeaudit:AutomountServiceAccountTokenTrueAndDefaultSA"),
        Peer("terrascan:AC-K8-IA-PO-M-0105"),
        Peer("kyverno:restrict-automount-sa-token"),
        Peer("gatekeeper:k8spspautomountserviceaccounttokenpod"),
        Peer("datree:SRVACC_INCORRECT_AUTOMOUNTSERVICEACCOUNTTOKEN_VALUE"),
        Peer("monokle:KBP106"),
        Peer("popeye:POP-301"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource).filter(|pod| pod.pod.has_spec()) else { return };
    let flag = pod.pod.field("automountServiceAccountToken");
    if flag.is_false() || flag.boolean() == Boolean::Unknown {
        return;
    }
    let partial = pod.pod.is_partial();
    let Some(runs_as) = graph.account_of(pod).filter(|_| flag.exists() || !partial) else { return };
    let everybody = Who::Group(AUTHENTICATED);
    let given = graph.given_to(runs_as);
    let name = runs_as.name;
    if is_unknown(name) || given.iter().any(|given| given.subject.who != everybody) {
        return;
    }
    if !flag.exists() && !graph.build().complete && !out.is_asked() {
        return;
    }
    let account = graph.account_object(pod);
    let of_account = account.map(|account| account.field("automountServiceAccountToken").boolean());
    let disabled = matches!(of_account, Some(Boolean::False | Boolean::Unknown));
    if !flag.exists() && disabled {
        return;
    }
    let message = format!(
        "mounts the token of the service account `{name}`, which nothing here gives rights"
    );
    let draft = out.report(flag, message).set(Unsafe, "mount no token", flag, "false");
    let elsewhere = account.is_none() && name != "default" && !flag.exists();
    if let Some(account) = account {
        draft.note(account.node(), "the service account");
    } else if elsewhere {
        draft.severity(Info).confidence(Confidence::Low);
    }
}

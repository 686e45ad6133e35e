//! The pods of a workload that lives on are not restarted.
//!
//! The pod template of a Deployment, StatefulSet, DaemonSet, ReplicaSet or ReplicationController
//! takes no other `restartPolicy` than `Always`: the API server refuses the object.
//!
//! Leave the field out, or use a Job for work that comes to an end.
//!
//! kube-linter accepts `OnFailure` here and refuses `Never` for Pods and Jobs; the API server does
//! neither.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       restartPolicy: OnFailure
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` has `restartPolicy: OnFailure` in its pod template, where the API server takes `Always` only
//!       containers: [{name: app}]
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       restartPolicy: Always
//!       containers: [{name: app}]
//! ```
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec: {template: {spec: {restartPolicy: Always, containers: [{name: app}]}}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Pod
//! metadata: {name: once}
//! spec: {restartPolicy: Never, containers: [{name: app}]}
//! ---
//! kind: Job
//! metadata: {name: once}
//! spec: {template: {spec: {restartPolicy: Never, containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: unknown}
//! spec: {template: {spec: {restartPolicy: "${POLICY}", containers: [{name: app}]}}}
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    refs: &[
        Peer("kube-linter:restart-policy"),
        Peer("datree:WORKLOAD_INCORRECT_RESTARTPOLICY_VALUE_ALWAYS"),
    ],
    run: Run::Resource(
        &[
            "apps/Deployment",
            "apps/StatefulSet",
            "apps/DaemonSet",
            "apps/ReplicaSet",
            "ReplicationController",
        ],
        run,
    ),
    ..Check::DEFAULT
};

fn run(workload: &Resource, out: &mut Out) {
    let field = workload.field("spec.template.spec.restartPolicy");
    let Some(policy) = field.str().filter(|policy| *policy != "Always" && !is_unknown(policy))
    else {
        return;
    };
    let what = format!(
        "has `restartPolicy: {policy}` in its pod template, where the API server takes `Always` only"
    );
    out.report(field, what).set(Unsafe, "restart always", field, "Always");
}

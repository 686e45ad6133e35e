//! The pods of a Job are restarted for ever.
//!
//! The pod template of a Job or a CronJob must say `restartPolicy: OnFailure` or `Never`: `Always`,
//! which also holds when nothing is said, is refused by the API server.
//!
//! `OnFailure` restarts the container in the same pod, `Never` lets the Job make a new pod, whose
//! predecessor stays to be looked at.
//!
//! ```yaml fail
//! kind: CronJob
//! metadata: {name: report}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//! #       ^^^^ CronJob `report` has no `restartPolicy` in its pod template, where the API server takes `OnFailure` or `Never` only
//!           containers: [{name: app}]
//! ---
//! kind: Job
//! metadata: {name: report}
//! spec:
//!   template:
//!     spec:
//!       restartPolicy: Always
//! #     ^^^^^^^^^^^^^^^^^^^^^ Job `report` has `restartPolicy: Always` in its pod template, where the API server takes `OnFailure` or `Never` only
//!       containers: [{name: app}]
//! ```
//!
//! ```yaml fixed
//! kind: CronJob
//! metadata: {name: report}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers: [{name: app}]
//!           restartPolicy: OnFailure
//! ---
//! kind: Job
//! metadata: {name: report}
//! spec:
//!   template:
//!     spec:
//!       restartPolicy: OnFailure
//!       containers: [{name: app}]
//! ```
//!
//! ```yaml pass
//! kind: Job
//! metadata: {name: once}
//! spec: {template: {spec: {restartPolicy: Never, containers: [{name: app}]}}}
//! ---
//! kind: Job
//! metadata: {name: unknown}
//! spec: {template: {spec: {restartPolicy: "${POLICY}", containers: [{name: app}]}}}
//! ---
//! kind: CronJob
//! metadata: {name: wholly-unknown}
//! spec: {jobTemplate: {spec: {template: {spec: "${SPEC}"}}}}
//! ---
//! kind: Job
//! metadata: {name: without-a-pod}
//! spec: {}
//! ```

use kubesift_engine::model::is_absent;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    refs: &[Peer("kube-score:cronjob-restartpolicy")],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    if !pod.resource.is("batch/Job") && !pod.resource.is("batch/CronJob") {
        return;
    }
    let field = pod.field("restartPolicy");
    let is = match field.str() {
        Some("Always") => "`restartPolicy: Always`",
        None if is_absent(field) => "no `restartPolicy`",
        _ => return,
    };
    let what = format!(
        "has {is} in its pod template, where the API server takes `OnFailure` or `Never` only"
    );
    out.report(field, what).set(Unsafe, "restart when it fails", field, "OnFailure");
}

//! A rolling update may neither add a pod nor take one away.
//!
//! With `maxSurge` and `maxUnavailable` both zero no update could ever begin, so the API server
//! refuses the object.
//!
//! Give one of them a value: `maxSurge: 1` needs room for another pod, `maxUnavailable: 1` works
//! with one pod less for a while.
//!
//! For a DaemonSet `maxSurge` is zero and `maxUnavailable` one unless they are stated, for a
//! Deployment both are 25 %. A share that is rounded down to nothing is no mistake: the controller
//! then takes one pod away.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   strategy:
//!     rollingUpdate:
//!       maxSurge: 0
//!       maxUnavailable: 0%
//! #     ^^^^^^^^^^^^^^^^^^ Deployment `web` has `maxSurge` and `maxUnavailable` of zero, which the API server refuses
//! ---
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec:
//!   updateStrategy:
//!     rollingUpdate: {maxUnavailable: 0}
//! #                   ^^^^^^^^^^^^^^^^^ DaemonSet `agent` has `maxSurge` and `maxUnavailable` of zero, which the API server refuses
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {strategy: {rollingUpdate: {maxUnavailable: 0}}}
//! ---
//! kind: Deployment
//! metadata: {name: db}
//! spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1%}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec: {updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}}
//! ---
//! kind: Deployment
//! metadata: {name: unknown}
//! spec: {strategy: {rollingUpdate: {maxSurge: "${SURGE}", maxUnavailable: 0}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: unknown}
//! spec: {updateStrategy: "${STRATEGY}"}
//! ```

use kubesift_engine::model::Portion;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Resource(&["apps/Deployment", "apps/DaemonSet"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, out: &mut Out) {
    let daemons = workload.is("apps/DaemonSet");
    let field =
        if daemons { "spec.updateStrategy.rollingUpdate" } else { "spec.strategy.rollingUpdate" };
    let Some(update) = workload.field(field).node() else { return };
    let portion = |key: &'static str| update.field(key).node().map(Portion::of);
    let surge = portion("maxSurge").unwrap_or(Portion::Count(i64::from(!daemons)));
    let away = portion("maxUnavailable").unwrap_or(Portion::Count(1));
    if surge.is_zero() && away.is_zero() {
        let what = "has `maxSurge` and `maxUnavailable` of zero, which the API server refuses";
        let draft = out.report(update.field("maxUnavailable"), what);
        if let Some(surge) = update.get("maxSurge") {
            draft.note(surge, "no pod may be added");
        }
    }
}

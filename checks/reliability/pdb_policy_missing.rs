//! A PodDisruptionBudget states neither or both of its limits.
//!
//! With neither `minAvailable` nor `maxUnavailable` the budget protects nothing: every pod may be
//! evicted at once. With both the API server refuses the object.
//!
//! State exactly one of them.
//!
//! ```yaml fail
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//! #^^^ PodDisruptionBudget `web` has neither `minAvailable` nor `maxUnavailable`, so it protects nothing
//!   selector: {matchLabels: {app: web}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: db}
//! spec:
//!   minAvailable: 1
//!   maxUnavailable: 1
//! # ^^^^^^^^^^^^^^^^^ PodDisruptionBudget `db` has both `minAvailable` and `maxUnavailable`, which the API server refuses
//! ```
//!
//! ```yaml pass
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {minAvailable: 50%}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: db}
//! spec: {maxUnavailable: 0}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: unknown}
//! spec: "${SPEC}"
//! ```

use kubesift_engine::model::{Allowance, allowance};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kube-score:poddisruptionbudget-has-policy")],
    run: Run::Resource(&["policy/PodDisruptionBudget"], run),
    ..Check::DEFAULT
};

fn run(budget: &Resource, out: &mut Out) {
    match allowance(budget) {
        Allowance::Absent => {
            let what = "has neither `minAvailable` nor `maxUnavailable`, so it protects nothing";
            out.report(budget.field("spec.minAvailable"), what);
        }
        Allowance::Both(min, max) => {
            let what = "has both `minAvailable` and `maxUnavailable`, which the API server refuses";
            out.report(max, what).note(min, "the other one");
        }
        Allowance::MinAvailable(..) | Allowance::MaxUnavailable(..) | Allowance::Unknown => {}
    }
}

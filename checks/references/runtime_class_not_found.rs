//! A pod has a RuntimeClass that is not there.
//!
//! The API server refuses pods of a class that does not exist, and a pod that was meant to run in a
//! sandbox of its own does not run at all.
//!
//! Correct `runtimeClassName`, or add the class.
//!
//! Classes belong to the cluster, so one that is not found is reported only where a class in view is
//! named nearly so, or where the configuration declares everything complete. A run that names this
//! check reports all.
//!
//! ```yaml fail
//! apiVersion: node.k8s.io/v1
//! kind: RuntimeClass
//! metadata: {name: gvisor}
//! handler: runsc
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   runtimeClassName: gviser-box
//!   containers: [{name: app}]
//! ---
//! kind: Pod
//! metadata: {name: api}
//! spec:
//!   runtimeClassName: gvisro
//! # ^^^^^^^^^^^^^^^^^^^^^^^^ Pod `api` runs with RuntimeClass `gvisro`, which no file defines; the nearest is `gvisor`
//!   containers: [{name: app}]
//! ```
//!
//! ```yaml fixed
//! apiVersion: node.k8s.io/v1
//! kind: RuntimeClass
//! metadata: {name: gvisor}
//! handler: runsc
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   runtimeClassName: gviser-box
//!   containers: [{name: app}]
//! ---
//! kind: Pod
//! metadata: {name: api}
//! spec:
//!   runtimeClassName: gvisor
//!   containers: [{name: app}]
//! ```
//!
//! ```yaml fail asked
//! kind: Pod
//! metadata: {name: web}
//! spec: {runtimeClassName: kata, containers: [{name: app}]}
//! #      ^^^^^^^^^^^^^^^^^^^^^^ Pod `web` runs with RuntimeClass `kata`, which no file defines
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: web}
//! spec: {runtimeClassName: kata, containers: [{name: app}]}
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss"],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| link.relation == Relation::RuntimeClass);
}

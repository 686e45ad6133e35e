//! A pod has a PriorityClass that is not there.
//!
//! The API server refuses pods of a class that does not exist: a Deployment then has no pods, and
//! only its events say why.
//!
//! Correct `priorityClassName`, or add the class.
//!
//! Classes belong to the cluster, so one that is not found is reported only where a class in view is
//! named nearly so, or where the configuration declares everything complete. A run that names this
//! check reports all. `system-cluster-critical` and `system-node-critical` are always there.
//!
//! ```yaml fail
//! apiVersion: scheduling.k8s.io/v1
//! kind: PriorityClass
//! metadata: {name: important}
//! value: 1000
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   priorityClassName: improtant
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `web` has PriorityClass `improtant`, which no file defines; the nearest is `important`
//!   containers: [{name: app}]
//! ```
//!
//! ```yaml fixed
//! apiVersion: scheduling.k8s.io/v1
//! kind: PriorityClass
//! metadata: {name: important}
//! value: 1000
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   priorityClassName: important
//!   containers: [{name: app}]
//! ```
//!
//! ```yaml pass complete=*
//! apiVersion: scheduling.k8s.io/v1
//! kind: PriorityClass
//! metadata: {name: important}
//! ---
//! kind: Pod
//! metadata: {name: known}
//! spec: {priorityClassName: important, containers: [{name: app}]}
//! ---
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec: {template: {spec: {priorityClassName: system-node-critical, containers: [{name: app}]}}}
//! ---
//! kind: Pod
//! metadata: {name: filled-in}
//! spec: {priorityClassName: "${PRIORITY}", containers: [{name: app}]}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: web}
//! spec: {priorityClassName: of-the-cluster, containers: [{name: app}]}
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
    out.dangling(resource, graph, Usual::Elsewhere, |link| {
        link.relation == Relation::PriorityClass
    });
}

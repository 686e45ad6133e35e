//! An object states an owner that is not there.
//!
//! The garbage collector removes an object whose owner does not exist. An owner is also known by its
//! `uid`, which is another one in every cluster: `ownerReferences` in a file are nearly always left
//! over from an export.
//!
//! Remove `metadata.ownerReferences`.
//!
//! Owners that a controller makes (ReplicaSets, Nodes, Pods) are in no file, and no finding.
//!
//! ```yaml fail asked
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   ownerReferences:
//!     - apiVersion: apps/v1
//!       kind: Deployment
//!       name: web
//! #     ^^^^^^^^^ ConfigMap `settings` is owned by Deployment `web`, which no file defines
//!       uid: 6f1c3f0a-0000-4000-8000-000000000000
//! ```
//!
//! ```yaml pass asked
//! kind: Deployment
//! metadata: {name: web}
//! ---
//! kind: ConfigMap
//! metadata: {name: settings, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: x}]}
//! ---
//! kind: Pod
//! metadata: {name: web-7d, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-7d, uid: x}]}
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[Profile::Hygiene],
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("monokle:LNK003")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| link.relation == Relation::Owner);
}

//! Nothing mounts a PersistentVolumeClaim.
//!
//! The volume behind it is paid for, and its data kept, for nobody.
//!
//! Remove the claim once its data is not needed, or mount it.
//!
//! A claim counts as used when a pod mounts it, when a StatefulSet makes it from a template, when a
//! snapshot or another claim takes its data, and when its name stands in a command line, an
//! annotation or a custom resource. Nothing is said where a release or an operator in the namespace
//! may use it, and where only a part of what is applied is known.
//!
//! ```yaml fail
//! kind: PersistentVolumeClaim
//! metadata:
//!   name: old-uploads
//! # ^^^^^^^^^^^^^^^^^ PersistentVolumeClaim `old-uploads` is mounted by nothing
//! ```
//!
//! ```yaml pass
//! kind: PersistentVolumeClaim
//! metadata: {name: uploads}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data-db-0}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: saved}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   volumeClaimTemplates: [{metadata: {name: data}}]
//!   template: {spec: {containers: [{name: app}]}}
//! ---
//! kind: CronJob
//! metadata: {name: web}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers: [{name: app}]
//!           volumes: [{name: uploads, persistentVolumeClaim: {claimName: uploads}}]
//! ---
//! apiVersion: snapshot.storage.k8s.io/v1
//! kind: VolumeSnapshot
//! metadata: {name: saved}
//! spec: {source: {persistentVolumeClaimName: saved}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    confidence: Confidence::Low,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("popeye:POP-400")],
    run: Run::Links(&["PersistentVolumeClaim"], run),
    ..Check::DEFAULT
};

fn run(claim: &Resource, graph: &Graph, out: &mut Out) {
    let links = graph.links();
    let Some(name) = claim.name.as_deref() else { return };
    if links.may_be_used_unseen(claim) && !out.is_asked() || links.is_used(claim) {
        return;
    }
    if graph.pods_with_claim(claim.namespace.as_deref(), name).is_empty() {
        out.report(claim.field("metadata.name"), "is mounted by nothing");
    }
}

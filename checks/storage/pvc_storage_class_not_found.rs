//! A claim asks for a StorageClass that the manifests do not hold.
//!
//! No volume is made for a claim of a class that does not exist: it stays `Pending`, and with it
//! every pod that mounts it.
//!
//! Correct `storageClassName`, or add the class.
//!
//! Classes belong to the cluster, so one that is not found is reported only where the manifests hold
//! classes and one of them is named nearly so, or where the configuration declares everything
//! complete. A run that names this check reports all. A claim that is bound to a volume by name, or
//! to one of its class in view, needs no class; `""` asks for none.
//!
//! ```yaml fail
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata: {name: standard}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: uploads}
//! spec:
//!   storageClassName: standrad
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^ PersistentVolumeClaim `uploads` asks for StorageClass `standrad`, which no file defines; the nearest is `standard`
//! ```
//!
//! ```yaml fixed
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata: {name: standard}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: uploads}
//! spec:
//!   storageClassName: standard
//! ```
//!
//! ```yaml fail asked
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   volumeClaimTemplates:
//!     - metadata: {name: data}
//!       spec: {storageClassName: fast}
//! #            ^^^^^^^^^^^^^^^^^^^^^^ StatefulSet `db` asks for StorageClass `fast`, which no file defines
//! ```
//!
//! ```yaml pass asked
//! apiVersion: storage.k8s.io/v1
//! kind: StorageClass
//! metadata: {name: standard}
//! ---
//! kind: PersistentVolume
//! metadata: {name: nfs}
//! spec: {storageClassName: manual}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: known}
//! spec: {storageClassName: standard}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: by-volume}
//! spec: {storageClassName: manual}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: bound}
//! spec: {storageClassName: local, volumeName: disk-1}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: none}
//! spec: {storageClassName: ""}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: filled-in}
//! spec: {storageClassName: "${STORAGE_CLASS}"}
//! ```
//!
//! ```yaml pass
//! kind: PersistentVolumeClaim
//! metadata: {name: uploads}
//! spec: {storageClassName: of-the-cluster}
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss"],
    refs: &[Peer("gatekeeper:k8sstorageclass"), Peer("popeye:POP-407")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.field("spec.volumeName").exists() {
        return;
    }
    out.dangling(resource, graph, Usual::Elsewhere, |link| link.relation == Relation::StorageClass);
}

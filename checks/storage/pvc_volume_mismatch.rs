//! A claim does not fit the volume that is meant for it.
//!
//! A claim and a PersistentVolume are bound only when class, access modes, size and mode agree; until
//! then the claim stays `Pending`, and so do the pods that mount it.
//!
//! Give both the same class (`""` on both for none), access modes that the volume offers, and a size
//! that the volume has.
//!
//! Volumes of the same build count that the claim names (`volumeName`), or that are kept for it
//! (`claimRef`). A claim that states no class gets the cluster's default one, which no manifest shows:
//! its class is not compared.
//!
//! ```yaml fail
//! kind: PersistentVolume
//! metadata: {name: disk}
//! spec:
//!   storageClassName: manual
//!   capacity: {storage: 5Gi}
//!   accessModes: [ReadWriteOnce]
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec:
//!   volumeName: disk
//!   storageClassName: ""
//! # ^^^^^^^^^^^^^^^^^^^^ PersistentVolumeClaim `data` does not fit PersistentVolume `disk`: it wants no storage class, the volume has `manual`
//!   accessModes:
//!     - ReadWriteMany
//! #     ^^^^^^^^^^^^^ PersistentVolumeClaim `data` does not fit PersistentVolume `disk`: the volume does not offer ReadWriteMany
//!   resources:
//!     requests:
//!       storage: 10Gi
//! #     ^^^^^^^^^^^^^ PersistentVolumeClaim `data` does not fit PersistentVolume `disk`: it wants 10Gi, the volume has 5Gi
//! ```
//!
//! ```yaml fail
//! kind: PersistentVolume
//! metadata: {name: disk}
//! spec:
//!   capacity: {storage: 5Gi}
//!   accessModes: [ReadWriteOnce]
//!   claimRef: {namespace: shop, name: data}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data, namespace: shop}
//! spec:
//!   storageClassName: fast
//! # ^^^^^^^^^^^^^^^^^^^^^^ PersistentVolumeClaim `data` does not fit PersistentVolume `disk`: it wants storage class `fast`, the volume has none
//!   volumeMode: Block
//! # ^^^^^^^^^^^^^^^^^ PersistentVolumeClaim `data` does not fit PersistentVolume `disk`: it wants Block, the volume is Filesystem
//!   accessModes: [ReadWriteOnce]
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data, namespace: bank}
//! spec:
//!   volumeName: disk
//! # ^^^^^^^^^^^^^^^^ PersistentVolumeClaim `data` does not fit PersistentVolume `disk`: it is kept for claim `shop/data`
//! ```
//!
//! ```yaml pass
//! kind: PersistentVolume
//! metadata: {name: disk}
//! spec:
//!   storageClassName: manual
//!   capacity: {storage: 10Gi}
//!   accessModes: [ReadWriteOnce, ReadWriteMany]
//!   claimRef: {name: data, namespace: shop}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data, namespace: shop}
//! spec:
//!   volumeName: disk
//!   storageClassName: manual
//!   accessModes: [ReadWriteOnce]
//!   resources: {requests: {storage: 5120Mi}}
//! ---
//! kind: PersistentVolume
//! metadata: {name: by-default}
//! spec: {storageClassName: standard, capacity: {storage: "${SIZE}"}, accessModes: "${MODES}"}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: default-class, namespace: shop}
//! spec:
//!   volumeName: by-default
//!   accessModes: [ReadWriteOnce]
//!   resources: {requests: {storage: 10Gi}}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: elsewhere, namespace: shop}
//! spec: {volumeName: of-another-repository, storageClassName: ""}
//! ```

use kubesift_engine::model::{Quantity, is_unknown, known_node, storage_class};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("monokle:LNK001")],
    run: Run::Links(&["PersistentVolumeClaim"], run),
    ..Check::DEFAULT
};

fn run(claim: &Resource, graph: &Graph, out: &mut Out) {
    let Some(volume) = graph.volume_of(claim) else { return };
    let mut report = |at: At<'_>, other: Field<'_>, why: String| {
        let name = volume.name.as_deref().unwrap_or("(no name)");
        let what = format!("does not fit PersistentVolume `{name}`: {why}");
        out.report(at, what).note(other, "the volume");
    };
    if let Some((at, why)) = other_owner(claim, volume) {
        report(at.into(), volume.field("spec.claimRef"), why);
        return;
    }
    if let Some((at, why)) = class(claim, volume) {
        report(at.into(), volume.field("spec.storageClassName"), why);
    }
    let offered = volume.field("spec.accessModes");
    if let Some((at, why)) = mode(claim, offered) {
        report(at.into(), offered, why);
    }
    let capacity = volume.field("spec.capacity.storage");
    let wanted = claim.field("spec.resources.requests.storage");
    if let (Some(at), Some(has)) = (wanted.node(), capacity.node()) {
        let (wants, has) = (at.text().unwrap_or_default(), has.text().unwrap_or_default());
        if let (Ok(more), Ok(less)) = (Quantity::parse(wants), Quantity::parse(has))
            && more > less
        {
            report(at.into(), capacity, format!("it wants {wants}, the volume has {has}"));
        }
    }
    let kinds = [claim, volume].map(|one| one.field("spec.volumeMode"));
    let [wants, is] = kinds.map(|kind| kind.str().unwrap_or("Filesystem"));
    if wants != is && !is_unknown(wants) && !is_unknown(is) {
        report(kinds[0].into(), kinds[1], format!("it wants {wants}, the volume is {is}"));
    }
}

/// The volume is kept for another claim.
fn other_owner<'a>(claim: &'a Resource, volume: &Resource) -> Option<(Field<'a>, String)> {
    let name = volume.field("spec.claimRef.name").str()?;
    let namespace = volume.field("spec.claimRef.namespace").str()?;
    let same_name = claim.name.as_deref()? == name;
    let same = same_name && claim.namespace.as_deref().is_none_or(|own| own == namespace);
    let unknown = [Some(name), Some(namespace), claim.name.as_deref(), claim.namespace.as_deref()];
    if same || unknown.into_iter().flatten().any(is_unknown) {
        return None;
    }
    Some((claim.field("spec.volumeName"), format!("it is kept for claim `{namespace}/{name}`")))
}

fn class<'a>(claim: &'a Resource, volume: &Resource) -> Option<(Node<'a>, String)> {
    let at = storage_class(claim)?;
    let wants = at.str()?;
    let has = match storage_class(volume) {
        Some(node) => node.str()?,
        None => "",
    };
    if wants == has || is_unknown(wants) || is_unknown(has) {
        return None;
    }
    let wanted = if wants.is_empty() {
        "no storage class".to_owned()
    } else {
        format!("storage class `{wants}`")
    };
    let has = if has.is_empty() { "none".to_owned() } else { format!("`{has}`") };
    Some((at, format!("it wants {wanted}, the volume has {has}")))
}

/// An access mode that the volume does not offer.
fn mode<'a>(claim: &'a Resource, offered: Field<'_>) -> Option<(Node<'a>, String)> {
    let list = offered.node().filter(|node| node.is_list())?;
    if list.items().any(|item| !known_node(item).is_literal()) {
        return None;
    }
    let mut wanted = claim.field("spec.accessModes").items();
    wanted.find_map(|at| {
        let mode = at.str().filter(|mode| !is_unknown(mode))?;
        let lacks = !list.items().any(|item| item.str() == Some(mode));
        lacks.then(|| (at, format!("the volume does not offer {mode}")))
    })
}

//! A pod mounts a PersistentVolumeClaim that is not there.
//!
//! The pod stays `Pending` until somebody makes a claim of that name in its namespace.
//!
//! Correct `claimName`, or add the claim to what is applied together.
//!
//! How much is said depends on how sure it is. In a namespace that the configuration declares
//! `complete` the claim is missing. Where something speaks for a mistake (a name one letter away, a
//! claim of that name in another namespace only, others in the same folder), it most likely is. Else
//! the finding is a note. Nothing is said of claims that a StatefulSet makes from a template
//! (`data-web-0`) or that belong to an operator's resource, and where only a part of what is applied
//! is known.
//!
//! ```yaml fail
//! kind: PersistentVolumeClaim
//! metadata: {name: uploads}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes:
//!         - name: uploads
//!           persistentVolumeClaim:
//!             claimName: upload-data
//! #           ^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` mounts PersistentVolumeClaim `upload-data`, which no file defines
//! ```
//!
//! ```yaml pass complete=*
//! kind: PersistentVolumeClaim
//! metadata: {name: uploads}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   volumeClaimTemplates: [{metadata: {name: data}}]
//!   template: {spec: {containers: [{name: app, volumeMounts: [{name: data}]}]}}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - {name: a, persistentVolumeClaim: {claimName: uploads}}
//!     - {name: b, persistentVolumeClaim: {claimName: data-db-0}}
//!     - {name: c, persistentVolumeClaim: {claimName: "${CLAIM}"}}
//!     - {name: d, persistentVolumeClaim: {claimName: image}}
//!     - {name: e, emptyDir: {}}
//! ---
//! apiVersion: cdi.kubevirt.io/v1beta1
//! kind: DataVolume
//! metadata: {name: image}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: PersistentVolumeClaim
//! metadata: {name: uploads}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: uploads
//!       persistentVolumeClaim:
//!         claimName: upload
//! #       ^^^^^^^^^^^^^^^^^ Pod `web` mounts PersistentVolumeClaim `upload`, which no file defines; the nearest is `uploads`
//! ```
//!
//! ```yaml fixed
//! kind: PersistentVolumeClaim
//! metadata: {name: uploads}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: uploads
//!       persistentVolumeClaim:
//!         claimName: uploads
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("monokle:LNK001"), Peer("popeye:POP-407")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Beside, |link| link.relation == Relation::Claim);
}

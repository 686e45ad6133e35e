//! A workload mounts a persistent volume.
//!
//! Data that outlives the pod wants a backup, encryption, and a plan for moving it: this lists who
//! has any. It is an inventory, in no profile but `all`.
//!
//! Nothing has to be done about it.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes:
//!         - name: data
//!           persistentVolumeClaim: {claimName: web}
//! #                                 ^^^^^^^^^^^^^^ Deployment `web` mounts PersistentVolumeClaim `web`
//!         - name: scratch
//!           ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   template: {spec: {containers: [{name: app}]}}
//!   volumeClaimTemplates:
//!     - metadata: {name: data}
//! #                ^^^^^^^^^^ StatefulSet `db` mounts a PersistentVolumeClaim of its own for each pod
//!       spec: {accessModes: [ReadWriteOnce]}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, emptyDir: {}}]
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    profiles: &[],
    refs: &[Peer("kubescape:C-0257")],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    for volume in pod.volumes() {
        let at = volume.field("persistentVolumeClaim.claimName");
        if let Some(name) = at.str() {
            out.report(at, format!("mounts PersistentVolumeClaim `{name}`"));
        }
    }
    if pod.resource.is("apps/StatefulSet") {
        for template in pod.resource.field("spec.volumeClaimTemplates").items() {
            let what = "mounts a PersistentVolumeClaim of its own for each pod";
            out.report(template.field("metadata.name"), what);
        }
    }
}

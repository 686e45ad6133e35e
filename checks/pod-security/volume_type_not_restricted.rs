//! A volume is of a type that the restricted Pod Security Standard forbids.
//!
//! The restricted standard allows volumes that belong to the pod or were provided by the
//! platform: `configMap`, `csi`, `downwardAPI`, `emptyDir`, `ephemeral`, `image`,
//! `persistentVolumeClaim`, `projected`, `secret`. Types with servers and credentials in the pod
//! (`nfs`, `iscsi`, `rbd` and others) let who writes the pod choose what its node connects to.
//!
//! Make a PersistentVolume of it and mount a PersistentVolumeClaim.
//!
//! A volume with nothing but a name is an `emptyDir`. For `hostPath` the checks of that family
//! speak in place of this one.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       volumes:
//!         - name: share
//!           nfs:
//! #         ^^^ Deployment `web` has a volume `share` of type `nfs`, which the restricted Pod Security Standard forbids
//!             server: nfs.example.com
//!             path: /export
//!         - name: config
//!           configMap: {name: web}
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! metadata: {name: night}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           volumes:
//!             - {name: host, hostPath: {path: /srv}}
//! #                                     ^^^^^^^^^^ CronJob `night` has a volume `host` of type `hostPath`, which the restricted Pod Security Standard forbids
//!             - {name: code, gitRepo: {repository: "https://example.com/x.git"}}
//! #                          ^^^^^^^ CronJob `night` has a volume `code` of type `gitRepo`, which the restricted Pod Security Standard forbids
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!   volumes:
//!     - name: nothing
//!     - {name: one, emptyDir: {}}
//!     - {name: two, ephemeral: {volumeClaimTemplate: {}}}
//!     - {name: three, image: {reference: "example.com/data:1"}}
//!     - {name: four, csi: {driver: csi.example.com}}
//!     - {name: five, nfs: null}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::PssRestricted],
    yields_to: &[
        "container-runtime-socket-mounted",
        "host-path-cloud-credentials",
        "host-path-control-plane-pki",
        "host-path-kubelet-directory",
        "host-path-log-directory",
        "host-path-sensitive-directory",
        "host-path-volume",
        "host-path-writable",
    ],
    refs: &[
        PssRestricted,
        Peer("trivy:KSV-0028"),
        Peer("trivy:KSV-0121"),
        Peer("kyverno:restrict-volume-types"),
        Peer("gatekeeper:k8spspvolumetypes"),
        Peer("terrascan:AC-K8-IA-PO-M-0143"),
        Peer("monokle:PSS201"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

/// Every other source that a volume can have.
const FORBIDDEN: &[&str] = &[
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "gitRepo",
    "glusterfs",
    "hostPath",
    "iscsi",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
];

fn run(pod: &Pod, out: &mut Out) {
    for volume in pod.volumes() {
        for (kind, source) in volume.entries() {
            if !FORBIDDEN.contains(&kind) || source.is_null() {
                continue;
            }
            let name = volume.field("name").str().unwrap_or_default();
            let at = if kind == "hostPath" { source.field("path") } else { source.field("") };
            let message = format!(
                "has a volume `{name}` of type `{kind}`, which the restricted Pod Security \
                 Standard forbids"
            );
            out.report(at, message);
        }
    }
}

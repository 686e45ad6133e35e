//! A CSI volume is mounted with a SecretProviderClass that is not there.
//!
//! The driver of the Secrets Store looks the class up in the pod's namespace; without it the volume
//! is not mounted and the pod does not start.
//!
//! Correct the name, or add the SecretProviderClass to the namespace.
//!
//! One that is not found is reported only where something speaks for a mistake: a name that is one
//! letter away, a class of that name in another namespace only, or a namespace that the
//! configuration declares `complete`. A run that names this check reports all.
//!
//! ```yaml fail
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata: {name: vault-login, namespace: shop}
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: blog}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: login
//!       csi:
//!         driver: secrets-store.csi.k8s.io
//!         volumeAttributes:
//!           secretProviderClass: vault-login
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `web` mounts a volume with SecretProviderClass `vault-login`, which is in namespace `shop` only
//! ```
//!
//! ```yaml pass
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata: {name: vault-login}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - {name: a, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: vault-login}}}
//!     - {name: b, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: from-elsewhere}}}
//!     - {name: c, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: "${CLASS}"}}}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata: {name: vault-login}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: login
//!       csi:
//!         driver: secrets-store.csi.k8s.io
//!         volumeAttributes:
//!           secretProviderClass: vualt-login
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `web` mounts a volume with SecretProviderClass `vualt-login`, which no file defines; the nearest is `vault-login`
//! ```
//!
//! ```yaml fixed
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata: {name: vault-login}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: login
//!       csi:
//!         driver: secrets-store.csi.k8s.io
//!         volumeAttributes:
//!           secretProviderClass: vault-login
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| {
        link.wanted.is("secrets-store.csi.x-k8s.io/SecretProviderClass")
    });
}

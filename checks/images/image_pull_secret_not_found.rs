//! Images are pulled with a Secret that is not there.
//!
//! The kubelet passes over an `imagePullSecrets` entry that it does not find and pulls without
//! credentials: a private image then fails with `ImagePullBackOff`.
//!
//! Correct the name, or add what makes the Secret to the namespace.
//!
//! Registry credentials are usually made outside a repository, so one that is not found is reported
//! only where something speaks for a mistake: a name that is one letter away, a Secret of that name
//! in another namespace only, or a namespace that the configuration declares `complete`. A run that
//! names this check reports all.
//!
//! ```yaml fail complete=shop
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       imagePullSecrets:
//!         - name: registry
//! #         ^^^^^^^^^^^^^^ Deployment `web` pulls images with Secret `registry`, which no file defines
//!       containers: [{name: app}]
//! ---
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! imagePullSecrets: [{name: registry}]
//! #                   ^^^^^^^^^^^^^^ ServiceAccount `web` pulls images with Secret `registry`, which no file defines
//! ```
//!
//! ```yaml pass complete=shop
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//!   imagePullSecrets: [{name: registry}, {name: "${PULL_SECRET}"}, {}]
//!   containers: [{name: app}]
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ClusterExternalSecret
//! metadata: {name: registry}
//! spec: {externalSecretSpec: {target: {name: registry}}}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: web}
//! spec: {imagePullSecrets: [{name: made-by-hand}], containers: [{name: app}]}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: registry}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   imagePullSecrets:
//!     - name: registyr
//! #     ^^^^^^^^^^^^^^ Pod `web` pulls images with Secret `registyr`, which no file defines; the nearest is `registry`
//!   containers: [{name: app}]
//! ```
//!
//! ```yaml fixed
//! kind: Secret
//! metadata: {name: registry}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   imagePullSecrets:
//!     - name: registry
//!   containers: [{name: app}]
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("popeye:POP-305"), Peer("monokle:LNK001")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| {
        link.relation == Relation::ImagePullSecret
    });
}

//! An ExternalSecret reads from a store that is not there.
//!
//! Without its SecretStore or ClusterSecretStore an ExternalSecret is never synced, the Secret is
//! never made, and what needs it waits.
//!
//! Correct `secretStoreRef`: its name, and its kind, which is SecretStore where none is stated.
//!
//! Stores usually come with a cluster, so one that is not found is reported only where something
//! speaks for a mistake: a store of that name of the other kind or in another namespace, a name that
//! is one letter away, or a namespace that the configuration declares `complete`. A run that names
//! this check reports all.
//!
//! ```yaml fail
//! apiVersion: external-secrets.io/v1
//! kind: ClusterSecretStore
//! metadata: {name: vault}
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: login}
//! spec:
//!   secretStoreRef:
//!     name: vault
//! #   ^^^^^^^^^^^ ExternalSecret `login` reads from SecretStore `vault`, which no file defines; `vault` is a ClusterSecretStore
//!   data:
//!     - {secretKey: password, remoteRef: {key: shop}, sourceRef: {storeRef: {kind: ClusterSecretStore, name: valut}}}
//! #                                                                                                    ^^^^^^^^^^^ ExternalSecret `login` reads from ClusterSecretStore `valut`, which no file defines; the nearest is `vault`
//! ```
//!
//! ```yaml fixed
//! apiVersion: external-secrets.io/v1
//! kind: ClusterSecretStore
//! metadata: {name: vault}
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: login}
//! spec:
//!   secretStoreRef:
//!     name: vault
//!   data:
//!     - {secretKey: password, remoteRef: {key: shop}, sourceRef: {storeRef: {kind: ClusterSecretStore, name: vault}}}
//! ```
//!
//! ```yaml pass
//! apiVersion: external-secrets.io/v1
//! kind: ClusterSecretStore
//! metadata: {name: vault}
//! ---
//! apiVersion: external-secrets.io/v1beta1
//! kind: ExternalSecret
//! metadata: {name: login, namespace: shop}
//! spec: {secretStoreRef: {name: vault, kind: ClusterSecretStore}}
//! ---
//! apiVersion: external-secrets.io/v1beta1
//! kind: ExternalSecret
//! metadata: {name: other, namespace: shop}
//! spec: {secretStoreRef: {name: of-the-cluster, kind: ClusterSecretStore}}
//! ---
//! apiVersion: external-secrets.io/v1beta1
//! kind: ExternalSecret
//! metadata: {name: filled-in, namespace: shop}
//! spec: {secretStoreRef: {name: "${STORE}"}}
//! ```
//!
//! ```yaml fail asked
//! apiVersion: external-secrets.io/v1beta1
//! kind: ExternalSecret
//! metadata: {name: login, namespace: shop}
//! spec: {secretStoreRef: {name: of-the-cluster, kind: ClusterSecretStore}}
//! #                       ^^^^^^^^^^^^^^^^^^^^ ExternalSecret `login` reads from ClusterSecretStore `of-the-cluster`, which no file defines
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    run: Run::Links(
        &[
            "external-secrets.io/ClusterExternalSecret",
            "external-secrets.io/ExternalSecret",
            "external-secrets.io/PushSecret",
        ],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| link.relation == Relation::SecretStore);
}

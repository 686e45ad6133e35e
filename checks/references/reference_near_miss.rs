//! A reference leads to nothing, and is a typing mistake away from an object.
//!
//! What is referred to by name is looked up by the very name: one letter more, one less or two that
//! changed places, and it is not found.
//!
//! Correct the name. Where the object is to have the other name, rename it.
//!
//! All references that kubesift knows count. Names that differ in numbers (`db-1` and `db-2`) or in
//! a short word (`web-dev` and `web-uat`) are meant to differ, and are not compared.
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: registry-login}
//! ---
//! kind: ServiceAccount
//! metadata: {name: web}
//! imagePullSecrets:
//!   - name: registry-lgoin
//! #   ^^^^^^^^^^^^^^^^^^^^ ServiceAccount `web` pulls images with Secret `registry-lgoin`, which no file defines; the nearest is `registry-login`
//! ```
//!
//! ```yaml fixed
//! kind: Secret
//! metadata: {name: registry-login}
//! ---
//! kind: ServiceAccount
//! metadata: {name: web}
//! imagePullSecrets:
//!   - name: registry-login
//! ```
//!
//! A key of a ConfigMap or Secret, too:
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: login}
//! stringData: {password: "${PASSWORD}", username: shop}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: login, key: passwrod}}}]
//! #                                                                    ^^^^^^^^^^^^^ Pod `web` takes an environment variable from key `passwrod` of Secret `login`, which it does not have; the nearest is `password`
//! ```
//!
//! ```yaml pass
//! kind: PersistentVolumeClaim
//! metadata: {name: data-1}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - {name: a, persistentVolumeClaim: {claimName: data-2}}
//!     - {name: b, persistentVolumeClaim: {claimName: "${CLAIM}"}}
//! ```
//!
//! ```yaml pass incomplete
//! kind: PersistentVolumeClaim
//! metadata: {name: database}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec: {containers: [{name: app}], volumes: [{name: a, persistentVolumeClaim: {claimName: databse}}]}
//! ```

use kubesift_engine::model::{Half, Relation};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| {
        // The very name in another namespace or of another kind says more than one that is like it.
        link.missing().is_some_and(|missing| {
            let exact = matches!(missing.half, Half::Namespace(_) | Half::Kind(_));
            !link.optional
                && link.relation != Relation::Owner
                && !exact
                && missing.near.as_ref().is_some_and(|near| near.is_typo)
        })
    });
}

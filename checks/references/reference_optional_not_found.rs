//! A reference that is optional leads to nothing.
//!
//! Whoever wrote `optional: true` allowed for it, so nothing fails; but a name that was mistyped
//! then goes unnoticed, and the program runs without its settings.
//!
//! Correct the name, or leave it when the object is made elsewhere.
//!
//! This is for a look over what is optional: it runs when it is asked for, and then reports every
//! one that no file defines.
//!
//! ```yaml fail asked
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       envFrom:
//!         - configMapRef:
//!             name: overrides
//! #           ^^^^^^^^^^^^^^^ Pod `web` takes its environment from ConfigMap `overrides`, which no file defines
//!             optional: true
//! ```
//!
//! ```yaml fail asked
//! kind: Secret
//! metadata: {name: license}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: license
//!       secret:
//!         optional: true
//!         secretName: licnese
//! #       ^^^^^^^^^^^^^^^^^^^ Pod `web` mounts Secret `licnese`, which no file defines; the nearest is `license`
//! ```
//!
//! ```yaml fixed
//! kind: Secret
//! metadata: {name: license}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: license
//!       secret:
//!         optional: true
//!         secretName: license
//! ```
//!
//! ```yaml pass asked
//! kind: ConfigMap
//! metadata: {name: overrides}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       envFrom: [{configMapRef: {name: overrides, optional: true}}]
//!       env: [{name: A, valueFrom: {secretKeyRef: {name: not-optional, key: a}}}]
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[],
    fix: Some(Unsafe),
    refs: &[Peer("monokle:LNK002")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| link.optional);
}

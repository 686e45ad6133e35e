//! A DaemonSet is updated only when somebody deletes its pods.
//!
//! With `OnDelete` a new version, a security fix among them, reaches a node when its old pod is
//! deleted by hand: nodes of the same cluster run different versions for a long time.
//!
//! Use `RollingUpdate`, unless something else (an operator, a script) deletes the pods in an order
//! that matters.
//!
//! ```yaml fail
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec:
//!   updateStrategy:
//!     type: OnDelete
//! #   ^^^^^^^^^^^^^^ DaemonSet `agent` is updated only where its pods are deleted (`OnDelete`)
//!   template: {spec: {containers: [{name: app}]}}
//! ```
//!
//! ```yaml fixed
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec:
//!   updateStrategy:
//!     type: RollingUpdate
//!   template: {spec: {containers: [{name: app}]}}
//! ```
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: unset}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: rolling}
//! spec: {updateStrategy: {type: RollingUpdate}}
//! ---
//! kind: DaemonSet
//! metadata: {name: unknown}
//! spec: {updateStrategy: {type: "${STRATEGY}"}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[Profile::Reliability],
    fix: Some(Unsafe),
    refs: &[Peer("kube-linter:no-rolling-update-strategy")],
    run: Run::Resource(&["apps/DaemonSet"], run),
    ..Check::DEFAULT
};

fn run(daemons: &Resource, out: &mut Out) {
    let field = daemons.field("spec.updateStrategy.type");
    if field.str() == Some("OnDelete") {
        out.report(field, "is updated only where its pods are deleted (`OnDelete`)").set(
            Unsafe,
            "update pod by pod",
            field,
            "RollingUpdate",
        );
    }
}

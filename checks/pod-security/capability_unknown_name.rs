//! The name of a capability is not one.
//!
//! A name that Linux does not know is ignored or keeps the container from starting, depending on
//! the runtime. A dropped capability that is misspelled is not dropped.
//!
//! Write the name as in `capabilities(7)`, without `CAP_`: Kubernetes leaves the prefix out, and
//! containerd puts it before whatever is given, so `CAP_NET_RAW` becomes `CAP_CAP_NET_RAW`.
//!
//! Lower case is accepted by every runtime and is not reported.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             capabilities:
//!               add: [NET_BIND]
//! #                   ^^^^^^^^ container `app` adds `NET_BIND`, which is no capability of Linux
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           initContainers:
//!             - name: setup
//!               securityContext:
//!                 capabilities:
//!                   drop:
//!                     - CAP_NET_RAW
//! #                     ^^^^^^^^^^^ init container `setup` drops `CAP_NET_RAW`, but Kubernetes' name for it is `NET_RAW`
//!                   add:
//!                     - "CAP_CHOWN"
//! #                     ^^^^^^^^^^^ init container `setup` adds `CAP_CHOWN`, but Kubernetes' name for it is `CHOWN`
//! ```
//!
//! ```yaml fixed
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           initContainers:
//!             - name: setup
//!               securityContext:
//!                 capabilities:
//!                   drop:
//!                     - NET_RAW
//!                   add:
//!                     - "CHOWN"
//! ```
//!
//! To drop `CAP_ALL` drops nothing, and counts as medium:
//!
//! ```yaml fail
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, securityContext: {capabilities: {drop: [CAP_ALL]}}}
//! #                                                         ^^^^^^^ container `app` drops `CAP_ALL`, but Kubernetes' name for it is `ALL`
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       securityContext:
//!         capabilities: {drop: [all, net_raw], add: [NET_BIND_SERVICE, CHECKPOINT_RESTORE]}
//!     - {name: template, securityContext: {capabilities: {add: ["${CAP}"], drop: ["{{ c }}"]}}}
//! ```

use kubesift_engine::model::{capability_name, is_capability};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[Profile::Default, Profile::Hygiene],
    yields_to: &["capability-sys-admin-added", "capability-dangerous-added"],
    fix: Some(Unsafe),
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    for (written, node) in container.added_capabilities() {
        judge("adds", written, node, out);
    }
    for (written, node) in container.dropped_capabilities() {
        judge("drops", written, node, out);
    }
}

fn judge(verb: &str, written: &str, node: Node, out: &mut Out) {
    let name = capability_name(written);
    if !is_capability(&name) {
        out.report(node, format!("{verb} `{written}`, which is no capability of Linux"));
    } else if name.len() != written.len() {
        let message = format!("{verb} `{written}`, but Kubernetes' name for it is `{name}`");
        let severity = if *name == *"ALL" { Medium } else { CHECK.severity };
        out.report(node, message).severity(severity).set(
            Unsafe,
            "write the name as Kubernetes expects it",
            node.field(""),
            &name,
        );
    }
}

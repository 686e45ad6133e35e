//! A SecurityContextConstraints allows privileged containers.
//!
//! Whoever may use it starts containers that see every device of their node and hold every
//! capability, and so takes the node.
//!
//! Set `allowPrivilegedContainer: false` and allow what is needed one by one: host paths, the host
//! network, single capabilities. Keep the built-in `privileged` for the platform's own workloads.
//!
//! ```yaml fail
//! apiVersion: security.openshift.io/v1
//! kind: SecurityContextConstraints
//! metadata: {name: builds}
//! allowPrivilegedContainer: true
//! #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ SecurityContextConstraints `builds` allows privileged containers
//! users:
//!   - system:serviceaccount:ci:builder
//! ```
//!
//! ```yaml pass
//! apiVersion: security.openshift.io/v1
//! kind: SecurityContextConstraints
//! metadata: {name: builds}
//! allowPrivilegedContainer: false
//! ---
//! apiVersion: security.openshift.io/v1
//! kind: SecurityContextConstraints
//! metadata: {name: later}
//! allowPrivilegedContainer: ${PRIVILEGED}
//! ---
//! apiVersion: example.com/v1
//! kind: SecurityContextConstraints
//! metadata: {name: other}
//! allowPrivilegedContainer: true
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    refs: &[Peer("kube-linter:scc-deny-privileged-container")],
    run: Run::Resource(&["security.openshift.io/SecurityContextConstraints"], run),
    ..Check::DEFAULT
};

fn run(constraints: &Resource, out: &mut Out) {
    let flag = constraints.field("allowPrivilegedContainer");
    if flag.is_true() {
        out.report(flag, "allows privileged containers");
    }
}

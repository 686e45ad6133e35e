//! A container gets a capability that the restricted Pod Security Standard forbids.
//!
//! The restricted standard lets a container add `NET_BIND_SERVICE` and nothing else. In a
//! namespace with this level the pod is refused.
//!
//! Remove the capability. Changing the owner of files (`CHOWN`, `FOWNER`) can move to the image's
//! build or to `fsGroup`, changing the user (`SETUID`, `SETGID`) to `runAsUser`.
//!
//! The rule holds from Kubernetes 1.22 on; from 1.25 on it does not hold for pods that say
//! `os.name: windows`.
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
//!               drop: [ALL]
//!               add: [NET_BIND_SERVICE, CHOWN]
//! #                                     ^^^^^ container `app` adds `CHOWN`; the restricted Pod Security Standard allows only `NET_BIND_SERVICE`
//! ```
//!
//! ```yaml fail kubernetes=1.24
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           os: {name: windows}
//!           initContainers:
//!             - {name: setup, securityContext: {capabilities: {add: [KILL]}}}
//! #                                                                  ^^^^
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: one, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}
//!     - {name: two, securityContext: {capabilities: {add: ["{{ cap }}"], drop: [CHOWN]}}}
//! ---
//! kind: Pod
//! spec:
//!   os: {name: windows}
//!   containers:
//!     - {name: one, securityContext: {capabilities: {add: [KILL]}}}
//! ```
//!
//! ```yaml pass kubernetes=1.21
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: one, securityContext: {capabilities: {add: [KILL]}}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::PssRestricted],
    yields_to: &[
        "capability-added-beyond-baseline",
        "capability-dangerous-added",
        "capability-sys-admin-added",
        "capability-unknown-name",
        "exposed-workload-with-privilege",
    ],
    refs: &[
        PssRestricted,
        Cwe(250),
        Peer("trivy:KSV-0106"),
        Peer("kyverno:disallow-capabilities-strict"),
        Peer("kyverno:psp-restrict-adding-capabilities"),
        Peer("monokle:PSS206"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let version = out.version();
    let waived = container.pod.declares_windows() && version >= Version(25);
    if waived || version < Version(22) {
        return;
    }
    for (written, node) in container.added_capabilities() {
        if written != "NET_BIND_SERVICE" {
            let message = format!(
                "adds `{written}`; the restricted Pod Security Standard allows only \
                 `NET_BIND_SERVICE`"
            );
            out.report(node, message);
        }
    }
}

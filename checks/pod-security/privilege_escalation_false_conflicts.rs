//! A container forbids gaining privileges and takes them all the same.
//!
//! The API server refuses a container with `allowPrivilegeEscalation: false` that is also
//! `privileged: true` or adds `CAP_SYS_ADMIN`. It refuses the pod, not the Deployment: the
//! workload is accepted and never gets a pod.
//!
//! Decide which of the two is meant and remove the other.
//!
//! The API server compares `CAP_SYS_ADMIN` letter by letter. `SYS_ADMIN` without the prefix is
//! accepted together with `allowPrivilegeEscalation: false`, so it is no conflict.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             privileged: true
//!             allowPrivilegeEscalation: false
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` sets `allowPrivilegeEscalation: false` but is privileged, which the API server refuses
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! spec:
//!   initContainers:
//!     - name: mount
//!       securityContext:
//!         allowPrivilegeEscalation: false
//! #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ init container `mount` sets `allowPrivilegeEscalation: false` but adds `CAP_SYS_ADMIN`, which the API server refuses
//!         capabilities:
//!           add: [CAP_SYS_ADMIN]
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: one
//!       securityContext: {allowPrivilegeEscalation: false, privileged: false}
//!     - name: two
//!       securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}
//!     - name: three
//!       securityContext: {allowPrivilegeEscalation: true, privileged: true}
//!     - name: four
//!       securityContext: {allowPrivilegeEscalation: false, privileged: "${PRIVILEGED}"}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let flag = container.field("securityContext.allowPrivilegeEscalation");
    if !flag.is_false() {
        return;
    }
    let privileged = container.field("securityContext.privileged");
    if privileged.is_true() {
        let message = "sets `allowPrivilegeEscalation: false` but is privileged, \
                       which the API server refuses";
        out.report(flag, message).note(privileged, "it is made privileged here");
        return;
    }
    let added = container.added_capabilities().find(|(name, _)| *name == "CAP_SYS_ADMIN");
    if let Some((_, node)) = added {
        let message = "sets `allowPrivilegeEscalation: false` but adds `CAP_SYS_ADMIN`, \
                       which the API server refuses";
        out.report(flag, message).note(node, "the capability is added here");
    }
}

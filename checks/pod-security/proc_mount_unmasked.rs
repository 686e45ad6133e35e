//! A container sees the whole of `/proc`.
//!
//! Runtimes hide the parts of `/proc` that tell about the kernel, and make others read-only.
//! `procMount: Unmasked` undoes that, so the container can read keys and timers of the kernel and
//! write to `/proc/sys`.
//!
//! Remove the field. Containers that start containers need it, and should then run in a user
//! namespace: from Kubernetes 1.35 on the baseline Pod Security Standard allows it with
//! `hostUsers: false` (the restricted one does not, see `restricted-profile-violation`).
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             procMount: Unmasked
//! #           ^^^^^^^^^^^^^^^^^^^ container `app` sees the whole of `/proc` (`Unmasked`)
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             procMount: Default
//! ```
//!
//! ```yaml fail kubernetes=1.34
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           hostUsers: false
//!           initContainers:
//!             - {name: setup, securityContext: {procMount: Unmasked}}
//! #                                             ^^^^^^^^^^^^^^^^^^^ init container `setup` sees the whole of `/proc` (`Unmasked`)
//! ```
//!
//! ```yaml pass kubernetes=1.35
//! kind: Pod
//! spec:
//!   hostUsers: false
//!   containers:
//!     - {name: app, securityContext: {procMount: Unmasked}}
//! ---
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, securityContext: {procMount: Default}}
//!     - {name: template, securityContext: {procMount: "${PROC}"}}
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    profiles: &[Profile::Default, Profile::PssBaseline, Profile::PssRestricted, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[
        PssBaseline,
        Cwe(250),
        Peer("kube-linter:unsafe-proc-mount"),
        Peer("trivy:KSV-0027"),
        Peer("kics:f922827f"),
        Peer("polaris:procMount"),
        Peer("kubesec:ProcMount"),
        Peer("terrascan:AC-K8-IA-PO-M-0139"),
        Peer("kyverno:disallow-proc-mount"),
        Peer("gatekeeper:k8spspprocmount"),
        Peer("monokle:PSS109"),
        Peer("kubescape:C-0211"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    if container.pod.has_user_namespace() && out.version() >= Version(35) {
        return;
    }
    let mount = container.field("securityContext.procMount");
    if let Some(text) = mount.str().filter(|text| *text != "Default" && !is_unknown(text)) {
        let draft = out.report(mount, format!("sees the whole of `/proc` (`{text}`)"));
        draft.set(Unsafe, "mask `/proc` as usual", mount, "Default");
    }
}

//! A container can write to its root filesystem.
//!
//! Whoever takes over a process can then change programs, drop tools and leave something behind
//! for the next process in the container.
//!
//! Set `readOnlyRootFilesystem: true` and mount an `emptyDir` where the program must write, mostly
//! `/tmp`. The field exists for containers only, not for the pod.
//!
//! An init container counts as low, and so does a plain `false`: somebody decided. Where the
//! container lacks more than this, the other finding names this one. Nothing is asked of privileged
//! containers (they can mount it writable) and of Windows, which has no such setting.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         readOnlyRootFilesystem: true
//!       containers:
//!         - name: app
//!           securityContext:
//! #         ^^^^^^^^^^^^^^^ container `app` can write to its root filesystem: `readOnlyRootFilesystem` is not set
//!             runAsUser: 1000
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         readOnlyRootFilesystem: true
//!       containers:
//!         - name: app
//!           securityContext:
//!             runAsUser: 1000
//!             readOnlyRootFilesystem: true
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
//! #             ^^^^^^^^^^^ init container `setup` can write to its root filesystem: `readOnlyRootFilesystem` is not set
//!           containers:
//!             - name: main
//!               securityContext:
//!                 readOnlyRootFilesystem: false
//! #               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `main` can write to its root filesystem: `readOnlyRootFilesystem` is false
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, securityContext: {readOnlyRootFilesystem: true}}
//!     - {name: template, securityContext: {readOnlyRootFilesystem: "{{ .readOnly }}"}}
//!     - {name: privileged, securityContext: {privileged: true}}
//! ---
//! kind: Pod
//! spec:
//!   nodeSelector: {kubernetes.io/os: windows}
//!   containers:
//!     - name: app
//! ---
//! apiVersion: tekton.dev/v1
//! kind: Task
//! spec:
//!   steps:
//!     - name: build
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto, securityContext: {runAsGroup: 1337}}]}}}
//! ```

use kubesift_engine::model::is_absent;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    yields_to: &[
        "security-context-absent",
        "run-as-non-root-not-set",
        "allow-privilege-escalation-unset",
        "capabilities-not-dropped-all",
        "seccomp-profile-unset",
    ],
    fix: Some(Unsafe),
    refs: &[
        Cis("5.6.3"),
        Peer("kube-linter:no-read-only-root-fs"),
        Peer("kube-score:container-security-context-readonlyrootfilesystem"),
        Peer("checkov:CKV_K8S_22"),
        Peer("trivy:KSV-0014"),
        Peer("kics:a9c2f49d"),
        Peer("kubescape:C-0017"),
        Peer("polaris:notReadOnlyRootFilesystem"),
        Peer("kubesec:ReadOnlyRootFilesystem"),
        Peer("kubeaudit:ReadOnlyRootFilesystemNil"),
        Peer("kubeaudit:ReadOnlyRootFilesystemFalse"),
        Peer("terrascan:AC-K8-IA-PO-M-0140"),
        Peer("kyverno:require-ro-rootfs"),
        Peer("gatekeeper:k8spspreadonlyrootfilesystem"),
        Peer("datree:CONTAINERS_INCORRECT_READONLYROOTFILESYSTEM_VALUE"),
        Peer("monokle:KBP102"),
        Peer("semgrep:writable-filesystem-container"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    if pod.is_windows() {
        return;
    }
    let flag = container.field("securityContext.readOnlyRootFilesystem");
    let message = if flag.is_false() {
        "can write to its root filesystem: `readOnlyRootFilesystem` is false"
    } else if is_absent(flag) && !container.is_partial() && !container.is_privileged() {
        "can write to its root filesystem: `readOnlyRootFilesystem` is not set"
    } else {
        return;
    };
    let low = container.role == Role::Init || flag.is_false();
    let severity = if low { Low } else { CHECK.severity };
    out.report(flag, message).severity(severity).set(
        Unsafe,
        "make the root filesystem read-only",
        flag,
        "true",
    );
}

//! A container may use every system call.
//!
//! Without a seccomp profile the container runs unconfined, unless the kubelet of its node is
//! configured with `seccompDefault`. Most ways out of a container use a system call that no
//! application needs.
//!
//! Set `seccompProfile: {type: RuntimeDefault}` for the pod. It allows what ordinary programs use.
//!
//! Where an old annotation asks for a profile, `seccomp-annotation-deprecated` says what became of
//! it. Silent before Kubernetes 1.19, for privileged containers (a profile has no effect on them) and for Windows.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//! #         ^^^^^^^^^^^^^^^ container `app` has no seccomp profile, so it may use every system call
//!             allowPrivilegeEscalation: false
//!         - name: other
//!           securityContext:
//!             seccompProfile:
//!               type: RuntimeDefault
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
//!             allowPrivilegeEscalation: false
//!             seccompProfile: {type: RuntimeDefault}
//!         - name: other
//!           securityContext:
//!             seccompProfile:
//!               type: RuntimeDefault
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
//! #             ^^^^^^^^^^^ init container `setup` has no seccomp profile, so it may use every system call
//!           containers:
//!             - {name: main, securityContext: {seccompProfile: {type: Localhost, localhostProfile: a.json}}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         seccompProfile: {type: RuntimeDefault}
//!       initContainers:
//!         - name: setup
//!       containers:
//!         - name: app
//!         - {name: unconfined, securityContext: {seccompProfile: {type: Unconfined}}}
//! ---
//! kind: Pod
//! spec:
//!   nodeSelector: {kubernetes.io/os: windows}
//!   containers:
//!     - name: app
//! ---
//! kind: Pod
//! spec:
//!   securityContext: "{{ securityContext }}"
//!   containers:
//!     - name: app
//! ---
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: privileged, securityContext: {privileged: true}}
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto, securityContext: {runAsGroup: 1337}}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: runtime/default
//! spec:
//!   containers:
//!     - name: app
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::PssRestricted, Profile::Cis, Profile::Nsa],
    yields_to: &[
        "security-context-absent",
        "run-as-non-root-not-set",
        "allow-privilege-escalation-unset",
        "capabilities-not-dropped-all",
    ],
    fix: Some(Unsafe),
    refs: &[
        PssRestricted,
        Cis("5.6.2"),
        Cwe(250),
        Peer("kube-score:container-seccomp-profile"),
        Peer("checkov:CKV_K8S_31"),
        Peer("trivy:KSV-0030"),
        Peer("kics:f377b83e"),
        Peer("kubescape:C-0210"),
        Peer("kubescape:C-0055"),
        Peer("polaris:linuxHardening"),
        Peer("kubesec:SeccompAny"),
        Peer("kubeaudit:SeccompProfileMissing"),
        Peer("terrascan:AC-K8-IA-PO-M-0141"),
        Peer("kyverno:restrict-seccomp-strict"),
        Peer("gatekeeper:k8spspseccompv2"),
        Peer("datree:CIS_INVALID_VALUE_SECCOMP_PROFILE"),
        Peer("datree:CONTAINERS_INCORRECT_SECCOMP_PROFILE"),
        Peer("monokle:PSS205"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const PATH: &str = "securityContext.seccompProfile";

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let moot = container.is_privileged() || pod.is_windows() || container.is_partial();
    if moot || out.version() < Version(19) || !container.leaves_unset(PATH) {
        return;
    }
    // What the annotation does, and from 1.27 on does not, is said at the annotation.
    if container.seccomp_annotation().is_some() {
        return;
    }
    let profile = container.field(PATH);
    out.report(profile, "has no seccomp profile, so it may use every system call").set(
        Unsafe,
        "use the runtime's default profile",
        profile,
        "{type: RuntimeDefault}",
    );
}

//! A container may gain more privileges than its parent process.
//!
//! With `allowPrivilegeEscalation: true` a process can become root through a setuid program or a
//! file with capabilities, whatever user the container starts as. That undoes `runAsNonRoot`.
//!
//! Set it to false. Programs that truly need it (`sudo`, `ping` on old nodes) can mostly be given
//! one capability or another way.
//!
//! Where the container is privileged or adds `SYS_ADMIN` the field has no effect, and on Windows it
//! has no meaning: all are silent. In a DaemonSet of the system (a known network or storage plugin)
//! it counts as information.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             allowPrivilegeEscalation: true
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` lets its processes gain more privileges than they start with
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
//!             - {name: setup, securityContext: {allowPrivilegeEscalation: true}}
//! #                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ init container `setup` lets its processes gain more privileges than they start with
//!           containers:
//!             - {name: main, securityContext: {allowPrivilegeEscalation: false}}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: safe, securityContext: {allowPrivilegeEscalation: false}}
//!     - {name: privileged, securityContext: {privileged: true, allowPrivilegeEscalation: true}}
//!     - {name: template, securityContext: {allowPrivilegeEscalation: "${ESCALATE}"}}
//! ---
//! kind: Pod
//! spec:
//!   nodeSelector:
//!     kubernetes.io/os: windows
//!   containers:
//!     - {name: app, securityContext: {allowPrivilegeEscalation: true}}
//! ---
//! kind: Pod
//! spec:
//!   containers:
//!     - name: mounter
//!       securityContext: {allowPrivilegeEscalation: true, capabilities: {add: [SYS_ADMIN]}}
//! ```

use kubesift_engine::model::capability_name;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    profiles: &[Profile::Default, Profile::PssRestricted, Profile::Cis, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[
        PssRestricted,
        Cis("5.2.6"),
        Cwe(250),
        Peer("kube-linter:privilege-escalation-container"),
        Peer("checkov:CKV_K8S_20"),
        Peer("trivy:KSV-0001"),
        Peer("kics:5572cc5e"),
        Peer("kubescape:C-0016"),
        Peer("kubescape:C-0197"),
        Peer("polaris:privilegeEscalationAllowed"),
        Peer("kubesec:AllowPrivilegeEscalation"),
        Peer("kubeaudit:AllowPrivilegeEscalationTrue"),
        Peer("terrascan:AC-K8-CA-PO-H-0165"),
        Peer("kyverno:disallow-privilege-escalation"),
        Peer("gatekeeper:k8spspallowprivilegeescalationcontainer"),
        Peer("datree:CONTAINERS_MISSING_KEY_ALLOWPRIVILEGEESCALATION"),
        Peer("monokle:PSS202"),
        Peer("semgrep:allow-privilege-escalation-true"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let flag = container.field("securityContext.allowPrivilegeEscalation");
    let mounts =
        container.added_capabilities().any(|(name, _)| capability_name(name) == "SYS_ADMIN");
    let moot = container.is_privileged() || mounts || container.pod.is_windows();
    if !flag.is_true() || moot || out.version() < Version(8) {
        return;
    }
    let draft = out.report(flag, "lets its processes gain more privileges than they start with");
    let draft = match container.system_part() {
        Some(system) => draft.severity(Info).note(system.sign, system.words()),
        None => draft,
    };
    draft.set(Unsafe, "forbid gaining privileges", flag, "false");
}

//! A container does not say that its processes may not gain privileges.
//!
//! `allowPrivilegeEscalation` is true when it is left out: a process can become root through a
//! setuid program or a file with capabilities, whatever user the container starts as.
//!
//! Set it to false for every container; the field does not exist for the pod as a whole.
//!
//! Silent for privileged containers and those that add `SYS_ADMIN` (they escalate in any case, and
//! other checks say so), for Windows, and for workloads that an operator completes.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsNonRoot: true
//!       containers:
//!         - name: app
//!           securityContext:
//! #         ^^^^^^^^^^^^^^^ container `app` does not set `allowPrivilegeEscalation: false`, so its processes may gain privileges
//!             readOnlyRootFilesystem: true
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsNonRoot: true
//!       containers:
//!         - name: app
//!           securityContext:
//!             readOnlyRootFilesystem: true
//!             allowPrivilegeEscalation: false
//! ```
//!
//! A value that stands at the pod does not count, it has no effect there:
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           securityContext:
//!             allowPrivilegeEscalation: false
//!           initContainers:
//!             - name: setup
//! #             ^^^^^^^^^^^ init container `setup` does not set `allowPrivilegeEscalation: false`, so its processes may gain privileges
//!               image: busybox
//!           containers:
//!             - name: main
//!               securityContext:
//!                 allowPrivilegeEscalation: false
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: safe, securityContext: {allowPrivilegeEscalation: false}}
//!     - {name: open, securityContext: {allowPrivilegeEscalation: true}}
//!     - {name: privileged, securityContext: {privileged: true}}
//!     - {name: mounts, securityContext: {capabilities: {add: [SYS_ADMIN]}}}
//!     - {name: template, securityContext: "${SECURITY_CONTEXT}"}
//! ---
//! kind: Pod
//! spec:
//!   os:
//!     name: windows
//!   containers:
//!     - name: app
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto, securityContext: {runAsGroup: 1337}}]}}}
//! ```

use kubesift_engine::model::{capability_name, is_absent};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::PssRestricted, Profile::Cis, Profile::Nsa],
    yields_to: &["security-context-absent", "run-as-non-root-not-set"],
    fix: Some(Unsafe),
    refs: &[
        PssRestricted,
        Cis("5.2.6"),
        Cwe(250),
        Peer("checkov:CKV_K8S_20"),
        Peer("trivy:KSV-0001"),
        Peer("kics:5572cc5e"),
        Peer("kubescape:C-0016"),
        Peer("polaris:privilegeEscalationAllowed"),
        Peer("kubeaudit:AllowPrivilegeEscalationNil"),
        Peer("kyverno:disallow-privilege-escalation"),
        Peer("gatekeeper:k8spspallowprivilegeescalationcontainer"),
        Peer("monokle:PSS202"),
        Peer("semgrep:allow-privilege-escalation"),
        Peer("semgrep:allow-privilege-escalation-no-securitycontext"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let flag = container.field("securityContext.allowPrivilegeEscalation");
    if !is_absent(flag) || pod.is_windows() || container.is_partial() || out.version() < Version(8)
    {
        return;
    }
    let mounts =
        container.added_capabilities().any(|(name, _)| capability_name(name) == "SYS_ADMIN");
    if container.is_privileged() || mounts {
        return;
    }
    out.report(
        flag,
        "does not set `allowPrivilegeEscalation: false`, so its processes may gain privileges",
    )
    .set(Unsafe, "forbid gaining privileges", flag, "false");
}

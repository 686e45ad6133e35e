//! A container gets a capability that the baseline Pod Security Standard forbids.
//!
//! The baseline standard lets a container add only the capabilities that runtimes give by default
//! and that do no harm to others. In a namespace with this level the pod is refused.
//!
//! Remove the capability. What runtimes give by default need not be added at all.
//!
//! Names are compared as admission compares them: letter by letter, so `chown` and `CAP_CHOWN` are
//! refused too. `NET_RAW`, which runtimes give by default, is not on the list.
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
//!               add: [CHOWN, NET_RAW]
//! #                          ^^^^^^^ container `app` adds `NET_RAW`, which the baseline Pod Security Standard forbids
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
//!                   add:
//!                     - chown
//! #                     ^^^^^ init container `setup` adds `chown`, which the baseline Pod Security Standard forbids: it compares names letter by letter and expects `CHOWN`
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       securityContext:
//!         capabilities:
//!           drop: [NET_RAW]
//!           add: [AUDIT_WRITE, NET_BIND_SERVICE, SYS_CHROOT]
//!     - {name: template, securityContext: {capabilities: {add: ["${CAP}"]}}}
//! ```

use kubesift_engine::model::capability_name;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default, Profile::PssBaseline, Profile::PssRestricted, Profile::Cis],
    yields_to: &[
        "capability-dangerous-added",
        "capability-sys-admin-added",
        "capability-unknown-name",
        "exposed-workload-with-privilege",
    ],
    refs: &[
        PssBaseline,
        Cwe(250),
        Peer("kyverno:disallow-capabilities"),
        Peer("monokle:PSS104"),
        Peer("gatekeeper:k8spspcapabilities"),
        Peer("datree:EKS_INVALID_CAPABILITIES_EKS"),
        Peer("trivy:KSV-0022"),
        Peer("checkov:CKV_K8S_25"),
        Peer("kics:19ebaa28"),
        Peer("kubeaudit:CapabilityAdded"),
        Peer("kubescape:C-0200"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

/// k8s.io/pod-security-admission/policy/check_capabilities_baseline.go
const BASELINE: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn run(container: &Container, out: &mut Out) {
    for (written, node) in container.added_capabilities() {
        if BASELINE.contains(&written) {
            continue;
        }
        let meant = capability_name(written);
        let why = match BASELINE.contains(&&*meant) {
            true => format!(": it compares names letter by letter and expects `{meant}`"),
            false => String::new(),
        };
        let draft = out.report(
            node,
            format!("adds `{written}`, which the baseline Pod Security Standard forbids{why}"),
        );
        if let Some(system) = container.system_part() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

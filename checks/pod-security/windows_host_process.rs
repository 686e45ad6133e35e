//! A container runs as a process of its Windows node.
//!
//! `hostProcess` is what `privileged` is on Linux: the container runs with the rights of an account
//! of the node, sees its processes and its whole disk.
//!
//! Remove it. Storage and network plugins need it; keep those apart from applications.
//!
//! In a DaemonSet of the system (see `host-network`) it counts as information.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             windowsOptions:
//!               hostProcess: true
//! #             ^^^^^^^^^^^^^^^^^ container `app` runs as a process of its Windows node
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
//!             windowsOptions:
//!               hostProcess: false
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           securityContext: {windowsOptions: {hostProcess: true}}
//! #                                            ^^^^^^^^^^^^^^^^^ the pod's containers run as processes of their Windows node
//!           initContainers:
//!             - name: setup
//!           containers:
//!             - name: main
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, securityContext: {windowsOptions: {hostProcess: false}}}
//!     - {name: other, securityContext: {windowsOptions: {hostProcess: "${HOST}"}}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default, Profile::PssBaseline, Profile::PssRestricted, Profile::Cis],
    fix: Some(Unsafe),
    refs: &[
        PssBaseline,
        Cis("5.2.10"),
        Cwe(250),
        Peer("trivy:KSV-0103"),
        Peer("polaris:hostProcess"),
        Peer("kubescape:C-0202"),
        Peer("kyverno:disallow-host-process"),
        Peer("gatekeeper:k8spsphostprocess"),
        Peer("datree:EKS_INVALID_HOSTPROCESS_VALUE"),
        Peer("monokle:PSS101"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const PATH: &str = "securityContext.windowsOptions.hostProcess";

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let title = "run as an ordinary container";
    let shared = pod.field(PATH);
    if shared.is_true() && container.is_first() {
        let draft = out.say(shared, "the pod's containers run as processes of their Windows node");
        let draft = draft.set(Unsafe, title, shared, "false");
        if let Some(system) = pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
    let own = container.field(PATH);
    if own.is_true() {
        let draft = out.report(own, "runs as a process of its Windows node");
        let draft = draft.set(Unsafe, title, own, "false");
        if let Some(system) = pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

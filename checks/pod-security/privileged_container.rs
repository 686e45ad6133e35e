//! A container runs in privileged mode.
//!
//! A privileged container sees every device of its node and holds every capability, so whoever
//! takes over the container takes over the node.
//!
//! Give it the one capability it needs under `securityContext.capabilities.add`, or move the work
//! to a device plugin or a CSI driver.
//!
//! In a DaemonSet of the system (a known network, storage or monitoring agent, or any DaemonSet in
//! a namespace like `kube-system`) it counts as information, because such a workload needs it.
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
//! #           ^^^^^^^^^^^^^^^^ container `app` runs privileged
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
//!             privileged: false
//! ```
//!
//! Init containers and debug containers count as well:
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           initContainers:
//!             - {name: setup, securityContext: {privileged: true}}
//! #                                             ^^^^^^^^^^^^^^^^ init container `setup` runs privileged
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             privileged: false
//!         - name: unknown
//!           securityContext:
//!             privileged: ${PRIVILEGED}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Critical,
    score: 9.3,
    profiles: &[
        Profile::Default,
        Profile::PssBaseline,
        Profile::PssRestricted,
        Profile::Cis,
        Profile::Nsa,
    ],
    fix: Some(Unsafe),
    yields_to: &["exposed-workload-with-privilege"],
    refs: &[
        PssBaseline,
        Cis("5.2.2"),
        Cwe(250),
        Peer("kube-linter:privileged-container"),
        Peer("kube-score:container-security-context-privileged"),
        Peer("checkov:CKV_K8S_16"),
        Peer("trivy:KSV-0017"),
        Peer("kics:dd29336b"),
        Peer("kubescape:C-0057"),
        Peer("polaris:runAsPrivileged"),
        Peer("kubeaudit:PrivilegedTrue"),
        Peer("terrascan:AC-K8-IA-PO-H-0106"),
        Peer("datree:CONTAINERS_INCORRECT_PRIVILEGED_VALUE_TRUE"),
        Peer("monokle:PSS103"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let flag = container.field("securityContext.privileged");
    if flag.is_true() {
        let draft = out.report(flag, "runs privileged");
        let draft = draft.set(Unsafe, "run without privileges", flag, "false");
        if let Some(system) = container.system_part() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

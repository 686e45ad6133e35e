//! A container gets a capability that reaches beyond it.
//!
//! Some capabilities are not confined to the container: with them a process loads kernel modules,
//! reads other processes' memory, reads any file of the node or changes the node's network.
//!
//! Remove it, or move the work to a component that the platform runs for everyone. Where one
//! capability is truly needed (a VPN needs `NET_ADMIN`), suppress the finding with the reason, or
//! list it under `allowed`.
//!
//! Silent for privileged containers, which have every capability in any case. In a DaemonSet of
//! the system (see `host-path-volume`), and in a container that a service mesh injects to redirect
//! traffic, it counts as information.
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
//!               add:
//!                 - NET_BIND_SERVICE
//!                 - SYS_PTRACE
//! #                 ^^^^^^^^^^ container `app` adds `SYS_PTRACE`, with which it can read and change other processes
//!                 - cap_net_admin
//! #                 ^^^^^^^^^^^^^ container `app` adds `cap_net_admin`, with which it can change interfaces, routes and firewalls
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
//!             - {name: setup, securityContext: {capabilities: {add: [SYS_MODULE]}}}
//! #                                                                  ^^^^^^^^^^ init container `setup` adds `SYS_MODULE`, with which it can load kernel modules
//! ```
//!
//! ```yaml pass allowed=NET_ADMIN
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, securityContext: {capabilities: {drop: [SYS_MODULE], add: [CHOWN]}}}
//!     - {name: vpn, securityContext: {capabilities: {add: [NET_ADMIN]}}}
//!     - {name: privileged, securityContext: {privileged: true, capabilities: {add: [SYS_BOOT]}}}
//!     - {name: template, securityContext: {capabilities: {add: ["${CAP}"]}}}
//! ```

use kubesift_engine::model::capability_name;

use crate::prelude::*;

/// Capabilities that are accepted.
pub const ALLOWED: Opt =
    Opt::list("allowed", "Capabilities that containers may add, without `CAP_`.", &[]);

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default, Profile::Nsa],
    options: &[&ALLOWED],
    yields_to: &["capability-sys-admin-added", "exposed-workload-with-privilege"],
    refs: &[
        Cwe(250),
        Peer("kubescape:C-0046"),
        Peer("polaris:dangerousCapabilities"),
        Peer("datree:CONTAINERS_INVALID_CAPABILITIES_VALUE"),
        Peer("gatekeeper:k8spspcapabilities"),
        Peer("checkov:CKV_K8S_25"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    if container.is_privileged() {
        return;
    }
    for (written, node) in container.added_capabilities() {
        let name = capability_name(written);
        let Some((_, power)) = DANGEROUS.iter().find(|row| *row.0 == *name) else { continue };
        if out.list(&ALLOWED).iter().any(|allowed| capability_name(allowed) == name) {
            continue;
        }
        let draft = out.report(node, format!("adds `{written}`, with which it can {power}"));
        if let Some(system) = container.system_part() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

/// Name, and what it allows.
const DANGEROUS: &[(&str, &str)] = &[
    ("ALL", "do anything on the node"),
    ("AUDIT_CONTROL", "turn off the kernel's audit"),
    ("BPF", "load programs into the kernel"),
    ("DAC_READ_SEARCH", "read any file of the node"),
    ("MAC_ADMIN", "change mandatory access control"),
    ("MAC_OVERRIDE", "override mandatory access control"),
    ("NET_ADMIN", "change interfaces, routes and firewalls"),
    ("PERFMON", "watch the whole kernel"),
    ("SYSLOG", "read the kernel's log and addresses"),
    ("SYS_ADMIN", "mount filesystems and enter namespaces"),
    ("SYS_BOOT", "restart the node or load another kernel"),
    ("SYS_MODULE", "load kernel modules"),
    ("SYS_PTRACE", "read and change other processes"),
    ("SYS_RAWIO", "read and write raw devices and memory"),
];

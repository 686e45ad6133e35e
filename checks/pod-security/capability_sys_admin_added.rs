//! A container gets the capability to administer the system.
//!
//! `SYS_ADMIN` allows mounting filesystems, entering namespaces and some hundred other things: it
//! is the way out of a container that most exploits look for. `ALL` holds it.
//!
//! Find the one operation that needs it. Mounting can move to a CSI driver, profiling to
//! `PERFMON`, eBPF to `BPF`.
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
//!               drop: [ALL]
//!               add: [NET_BIND_SERVICE, SYS_ADMIN]
//! #                                     ^^^^^^^^^ container `app` adds `SYS_ADMIN`, which opens the node to it
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
//!                     - all
//! #                     ^^^ init container `setup` adds `all` capabilities, which opens the node to it
//!           containers:
//!             - {name: main, securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}}
//! #                                                                 ^^^^^^^^^^^^^ container `main` adds `CAP_SYS_ADMIN`, which opens the node to it
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, securityContext: {capabilities: {drop: [SYS_ADMIN], add: [NET_ADMIN]}}}
//!     - {name: privileged, securityContext: {privileged: true, capabilities: {add: [ALL]}}}
//!     - {name: template, securityContext: {capabilities: {add: ["{{ cap }}"]}}}
//! ```

use kubesift_engine::model::capability_name;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.8,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    yields_to: &["exposed-workload-with-privilege"],
    refs: &[
        Cwe(250),
        Peer("checkov:CKV_K8S_39"),
        Peer("trivy:KSV-0005"),
        Peer("kics:235236ee"),
        Peer("kubescape:C-0046"),
        Peer("polaris:dangerousCapabilities"),
        Peer("kubesec:CapSysAdmin"),
        Peer("terrascan:AC-K8-NS-PO-H-0170"),
        Peer("monokle:KBP100"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    if container.is_privileged() {
        return;
    }
    for (written, node) in container.added_capabilities() {
        let what = match &*capability_name(written) {
            "SYS_ADMIN" => format!("`{written}`"),
            "ALL" => format!("`{written}` capabilities"),
            _ => continue,
        };
        let draft = out.report(node, format!("adds {what}, which opens the node to it"));
        if let Some(system) = container.system_part() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

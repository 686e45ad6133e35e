//! A pod sets a kernel parameter that is not safe.
//!
//! Parameters outside the safe list are not kept apart between pods, or have not been shown to
//! be: a pod can harm its neighbours on the node. The kubelet refuses the pod
//! (`SysctlForbidden`) unless its node allows the parameter, and so does Pod Security admission.
//!
//! Remove it, set it on the node, or ask for a node pool that allows it.
//!
//! The safe list grows with Kubernetes: 1.27, 1.29, 1.32 and 1.37 each added names.
//!
//! ```yaml fail
//! kind: StatefulSet
//! metadata:
//!   name: cache
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         sysctls:
//!           - name: net.core.somaxconn
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^ StatefulSet `cache` sets the kernel parameter `net.core.somaxconn`, which is not on the safe list
//!             value: "1024"
//!           - name: net.ipv4.tcp_syncookies
//!             value: "1"
//!       containers:
//!         - name: cache
//! ```
//!
//! ```yaml fail kubernetes=1.36
//! kind: CronJob
//! metadata: {name: night}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           securityContext:
//!             sysctls:
//!               - {name: net.ipv4.tcp_notsent_lowat, value: "1"}
//! #                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ CronJob `night` sets the kernel parameter `net.ipv4.tcp_notsent_lowat`, which is safe from Kubernetes 1.37 on only
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   securityContext:
//!     sysctls:
//!       - {name: kernel.shm_rmid_forced, value: "1"}
//!       - {name: net.ipv4.tcp_keepalive_time, value: "60"}
//!       - {name: net.ipv4.tcp_notsent_lowat, value: "1"}
//!       - {name: "${SYSCTL}", value: "1"}
//!   containers:
//!     - name: app
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default, Profile::PssBaseline, Profile::PssRestricted, Profile::Nsa],
    refs: &[
        PssBaseline,
        Peer("kube-linter:unsafe-sysctls"),
        Peer("trivy:KSV-0026"),
        Peer("kics:9127f0d9"),
        Peer("kyverno:restrict-sysctls"),
        Peer("gatekeeper:k8spspforbiddensysctls"),
        Peer("terrascan:AC-K8-IA-PO-H-0137"),
        Peer("monokle:PSS111"),
        Peer("kubescape:C-0211"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

/// k8s.io/pod-security-admission/policy/check_sysctls.go: minor version, and what it added.
const SAFE: &[(u16, &[&str])] = &[
    (
        0,
        &[
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ping_group_range",
            "net.ipv4.tcp_syncookies",
        ],
    ),
    (27, &["net.ipv4.ip_local_reserved_ports"]),
    (
        29,
        &[
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_keepalive_time",
        ],
    ),
    (32, &["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]),
    (37, &["net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_slow_start_after_idle"]),
];

fn run(pod: &Pod, out: &mut Out) {
    for item in pod.field("securityContext.sysctls").items() {
        let field = item.field("name");
        let Some(name) = field.str().filter(|name| !is_unknown(name)) else { continue };
        let since = SAFE.iter().find(|row| row.1.contains(&name)).map(|row| Version(row.0));
        if since.is_some_and(|since| out.version() >= since) {
            continue;
        }
        let why = match since {
            Some(since) => format!("which is safe from Kubernetes {since} on only"),
            None => "which is not on the safe list".to_owned(),
        };
        out.report(field, format!("sets the kernel parameter `{name}`, {why}"));
    }
}

//! A pod shares the network with its node.
//!
//! Its containers see the node's traffic and reach what listens on its loopback address, among it
//! the kubelet and cloud metadata. Network policies do not apply to it.
//!
//! Remove `hostNetwork` and publish ports through a Service. Where a port of the node is needed, a
//! `hostPort` gives that one only.
//!
//! In a DaemonSet of the system (a known network, storage or monitoring agent, or any DaemonSet in
//! a namespace like `kube-system`) it counts as information, because such a workload needs it.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       hostNetwork: true
//! #     ^^^^^^^^^^^^^^^^^ Deployment `web` runs in the network of its node (`hostNetwork`)
//!       containers:
//!         - name: app
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       hostNetwork: false
//!       containers:
//!         - name: app
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! metadata: {name: night}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec: {hostNetwork: true, containers: [{name: app}]}
//! #              ^^^^^^^^^^^^^^^^^ CronJob `night` runs in the network of its node (`hostNetwork`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   hostNetwork: false
//!   containers:
//!     - name: app
//! ---
//! kind: Pod
//! spec:
//!   hostNetwork: ${HOST}
//!   containers:
//!     - name: app
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    profiles: &[
        Profile::Default,
        Profile::PssBaseline,
        Profile::PssRestricted,
        Profile::Cis,
        Profile::Nsa,
    ],
    fix: Some(Unsafe),
    refs: &[
        PssBaseline,
        Cis("5.2.5"),
        Cwe(668),
        Peer("kube-linter:host-network"),
        Peer("checkov:CKV_K8S_19"),
        Peer("trivy:KSV-0009"),
        Peer("kics:6b6bdfb3"),
        Peer("kubescape:C-0041"),
        Peer("kubescape:C-0196"),
        Peer("polaris:hostNetworkSet"),
        Peer("kubesec:HostNetwork"),
        Peer("kubeaudit:NamespaceHostNetworkTrue"),
        Peer("terrascan:AC-K8-NS-PO-M-0164"),
        Peer("kyverno:disallow-host-namespaces"),
        Peer("gatekeeper:k8spsphostnamespace"),
        Peer("gatekeeper:k8spsphostnetworkingports"),
        Peer("datree:CONTAINERS_INCORRECT_HOSTNETWORK_VALUE_TRUE"),
        Peer("monokle:PSS102"),
        Peer("semgrep:hostnetwork-pod"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    let flag = pod.field("hostNetwork");
    if !flag.is_true() {
        return;
    }
    let draft = out.report(flag, "runs in the network of its node (`hostNetwork`)");
    let draft = draft.set(Unsafe, "use a network of its own", flag, "false");
    if let Some(system) = pod.system_workload() {
        draft.severity(Info).note(system.sign, system.words());
    }
}

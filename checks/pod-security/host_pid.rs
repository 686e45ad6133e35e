//! A pod shares the process namespace with its node.
//!
//! Its containers see every process of the node with its command line and environment, which often
//! hold secrets. With one more privilege they can also read and change those processes.
//!
//! Remove `hostPID`. A debugging container can join one other container with
//! `kubectl debug --target`.
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
//!       hostPID: true
//! #     ^^^^^^^^^^^^^ Deployment `web` sees every process of its node (`hostPID`)
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
//!       hostPID: false
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
//!         spec: {hostPID: true, containers: [{name: app}]}
//! #              ^^^^^^^^^^^^^ CronJob `night` sees every process of its node (`hostPID`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   hostPID: false
//!   containers:
//!     - name: app
//! ---
//! kind: Pod
//! spec:
//!   hostPID: ${HOST}
//!   containers:
//!     - name: app
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
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
        Cis("5.2.3"),
        Cwe(668),
        Peer("kube-linter:host-pid"),
        Peer("checkov:CKV_K8S_17"),
        Peer("trivy:KSV-0010"),
        Peer("kics:302736f4"),
        Peer("kubescape:C-0038"),
        Peer("kubescape:C-0194"),
        Peer("kubescape:C-0275"),
        Peer("polaris:hostPIDSet"),
        Peer("kubesec:HostPID"),
        Peer("kubeaudit:NamespaceHostPIDTrue"),
        Peer("terrascan:AC-K8-IA-PO-M-0162"),
        Peer("kyverno:disallow-host-namespaces"),
        Peer("gatekeeper:k8spsphostnamespace"),
        Peer("datree:CONTAINERS_INCORRECT_HOSTPID_VALUE_TRUE"),
        Peer("monokle:PSS102"),
        Peer("semgrep:hostpid-pod"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    let flag = pod.field("hostPID");
    if !flag.is_true() {
        return;
    }
    let draft = out.report(flag, "sees every process of its node (`hostPID`)");
    let draft = draft.set(Unsafe, "keep to the pod's own processes", flag, "false");
    if let Some(system) = pod.system_workload() {
        draft.severity(Info).note(system.sign, system.words());
    }
}

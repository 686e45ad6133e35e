//! A pod shares the IPC namespace with its node.
//!
//! Its containers reach shared memory, semaphores and message queues of every process of the node,
//! so they can read and change data of databases and others that use them.
//!
//! Remove `hostIPC`. Containers of one pod share their IPC namespace anyway; an `emptyDir` with
//! `medium: Memory` gives them a larger `/dev/shm`.
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
//!       hostIPC: true
//! #     ^^^^^^^^^^^^^ Deployment `web` reaches the shared memory of its node (`hostIPC`)
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
//!       hostIPC: false
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
//!         spec: {hostIPC: true, containers: [{name: app}]}
//! #              ^^^^^^^^^^^^^ CronJob `night` reaches the shared memory of its node (`hostIPC`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   hostIPC: false
//!   containers:
//!     - name: app
//! ---
//! kind: Pod
//! spec:
//!   hostIPC: ${HOST}
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
        Cis("5.2.4"),
        Cwe(668),
        Peer("kube-linter:host-ipc"),
        Peer("checkov:CKV_K8S_18"),
        Peer("trivy:KSV-0008"),
        Peer("kics:cd290efd"),
        Peer("kubescape:C-0038"),
        Peer("kubescape:C-0195"),
        Peer("kubescape:C-0276"),
        Peer("polaris:hostIPCSet"),
        Peer("kubesec:HostIPC"),
        Peer("kubeaudit:NamespaceHostIPCTrue"),
        Peer("terrascan:AC-K8-NS-PO-M-0163"),
        Peer("kyverno:disallow-host-namespaces"),
        Peer("gatekeeper:k8spsphostnamespace"),
        Peer("datree:CONTAINERS_INCORRECT_HOSTIPC_VALUE_TRUE"),
        Peer("monokle:PSS102"),
        Peer("semgrep:hostipc-pod"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    let flag = pod.field("hostIPC");
    if !flag.is_true() {
        return;
    }
    let draft = out.report(flag, "reaches the shared memory of its node (`hostIPC`)");
    let draft = draft.set(Unsafe, "keep to the pod's own IPC namespace", flag, "false");
    if let Some(system) = pod.system_workload() {
        draft.severity(Info).note(system.sign, system.words());
    }
}

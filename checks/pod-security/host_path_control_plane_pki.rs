//! A pod mounts keys or data of the control plane.
//!
//! Below `/etc/kubernetes` lie the cluster's certificate authority, the administrator's
//! kubeconfig and the manifests of the static pods; the database of etcd holds every Secret. Any
//! of them gives the whole cluster.
//!
//! Mount nothing of it. Give the workload a service account with the rights it needs.
//!
//! The directories of k3s, RKE2, k0s and MicroK8s count as well. In the static pods of the control
//! plane itself, and in a DaemonSet of the system (see `host-path-volume`), it counts as
//! information.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           volumeMounts:
//!             - {name: pki, mountPath: /pki, readOnly: true}
//!       volumes:
//!         - name: pki
//!           hostPath:
//!             path: /etc/kubernetes/pki
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` reaches keys or data of the control plane through `/etc/kubernetes/pki` (volume `pki`)
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! metadata: {name: backup}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           volumes:
//!             - {name: data, hostPath: {path: /var/lib/etcd/}}
//! #                                     ^^^^^^^^^^^^^^^^^^^^ CronJob `backup` reaches keys or data of the control plane through `/var/lib/etcd/` (volume `data`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!   volumes:
//!     - {name: one, hostPath: {path: /etc/kubernetes-tools}}
//!     - {name: two, hostPath: {path: /etc/kubernetes/azure.json}}
//!     - {name: three, hostPath: {path: "{{ pkiDir }}"}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Critical,
    score: 9.3,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &["exposed-workload-with-privilege"],
    refs: &[Cwe(668), Peer("kubescape:C-0020"), Peer("kubeaudit:SensitivePathsMounted")],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

const DIRECTORIES: &[&str] = &[
    "/etc/kubernetes",
    "/etc/rancher",
    "/var/lib/etcd",
    "/var/lib/k0s/pki",
    "/var/lib/k0s/etcd",
    "/var/lib/rancher/k3s/server",
    "/var/lib/rancher/rke2/server",
    "/var/snap/microk8s/current/certs",
    "/var/snap/microk8s/current/credentials",
    "/var/snap/microk8s/current/var/kubernetes/backend",
];

/// Files of the cloud provider, no keys of the control plane.
const OF_THE_CLOUD: &[&str] =
    &["/etc/kubernetes/azure.json", "/etc/kubernetes/cloud-config", "/etc/kubernetes/cloud.conf"];

fn run(pod: &Pod, out: &mut Out) {
    for host in pod.host_paths() {
        if host.is_in(OF_THE_CLOUD) || !host.is_in(DIRECTORIES) {
            continue;
        }
        let words = format!(
            "reaches keys or data of the control plane through `{}` (volume `{}`)",
            host.shown(),
            host.name
        );
        let draft = out.report(host.field, words);
        let draft = host.mounts.iter().fold(draft, |draft, at| draft.note(at.node, at.words()));
        if let Some(system) = pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

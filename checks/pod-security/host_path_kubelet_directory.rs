//! A pod mounts the kubelet's directory.
//!
//! Below `/var/lib/kubelet` lie the volumes of every pod of the node, with their secrets and
//! service account tokens, and the kubelet's own credentials. Who reads it is every workload of the
//! node at once.
//!
//! Mount nothing of it. Device and storage plugins need only their own directory below `plugins`,
//! `plugins_registry`, `device-plugins` or `pod-resources`, which is left to `host-path-volume`.
//!
//! The directories that k3s, k0s, MicroK8s and others give the kubelet count as well.
//! In a DaemonSet of the system (see `host-path-volume`) it counts as information.
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
//!             - {name: kubelet, mountPath: /kubelet, readOnly: true}
//!       volumes:
//!         - name: kubelet
//!           hostPath:
//!             path: /var/lib/kubelet
//! #           ^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` reaches the kubelet's credentials and every pod's volumes through `/var/lib/kubelet` (volume `kubelet`)
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! metadata: {name: night}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           volumes:
//!             - {name: pki, hostPath: {path: /var/lib/kubelet/pki/}}
//! #                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ CronJob `night` reaches the kubelet's credentials and every pod's volumes through `/var/lib/kubelet/pki/` (volume `pki`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!   volumes:
//!     - {name: one, hostPath: {path: /var/lib/kubelet/device-plugins}}
//!     - {name: two, hostPath: {path: /var/lib/kubelet/plugins/csi.example.com}}
//!     - {name: three, hostPath: {path: /var/lib/kubelets}}
//!     - {name: four, hostPath: {path: "${KUBELET_DIR}"}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Critical,
    score: 9.0,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &["container-runtime-socket-mounted", "exposed-workload-with-privilege"],
    refs: &[
        Cwe(668),
        Peer("kube-linter:sensitive-host-mounts"),
        Peer("kubeaudit:SensitivePathsMounted"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

const DIRECTORIES: &[&str] = &[
    "/var/lib/kubelet",
    "/var/lib/k0s/kubelet",
    "/var/lib/rancher/k3s/agent",
    "/var/lib/rancher/rke2/agent",
    "/var/snap/microk8s/common/var/lib/kubelet",
    "/var/vcap/data/kubelet",
];

/// What plugins are meant to mount.
const FOR_PLUGINS: &[&str] = &["device-plugins", "plugins", "plugins_registry", "pod-resources"];

fn is_kubelets(path: &str) -> bool {
    let below = DIRECTORIES.iter().find_map(|directory| path.strip_prefix(directory));
    below.is_some_and(|below| match below.strip_prefix('/') {
        Some(below) => !FOR_PLUGINS.contains(&below.split('/').next().unwrap_or_default()),
        None => below.is_empty(),
    })
}

fn run(pod: &Pod, out: &mut Out) {
    for host in pod.host_paths() {
        if !host.path.as_deref().is_some_and(is_kubelets) {
            continue;
        }
        let words = format!(
            "reaches the kubelet's credentials and every pod's volumes through `{}` (volume `{}`)",
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

//! A pod mounts a file or a directory of its node.
//!
//! The pod is bound to what happens to lie on one node, reads what others left there, and fills
//! the node's disk without any limit. Both levels of the Pod Security Standards but `privileged`
//! refuse it.
//!
//! Use a PersistentVolumeClaim for data, an `emptyDir` for scratch space, a ConfigMap for files. A
//! local disk is better reached through a `local` PersistentVolume, which knows its node.
//!
//! One volume gives one finding: where the path is one of those that more specific checks know,
//! they speak in place of this one. In a DaemonSet of the system (a known network, storage or
//! monitoring agent, or any DaemonSet in a namespace like `kube-system`) it counts as information.
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
//!             - {name: data, mountPath: /data, readOnly: true}
//!       volumes:
//!         - name: data
//!           hostPath:
//!             path: /srv/data/
//! #           ^^^^^^^^^^^^^^^^ Deployment `web` mounts `/srv/data/` of its node (volume `data`)
//!             type: Directory
//! ```
//!
//! A path that is not known yet is a path all the same:
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
//!             - {name: data, hostPath: {path: "${DATA}"}}
//! #                                     ^^^^^^^^^^^^^^^ CronJob `night` mounts `${DATA}` of its node (volume `data`)
//! ```
//!
//! ```yaml pass allowed=/srv/data
//! kind: Pod
//! spec:
//!   volumes:
//!     - {name: one, emptyDir: {}}
//!     - {name: two, hostPath: null}
//!     - {name: three, hostPath: {path: /srv/data/a}}
//!   containers:
//!     - name: app
//! ---
//! apiVersion: v1
//! kind: PersistentVolume
//! spec:
//!   hostPath: {path: /srv/data}
//! ```

use crate::prelude::*;

/// Directories that are accepted.
pub const ALLOWED: Opt =
    Opt::list("allowed", "Directories of the node that pods may mount, with what is below.", &[]);

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    profiles: &[
        Profile::Default,
        Profile::PssBaseline,
        Profile::PssRestricted,
        Profile::Cis,
        Profile::Nsa,
    ],
    options: &[&ALLOWED],
    yields_to: &[
        "container-runtime-socket-mounted",
        "exposed-workload-with-privilege",
        "host-path-cloud-credentials",
        "host-path-control-plane-pki",
        "host-path-kubelet-directory",
        "host-path-log-directory",
        "host-path-sensitive-directory",
        "host-path-writable",
    ],
    refs: &[
        PssBaseline,
        Cis("5.2.11"),
        Cwe(668),
        Peer("trivy:KSV-0023"),
        Peer("kics:aa8f7a35"),
        Peer("kubescape:C-0048"),
        Peer("kubescape:C-0203"),
        Peer("polaris:hostPathSet"),
        Peer("terrascan:AC-K8-IA-PO-H-0138"),
        Peer("kyverno:disallow-host-path"),
        Peer("kyverno:limit-hostpath-vols"),
        Peer("gatekeeper:k8spsphostfilesystem"),
        Peer("datree:CONTAINERS_INCORRECT_KEY_HOSTPATH"),
        Peer("monokle:PSS105"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    for host in pod.host_paths() {
        if host.is_in(&out.list(&ALLOWED)) {
            continue;
        }
        let words = match host.shown() {
            "" => format!("has a volume `{}` of its node without a path", host.name),
            path => format!("mounts `{path}` of its node (volume `{}`)", host.name),
        };
        let draft = out.report(host.field, words);
        let draft = host.mounts.iter().fold(draft, |draft, at| draft.note(at.node, at.words()));
        if let Some(system) = pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

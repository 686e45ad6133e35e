//! A container can write to its node's disk.
//!
//! What it writes stays when it is gone, others on the node read it, and nothing limits how much
//! it is.
//!
//! Set `readOnly: true` on the mount. To keep data use a PersistentVolumeClaim, for scratch space
//! an `emptyDir`.
//!
//! Every mount of the volume counts, `subPath` mounts and init containers too; mounts that are
//! read-only do not. Nor does a socket of the node's log (`/dev/log`): it takes lines for the log and
//! nothing else, and `readOnly` changes nothing about a socket. A more specific check of the same volume speaks in place of this one. In a
//! DaemonSet of the system (see `host-path-volume`) it counts as information.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: setup
//!           volumeMounts:
//!             - {name: data, mountPath: /data, readOnly: false}
//!       containers:
//!         - name: app
//!           volumeMounts:
//!             - name: data
//!               mountPath: /data
//!         - name: reader
//!           volumeMounts:
//!             - {name: data, mountPath: /data, readOnly: true}
//!       volumes:
//!         - name: data
//!           hostPath:
//!             path: /srv/data
//! #           ^^^^^^^^^^^^^^^ Deployment `web` can write to `/srv/data` of its node (volume `data`, containers `setup`, `app`)
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: setup
//!           volumeMounts:
//!             - {name: data, mountPath: /data, readOnly: true}
//!       containers:
//!         - name: app
//!           volumeMounts:
//!             - name: data
//!               mountPath: /data
//!               readOnly: true
//!         - name: reader
//!           volumeMounts:
//!             - {name: data, mountPath: /data, readOnly: true}
//!       volumes:
//!         - name: data
//!           hostPath:
//!             path: /srv/data
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
//!           containers:
//!             - {name: main, volumeMounts: [{name: disk, mountPath: /x}]}
//!           volumes:
//!             - {name: disk, hostPath: {path: /opt/disk}}
//! #                                     ^^^^^^^^^^^^^^^ CronJob `night` can write to `/opt/disk` of its node (volume `disk`, container `main`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       volumeMounts:
//!         - {name: one, mountPath: /one, readOnly: true}
//!         - {name: two, mountPath: /two}
//!         - {name: three, mountPath: /three, readOnly: "${READ_ONLY}"}
//!   volumes:
//!     - {name: one, hostPath: {path: /srv}}
//!     - {name: two, emptyDir: {}}
//!     - {name: three, hostPath: {path: /srv}}
//!     - {name: unused, hostPath: {path: /srv}}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       volumeMounts:
//!         - {name: syslog, mountPath: /dev/log}
//!         - {name: journal, mountPath: /journal}
//!   volumes:
//!     - {name: syslog, hostPath: {path: /dev/log, type: Socket}}
//!     - {name: journal, hostPath: {path: /var/run/systemd/journal/socket}}
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! metadata: {name: app}
//! spec:
//!   containers:
//!     - {name: app, volumeMounts: [{name: units, mountPath: /units}]}
//!   volumes:
//!     - {name: units, hostPath: {path: /run/systemd}}
//! #                              ^^^^^^^^^^^^^^^^^^ Pod `app` can write to `/run/systemd` of its node (volume `units`, container `app`)
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &[
        "container-runtime-socket-mounted",
        "exposed-workload-with-privilege",
        "host-path-cloud-credentials",
        "host-path-control-plane-pki",
        "host-path-kubelet-directory",
        "host-path-log-directory",
        "host-path-sensitive-directory",
    ],
    fix: Some(Unsafe),
    refs: &[
        Cwe(668),
        Peer("kube-linter:writable-host-mount"),
        Peer("kics:b7652612"),
        Peer("kubescape:C-0045"),
        Peer("kyverno:ensure-readonly-hostpath"),
        Peer("gatekeeper:k8spsphostfilesystem"),
        Peer("datree:EKS_INVALID_HOSTPATH_MOUNT_READONLY_VALUE"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    for host in pod.host_paths() {
        let writable: Vec<_> = host.mounts.iter().filter(|mount| mount.is_writable()).collect();
        if writable.is_empty() || host.path.as_deref().is_some_and(is_log_socket) {
            continue;
        }
        let mut names: Vec<_> = writable.iter().map(|mount| mount.container.name()).collect();
        names.dedup();
        let who = if names.len() == 1 { "container" } else { "containers" };
        let names = names.join("`, `");
        let draft = out.report(
            host.field,
            format!(
                "can write to `{}` of its node (volume `{}`, {who} `{names}`)",
                host.shown(),
                host.name
            ),
        );
        let draft = host.mounts.iter().fold(draft, |draft, at| draft.note(at.node, at.words()));
        let edits = writable.iter().map(|mount| mount.node.field("readOnly").set("true"));
        let edits: Vec<_> = edits.collect::<Option<_>>().unwrap_or_default();
        let draft = draft.offer(Unsafe, "mount it read-only", edits);
        if let Some(system) = pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

fn is_log_socket(path: &str) -> bool {
    matches!(path, "/dev/log" | "/run/systemd/journal/dev-log" | "/run/systemd/journal/socket")
}

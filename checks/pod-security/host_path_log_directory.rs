//! A pod can write to its node's log directory.
//!
//! The kubelet serves `/var/log` to whoever may read logs, and follows links there. A pod that can
//! write to it places a link to any file of the node and reads it as root.
//!
//! Mount it read-only. A log agent that keeps its position there can keep it elsewhere.
//!
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
//!             - {name: logs, mountPath: /logs}
//!         - name: reader
//!           volumeMounts:
//!             - {name: logs, mountPath: /logs, readOnly: true}
//!       volumes:
//!         - name: logs
//!           hostPath:
//!             path: /var/log
//! #           ^^^^^^^^^^^^^^ Deployment `web` can write to the node's log directory, and so read any file of the node through the kubelet (volume `logs`)
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
//!           initContainers:
//!             - {name: setup, volumeMounts: [{name: pods, mountPath: /x}]}
//!           volumes:
//!             - {name: pods, hostPath: {path: /var/log/pods}}
//! #                                     ^^^^^^^^^^^^^^^^^^^ CronJob `night` can write to the node's log directory, and so read any file of the node through the kubelet (volume `pods`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       volumeMounts:
//!         - {name: logs, mountPath: /logs, readOnly: true}
//!         - {name: own, mountPath: /own}
//!         - {name: perhaps, mountPath: /perhaps, readOnly: "${READ_ONLY}"}
//!   volumes:
//!     - {name: logs, hostPath: {path: /var/log}}
//!     - {name: perhaps, hostPath: {path: /var/log}}
//!     - {name: own, hostPath: {path: /var/logs}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Cwe(59)],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    for host in pod.host_paths() {
        if !(host.is_in(&["/var/log"]) && host.mounts.iter().any(|mount| mount.is_writable())) {
            continue;
        }
        let words = format!(
            "can write to the node's log directory, and so read any file of the node through the \
             kubelet (volume `{}`)",
            host.name
        );
        let draft = out.report(host.field, words);
        let draft = host.mounts.iter().fold(draft, |draft, at| draft.note(at.node, at.words()));
        if let Some(system) = pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

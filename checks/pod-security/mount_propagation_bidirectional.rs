//! A container's mounts appear on its node.
//!
//! With `mountPropagation: Bidirectional` whatever the container mounts below the volume is also
//! mounted on the node and in every other pod that uses it. It can hide the node's files, and
//! mounts stay behind when the container dies. Only privileged containers may do it.
//!
//! Use `HostToContainer`, or leave the field out, unless the container is a storage driver.
//!
//! `HostToContainer` is not reported: it shows the node's mounts to the container and gives nothing
//! to the node. In a DaemonSet of the system (see `host-path-volume`) this counts as information.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext: {privileged: true}
//!           volumeMounts:
//!             - name: data
//!               mountPath: /data
//!               mountPropagation: Bidirectional
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` makes its mounts below `/data` appear on its node
//!       volumes:
//!         - {name: data, hostPath: {path: /srv}}
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext: {privileged: true}
//!           volumeMounts:
//!             - name: data
//!               mountPath: /data
//!               mountPropagation: HostToContainer
//!       volumes:
//!         - {name: data, hostPath: {path: /srv}}
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
//!             - {name: setup, volumeMounts: [{name: x, mountPropagation: Bidirectional}]}
//! #                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ init container `setup` makes its mounts appear on its node
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       volumeMounts:
//!         - {name: one, mountPath: /one, mountPropagation: HostToContainer}
//!         - {name: two, mountPath: /two, mountPropagation: "${MODE}"}
//!         - {name: three, mountPath: /three}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[Cwe(668), Peer("monokle:KBP115")],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    for mount in container.field("volumeMounts").items() {
        let mode = mount.field("mountPropagation");
        if mode.str() != Some("Bidirectional") {
            continue;
        }
        let below = match mount.field("mountPath").str() {
            Some(path) => format!(" below `{path}`"),
            None => String::new(),
        };
        let draft = out.report(mode, format!("makes its mounts{below} appear on its node"));
        let draft = draft.set(Unsafe, "only see the node's mounts", mode, "HostToContainer");
        if let Some(system) = container.pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

//! A workload other than etcd mounts the data of etcd.
//!
//! The database holds every object of the cluster, Secrets included, and no access rule of the
//! cluster applies to its files. Who may write them can give himself any right.
//!
//! Do not mount it. Take backups through etcd itself: `etcdctl snapshot save`.
//!
//! The directories of kubeadm, k0s, k3s and RKE2 count, and a PersistentVolumeClaim that a
//! workload with etcd uses. Workloads with etcd's own image or tools (`etcdctl`, `etcdutl`) are
//! left alone. A host path is also what `host-path-control-plane-pki` is about; this finding
//! folds into that one.
//!
//! ```yaml fail
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: agent, image: agent}
//!       volumes:
//!         - name: data
//!           hostPath:
//!             path: /var/lib/etcd/member
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^ DaemonSet `agent` mounts the data of etcd at `/var/lib/etcd/member`
//! ```
//!
//! ```yaml fail
//! kind: StatefulSet
//! metadata: {name: etcd}
//! spec:
//!   template: {spec: {containers: [{name: etcd, command: [etcd]}]}}
//!   volumeClaimTemplates: [{metadata: {name: data}}]
//! ---
//! kind: CronJob
//! metadata: {name: backup}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers: [{name: copy, image: busybox}]
//!           volumes:
//!             - name: data
//!               persistentVolumeClaim:
//!                 claimName: data-etcd-0
//! #               ^^^^^^^^^^^^^^^^^^^^^^ CronJob `backup` mounts the data of etcd: StatefulSet `etcd` keeps it in claim `data-etcd-0`
//! ```
//!
//! ```yaml pass
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd]
//!   volumes: [{name: data, hostPath: {path: /var/lib/etcd}}]
//! ---
//! kind: CronJob
//! metadata: {name: defrag}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers: [{name: tool, image: alpine, command: [sh, -c, "etcdutl defrag --data-dir /data"]}]
//!           volumes: [{name: data, hostPath: {path: /var/lib/etcd}}]
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app, image: app}]
//!       volumes:
//!         - {name: a, hostPath: {path: /var/lib/etcd-backup}}
//!         - {name: b, hostPath: {path: "${PATH}"}}
//!         - {name: c, persistentVolumeClaim: {claimName: data-web-0}}
//! ```

use kubesift_engine::model::{Program, uses_etcd_tools};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.5,
    yields_to: &["host-path-control-plane-pki"],
    refs: &[Cwe(668), Peer("kubeaudit:SensitivePathsMounted")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

const DIRECTORIES: &[&str] = &[
    "/var/lib/etcd",
    "/var/lib/k0s/etcd",
    "/var/lib/rancher/k3s/server/db",
    "/var/lib/rancher/rke2/server/db",
];

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = Pod::of(resource) else { return };
    if pod.volumes().next().is_none() || pod.containers().iter().any(uses_etcd_tools) {
        return;
    }
    for host in pod.host_paths().iter().filter(|host| host.is_in(DIRECTORIES)) {
        let message = format!("mounts the data of etcd at `{}`", host.shown());
        let draft = out.report(host.field, message);
        host.mounts.iter().fold(draft, |draft, at| draft.note(at.node, at.words()));
    }
    for volume in pod.volumes() {
        let claim = volume.field("persistentVolumeClaim.claimName");
        let Some(name) = claim.str() else { continue };
        let users = graph.pods_with_claim(resource.namespace.as_deref(), name);
        let etcd = users.iter().find(|user| {
            user.pod.containers().iter().any(|container| Program::etcd(container).is_some())
        });
        if let Some(etcd) = etcd {
            let owner = Graph::workloads_in_words(&[*etcd]);
            out.report(
                claim,
                format!("mounts the data of etcd: {owner} keeps it in claim `{name}`"),
            );
        }
    }
}

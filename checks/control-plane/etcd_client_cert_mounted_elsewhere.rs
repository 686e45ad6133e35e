//! A workload other than the API server mounts a certificate of etcd.
//!
//! With a client certificate of etcd one reads and changes every object of the cluster, past
//! RBAC, admission and the audit log.
//!
//! Do not mount it. Take metrics from the port for metrics (`--listen-metrics-urls`), which needs
//! no certificate.
//!
//! The directories of kubeadm, OpenShift, Kubespray, k3s, RKE2 and k0s count, and Secrets by the
//! names that are in use for this certificate. The API server, etcd itself and workloads with its
//! tools (backups by `etcdctl`) are left alone. A host path is also what
//! `host-path-control-plane-pki` is about; this finding folds into that one.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: exporter}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: exporter, image: exporter}
//!       volumes:
//!         - name: certs
//!           hostPath:
//!             path: /etc/kubernetes/pki/etcd
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `exporter` mounts certificates of etcd from `/etc/kubernetes/pki/etcd`
//!         - name: secret
//!           secret:
//!             secretName: kube-etcd-client-certs
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `exporter` mounts certificates of etcd from Secret `kube-etcd-client-certs`
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! metadata: {name: app}
//! spec:
//!   containers: [{name: app, image: app}]
//!   volumes:
//!     - name: all
//!       projected:
//!         sources:
//!           - secret: {name: apiserver-etcd-client}
//! #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `app` mounts certificates of etcd from Secret `apiserver-etcd-client`
//! ```
//!
//! ```yaml pass
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: kube-apiserver, namespace: kube-system}
//! spec:
//!   containers: [{name: kube-apiserver, command: [kube-apiserver]}]
//!   volumes: [{name: certs, hostPath: {path: /etc/kubernetes/pki/etcd}}]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd]
//!   volumes: [{name: certs, hostPath: {path: /etc/kubernetes/pki/etcd}}]
//! ---
//! kind: CronJob
//! metadata: {name: backup}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers: [{name: backup, image: "registry.k8s.io/etcd:3.6.5-0", command: [etcdctl, snapshot, save, /b]}]
//!           volumes: [{name: certs, hostPath: {path: /etc/kubernetes/pki/etcd}}]
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app, image: app}]
//!       volumes:
//!         - {name: own-etcd, secret: {secretName: apisix-etcd-client}}
//!         - {name: unknown, secret: {secretName: "${CERTS}"}}
//! ```

use kubesift_engine::model::{Program, has_image_of, uses_etcd_tools};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    yields_to: &["host-path-control-plane-pki"],
    refs: &[Cwe(668)],
    options: &[&SECRETS],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

pub const SECRETS: Opt = Opt::list(
    "secrets",
    "Names of Secrets that hold a client certificate of the cluster's etcd.",
    &[
        "apiserver-etcd-client",
        "kube-etcd-client-certs",
        "kube-etcd-client-cert",
        "kube-etcd-certs",
    ],
);

const DIRECTORIES: &[&str] = &[
    "/etc/kubernetes/pki/apiserver-etcd-client.crt",
    "/etc/kubernetes/pki/apiserver-etcd-client.key",
    "/etc/kubernetes/pki/etcd",
    "/etc/kubernetes/static-pod-resources/etcd-certs",
    "/etc/ssl/etcd",
    "/var/lib/k0s/pki/etcd",
    "/var/lib/rancher/k3s/server/tls/etcd",
    "/var/lib/rancher/rke2/server/tls/etcd",
];

fn run(pod: &Pod, out: &mut Out) {
    let containers = pod.containers();
    let api_server = |container: &Container| {
        Program::named(container, "kube-apiserver").is_some()
            || has_image_of(container, "kube-apiserver")
    };
    if pod.volumes().next().is_none()
        || containers.iter().any(uses_etcd_tools)
        || containers.iter().any(api_server)
    {
        return;
    }
    for host in pod.host_paths().iter().filter(|host| host.is_in(DIRECTORIES)) {
        let message = format!("mounts certificates of etcd from `{}`", host.shown());
        let draft = out.report(host.field, message);
        host.mounts.iter().fold(draft, |draft, at| draft.note(at.node, at.words()));
    }
    let known: Vec<String> = out.list(&SECRETS).into_iter().map(str::to_owned).collect();
    for volume in pod.volumes() {
        let own = volume.field("secret.secretName");
        let projected = volume.field("projected.sources").items();
        let all = std::iter::once(own).chain(projected.map(|source| source.field("secret.name")));
        for field in all {
            let Some(name) = field.str().filter(|name| known.iter().any(|one| one == name)) else {
                continue;
            };
            out.report(field, format!("mounts certificates of etcd from Secret `{name}`"));
        }
    }
}

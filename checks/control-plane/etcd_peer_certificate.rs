//! etcd talks to its peers without a certificate.
//!
//! etcd holds every Secret of the cluster. Without a certificate it replicates them in plain
//! text, and whoever is on the way reads and changes them.
//!
//! Give it a certificate of its own: `--peer-cert-file` and `--peer-key-file`, with
//! `--peer-client-cert-auth=true` and `--peer-trusted-ca-file`.
//!
//! Flags of `command` and `args`, in shell scripts as well, and the variables `ETCD_…` count.
//! Nothing is said when a configuration file decides, or when etcd listens on the loopback
//! address only. With `--peer-auto-tls` the finding is that of `etcd-peer-auto-tls`, with a plain
//! `http://` listener that of `etcd-listen-plain-http`.
//!
//! An etcd that says where it listens for clients, and not where for peers, has none: its peer
//! port is open to the machine itself only. It is left alone.
//!
//! ```yaml fail
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command:
//! #     ^^^^^^^ container `etcd` talks to its peers without a certificate: `--peer-cert-file` and `--peer-key-file` are missing
//!         - etcd
//!         - --data-dir=/var/lib/etcd
//! ```
//!
//! ```yaml fail
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd]
//!       args: ["--peer-cert-file=/pki/tls.crt"]
//! #     ^^^^ container `etcd` talks to its peers without a certificate: `--peer-key-file` is missing
//! ```
//!
//! ```yaml fail with=etcd-listen-plain-http,etcd-peer-client-cert-auth
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata: {name: etcd}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: etcd
//!           image: quay.io/coreos/etcd:v3.5.0
//!           command:
//!             - etcd
//!             - --listen-peer-urls=http://0.0.0.0:2380
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `etcd` talks to its peers without TLS at http://0.0.0.0:2380
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
//!       command: [etcd, "--peer-cert-file=/pki/tls.crt", --peer-key-file, /pki/tls.key]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, --peer-auto-tls=true]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, --config-file=/etc/etcd/etcd.yaml]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       args: ["--peer-cert-file=${CERT}", "--peer-key-file=${KEY}"]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: docker.io/bitnami/etcd:3.5
//!       env:
//!         - {name: ETCD_PEER_CERT_FILE, value: /pki/tls.crt}
//!         - {name: ETCD_PEER_KEY_FILE, value: /pki/tls.key}
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcdctl, snapshot, save, /backup/db]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: shop}
//! spec:
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, "--listen-peer-urls=http://127.0.0.1:2380,unix://etcd.sock"]
//! ```

use kubesift_engine::model::{Program, Side};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default, Profile::Cis],
    yields_to: &["etcd-listen-plain-http"],
    refs: &[
        Cis("2.4"),
        Cwe(319),
        Peer("checkov:CKV_K8S_119"),
        Peer("trivy:KCV-0045"),
        Peer("kics:09bb9e96"),
        Peer("kubescape:C-0156"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let Some(etcd) = Program::etcd(container) else { return };
    if !etcd.listens_for(Side::Peer) || etcd.setting("peer-auto-tls").boolean() == Some(true) {
        return;
    }
    let names = ["peer-cert-file", "peer-key-file"];
    if names.iter().any(|name| etcd.setting(name).is_unknown()) {
        return;
    }
    let missing: Vec<String> = names
        .iter()
        .filter(|name| etcd.setting(name).is_absent())
        .map(|name| format!("`--{name}`"))
        .collect();
    let verb = if missing.len() == 1 { "is" } else { "are" };
    if !missing.is_empty() {
        let message = format!(
            "talks to its peers without a certificate: {} {verb} missing",
            missing.join(" and ")
        );
        out.report(etcd.place(), message).cause(format!("peer TLS of etcd in {}", etcd.identity()));
    }
}

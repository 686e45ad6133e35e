//! etcd talks to clients without a certificate.
//!
//! etcd holds every Secret of the cluster. Without a certificate it serves them in plain text,
//! and whoever is on the way reads and changes them.
//!
//! Give it a certificate of its own: `--cert-file` and `--key-file`, with
//! `--client-cert-auth=true` and `--trusted-ca-file`.
//!
//! Flags of `command` and `args`, in shell scripts as well, and the variables `ETCD_…` count.
//! Nothing is said when a configuration file decides, or when etcd listens on the loopback
//! address only. With `--auto-tls` the finding is that of `etcd-auto-tls`, with a plain `http://`
//! listener that of `etcd-listen-plain-http`.
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
//! #     ^^^^^^^ container `etcd` talks to clients without a certificate: `--cert-file` and `--key-file` are missing
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
//!       args: ["--cert-file=/pki/tls.crt"]
//! #     ^^^^ container `etcd` talks to clients without a certificate: `--key-file` is missing
//! ```
//!
//! ```yaml fail with=etcd-listen-plain-http,etcd-client-cert-auth
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
//!             - --listen-client-urls=http://0.0.0.0:2379
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `etcd` talks to clients without TLS at http://0.0.0.0:2379
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
//!       command: [etcd, "--cert-file=/pki/tls.crt", --key-file, /pki/tls.key]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, --auto-tls=true]
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
//!       args: ["--cert-file=${CERT}", "--key-file=${KEY}"]
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
//!         - {name: ETCD_CERT_FILE, value: /pki/tls.crt}
//!         - {name: ETCD_KEY_FILE, value: /pki/tls.key}
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
//!       command: [etcd, "--listen-client-urls=http://127.0.0.1:2379,unix://etcd.sock"]
//! ```

use kubesift_engine::model::{Program, Side};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default, Profile::Cis],
    yields_to: &["etcd-listen-plain-http"],
    refs: &[
        Cis("2.1"),
        Cwe(319),
        Peer("checkov:CKV_K8S_116"),
        Peer("trivy:KCV-0042"),
        Peer("kics:075ca296"),
        Peer("kubescape:C-0153"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let Some(etcd) = Program::etcd(container) else { return };
    if !etcd.listens_for(Side::Client) || etcd.setting("auto-tls").boolean() == Some(true) {
        return;
    }
    let names = ["cert-file", "key-file"];
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
            "talks to clients without a certificate: {} {verb} missing",
            missing.join(" and ")
        );
        out.report(etcd.place(), message)
            .cause(format!("client TLS of etcd in {}", etcd.identity()));
    }
}

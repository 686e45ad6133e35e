//! etcd signs its own certificates.
//!
//! With `--auto-tls` etcd makes a certificate that nobody can verify: the connection is
//! encrypted, and whoever is on the way can still take its place. Clients are not asked for a
//! certificate.
//!
//! Remove the flag and give etcd a certificate: `--cert-file` and `--key-file`.
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
//!         - etcd
//!         - --auto-tls=true
//! #         ^^^^^^^^^^^^^^^ container `etcd` signs its own certificates for clients: `--auto-tls` is true
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
//!       command:
//!         - sh
//!         - -c
//!         - exec etcd --auto-tls --name one
//! #                   ^^^^^^^^^^ container `etcd` signs its own certificates for clients: `--auto-tls` is true
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
//!       env:
//!         - name: ETCD_AUTO_TLS
//!           value: "true"
//! #         ^^^^^^^^^^^^^ container `etcd` signs its own certificates for clients: `--auto-tls` is true
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
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, --auto-tls=false]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [app, --auto-tls=true]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, "--auto-tls=${AUTO}"]
//! ```

use kubesift_engine::model::Program;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[
        Cis("2.3"),
        Cwe(295),
        Peer("checkov:CKV_K8S_118"),
        Peer("trivy:KCV-0044"),
        Peer("kics:98ce8b81"),
        Peer("kubescape:C-0155"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let Some(etcd) = Program::etcd(container) else { return };
    let setting = etcd.setting("auto-tls");
    if setting.boolean() != Some(true) {
        return;
    }
    const MESSAGE: &str = "signs its own certificates for clients: `--auto-tls` is true";
    if let Some(place) = setting.place() {
        out.report(place, MESSAGE);
    }
}

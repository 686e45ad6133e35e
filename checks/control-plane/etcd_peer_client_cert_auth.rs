//! etcd lets peers in without a certificate.
//!
//! Whoever reaches the peer port of etcd may join it, and then holds every object of the cluster,
//! Secrets included. RBAC does not protect etcd: only the certificate that it asks for does.
//!
//! Set `--peer-client-cert-auth=true` and `--peer-trusted-ca-file`, with a certificate authority
//! that signs for nothing else.
//!
//! Flags of `command` and `args`, in shell scripts as well, and the variables `ETCD_…` count.
//! Nothing is said when a configuration file decides, or when etcd listens on the loopback
//! address only, nor for an etcd without peers. Where etcd has no certificate at all, the finding
//! is that of `etcd-peer-certificate`.
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
//! #     ^^^^^^^ container `etcd` lets peers in without a certificate: `--peer-client-cert-auth` is missing
//!         - etcd
//!         - --peer-cert-file=/pki/tls.crt
//!         - --peer-key-file=/pki/tls.key
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
//!         - etcd
//!         - --peer-client-cert-auth=false
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `etcd` lets peers in without a certificate: `--peer-client-cert-auth` is false
//! ```
//!
//! ```yaml fail with=etcd-peer-certificate
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       args: [--name=one]
//! #     ^^^^ container `etcd` talks to its peers without a certificate: `--peer-cert-file` and `--peer-key-file` are missing
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
//!       command: [etcd, --peer-client-cert-auth=true]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, --peer-client-cert-auth, --name=one]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [/bin/sh, -ec, "exec etcd --peer-client-cert-auth=${AUTH} --name one"]
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
//!       env: [{name: ETCD_PEER_CLIENT_CERT_AUTH, value: "true"}]
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

use kubesift_engine::model::{Program, Setting, Side};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default, Profile::Cis],
    yields_to: &["etcd-peer-certificate", "etcd-listen-plain-http"],
    refs: &[
        Cis("2.5"),
        Cwe(306),
        Peer("checkov:CKV_K8S_121"),
        Peer("trivy:KCV-0046"),
        Peer("kics:b7d0181d"),
        Peer("kubescape:C-0157"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let Some(etcd) = Program::etcd(container) else { return };
    if !etcd.listens_for(Side::Peer) {
        return;
    }
    let setting = etcd.setting("peer-client-cert-auth");
    let words = match (&setting, setting.boolean()) {
        (Setting::Absent, _) => "missing",
        (_, Some(false)) => "false",
        _ => return,
    };
    let message =
        format!("lets peers in without a certificate: `--peer-client-cert-auth` is {words}");
    let cause = format!("peer TLS of etcd in {}", etcd.identity());
    let draft = match setting.place() {
        Some(place) => out.report(place, message),
        None => out.report(etcd.place(), message),
    };
    draft.cause(cause);
}

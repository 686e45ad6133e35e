//! etcd lets clients in without a certificate.
//!
//! Whoever reaches the client port of etcd reads and changes every object of the cluster, Secrets
//! included. RBAC does not protect etcd: only the certificate that it asks for does.
//!
//! Set `--client-cert-auth=true` and `--trusted-ca-file`, with a certificate authority that signs
//! for nothing else.
//!
//! Flags of `command` and `args`, in shell scripts as well, and the variables `ETCD_…` count.
//! Nothing is said when a configuration file decides, or when etcd listens on the loopback
//! address only, nor for an etcd with a root password (`ETCD_ROOT_PASSWORD`), which asks for
//! users instead. Where etcd has no certificate at all, the finding is that of
//! `etcd-server-certificate`.
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
//! #     ^^^^^^^ container `etcd` lets clients in without a certificate: `--client-cert-auth` is missing
//!         - etcd
//!         - --cert-file=/pki/tls.crt
//!         - --key-file=/pki/tls.key
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
//!         - --client-cert-auth=false
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^ container `etcd` lets clients in without a certificate: `--client-cert-auth` is false
//! ```
//!
//! ```yaml fail with=etcd-server-certificate
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       args: [--name=one]
//! #     ^^^^ container `etcd` talks to clients without a certificate: `--cert-file` and `--key-file` are missing
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
//!       command: [etcd, --client-cert-auth=true]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, --client-cert-auth, --name=one]
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [/bin/sh, -ec, "exec etcd --client-cert-auth=${AUTH} --name one"]
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
//!       env: [{name: ETCD_CLIENT_CERT_AUTH, value: "true"}]
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

use kubesift_engine::model::{Program, Setting, Side};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.5,
    profiles: &[Profile::Default, Profile::Cis],
    yields_to: &["etcd-server-certificate", "etcd-listen-plain-http"],
    refs: &[
        Cis("2.2"),
        Cwe(306),
        Peer("checkov:CKV_K8S_117"),
        Peer("trivy:KCV-0043"),
        Peer("kics:9391103a"),
        Peer("kubescape:C-0154"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let Some(etcd) = Program::etcd(container) else { return };
    if !etcd.listens_for(Side::Client) || etcd.has_variable("ETCD_ROOT_PASSWORD") {
        return;
    }
    let setting = etcd.setting("client-cert-auth");
    let words = match (&setting, setting.boolean()) {
        (Setting::Absent, _) => "missing",
        (_, Some(false)) => "false",
        _ => return,
    };
    let message = format!("lets clients in without a certificate: `--client-cert-auth` is {words}");
    let cause = format!("client TLS of etcd in {}", etcd.identity());
    let draft = match setting.place() {
        Some(place) => out.report(place, message),
        None => out.report(etcd.place(), message),
    };
    draft.cause(cause);
}

//! etcd listens without TLS.
//!
//! Over `http://` every Secret of the cluster passes in plain text, and etcd has no way to ask
//! for a certificate: whoever reaches the port reads and changes everything.
//!
//! Listen at `https://` with a certificate of its own, and ask for one: `--client-cert-auth`,
//! `--peer-client-cert-auth`.
//!
//! The loopback address and Unix sockets are fine, and so is the port for metrics. A certificate
//! or client authentication that is missing beside a plain listener is the same cause, and folds
//! into this finding.
//!
//! ```yaml fail with=etcd-server-certificate,etcd-client-cert-auth
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
//!         - --listen-client-urls=https://10.0.0.4:2379,http://10.0.0.4:4001
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `etcd` talks to clients without TLS at http://10.0.0.4:4001
//! ```
//!
//! Variables that the kubelet fills in, and scripts:
//!
//! ```yaml fail
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata: {name: etcd}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: etcd
//!           image: quay.io/coreos/etcd:v3.5.0
//!           env:
//!             - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
//!           command: [/bin/sh, -ec]
//!           args:
//!             - |
//!               exec etcd --name one \
//!                 --listen-peer-urls http://${IP}:2380 \
//! #                                  ^^^^^^^^^^^^^^^^^ container `etcd` talks to its peers without TLS at http://${IP}:2380
//!                 --listen-client-urls "http://0.0.0.0:2379"
//! #                                     ^^^^^^^^^^^^^^^^^^^ container `etcd` talks to clients without TLS at http://0.0.0.0:2379
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
//!       image: docker.io/bitnami/etcd:3.5
//!       env:
//!         - name: ETCD_ADVERTISE_CLIENT_URLS
//!           value: http://etcd.shop:2379
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `etcd` talks to clients without TLS at http://etcd.shop:2379
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
//!       command:
//!         - etcd
//!         - --listen-client-urls=https://10.0.0.4:2379,http://127.0.0.1:2379,unix://etcd.sock
//!         - --listen-peer-urls=https://10.0.0.4:2380
//!         - --listen-metrics-urls=http://0.0.0.0:2381
//!         - --initial-advertise-peer-urls=http://[::1]:2380
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, "--listen-client-urls=$(UNKNOWN)://0.0.0.0:2379", "--listen-peer-urls=${URLS}"]
//! ```

use kubesift_engine::model::{Program, Setting};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.5,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[Cis("2.1"), Cis("2.4"), Cwe(319)],
    run: Run::Container(run),
    ..Check::DEFAULT
};

/// Who talks to etcd there, the cause, and the settings: where it listens, what it tells others.
const SIDES: [(&str, &str, [&str; 2]); 2] = [
    ("clients", "client TLS of etcd", ["listen-client-urls", "advertise-client-urls"]),
    ("its peers", "peer TLS of etcd", ["listen-peer-urls", "initial-advertise-peer-urls"]),
];

fn run(container: &Container, out: &mut Out) {
    let Some(etcd) = Program::etcd(container) else { return };
    for (who, cause, names) in SIDES {
        let plain = names.iter().find_map(|name| plain(etcd.setting(name)));
        let Some((setting, url)) = plain else { continue };
        let message = format!("talks to {who} without TLS at {url}");
        let Some(place) = setting.place() else { continue };
        out.report(place, message).cause(format!("{cause} in {}", etcd.identity()));
    }
}

/// The setting, and its first URL without TLS that others can reach.
fn plain(setting: Setting<'_>) -> Option<(Setting<'_>, String)> {
    let listeners = setting.listeners();
    let found = listeners.iter().find(|(one, _)| one.scheme == "http" && !one.is_local())?;
    let url = found.1.to_owned();
    Some((setting, url))
}

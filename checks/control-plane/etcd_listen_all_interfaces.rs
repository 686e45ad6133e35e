//! etcd listens on every interface of its node.
//!
//! In the network of the node, `0.0.0.0` also holds the interfaces that face the workloads and
//! the outside: etcd is open to everyone who reaches the node on any of them.
//!
//! List the one address that the API server and the peers use, and the loopback address. For
//! metrics the loopback address does.
//!
//! A pod with a network of its own has one address only, so there `0.0.0.0` is no more than that:
//! the check is about `hostNetwork` (Checkov and others have none like it).
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
//!         - --listen-client-urls=https://0.0.0.0:2379
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `etcd` listens on every interface of its node at https://0.0.0.0:2379
//!         - --listen-metrics-urls=http://[::]:2381
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `etcd` listens on every interface of its node at http://[::]:2381
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
//!         - --listen-client-urls=https://127.0.0.1:2379,https://10.0.0.4:2379
//!         - --listen-metrics-urls=http://127.0.0.1:2381
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata: {name: etcd, namespace: kube-system}
//! spec:
//!   hostNetwork: false
//!   containers:
//!     - name: etcd
//!       image: registry.k8s.io/etcd:3.6.5-0
//!       command: [etcd, --listen-client-urls=https://0.0.0.0:2379]
//! ```

use kubesift_engine::model::Program;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default],
    yields_to: &["etcd-listen-plain-http"],
    refs: &[Cwe(1327)],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    if !container.pod.field("hostNetwork").is_true() {
        return;
    }
    let Some(etcd) = Program::etcd(container) else { return };
    for name in ["listen-client-urls", "listen-peer-urls", "listen-metrics-urls"] {
        let setting = etcd.setting(name);
        let listeners = setting.listeners();
        let Some(found) = listeners.iter().find(|(one, _)| one.is_everywhere()) else { continue };
        let message = format!("listens on every interface of its node at {}", found.1);
        if let Some(place) = setting.place() {
            out.report(place, message);
        }
    }
}

//! No network policy limits who may connect to etcd.
//!
//! Every pod of the cluster may try its certificates, its passwords and its weaknesses on etcd.
//! Only the API server, or the one application that etcd is for, has business there.
//!
//! Add a NetworkPolicy with `policyTypes: [Ingress]` that selects the pods of etcd and allows
//! ports 2379 and 2380 to their clients and peers.
//!
//! The etcd of a control plane runs in the network of its node, which policies do not govern:
//! there a firewall must do it, and nothing is said.
//!
//! ```yaml fail
//! kind: StatefulSet
//! metadata:
//!   name: etcd
//! # ^^^^^^^^^^ StatefulSet `etcd` runs etcd, and no network policy restricts who may connect
//! spec:
//!   template:
//!     metadata: {labels: {app: etcd}}
//!     spec: {containers: [{name: etcd, image: "quay.io/coreos/etcd:v3.5.0"}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: egress}
//! spec: {podSelector: {}, policyTypes: [Egress]}
//! ```
//!
//! ```yaml pass
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata:
//!   name: etcd
//! spec:
//!   template:
//!     metadata: {labels: {app: etcd}}
//!     spec:
//!       containers: [{name: etcd, image: "quay.io/coreos/etcd:v3.5.0", ports: [{name: client, containerPort: 2379}]}]
//! ---
//! kind: NetworkPolicy
//! metadata: {name: etcd}
//! spec: {podSelector: {matchLabels: {app: etcd}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]}
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
//! ---
//! kind: CronJob
//! metadata: {name: backup}
//! spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: etcdctl, image: "quay.io/coreos/etcd:v3.5.0", command: [etcdctl, get, x]}]}}}}}
//! ```
//!
//! ```yaml pass incomplete
//! apiVersion: apps/v1
//! kind: StatefulSet
//! metadata:
//!   name: etcd
//! spec:
//!   template:
//!     metadata: {labels: {app: etcd}}
//!     spec:
//!       containers: [{name: etcd, image: "quay.io/coreos/etcd:v3.5.0", ports: [{name: client, containerPort: 2379}]}]
//! ```

use kubesift_engine::model::{Match, Program};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    refs: &[Cwe(923)],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let Some(pod) = graph.pod_of(resource).filter(|pod| pod.is_networked()) else { return };
    let containers = pod.pod.containers();
    let etcd = containers.iter().any(|container| Program::etcd(container).is_some());
    if etcd && graph.coverage(pod).closed(Direction::Ingress) == Match::No {
        let message = "runs etcd, and no network policy restricts who may connect";
        out.report(resource.field("metadata.name"), message);
    }
}

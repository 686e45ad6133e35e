//! The network plugin does not enforce network policies.
//!
//! Flannel connects pods and nothing more: NetworkPolicies are accepted by the API server and have
//! no effect, so that a namespace looks closed and is open.
//!
//! Use a plugin that enforces them (Cilium, Calico, Antrea), or add one to Flannel (Canal,
//! kube-router, kube-network-policies).
//!
//! Silent where the manifests hold such a helper, or a plugin that enforces policies.
//!
//! ```yaml fail
//! kind: DaemonSet
//! metadata: {name: kube-flannel-ds, namespace: kube-flannel}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: kube-flannel
//!           image: ghcr.io/flannel-io/flannel:v0.26.1
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ DaemonSet `kube-flannel-ds` runs Flannel, which does not enforce network policies
//! ```
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: canal, namespace: kube-system}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: calico-node, image: "docker.io/calico/node:v3.28.0"}
//!         - {name: kube-flannel, image: "docker.io/flannel/flannel:v0.24.4"}
//! ```
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: kube-flannel-ds, namespace: kube-flannel}
//! spec: {template: {spec: {containers: [{name: kube-flannel, image: "ghcr.io/flannel-io/flannel:v0.26.1"}]}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: kube-router, namespace: kube-system}
//! spec: {template: {spec: {containers: [{name: kube-router, image: "cloudnativelabs/kube-router:v2"}]}}}
//! ```
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: cilium}
//! spec: {template: {spec: {containers: [{name: agent, image: "quay.io/cilium/cilium:v1.16.0"}]}}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[
        Cis("5.3.1"),
        Peer("kics:03aabc8c"),
        Peer("kubescape:C-0205"),
        Peer("kubescape:C-0230"),
        Peer("kubescape:C-0240"),
    ],
    run: Run::Links(&["apps/DaemonSet"], run),
    ..Check::DEFAULT
};

/// Names of the images of plugins and helpers that enforce network policies.
const ENFORCERS: &[&str] = &[
    "antrea-agent-ubuntu",
    "antrea-ubuntu",
    "azure-npm",
    "cilium",
    "kube-network-policies",
    "kube-ovn",
    "kube-router",
    "node",
    "ovn-kube-ubuntu",
    "weave-npc",
];

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(workload) else { return };
    let Some(flannel) = long_lived(&pod.pod, is_flannel) else { return };
    // Few repositories hold a network plugin at all, so its neighbours are looked at only here.
    if graph.pods().iter().any(|other| long_lived(&other.pod, enforces).is_some()) {
        return;
    }
    let message = "runs Flannel, which does not enforce network policies";
    out.report(flannel.field("image"), message);
}

fn long_lived<'a>(pod: &Pod<'a>, is: impl Fn(&Container) -> bool) -> Option<Container<'a>> {
    pod.containers().into_iter().find(|one| one.is_long_lived() && is(one))
}

fn is_flannel(container: &Container) -> bool {
    container.image_ref().is_some_and(|image| {
        image.name() == "flannel" || image.name().ends_with("flannelcni-flannel")
    })
}

fn enforces(container: &Container) -> bool {
    let Some(image) = container.image_ref() else { return false };
    // The image of Calico's agent is `calico/node`.
    let calico = image.name() != "node" || image.normalized_path().contains("calico");
    calico && ENFORCERS.contains(&image.name())
}

//! Workloads that run the node itself: network and storage plugins, node exporters, log agents,
//! device plugins, the control plane. They need access to their host, so a check may judge it less
//! severely there.
//!
//! A workload is told by what it is, never by its namespace alone: a DaemonSet in a namespace of
//! the system, or a known image in the kind of workload that it belongs in. An application's
//! Deployment in `kube-system` is none. Of an application's pod, a container that a service mesh
//! injects counts, told by name and image.

use kubesift_yaml::Node;

use crate::pod::{Container, Pod};

/// Why a workload counts as a part of the system.
#[derive(Debug, Clone, Copy)]
pub struct SystemWorkload<'a> {
    /// What it does: "a network plugin".
    pub what: &'static str,
    /// The image or the namespace that says so.
    pub sign: Node<'a>,
}

/// Kinds that a table's images are known to run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum In {
    /// DaemonSets.
    Daemons,
    /// DaemonSets, and static pods of the kubelet.
    DaemonsAndPods,
    /// Static pods of the kubelet, in `kube-system`.
    StaticPods,
}

/// Namespaces that hold nothing but parts of the system.
const NAMESPACES: &[&str] = &[
    "calico-system",
    "gpu-operator",
    "kube-flannel",
    "kube-system",
    "longhorn-system",
    "metallb-system",
    "node-feature-discovery",
    "nvidia-device-plugin",
    "openebs",
    "rook-ceph",
];

/// What it is, where it runs, and the ends of the repositories of its images: whole components
/// without the registry, so that mirrors count.
const IMAGES: &[(&str, In, &[&str])] = &[
    (
        "a network plugin",
        In::Daemons,
        &[
            "amazon-k8s-cni",
            "amazon-k8s-cni-init",
            "antrea-agent-ubuntu",
            "antrea-ubuntu",
            "azure-cns",
            "calico/cni",
            "calico/csi",
            "calico/node",
            "calico/node-driver-registrar",
            "calico/pod2daemon-flexvol",
            "cilium/cilium",
            "cilium/cilium-envoy",
            "cloudnativelabs/kube-router",
            "flannel",
            "flannel-cni-plugin",
            "ip-masq-agent",
            "istio/install-cni",
            "istio/ztunnel",
            "istio-release/install-cni",
            "istio-release/ztunnel",
            "k8s-dns-node-cache",
            "kube-ovn",
            "kube-proxy",
            "linkerd/cni-plugin",
            "metallb/speaker",
            "mirrored-calico-cni",
            "mirrored-calico-node",
            "mirrored-flannelcni-flannel",
            "multus-cni",
            "sriov-cni",
            "sriov-network-device-plugin",
            "testing/install-cni",
            "testing/ztunnel",
            "weave-kube",
            "weave-npc",
            "whereabouts",
        ],
    ),
    ("a virtual IP for the control plane", In::DaemonsAndPods, &["kube-vip"]),
    (
        "a storage plugin",
        In::Daemons,
        &[
            "aws-ebs-csi-driver",
            "aws-efs-csi-driver",
            "azuredisk-csi",
            "azurefile-csi",
            "blob-csi",
            "cephcsi",
            "cert-manager-csi-driver",
            "cinder-csi-plugin",
            "csi-node-driver-registrar",
            "csi-secrets-store/driver",
            "do-csi-plugin",
            "gcp-compute-persistent-disk-csi-driver",
            "gcp-filestore-csi-driver",
            "hcloud-csi-driver",
            "linode-blockstorage-csi-driver",
            "longhorn-instance-manager",
            "longhorn-manager",
            "longhorn-share-manager",
            "lvm-driver",
            "node-disk-manager",
            "rook/ceph",
            "sig-storage/nfsplugin",
            "sig-storage/smbplugin",
            "spiffe-csi-driver",
            "topolvm",
            "vsphere-csi/driver",
            "zfs-driver",
        ],
    ),
    (
        "an agent that observes the node",
        In::Daemons,
        &[
            "alloy",
            "cadvisor",
            "cloudwatch-agent",
            "datadog/agent",
            "datadoghq/agent",
            "dcgm-exporter",
            "dynatrace-oneagent",
            "falco",
            "falco-driver-loader",
            "falco-no-driver",
            "grafana/agent",
            "ipmi-exporter",
            "kepler",
            "newrelic/infrastructure",
            "newrelic/infrastructure-k8s",
            "node-exporter",
            "node-problem-detector",
            "opentelemetry-collector-contrib",
            "opentelemetry-collector-k8s",
            "parca-agent",
            "smartctl-exporter",
            "sysdig/agent",
            "tetragon",
            "tracee",
        ],
    ),
    (
        "a log agent",
        In::Daemons,
        &[
            "filebeat",
            "fluent-bit",
            "fluent/fluentd",
            "fluentd-kubernetes-daemonset",
            "fluentd_elasticsearch/fluentd",
            "fluentd-elasticsearch",
            "promtail",
            "timberio/vector",
            "logging-operator/fluentd",
        ],
    ),
    (
        "a device plugin",
        In::Daemons,
        &[
            "akri/agent",
            "amdgpu-device-plugin",
            "generic-device-plugin",
            "gpu-feature-discovery",
            "intel-gpu-plugin",
            "k8s-device-plugin",
            "node-feature-discovery",
            "nvidia/container-toolkit",
            "nvidia/driver",
            "nvidia-gpu-device-plugin",
            "smarter-device-manager",
        ],
    ),
    (
        "an agent that maintains the node",
        In::Daemons,
        &["aws-node-termination-handler", "kured", "spegel", "virt-handler"],
    ),
    (
        "a part of the control plane",
        In::StaticPods,
        &["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"],
    ),
];

/// Containers that a service mesh puts into the pods of others: name, and ends of the repository.
const INJECTED: &[(&str, &[&str])] = &[
    ("istio-init", &["proxyv2", "proxy_init"]),
    ("istio-validation", &["proxyv2", "proxy_init"]),
    ("enable-core-dump", &["proxyv2", "proxy_init"]),
    ("linkerd-init", &["proxy-init"]),
    ("kuma-init", &["kuma-init"]),
    ("consul-connect-inject-init", &["consul-k8s", "consul-k8s-control-plane"]),
];

impl SystemWorkload<'_> {
    /// What a note says of it.
    pub fn words(&self) -> String {
        format!("{} needs such rights, so this counts as information", self.what)
    }
}

impl<'a> Pod<'a> {
    /// What part of the system the workload is, if it is one.
    pub fn system_workload(&self) -> Option<SystemWorkload<'a>> {
        let resource = self.resource;
        let daemon = resource.is("apps/DaemonSet");
        if !daemon && !resource.is("Pod") {
            return None;
        }
        let namespace = resource.node().at("metadata.namespace");
        let system = namespace.filter(|node| {
            node.str()
                .is_some_and(|name| NAMESPACES.contains(&name) || name.starts_with("openshift-"))
        });
        for container in self.containers() {
            let Some(image) = container.node.get("image") else { continue };
            let Some(repository) = image.text().map(repository) else { continue };
            let row = IMAGES.iter().find(|row| {
                let fits = match row.1 {
                    In::Daemons => daemon,
                    In::DaemonsAndPods => daemon || system.is_some(),
                    In::StaticPods => !daemon && system.is_some(),
                };
                fits && row.2.iter().any(|end| ends_with(repository, end))
            });
            if let Some(row) = row {
                return Some(SystemWorkload { what: row.0, sign: image });
            }
        }
        let sign = system.filter(|_| daemon)?;
        Some(SystemWorkload { what: "a DaemonSet of the system", sign })
    }
}

impl<'a> Container<'a> {
    /// What part of the system the container is: its pod's, or one that a service mesh injects to
    /// redirect traffic. Nobody who writes the pod can change what such a container needs.
    pub fn system_part(&self) -> Option<SystemWorkload<'a>> {
        let injected = || {
            let row = INJECTED.iter().find(|row| row.0 == self.name())?;
            let sign = self.node.get("image")?;
            let repository = repository(sign.text()?);
            let known = row.1.iter().any(|end| ends_with(repository, end));
            known.then_some(SystemWorkload { what: "an injected container of a mesh", sign })
        };
        injected().or_else(|| self.pod.system_workload())
    }
}

/// An image without tag and digest; right for images whose tag is a placeholder, too.
fn repository(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(image, _)| image);
    let name = image.rfind('/').map_or(0, |slash| slash + 1);
    match image.get(name..).and_then(|name| name.find(':')) {
        Some(colon) => image.get(..name + colon).unwrap_or(image),
        None => image,
    }
}

fn ends_with(repository: &str, end: &str) -> bool {
    repository.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};

    use super::*;
    use crate::resource::{Resource, ResourceId};
    use crate::workload::Workloads;

    fn resource(text: &str) -> Resource {
        let file = Arc::new(SourceFile::new(FileId(0), "example.yaml", text));
        let tree = Arc::new(kubesift_yaml::parse(file));
        let root = tree.documents().next().and_then(|document| document.root());
        let root = root.unwrap_or_else(|| panic!("no document: {text}"));
        let mut resource = Resource::new(ResourceId(0), &tree, root, None);
        resource.pod = Workloads::default().shape(&resource.kind.group, &resource.kind.kind);
        resource
    }

    /// What the workload of a manifest is, and the text of the sign.
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let resource = resource(text);
        let pod = Pod::of(&resource).unwrap_or_else(|| panic!("no pod: {text}"));
        let found = pod.system_workload();
        let found = found.map(|system| (system.what, system.sign.str().unwrap_or_default()));
        assert_eq!(found, expected, "{text}");
    }

    fn workload(kind: &str, namespace: &str, image: &str) -> String {
        let (group, spec) = match kind {
            "Pod" => ("v1", format!("{{containers: [{{image: '{image}'}}]}}")),
            _ => (
                "apps/v1",
                format!("{{template: {{spec: {{containers: [{{image: '{image}'}}]}}}}}}"),
            ),
        };
        let meta = format!("{{name: x, namespace: {namespace}}}");
        format!("{{apiVersion: {group}, kind: {kind}, metadata: {meta}, spec: {spec}}}\n")
    }

    #[test]
    fn a_workload_is_told_by_kind_and_image_or_by_kind_and_namespace() {
        let calico = "quay.io/calico/node:v3.27.0";
        check(&workload("DaemonSet", "net", calico), Some(("a network plugin", calico)));
        let agent = Some(("a DaemonSet of the system", "kube-system"));
        check(&workload("DaemonSet", "kube-system", "example.com/agent:1"), agent);
        let etcd = "registry.k8s.io/etcd:3.5.0";
        check(&workload("Pod", "kube-system", etcd), Some(("a part of the control plane", etcd)));
        let vip = "ghcr.io/kube-vip/kube-vip:v0.8.0";
        let virtual_ip = Some(("a virtual IP for the control plane", vip));
        check(&workload("DaemonSet", "shop", vip), virtual_ip);
        check(&workload("Pod", "kube-system", vip), virtual_ip);
    }

    #[test]
    fn a_namespace_or_an_image_alone_is_not_enough() {
        check(&workload("Deployment", "kube-system", "example.com/app:1"), None);
        check(&workload("Pod", "kube-system", "ubuntu"), None);
        check(&workload("Deployment", "net", "quay.io/calico/node:v3.27.0"), None);
        check(&workload("Pod", "shop", "registry.k8s.io/etcd:3.5.0"), None);
        check(&workload("DaemonSet", "shop", "ubuntu"), None);
    }

    #[test]
    fn an_injected_container_is_told_by_name_and_image() {
        let text = "{apiVersion: v1, kind: Pod, metadata: {name: app}, spec: {containers: [\
                    {name: istio-init, image: 'docker.io/istio/proxyv2:1.20'}, \
                    {name: istio-init, image: 'example.com/app:1'}, \
                    {name: app, image: 'docker.io/istio/proxyv2:1.20'}]}}\n";
        let resource = resource(text);
        let pod = Pod::of(&resource).unwrap_or_else(|| panic!("no pod: {text}"));
        let found: Vec<bool> =
            pod.containers().iter().map(|one| one.system_part().is_some()).collect();
        assert_eq!(found, [true, false, false]);
    }

    #[test]
    fn images_are_known_by_the_end_of_their_repository() {
        assert_eq!(
            repository("registry:5000/calico/node:v3@sha256:ab"),
            "registry:5000/calico/node"
        );
        assert_eq!(repository("registry:5000/calico/node"), "registry:5000/calico/node");
        assert_eq!(repository("calico/node:${TAG}"), "calico/node");
        assert!(ends_with("quay.io/calico/node", "calico/node"));
        assert!(ends_with("kube-proxy", "kube-proxy"));
        assert!(!ends_with("quay.io/notcalico/node", "calico/node"));
    }
}

//! What takes a process out of its container to the node: privileges, namespaces and files of the
//! host, the container runtime, capabilities. Facts with their places; how bad one is, is left to
//! who asks.

use kubesift_yaml::Node;

use crate::capability::capability_name;
use crate::host_path::HostPath;
use crate::pod::Container;

/// A way out of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// `privileged`: every device and capability.
    Privileged,
    /// The socket of the container runtime, or the directory that holds it.
    Runtime,
    /// A directory of the node that decides what runs on it, or holds its credentials, writable or
    /// not.
    HostFiles,
    /// A capability that breaks the container open by itself.
    Capability,
    /// The node's processes, together with a capability to enter them.
    HostProcesses,
}

impl Power {
    /// What it lets a process do, to go on from "from there it can".
    pub fn words(self) -> &'static str {
        match self {
            Self::Privileged => "do on the node what root can",
            Self::Runtime => "start any container on the node through its runtime",
            Self::HostFiles => "change or read files that give it the node",
            Self::Capability => "break out to the node's kernel",
            Self::HostProcesses => "enter other processes of the node",
        }
    }
}

/// A way out of a container, and the text that opens it.
#[derive(Debug, Clone, Copy)]
pub struct Escape<'a> {
    /// What it is.
    pub power: Power,
    /// The text that opens it.
    pub at: Node<'a>,
}

/// Names of the sockets of container runtimes.
const SOCKETS: &[&str] = &[
    "buildkitd.sock",
    "containerd.sock",
    "cri-dockerd.sock",
    "crio.sock",
    "docker.sock",
    "dockershim.sock",
    "podman.sock",
];

/// Directories in which a writer decides what runs on the node, or a reader finds its keys.
const NODE_FILES: &[&str] = &[
    "/boot",
    "/etc",
    "/home",
    "/proc",
    "/root",
    "/run",
    "/sys",
    "/usr",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/lib/kubelet",
    "/var/lib/rancher",
    "/var/run",
];

/// Capabilities with which a container alone takes its node.
const BREAKING: &[&str] =
    &["ALL", "BPF", "DAC_READ_SEARCH", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO"];

/// The ways out of a container, the widest first. None for one in a user namespace of its own,
/// where root is nobody on the node.
pub fn escapes<'a>(container: &Container<'a>) -> Vec<Escape<'a>> {
    let pod = &container.pod;
    if pod.has_user_namespace() || pod.is_windows() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut add = |power: Power, at: Option<Node<'a>>| {
        found.extend(at.map(|at| Escape { power, at }));
    };
    if container.is_privileged() {
        add(Power::Privileged, container.field("securityContext.privileged").node());
    }
    for host in pod.host_paths() {
        if let Some(power) = of_host_path(&host, container) {
            add(power, host.field.node());
        }
    }
    let added = |wanted: &[&str]| {
        let mut names = container.added_capabilities();
        names.find(|(name, _)| wanted.contains(&&*capability_name(name))).map(|(_, node)| node)
    };
    if !container.is_privileged() {
        add(Power::Capability, added(BREAKING));
        let host_pid = pod.field("hostPID");
        if host_pid.is_true() && added(&["SYS_PTRACE"]).is_some() {
            add(Power::HostProcesses, host_pid.node());
        }
    }
    found.sort_by_key(|escape| escape.power);
    found
}

fn of_host_path(host: &HostPath<'_>, container: &Container<'_>) -> Option<Power> {
    let path = host.path.as_deref()?;
    let mount = host.mounts.iter().find(|mount| mount.container.node == container.node)?;
    let name = path.rsplit('/').next().unwrap_or_default();
    if SOCKETS.contains(&name) || path == "/run/containerd" || path == "/run/crio" {
        return Some(Power::Runtime);
    }
    let holds_keys = path == "/" || path == "/var/lib/kubelet" || path == "/root" || path == "/etc";
    let decides = path == "/" || is_node_file(path);
    (mount.is_writable() && decides || holds_keys).then_some(Power::HostFiles)
}

/// True for a directory of the table itself, or one below those that hold nothing harmless.
fn is_node_file(path: &str) -> bool {
    let below = ["/etc", "/root", "/usr", "/boot", "/var/lib/kubelet"];
    // A clock, a name table or the name of the machine gives nobody the node.
    let harmless = ["/etc/localtime", "/etc/timezone", "/etc/hostname", "/etc/hosts"];
    !harmless.contains(&path)
        && (NODE_FILES.contains(&path)
            || below.iter().any(|top| crate::host_path::is_in(path, top)))
}

//! A pod mounts the socket of its node's container runtime.
//!
//! Who can talk to the runtime starts any container it likes, privileged and with the node's disk
//! mounted: that is root on the node, whatever the pod itself may do. A read-only mount does not
//! help, connecting is not writing.
//!
//! Build images with a tool that needs no runtime (BuildKit rootless, Buildah, kaniko); read
//! container data from the kubelet's API.
//!
//! Directories that hold the socket count as well. So do the named pipes of Windows.
//! In a DaemonSet of the system (see `host-path-volume`) it counts as information.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: ci
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           volumeMounts:
//!             - {name: docker, mountPath: /var/run/docker.sock, readOnly: true}
//!       volumes:
//!         - name: docker
//!           hostPath:
//!             path: /var/run/docker.sock
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `ci` can command its node's container runtime through `/var/run/docker.sock` (volume `docker`)
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! metadata: {name: night}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           volumes:
//!             - {name: run, hostPath: {path: /var/run}}
//! #                                    ^^^^^^^^^^^^^^ CronJob `night` can command its node's container runtime through `/var/run` (volume `run`)
//!             - {name: k3s, hostPath: {path: /run/k3s/containerd/containerd.sock}}
//! #                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ CronJob `night` can command its node's container runtime through `/run/k3s/containerd/containerd.sock` (volume `k3s`)
//!             - {name: pipe, hostPath: {path: '\\.\pipe\docker_engine'}}
//! #                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ CronJob `night` can command its node's container runtime through `\\.\pipe\docker_engine` (volume `pipe`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!   volumes:
//!     - {name: one, hostPath: {path: /var/run/thing.sock}}
//!     - {name: two, hostPath: {path: /var/lib/kubelet/plugins/csi.sock}}
//!     - {name: three, hostPath: {path: /run/containerd.d/x}}
//!     - {name: four, hostPath: {path: "${SOCKET}"}}
//!     - {name: five, emptyDir: {}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Critical,
    score: 9.0,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &["exposed-workload-with-privilege"],
    refs: &[
        Cwe(250),
        Peer("kube-linter:docker-sock"),
        Peer("checkov:CKV_K8S_27"),
        Peer("trivy:KSV-0006"),
        Peer("kics:a6f34658"),
        Peer("kubescape:C-0074"),
        Peer("kubesec:DockerSock"),
        Peer("terrascan:AC-K8-NS-PO-M-0171"),
        Peer("kyverno:disallow-container-sock-mounts"),
        Peer("kyverno:docker-socket-check"),
        Peer("gatekeeper:k8spsphostfilesystem"),
        Peer("datree:CONTAINERS_INCORRECT_PATH_VALUE_DOCKERSOCKET"),
        Peer("monokle:KBP101"),
        Peer("semgrep:exposing-docker-socket-hostpath"),
        Peer("kubeaudit:SensitivePathsMounted"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

/// Names of sockets, wherever they lie.
const SOCKETS: &[&str] = &[
    "buildkitd.sock",
    "containerd.sock",
    "containerd.sock.ttrpc",
    "cri-dockerd.sock",
    "crio.sock",
    "docker.sock",
    "dockershim.sock",
    "podman.sock",
];

/// Directories that hold one.
const DIRECTORIES: &[&str] = &[
    "/run",
    "/run/containerd",
    "/run/crio",
    "/run/docker",
    "/run/k0s",
    "/run/k3s",
    "/run/k3s/containerd",
    "/run/podman",
    "/var/snap/microk8s/common/run",
];

/// Named pipes of Windows.
const PIPES: &[&str] = &["docker_engine", "containerd-containerd"];

fn is_runtime(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    SOCKETS.contains(&name)
        || DIRECTORIES.contains(&path)
        || path.contains('\\') && PIPES.contains(&name)
}

fn run(pod: &Pod, out: &mut Out) {
    for host in pod.host_paths() {
        if !host.path.as_deref().is_some_and(is_runtime) {
            continue;
        }
        let words = format!(
            "can command its node's container runtime through `{}` (volume `{}`)",
            host.shown(),
            host.name
        );
        let draft = out.report(host.field, words);
        let draft = host.mounts.iter().fold(draft, |draft, at| draft.note(at.node, at.words()));
        if let Some(system) = pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

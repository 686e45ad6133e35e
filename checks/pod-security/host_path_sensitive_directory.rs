//! A pod mounts a directory that its node lives on.
//!
//! Through the root, the configuration, the programs, the devices or the state of the node a pod
//! reads the node's secrets, and with a writable mount it becomes root there. Read-only helps, but
//! not against reading.
//!
//! Mount the one file that is needed, read-only, or ask the platform to provide it another way.
//!
//! Known directories: `/`, `/bin`, `/boot`, `/dev`, `/etc`, `/home`, `/lib`, `/lib64`, `/opt`,
//! `/proc`, `/root`, `/sbin`, `/sys`, `/usr`, `/var`, `/var/lib` themselves; all below `/boot`,
//! `/proc`, `/root` and where programs and containers are kept; a home; files below `/etc` that
//! hold accounts, keys or jobs. A single device or `/etc/localtime` is left to `host-path-volume`.
//! In a DaemonSet of the system (see `host-path-volume`) it counts as information.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           volumeMounts:
//!             - {name: root, mountPath: /host, readOnly: true}
//!       volumes:
//!         - name: root
//!           hostPath:
//!             path: /
//! #           ^^^^^^^ Deployment `web` mounts the sensitive directory `/` of its node (volume `root`)
//!         - name: keys
//!           hostPath: {path: /etc/ssh/}
//! #                    ^^^^^^^^^^^^^^^ Deployment `web` mounts the sensitive directory `/etc/ssh/` of its node (volume `keys`)
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
//!             - {name: proc, hostPath: {path: /proc/1/root}}
//! #                                     ^^^^^^^^^^^^^^^^^^ CronJob `night` mounts the sensitive directory `/proc/1/root` of its node (volume `proc`)
//!             - {name: home, hostPath: {path: "/home/admin"}}
//! #                                     ^^^^^^^^^^^^^^^^^^^ CronJob `night` mounts the sensitive directory `/home/admin` of its node (volume `home`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!   volumes:
//!     - {name: data, hostPath: {path: /srv/data}}
//!     - {name: etcetera, hostPath: {path: /etcetera}}
//!     - {name: zone, hostPath: {path: /etc/localtime}}
//!     - {name: camera, hostPath: {path: /dev/video0}}
//!     - {name: home, hostPath: {path: /home/admin/photos}}
//!     - {name: later, hostPath: {path: "${ROOT}"}}
//!     - {name: scratch, emptyDir: {}}
//! ```

use kubesift_engine::model::is_in;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.5,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &[
        "container-runtime-socket-mounted",
        "exposed-workload-with-privilege",
        "host-path-cloud-credentials",
        "host-path-control-plane-pki",
        "host-path-kubelet-directory",
    ],
    refs: &[
        Cwe(668),
        Peer("kube-linter:sensitive-host-mounts"),
        Peer("trivy:KSV-0121"),
        Peer("kics:5308a7a8"),
        Peer("kubeaudit:SensitivePathsMounted"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

/// Sensitive themselves; what lies below is not, unless it is listed below.
const EXACT: &[&str] = &[
    "/", "/bin", "/dev", "/etc", "/home", "/lib", "/lib64", "/opt", "/sbin", "/sys", "/usr",
    "/var", "/var/lib",
];

/// Sensitive with everything below.
const WITH_ALL_BELOW: &[&str] = &[
    "/boot",
    "/dev/mem",
    "/dev/kmem",
    "/etc/containerd",
    "/etc/cron.d",
    "/etc/cron.daily",
    "/etc/cron.hourly",
    "/etc/crontab",
    "/etc/docker",
    "/etc/gshadow",
    "/etc/init.d",
    "/etc/ld.so.preload",
    "/etc/pam.d",
    "/etc/passwd",
    "/etc/profile.d",
    "/etc/shadow",
    "/etc/ssh",
    "/etc/ssl/private",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/systemd",
    "/lib/systemd",
    "/proc",
    "/root",
    "/usr/bin",
    "/usr/lib/systemd",
    "/usr/local/bin",
    "/usr/sbin",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/docker",
    "/var/spool/cron",
];

fn is_sensitive(path: &str) -> bool {
    // A home, but not what is kept in it.
    let home = path.strip_prefix("/home/").is_some_and(|user| !user.contains('/'));
    home || EXACT.contains(&path) || WITH_ALL_BELOW.iter().any(|above| is_in(path, above))
}

fn run(pod: &Pod, out: &mut Out) {
    for host in pod.host_paths() {
        if !host.path.as_deref().is_some_and(is_sensitive) {
            continue;
        }
        let words = format!(
            "mounts the sensitive directory `{}` of its node (volume `{}`)",
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

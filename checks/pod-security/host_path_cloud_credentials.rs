//! A pod mounts credentials for the cloud from its node.
//!
//! The node's credentials reach everything that the cluster owns in the cloud: machines, disks,
//! load balancers, often other nodes' data.
//!
//! Give the workload an identity of its own (IRSA or Pod Identity, Workload Identity, Entra
//! Workload ID) with the rights it needs.
//!
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
//!             - {name: cloud, mountPath: /azure.json, readOnly: true}
//!       volumes:
//!         - name: cloud
//!           hostPath:
//!             path: /etc/kubernetes/azure.json
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` reaches the node's cloud credentials through `/etc/kubernetes/azure.json` (volume `cloud`)
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
//!             - {name: aws, hostPath: {path: /home/ec2-user/.aws/credentials}}
//! #                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ CronJob `night` reaches the node's cloud credentials through `/home/ec2-user/.aws/credentials` (volume `aws`)
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!   volumes:
//!     - {name: one, hostPath: {path: /srv/aws}}
//!     - {name: two, secret: {secretName: aws}}
//!     - {name: three, hostPath: {path: "${HOME}/.aws"}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &["exposed-workload-with-privilege"],
    refs: &[Cwe(522), Peer("kubescape:C-0020")],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

const PLACES: &[&str] = &[
    "/etc/eks",
    "/etc/kubernetes/azure.json",
    "/etc/kubernetes/cloud-config",
    "/etc/kubernetes/cloud.conf",
    "/var/lib/cloud",
    "/var/lib/waagent",
];

/// Directories of a home, wherever the home is.
const IN_A_HOME: &[&str] = &[".aws", ".azure", ".config/gcloud", ".oci"];

fn is_in_a_home(path: &str) -> bool {
    IN_A_HOME.iter().any(|name| format!("{path}/").contains(&format!("/{name}/")))
}

fn run(pod: &Pod, out: &mut Out) {
    for host in pod.host_paths() {
        if !(host.is_in(PLACES) || host.path.as_deref().is_some_and(is_in_a_home)) {
            continue;
        }
        let words = format!(
            "reaches the node's cloud credentials through `{}` (volume `{}`)",
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

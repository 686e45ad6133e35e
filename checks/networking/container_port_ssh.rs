//! A container serves SSH.
//!
//! A remote shell in a container is a second way in, with its own accounts, keys and weaknesses,
//! that neither RBAC nor the audit log of the cluster sees.
//!
//! Remove the SSH server. `kubectl exec` and `kubectl debug` give a shell under the cluster's
//! access rules.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - containerPort: 22
//! #             ^^^^^^^^^^^^^^^^^ container `app` serves SSH (port 22)
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! spec:
//!   initContainers:
//!     - {name: shell, restartPolicy: Always, ports: [{name: ssh, containerPort: 22, protocol: TCP}]}
//! #                                                              ^^^^^^^^^^^^^^^^^ container `shell` serves SSH (port 22)
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports: [{containerPort: 2222}, {containerPort: 22, protocol: UDP}, {containerPort: "${PORT}"}]
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Peer("kube-linter:ssh-port"), Peer("kubescape:C-0042"), Peer("monokle:KBP110")],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    for port in container.ports() {
        let number = port.field("containerPort");
        let protocol = port.field("protocol");
        let tcp = !protocol.exists() || protocol.str() == Some("TCP");
        if number.int() == Some(22) && tcp {
            out.report(number, "serves SSH (port 22)");
        }
    }
}

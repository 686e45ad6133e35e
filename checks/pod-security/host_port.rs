//! A container takes a port of its node.
//!
//! The port is open on the node's addresses, past Services and past most network policies, and at
//! most one such pod fits on a node, so rollouts and scaling get stuck.
//!
//! Remove `hostPort` and publish the port through a Service.
//!
//! Silent where the pod runs in the node's network (`hostNetwork`): every port is the node's then,
//! and that is the finding. In a DaemonSet of the system (see `host-network`) it counts as
//! information.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - containerPort: 8080
//!               hostPort: 80
//! #             ^^^^^^^^^^^^ container `app` takes port 80 of its node
//!             - {containerPort: 9090, hostPort: 0}
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - containerPort: 8080
//!             - {containerPort: 9090, hostPort: 0}
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           initContainers:
//!             - {name: proxy, restartPolicy: Always, ports: [{containerPort: 1, hostPort: 2}]}
//! #                                                                             ^^^^^^^^^^^ container `proxy` takes port 2 of its node
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, ports: [{containerPort: 8080}, {containerPort: 1, hostPort: "${PORT}"}]}
//! ---
//! kind: Pod
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - {name: app, ports: [{containerPort: 80, hostPort: 80}]}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::PssBaseline, Profile::PssRestricted, Profile::Cis],
    fix: Some(Unsafe),
    refs: &[
        PssBaseline,
        Cis("5.2.12"),
        Cwe(668),
        Peer("checkov:CKV_K8S_26"),
        Peer("trivy:KSV-0024"),
        Peer("kics:2b1836f1"),
        Peer("kubescape:C-0044"),
        Peer("kubescape:C-0204"),
        Peer("polaris:hostPortSet"),
        Peer("kyverno:disallow-host-ports"),
        Peer("kyverno:disallow-host-ports-range"),
        Peer("gatekeeper:k8spsphostnetworkingports"),
        Peer("datree:CONTAINERS_INCORRECT_KEY_HOSTPORT"),
        Peer("monokle:PSS106"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    if pod.field("hostNetwork").is_true() {
        return;
    }
    for port in container.ports() {
        let field = port.field("hostPort");
        let Some(number) = field.int().filter(|number| *number != 0) else { continue };
        let draft = out.report(field, format!("takes port {number} of its node"));
        let draft = draft.remove(Unsafe, "do not take a port of the node", field);
        if let Some(system) = pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

//! A probe or a hook makes the kubelet connect to a host of one's choice.
//!
//! The kubelet connects from the node's network, past every network policy. With `host` set, who
//! writes the pod can probe any address that the node reaches, among them its loopback address and
//! cloud metadata. The baseline Pod Security Standard forbids it from Kubernetes 1.34 on.
//!
//! Remove `host`: the pod's own address is meant then. For a virtual host set the header `Host`
//! under `httpHeaders`.
//!
//! Silent for targets before 1.34, and for the loopback address in a pod with `hostNetwork`: it is
//! the pod's own there.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           livenessProbe:
//!             httpGet:
//!               host: 169.254.169.254
//! #             ^^^^^^^^^^^^^^^^^^^^^ container `app` makes the kubelet connect to `169.254.169.254`
//!               port: 80
//!           lifecycle:
//!             preStop:
//!               tcpSocket: {host: db.example.com, port: 5432}
//! #                         ^^^^^^^^^^^^^^^^^^^^ container `app` makes the kubelet connect to `db.example.com`
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           livenessProbe:
//!             httpGet:
//!               port: 80
//!           lifecycle:
//!             preStop:
//!               tcpSocket: {port: 5432}
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
//!             - {name: proxy, restartPolicy: Always, startupProbe: {tcpSocket: {host: 127.0.0.1, port: 1}}}
//! #                                                                             ^^^^^^^^^^^^^^^ container `proxy` makes the kubelet connect to `127.0.0.1`
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, livenessProbe: {httpGet: {port: 80, host: ""}}}
//!     - {name: other, readinessProbe: {httpGet: {port: 80, host: "${HOST}"}}}
//! ---
//! kind: Pod
//! spec:
//!   hostNetwork: true
//!   containers:
//!     - {name: app, livenessProbe: {httpGet: {port: 80, host: 127.0.0.1}}}
//! ```
//!
//! ```yaml pass kubernetes=1.33
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, livenessProbe: {httpGet: {port: 80, host: example.com}}}
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::PssBaseline, Profile::PssRestricted],
    fix: Some(Unsafe),
    refs: &[PssBaseline, Cwe(918), Peer("gatekeeper:k8spsphostprobeslifecycle")],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const PATHS: [&str; 10] = [
    "livenessProbe.httpGet.host",
    "livenessProbe.tcpSocket.host",
    "readinessProbe.httpGet.host",
    "readinessProbe.tcpSocket.host",
    "startupProbe.httpGet.host",
    "startupProbe.tcpSocket.host",
    "lifecycle.postStart.httpGet.host",
    "lifecycle.postStart.tcpSocket.host",
    "lifecycle.preStop.httpGet.host",
    "lifecycle.preStop.tcpSocket.host",
];

fn run(container: &Container, out: &mut Out) {
    if out.version() < Version(34) {
        return;
    }
    let in_host_network = container.pod.field("hostNetwork").is_true();
    for path in PATHS {
        let field = container.field(path);
        let Some(host) = field.str().filter(|host| !host.is_empty() && !is_unknown(host)) else {
            continue;
        };
        if in_host_network && matches!(host, "127.0.0.1" | "::1" | "localhost") {
            continue;
        }
        let draft = out.report(field, format!("makes the kubelet connect to `{host}`"));
        draft.remove(Unsafe, "connect to the pod itself", field);
    }
}

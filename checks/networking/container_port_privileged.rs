//! A container listens to a port below 1024.
//!
//! Linux keeps these ports for root and for the capability NET_BIND_SERVICE, so the image most
//! likely runs as root to use one. (Container runtimes of today let every user listen to them;
//! other systems do not.)
//!
//! Let the program listen to a port such as 8080, and let the Service translate: `port: 80`,
//! `targetPort: 8080`.
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
//!             - containerPort: 80
//! #             ^^^^^^^^^^^^^^^^^ container `app` listens to port 80
//!             - containerPort: 8080
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec: {containers: [{name: app, ports: [{containerPort: 1024}, {containerPort: 0}, {containerPort: "${PORT}"}]}]}
//! ---
//! kind: Pod
//! spec: {os: {name: windows}, containers: [{name: app, ports: [{containerPort: 80}]}]}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("kube-linter:privileged-ports"), Peer("trivy:KSV-0117"), Peer("monokle:KBP113")],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    if container.pod.is_windows() {
        return;
    }
    for port in container.ports() {
        let number = port.field("containerPort");
        if let Some(number_is) = number.int().filter(|number| (1..1024).contains(number)) {
            out.report(number, format!("listens to port {number_is}"));
        }
    }
}

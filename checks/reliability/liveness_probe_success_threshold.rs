//! A liveness or startup probe wants more than one success.
//!
//! The API server refuses the object: `successThreshold` must be 1 for these two probes, because one
//! success ends a startup probe and keeps a container alive.
//!
//! Set it to 1 or leave it out. A readiness probe may want more than one.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: sidecar
//!           restartPolicy: Always
//!           startupProbe: {tcpSocket: {port: 80}, successThreshold: 3}
//! #                                               ^^^^^^^^^^^^^^^^^^^ container `sidecar` has a startup probe with `successThreshold: 3`, which the API server refuses
//!       containers:
//!         - name: app
//!           livenessProbe:
//!             httpGet: {path: /, port: 80}
//!             successThreshold: 2
//! #           ^^^^^^^^^^^^^^^^^^^ container `app` has a liveness probe with `successThreshold: 2`, which the API server refuses
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: sidecar
//!           restartPolicy: Always
//!           startupProbe: {tcpSocket: {port: 80}, successThreshold: 1}
//!       containers:
//!         - name: app
//!           livenessProbe:
//!             httpGet: {path: /, port: 80}
//!             successThreshold: 1
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers:
//!             - {name: main, livenessProbe: {exec: {command: [x]}, successThreshold: -1}}
//! #                                                                ^^^^^^^^^^^^^^^^^^^^ container `main` has a liveness probe with `successThreshold: -1`, which the API server refuses
//! ```
//!
//! Nothing, and 0, count as 1:
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       livenessProbe: {tcpSocket: {port: 80}, successThreshold: 1}
//!       startupProbe: {tcpSocket: {port: 80}, successThreshold: 0}
//!       readinessProbe: {tcpSocket: {port: 80}, successThreshold: 3}
//!     - {name: unset, livenessProbe: {tcpSocket: {port: 80}}}
//!     - {name: unknown, livenessProbe: {tcpSocket: {port: 80}, successThreshold: "${N}"}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Safe),
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let probes = [
        ("liveness", "livenessProbe.successThreshold"),
        ("startup", "startupProbe.successThreshold"),
    ];
    for (name, path) in probes {
        let field = container.field(path);
        let Some(wanted) = field.int().filter(|wanted| !matches!(wanted, 0 | 1)) else { continue };
        let message = format!(
            "has a {name} probe with `successThreshold: {wanted}`, which the API server refuses"
        );
        out.report(field, message).set(Safe, "want one success", field, "1");
    }
}

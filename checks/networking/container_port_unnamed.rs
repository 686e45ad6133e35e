//! A container port has no name.
//!
//! A name says what listens there, and lets Services, probes and policies go on working when the
//! number changes. Some service meshes tell the protocol by it.
//!
//! Name the port: `http`, `grpc`, `metrics`.
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
//!             - {name: http, containerPort: 8080}
//!             - containerPort: 9090
//! #             ^^^^^^^^^^^^^^^^^^^ container `app` has no name for port 9090
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec: {containers: [{name: app, ports: [{name: http, containerPort: 8080}, {name: "${NAME}", containerPort: 1}]}]}
//! ```

use kubesift_engine::model::is_absent;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Info,
    score: 0.5,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("popeye:POP-108"), Peer("kyverno:require-container-port-names")],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    for port in container.ports() {
        let (name, number) = (port.field("name"), port.field("containerPort"));
        if let Some(number_is) = number.int().filter(|_| is_absent(name)) {
            out.report(number, format!("has no name for port {number_is}"));
        }
    }
}

//! A Service sends to a port by its number although the port has a name.
//!
//! A name goes on working when the number changes, and may be another number in each version of
//! the workload while it is rolled out.
//!
//! Use the port's name in `targetPort`.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{name: http, containerPort: 8080}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//!       targetPort: 8080
//! #     ^^^^^^^^^^^^^^^^ Service `web` sends to port 8080, which is named `http`
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{name: http, containerPort: 8080}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//!       targetPort: http
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{name: http, containerPort: 8080}, {containerPort: 9090}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 81, targetPort: 9090}, {name: c, port: 82, targetPort: 7070}]}
//! ---
//! kind: Deployment
//! metadata: {name: blue}
//! spec: {template: {metadata: {labels: {app: two}}, spec: {containers: [{name: app, ports: [{name: http, containerPort: 80}]}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: green}
//! spec: {template: {metadata: {labels: {app: two}}, spec: {containers: [{name: app, ports: [{name: web, containerPort: 80}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: two}
//! spec: {selector: {app: two}, ports: [{port: 80}]}
//! ```

use kubesift_engine::model::{Match, Target, is_unknown, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Info,
    score: 0.5,
    profiles: &[Profile::Hygiene],
    fix: Some(Unsafe),
    refs: &[Peer("popeye:POP-1102")],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    let pods = graph.pods_of_service(service).sure;
    for port in service_ports(service) {
        let Target::Number(number) = port.target else { continue };
        let mut name: Option<&str> = None;
        // The name must be the same in every pod.
        let same = pods.iter().all(|pod| {
            let containers = pod.pod.containers();
            let long_lived = containers.iter().filter(|one| one.is_long_lived());
            let mut ports = long_lived.flat_map(Container::ports).filter(|declared| {
                declared.field("containerPort").int() == Some(number)
                    && pod.pod.declares_port(&port) == Match::Yes
            });
            let found = ports.find_map(|declared| declared.field("name").str());
            let first = name.is_none();
            name = name.or(found);
            found.is_some() && (first || name == found)
        });
        let Some(name) = name.filter(|name| same && !is_unknown(name)) else { continue };
        let target = port.node.field("targetPort");
        let at = if target.exists() { target } else { port.node.field("port") };
        out.report(at, format!("sends to port {number}, which is named `{name}`")).set(
            Unsafe,
            "send to the port by its name",
            target,
            name,
        );
    }
}

//! A port that is used is not declared, or declared in vain.
//!
//! A declaration is optional: traffic reaches a port that listens all the same. But policies,
//! service meshes and people read the declarations. An entry of `ports` without a number, or with a
//! name that cannot be, is refused by the API server and declares nothing.
//!
//! Declare the port in the container that listens to it. Opt-in: nothing breaks without.
//!
//! A Service that sends to a *name* which nobody has is broken, and a matter for
//! `service-target-port-not-found`, as is a lone port that looks like a mistake. What is wrong with a
//! name is said by `service-target-port-name-invalid`.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - name: smtp
//! #             ^^^^^^^^^^ Deployment `web` declares a port of container `app` without its number
//!               containerPort:
//!             - name: a-name-that-is-too-long
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` declares a port of container `app` in vain: port names have at most 15 characters
//!               containerPort: 9090
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//!       targetPort: 8080
//! #     ^^^^^^^^^^^^^^^^ Service `web` sends to port 8080, which no container of Deployment `web` declares
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}, {containerPort: "${PORT}"}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}, {port: 81, targetPort: http}]}
//! ---
//! kind: Service
//! metadata: {name: elsewhere}
//! spec: {selector: {app: elsewhere}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: external}
//! spec: {type: ExternalName, selector: {app: web}, ports: [{port: 80, targetPort: 7070}]}
//! ```

use kubesift_engine::model::{
    Match, Target, broken_port_name_rule, is_absent, is_unknown, service_ports,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[],
    yields_to: &["service-target-port-name-invalid", "service-target-port-not-found"],
    refs: &[
        Peer("popeye:POP-1101"),
        Peer("popeye:POP-1106"),
        Peer("kube-score:container-ports-check"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("Service") {
        of_service(resource, graph, out);
    } else if let Some(pod) = graph.pod_of(resource) {
        in_vain(&pod.pod, out);
    }
}

fn of_service(service: &Resource, graph: &Graph, out: &mut Out) {
    let pods = graph.pods_of_service(service);
    let external = service.field("spec.type").str() == Some("ExternalName");
    if external || pods.sure.is_empty() || !pods.unsure.is_empty() {
        return;
    }
    for port in service_ports(service) {
        let Target::Number(number) = port.target else { continue };
        let declared = pods.sure.iter().map(|pod| pod.pod.declares_port(&port));
        if declared.fold(Match::No, Match::or) != Match::No {
            continue;
        }
        let target = port.node.field("targetPort");
        let at = if target.exists() { target } else { port.node.field("port") };
        let workloads = Graph::workloads_in_words(&pods.sure);
        let message = format!("sends to port {number}, which no container of {workloads} declares");
        out.report(at, message);
    }
}

/// Reports declarations that the API server refuses.
fn in_vain(pod: &Pod, out: &mut Out) {
    for container in pod.containers() {
        for port in container.ports() {
            if is_absent(port.field("containerPort")) {
                let of = container.name();
                let message = format!("declares a port of container `{of}` without its number");
                out.report(port, message);
            }
            let name = port.field("name");
            let text = name.str().filter(|text| !text.is_empty() && !is_unknown(text));
            if let Some(rule) = text.and_then(broken_port_name_rule) {
                let of = container.name();
                out.report(name, format!("declares a port of container `{of}` in vain: {rule}"));
            }
        }
    }
}

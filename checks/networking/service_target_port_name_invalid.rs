//! A port has a name or a number that cannot be.
//!
//! A container port's name, and a `targetPort` that is one, have at most 15 characters: lower-case
//! letters, digits and single hyphens between them, and one letter at least (IANA_SVC_NAME).
//! Numbers are from 1 to 65535. The API server refuses anything else.
//!
//! Shorten or correct the name, in the container and in all that refer to it.
//!
//! The name of a Service's own port may be longer.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   ports:
//!     - {name: the-name-of-a-service-port, port: 80, targetPort: http}
//!     - port: 81
//!       targetPort: my-very-long-name
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Service `web` sends to the port named `my-very-long-name`, and port names have at most 15 characters
//!     - {port: 82, targetPort: 123456}
//! #                ^^^^^^^^^^^^^^^^^^ Service `web` sends to port 123456, and ports end at 65535
//!     - {port: 83, targetPort: "8080"}
//! #                ^^^^^^^^^^^^^^^^^^ Service `web` sends to the port named `8080`, and port names have a letter
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - {name: HTTP, containerPort: 80}
//! #              ^^^^^^^^^^ Deployment `web` names a port of container `app` `HTTP`, and port names have lower-case letters, digits and hyphens only
//!             - {name: a--b, containerPort: 81}
//! #              ^^^^^^^^^^ Deployment `web` names a port of container `app` `a--b`, and port names have no two hyphens in a row, and none at either end
//!             - {name: ok, containerPort: 0}
//! #                        ^^^^^^^^^^^^^^^^ Deployment `web` declares port 0 of container `app`, and ports begin at 1
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{port: 80, targetPort: fifteen-letters}, {port: 81, targetPort: "${PORT}"}, {port: 82, targetPort: 0}, {port: 83}]}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec: {containers: [{name: app, ports: [{name: a, containerPort: 1}, {name: 9p-x, containerPort: 65535}, {name: "{{ .Name }}", containerPort: "{{ .Port }}"}]}]}
//! ---
//! kind: Service
//! metadata: {name: elsewhere}
//! spec: {type: ExternalName, externalName: a.example.com, ports: [{port: 80, targetPort: HTTP}]}
//! ```

use kubesift_engine::model::{broken_port_name_rule, is_unknown, known_node};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kube-linter:invalid-target-ports"), Peer("kube-score:container-ports-check")],
    run: Run::Resource(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    if resource.is("Service") {
        targets(resource, out);
    } else if let Some(pod) = Pod::of(resource) {
        declared(&pod, out);
    }
}

fn targets(service: &Resource, out: &mut Out) {
    if service.field("spec.type").str() == Some("ExternalName") {
        return;
    }
    for port in service.field("spec.ports").items() {
        let target = port.field("targetPort");
        if let Some(name) = target.str().and_then(known_name) {
            if let Some(rule) = broken_port_name_rule(name) {
                out.report(target, format!("sends to the port named `{name}`, and {rule}"));
            }
        } else if let Some(number) = target.int().filter(|number| *number != 0)
            && let Some(rule) = out_of_range(number)
        {
            out.report(target, format!("sends to port {number}, and {rule}"));
        }
    }
}

fn declared(pod: &Pod, out: &mut Out) {
    for container in pod.containers() {
        let of = container.name();
        for port in container.ports() {
            let (name, number) = (port.field("name"), port.field("containerPort"));
            // A number that is written where a name is wanted is text for the API server or
            // refused by it; either way it is no name.
            let text = name.node().filter(|node| known_node(*node).is_literal());
            if let Some(text) = text.and_then(Node::text).and_then(known_name)
                && let Some(rule) = broken_port_name_rule(text)
            {
                out.report(name, format!("names a port of container `{of}` `{text}`, and {rule}"));
            }
            if let Some(number_is) = number.int()
                && let Some(rule) = out_of_range(number_is)
            {
                let message = format!("declares port {number_is} of container `{of}`, and {rule}");
                out.report(number, message);
            }
        }
    }
}

fn known_name(name: &str) -> Option<&str> {
    (!name.is_empty() && !is_unknown(name)).then_some(name)
}

fn out_of_range(number: i64) -> Option<&'static str> {
    match number {
        ..=0 => Some("ports begin at 1"),
        1..=65535 => None,
        _ => Some("ports end at 65535"),
    }
}

//! A pod declares the same port twice.
//!
//! The containers of a pod share one network: two of them cannot listen to the same port, so the
//! second fails to start. Within one container a name must be there once, or the API server refuses
//! the pod. In two containers a name means only the first of the two to a Service that sends to it.
//!
//! Give one of them another number or name, or remove the second declaration.
//!
//! The same number under two names in one container works, but `kubectl apply` merges ports by
//! their number and loses one: a finding of low severity. A name in two containers is reported when
//! a Service of the build sends to it. Init containers that end do not count.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - {name: setup, ports: [{name: http, containerPort: 8080}]}
//!       containers:
//!         - name: app
//!           ports:
//!             - {name: http, containerPort: 8080}
//!             - {name: http, containerPort: 8081}
//! #              ^^^^^^^^^^ Deployment `web` has two ports of the name `http`, in container `app`
//!             - {name: web, containerPort: 8080}
//! #                         ^^^^^^^^^^^^^^^^^^^ Deployment `web` declares port 8080 (TCP) twice, in container `app`
//!         - name: proxy
//!           ports:
//!             - containerPort: 8081
//! #             ^^^^^^^^^^^^^^^^^^^ Deployment `web` declares port 8081 (TCP) twice, in containers `app` and `proxy`
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: dns}
//! spec:
//!   initContainers:
//!     - {name: setup, ports: [{name: dns, containerPort: 53}]}
//!   containers:
//!     - {name: app, ports: [{name: dns, containerPort: 53, protocol: UDP}, {name: dns-tcp, containerPort: 53}]}
//!     - {name: other, ports: [{name: "${A}", containerPort: "${P}"}, {name: "${A}", containerPort: "${P}"}]}
//! ---
//! apiVersion: argoproj.io/v1alpha1
//! kind: Workflow
//! metadata: {name: steps}
//! spec: {templates: [{container: {name: a, ports: [{containerPort: 80}]}}, {container: {name: b, ports: [{containerPort: 80}]}}]}
//! ---
//! kind: Pod
//! metadata: {name: addresses}
//! spec: {containers: [{name: a, ports: [{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}, {containerPort: 80, hostPort: 80, hostIP: 10.0.0.2}]}]}
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - {name: app, ports: [{name: http, containerPort: 80}, {name: admin, containerPort: 81}]}
//!         - {name: proxy, ports: [{name: http, containerPort: 8080}, {name: admin, containerPort: 8081}]}
//! #                                ^^^^^^^^^^ Deployment `web` has two ports of the name `http`, in containers `app` and `proxy`
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
//! ```

use std::collections::HashMap;

use kubesift_engine::model::{Target, is_unknown, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kube-score:container-ports-check")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

/// A declared port, and the container that declares it.
type Declared<'a> = (Node<'a>, &'a str);

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    // The containers of an operator's pod need not run at the same time.
    let Some(pod) = graph.pod_of(workload).filter(|pod| !pod.pod.is_partial()) else { return };
    let mut numbers: HashMap<(i64, &str, &str), Declared> = HashMap::new();
    let mut names: HashMap<&str, Declared> = HashMap::new();
    for container in pod.pod.containers().into_iter().filter(Container::is_long_lived) {
        for port in container.ports() {
            let own = (port, container.name());
            if let Some(key) = number(port) {
                let first = *numbers.entry(key).or_insert(own);
                if first.0 != port {
                    number_twice(key, first, own, out);
                }
            }
            let name = port.field("name").node().and_then(Node::text);
            let Some(name) = name.filter(|name| !name.is_empty() && !is_unknown(name)) else {
                continue;
            };
            let first = *names.entry(name).or_insert(own);
            let counts = first.1 == own.1 || is_sent_to(pod, name, graph);
            if first.0 != port && counts {
                let message =
                    format!("has two ports of the name `{name}`, in {}", places(first, own));
                out.report(port.field("name"), message).note(first.0, "the first one");
            }
        }
    }
}

/// Number, protocol and address of a port.
fn number(port: Node<'_>) -> Option<(i64, &str, &str)> {
    let protocol = port.field("protocol");
    let protocol = if protocol.exists() { protocol.str()? } else { "TCP" };
    let address = port.field("hostIP").str().unwrap_or_default();
    Some((port.field("containerPort").int()?, protocol, address))
}

fn number_twice(key: (i64, &str, &str), first: Declared, own: Declared, out: &mut Out) {
    let (number, protocol, _) = key;
    let message = format!("declares port {number} ({protocol}) twice, in {}", places(first, own));
    let draft = out.report(own.0.field("containerPort"), message).note(first.0, "the first one");
    if first.1 == own.1 {
        draft.severity(Low);
    }
}

/// True when a Service of the build sends to a port of the pod by this name.
fn is_sent_to<'a>(pod: &GraphPod<'a>, name: &str, graph: &Graph<'a>) -> bool {
    let ports = graph.services_of(pod).iter().flat_map(|service| service_ports(service));
    ports.into_iter().any(|port| port.target == Target::Name(name))
}

fn places(first: Declared, second: Declared) -> String {
    if first.1 == second.1 {
        return format!("container `{}`", first.1);
    }
    format!("containers `{}` and `{}`", first.1, second.1)
}

//! A pod declares the same port twice.
//!
//! The containers of a pod share one network: two of them cannot listen to the same port, so the
//! second fails to start. A name that is there twice means only the first of the two to Services
//! and probes, and within one container the API server refuses it.
//!
//! Give one of them another number or name, or remove the second declaration.
//!
//! The same number under two names in one container works, but `kubectl apply` merges ports by
//! their number and loses one: a finding of low severity, as is one name in two containers. Init containers that end do not count.
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

use std::collections::HashMap;

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kube-score:container-ports-check")],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    // The containers of an operator's pod need not run at the same time.
    if pod.is_partial() {
        return;
    }
    let mut numbers: HashMap<(i64, &str, &str), (Node, &str)> = HashMap::new();
    let mut names: HashMap<&str, (Node, &str)> = HashMap::new();
    for container in pod.containers().into_iter().filter(Container::is_long_lived) {
        let own = container.name();
        for port in container.ports() {
            let (name, number) = (port.field("name"), port.field("containerPort"));
            let protocol = port.field("protocol");
            let protocol = if protocol.exists() { protocol.str() } else { Some("TCP") };
            let address = port.field("hostIP").str().unwrap_or_default();
            if let (Some(number_is), Some(protocol)) = (number.int(), protocol) {
                let first = *numbers.entry((number_is, protocol, address)).or_insert((port, own));
                if first.0 != port {
                    let places = places(first.1, own);
                    let message =
                        format!("declares port {number_is} ({protocol}) twice, in {places}");
                    let draft = out.report(number, message).note(first.0, "the first one");
                    if first.1 == own {
                        draft.severity(Low);
                    }
                }
            }
            let text = name.node().and_then(Node::text).filter(|text| !is_unknown(text));
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                let first = *names.entry(text).or_insert((port, own));
                if first.0 != port {
                    let places = places(first.1, own);
                    let message = format!("has two ports of the name `{text}`, in {places}");
                    let draft = out.report(name, message).note(first.0, "the first one");
                    // Only within one container does the API server refuse it.
                    if first.1 != own {
                        draft.severity(Low);
                    }
                }
            }
        }
    }
}

fn places(first: &str, second: &str) -> String {
    if first == second {
        return format!("container `{first}`");
    }
    format!("containers `{first}` and `{second}`")
}

//! A network policy allows a port by a name that no pod it selects declares.
//!
//! A name stands for the port of that name in the containers of the destination. Where no container
//! has it, the rule opens nothing.
//!
//! Give the container's port that name, or write the number in the policy. The protocol must be
//! the same as well.
//!
//! Judged for ingress, where the selected pods are the destination. Nothing is said when the
//! policy selects no pod of the manifests, or when an operator completes the pods.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080, name: http}]}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - ports:
//!         - port: web
//! #         ^^^^^^^^^ NetworkPolicy `web` allows the port `web`, which Deployment `web` does not declare: its ports are `http` (8080)
//! ```
//!
//! The protocol counts:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: dns}
//! spec: {template: {metadata: {labels: {app: dns}}, spec: {containers: [{name: app, ports: [{containerPort: 53, name: dns, protocol: UDP}]}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: dns}
//! spec:
//!   podSelector: {matchLabels: {app: dns}}
//!   ingress: [{ports: [{port: dns}]}]
//! #                     ^^^^^^^^^ NetworkPolicy `dns` allows the port `dns` by TCP, which Deployment `dns` declares for another protocol
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       initContainers: [{name: proxy, restartPolicy: Always, ports: [{containerPort: 9090, name: metrics}]}]
//!       containers: [{name: app, ports: [{containerPort: 8080, name: http}]}]
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: http}, {port: metrics}, {port: "${PORT}"}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: elsewhere, namespace: other}
//! spec: {podSelector: {}, ingress: [{ports: [{port: https}]}]}
//! ---
//! kind: Deployment
//! metadata: {name: db}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: some-have-it}
//! spec: {podSelector: {}, ingress: [{ports: [{port: http}]}]}
//! ```

use kubesift_engine::model::reach::{PolicyErrorKind, PortName, Protocol};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(
        &[
            "networking.k8s.io/NetworkPolicy",
            "cilium.io/CiliumNetworkPolicy",
            "projectcalico.org/NetworkPolicy",
            "crd.projectcalico.org/NetworkPolicy",
        ],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let reach = graph.reach();
    for rule in reach.rules_of(resource.id).filter(|rule| rule.direction == Direction::Ingress) {
        let Some(policy) = graph.policies().get(rule.policy as usize) else { continue };
        if rule.ports.names.is_empty() {
            continue;
        }
        let selected = graph.pods_of_policy(policy);
        let Some(first) = selected.sure.first().filter(|_| selected.unsure.is_empty()) else {
            continue;
        };
        // One item of a policy may stand for several protocols.
        for ports in rule.ports.names.chunk_by(|one, other| one.node == other.node) {
            let Some(port) = ports.first() else { continue };
            let wrong = reach
                .errors_of(resource.id)
                .iter()
                .any(|error| error.at == port.node && error.kind == PolicyErrorKind::Port);
            let found = |pod: &&GraphPod| ports.iter().any(|port| declares(pod, port, true));
            if !wrong && !selected.sure.iter().any(found) {
                let words = words(port, ports.len(), first, selected.sure.len());
                out.report(port.node, words);
            }
        }
    }
}

fn words(port: &PortName, protocols: usize, first: &GraphPod, pods: usize) -> String {
    let workload = first.pod.resource;
    let name = workload.name.as_deref().unwrap_or("(no name)");
    let workload = format!("{} `{name}`", workload.kind.kind);
    let label = port.name;
    if pods > 1 {
        return format!(
            "allows the port `{label}`, which none of the {pods} workloads it selects declares"
        );
    }
    if let Some(protocol) = port.protocol.filter(|_| protocols == 1 && declares(first, port, false))
    {
        let by = protocol.name();
        return format!(
            "allows the port `{label}` by {by}, which {workload} declares for another protocol"
        );
    }
    match &*first.pod.port_names() {
        [] => format!("allows the port `{label}`, and {workload} declares no port"),
        names => format!(
            "allows the port `{label}`, which {workload} does not declare: its ports are {}",
            names.join(", ")
        ),
    }
}

/// Whether a pod has, or may have, a port of the name; of the same protocol if that matters.
fn declares(pod: &GraphPod, wanted: &PortName, same_protocol: bool) -> bool {
    if pod.pod.is_partial() {
        return true;
    }
    pod.pod.containers().iter().filter(|one| one.is_long_lived()).any(|container| {
        let list = container.field("ports");
        list.node().is_some_and(|node| !node.is_list())
            || list.items().any(|port| {
                let protocol = match port.field("protocol").str() {
                    None => Some(Protocol::Tcp),
                    Some(name) => Protocol::parse(name),
                };
                let matters = same_protocol && wanted.protocol.is_some();
                let name = port.field("name");
                let same = name.str() == Some(wanted.name);
                same && (!matters || protocol == wanted.protocol)
                    || name.str().is_some_and(kubesift_engine::model::is_unknown)
            })
    })
}

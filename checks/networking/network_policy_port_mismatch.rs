//! A network policy allows the port of a Service where the pods listen on another one.
//!
//! Policies look at what arrives at the pod: the Service has sent it to its `targetPort` by then. A
//! rule that allows the Service's `port` lets nothing through.
//!
//! Write the `targetPort` (or its name) in the policy.
//!
//! Containers need not declare the ports they listen on, so a port that no container declares is no
//! mistake by itself: reported is one that the selected pods do not declare, that a Service in front
//! of them has as its `port`, and whose `targetPort` the rule does not allow. A run that names this
//! check also reports ports that nothing declares, where each selected pod declares some.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - ports:
//!         - port: 80
//! #         ^^^^^^^^ NetworkPolicy `web` allows port 80, which Service `web` sends to port 8080 of the pods
//! ```
//!
//! ```yaml fail asked
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - ports:
//!         - port: 8081
//! #         ^^^^^^^^^^ NetworkPolicy `web` allows port 8081, which no pod that it selects declares
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 8080}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: both}
//! spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 80}, {port: 8080}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: not-declared}
//! spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 9090}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: all-pods}
//! spec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}
//! ```
//!
//! A Service with the same port on both sides, and a container that declares nothing:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 80}]}]}
//! ```

use kubesift_engine::model::reach::{Action, PortSet, Protocol, Rule};
use kubesift_engine::model::{Target, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["networking.k8s.io/NetworkPolicy"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for rule in graph.reach().rules_of(resource.id) {
        let policy = graph.policies().get(rule.policy as usize);
        let Some(policy) = policy.filter(|policy| !policy.takes_all_pods()) else { continue };
        if rule.direction != Direction::Ingress || rule.action != Action::Allow {
            continue;
        }
        let selected = graph.pods_of_policy(policy);
        if selected.sure.is_empty() || !selected.unsure.is_empty() {
            continue;
        }
        for item in rule.node.field("ports").items() {
            if let Some((protocol, number)) = single(item) {
                judge(graph, rule, (item, protocol, number), &selected.sure, out);
            }
        }
    }
}

/// The protocol and number of an item that means one port.
fn single(item: Node<'_>) -> Option<(Protocol, u16)> {
    let number = item.get("port")?.int().and_then(|number| u16::try_from(number).ok())?;
    let protocol = match item.get("protocol").filter(|node| !node.is_null()) {
        None => Protocol::Tcp,
        Some(node) => Protocol::parse(node.text()?)?,
    };
    item.get("endPort").is_none().then_some((protocol, number))
}

fn judge<'a>(
    graph: &Graph<'a>,
    rule: &Rule,
    (item, protocol, number): (Node, Protocol, u16),
    pods: &[&GraphPod<'a>],
    out: &mut Out,
) {
    let declared = |pod: &&GraphPod| declares(pod, protocol, number);
    if pods.iter().any(declared) {
        return;
    }
    let at = item.field("port");
    let found = pods.iter().find_map(|pod| sent_elsewhere(graph, pod, (protocol, number), rule));
    if let Some((service, target)) = found {
        let name = service.name.as_deref().unwrap_or("(no name)");
        let words = format!(
            "allows port {number}, which Service `{name}` sends to port {target} of the pods"
        );
        out.report(at, words).note(service.field("spec.ports"), "the ports of the Service");
        return;
    }
    let some = |pod: &&GraphPod| pod.pod.declared_ports(protocol.name()) > 0;
    if out.is_asked() && pods.iter().all(some) {
        let words = format!("allows port {number}, which no pod that it selects declares");
        out.report(at, words).severity(Low);
    }
}

fn declares(pod: &GraphPod, protocol: Protocol, number: u16) -> bool {
    pod.pod.is_partial()
        || pod.pod.containers().iter().flat_map(Container::ports).any(|port| {
            let same = match port.field("protocol").str() {
                None => protocol == Protocol::Tcp,
                Some(name) => name == protocol.name(),
            };
            same && port.field("containerPort").int() == Some(i64::from(number))
        })
}

/// A Service before a pod that takes a port and sends it to another, which the rule leaves closed.
fn sent_elsewhere<'a>(
    graph: &Graph<'a>,
    pod: &GraphPod<'a>,
    (protocol, number): (Protocol, u16),
    rule: &Rule,
) -> Option<(&'a Resource, String)> {
    graph.services_of(pod).iter().find_map(|service| {
        let ports = service_ports(service);
        // Several ports may lead to one, and one of them to this very number.
        let to_itself = ports.iter().any(|port| port.target == Target::Number(i64::from(number)));
        let port = ports.iter().find(|port| {
            port.number == Some(i64::from(number)) && port.protocol == Some(protocol.name())
        })?;
        let (target, words, named) = match port.target {
            Target::Number(target) => {
                let target = u16::try_from(target).ok()?;
                (PortSet::one(protocol, target), target.to_string(), false)
            }
            Target::Name(name) => {
                let named = rule.ports.names.iter().any(|port| port.name == name);
                (named_port(pod, name, protocol)?, format!("`{name}`"), named)
            }
            Target::Unknown => return None,
        };
        let open =
            named || rule.ports.numbers.holds_all_of(&target) || !rule.ports.names.is_empty();
        (!to_itself && !open).then_some((*service, words))
    })
}

fn named_port(pod: &GraphPod, name: &str, protocol: Protocol) -> Option<PortSet> {
    let containers = pod.pod.containers();
    let mut ports = containers.iter().flat_map(Container::ports);
    let port = ports.find(|port| port.field("name").str() == Some(name))?;
    let number = u16::try_from(port.field("containerPort").int()?).ok()?;
    Some(PortSet::one(protocol, number))
}

//! The way of a request behind the reference to a Service: to its pods, the port of a container, and
//! the probe that lets it through; and where it breaks. Whether that is worth a finding is left to
//! checks.

use std::collections::BTreeSet;

use kubesift_yaml::Node;

use super::{Link, Part};
use crate::graph::{Graph, GraphPod};
use crate::pod::Container;
use crate::resource::Resource;
use crate::selector::{Difference, Match, Near, Selector, nearest};
use crate::service::{ServicePort, Target, service_ports};
use crate::unknown::{is_unknown, known_node};

/// Namespaces that are looked into for pods with the labels.
const LOOKED_AT: usize = 500;

/// A Service whose selector matches no pod of its namespace.
#[derive(Debug, Clone)]
pub struct NoPods<'s> {
    /// The selector.
    pub selector: Selector<'s>,
    /// The only pod of another namespace that has the labels.
    pub elsewhere: Option<&'s GraphPod<'s>>,
    /// The pod that comes nearest.
    pub near: Option<Near<'s, &'s GraphPod<'s>>>,
    /// Something speaks for a mistake: the pod elsewhere, a typing mistake, or that all pods of the
    /// namespace are in view and some seem to be meant.
    pub is_likely: bool,
    service: &'s Resource,
}

impl NoPods<'_> {
    /// The cause, for findings at both ends.
    pub fn cause(&self) -> String {
        format!("Service {} selects no pod", self.service.full_name())
    }
}

/// The cause of a Service's port that no container declares, for findings at both ends.
pub fn target_port_cause(service: &Resource, target: &str) -> String {
    format!("no port {target} behind Service {}", service.full_name())
}

/// A hop at which a request ends.
#[derive(Debug, Clone)]
pub struct BrokenHop<'s> {
    /// The field that breaks it.
    pub at: Node<'s>,
    /// What is wrong there; goes on from "Service `web`".
    pub words: String,
    /// The cause, for findings at both ends.
    pub cause: String,
}

impl<'a> Graph<'a> {
    /// What a Service that selects no pod lacks; none when it selects some, or need not: it has no
    /// selector, is an alias, or its addresses are filled in by hand.
    pub fn selects_no_pod<'s>(&'s self, service: &'s Resource) -> Option<NoPods<'s>> {
        let selector = Selector::from_map(service.field("spec.selector").node()?);
        if selector.is_empty() || service.field("spec.type").str() == Some("ExternalName") {
            return None;
        }
        let namespace = service.namespace.as_deref();
        if self.select(namespace, &selector).any() != Match::No || self.has_endpoints(service) {
            return None;
        }
        let elsewhere = self.only_pod_elsewhere(&selector);
        let pods = self.pods_like(namespace, &selector).into_iter();
        let near = nearest(&selector, pods.map(|pod| (pod, self.labels_of(pod))));
        let typo =
            near.as_ref().is_some_and(|near| near.differences.iter().all(Difference::is_typo));
        let related = near.is_some() || self.has_pod_named_like(service);
        let is_likely = elsewhere.is_some() && self.build().complete
            || typo
            || self.shows_all_pods(namespace) && related;
        Some(NoPods { selector, elsewhere, near, is_likely, service })
    }

    /// The pod of a namespace that is known to be another one, when it alone has the labels.
    fn only_pod_elsewhere(&self, selector: &Selector<'_>) -> Option<&GraphPod<'a>> {
        let named = self.namespaces().iter().filter_map(|namespace| namespace.name);
        let mut found = None;
        for name in named.take(LOOKED_AT) {
            for pod in self.select(Some(name), selector).sure {
                if found.replace(pod).is_some() {
                    return None;
                }
            }
        }
        found
    }

    /// The hop behind a link to a Service at which a request surely ends; none when the way is whole,
    /// or may be.
    pub fn broken_hop<'s>(&'s self, link: &Link<'s>) -> Option<BrokenHop<'s>> {
        let service = link.resource().filter(|found| found.is("Service"))?;
        if let Some(none) = self.selects_no_pod(service).filter(|none| none.is_likely) {
            let words = "selects no pod".to_owned();
            return Some(BrokenHop { at: none.selector.node(), words, cause: none.cause() });
        }
        let pods = self.pods_of_service(service);
        let whole = self.build().complete && pods.unsure.is_empty() && !pods.sure.is_empty();
        if !whole || pods.sure.iter().any(|pod| pod.pod.is_partial()) {
            return None;
        }
        let ports = service_ports(service);
        let port = port_meant(link, &ports)?;
        broken_target(service, port, &pods.sure).or_else(|| never_ready(service, port, &pods.sure))
    }
}

/// The port of a Service that a link asks for; its only one when the link asks for none.
fn port_meant<'p, 's>(
    link: &Link<'_>,
    ports: &'p [ServicePort<'s>],
) -> Option<&'p ServicePort<'s>> {
    let name = |port: &ServicePort<'s>| port.node.get("name").and_then(Node::text);
    match link.wanted.part.map(|(part, _)| part) {
        Some(Part::Port(number)) => ports.iter().find(|port| port.number == Some(number)),
        Some(Part::PortName(wanted)) => ports.iter().find(|port| name(port) == Some(wanted)),
        _ => ports.first().filter(|_| ports.len() == 1),
    }
}

/// A port by a name that no container has.
fn broken_target<'s>(
    service: &Resource,
    port: &ServicePort<'s>,
    pods: &[&GraphPod<'s>],
) -> Option<BrokenHop<'s>> {
    let Target::Name(name) = port.target else { return None };
    let declared = pods.iter().map(|pod| pod.pod.declares_port(port));
    if declared.fold(Match::No, Match::or) != Match::No {
        return None;
    }
    let workloads = Graph::workloads_in_words(pods);
    let words = format!("sends to port `{name}`, which no container of {workloads} has");
    let at = port.node.get("targetPort")?;
    Some(BrokenHop { at, words, cause: target_port_cause(service, name) })
}

/// A readiness probe of the container behind the port, in every pod, that asks a port by a name which
/// the container does not have: the kubelet never finds it ready.
fn never_ready<'s>(
    service: &Resource,
    port: &ServicePort<'_>,
    pods: &[&GraphPod<'s>],
) -> Option<BrokenHop<'s>> {
    let mut first = None;
    for pod in pods {
        let containers = pod.pod.containers().into_iter();
        let mut behind = containers.filter(|one| one.is_long_lived());
        let container = behind.find(|one| one.declares(port) == Match::Yes)?;
        let (name, at) = unknown_probe_port(&container)?;
        first = first.or(Some((container, name, at)));
    }
    let (container, name, at) = first?;
    let of = container.name();
    let words = format!(
        "has pods that never become ready: the readiness probe of container `{of}` asks port \
         `{name}`, which it does not have"
    );
    let cause = format!("probe port {name} behind Service {}", service.full_name());
    Some(BrokenHop { at, words, cause })
}

/// The port of a container's readiness probe, when it is a name that the container does not declare.
fn unknown_probe_port<'s>(container: &Container<'s>) -> Option<(&'s str, Node<'s>)> {
    let probe = container.field("readinessProbe").node()?;
    let at = ["httpGet.port", "tcpSocket.port"].into_iter().find_map(|path| probe.at(path))?;
    let name = at.str().filter(|name| !is_unknown(name) && name.parse::<u16>().is_err())?;
    let list = container.field("ports").node();
    let readable = list.is_none_or(|list| list.is_list() && known_node(list).is_literal());
    let mut names = BTreeSet::new();
    for port in container.ports() {
        let text = port.get("name").map(Node::text);
        match text {
            Some(Some(text)) if !is_unknown(text) => names.insert(text),
            None => false,
            Some(_) => return None,
        };
    }
    (readable && !names.contains(name)).then_some((name, at))
}

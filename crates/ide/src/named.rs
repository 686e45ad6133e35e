//! What a place names: an object, a key of one, a port, a volume, a container, a label. Definition,
//! references, highlights and renaming ask here first; where a symbol occurs is said in
//! [`crate::occurrences`].

use kubesift_model::{Graph, Link, LinkTarget, Match, Part, Pod, Relation, Resource};
use kubesift_yaml::Node;

use crate::seen::{Seen, touches};
use crate::selectors::{Looks, pod_selectors};

/// Something with a name that other places repeat.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Named<'a> {
    /// An object, by `metadata.name`.
    Object(&'a Resource),
    /// A key of a ConfigMap or Secret.
    Key(&'a Resource, &'a str),
    /// A port of a Service: the item of `spec.ports`.
    ServicePort(&'a Resource, Node<'a>),
    /// A port of a container of a workload: the item of `ports`.
    ContainerPort(&'a Resource, Node<'a>),
    /// A volume of a workload.
    Volume(&'a Resource, &'a str),
    /// A container of a workload.
    Container(&'a Resource, &'a str),
    /// A value of a label that pods have.
    Label(Label<'a>),
}

/// A label of pods by its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Label<'a> {
    /// The namespace of the pods; none for those that state none.
    pub namespace: Option<&'a str>,
    /// A selector that looks into other namespaces asks for it.
    pub everywhere: bool,
    /// The key.
    pub key: &'a str,
    /// The value.
    pub value: &'a str,
}

impl<'a> Named<'a> {
    /// The name; none for a port that has a number only.
    pub fn name(&self) -> Option<&'a str> {
        match *self {
            Self::Object(object) => object.name.as_deref(),
            Self::ServicePort(_, port) | Self::ContainerPort(_, port) => port.get("name")?.text(),
            Self::Key(_, name) | Self::Volume(_, name) | Self::Container(_, name) => Some(name),
            Self::Label(label) => Some(label.value),
        }
    }

    /// The object that it belongs to; none for a label.
    pub fn owner(&self) -> Option<&'a Resource> {
        match *self {
            Self::Object(object)
            | Self::Key(object, _)
            | Self::ServicePort(object, _)
            | Self::ContainerPort(object, _)
            | Self::Volume(object, _)
            | Self::Container(object, _) => Some(object),
            Self::Label(_) => None,
        }
    }
}

/// What a place is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meant<'a> {
    /// The symbols; a target port may be one of several pods.
    pub symbols: Vec<Named<'a>>,
    /// The place is where they are declared.
    pub declared: bool,
}

impl<'a> Meant<'a> {
    fn declared(symbol: Named<'a>) -> Self {
        Self { symbols: vec![symbol], declared: true }
    }

    fn used(symbols: Vec<Named<'a>>) -> Self {
        Self { symbols, declared: false }
    }
}

/// What a place is about. A selector as a whole is about nothing here: see [`Seen::link`].
pub(crate) fn meant<'a>(seen: &Seen<'_, 'a>) -> Meant<'a> {
    if seen.is_declaration() {
        return Meant::declared(Named::Object(seen.resource));
    }
    if let Some(label) = label_at(seen) {
        return label;
    }
    if let Some(link) = seen.link().filter(|link| link.relation != Relation::Selects) {
        return Meant::used(of_link(link, seen));
    }
    if let Some(object) = referred(seen) {
        return Meant::used(vec![Named::Object(object)]);
    }
    declared(seen).or_else(|| used(seen)).unwrap_or_default()
}

fn of_link<'a>(link: &Link<'a>, seen: &Seen<'_, 'a>) -> Vec<Named<'a>> {
    let Some(target) = link.resource() else { return Vec::new() };
    let part = link.wanted.part.filter(|(_, node)| touches(node.entry_span(), seen.at));
    // A webhook's port that is not stated stands where the name does.
    let part = part.filter(|(_, node)| *node != link.at);
    let Some((part, _)) = part else { return vec![Named::Object(target)] };
    symbol_of_part(target, part).into_iter().collect()
}

/// The key or port of an object that a reference is about.
pub(crate) fn symbol_of_part<'a>(target: &'a Resource, part: Part<'a>) -> Option<Named<'a>> {
    if let Part::Key(key) = part {
        return key_node(target, key).map(|_| Named::Key(target, key));
    }
    let mut ports = target.field("spec.ports").items();
    let port = ports.find(|port| is_part(*port, part))?;
    Some(Named::ServicePort(target, port))
}

/// True when a Service's port is the one that a reference asks for.
pub(crate) fn is_part(port: Node<'_>, part: Part<'_>) -> bool {
    match part {
        Part::Port(number) => port.get("port").and_then(Node::int) == Some(number),
        Part::PortName(name) => port.get("name").and_then(Node::str) == Some(name),
        Part::Key(_) => false,
    }
}

/// The fields of a ConfigMap or Secret that hold its keys.
pub(crate) const DATA: [&str; 3] = ["data", "stringData", "binaryData"];

/// The entry of a key of a ConfigMap or Secret.
pub(crate) fn key_node<'a>(object: &'a Resource, key: &str) -> Option<Node<'a>> {
    DATA.into_iter().find_map(|map| object.node().get(map)?.get(key))
}

/// References that are followed by people only: nothing is called broken for their sake.
const REFERENCES: [(&str, &str, &str); 2] = [
    (
        "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
        "spec.policyName",
        "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
    ),
    (
        "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
        "spec.policyName",
        "admissionregistration.k8s.io/MutatingAdmissionPolicy",
    ),
];

/// The object that such a reference leads to, or the definition of a custom resource's kind.
fn referred<'a>(seen: &Seen<'_, 'a>) -> Option<&'a Resource> {
    let resource = seen.resource;
    let here = |node: Option<Node<'a>>| node.filter(|node| touches(node.entry_span(), seen.at));
    for (kind, path, target) in REFERENCES {
        if resource.is(kind)
            && let Some(name) = here(resource.field(path).node()).and_then(Node::str)
        {
            return seen.graph.find(target, None, name);
        }
    }
    let node = resource.node();
    here(node.get("kind")).or_else(|| here(node.get("apiVersion")))?;
    definition_of_kind(seen.graph, resource)
}

/// References of people to an object: see [`REFERENCES`].
pub(crate) fn referring<'a>(graph: &Graph<'a>, target: &Resource) -> Vec<Node<'a>> {
    let kinds = REFERENCES.iter().filter(|(_, _, kind)| target.is(kind));
    let all = kinds.flat_map(|(from, path, _)| {
        graph.of(from).filter_map(|resource| resource.field(path).node())
    });
    all.filter(|node| node.str() == target.name.as_deref()).collect()
}

const DEFINITION: &str = "apiextensions.k8s.io/CustomResourceDefinition";

/// The CustomResourceDefinition of a resource's kind.
fn definition_of_kind<'a>(graph: &Graph<'a>, resource: &Resource) -> Option<&'a Resource> {
    let kind = &resource.kind;
    let defines = |one: &&Resource| {
        one.field("spec.group").str() == Some(&kind.group)
            && one.field("spec.names.kind").str() == Some(&kind.kind)
    };
    graph.of(DEFINITION).find(defines)
}

/// The label of pods that a place is about: in a pod's template, or in a selector.
fn label_at<'a>(seen: &Seen<'_, 'a>) -> Option<Meant<'a>> {
    let way = seen.way();
    let leaf = *way.last()?;
    let value = leaf.text()?;
    let namespace = seen.resource.namespace.as_deref();
    let pod = Pod::of(seen.resource);
    if let Some(labels) = pod.and_then(|pod| pod.labels())
        && way.contains(&labels)
        && let Some(key) = leaf.key()
    {
        let label = Label { namespace, everywhere: false, key, value };
        return Some(Meant::declared(Named::Label(label)));
    }
    let selectors = pod_selectors(seen.resource).into_iter();
    let selector = selectors.into_iter().find(|one| way.contains(&one.node))?;
    let key = match leaf.key() {
        Some("key" | "operator") | None => {
            let expression = way.iter().rev().find(|node| node.get("operator").is_some())?;
            expression.get("key")?.text()?
        }
        Some(key) => key,
    };
    if !selector.values(key).contains(&leaf) {
        return None;
    }
    let everywhere = matches!(selector.looks, Looks::Elsewhere(_));
    Some(Meant::used(vec![Named::Label(Label { namespace, everywhere, key, value })]))
}

/// The item of a list under `key` that the way goes through.
fn item_of<'a>(way: &[Node<'a>], key: &str) -> Option<Node<'a>> {
    let mut pairs = way.windows(2).rev();
    pairs.find_map(|pair| match pair {
        [list, item] if list.key() == Some(key) && list.is_list() => Some(*item),
        _ => None,
    })
}

/// The container that the way goes through.
fn container_of<'a>(pod: &Pod<'a>, way: &[Node<'a>]) -> Option<Node<'a>> {
    let mut containers = pod.containers().into_iter();
    containers.find(|one| way.contains(&one.node)).map(|one| one.node)
}

/// What is declared at a place, the names of objects left out.
fn declared<'a>(seen: &Seen<'_, 'a>) -> Option<Meant<'a>> {
    let way = seen.way();
    let (leaf, resource) = (*way.last()?, seen.resource);
    let key = leaf.key()?;
    if resource.is("Service") {
        let port = item_of(&way, "ports").filter(|_| matches!(key, "name" | "port"))?;
        return Some(Meant::declared(Named::ServicePort(resource, port)));
    }
    if resource.is("ConfigMap") || resource.is("Secret") {
        let on_key = leaf.key_span().is_some_and(|span| touches(span, seen.at));
        let found = key_node(resource, key).filter(|node| on_key && *node == leaf)?;
        return found.key().map(|key| Meant::declared(Named::Key(resource, key)));
    }
    let pod = Pod::of(resource)?;
    if key == "name" {
        let claims = resource.field("spec.volumeClaimTemplates").node();
        let item = way.iter().rev().nth(1).copied()?;
        let is_claim = claims.is_some_and(|claims| way.contains(&claims));
        let list = way.iter().rev().nth(2).copied()?;
        let is_volume = list.key() == Some("volumes");
        if is_volume || is_claim && item.key() == Some("metadata") {
            return Some(Meant::declared(Named::Volume(resource, leaf.text()?)));
        }
        if container_of(&pod, &way) == Some(item) {
            return Some(Meant::declared(Named::Container(resource, leaf.text()?)));
        }
    }
    let container = container_of(&pod, &way)?;
    let port = item_of(&way, "ports").filter(|_| matches!(key, "name" | "containerPort"))?;
    container.get("ports").filter(|ports| way.contains(ports))?;
    Some(Meant::declared(Named::ContainerPort(resource, port)))
}

/// What is used at a place, where no link says it.
fn used<'a>(seen: &Seen<'_, 'a>) -> Option<Meant<'a>> {
    let way = seen.way();
    let (leaf, resource) = (*way.last()?, seen.resource);
    let key = leaf.key()?;
    if resource.is("Service") && key == "targetPort" {
        let port = item_of(&way, "ports")?;
        let pods = seen.graph.pods_of_service(resource).sure;
        let ports = pods.into_iter().flat_map(|pod| target_ports(&pod.pod, port));
        return Some(Meant::used(ports.collect()));
    }
    if let Some(container) = scaled_container(seen, &way) {
        return Some(Meant::used(container));
    }
    if resource.is("monitoring.coreos.com/ServiceMonitor") && key == "port" {
        let services = selected_by(seen);
        let ports = services
            .into_iter()
            .filter_map(|service| symbol_of_part(service, Part::PortName(leaf.str()?)));
        return Some(Meant::used(ports.collect()));
    }
    let pod = Pod::of(resource)?;
    let list = way.iter().rev().nth(2).and_then(|node| node.key());
    if key == "name" && matches!(list, Some("volumeMounts" | "volumeDevices")) {
        return Some(Meant::used(vec![Named::Volume(resource, leaf.text()?)]));
    }
    if key == "containerName" {
        return Some(Meant::used(vec![Named::Container(resource, leaf.text()?)]));
    }
    let container = container_of(&pod, &way)?;
    let asks = way.iter().rev().nth(1).and_then(|node| node.key());
    if key != "port" || !matches!(asks, Some("httpGet" | "tcpSocket" | "grpc")) {
        return None;
    }
    let ports = container.get("ports").into_iter().flat_map(Node::items);
    let meant = ports.filter(|port| names_port(leaf, *port));
    Some(Meant::used(meant.map(|port| Named::ContainerPort(resource, port)).collect()))
}

/// The container that an autoscaler names.
fn scaled_container<'a>(seen: &Seen<'_, 'a>, way: &[Node<'a>]) -> Option<Vec<Named<'a>>> {
    let leaf = *way.last()?;
    if !matches!(leaf.key(), Some("container" | "containerName")) {
        return None;
    }
    let mut links = seen.graph.links().from(seen.resource).iter();
    let workload = links.find(|link| link.relation == Relation::ScaleTarget)?.resource()?;
    Some(vec![Named::Container(workload, leaf.text()?)])
}

fn selected_by<'a>(seen: &Seen<'_, 'a>) -> Vec<&'a Resource> {
    let links = seen.graph.links().from(seen.resource).iter();
    let selected = links.filter_map(|link| match &link.to {
        LinkTarget::Selected(all) => Some(all.to_vec()),
        _ => None,
    });
    selected.flatten().collect()
}

/// The ports of a pod that a port of a Service sends to.
fn target_ports<'a>(pod: &Pod<'a>, port: Node<'_>) -> Vec<Named<'a>> {
    let Some(target) = port.get("targetPort") else { return Vec::new() };
    let containers = pod.containers().into_iter().filter(|one| one.is_long_lived());
    let ports = containers.flat_map(|one| one.ports().collect::<Vec<_>>());
    let meant = ports.filter(|declared| {
        names_port(target, *declared) && is_same_protocol(port, *declared) != Match::No
    });
    meant.map(|port| Named::ContainerPort(pod.resource, port)).collect()
}

/// True when a scalar means a port of a container: by its name or number.
pub(crate) fn names_port(scalar: Node<'_>, declared: Node<'_>) -> bool {
    match scalar.int() {
        Some(number) => declared.get("containerPort").and_then(Node::int) == Some(number),
        None => {
            scalar.str().is_some_and(|name| declared.get("name").and_then(Node::str) == Some(name))
        }
    }
}

/// Whether two ports are of one protocol; TCP where none is stated.
pub(crate) fn is_same_protocol(one: Node<'_>, other: Node<'_>) -> Match {
    let protocol = |port: Node<'_>| match port.get("protocol") {
        None => Some("TCP".to_owned()),
        Some(node) => node.str().map(str::to_ascii_uppercase),
    };
    match (protocol(one), protocol(other)) {
        (Some(one), Some(other)) => (one == other).into(),
        _ => Match::Unknown,
    }
}

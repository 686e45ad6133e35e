//! Where a symbol occurs in a build: the places that declare it, and those that use it. Found along
//! the links to the object that it belongs to, never by a search through the build; labels, which
//! belong to no object, are looked for in the namespaces that they are used in.

use kubesift_model::{Graph, Link, Match, Part, Pod, Relation, Resource};
use kubesift_source::Span;
use kubesift_yaml::Node;

use crate::named::{DATA, Label, Named, is_part, is_same_protocol, names_port, referring};
use crate::selectors::{Looks, pod_selectors};

/// One place that has the name of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occurrence<'a> {
    /// The entry or scalar.
    pub node: Node<'a>,
    /// The name is the entry's key.
    pub on_key: bool,
    /// It is declared here.
    pub declares: bool,
}

impl<'a> Occurrence<'a> {
    fn declares(node: Node<'a>) -> Self {
        Self { node, on_key: false, declares: true }
    }

    fn uses(node: Node<'a>) -> Self {
        Self { node, on_key: false, declares: false }
    }

    /// The bytes of the name in the object's tree.
    pub fn span(&self) -> Span {
        let key = if self.on_key { self.node.key_span() } else { None };
        key.unwrap_or_else(|| self.node.span())
    }

    /// The name.
    pub fn text(&self) -> Option<&'a str> {
        if self.on_key { self.node.key() } else { self.node.text() }
    }
}

/// All places that have the name of a symbol, declarations first.
pub(crate) fn occurrences<'a>(graph: &Graph<'a>, symbol: &Named<'a>) -> Vec<Occurrence<'a>> {
    match *symbol {
        Named::Object(object) => of_object(graph, object),
        Named::Key(object, key) => of_key(graph, object, key),
        Named::ServicePort(service, port) => of_service_port(graph, service, port),
        Named::ContainerPort(workload, port) => of_container_port(graph, workload, port),
        Named::Volume(workload, name) => of_volume(workload, name),
        Named::Container(workload, name) => of_container(graph, workload, name),
        Named::Label(label) => of_label(graph, &label),
    }
}

fn of_object<'a>(graph: &Graph<'a>, object: &'a Resource) -> Vec<Occurrence<'a>> {
    let name = object.node().at("metadata.name").map(Occurrence::declares);
    let by_name = |link: &&Link<'a>| link.relation != Relation::Selects;
    let links = graph.links().to(object).filter(by_name).map(|link| Occurrence::uses(link.at));
    let others = referring(graph, object).into_iter().map(Occurrence::uses);
    let mut found: Vec<Occurrence<'a>> = name.into_iter().chain(links).chain(others).collect();
    // A volume that picks three keys refers three times by one name.
    let mut seen = std::collections::HashSet::new();
    found.retain(|one| seen.insert(one.span()));
    found
}

/// The entries of a key in an object itself.
pub(crate) fn own_key<'a>(object: &'a Resource, key: &str) -> Vec<Occurrence<'a>> {
    let maps = DATA.into_iter().filter_map(|map| object.node().get(map)?.get(key));
    maps.map(|node| Occurrence { node, on_key: true, declares: true }).collect()
}

fn of_key<'a>(graph: &Graph<'a>, object: &'a Resource, key: &str) -> Vec<Occurrence<'a>> {
    let own = own_key(object, key).into_iter();
    let uses = graph.links().to(object).filter_map(|link| match link.wanted.part {
        Some((Part::Key(wanted), node)) if wanted == key => Some(Occurrence::uses(node)),
        _ => None,
    });
    own.chain(uses).collect()
}

fn of_service_port<'a>(
    graph: &Graph<'a>,
    service: &'a Resource,
    port: Node<'a>,
) -> Vec<Occurrence<'a>> {
    let own = ["name", "port"].into_iter().filter_map(|key| port.get(key));
    let mut found: Vec<Occurrence<'a>> = own.map(Occurrence::declares).collect();
    for link in graph.links().to(service) {
        if let Some((part, node)) = link.wanted.part
            && is_part(port, part)
            && node != link.at
        {
            found.push(Occurrence::uses(node));
        }
        if link.relation == Relation::Selects
            && link.from.is("monitoring.coreos.com/ServiceMonitor")
        {
            let ends = link.from.field("spec.endpoints").items();
            let ports = ends.filter_map(|end| end.get("port"));
            let name = port.get("name").and_then(Node::str);
            found.extend(ports.filter(|at| at.str() == name).map(Occurrence::uses));
        }
    }
    found
}

fn of_container_port<'a>(
    graph: &Graph<'a>,
    workload: &'a Resource,
    port: Node<'a>,
) -> Vec<Occurrence<'a>> {
    let own = ["name", "containerPort"].into_iter().filter_map(|key| port.get(key));
    let mut found: Vec<Occurrence<'a>> = own.map(Occurrence::declares).collect();
    let Some(pod) = Pod::of(workload) else { return found };
    let mut containers = pod.containers().into_iter();
    let holds = |ports: Node<'a>| ports.items().any(|item| item == port);
    if let Some(container) = containers.find(|one| one.node.get("ports").is_some_and(holds)) {
        let asked = probe_ports(container.node).into_iter();
        found.extend(asked.filter(|at| names_port(*at, port)).map(Occurrence::uses));
    }
    for link in graph.links().to(workload).filter(|link| link.relation == Relation::Selects) {
        let ports = ports_of_selecting(link.from).into_iter();
        let meant = ports.filter(|(at, item)| {
            names_port(*at, port) && is_same_protocol(*item, port) != Match::No
        });
        found.extend(meant.map(|(at, _)| Occurrence::uses(at)));
    }
    found
}

/// The ports of pods that a resource means which selects them, and the item each stands in.
fn ports_of_selecting(from: &Resource) -> Vec<(Node<'_>, Node<'_>)> {
    let of = |path: &'static str, key: &'static str| {
        from.field(path).items().filter_map(move |item| Some((item.get(key)?, item)))
    };
    match &*from.kind.kind {
        "Service" => of("spec.ports", "targetPort").collect(),
        "PodMonitor" => of("spec.podMetricsEndpoints", "port").collect(),
        "NetworkPolicy" => {
            let rules = from.field("spec.ingress").items();
            let ports = rules.filter_map(|rule| rule.get("ports")).flat_map(Node::items);
            ports.filter_map(|item| Some((item.get("port")?, item))).collect()
        }
        _ => Vec::new(),
    }
}

/// The ports that the probes and hooks of a container ask.
pub(crate) fn probe_ports(container: Node<'_>) -> Vec<Node<'_>> {
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    let probes = probes.into_iter().filter_map(|key| container.get(key));
    let hooks = ["lifecycle.postStart", "lifecycle.preStop"];
    let hooks = hooks.into_iter().filter_map(|path| container.at(path));
    let asks = probes.chain(hooks).flat_map(|probe| {
        ["httpGet.port", "tcpSocket.port", "grpc.port"]
            .into_iter()
            .filter_map(move |path| probe.at(path))
    });
    asks.collect()
}

/// The places of a volume, all of which are in the workload itself.
pub(crate) fn of_volume<'a>(workload: &'a Resource, name: &str) -> Vec<Occurrence<'a>> {
    let Some(pod) = Pod::of(workload) else { return Vec::new() };
    let claims = workload.field("spec.volumeClaimTemplates").items();
    let claims = claims.filter_map(|claim| claim.at("metadata.name"));
    let own = pod.volumes().filter_map(|volume| volume.get("name")).chain(claims);
    let mut found: Vec<Occurrence<'a>> = own.map(Occurrence::declares).collect();
    for container in pod.containers() {
        for list in ["volumeMounts", "volumeDevices"] {
            let mounts = container.node.get(list).into_iter().flat_map(Node::items);
            found.extend(mounts.filter_map(|mount| mount.get("name")).map(Occurrence::uses));
        }
    }
    found.retain(|one| one.text() == Some(name));
    found
}

/// The places of a workload that have a port by its name, whichever container declares it.
pub(crate) fn own_port_name<'a>(workload: &'a Resource, name: &str) -> Vec<Occurrence<'a>> {
    let Some(pod) = Pod::of(workload) else { return Vec::new() };
    let mut found = Vec::new();
    for container in pod.containers() {
        let own = container.ports().filter_map(|port| port.get("name"));
        found.extend(own.map(Occurrence::declares));
        found.extend(probe_ports(container.node).into_iter().map(Occurrence::uses));
    }
    found.retain(|one| one.text() == Some(name));
    found
}

/// The annotation that says which container commands go to.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

fn of_container<'a>(graph: &Graph<'a>, workload: &'a Resource, name: &str) -> Vec<Occurrence<'a>> {
    let mut found = own_container(workload, name);
    for link in graph.links().to(workload).filter(|link| link.relation == Relation::ScaleTarget) {
        let metrics = link.from.field("spec.metrics").items();
        let metrics = metrics.filter_map(|metric| metric.at("containerResource.container"));
        let policies = link.from.field("spec.resourcePolicy.containerPolicies").items();
        let policies = policies.filter_map(|policy| policy.get("containerName"));
        let named = metrics.chain(policies).filter(|node| node.text() == Some(name));
        found.extend(named.map(Occurrence::uses));
    }
    found
}

/// The places of a container in the workload itself.
pub(crate) fn own_container<'a>(workload: &'a Resource, name: &str) -> Vec<Occurrence<'a>> {
    let Some(pod) = Pod::of(workload) else { return Vec::new() };
    let containers = pod.containers();
    let own = containers.iter().filter_map(|one| one.node.get("name"));
    let mut found: Vec<Occurrence<'a>> = own.map(Occurrence::declares).collect();
    found.extend(pod.annotation(DEFAULT_CONTAINER).map(Occurrence::uses));
    for variable in containers.iter().flat_map(|one| one.env().collect::<Vec<_>>()) {
        let at = variable.at("valueFrom.resourceFieldRef.containerName");
        found.extend(at.map(Occurrence::uses));
    }
    for volume in pod.volumes() {
        let sources = volume.at("projected.sources").into_iter().flat_map(Node::items);
        let files = sources.filter_map(|source| source.at("downwardAPI.items"));
        let files = files.chain(volume.at("downwardAPI.items")).flat_map(Node::items);
        let names = files.filter_map(|file| file.at("resourceFieldRef.containerName"));
        found.extend(names.map(Occurrence::uses));
    }
    found.retain(|one| one.text() == Some(name));
    found
}

/// The places of a label: pods that have it, and selectors that ask for it.
pub(crate) fn of_label<'a>(graph: &Graph<'a>, label: &Label<'_>) -> Vec<Occurrence<'a>> {
    let mut found = Vec::new();
    for namespace in graph.namespaces() {
        let near =
            label.everywhere || graph.same_namespace(label.namespace, namespace.name) != Match::No;
        for resource in &namespace.resources {
            labels_of(resource, label, near, &mut found);
        }
    }
    found.sort_by_key(|one| (!one.declares, one.span()));
    found
}

/// The places of a resource that have a label. Of one in another namespace only what looks abroad.
pub(crate) fn labels_of<'a>(
    resource: &'a Resource,
    label: &Label<'_>,
    near: bool,
    into: &mut Vec<Occurrence<'a>>,
) {
    let same = |node: &Node<'a>| node.text() == Some(label.value);
    if near && let Some(pod) = Pod::of(resource) {
        let own = pod.labels().and_then(|labels| labels.get(label.key)).filter(same);
        into.extend(own.map(Occurrence::declares));
    }
    for selector in pod_selectors(resource) {
        if near || matches!(selector.looks, Looks::Elsewhere(_)) {
            let values = selector.values(label.key).into_iter().filter(same);
            into.extend(values.map(Occurrence::uses));
        }
    }
}

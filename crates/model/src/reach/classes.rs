//! Pods that nothing tells apart, as one: the same namespace, labels, service account and network,
//! and named ports where some rule names any. Policies are then met with classes instead of pods.

use foldhash::{HashMap, HashMapExt};
use kubesift_yaml::Node;

use super::ports::{PortSet, Protocol};
use super::rows::ClassHome;
use super::rule::{Ports, Rule, Who};
use super::{Assume, networks::Networks};
use crate::graph::{Graph, GraphPod, LabelIndex, Need};
use crate::pod::{Container, Pod};
use crate::policy::Home;
use crate::resource::Resource;
use crate::selector::Labels;
use crate::unknown::{is_unknown, known_node};

/// Something that has an address in the cluster: a pod, or a virtual machine, which runs in one.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'a> {
    /// The workload, or the machine.
    pub resource: &'a Resource,
    /// Its pod; none for a machine.
    pub pod: Option<GraphPod<'a>>,
    /// The class it is in; none for a template, which does not run.
    pub(crate) class: Option<u32>,
}

/// A namespace.
#[derive(Debug)]
pub(crate) struct Space<'a> {
    /// None for the one that no resource states.
    pub name: Option<&'a str>,
    /// Its labels, its own name among them.
    pub labels: Labels<'a>,
    /// Positions in [`Classes::all`].
    pub classes: Vec<u32>,
}

impl<'a> Space<'a> {
    /// What selectors of namespaces look at.
    pub fn home(&self) -> Home<'_, 'a> {
        Home { name: self.name, labels: &self.labels }
    }
}

/// Pods that no policy can tell apart.
#[derive(Debug)]
pub(crate) struct Class<'a> {
    /// Their namespace: position in [`Classes::spaces`].
    pub space: u32,
    /// Their labels.
    pub labels: Labels<'a>,
    /// What names of ports mean at them.
    pub ports: NamedPorts<'a>,
    /// They are in the network of their node, where policies have no dependable effect.
    pub on_host: bool,
    /// The service account that they run as.
    pub account: &'a str,
    /// Pods of different networks do not reach each other.
    pub network: u32,
}

/// The ports of a pod that have names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct NamedPorts<'a> {
    ports: Vec<(&'a str, Protocol, u16)>,
    /// There may be others that the manifest does not show.
    open: bool,
}

impl<'a> NamedPorts<'a> {
    fn of(pod: Pod<'a>) -> Self {
        let mut named = Self { ports: Vec::new(), open: pod.is_partial() };
        for container in pod.containers().into_iter().filter(Container::is_long_lived) {
            named.add(&container);
        }
        named.ports.sort_unstable();
        named.ports.dedup();
        named
    }

    fn add(&mut self, container: &Container<'a>) {
        let list = container.field("ports");
        self.open |= list.node().is_some_and(|node| !node.is_list());
        for port in list.items() {
            let Some(name) = port.get("name").and_then(Node::str) else { continue };
            let number = port.get("containerPort").and_then(Node::int);
            let protocol = match port.get("protocol").filter(|node| !node.is_null()) {
                None => Some(Protocol::Tcp),
                Some(node) => node.text().and_then(Protocol::parse),
            };
            match (number.and_then(|number| u16::try_from(number).ok()), protocol) {
                (Some(number), Some(protocol)) if !is_unknown(name) => {
                    self.ports.push((name, protocol, number));
                }
                _ => self.open = true,
            }
        }
    }

    fn find(&self, name: &str, protocol: Option<Protocol>) -> PortSet {
        let same = |port: &&(&str, Protocol, u16)| {
            port.0 == name && protocol.is_none_or(|protocol| protocol == port.1)
        };
        let found = self.ports.iter().filter(same);
        found.fold(PortSet::default(), |set, port| set.union(&PortSet::one(port.1, port.2)))
    }

    /// The ports of a rule at such a pod: those it surely means, and those it may mean.
    pub fn resolve(&self, ports: &Ports<'_>) -> (PortSet, PortSet) {
        let mut sure = ports.numbers.clone();
        for port in &ports.names {
            sure = sure.union(&self.find(port.name, port.protocol));
        }
        let mut possible = sure.union(&ports.perhaps);
        for port in ports.names.iter().filter(|_| self.open) {
            possible = possible.union(&match port.protocol {
                Some(protocol) => PortSet::all_of(protocol),
                None => PortSet::all(),
            });
        }
        (sure, possible)
    }
}

/// What the rules of a build ask of classes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// Ports by their names: pods are told apart by them.
    by_name: bool,
    /// Pods of whatever namespace, by their labels.
    anywhere: bool,
}

impl Asked {
    /// What some rules ask.
    pub fn by<'r, 'a: 'r>(rules: impl Iterator<Item = &'r Rule<'a>>) -> Self {
        let mut asked = Self { by_name: false, anywhere: false };
        for rule in rules {
            asked.by_name |= !rule.ports.names.is_empty();
            asked.anywhere |= rule.peers.iter().any(
                |peer| matches!(&peer.who, Who::Pods(pods) if pods.are_anywhere() && !pods.is_all()),
            );
        }
        asked
    }
}

/// All classes, and indexes to find them by.
#[derive(Debug)]
pub(crate) struct Classes<'a> {
    /// The pods, in the order of [`Graph::pods`].
    pub endpoints: Vec<Endpoint<'a>>,
    /// The namespaces.
    pub spaces: Vec<Space<'a>>,
    /// The space of each namespace of the graph: positions in `spaces`, by those of the namespaces.
    pub space_of: Vec<u32>,
    /// The classes; elsewhere they are known by their positions here.
    pub all: Vec<Class<'a>>,
    /// Positions of those in the network of their node.
    pub on_hosts: Vec<u32>,
    by_label: LabelIndex<'a>,
    /// The same, of all namespaces; made when a rule asks for pods of any.
    anywhere: Option<LabelIndex<'a>>,
    spaces_by_label: LabelIndex<'a>,
    /// Those that declare a port of a name, or may.
    by_port: HashMap<&'a str, Vec<u32>>,
    with_open_ports: Vec<u32>,
}

/// What tells pods apart.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    space: u32,
    labels: Vec<(&'a str, &'a str)>,
    /// Whether there may be other labels, and whether any of these is unsure: what is written as a
    /// list has the same text as an empty value.
    open: (bool, bool),
    ports: NamedPorts<'a>,
    on_host: bool,
    account: &'a str,
}

impl<'a> Classes<'a> {
    /// Groups the pods of a graph, and reads its networks on the way.
    pub fn new(
        graph: &Graph<'a>,
        assume: Assume,
        asked: Asked,
        networks: &mut Networks<'a>,
    ) -> Self {
        let (spaces, space_of) = spaces(graph, assume);
        let mut classes = Self {
            endpoints: Vec::new(),
            spaces,
            space_of,
            all: Vec::new(),
            on_hosts: Vec::new(),
            by_label: LabelIndex::default(),
            anywhere: None,
            spaces_by_label: LabelIndex::default(),
            by_port: HashMap::new(),
            with_open_ports: Vec::new(),
        };
        networks.read(graph, &classes.spaces, &classes.space_of);
        classes.gather(graph, assume, asked.by_name, networks);
        classes.index(asked.anywhere);
        classes
    }

    fn gather(
        &mut self,
        graph: &Graph<'a>,
        assume: Assume,
        by_name: bool,
        networks: &Networks<'a>,
    ) {
        let accounts =
            graph.policies().iter().any(|policy| policy.dialect == crate::policy::Dialect::Calico);
        let mut known: HashMap<Key<'a>, u32> = HashMap::new();
        for pod in graph.pods() {
            let account = pod.pod.service_account().and_then(Node::str).unwrap_or("default");
            let host = pod.pod.host_network().is_some_and(|node| node.bool() != Some(false));
            let key = Key {
                space: self.space(graph, pod.namespace),
                labels: Vec::new(),
                open: (false, false),
                ports: if by_name { NamedPorts::of(pod.pod) } else { NamedPorts::default() },
                on_host: assume == Assume::Nothing && host,
                account: if accounts { account } else { "" },
            };
            let class =
                (!pod.is_template()).then(|| self.class(&mut known, key, graph.labels_of(pod)));
            let endpoint = Endpoint { resource: pod.pod.resource, pod: Some(*pod), class };
            self.endpoints.push(endpoint);
        }
        for (resource, labels) in machines(graph) {
            let key = Key {
                space: self.space(graph, resource.namespace.as_deref()),
                labels: Vec::new(),
                open: (false, false),
                ports: NamedPorts { ports: Vec::new(), open: by_name },
                on_host: false,
                account: "",
            };
            let class = Some(self.class(&mut known, key, Labels::of(labels)));
            self.endpoints.push(Endpoint { resource, pod: None, class });
        }
        for class in &mut self.all {
            class.network = networks.of_space(class.space);
        }
    }

    fn class(
        &mut self,
        known: &mut HashMap<Key<'a>, u32>,
        mut key: Key<'a>,
        labels: Labels<'a>,
    ) -> u32 {
        key.labels = labels.iter().collect();
        key.labels.sort_unstable();
        key.open = (labels.may_have_more(), labels.are_unsure());
        let next = self.all.len() as u32;
        let (space, on_host, account, ports) =
            (key.space, key.on_host, key.account, key.ports.clone());
        let at = *known.entry(key).or_insert(next);
        if at == next {
            self.all.push(Class { space, labels, ports, on_host, account, network: 0 });
        }
        at
    }

    fn index(&mut self, anywhere: bool) {
        for (at, class) in self.all.iter().enumerate() {
            let at = at as u32;
            if let Some(space) = self.spaces.get_mut(class.space as usize) {
                space.classes.push(at);
            }
            if class.on_host {
                self.on_hosts.push(at);
            }
            if class.ports.open {
                self.with_open_ports.push(at);
            }
            for (name, ..) in &class.ports.ports {
                self.by_port.entry(name).or_default().push(at);
            }
        }
        self.by_label = LabelIndex::new(self.all.iter().map(|one| (one.space, &one.labels)));
        if anywhere {
            let all = self.all.iter().map(|one| (0, &one.labels));
            self.anywhere = Some(LabelIndex::new(all));
        }
        let spaces = self.spaces.iter().map(|space| (0, &space.labels));
        self.spaces_by_label = LabelIndex::new(spaces);
    }

    /// The space of a namespace.
    pub fn space(&self, graph: &Graph<'a>, namespace: Option<&str>) -> u32 {
        let at = graph.namespace_position(namespace);
        at.and_then(|at| self.space_of.get(at as usize)).copied().unwrap_or_default()
    }

    /// Where the pods of a class are.
    pub fn home_of(&self, class: u32) -> Option<ClassHome> {
        let class = self.all.get(class as usize)?;
        Some(ClassHome { space: class.space, network: class.network })
    }

    /// The classes of a space, or of all, that may have what is needed.
    pub fn candidates(&self, space: Option<u32>, needs: &[Need<'_>]) -> Vec<u32> {
        let found = match space {
            Some(space) => self.by_label.narrow(space, needs),
            None => self.anywhere.as_ref().and_then(|index| index.narrow(0, needs)),
        };
        found.unwrap_or_else(|| match space {
            Some(space) => {
                self.spaces.get(space as usize).map_or_else(Vec::new, |space| space.classes.clone())
            }
            None => (0..self.all.len() as u32).collect(),
        })
    }

    /// The spaces that may have what is needed.
    pub fn candidate_spaces(&self, needs: &[Need<'_>]) -> Vec<u32> {
        let all = || (0..self.spaces.len() as u32).collect();
        self.spaces_by_label.narrow(0, needs).unwrap_or_else(all)
    }

    /// The classes at which one of the names may mean a port.
    pub fn with_port<'s>(&'s self, name: &str) -> impl Iterator<Item = u32> + 's {
        let named = self.by_port.get(name).map_or(&[][..], Vec::as_slice);
        named.iter().chain(&self.with_open_ports).copied()
    }
}

/// The namespaces of a graph as spaces, and which space each is.
fn spaces<'a>(graph: &Graph<'a>, assume: Assume) -> (Vec<Space<'a>>, Vec<u32>) {
    let mut spaces: Vec<Space<'a>> = Vec::new();
    let mut known: HashMap<Option<&str>, u32> = HashMap::new();
    let mut space_of = Vec::new();
    for namespace in graph.namespaces() {
        let name = match assume {
            Assume::Nothing => namespace.name,
            Assume::Whole => namespace.name.or(Some("default")),
        };
        let at = *known.entry(name).or_insert_with(|| {
            let (labels, classes) = (Labels::default(), Vec::new());
            spaces.push(Space { name, labels, classes });
            spaces.len() as u32 - 1
        });
        space_of.push(at);
        let Some(space) = spaces.get_mut(at as usize) else { continue };
        match (assume, namespace.object, name) {
            (Assume::Nothing, ..) => space.labels = namespace.labels(),
            (Assume::Whole, Some(object), Some(name)) => {
                let labels = object.labels();
                space.labels = own_name(Labels::of(labels), name);
            }
            (Assume::Whole, None, Some(name)) if space.labels.is_empty() => {
                space.labels = Labels::of_namespace(None, name);
            }
            (Assume::Whole, ..) => {}
        }
    }
    (spaces, space_of)
}

/// A namespace's labels with the one that holds its name, unless it sets that itself.
fn own_name<'a>(labels: Labels<'a>, name: &'a str) -> Labels<'a> {
    const NAME: &str = "kubernetes.io/metadata.name";
    if labels.get(NAME).is_some() { labels } else { labels.with(NAME, name) }
}

/// KubeVirt's virtual machines with the labels of the pods they run in. A machine that was started
/// shows twice, as machine and as instance of the same name.
fn machines<'a>(graph: &Graph<'a>) -> Vec<(&'a Resource, Option<Node<'a>>)> {
    let machines = graph.of("kubevirt.io/VirtualMachine").map(|resource| {
        let labels = resource.node().at("spec.template.metadata.labels");
        (resource, labels.filter(|node| known_node(*node).is_literal()))
    });
    let instances = graph.of("kubevirt.io/VirtualMachineInstance").filter(|instance| {
        let namespace = instance.namespace.as_deref();
        let name = instance.name.as_deref().unwrap_or_default();
        graph.find("kubevirt.io/VirtualMachine", namespace, name).is_none()
    });
    machines.chain(instances.map(|one| (one, one.labels()))).collect()
}

//! Networks of one's own (OVN-Kubernetes' UserDefinedNetwork and ClusterUserDefinedNetwork): pods
//! whose primary network is such a one reach only pods of the same network.

use foldhash::HashMap;
use kubesift_yaml::Node;

use super::classes::Space;
use super::error::{PolicyError, PolicyErrorKind};
use crate::graph::Graph;
use crate::resource::Resource;
use crate::selector::{Match, Selector};
use crate::unknown::{is_unknown, known_node};

/// The network that every cluster has.
pub(crate) const CLUSTER: u32 = 0;

/// Which network each namespace is in.
#[derive(Debug, Default)]
pub(crate) struct Networks<'a> {
    of_space: HashMap<u32, (u32, &'a Resource)>,
    next: u32,
    /// What is wrong with the networks themselves.
    pub errors: Vec<PolicyError<'a>>,
}

impl<'a> Networks<'a> {
    /// Reads the networks of a graph.
    pub fn read(&mut self, graph: &Graph<'a>, spaces: &[Space<'a>], space_of: &[u32]) {
        for network in graph.of("k8s.ovn.org/UserDefinedNetwork") {
            let namespace = graph.namespace_position(network.namespace.as_deref());
            let space = namespace.and_then(|at| space_of.get(at as usize)).copied();
            self.check_place(network, space.and_then(|at| spaces.get(at as usize)));
            let spec = network.node().get("spec");
            if self.is_primary(network, spec) {
                let id = self.take_id();
                space.into_iter().for_each(|space| self.put(space, id, network));
            }
        }
        for network in graph.of("k8s.ovn.org/ClusterUserDefinedNetwork") {
            let spec = network.node().get("spec");
            if !self.is_primary(network, spec.and_then(|spec| spec.get("network"))) {
                continue;
            }
            let Some(node) = spec.and_then(|spec| spec.get("namespaceSelector")) else { continue };
            let selector = Selector::from_label_selector(node);
            let id = self.take_id();
            for (at, space) in spaces.iter().enumerate() {
                if selector.matches(&space.labels) == Match::Yes {
                    self.put(at as u32, id, network);
                }
            }
        }
    }

    /// The network of the pods of a space.
    pub fn of_space(&self, space: u32) -> u32 {
        self.of_space.get(&space).map_or(CLUSTER, |held| held.0)
    }

    fn take_id(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn put(&mut self, space: u32, id: u32, network: &'a Resource) {
        let held = self.of_space.entry(space).or_insert((id, network));
        if held.0 != id {
            let other = held.1;
            let words =
                format!("is a primary network beside `{}` in one namespace", other.full_name());
            let at = network.node().at("metadata.name").unwrap_or_else(|| network.node());
            self.error(network, at, words, Some(other));
        }
    }

    fn error(
        &mut self,
        resource: &'a Resource,
        at: Node<'a>,
        words: String,
        other: Option<&'a Resource>,
    ) {
        let kind = PolicyErrorKind::Network;
        self.errors.push(PolicyError { resource, at, kind, words, other });
    }

    /// What OVN-Kubernetes refuses by name and namespace.
    fn check_place(&mut self, network: &'a Resource, space: Option<&Space<'a>>) {
        let name = network.node().at("metadata.name").unwrap_or_else(|| network.node());
        if network.name.as_deref() == Some("default") {
            self.error(network, name, "has the name `default`, which is taken".to_owned(), None);
        }
        let reserved = |name: &&str| *name == "default" || name.starts_with("openshift-");
        if let Some(namespace) = space.and_then(|space| space.name).filter(reserved) {
            let at = network.node().at("metadata.namespace").unwrap_or(name);
            let words = format!("is in namespace `{namespace}`, which cannot have a network");
            self.error(network, at, words, None);
        }
    }

    /// Whether a network is the primary one of its pods; mistakes on the way are noted.
    fn is_primary(&mut self, network: &'a Resource, spec: Option<Node<'a>>) -> bool {
        let Some(spec) = spec else { return false };
        let Some(topology) = spec.get("topology") else {
            self.error(network, spec, "has no `topology`".to_owned(), None);
            return false;
        };
        let text = topology.text().unwrap_or_default();
        let layer = match text {
            "Layer2" => "layer2",
            "Layer3" => "layer3",
            // Only networks beside the primary one.
            "Localnet" => return false,
            _ if !known_node(topology).is_literal() => return false,
            _ => {
                let words = format!("has the topology `{text}`, which does not exist");
                self.error(network, topology, words, None);
                return false;
            }
        };
        let Some(settings) = spec.get(layer).filter(|node| !node.is_null()) else {
            let words = format!("has the topology `{text}` without `{layer}`");
            self.error(network, topology, words, None);
            return false;
        };
        let Some(role) = settings.get("role").filter(|node| !node.is_null()) else {
            self.error(network, settings, "has no `role`".to_owned(), None);
            return false;
        };
        match role.text().unwrap_or_default() {
            "Primary" => true,
            "Secondary" => false,
            word if is_unknown(word) => false,
            word => {
                let words = format!("has the role `{word}`, which does not exist");
                self.error(network, role, words, None);
                false
            }
        }
    }
}

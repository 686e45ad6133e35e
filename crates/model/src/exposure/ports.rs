//! For each port that a pod declares: from where it can be reached, and by which way.

use kubesift_yaml::Node;

use super::Way;
use crate::graph::{Graph, GraphPod};
use crate::pod::Container;
use crate::reach::{Bounds, Protocol};
use crate::selector::Match;

/// A declared port of a container, and from where it can be reached.
#[derive(Debug, Clone)]
pub struct PortExposure<'g, 'a> {
    /// The container.
    pub container: Container<'a>,
    /// The item of its `ports`.
    pub node: Node<'a>,
    /// `containerPort`, 1 to 65535.
    pub number: u16,
    /// The protocol; TCP when it is not stated.
    pub protocol: Protocol,
    /// From pods of its own namespace.
    pub own_namespace: Match,
    /// From pods of other namespaces.
    pub other_namespaces: Match,
    /// From outside the cluster: whether some way is open, and the widest, open or not.
    pub outside: Match,
    /// The widest way from outside that leads to it.
    pub way: Option<&'g Way<'a>>,
}

impl<'a> Graph<'a> {
    /// From where each declared port of a pod can be reached, in the order of the manifest. A pod
    /// on the network of its node is reached wherever the node is, which policies do not govern.
    pub fn port_exposure(&self, pod: &GraphPod<'a>) -> Vec<PortExposure<'_, 'a>> {
        let governed = pod.is_networked();
        let of = |bounds: fn(&Self, &GraphPod<'a>) -> Bounds| match governed {
            true => bounds(self, pod),
            false => Bounds::all(),
        };
        let own = of(|graph, pod| graph.reach().from_own_namespace(pod));
        let others = of(|graph, pod| graph.reach().from_other_namespaces(pod));
        let containers = pod.pod.containers().into_iter().filter(Container::is_long_lived);
        let ports = containers.flat_map(|container| {
            container.ports().map(move |node| (container, node)).collect::<Vec<_>>()
        });
        ports
            .filter_map(|(container, node)| {
                let number = u16::try_from(node.field("containerPort").int()?).ok()?;
                let protocol = Protocol::parse(node.field("protocol").str().unwrap_or("TCP"))?;
                let way = self.way_to(pod, &container, number, protocol);
                Some(PortExposure {
                    container,
                    node,
                    number,
                    protocol,
                    own_namespace: own.passes(protocol, number),
                    other_namespaces: others.passes(protocol, number),
                    outside: way.map_or(Match::No, Way::lets_the_public_in),
                    way,
                })
            })
            .collect()
    }

    fn way_to(
        &self,
        pod: &GraphPod<'a>,
        container: &Container<'a>,
        number: u16,
        protocol: Protocol,
    ) -> Option<&Way<'a>> {
        self.ways_to(pod).iter().find(|way| {
            way.container.node == container.node
                && way.port.is_none_or(|(found, name)| {
                    found == i64::from(number) && Protocol::parse(name) == Some(protocol)
                })
        })
    }
}

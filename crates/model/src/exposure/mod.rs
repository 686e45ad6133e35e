//! How traffic gets from outside of the cluster to a container: the doors (Ingress, Gateway routes,
//! load balancers, ports of nodes), the hops from there to the pod, and who is let in. What a way
//! is worth to an attacker is left to who asks.

mod doors;
mod escape;
mod ports;

use kubesift_yaml::Node;

pub use escape::{Escape, Power, escapes};
pub use ports::PortExposure;

use crate::graph::{Graph, GraphPod};
use crate::pod::Container;
use crate::resource::Resource;
use crate::selector::Match;

/// Where traffic enters the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Door {
    /// An Ingress, an OpenShift Route, or a route of Gateway API.
    Route,
    /// An Istio VirtualService bound to a gateway.
    Mesh,
    /// A Knative Service, which is public unless it says otherwise.
    Knative,
    /// A Service of type LoadBalancer.
    LoadBalancer,
    /// Addresses in `externalIPs` of a Service.
    ExternalIp,
    /// A port of every node.
    NodePort,
    /// A port of the pod's node: `hostPort`.
    HostPort,
    /// The pod's ports are those of its node: `hostNetwork`.
    HostNetwork,
}

/// Who can reach a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Nothing says that anybody is kept out.
    World,
    /// Whoever can reach a node of the cluster; manifests do not say who that is.
    Nodes,
    /// Something decides that the manifests do not show.
    Unknown,
    /// Some addresses only, as a list of sources says.
    Limited,
    /// A private network: the door says that it is internal.
    Private,
}

/// What happens at a hop.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// A route takes requests for a host; empty when it takes those for every host.
    Takes(&'a str),
    /// A gateway listens.
    Listens,
    /// A Service is published in this way.
    Published(Door),
    /// A Service sends a port of its own on.
    Sends(i64),
    /// A container is reached at a port; none when it is not declared.
    Reaches(Container<'a>, Option<i64>),
}

/// One hop of a way.
#[derive(Debug, Clone, Copy)]
pub struct Hop<'a> {
    /// The object that passes the traffic on, or takes it at last.
    pub resource: &'a Resource,
    /// The text that does it.
    pub at: Node<'a>,
    /// What happens there.
    pub step: Step<'a>,
}

impl Hop<'_> {
    /// What happens there, as a sentence without a full stop.
    pub fn words(&self) -> String {
        let kind = &self.resource.kind.kind;
        let name = self.resource.name.as_deref().unwrap_or("(no name)");
        match self.step {
            Step::Takes("") => format!("{kind} `{name}` takes requests for every host"),
            Step::Takes(host) => format!("{kind} `{name}` takes requests for {host}"),
            Step::Listens => format!("{kind} `{name}` listens"),
            Step::Published(door) => format!("{kind} `{name}` is open {}", door.words()),
            Step::Sends(port) => format!("{kind} `{name}` sends its port {port} on"),
            Step::Reaches(container, port) => {
                let port = port.map(|port| format!(" at port {port}")).unwrap_or_default();
                format!("container `{}` of {kind} `{name}` is reached{port}", container.name())
            }
        }
    }
}

impl Door {
    /// How it is open, to go on from "is open".
    pub fn words(self) -> &'static str {
        match self {
            Self::Route => "through a route",
            Self::Mesh => "through a gateway of the mesh",
            Self::Knative => "through Knative's gateway",
            Self::LoadBalancer => "through a load balancer",
            Self::ExternalIp => "at external addresses",
            Self::NodePort => "at a port of every node",
            Self::HostPort => "at a port of its node",
            Self::HostNetwork => "on its node's own addresses",
        }
    }
}

/// One way from outside to a container.
#[derive(Debug, Clone)]
pub struct Way<'a> {
    /// Where it enters.
    pub door: Door,
    /// Who can reach the door.
    pub audience: Audience,
    /// The hops, from the door to the container.
    pub hops: Vec<Hop<'a>>,
    /// The container that takes the traffic.
    pub container: Container<'a>,
    /// The container's port, as written (1 to 65535 where it is valid), and its protocol in capitals
    /// (`TCP`); none when something is filled in later.
    pub port: Option<(i64, &'a str)>,
    /// Whether network policies let it in.
    pub admitted: Match,
}

impl Way<'_> {
    /// True when nothing that the manifests show keeps the public out: a door to the world or to
    /// the nodes, and no policy that closes the pod to it.
    pub fn is_open(&self) -> bool {
        matches!(self.audience, Audience::World | Audience::Nodes) && self.admitted == Match::Yes
    }

    /// Whether the public comes in: unknown where a list of sources, a private network or a policy
    /// that lets some addresses in decides who does.
    pub fn lets_the_public_in(&self) -> Match {
        match self.audience {
            _ if self.admitted == Match::No => Match::No,
            Audience::World | Audience::Nodes => self.admitted,
            Audience::Unknown | Audience::Limited | Audience::Private => Match::Unknown,
        }
    }

    /// Who is let in, for people: `open to everyone; policies keep it out`.
    pub fn audience_in_words(&self) -> String {
        let who = match self.audience {
            Audience::World => "open to everyone",
            Audience::Nodes => "open to whoever reaches a node",
            Audience::Unknown => "these files do not say for whom",
            Audience::Limited => "for some addresses only",
            Audience::Private => "in a private network only",
        };
        let policies = match self.admitted {
            Match::Yes => "",
            Match::No => "; policies keep it out",
            Match::Unknown => "; policies decide what passes",
        };
        format!("{who}{policies}")
    }

    /// The way in one line: `Ingress shop → Service web → container app`.
    pub fn line(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for hop in &self.hops {
            let kind = &hop.resource.kind.kind;
            let name = hop.resource.name.as_deref().unwrap_or("(no name)");
            let part = match hop.step {
                Step::Reaches(container, port) => {
                    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
                    format!("container {}{port}", container.name())
                }
                _ => format!("{kind} {name}"),
            };
            if parts.last() != Some(&part) {
                parts.push(part);
            }
        }
        parts.join(" → ")
    }
}

/// All ways from outside into the pods of a build.
#[derive(Debug, Default)]
pub struct Exposure<'a> {
    ways: Vec<Vec<Way<'a>>>,
}

/// More ways than these to one pod say nothing new.
const MANY: usize = 32;

impl<'a> Exposure<'a> {
    /// Follows every door of a graph to the containers behind it.
    pub(crate) fn new(graph: &Graph<'a>) -> Self {
        let mut exposure = Self { ways: vec![Vec::new(); graph.pods().len()] };
        doors::find(graph, &mut exposure);
        for ways in &mut exposure.ways {
            ways.sort_by_key(|way| (way.admitted != Match::Yes, way.audience, way.door));
        }
        exposure
    }

    /// The ways to a pod, the widest open first.
    pub fn ways_to(&self, pod: &GraphPod<'a>) -> &[Way<'a>] {
        self.ways.get(pod.at as usize).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, pod: &GraphPod<'a>, way: Way<'a>) {
        if let Some(ways) = self.ways.get_mut(pod.at as usize).filter(|ways| ways.len() < MANY) {
            ways.push(way);
        }
    }
}

impl<'a> Graph<'a> {
    /// The ways from outside to a pod, the widest open first: see [`Exposure`].
    pub fn ways_to(&self, pod: &GraphPod<'a>) -> &[Way<'a>] {
        self.exposure().ways_to(pod)
    }
}

#[cfg(test)]
mod tests;

//! The relations of a build as the drawing needs them: the references that the graph knows, the
//! pods that Services and policies select, and the ways in from outside.

use std::collections::HashSet;

use kubesift_engine::model::{
    self, Audience, Graph, Half, Link, LinkTarget, Match, Part, Published, Relation, Resource,
    Scoped, Sureness, is_internal_load_balancer, published, service_ports,
};
use kubesift_engine::source::Span;

use super::State;
use super::facts::hosts;
use crate::view::words::port_words;

/// A relation, stated once.
pub(super) struct Tie<'a> {
    /// Who states it; none for the world outside the cluster.
    pub from: Option<&'a Resource>,
    /// What it leads to.
    pub to: End<'a>,
    /// What the one does to the other.
    pub relation: &'static str,
    /// True when traffic takes this way.
    pub traffic: bool,
    /// True for a way into the cluster that the public may take.
    pub public: bool,
    /// More about it.
    pub label: String,
    /// Where it is stated.
    pub at: Span,
    /// Whether it holds.
    pub state: State,
}

/// What a relation leads to.
pub(super) enum End<'a> {
    /// One of the resources.
    Resource(&'a Resource),
    /// Something that is not among the resources.
    Named {
        /// Its API group.
        group: &'a str,
        /// Its kind.
        kind: &'a str,
        /// Its namespace.
        namespace: Option<&'a str>,
        /// Its name.
        name: &'a str,
        /// Whether it is missing.
        state: State,
    },
}

/// All relations of a build, by the order of the resources that state them.
pub(super) fn ties<'a>(graph: &Graph<'a>) -> Vec<Tie<'a>> {
    let mut ties = Ties { graph, found: Vec::new(), doors: HashSet::new() };
    for resource in graph.resources() {
        ties.of(resource);
    }
    ties.other_doors();
    ties.found
}

struct Ties<'g, 'a> {
    graph: &'g Graph<'a>,
    found: Vec<Tie<'a>>,
    /// Resources that are shown as doors already.
    doors: HashSet<model::ResourceId>,
}

impl<'a> Ties<'_, 'a> {
    fn of(&mut self, resource: &'a Resource) {
        self.door(resource);
        let governs = self.of_policy(resource);
        if resource.is("Service") {
            self.of_service(resource);
        }
        let drawn = governs || resource.is("Service");
        for link in self.graph.links().from(resource) {
            if link.relation == Relation::Selects && drawn {
                continue;
            }
            self.of_link(link);
        }
    }

    fn push(
        &mut self,
        from: &'a Resource,
        to: End<'a>,
        relation: &'static str,
        at: Span,
    ) -> &mut Tie<'a> {
        let (from, label, state) = (Some(from), String::new(), State::Ok);
        let tie = Tie { from, to, relation, traffic: false, public: false, label, at, state };
        self.found.push(tie);
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    fn enter(&mut self, resource: &'a Resource, label: String, at: Span, public: bool) {
        self.doors.insert(resource.id);
        let (to, relation, state) = (End::Resource(resource), "reaches", State::Ok);
        self.found.push(Tie { from: None, to, relation, traffic: true, public, label, at, state });
    }

    /// Resources that let traffic in by what they are, whatever stands behind them.
    fn door(&mut self, resource: &'a Resource) {
        if resource.is("networking.k8s.io/Ingress") {
            let hosts = hosts(resource);
            let label = if hosts.is_empty() { "any host".to_owned() } else { hosts.join(", ") };
            self.enter(resource, label, resource.field("spec.rules").place(), true);
        } else if resource.is("gateway.networking.k8s.io/Gateway")
            || resource.is("networking.istio.io/Gateway")
        {
            let listeners = ["spec.listeners", "spec.servers"].map(|path| resource.field(path));
            let [first, second] = listeners;
            let at = if first.exists() { first.place() } else { second.place() };
            self.enter(resource, "its listeners".to_owned(), at, true);
        } else if resource.is("route.openshift.io/Route") {
            let host = resource.field("spec.host");
            let label = host.str().unwrap_or("a host of the router").to_owned();
            self.enter(resource, label, host.place(), true);
        } else if resource.is("Service") {
            self.published(resource);
        }
    }

    fn published(&mut self, service: &'a Resource) {
        let ports: Vec<String> = service_ports(service).iter().map(port_words).collect();
        let ports = ports.join(", ");
        let internal = is_internal_load_balancer(service) == Match::Yes;
        let label = match published(service) {
            Published::LoadBalancer if internal => format!("internal load balancer, port {ports}"),
            Published::LoadBalancer => format!("load balancer, port {ports}"),
            Published::NodePort => format!("port of every node for {ports}"),
            Published::Not => return,
        };
        self.enter(service, label, service.field("spec.type").place(), !internal);
    }

    /// Doors that only the ways through them show: hosts of a mesh, ports of a node.
    fn other_doors(&mut self) {
        let graph = self.graph;
        for pod in graph.pods() {
            for way in graph.ways_to(pod) {
                let Some(hop) = way.hops.first() else { continue };
                if !self.doors.contains(&hop.resource.id) {
                    let public = matches!(way.audience, Audience::World | Audience::Nodes);
                    self.enter(hop.resource, hop.words(), hop.at.place(), public);
                }
            }
        }
    }

    fn of_service(&mut self, service: &'a Resource) {
        let Some(selector) = service.field("spec.selector").node() else { return };
        let ports: Vec<String> = service_ports(service).iter().map(port_words).collect();
        let label = ports.join(", ");
        let selected = self.graph.pods_of_service(service);
        for tie in self.selected(service, selected, "sends to", selector.place()) {
            tie.traffic = true;
            tie.label.clone_from(&label);
        }
    }

    /// Whether the resource is a policy.
    fn of_policy(&mut self, resource: &'a Resource) -> bool {
        let graph = self.graph;
        let mut any = false;
        for policy in graph.policies_of(resource) {
            any = true;
            let selected = graph.pods_of_policy(policy);
            self.selected(resource, selected, "governs", policy.selector().place());
        }
        any
    }

    /// Adds ties to what a selector selects; gives those it added.
    fn selected(
        &mut self,
        from: &'a Resource,
        selected: model::Selected<'_, 'a>,
        relation: &'static str,
        at: Span,
    ) -> &mut [Tie<'a>] {
        let start = self.found.len();
        let sure = selected.sure.into_iter().map(|pod| (pod, State::Ok));
        let unsure = selected.unsure.into_iter().map(|pod| (pod, State::Unknown));
        for (pod, state) in sure.chain(unsure) {
            self.push(from, End::Resource(pod.pod.resource), relation, at).state = state;
        }
        self.found.get_mut(start..).unwrap_or_default()
    }

    fn of_link(&mut self, link: &Link<'a>) {
        let relation = link.relation.verb();
        let at = link.place().place();
        let label = part_words(link);
        let traffic = matches!(
            link.relation,
            Relation::IngressBackend | Relation::RouteBackend | Relation::MeshDestination
        );
        if let LinkTarget::Selected(found) = &link.to {
            for one in found {
                self.push(link.from, End::Resource(one), relation, at);
            }
            return;
        }
        // A route names its gateway; traffic goes the other way.
        let hangs = matches!(link.relation, Relation::RouteParent | Relation::MeshGateway);
        if let Some(gateway) = link.resource().filter(|_| hangs) {
            let tie = self.push(gateway, End::Resource(link.from), "leads to", at);
            tie.traffic = true;
            return;
        }
        let Some((to, state)) = end_of(link) else { return };
        let tie = self.push(link.from, to, relation, at);
        tie.traffic = traffic;
        tie.label = label;
        tie.state = state;
    }
}

/// What a reference leads to, and whether that holds; none for what is not worth drawing.
fn end_of<'a>(link: &Link<'a>) -> Option<(End<'a>, State)> {
    if link.is_part_missing()
        && let Some(Half::Key(found) | Half::Port(found)) = link.missing().map(|one| one.half)
    {
        return Some((End::Resource(found), State::Missing));
    }
    let (node, edge) = match &link.to {
        LinkTarget::Resource(found) => return Some((End::Resource(found), State::Ok)),
        LinkTarget::Perhaps(found) => return Some((End::Resource(found), State::Unknown)),
        // It is not among the files, and is known to be there.
        LinkTarget::MadeBy(_)
        | LinkTarget::Generated(_)
        | LinkTarget::BuiltIn
        | LinkTarget::External => (State::Unknown, State::Ok),
        LinkTarget::Missing(missing) if missing.sureness >= Sureness::Likely && !link.optional => {
            (State::Missing, State::Missing)
        }
        LinkTarget::Missing(_) | LinkTarget::Unknown => (State::Unknown, State::Unknown),
        LinkTarget::Selected(_) => return None,
    };
    if node == State::Unknown && is_of_cluster(link.relation) {
        return None;
    }
    let namespace = match link.wanted.scope {
        Scoped::In(namespace) => namespace,
        Scoped::Cluster | Scoped::Any => None,
    };
    let (kind, name) = (link.wanted.kind, link.wanted.name);
    let group = link.wanted.group.unwrap_or_default();
    Some((End::Named { group, kind, namespace, name, state: node }, edge))
}

/// Things that clusters have and repositories seldom define: a line from everything to each of them
/// would tell nothing.
fn is_of_cluster(relation: Relation) -> bool {
    matches!(
        relation,
        Relation::CrdOf
            | Relation::PriorityClass
            | Relation::RuntimeClass
            | Relation::StorageClass
            | Relation::IngressClass
            | Relation::GatewayClass
    )
}

/// The part of an object that a reference is about.
fn part_words(link: &Link<'_>) -> String {
    match link.wanted.part {
        Some((Part::Key(key), _)) => format!("key {key}"),
        Some((Part::Port(number), _)) => format!("port {number}"),
        Some((Part::PortName(name), _)) => format!("port {name}"),
        None => String::new(),
    }
}

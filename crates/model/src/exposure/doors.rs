//! Finds the doors of a build and follows each to the containers behind it. Every Service is looked
//! at once, every route once: the work is linear in what they name.

use foldhash::{HashMap, HashMapExt};
use kubesift_yaml::Node;

use super::{Audience, Door, Exposure, Hop, Step, Way};
use crate::graph::{Direction, Graph, GraphPod};
use crate::pod::Container;
use crate::reach::{Bounds, CidrSet, Protocol};
use crate::resource::{Resource, ResourceId};
use crate::selector::Match;
use crate::service::{
    Published, ROUTE_KINDS, ServicePort, Sources, Target, backends, is_internal_load_balancer,
    load_balancer_sources, published, service_ports,
};
use crate::unknown::is_unknown;

/// Adds every way from outside to `exposure`.
pub(super) fn find<'a>(graph: &Graph<'a>, exposure: &mut Exposure<'a>) {
    let mut doors = Doors { graph, exposure, behind: HashMap::new() };
    for service in graph.of("Service") {
        doors.service(service);
    }
    for route in graph.of_kinds(|_, kind| is_route(kind)) {
        doors.route(route);
    }
    for pod in graph.pods() {
        doors.pod(pod);
    }
}

/// True for the bare kinds that [`Doors::route`] follows.
fn is_route(kind: &str) -> bool {
    matches!(kind, "Ingress" | "Route" | "VirtualService") || ROUTE_KINDS.contains(&kind)
}

struct Doors<'g, 'a> {
    graph: &'g Graph<'a>,
    exposure: &'g mut Exposure<'a>,
    /// The pods behind the Services that a door led to.
    behind: HashMap<ResourceId, Vec<&'g GraphPod<'a>>>,
}

/// What is known of a door before the Service behind it is looked at.
struct Start<'a> {
    door: Door,
    audience: Audience,
    hops: Vec<Hop<'a>>,
}

impl<'g, 'a> Doors<'g, 'a> {
    fn service(&mut self, service: &'a Resource) {
        let kind = service.field("spec.type");
        let (door, audience, at) = match (published(service), kind.node()) {
            (Published::LoadBalancer, Some(at)) => (Door::LoadBalancer, of_balancer(service), at),
            (Published::NodePort, Some(at)) => (Door::NodePort, Audience::Nodes, at),
            _ => match service.field("spec.externalIPs").items().next() {
                Some(at) => (Door::ExternalIp, Audience::Nodes, at),
                None => return,
            },
        };
        let hop = Hop { resource: service, at, step: Step::Published(door) };
        for port in service_ports(service) {
            let start = Start { door, audience, hops: vec![hop] };
            self.through(service, &port, start);
        }
    }

    fn route(&mut self, route: &'a Resource) {
        if route.is("networking.istio.io/VirtualService") {
            return self.virtual_service(route);
        }
        let Some((audience, mut hops)) = self.way_in(route) else { return };
        for backend in backends(route) {
            let Some(service) = self.graph.service_of(route, &backend) else { continue };
            hops.push(Hop { resource: route, at: backend.name, step: Step::Takes(host_of(route)) });
            for port in service_ports(service).iter().filter(|port| is_port(port, backend.port)) {
                let start = Start { door: Door::Route, audience, hops: hops.clone() };
                self.through(service, port, start);
            }
            hops.pop();
        }
    }

    /// Who can reach a route, and the hops before it; none for what is no door.
    fn way_in(&self, route: &'a Resource) -> Option<(Audience, Vec<Hop<'a>>)> {
        if route.is("networking.k8s.io/Ingress") {
            return Some((of_ingress(route), Vec::new()));
        }
        if route.is("route.openshift.io/Route") {
            return Some((Audience::World, Vec::new()));
        }
        let is_route = &*route.kind.group == "gateway.networking.k8s.io"
            && ROUTE_KINDS.contains(&&*route.kind.kind);
        is_route.then(|| self.gateway_of(route)).flatten()
    }

    /// The widest gateway that a route hangs on. A route whose parents are Services is one inside
    /// the mesh.
    fn gateway_of(&self, route: &'a Resource) -> Option<(Audience, Vec<Hop<'a>>)> {
        let parents = route.field("spec.parentRefs").items();
        let gateways = parents.filter(|parent| {
            matches!(parent.field("kind").str(), None | Some("Gateway" | "ListenerSet"))
        });
        let ways = gateways.filter_map(|parent| {
            let name = parent.field("name").str()?;
            let namespace = parent.field("namespace").str().or(route.namespace.as_deref());
            let gateway = self.graph.find("gateway.networking.k8s.io/Gateway", namespace, name);
            let Some(gateway) = gateway else {
                return Some((by_word(name).unwrap_or(Audience::World), Vec::new()));
            };
            let at = gateway.field("spec.listeners").node().unwrap_or_else(|| gateway.node());
            let hop = Hop { resource: gateway, at, step: Step::Listens };
            Some((of_gateway(gateway), vec![hop]))
        });
        ways.min_by_key(|way| way.0)
    }

    fn virtual_service(&mut self, route: &'a Resource) {
        let gateways = route.field("spec.gateways");
        let Some(gateway) = gateways.items().find(|one| one.str().is_some_and(|it| it != "mesh"))
        else {
            return;
        };
        let name = gateway.str().unwrap_or_default();
        let bare = name.rsplit('/').next().unwrap_or(name);
        let audience = by_word(bare).unwrap_or(Audience::World);
        for list in ["spec.http", "spec.tls", "spec.tcp"] {
            let routes = route.field(list).items().flat_map(|rule| rule.field("route").items());
            for destination in routes.filter_map(|to| to.field("destination").node()) {
                self.destination(route, destination, audience);
            }
        }
    }

    fn destination(&mut self, route: &'a Resource, destination: Node<'a>, audience: Audience) {
        let Some(at) = destination.field("host").node() else { return };
        let Some(service) = self.service_by_host(route, at.str().unwrap_or_default()) else {
            return;
        };
        let port = destination.field("port.number").node();
        let hop = Hop { resource: route, at, step: Step::Takes(host_of(route)) };
        for one in service_ports(service).iter().filter(|one| is_port(one, port)) {
            let start = Start { door: Door::Mesh, audience, hops: vec![hop] };
            self.through(service, one, start);
        }
    }

    /// The Service of a host name: `web`, `web.shop`, `web.shop.svc.cluster.local`.
    fn service_by_host(&self, from: &Resource, host: &str) -> Option<&'a Resource> {
        let mut parts = host.split('.');
        let name = parts.next()?;
        let namespace = parts.next().or(from.namespace.as_deref());
        if parts.next().is_some_and(|part| part != "svc") {
            return None;
        }
        self.graph.find("Service", namespace, name)
    }

    /// From a port of a Service to the containers behind it.
    fn through(&mut self, service: &'a Resource, port: &ServicePort<'a>, start: Start<'a>) {
        let graph = self.graph;
        let pods = self.behind.entry(service.id).or_insert_with(|| {
            if service.field("spec.type").str() == Some("ExternalName") {
                return Vec::new();
            }
            graph.pods_of_service(service).sure
        });
        let pods = pods.clone();
        for pod in pods {
            let mut hops = start.hops.clone();
            if let Some(number) = port.number {
                hops.push(Hop { resource: service, at: port.node, step: Step::Sends(number) });
            }
            let Some((container, number)) = behind_port(pod, port) else { continue };
            let protocol = port.protocol.unwrap_or("TCP");
            self.add(pod, container, number.zip(Some(protocol)), Start { hops, ..start });
        }
    }

    fn pod(&mut self, pod: &'g GraphPod<'a>) {
        let workload = pod.pod.resource;
        if workload.is("serving.knative.dev/Service") {
            return self.knative(pod);
        }
        let on_host = pod.pod.host_network().and_then(Node::bool) == Some(true);
        for container in pod.pod.containers().into_iter().filter(Container::is_long_lived) {
            for port in container.ports() {
                let host_port = port.field("hostPort");
                let asked = host_port.int().filter(|number| *number > 0);
                let (door, at) = match (on_host, asked, host_port.node()) {
                    (true, _, _) => (Door::HostNetwork, port),
                    (false, Some(_), Some(at)) => (Door::HostPort, at),
                    _ => continue,
                };
                let number = port.field("containerPort").int();
                let protocol = port.field("protocol").str().unwrap_or("TCP");
                let hop = Hop { resource: workload, at, step: Step::Published(door) };
                let start = Start { door, audience: Audience::Nodes, hops: vec![hop] };
                self.add(pod, container, number.zip(Some(protocol)), start);
            }
        }
    }

    fn knative(&mut self, pod: &'g GraphPod<'a>) {
        let workload = pod.pod.resource;
        let visibility = workload.label("networking.knative.dev/visibility").and_then(Node::str);
        let audience = match visibility {
            None => Audience::World,
            Some("cluster-local") => return,
            Some(_) => Audience::Unknown,
        };
        let Some(container) = pod.pod.containers().into_iter().find(Container::is_long_lived)
        else {
            return;
        };
        let at = workload.node().at("metadata.name").unwrap_or_else(|| workload.node());
        let hop = Hop { resource: workload, at, step: Step::Published(Door::Knative) };
        let port = container.ports().next().and_then(|port| port.field("containerPort").int());
        let start = Start { door: Door::Knative, audience, hops: vec![hop] };
        self.add(pod, container, port.zip(Some("TCP")), start);
    }

    fn add(
        &mut self,
        pod: &'g GraphPod<'a>,
        container: Container<'a>,
        port: Option<(i64, &'a str)>,
        start: Start<'a>,
    ) {
        let Start { door, audience, mut hops } = start;
        let at = place_of(container, port);
        let step = Step::Reaches(container, port.map(|port| port.0));
        hops.push(Hop { resource: pod.pod.resource, at, step });
        let admitted = admitted(self.graph, pod, door, port);
        self.exposure.add(pod, Way { door, audience, hops, container, port, admitted });
    }
}

/// Whether policies let traffic from outside in at a port. A pod that no policy closes takes
/// everything.
///
/// A route's traffic comes from the pods of its controller, which are seldom in view: when the
/// policies leave room for a pod that nobody knows, it is the controller that they leave it for.
/// Other doors bring the client's own address or that of a node, which a `Service` decides and a
/// cloud may change: a policy that lets some addresses in leaves it open whether it lets in these.
fn admitted<'a>(
    graph: &Graph<'a>,
    pod: &GraphPod<'a>,
    door: Door,
    port: Option<(i64, &str)>,
) -> Match {
    if !pod.is_networked() || graph.coverage(pod).closed(Direction::Ingress) == Match::No {
        return Match::Yes;
    }
    let reach = graph.reach();
    let passes = |bounds: &Bounds| match port.and_then(port_of) {
        Some((protocol, number)) => bounds.passes(protocol, number),
        None => bounds.any(),
    };
    match door {
        Door::Route | Door::Mesh | Door::Knative => {
            let controllers = passes(&reach.from_other_namespaces(pod));
            if controllers == Match::No { Match::No } else { Match::Yes }
        }
        _ => {
            let outside = reach.from_outside(pod);
            let everyone = passes(&outside.throughout(&CidrSet::all()));
            let anyone = passes(&outside.any());
            match (everyone, anyone) {
                (Match::Yes, _) => Match::Yes,
                (_, Match::No) => Match::No,
                _ => Match::Unknown,
            }
        }
    }
}

fn port_of(port: (i64, &str)) -> Option<(Protocol, u16)> {
    Some((Protocol::parse(port.1)?, u16::try_from(port.0).ok()?))
}

/// The text that makes a container the one that is reached: its port, else its name.
fn place_of<'a>(container: Container<'a>, port: Option<(i64, &str)>) -> Node<'a> {
    let declared = container
        .ports()
        .find(|node| port.is_some_and(|port| node.field("containerPort").int() == Some(port.0)));
    let declared = declared.and_then(|port| port.get("containerPort"));
    declared.or_else(|| container.node.get("name")).unwrap_or(container.node)
}

/// The container that takes what a Service sends to a port, and the port's number: the one that
/// declares it, or the pod's only long-lived one, since a port need not be declared.
fn behind_port<'a>(
    pod: &GraphPod<'a>,
    port: &ServicePort<'a>,
) -> Option<(Container<'a>, Option<i64>)> {
    let containers: Vec<Container<'a>> =
        pod.pod.containers().into_iter().filter(Container::is_long_lived).collect();
    let number_of = |container: &Container<'a>| match port.target {
        Target::Number(number) => Some(number),
        Target::Name(name) => container
            .ports()
            .find(|declared| declared.field("name").str() == Some(name))
            .and_then(|declared| declared.field("containerPort").int()),
        Target::Unknown => None,
    };
    if let Some(found) = containers.iter().find(|one| one.declares(port) == Match::Yes) {
        return Some((*found, number_of(found)));
    }
    match (port.target, &containers[..]) {
        // A name that no container has leads nowhere: that is another finding.
        (Target::Name(_), _) => None,
        (_, [only]) => Some((*only, number_of(only))),
        _ => None,
    }
}

/// True when a route's backend means this port of the Service.
fn is_port(port: &ServicePort<'_>, wanted: Option<Node<'_>>) -> bool {
    let Some(wanted) = wanted else { return true };
    match wanted.int() {
        Some(number) => port.number == Some(number),
        None => wanted.str().is_some() && wanted.str() == port.node.field("name").str(),
    }
}

/// The first host that a route takes; empty when it takes all.
fn host_of(route: &Resource) -> &str {
    let first = |path: &'static str| route.field(path).items().next().and_then(Node::str);
    let rules = || {
        let mut rules = route.field("spec.rules").items();
        rules.find_map(|rule| rule.field("host").str())
    };
    let host = first("spec.hostnames")
        .or_else(|| first("spec.hosts"))
        .or_else(|| route.field("spec.host").str())
        .or_else(rules);
    host.filter(|host| *host != "*").unwrap_or_default()
}

fn of_balancer(service: &Resource) -> Audience {
    match (is_internal_load_balancer(service), load_balancer_sources(service)) {
        (Match::Yes, _) => Audience::Private,
        (Match::Unknown, _) => Audience::Unknown,
        (Match::No, Sources::Limited) => Audience::Limited,
        (Match::No, _) => Audience::World,
    }
}

/// Annotations of an Ingress that let some addresses in only.
const ALLOW_LISTS: &[&str] = &[
    "alb.ingress.kubernetes.io/inbound-cidrs",
    "haproxy.org/allow-list",
    "haproxy.org/whitelist",
    "ingress.kubernetes.io/whitelist-source-range",
    "nginx.ingress.kubernetes.io/allowlist-source-range",
    "nginx.ingress.kubernetes.io/whitelist-source-range",
    "traefik.ingress.kubernetes.io/whitelist-source-range",
];

fn of_ingress(ingress: &Resource) -> Audience {
    let text = |name: &str| ingress.annotation(name).and_then(Node::str);
    let class = ingress.field("spec.ingressClassName").str();
    let class = class.or_else(|| text("kubernetes.io/ingress.class"));
    let scheme = text("alb.ingress.kubernetes.io/scheme");
    // The AWS controller makes internal load balancers unless it is told otherwise.
    if scheme == Some("internal") || scheme.is_none() && class == Some("alb") {
        return Audience::Private;
    }
    if scheme.is_some_and(is_unknown) {
        return Audience::Unknown;
    }
    let limits = |list: &&&str| {
        text(list).is_some_and(|text| !text.split(',').any(|range| range.trim() == "0.0.0.0/0"))
    };
    if ALLOW_LISTS.iter().any(|list| limits(&list)) {
        return Audience::Limited;
    }
    class.and_then(by_word).unwrap_or(Audience::World)
}

fn of_gateway(gateway: &Resource) -> Audience {
    let class = gateway.field("spec.gatewayClassName").str().and_then(by_word);
    let name = gateway.name.as_deref().and_then(by_word);
    class.or(name).unwrap_or(Audience::World)
}

/// What the name of a class or gateway says of who can reach it.
fn by_word(name: &str) -> Option<Audience> {
    if is_unknown(name) {
        return Some(Audience::Unknown);
    }
    let inner = ["internal", "private", "intranet", "tailscale", "vpn", "ilb", "local"];
    let says = name.split(['-', '_', '.', '/']).any(|word| inner.contains(&word));
    says.then_some(Audience::Private)
}

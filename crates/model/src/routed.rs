//! What stands around a Service: the routes that send to it, and the endpoints that are written for
//! it by hand. Each index is made once for a build, in one pass.

use foldhash::{HashMap, HashSet};
use kubesift_yaml::Node;

use crate::gateway::GATEWAY_ROUTES;
use crate::graph::Graph;
use crate::ingress::INGRESS;
use crate::resource::Resource;
use crate::service::backends;

/// The routes and the endpoints of the Services of a build.
#[derive(Debug, Default)]
pub(crate) struct Routed<'a> {
    /// By the namespace and the name of the Service.
    routes: HashMap<(Option<&'a str>, &'a str), Vec<&'a Resource>>,
    /// Namespaces and names of Endpoints.
    endpoints: HashSet<(Option<&'a str>, &'a str)>,
    /// Names of the Services that EndpointSlices are for.
    slices: HashSet<&'a str>,
    /// Names and numbers of ports that monitors and policies of the build name.
    ports: HashSet<&'a str>,
}

/// More routes than these to one Service say nothing new.
const MANY: usize = 32;

impl<'a> Routed<'a> {
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut routed = Self::default();
        let kinds = [INGRESS, "route.openshift.io/Route"];
        for route in kinds.iter().chain(GATEWAY_ROUTES).flat_map(|kind| graph.of(kind)) {
            for backend in backends(route) {
                let Some(name) = backend.name.str() else { continue };
                let namespace = backend.namespace.or(route.namespace.as_deref());
                let list = routed.routes.entry((namespace, name)).or_default();
                if list.len() < MANY && list.last().is_none_or(|last| last.id != route.id) {
                    list.push(route);
                }
            }
        }
        for endpoints in graph.of("Endpoints") {
            let Some(name) = endpoints.name.as_deref() else { continue };
            routed.endpoints.insert((endpoints.namespace.as_deref(), name));
        }
        let slices = graph.of("discovery.k8s.io/EndpointSlice");
        let label = |slice: &'a Resource| slice.label("kubernetes.io/service-name");
        routed.slices.extend(slices.filter_map(label).filter_map(Node::str));
        let groups = ["cilium.io", "monitoring.coreos.com", "networking.k8s.io"];
        for resource in
            graph.of_kinds(|group, kind| groups.contains(&group) || kind == "NetworkPolicy")
        {
            routed.ports.extend(ports_named_by(resource));
        }
        routed
    }
}

/// The ports that a monitor or a policy names.
fn ports_named_by(resource: &Resource) -> Vec<&str> {
    let spec = |path: &'static str| resource.field(path).items();
    let mut nodes: Vec<Node<'_>> = Vec::new();
    if &*resource.kind.group == "monitoring.coreos.com" {
        let endpoints = spec("spec.endpoints").chain(spec("spec.podMetricsEndpoints"));
        for endpoint in endpoints {
            let keys = ["port", "targetPort", "portNumber"];
            nodes.extend(keys.iter().filter_map(|key| endpoint.get(key)));
        }
    }
    if resource.is("networking.k8s.io/NetworkPolicy") {
        let rules = spec("spec.ingress").flat_map(|rule| rule.field("ports").items());
        nodes.extend(rules.filter_map(|port| port.get("port")));
    }
    if &*resource.kind.group == "cilium.io" {
        let rules = spec("spec.ingress").flat_map(|rule| rule.field("toPorts").items());
        let ports = rules.flat_map(|rule| rule.field("ports").items());
        nodes.extend(ports.filter_map(|port| port.get("port")));
    }
    nodes.into_iter().filter_map(Node::text).collect()
}

impl<'a> Graph<'a> {
    /// True when a monitor or a policy of the build names a port by this name or number.
    pub fn is_port_named(&self, port: &str) -> bool {
        self.routed().ports.contains(port)
    }

    /// The Ingresses and routes that send to a Service, in the order of kinds and files.
    pub fn routes_to(&self, service: &Resource) -> Vec<&'a Resource> {
        let Some(name) = service.name.as_deref() else { return Vec::new() };
        let key = (service.namespace.as_deref(), name);
        self.routed().routes.get(&key).cloned().unwrap_or_default()
    }

    /// True when the build holds Endpoints or an EndpointSlice for a Service.
    pub fn has_endpoints(&self, service: &Resource) -> bool {
        let Some(name) = service.name.as_deref() else { return false };
        let routed = self.routed();
        routed.endpoints.contains(&(service.namespace.as_deref(), name))
            || routed.slices.contains(name)
    }
}

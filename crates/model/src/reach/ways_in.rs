//! What leads from outside the cluster to pods beside their own addresses: Ingress, the routes of
//! Gateway API, OpenShift's Route. Each goes through Services to ports of pods.

use super::ports::{PortSet, Protocol};
use crate::graph::{Graph, GraphPod};
use crate::resource::Resource;
use crate::selector::Match;
use crate::service::{
    Backend, ROUTE_KINDS, ServicePort, Target, backends, declared_is, service_ports,
};

/// A way from a controller outside the build (an ingress controller, a gateway) to a pod.
#[derive(Debug, Clone)]
pub struct WayIn<'a> {
    /// The Ingress or route.
    pub route: &'a Resource,
    /// The Service it goes through.
    pub service: &'a Resource,
    /// Position of the pod in [`Graph::pods`].
    pub pod: u32,
    /// The ports of the pod that are sent to; policies have not been asked.
    pub ports: PortSet,
}

/// The kinds that lead in.
const KINDS: [&str; 2] = ["networking.k8s.io/Ingress", "route.openshift.io/Route"];

/// All ways in that the build shows from the route to the pod, in the order of routes.
pub fn ways_in<'a>(graph: &Graph<'a>) -> Vec<WayIn<'a>> {
    let gateway = ROUTE_KINDS.iter().map(|kind| format!("gateway.networking.k8s.io/{kind}"));
    let kinds: Vec<String> = KINDS.iter().map(|kind| (*kind).to_owned()).chain(gateway).collect();
    let mut routes: Vec<&'a Resource> = kinds.iter().flat_map(|kind| graph.of(kind)).collect();
    routes.sort_by_key(|route| route.id);
    let mut found = Vec::new();
    for route in routes {
        for backend in backends(route) {
            let Some(service) = graph.service_of(route, &backend) else { continue };
            for port in service_ports(service).iter().filter(|port| is_port(route, &backend, port))
            {
                for pod in graph.pods_of_service(service).sure {
                    let ports = target_ports(pod, port);
                    if !ports.is_empty() {
                        found.push(WayIn { route, service, pod: pod.at, ports });
                    }
                }
            }
        }
    }
    found
}

/// Whether a backend names a port of a Service. Without a port all are meant, as an OpenShift Route
/// has it, whose port is the one of the pods or its name in the Service.
fn is_port(route: &Resource, backend: &Backend<'_>, port: &ServicePort<'_>) -> bool {
    let Some(wanted) = backend.port else { return true };
    let name = port.node.field("name").str();
    let by_name = wanted.str().is_some_and(|wanted| name == Some(wanted));
    let by_number = wanted.int().is_some() && wanted.int() == port.number;
    if !route.is("route.openshift.io/Route") {
        return by_name || by_number;
    }
    let by_target = match port.target {
        Target::Number(number) => wanted.int() == Some(number),
        Target::Name(name) => wanted.str() == Some(name),
        Target::Unknown => false,
    };
    by_name || by_target
}

/// The ports of a pod that a port of a Service sends to.
pub(crate) fn target_ports(pod: &GraphPod<'_>, port: &ServicePort<'_>) -> PortSet {
    let Some(protocol) = port.protocol.and_then(Protocol::parse) else {
        return PortSet::default();
    };
    let number = |number: i64| u16::try_from(number).ok().filter(|number| *number > 0);
    match port.target {
        Target::Number(target) => {
            number(target).map_or_else(PortSet::default, |one| PortSet::one(protocol, one))
        }
        Target::Name(_) => {
            let mut ports = PortSet::default();
            for container in pod.pod.containers().iter().filter(|one| one.is_long_lived()) {
                for declared in container.ports() {
                    if declared_is(declared, port) == Match::Yes
                        && let Some(one) = declared.field("containerPort").int().and_then(number)
                    {
                        ports = ports.union(&PortSet::one(protocol, one));
                    }
                }
            }
            ports
        }
        Target::Unknown => PortSet::default(),
    }
}

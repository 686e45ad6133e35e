//! The Services that Ingresses and routes send to, in the forms that [`crate::backends`] knows.

use kubesift_yaml::Node;

use super::read::{Reader, port_of};
use super::{Relation, Scoped, Wanted};
use crate::service::{ROUTE_KINDS, backends};

/// False for the bare kinds of what is no route.
pub(super) fn may_have(kind: &str) -> bool {
    matches!(kind, "Ingress" | "Route") || ROUTE_KINDS.contains(&kind)
}

/// Reads the backends of the reader's resource, when it is a route.
pub(super) fn read(reader: &mut Reader<'_>) {
    let from = reader.from;
    if !may_have(&from.kind.kind) {
        return;
    }
    let is_ingress = from.is("networking.k8s.io/Ingress");
    let relation = if is_ingress { Relation::IngressBackend } else { Relation::RouteBackend };
    // The port of an OpenShift Route is the pod's.
    let has_ports = !from.is("route.openshift.io/Route");
    for backend in backends(from) {
        // An action of the AWS load balancer controller, which an annotation describes.
        if backend.port.and_then(Node::text) == Some("use-annotation") {
            continue;
        }
        let Some(name) = backend.name.text() else { continue };
        let namespace = backend.namespace.or(from.namespace.as_deref());
        let part = backend.port.filter(|_| has_ports).and_then(port_of);
        let scope = Scoped::In(namespace);
        let wanted = Wanted { group: Some(""), kind: "Service", scope, name, part };
        reader.add(relation, backend.name, wanted, false);
    }
}

//! Network policies cut the way from a Service or an Ingress to its pods.
//!
//! The pods behind a Service are closed by a policy, and no policy lets the port through that the
//! Service sends to: connections hang until they time out. The same where a Service is published
//! outside the cluster, or an Ingress or route leads to it, and policies let in only pods of the
//! own namespace.
//!
//! Allow the pod's port (the Service's `targetPort`) from those who need it: for an Ingress, from the
//! namespace of the ingress controller.
//!
//! All policies of the manifests that select the pods count, of every kind and in the order of their
//! tiers, and whoever they may let in: a label that is filled in later, a namespace that the
//! manifests do not show. Nothing is said when only a part of the manifests is looked at, for pods
//! in the network of their node, nor of an Ingress whose namespace runs an ingress controller itself.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//! #     ^^^^^^^^ Service `web` sends TCP 8080 to Deployment `web`, whose network policies let nobody in there
//!       targetPort: 8080
//!     - {name: metrics, port: 9090}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress: [{from: [{podSelector: {}}], ports: [{port: 80}, {port: 9090}]}]
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{port: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: public, namespace: shop}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `public` is published outside the cluster, and the network policies of Deployment `web` let nobody from there in at TCP 8080
//!   selector: {app: web}
//!   ports: [{port: 8080}]
//! ---
//! kind: Ingress
//! metadata: {name: web, namespace: shop}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - backend: {service: {name: web, port: {number: 8080}}}
//! #                               ^^^^^^^^^ Ingress `web` leads to Service `web`, and the network policies of Deployment `web` let only pods of its own namespace in at TCP 8080
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080, name: http}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: http}]}
//! ---
//! kind: Ingress
//! metadata: {name: web, namespace: shop}
//! spec: {rules: [{http: {paths: [{backend: {service: {name: web, port: {number: 80}}}}]}}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: deny, namespace: shop}
//! spec: {podSelector: {}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   ingress:
//!     - from:
//!         - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}
//!         - ipBlock: {cidr: 10.0.0.0/8}
//!       ports: [{port: 8080}]
//! ```
//!
//! One finding where all ports are closed:
//!
//! ```yaml fail
//! kind: StatefulSet
//! metadata: {name: db}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: db}
//! spec:
//!   selector: {app: db}
//!   ports:
//! # ^^^^^ Service `db` sends TCP 5432,9187 to StatefulSet `db`, whose network policies let nobody in there
//!     - {name: sql, port: 5432}
//!     - {name: metrics, port: 9187}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: deny}
//! spec: {podSelector: {}}
//! ```
//!
//! What is filled in later may open it; a Service without pods in view, and an ingress controller
//! beside the pods:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: later}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: later}
//! spec: {selector: {app: web}, ports: [{port: 8080}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: later}
//! spec: {podSelector: {}, ingress: [{ports: [{port: "${PORT}"}]}]}
//! ---
//! kind: Service
//! metadata: {name: elsewhere, namespace: later}
//! spec: {selector: {app: db}, ports: [{port: 5432}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: edge}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: ingress-nginx, namespace: edge}
//! spec: {template: {metadata: {labels: {app: ingress}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: edge}
//! spec: {selector: {app: web}, ports: [{port: 8080}]}
//! ---
//! kind: Ingress
//! metadata: {name: web, namespace: edge}
//! spec: {rules: [{http: {paths: [{backend: {service: {name: web, port: {number: 8080}}}}]}}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: own, namespace: edge}
//! spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}
//! ```

use kubesift_engine::model::reach::{Peer as RulePeer, PortSet, target_ports};
use kubesift_engine::model::{
    Match, Published, ServicePort, backends, is_internal_load_balancer, published, service_ports,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(
        &[
            "Service",
            "networking.k8s.io/Ingress",
            "route.openshift.io/Route",
            "gateway.networking.k8s.io/HTTPRoute",
            "gateway.networking.k8s.io/GRPCRoute",
            "gateway.networking.k8s.io/TLSRoute",
            "gateway.networking.k8s.io/TCPRoute",
            "gateway.networking.k8s.io/UDPRoute",
        ],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    if resource.is("Service") {
        of_service(resource, graph, out);
    } else {
        of_route(resource, graph, out);
    }
}

fn of_service(service: &Resource, graph: &Graph, out: &mut Out) {
    let ports = service_ports(service);
    let closed: Vec<_> = ports
        .iter()
        .filter_map(|port| Some((port, cut(graph, service, port, From::Anywhere)?)))
        .collect();
    if closed.len() == ports.len() && closed.len() > 1 {
        let at = service.field("spec.ports");
        report_closed(at, closed.into_iter().map(|row| row.1), graph, out);
    } else {
        let any = !closed.is_empty();
        for (port, cut) in closed {
            report_closed(port.node, [cut], graph, out);
        }
        if !any {
            of_published(service, &ports, graph, out);
        }
    }
}

fn report_closed<'g, 'a: 'g, 't>(
    at: impl Into<At<'t>>,
    cuts: impl IntoIterator<Item = (&'g GraphPod<'a>, PortSet)>,
    graph: &Graph,
    out: &mut Out,
) {
    let Some((pod, ports)) = joined(cuts) else { return };
    let to = words(pod);
    let message = format!("sends {ports} to {to}, whose network policies let nobody in there");
    with_policies(out.report(at, message), graph, pod);
}

/// A Service that is published, and no port of which lets anybody in from outside. Of several
/// ports some may be closed on purpose.
fn of_published(service: &Resource, ports: &[ServicePort], graph: &Graph, out: &mut Out) {
    let outside = published(service) != Published::Not
        && is_internal_load_balancer(service) == Match::No
        && !service.field("spec.externalIPs").exists();
    let cuts = || ports.iter().map(|port| cut(graph, service, port, From::Outside));
    if !outside || cuts().any(|cut| cut.is_none()) {
        return;
    }
    let Some((pod, ports)) = joined(cuts().flatten()) else { return };
    let message = format!(
        "is published outside the cluster, and the network policies of {} let nobody from there \
         in at {ports}",
        words(pod)
    );
    with_policies(out.report(service.field("spec.type"), message), graph, pod);
}

/// The first pod, and all ports.
fn joined<'g, 'a: 'g>(
    cuts: impl IntoIterator<Item = (&'g GraphPod<'a>, PortSet)>,
) -> Option<(&'g GraphPod<'a>, PortSet)> {
    cuts.into_iter().reduce(|all, one| (all.0, all.1.union(&one.1)))
}

fn of_route(route: &Resource, graph: &Graph, out: &mut Out) {
    let mut seen = Vec::new();
    for backend in backends(route) {
        let Some(service) = graph.service_of(route, &backend) else { continue };
        if seen.contains(&service.id) || graph.runs_controller(service.namespace.as_deref()) {
            continue;
        }
        seen.push(service.id);
        let number = backend.port.and_then(|port| port.int());
        let name = backend.port.and_then(|port| port.str());
        let ports = service_ports(service).into_iter().filter(|port| {
            let named = name.is_some() && port.node.field("name").str() == name;
            backend.port.is_none() || named || number.is_some() && port.number == number
        });
        for port in ports {
            // A Service that nobody reaches at all is reported itself.
            if cut(graph, service, &port, From::Anywhere).is_some() {
                continue;
            }
            let Some((pod, ports)) = cut(graph, service, &port, From::Elsewhere) else { continue };
            let (name, to) = (service.name.as_deref().unwrap_or("(no name)"), words(pod));
            let message = format!(
                "leads to Service `{name}`, and the network policies of {to} let only pods of its \
                 own namespace in at {ports}"
            );
            with_policies(out.report(backend.name, message), graph, pod);
        }
    }
}

/// Where traffic comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Anywhere,
    /// An address outside the cluster, by way of a node.
    Outside,
    /// Outside the cluster, or another namespace.
    Elsewhere,
}

/// The first pod of a Service and the ports of it that a port of the Service sends to, when no
/// pod of the Service lets these in.
fn cut<'g, 'a>(
    graph: &'g Graph<'a>,
    service: &Resource,
    port: &ServicePort,
    from: From,
) -> Option<(&'g GraphPod<'a>, PortSet)> {
    let selected = graph.pods_of_service(service);
    if !selected.unsure.is_empty() {
        return None;
    }
    let mut found = None;
    for pod in selected.sure {
        let ports = target_ports(pod, port);
        if ports.is_empty() || !is_cut(graph, pod, &ports, from) {
            return None;
        }
        found = found.or(Some((pod, ports)));
    }
    found
}

fn is_cut(graph: &Graph, pod: &GraphPod, ports: &PortSet, from: From) -> bool {
    let reach = graph.reach();
    if !pod.is_networked() || reach.is_closed(pod, Direction::Ingress) != Match::Yes {
        return false;
    }
    let open = match from {
        From::Anywhere => reach.from_anywhere(pod),
        From::Outside => reach.from_outside(pod).any(),
        From::Elsewhere => reach.from_outside(pod).any().or(&reach.from_other_namespaces(pod)),
    };
    // What comes from outside may arrive from a node, and nodes have addresses of their own.
    let nodes = || {
        let policies = reach.policies_for(pod, Direction::Ingress).into_iter();
        policies
            .flat_map(|(at, _)| reach.rules(at))
            .any(|rule| rule.peers.iter().any(RulePeer::is_nodes))
    };
    open.possible.intersect(ports).is_empty() && (from == From::Anywhere || !nodes())
}

fn words(pod: &GraphPod) -> String {
    let resource = pod.pod.resource;
    format!("{} `{}`", resource.kind.kind, resource.name.as_deref().unwrap_or("(no name)"))
}

/// More policies than these in the notes say nothing new.
const MANY: usize = 3;

fn with_policies(mut draft: kubesift_engine::Draft, graph: &Graph, pod: &GraphPod) {
    let closing = graph.reach().policies_for(pod, Direction::Ingress);
    for (at, _) in closing.into_iter().take(MANY) {
        let Some(policy) = graph.policies().get(at as usize) else { continue };
        let (kind, name) = (&policy.resource.kind.kind, policy.resource.full_name());
        draft = draft.note(policy.selector(), format!("{kind} `{name}` closes ingress"));
    }
}

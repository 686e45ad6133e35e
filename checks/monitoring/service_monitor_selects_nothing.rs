//! A ServiceMonitor or PodMonitor finds nothing to scrape.
//!
//! Its selector matches no Service (or pod) where it looks, or its port has a name that none of them
//! has: the metrics are missing, and alerts that go by them stay silent.
//!
//! Compare `selector` with the labels of the Service (not with its selector), `namespaceSelector`
//! with its namespace, and `port` with the names of its ports.
//!
//! Without a `namespaceSelector` only the monitor's own namespace is looked at. A monitor that states
//! no namespace itself may be put beside the Services of any. Nothing is said where the Services may
//! come from elsewhere: the build is not whole, holds no workload where the monitor looks, or something
//! there (a Helm release, a custom resource) makes them, unless the selector is only a typing mistake
//! away; or nothing there has a label in common or a name like that of the monitor. A run that names
//! this check reports these too.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, labels: {app: web}}
//! spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web}
//! spec:
//!   selector:
//! # ^^^^^^^^ ServiceMonitor `web` finds no Service: none has the labels app=wbe, the nearest is Service `web` with app=web
//!     matchLabels: {app: wbe}
//!   endpoints: [{port: http}]
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web-port}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   endpoints:
//!     - port: metrics
//! #     ^^^^^^^^^^^^^ ServiceMonitor `web-port` scrapes port `metrics`, which Service `web` does not have; it has `http`
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: PodMonitor
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web, tier: front}}
//! # ^^^^^^^^ PodMonitor `web` finds no pod: none has the labels app=web,tier=front
//! ```
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, namespace: shop, labels: {app: web}}
//! spec: {ports: [{name: http, port: 80}]}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web, namespace: monitoring}
//! spec:
//!   selector: {matchLabels: {app: web}}
//! # ^^^^^^^^ ServiceMonitor `web` finds no Service: Service `shop/web` has the labels app=web, but is not where it looks (namespace `monitoring`)
//!   endpoints: [{port: http}]
//! ---
//! kind: Deployment
//! metadata: {name: prometheus, namespace: monitoring}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web, namespace: shop, labels: {app: web}}
//! spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: app, ports: [{name: metrics, containerPort: 9090}]}]}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web, namespace: monitoring}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   namespaceSelector: {matchNames: [shop]}
//!   endpoints: [{port: http}, {targetPort: 8080}, {port: "${PORT}"}]
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web-anywhere, namespace: monitoring}
//! spec:
//!   selector: {matchExpressions: [{key: app, operator: Exists}]}
//!   namespaceSelector: {any: true}
//!   endpoints: [{port: http}]
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web-without-namespace}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   endpoints: [{port: http}]
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: PodMonitor
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   podMetricsEndpoints: [{port: metrics}, {targetPort: 80}]
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: kubelet, namespace: monitoring}
//! spec:
//!   selector: {matchLabels: {app.kubernetes.io/name: kubelet}}
//!   namespaceSelector: {matchNames: [kube-system]}
//!   endpoints: [{port: https-metrics}]
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: unknown, namespace: shop}
//! spec: {selector: {matchLabels: {app: "${APP}"}}, endpoints: [{port: http}]}
//! ```

use kubesift_engine::model::{
    Difference, Labels, Match, Monitor, MonitorScope, Selector, is_unknown, nearest,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kube-linter:dangling-servicemonitor")],
    run: Run::Links(
        &["monitoring.coreos.com/ServiceMonitor", "monitoring.coreos.com/PodMonitor"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(monitor) = Monitor::of(resource) else { return };
    let Some(selector) = &monitor.selector else { return };
    let found = if monitor.pods { pods(&monitor, graph) } else { services(&monitor, graph) };
    match found {
        Found::Some(Some(ports)) => wrong_ports(&monitor, &ports, out),
        Found::Some(None) => {}
        Found::Elsewhere(other) if graph.build().complete || out.is_asked() => {
            let other = other.full_name();
            let place = place(&monitor);
            let message = format!(
                "finds no Service: Service `{other}` has the labels {selector}, but is not where it \
                 looks ({place})"
            );
            out.report(selector.node(), message);
        }
        Found::Elsewhere(_) => {}
        Found::Nothing => nothing(&monitor, selector, graph, out),
    }
}

/// What a monitor finds.
enum Found<'a> {
    /// Something, and the ports it has when they are all known.
    Some(Option<Ports<'a>>),
    /// A Service with the labels, where it does not look.
    Elsewhere(&'a Resource),
    Nothing,
}

/// The names of ports, and what has them.
struct Ports<'a> {
    who: String,
    names: Vec<&'a str>,
}

fn services<'a>(monitor: &Monitor, graph: &Graph<'a>) -> Found<'a> {
    let like = graph.services_like(monitor);
    let sure: Vec<&Resource> = like
        .iter()
        .filter(|(_, inside)| *inside == Match::Yes)
        .map(|(service, _)| *service)
        .collect();
    if sure.is_empty() {
        let free = monitor.resource.namespace.is_none() && monitor.scope == MonitorScope::Own;
        return match like.first() {
            None => Found::Nothing,
            Some(_) if free => Found::Some(None),
            Some(_) if like.iter().any(|(_, inside)| *inside == Match::Unknown) => {
                Found::Some(None)
            }
            Some((service, _)) => Found::Elsewhere(service),
        };
    }
    let mut names = Vec::new();
    for service in &sure {
        let field = service.field("spec.ports");
        let known = field.node().is_some_and(|node| node.is_list());
        let ports = field.items().map(|port| port.get("name").and_then(Node::str));
        let ports: Vec<&str> = ports.flatten().collect();
        if !known || ports.iter().any(|name| is_unknown(name)) {
            return Found::Some(None);
        }
        names.extend(ports);
    }
    if sure.len() != like.iter().filter(|(_, inside)| *inside != Match::No).count() {
        return Found::Some(None);
    }
    let name = |service: &&Resource| service.name.as_deref().unwrap_or("(no name)").to_owned();
    let first = sure.first().map(name).unwrap_or_default();
    let who = match sure.len() {
        1 => format!("Service `{first}`"),
        many => format!("none of Service `{first}` and {} more", many - 1),
    };
    Found::Some(Some(Ports { who, names }))
}

fn pods<'a>(monitor: &Monitor, graph: &Graph<'a>) -> Found<'a> {
    let selected = graph.pods_of_monitor(monitor);
    match selected.any() {
        Match::No => return Found::Nothing,
        Match::Unknown => return Found::Some(None),
        Match::Yes => {}
    }
    let mut names = Vec::new();
    for pod in &selected.sure {
        let containers = pod.pod.containers();
        let ports = containers.iter().flat_map(Container::ports);
        let ports: Vec<&str> = ports.filter_map(|port| port.get("name")?.str()).collect();
        let unknown = containers
            .iter()
            .any(|one| one.field("ports").node().is_some_and(|node| !node.is_list()));
        if pod.pod.is_partial() || unknown || ports.iter().any(|name| is_unknown(name)) {
            return Found::Some(None);
        }
        names.extend(ports);
    }
    if !selected.unsure.is_empty() {
        return Found::Some(None);
    }
    Found::Some(Some(Ports { who: Graph::workloads_in_words(&selected.sure), names }))
}

/// Endpoints whose port nothing that was found has.
fn wrong_ports(monitor: &Monitor, ports: &Ports, out: &mut Out) {
    for endpoint in monitor.endpoints() {
        let Some(at) = endpoint.get("port") else { continue };
        let Some(name) = at.str().filter(|name| !name.is_empty() && !is_unknown(name)) else {
            continue;
        };
        if ports.names.contains(&name) {
            continue;
        }
        let mut names: Vec<String> = ports.names.iter().map(|name| format!("`{name}`")).collect();
        names.dedup();
        names.truncate(5);
        let has = match names.as_slice() {
            [] => "; no port there has a name".to_owned(),
            names => format!("; it has {}", names.join(", ")),
        };
        let who = &ports.who;
        let message = match who.strip_prefix("none of ") {
            Some(who) => format!("scrapes port `{name}`, which none of {who} has"),
            None => format!("scrapes port `{name}`, which {who} does not have{has}"),
        };
        out.report(at, message);
    }
}

fn nothing(monitor: &Monitor, selector: &Selector, graph: &Graph, out: &mut Out) {
    let resource = monitor.resource;
    let place = match &monitor.scope {
        MonitorScope::Own => resource.namespace.as_deref(),
        MonitorScope::Named(names) if names.len() == 1 => names.first().copied(),
        _ => None,
    };
    let near = near(monitor, selector, graph, place);
    let typo = near.as_ref().is_some_and(|near| near.1);
    let related = near.is_some() || graph.has_pod_named_like(resource);
    let scoped = monitor.scope == MonitorScope::Own || place.is_some();
    let shown = scoped && related && graph.shows_all_pods(place);
    if !(typo || shown || out.is_asked()) {
        return;
    }
    let wanted = if selector.is_empty() {
        "there is none".to_owned()
    } else {
        format!("none has the labels {selector}")
    };
    let near = near.filter(|near| near.1).map(|near| near.0).unwrap_or_default();
    let scope =
        if selector.is_empty() { format!(" ({})", self::place(monitor)) } else { String::new() };
    out.report(selector.node(), format!("finds no {}: {wanted}{scope}{near}", monitor.wanted()));
}

/// What comes nearest to a selector, in words, and whether it is a typing mistake away.
fn near<'a>(
    monitor: &Monitor,
    selector: &Selector<'_>,
    graph: &Graph<'a>,
    place: Option<&str>,
) -> Option<(String, bool)> {
    if monitor.pods {
        let pods = graph.pods_like(place, selector).into_iter();
        let pods = pods.map(|pod| (pod.pod.resource, graph.labels_of(pod)));
        return words(selector, pods);
    }
    let services = graph.namespace(place)?.resources.iter().filter(|one| one.is("Service"));
    let labels = services
        .take(LOOKED_AT)
        .map(|service| (*service, Labels::of(service.node().at("metadata.labels"))));
    words(selector, labels)
}

fn words<'a>(
    selector: &Selector<'a>,
    candidates: impl Iterator<Item = (&'a Resource, Labels<'a>)>,
) -> Option<(String, bool)> {
    let near = nearest(selector, candidates)?;
    let typo = near.differences.iter().all(Difference::is_typo);
    let (kind, name) = (&near.item.kind.kind, near.item.name.as_deref().unwrap_or("(no name)"));
    Some((format!(", the nearest is {kind} `{name}` with {}", near.words()), typo))
}

/// Services that are compared letter by letter.
const LOOKED_AT: usize = 200;

/// Where a monitor looks, in words.
fn place(monitor: &Monitor) -> String {
    match (&monitor.scope, monitor.resource.namespace.as_deref()) {
        (MonitorScope::Own, Some(name)) => format!("namespace `{name}`"),
        (MonitorScope::Named(names), _) => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("namespace {}", names.join(", "))
        }
        _ => "its own namespace".to_owned(),
    }
}

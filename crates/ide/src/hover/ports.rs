//! Who reaches the port at a place: of a container, or of a Service.

use kubesift_model::{GraphPod, Match, Step, Target, Way, service_ports};
use kubesift_yaml::Node;

use super::Asked;
use super::selector::named;
use crate::words::{capital, code, listed, prose};

/// Pods behind a Service that are named, and ways that are told.
const MOST: usize = 3;

/// Lines on the port; nothing where there is none.
pub(super) fn lines(asked: &Asked<'_, '_, '_>) -> Vec<String> {
    let seen = asked.seen;
    if let Some(pod) = seen.graph.pod_of(seen.resource) {
        return of_container(asked, pod);
    }
    if seen.resource.is("Service") { of_service(asked) } else { Vec::new() }
}

/// The item of a list `ports` that the place is part of, or an entry of it.
fn item<'a>(node: Node<'a>) -> Option<Node<'a>> {
    let way = node.ancestry();
    let list = way.iter().rposition(|node| node.key() == Some("ports"))?;
    let item = way.get(list + 1).copied()?;
    (way.len() <= list + 3).then_some(item)
}

fn of_container<'a>(asked: &Asked<'_, '_, 'a>, pod: &GraphPod<'a>) -> Vec<String> {
    let Some(item) = item(asked.node) else { return Vec::new() };
    let ports = asked.seen.graph.port_exposure(pod);
    let Some(port) = ports.into_iter().find(|port| port.node == item) else { return Vec::new() };
    let circles = [
        ("from outside the cluster", port.outside),
        ("from other namespaces", port.other_namespaces),
        ("from its own namespace", port.own_namespace),
    ];
    let of = |wanted: Match| {
        let found = circles.iter().filter(move |(_, found)| *found == wanted);
        listed(found.map(|(words, _)| (*words).to_owned()), circles.len())
    };
    let (sure, perhaps) = (of(Match::Yes), of(Match::Unknown));
    let reached = match (sure.as_str(), perhaps.as_str()) {
        ("", "") => "Reached from nowhere: policies let nothing in".to_owned(),
        (sure, "") => format!("Reached {sure}"),
        ("", perhaps) => format!("Perhaps reached {perhaps}"),
        (sure, perhaps) => format!("Reached {sure}; perhaps {perhaps}"),
    };
    std::iter::once(reached).chain(port.way.map(way_words)).collect()
}

fn of_service(asked: &Asked<'_, '_, '_>) -> Vec<String> {
    let (graph, service) = (asked.seen.graph, asked.seen.resource);
    let Some(item) = item(asked.node) else { return Vec::new() };
    let ports = service_ports(service);
    let Some(port) = ports.iter().find(|port| port.node == item) else { return Vec::new() };
    let pods = graph.pods_of_service(service).sure;
    let mut lines = Vec::new();
    if pods.is_empty() {
        return lines;
    }
    let target = match port.target {
        Target::Number(number) => format!("port {number}"),
        Target::Name(name) => format!("port {}", code(name)),
        Target::Unknown => "a port".to_owned(),
    };
    let names = listed(pods.iter().map(|pod| named(pod.pod.resource)), MOST);
    lines.push(format!("Sends to {target} of {names}"));
    let through = |way: &&Way<'_>| {
        way.hops.iter().any(|hop| {
            let sends = matches!(hop.step, Step::Sends(number) if Some(number) == port.number);
            sends && hop.resource.id == service.id
        })
    };
    let ways = pods.iter().take(MOST).flat_map(|pod| graph.ways_to(pod)).filter(through);
    let mut ways: Vec<String> = ways.map(way_words).collect();
    ways.dedup();
    ways.truncate(MOST);
    lines.extend(ways);
    lines
}

/// A way from outside in one line, with who is let in.
fn way_words(way: &Way<'_>) -> String {
    format!("{}: {}", prose(&capital(&way.line())), way.audience_in_words())
}

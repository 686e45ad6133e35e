//! Names of other objects, and the keys and ports of them, where a reference is written. What a
//! field refers to is read from the model's table of references.

use std::collections::BTreeSet;

use kubesift_model::{
    Build, Graph, Link, Part, Relation, Resource, Scoped, Wanted, is_unknown, service_ports,
};
use kubesift_yaml::Node;

use super::{Ask, ItemKind, Offer, may_be_in};

/// What fits where a reference, or a namespace, is written.
pub(super) fn offers(ask: &Ask<'_, '_>) -> Vec<Offer> {
    if ask.as_key {
        return Vec::new();
    }
    if ask.node.key() == Some("namespace") {
        return namespaces(ask);
    }
    // A graph of this one object: it says what each of its fields refers to, and holds nothing that
    // it could lead to.
    let build = Build::of("", std::slice::from_ref(ask.own));
    let graph = Graph::new(&build, std::slice::from_ref(ask.own));
    let links = graph.links().from(ask.own);
    let is_name = |link: &Link<'_>| {
        !matches!(link.relation, Relation::Selects | Relation::CrdOf | Relation::Makes)
    };
    let part = links.iter().find(|link| link.wanted.part.is_some_and(|(_, at)| at == ask.node));
    if let Some(link) = part {
        return parts(ask, link);
    }
    match links.iter().find(|link| link.at == ask.node && is_name(link)) {
        Some(link) => names(ask, &link.wanted),
        None => Vec::new(),
    }
}

/// The namespaces of the builds.
fn namespaces(ask: &Ask<'_, '_>) -> Vec<Offer> {
    let mut names = BTreeSet::new();
    ask.each_graph(|graph| {
        let all = graph.namespaces().iter().filter_map(|one| one.name);
        names.extend(all.filter(|name| !is_unknown(name)).map(str::to_owned));
    });
    names.into_iter().map(|name| Offer::new(name, "namespace", ItemKind::Name)).collect()
}

/// The objects of the kind that is wanted, those that surely are where it is looked for first.
fn names(ask: &Ask<'_, '_>, wanted: &Wanted<'_>) -> Vec<Offer> {
    let mut found: BTreeSet<(bool, String, String)> = BTreeSet::new();
    ask.each_graph(|graph| {
        each_wanted(graph, wanted, |resource| {
            let Some(name) = resource.written_name().filter(|name| !is_unknown(name)) else {
                return;
            };
            let kind = &resource.kind.kind;
            let detail = match resource.written_namespace() {
                Some(namespace) => format!("{kind} of {namespace}"),
                None => kind.to_string(),
            };
            let far = resource.written_namespace() != ask.own.namespace.as_deref();
            found.insert((far, name.to_owned(), detail));
        });
        for made in &graph.build().around.generated {
            let near = made.namespace.as_deref().is_none_or(|one| in_scope(wanted, Some(one)));
            if made.kind == wanted.kind && near {
                let detail = format!("{}, generated", made.kind);
                found.insert((true, made.name.to_string(), detail));
            }
        }
    });
    let offers =
        found.into_iter().map(|(_, name, detail)| Offer::new(name, detail, ItemKind::Object));
    offers.collect()
}

fn in_scope(wanted: &Wanted<'_>, namespace: Option<&str>) -> bool {
    match wanted.scope {
        Scoped::In(Some(wanted)) => namespace.is_none_or(|one| one == wanted),
        Scoped::In(None) | Scoped::Cluster | Scoped::Any => true,
    }
}

/// The objects of a graph that a reference may mean, but for its name.
fn each_wanted<'a>(graph: &Graph<'a>, wanted: &Wanted<'_>, mut each: impl FnMut(&'a Resource)) {
    let place = match wanted.scope {
        Scoped::In(namespace) => namespace,
        Scoped::Cluster | Scoped::Any => None,
    };
    let mut add = |resource: &'a Resource| {
        if may_be_in(resource, place) {
            each(resource);
        }
    };
    match wanted.group {
        Some("") => graph.of(wanted.kind).for_each(add),
        Some(group) => graph.of(&format!("{group}/{}", wanted.kind)).for_each(add),
        None => {
            let all = graph.resources().iter().copied();
            all.filter(|one| *one.kind.kind == *wanted.kind).for_each(&mut add);
        }
    }
}

/// The keys or ports of the object that a reference names.
fn parts(ask: &Ask<'_, '_>, link: &Link<'_>) -> Vec<Offer> {
    let wanted = &link.wanted;
    let is_key = matches!(wanted.part, Some((Part::Key(_), _)));
    let mut found: Vec<Offer> = Vec::new();
    ask.each_graph(|graph| {
        each_wanted(graph, wanted, |resource| {
            let named = [resource.name.as_deref(), resource.written_name()];
            if !named.contains(&Some(wanted.name)) {
                return;
            }
            if is_key { keys(resource, &mut found) } else { ports(ask.node, resource, &mut found) }
        });
        let made = graph.build().around.generated.iter();
        let mut made = made.filter(|one| one.kind == wanted.kind && *one.name == *wanted.name);
        if let Some(keys) = made.find_map(|one| one.keys.as_ref()).filter(|_| is_key) {
            let detail = format!("key of {} {}", wanted.kind, wanted.name);
            found.extend(keys.iter().map(|key| Offer::new(&**key, &*detail, ItemKind::Key)));
        }
    });
    found
}

fn keys(resource: &Resource, found: &mut Vec<Offer>) {
    let detail =
        format!("key of {} {}", resource.kind.kind, resource.written_name().unwrap_or_default());
    for field in ["data", "stringData", "binaryData"] {
        let entries = resource.node().get(field).into_iter().flat_map(Node::entries);
        found.extend(entries.map(|(key, _)| Offer::new(key, &*detail, ItemKind::Key)));
    }
}

/// The ports of a Service: by number, by name, or by both where the field takes both.
fn ports(node: Node<'_>, service: &Resource, found: &mut Vec<Offer>) {
    let in_ingress = node.parent().and_then(Node::key) == Some("port");
    let (numbers, names) = match node.key() {
        Some("number") => (true, false),
        Some("name") if in_ingress => (false, true),
        // Gateway API knows numbers only, and so does a webhook.
        Some("port") => (true, false),
        _ => (true, true),
    };
    let detail = format!("port of Service {}", service.written_name().unwrap_or_default());
    for port in service_ports(service) {
        let name = port.node.get("name").and_then(Node::text);
        if let Some(number) = port.number.filter(|_| numbers) {
            let more = name.map(|name| format!(" ({name})")).unwrap_or_default();
            let offer = Offer::new(number.to_string(), format!("{detail}{more}"), ItemKind::Port);
            found.push(offer.bare());
        }
        if let Some(name) = name.filter(|_| names) {
            let more = port.number.map(|number| format!(" ({number})")).unwrap_or_default();
            found.push(Offer::new(name, format!("{detail}{more}"), ItemKind::Port));
        }
    }
}

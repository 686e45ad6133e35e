//! What a pod declares and something else names: its volumes, its containers, its ports.

use kubesift_model::{Container, GraphPod, Pod, Resource, Selector};
use kubesift_yaml::Node;

use super::{Ask, ItemKind, Offer};

/// What fits where a volume, a container or a port of a pod is named.
pub(super) fn offers(ask: &Ask<'_, '_>) -> Vec<Offer> {
    if ask.as_key {
        return Vec::new();
    }
    let list = ask.node.parent().and_then(Node::parent).and_then(Node::key);
    match (list, ask.node.key()) {
        (Some("volumeMounts" | "volumeDevices"), Some("name")) => volumes(ask.own),
        (_, Some("containerName")) => containers(ask),
        (_, Some("container")) if ask.around() == Some("containerResource") => containers(ask),
        (_, Some("targetPort")) if ask.own.is("Service") => target_ports(ask),
        (_, Some("port")) => ports(ask),
        _ => Vec::new(),
    }
}

fn volumes(own: &Resource) -> Vec<Offer> {
    let Some(pod) = Pod::of(own) else { return Vec::new() };
    let volumes = pod.volumes().filter_map(|volume| {
        let source = volume.entries().map(|(key, _)| key).find(|key| *key != "name");
        let name = volume.get("name").and_then(Node::text)?;
        Some(Offer::new(name, format!("volume: {}", source.unwrap_or("emptyDir")), ItemKind::Name))
    });
    let claims = own.field("spec.volumeClaimTemplates").items().filter_map(|claim| {
        let name = claim.at("metadata.name").and_then(Node::text)?;
        Some(Offer::new(name, "volume claim template", ItemKind::Name))
    });
    volumes.chain(claims).collect()
}

fn containers(ask: &Ask<'_, '_>) -> Vec<Offer> {
    let mut found = Vec::new();
    let mut add = |pod: &Pod<'_>| {
        for container in pod.containers() {
            let detail =
                format!("container of {}", pod.resource.written_name().unwrap_or_default());
            found.push(Offer::new(container.name(), detail, ItemKind::Name));
        }
    };
    if let Some(pod) = Pod::of(ask.own) {
        add(&pod);
        return found;
    }
    // An autoscaler speaks of the containers of its target.
    let target = ["spec.scaleTargetRef", "spec.targetRef"];
    let target = target.into_iter().find_map(|path| ask.own.node().at(path));
    let word = |key: &str| target.and_then(|target| target.get(key)).and_then(Node::str);
    let Some((kind, name)) = word("kind").zip(word("name")) else { return found };
    ask.each_graph(|graph| {
        for pod in graph.pods() {
            let resource = pod.pod.resource;
            let named = [resource.name.as_deref(), resource.written_name()].contains(&Some(name));
            if named && *resource.kind.kind == *kind && ask.is_near(resource) {
                add(&pod.pod);
            }
        }
    });
    found
}

/// The ports of the pods that a Service selects.
fn target_ports(ask: &Ask<'_, '_>) -> Vec<Offer> {
    let Some(node) = ask.own.node().at("spec.selector") else { return Vec::new() };
    let selector = Selector::from_map(node);
    if selector.is_empty() {
        return Vec::new();
    }
    ports_of_selected(ask, &selector)
}

/// The ports of the pods that a selector of the object being written selects.
fn ports_of_selected(ask: &Ask<'_, '_>, selector: &Selector<'_>) -> Vec<Offer> {
    let mut found = Vec::new();
    ask.each_graph(|graph| {
        let namespaces = [ask.own.namespace.as_deref(), None];
        let selected = namespaces.into_iter().map(|one| graph.select(one, selector));
        for selected in selected {
            let all = selected.sure.into_iter().chain(selected.unsure);
            all.filter(|pod| ask.is_near(pod.pod.resource)).for_each(|pod| of_pod(pod, &mut found));
        }
    });
    found
}

fn of_pod(pod: &GraphPod<'_>, found: &mut Vec<Offer>) {
    for container in pod.pod.containers().iter().filter(|one| one.is_long_lived()) {
        of_container(container, found);
    }
}

fn of_container(container: &Container<'_>, found: &mut Vec<Offer>) {
    let detail = format!("port of container {}", container.name());
    for port in container.ports() {
        let number = port.get("containerPort").and_then(Node::int);
        let name = port.get("name").and_then(Node::str);
        if let Some(name) = name {
            let more = number.map(|number| format!(" ({number})")).unwrap_or_default();
            found.push(Offer::new(name, format!("{detail}{more}"), ItemKind::Port));
        }
        if let Some(number) = number {
            let more = name.map(|name| format!(" ({name})")).unwrap_or_default();
            let offer = Offer::new(number.to_string(), format!("{detail}{more}"), ItemKind::Port);
            found.push(offer.bare());
        }
    }
}

/// The ports that a probe or a policy may name.
fn ports(ask: &Ask<'_, '_>) -> Vec<Offer> {
    let way = ask.node.ancestry();
    if let Some(pod) = Pod::of(ask.own) {
        let mut found = Vec::new();
        let handler = matches!(ask.around(), Some("httpGet" | "tcpSocket" | "grpc"));
        let containers = pod.containers();
        let own = containers.iter().find(|one| way.contains(&one.node)).filter(|_| handler);
        if let Some(container) = own {
            of_container(container, &mut found);
        }
        return found;
    }
    // What comes in reaches the pods that the policy selects; what goes out, others.
    let incoming = way.iter().any(|node| node.key() == Some("ingress"));
    if !incoming || !ask.own.is("networking.k8s.io/NetworkPolicy") {
        return Vec::new();
    }
    match ask.own.node().at("spec.podSelector") {
        Some(node) => ports_of_selected(ask, &Selector::from_label_selector(node)),
        None => Vec::new(),
    }
}

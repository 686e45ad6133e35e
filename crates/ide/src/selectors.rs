//! The selectors of a resource that mean pods or namespaces: where each stands, in which namespaces
//! it looks, and which workloads it finds there.

use kubesift_model::{Graph, Match, Pod, Resource, Selector};
use kubesift_yaml::Node;

/// Where a selector looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looks<'a> {
    /// In the resource's own namespace.
    Home,
    /// At nothing but the pods that the resource itself makes.
    Own,
    /// In the namespaces that another selector chooses, or in all of them.
    Elsewhere(Option<Node<'a>>),
}

/// A selector of pods.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PodSelector<'a> {
    /// The field.
    pub node: Node<'a>,
    /// A map of labels, without `matchLabels`.
    pub is_flat: bool,
    /// Where it looks.
    pub looks: Looks<'a>,
}

impl<'a> PodSelector<'a> {
    /// What it asks for.
    pub fn read(&self) -> Selector<'a> {
        match self.is_flat {
            true => Selector::from_map(self.node),
            false => Selector::from_label_selector(self.node),
        }
    }

    /// The scalars that ask for a label to have a value: where it is written.
    pub fn values(&self, key: &str) -> Vec<Node<'a>> {
        if self.is_flat {
            return self.node.get(key).into_iter().collect();
        }
        let labels = self.node.get("matchLabels").and_then(|labels| labels.get(key));
        let expressions = self.node.get("matchExpressions").into_iter().flat_map(Node::items);
        let of_key = expressions.filter(|one| one.get("key").and_then(Node::text) == Some(key));
        let values = of_key.filter_map(|one| one.get("values")).flat_map(Node::items);
        labels.into_iter().chain(values).collect()
    }
}

/// The selectors of pods that a resource has, in the order of its fields.
pub(crate) fn pod_selectors<'a>(resource: &'a Resource) -> Vec<PodSelector<'a>> {
    let mut found = Vec::new();
    let mut add = |node: Option<Node<'a>>, is_flat| {
        if let Some(node) = node {
            found.push(PodSelector { node, is_flat, looks: Looks::Home });
        }
    };
    match &*resource.kind.kind {
        "Service" if resource.is("Service") => add(resource.field("spec.selector").node(), true),
        "PodDisruptionBudget" | "PodMonitor" => add(resource.field("spec.selector").node(), false),
        "NetworkPolicy" if resource.is("networking.k8s.io/NetworkPolicy") => {
            add(resource.field("spec.podSelector").node(), false);
            found.extend(peers(resource).into_iter().filter_map(|peer| peer.pods()));
        }
        _ => {
            if let Some(pod) = Pod::of(resource) {
                of_workload(resource, &pod, &mut found);
            }
        }
    }
    found
}

fn of_workload<'a>(resource: &'a Resource, pod: &Pod<'a>, into: &mut Vec<PodSelector<'a>>) {
    if let Some(node) = resource.field("spec.selector").node() {
        let is_flat = resource.is("ReplicationController");
        into.push(PodSelector { node, is_flat, looks: Looks::Own });
    }
    let list = |node: Option<Node<'a>>| node.into_iter().flat_map(Node::items);
    for kind in ["podAffinity", "podAntiAffinity"] {
        let Some(affinity) = pod.spec.get("affinity").and_then(|all| all.get(kind)) else {
            continue;
        };
        let required = list(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"));
        let preferred = list(affinity.get("preferredDuringSchedulingIgnoredDuringExecution"));
        let terms = required.chain(preferred.filter_map(|one| one.get("podAffinityTerm")));
        into.extend(terms.filter_map(|term| {
            let chosen = term.get("namespaceSelector");
            let elsewhere = chosen.is_some() || term.get("namespaces").is_some();
            let looks = if elsewhere { Looks::Elsewhere(chosen) } else { Looks::Home };
            Some(PodSelector { node: term.get("labelSelector")?, is_flat: false, looks })
        }));
    }
    let spread = list(pod.spec.get("topologySpreadConstraints"));
    let spread = spread.filter_map(|one| one.get("labelSelector"));
    into.extend(spread.map(|node| PodSelector { node, is_flat: false, looks: Looks::Home }));
}

/// A peer of a NetworkPolicy: an item of `from` or `to`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer<'a> {
    /// `podSelector`
    pub pods: Option<Node<'a>>,
    /// `namespaceSelector`
    pub namespaces: Option<Node<'a>>,
}

impl<'a> Peer<'a> {
    fn pods(&self) -> Option<PodSelector<'a>> {
        let looks = match self.namespaces {
            Some(chosen) => Looks::Elsewhere(Some(chosen)),
            None => Looks::Home,
        };
        Some(PodSelector { node: self.pods?, is_flat: false, looks })
    }
}

/// The peers of a NetworkPolicy, in the order of its rules.
pub(crate) fn peers<'a>(policy: &'a Resource) -> Vec<Peer<'a>> {
    let rules = [("spec.ingress", "from"), ("spec.egress", "to")];
    let rules = rules.into_iter().flat_map(|(path, key)| {
        let rules = policy.field(path).items();
        rules.filter_map(move |rule| rule.get(key)).flat_map(Node::items)
    });
    let peer = |node: Node<'a>| Peer {
        pods: node.get("podSelector"),
        namespaces: node.get("namespaceSelector"),
    };
    rules.map(peer).collect()
}

/// The workloads of a build that a selector of a resource surely means.
pub(crate) fn selected<'a>(
    graph: &Graph<'a>,
    resource: &'a Resource,
    selector: &PodSelector<'a>,
) -> Vec<&'a Resource> {
    let wanted = selector.read();
    let home = resource.namespace.as_deref();
    let names: Vec<Option<&str>> = match selector.looks {
        Looks::Own => return vec![resource],
        Looks::Home => vec![home],
        Looks::Elsewhere(None) => graph.namespaces().iter().map(|one| one.name).collect(),
        Looks::Elsewhere(Some(chosen)) => namespaces(graph, chosen),
    };
    let pods = names.into_iter().flat_map(|name| graph.select(name, &wanted).sure);
    pods.map(|pod| pod.pod.resource).collect()
}

/// The names of the namespaces that a selector surely means.
fn namespaces<'a>(graph: &Graph<'a>, chosen: Node<'_>) -> Vec<Option<&'a str>> {
    let selector = Selector::from_label_selector(chosen);
    let all = graph.namespaces().iter();
    let meant = all.filter(|one| selector.matches(&one.labels()) == Match::Yes);
    meant.map(|one| one.name).collect()
}

/// The objects of the namespaces that a selector surely means, those that the build holds.
pub(crate) fn namespace_objects<'a>(graph: &Graph<'a>, chosen: Node<'_>) -> Vec<&'a Resource> {
    let names = namespaces(graph, chosen).into_iter();
    names.filter_map(|name| graph.namespace(name)?.object).collect()
}

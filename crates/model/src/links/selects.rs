//! The links of selectors, found through the indexes of labels: a Service and a budget to their
//! pods, a policy to the pods it governs, a monitor to the Services or pods it scrapes.

use std::collections::HashMap;

use kubesift_yaml::Node;

use super::{Link, Relation, Scoped, Target, Wanted};
use crate::graph::{Graph, GraphPod};
use crate::resource::Resource;
use crate::selector::{Labels, Match, Operator, Selector};
use crate::unknown::known;

/// More objects than these behind one selector are not listed one by one.
const MANY: usize = 256;

/// The Services that have a label.
#[derive(Debug, Default)]
pub(super) struct ServiceLabels<'a> {
    by_label: HashMap<(&'a str, &'a str), Vec<&'a Resource>>,
    all: Vec<&'a Resource>,
}

impl<'a> ServiceLabels<'a> {
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut index = Self { by_label: HashMap::new(), all: graph.of("Service").collect() };
        for service in &index.all {
            let labels = service.node().at("metadata.labels");
            for (key, value) in labels.into_iter().flat_map(Node::entries) {
                let value = value.text().unwrap_or_default();
                index.by_label.entry((key, value)).or_default().push(service);
            }
        }
        index
    }

    /// The Services that a selector means, by the label of it that the fewest have.
    fn select(&self, selector: &Selector<'_>, namespaces: &Namespaces<'_>) -> Vec<&'a Resource> {
        let needs = selector.requirements().iter().filter_map(|need| {
            let one = need.operator == Some(Operator::In) && need.values.len() == 1;
            let value = need.values.first().filter(|value| one && known(value).is_literal())?;
            Some(self.by_label.get(&(need.key, *value)).map_or(&[][..], Vec::as_slice))
        });
        let candidates = needs.min_by_key(|list| list.len()).unwrap_or(&self.all);
        let meant = candidates.iter().copied().filter(|service| {
            namespaces.hold(service.namespace.as_deref())
                && selector.matches(&Labels::of(service.node().at("metadata.labels"))) == Match::Yes
        });
        meant.take(MANY).collect()
    }
}

/// The namespaces that a monitor looks into.
enum Namespaces<'a> {
    All,
    Own(Option<&'a str>),
    Named(Vec<&'a str>),
}

impl<'a> Namespaces<'a> {
    fn of(monitor: &'a Resource) -> Self {
        if monitor.field("spec.namespaceSelector.any").is_true() {
            return Self::All;
        }
        let names = monitor.field("spec.namespaceSelector.matchNames");
        let names: Vec<&str> = names.items().filter_map(Node::str).collect();
        if names.is_empty() { Self::Own(monitor.namespace.as_deref()) } else { Self::Named(names) }
    }

    fn hold(&self, namespace: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::Own(own) => *own == namespace,
            Self::Named(names) => namespace.is_some_and(|namespace| names.contains(&namespace)),
        }
    }
}

/// The links of a resource's selectors.
pub(super) fn links_of<'g, 'a: 'g>(
    graph: &Graph<'a>,
    resource: &'a Resource,
    services: impl FnOnce() -> &'g ServiceLabels<'a>,
) -> Option<Link<'a>> {
    let (at, kind, found) = match &*resource.kind.kind {
        "Service" if resource.is("Service") => {
            let at = resource.field("spec.selector").node()?;
            let external = resource.field("spec.type").str() == Some("ExternalName");
            if external {
                return None;
            }
            (at, "Pod", workloads(graph.pods_of_service(resource).sure))
        }
        "PodDisruptionBudget" if resource.is("policy/PodDisruptionBudget") => {
            let at = resource.field("spec.selector").node()?;
            let selector = Selector::from_label_selector(at);
            let pods = graph.select(resource.namespace.as_deref(), &selector).sure;
            (at, "Pod", workloads(pods))
        }
        "NetworkPolicy" | "CiliumNetworkPolicy" => {
            let policy = graph.policies_of(resource).next()?;
            let at = policy.label_selector()?.node();
            (at, "Pod", workloads(graph.pods_of_policy(policy).sure))
        }
        "ServiceMonitor" if resource.is("monitoring.coreos.com/ServiceMonitor") => {
            let at = resource.field("spec.selector").node()?;
            let selector = Selector::from_label_selector(at);
            let found = services().select(&selector, &Namespaces::of(resource));
            (at, "Service", found.into())
        }
        "PodMonitor" if resource.is("monitoring.coreos.com/PodMonitor") => {
            let at = resource.field("spec.selector").node()?;
            (at, "Pod", monitored(graph, resource, &Selector::from_label_selector(at)))
        }
        _ => return None,
    };
    let scope = Scoped::In(resource.namespace.as_deref());
    let wanted = Wanted { group: Some(""), kind, scope, name: "", part: None };
    let (relation, to) = (Relation::Selects, Target::Selected(found));
    Some(Link { from: resource, at, relation, wanted, to, optional: false })
}

fn workloads<'a>(pods: Vec<&GraphPod<'a>>) -> Box<[&'a Resource]> {
    pods.into_iter().take(MANY).map(|pod| pod.pod.resource).collect()
}

fn monitored<'a>(
    graph: &Graph<'a>,
    monitor: &Resource,
    selector: &Selector<'_>,
) -> Box<[&'a Resource]> {
    let named: Vec<Option<&str>> = match Namespaces::of(monitor) {
        Namespaces::Own(own) => vec![own],
        Namespaces::Named(names) => names.into_iter().map(Some).collect(),
        Namespaces::All => graph.namespaces().iter().map(|namespace| namespace.name).collect(),
    };
    let pods = named.into_iter().flat_map(|namespace| graph.select(namespace, selector).sure);
    workloads(pods.take(MANY).collect())
}

//! Labels in selectors: the keys and values that pods, Services or namespaces of the builds have.

use std::collections::BTreeMap;

use kubesift_model::{Graph, Labels, Pod, Resource, is_unknown};
use kubesift_yaml::Node;

use super::{Ask, ItemKind, Offer};

/// Levels between a label and its selector.
const DEEP: usize = 5;

/// What is asked for.
enum Wanted<'t> {
    /// A key that is not among those.
    Key(Vec<&'t str>),
    /// A value of this key.
    Value(&'t str),
}

/// What a selector selects.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Pods,
    Services,
    Namespaces,
}

/// What fits in a selector.
pub(super) fn offers(ask: &Ask<'_, '_>) -> Vec<Offer> {
    let Some((wanted, whose)) = wanted(ask).zip(whose(ask)) else { return Vec::new() };
    let mut found = Found::default();
    ask.each_graph(|graph| match whose {
        Whose::Pods => pods(ask, graph, &wanted, &mut found),
        Whose::Services => {
            for service in graph.of("Service") {
                let labels = Labels::of(service.node().at("metadata.labels"));
                found.add(&labels, &wanted, !ask.is_near(service));
            }
        }
        Whose::Namespaces => {
            for namespace in graph.namespaces() {
                found.add(&namespace.labels(), &wanted, false);
            }
        }
    });
    // Its own pods may be newer than every build.
    if let Some(pod) = Pod::of(ask.own).filter(|_| whose == Whose::Pods) {
        found.add(&Labels::of(pod.labels()), &wanted, false);
    }
    found.offers(whose)
}

fn pods(ask: &Ask<'_, '_>, graph: &Graph<'_>, wanted: &Wanted<'_>, found: &mut Found) {
    for pod in graph.pods() {
        found.add(&graph.labels_of(pod), wanted, !ask.is_near(pod.pod.resource));
    }
}

/// Words by whether they are of another namespace, with how many have them.
#[derive(Default)]
struct Found(BTreeMap<(bool, String), usize>);

impl Found {
    fn add(&mut self, labels: &Labels<'_>, wanted: &Wanted<'_>, far: bool) {
        for (key, value) in labels.iter() {
            let word = match wanted {
                Wanted::Key(taken) if !taken.contains(&key) => key,
                Wanted::Value(of) if *of == key => value,
                _ => continue,
            };
            if !is_unknown(word) {
                *self.0.entry((far, word.to_owned())).or_default() += 1;
            }
        }
    }

    fn offers(self, whose: Whose) -> Vec<Offer> {
        let noun = match whose {
            Whose::Pods => "workload",
            Whose::Services => "Service",
            Whose::Namespaces => "namespace",
        };
        let offers = self.0.into_iter().map(|((far, word), count)| {
            let plural = if count == 1 { "" } else { "s" };
            let place = if far { " of other namespaces" } else { "" };
            Offer::new(word, format!("label of {count} {noun}{plural}{place}"), ItemKind::Label)
        });
        offers.collect()
    }
}

/// What the place asks for, when it is in a map of labels or an expression on them.
fn wanted<'t>(ask: &Ask<'_, 't>) -> Option<Wanted<'t>> {
    let parent = ask.node.parent()?;
    if is_labels(ask.own, parent) {
        let key = ask.node.key()?;
        if !ask.as_key {
            return Some(Wanted::Value(key));
        }
        let others = parent.entries().filter(|(_, node)| *node != ask.node).map(|(key, _)| key);
        return Some(Wanted::Key(others.collect()));
    }
    if ask.as_key {
        return None;
    }
    if ask.node.key() == Some("key") && parent.parent()?.key() == Some("matchExpressions") {
        return Some(Wanted::Key(Vec::new()));
    }
    let expression = parent.parent().filter(|_| parent.key() == Some("values"))?;
    let is_one = expression.parent()?.key() == Some("matchExpressions");
    is_one.then(|| expression.get("key")?.text().map(Wanted::Value))?
}

/// True for a map of labels that a selector wants.
fn is_labels(own: &Resource, node: Node<'_>) -> bool {
    let plain = own.is("Service") || own.is("ReplicationController");
    match node.key() {
        Some("matchLabels") => true,
        Some("selector") if plain => own.node().at("spec.selector") == Some(node),
        _ => false,
    }
}

/// What the selector around the place selects.
fn whose(ask: &Ask<'_, '_>) -> Option<Whose> {
    let way = ask.node.ancestry();
    let key = way.iter().rev().take(DEEP).find_map(|node| {
        let known = ["selector", "podSelector", "labelSelector", "namespaceSelector"];
        node.key().filter(|key| known.contains(key))
    })?;
    let kind = &*ask.own.kind.kind;
    match (key, kind) {
        ("namespaceSelector", _) => Some(Whose::Namespaces),
        ("selector", "ServiceMonitor") => Some(Whose::Services),
        (
            _,
            "Service"
            | "ReplicationController"
            | "NetworkPolicy"
            | "PodDisruptionBudget"
            | "PodMonitor",
        ) => Some(Whose::Pods),
        _ => ask.own.pod.is_some().then_some(Whose::Pods),
    }
}

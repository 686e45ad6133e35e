//! What the selector at a place selects.

use kubesift_model::{
    GraphPod, LinkTarget, Match, Namespace, Relation, Resource, Selected, Selector, nearest,
};
use kubesift_yaml::Node;

use super::Asked;
use crate::words::{code, listed};

/// Names that are listed.
const MOST: usize = 10;

/// Keys that hold a selector of pods.
const OF_PODS: [&str; 3] = ["selector", "podSelector", "labelSelector"];

/// Levels between a label and its selector: `matchExpressions`, an item, `values`, a value.
const DEEP: usize = 5;

/// One line on what is selected; nothing where the place is no part of a selector that is known.
pub(super) fn lines(asked: &Asked<'_, '_, '_>) -> Vec<String> {
    let way = asked.node.ancestry();
    let near = way.iter().rev().take(DEEP);
    let selector = near.copied().find(|node| {
        node.key().is_some_and(|key| OF_PODS.contains(&key) || key == "namespaceSelector")
    });
    selector.and_then(|selector| asked.selected(selector)).into_iter().collect()
}

impl<'a> Asked<'_, '_, 'a> {
    fn selected(&self, selector: Node<'a>) -> Option<String> {
        let (graph, resource) = (self.seen.graph, self.seen.resource);
        let links = graph.links().from(resource).iter();
        let mut own = links.filter(|link| link.relation == Relation::Selects);
        if let Some(link) = own.find(|link| link.at == selector)
            && let LinkTarget::Selected(found) = &link.to
        {
            return Some(self.words(found.to_vec(), Vec::new(), selector));
        }
        if selector.key() == Some("namespaceSelector") {
            return self.namespaces(selector);
        }
        let peer = selector.parent()?;
        let selected = match peer.get("namespaceSelector") {
            Some(namespaces) if self.is_policy() => self.in_namespaces(namespaces, selector),
            _ if self.is_policy() || resource.pod.is_some() => self.at_home(selector),
            _ => return None,
        };
        let names = |pods: &[&GraphPod<'a>]| -> Vec<&'a Resource> {
            pods.iter().map(|pod| pod.pod.resource).collect()
        };
        let (sure, unsure) = (names(&selected.sure), names(&selected.unsure));
        Some(self.words(sure, unsure, selector))
    }

    fn is_policy(&self) -> bool {
        self.seen.resource.is("networking.k8s.io/NetworkPolicy")
    }

    fn at_home(&self, selector: Node<'a>) -> Selected<'_, 'a> {
        let namespace = self.seen.resource.namespace.as_deref();
        self.seen.graph.select(namespace, &read(self.seen.resource, selector))
    }

    fn matching(&self, selector: Node<'a>) -> Vec<&Namespace<'a>> {
        let selector = Selector::from_label_selector(selector);
        let all = self.seen.graph.namespaces().iter();
        all.filter(|one| selector.matches(&one.labels()) == Match::Yes).collect()
    }

    fn in_namespaces(&self, namespaces: Node<'a>, selector: Node<'a>) -> Selected<'_, 'a> {
        let selector = Selector::from_label_selector(selector);
        let mut all = Selected::default();
        for namespace in self.matching(namespaces) {
            let found = self.seen.graph.select(namespace.name, &selector);
            all.sure.extend(found.sure);
            all.unsure.extend(found.unsure);
        }
        all
    }

    fn namespaces(&self, selector: Node<'a>) -> Option<String> {
        if !self.is_policy() {
            return None;
        }
        let found = self.matching(selector);
        let names = found.iter().filter_map(|namespace| namespace.name).map(code);
        Some(match found.len() {
            0 => "Selects no namespace of this build".to_owned(),
            1 => format!("Selects namespace {}", listed(names, MOST)),
            many => format!("Selects {many} namespaces: {}", listed(names, MOST)),
        })
    }

    fn words(
        &self,
        mut sure: Vec<&'a Resource>,
        unsure: Vec<&'a Resource>,
        selector: Node<'a>,
    ) -> String {
        // A workload's own selector is there to select its own pods.
        let own = self.seen.resource;
        let own_pods = own.pod.is_some() && sure.iter().any(|one| one.id == own.id);
        sure.retain(|one| one.id != own.id);
        let names = |all: &[&Resource]| {
            let mut names: Vec<String> = all.iter().map(|one| named(one)).collect();
            // The same object, defined twice.
            names.dedup();
            listed(names, MOST)
        };
        let mut words = match (own_pods, sure.len()) {
            (true, 0) => "Selects its own pods".to_owned(),
            (true, _) => format!("Selects its own pods, and {}", names(&sure)),
            (false, 0) => String::new(),
            (false, 1) => format!("Selects {}", names(&sure)),
            (false, many) => format!("Selects {many}: {}", names(&sure)),
        };
        if !unsure.is_empty() {
            let start = if words.is_empty() { "Selects " } else { ", " };
            words.push_str(&format!("{start}perhaps {}", names(&unsure)));
        }
        if words.is_empty() {
            words = format!("Selects nothing of this build{}", self.nearest(selector));
        }
        words
    }

    /// What comes near, for a selector that selects nothing.
    fn nearest(&self, selector: Node<'a>) -> String {
        let graph = self.seen.graph;
        let selector = read(self.seen.resource, selector);
        let pods = graph.pods_like(self.seen.resource.namespace.as_deref(), &selector);
        let labelled = pods.into_iter().map(|pod| (pod, graph.labels_of(pod)));
        match nearest(&selector, labelled) {
            Some(near) if !near.words().is_empty() => {
                let pod = named(near.item.pod.resource);
                format!("; the nearest is {pod} with {}", code(&near.words()))
            }
            _ => String::new(),
        }
    }
}

/// A selector in the form that a kind has it.
fn read<'a>(resource: &Resource, selector: Node<'a>) -> Selector<'a> {
    let plain = resource.is("Service") || resource.is("ReplicationController");
    if plain && selector.key() == Some("selector") {
        return Selector::from_map(selector);
    }
    Selector::from_label_selector(selector)
}

/// "Deployment `shop/web`".
pub(super) fn named(resource: &Resource) -> String {
    format!("{} {}", resource.kind.kind, code(&resource.full_name()))
}

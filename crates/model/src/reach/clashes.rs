//! Mistakes that no policy shows by itself: the same name or priority twice, pods of one owner that
//! policies tell apart.

use foldhash::{HashMap, HashMapExt};

use super::classes::Classes;
use super::error::{PolicyError, PolicyErrorKind};
use super::selection::Selection;
use super::table::owner;
use crate::graph::Graph;
use crate::policy::Dialect;
use crate::resource::Resource;

/// Mistakes that show between policies: the same name twice, the same priority twice, pods of one
/// owner that policies tell apart.
pub(crate) fn clashes<'a>(
    graph: &Graph<'a>,
    selection: &Selection<'a>,
    classes: &Classes<'a>,
) -> Vec<PolicyError<'a>> {
    let mut errors = Vec::new();
    let mut names: HashMap<_, &'a Resource> = HashMap::new();
    let mut priorities: HashMap<_, &'a Resource> = HashMap::new();
    for entry in &selection.entries {
        let resource = entry.resource;
        if let Some(name) = resource.name.as_deref() {
            let key = (&resource.kind.group, &resource.kind.kind, &resource.namespace, name);
            let held = *names.entry(key).or_insert(resource);
            if held.id != resource.id
                && let Some(node) = resource.node().at("metadata.name")
            {
                let words = format!("has the name of another {}", resource.kind.kind);
                let kind = PolicyErrorKind::SameName;
                errors.push(PolicyError { resource, at: node, kind, words, other: Some(held) });
            }
        }
        if entry.dialect == Dialect::Admin
            && let Some(node) = resource.node().at("spec.priority")
            && let Some(priority) = node.int()
        {
            let held = *priorities
                .entry((entry.turn.tier, &resource.kind.kind, priority))
                .or_insert(resource);
            // Of two objects of one name only one is there.
            if held.id != resource.id && held.name != resource.name {
                let other = held.full_name();
                let words = format!("has the priority {priority}, which `{other}` has too");
                let kind = PolicyErrorKind::SamePriority;
                errors.push(PolicyError { resource, at: node, kind, words, other: Some(held) });
            }
        }
    }
    errors.extend(mixed_owners(graph, selection, classes));
    errors
}

/// Pods of one owner that are in several classes, of which some policy selects only a part.
fn mixed_owners<'a>(
    graph: &Graph<'a>,
    selection: &Selection<'a>,
    classes: &Classes<'a>,
) -> Vec<PolicyError<'a>> {
    let mut owners: HashMap<(Option<&str>, String), (u32, &'a Resource)> = HashMap::new();
    let mut errors = Vec::new();
    for pod in graph.pods().iter().filter(|pod| pod.pod.resource.is("Pod")) {
        let Some((owner, kind)) = owner(pod.pod.resource) else { continue };
        let class = classes.endpoints.get(pod.at as usize).and_then(|endpoint| endpoint.class);
        let Some(class) = class else { continue };
        let name = format!("{owner}[{kind}]");
        let (held, other) =
            *owners.entry((pod.namespace, name)).or_insert((class, pod.pod.resource));
        let sets = [held, class].map(|class| selection.of_class(classes, class));
        if held == class || sets[0] == sets[1] {
            continue;
        }
        let resource = pod.pod.resource;
        let at = pod.pod.labels().unwrap_or_else(|| resource.node());
        let words = format!(
            "belongs to {kind} `{owner}` as `{}` does, and has other labels, by which policies \
             tell them apart",
            other.full_name()
        );
        let kind = PolicyErrorKind::MixedOwner;
        errors.push(PolicyError { resource, at, kind, words, other: Some(other) });
    }
    errors
}

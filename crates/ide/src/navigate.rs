//! Along references: from a name or a selector to the objects that are meant, and from an object to
//! those that refer to it.

use kubesift_model::{Build, Graph, Link, LinkTarget as Target, Part, Relation, Resource};
use kubesift_project::{Analysis, Homes};
use kubesift_source::{FileId, Span};
use kubesift_yaml::Node;

use crate::kustomization::{Kustomization, Leads, fits, parts};
use crate::named::{Named, is_part, key_node, meant};
use crate::occurrences::occurrences;
use crate::seen::{Seen, each, touches};
use crate::selectors::{Looks, namespace_objects, peers, pod_selectors, selected};

/// A place to go to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// The name, key or selector to put the cursor on.
    pub at: Span,
    /// All that belongs to it: the object or the entry.
    pub whole: Span,
}

impl Destination {
    pub(crate) fn of(resource: &Resource, homes: &Homes<'_>) -> Self {
        let node = resource.node();
        let name = node.at("metadata.name").or_else(|| node.get("kind")).unwrap_or(node);
        Self::at(name, node, homes)
    }

    /// The first byte of a file.
    pub(crate) fn file(file: FileId) -> Self {
        let at = Span::new(file, 0, 0);
        Self { at, whole: at }
    }

    pub(crate) fn at(node: Node<'_>, whole: Node<'_>, homes: &Homes<'_>) -> Self {
        let at = homes.origin(node.place()).span;
        let whole = homes.origin(whole.entry_span()).span;
        // What was built of several files has no whole in any of them.
        Self { at, whole: if whole.contains(at) { whole } else { at } }
    }
}

/// Where the reference at a place leads: to the objects it means, or to the key, port, volume or
/// container of one; from an entry of a kustomization to the file, from the target of a patch to the
/// objects. Sorted, each once; empty where there is no reference, where none leads anywhere in the
/// build, and where something is declared.
pub fn definition(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Destination> {
    if let Some(kustomization) = Kustomization::of(analysis, file) {
        return settled(of_kustomization(analysis, &kustomization, file, offset));
    }
    let mut found = Vec::new();
    each(analysis, file, offset, |seen, homes| {
        if !seen.is_declaration() {
            found.extend(leads(&seen, homes));
        }
    });
    settled(found)
}

fn leads(seen: &Seen<'_, '_>, homes: &Homes<'_>) -> Vec<Destination> {
    if let Some(link) = seen.link() {
        return targets(link, seen, homes);
    }
    let selected = selected_at(seen);
    if !selected.is_empty() {
        return selected.into_iter().map(|one| Destination::of(one, homes)).collect();
    }
    let meant = meant(seen);
    match meant.declared {
        true => Vec::new(),
        false => meant.symbols.iter().flat_map(|one| declared(seen.graph, one, homes)).collect(),
    }
}

/// What a selector at a place means that is no link: a peer of a policy, a term of an affinity.
fn selected_at<'a>(seen: &Seen<'_, 'a>) -> Vec<&'a Resource> {
    let here = |node: Node<'_>| touches(node.entry_span(), seen.at);
    if seen.resource.is("networking.k8s.io/NetworkPolicy") {
        let chosen = peers(seen.resource).into_iter().filter_map(|peer| peer.namespaces);
        if let Some(chosen) = chosen.into_iter().find(|chosen| here(*chosen)) {
            return namespace_objects(seen.graph, chosen);
        }
    }
    let mut selectors = pod_selectors(seen.resource).into_iter();
    match selectors.find(|one| here(one.node)) {
        Some(one) if one.looks != Looks::Own => selected(seen.graph, seen.resource, &one),
        _ => Vec::new(),
    }
}

/// Where a symbol is declared.
fn declared<'a>(graph: &Graph<'a>, symbol: &Named<'a>, homes: &Homes<'_>) -> Vec<Destination> {
    match *symbol {
        Named::Object(object) => vec![Destination::of(object, homes)],
        Named::ServicePort(_, port) | Named::ContainerPort(_, port) => {
            vec![Destination::at(port, port, homes)]
        }
        _ => {
            let all = occurrences(graph, symbol).into_iter().filter(|one| one.declares);
            all.map(|one| Destination::at(one.node, one.node, homes)).collect()
        }
    }
}

/// Where an entry of a kustomization leads, or the target of a patch of it.
fn of_kustomization(
    analysis: &Analysis,
    kustomization: &Kustomization<'_>,
    file: FileId,
    offset: u32,
) -> Vec<Destination> {
    let at = Span::new(file, offset, offset);
    if let Some(leads) = kustomization.entry_at(analysis, at) {
        let Leads::File(file) = leads else { return Vec::new() };
        return vec![Destination::file(file)];
    }
    let Some(target) = kustomization.selection_at(at) else { return Vec::new() };
    let homes = analysis.homes();
    // The objects of the builds that this file takes part in.
    let mut found = Vec::new();
    for build in &analysis.outcome.builds {
        let resources = build.resources.iter();
        let resources = resources.filter_map(|id| analysis.resources.get(id.0 as usize));
        let meant = resources.filter(|one| one.is_built() && fits(target, one));
        let near: Vec<Destination> = meant.map(|one| Destination::of(one, &homes)).collect();
        if near.is_empty() || !takes_part(analysis, build, kustomization, &homes) {
            continue;
        }
        found.extend(near);
    }
    found
}

/// True when a kustomization is one of those that a build was made from.
fn takes_part(
    analysis: &Analysis,
    build: &Build,
    kustomization: &Kustomization<'_>,
    homes: &Homes<'_>,
) -> bool {
    let first = build.resources.first().and_then(|id| analysis.resources.get(id.0 as usize));
    let root = first.and_then(|resource| homes.files_of(resource).last().copied());
    let wanted = kustomization.root.tree().file().id;
    let parts = root.map(|root| parts(analysis, root)).unwrap_or_default();
    parts.contains(&wanted)
}

/// Who refers to what a place is about: to the object, key, port, volume or container that is
/// declared there, or that the reference there means. With `declaration`, where it is declared too.
/// Sorted, each once.
pub fn references(
    analysis: &Analysis,
    file: FileId,
    offset: u32,
    declaration: bool,
) -> Vec<Destination> {
    let mut found = Vec::new();
    each(analysis, file, offset, |seen, homes| {
        for symbol in symbols(&seen) {
            if declaration {
                found.extend(declared(seen.graph, &symbol, homes));
            }
            found.extend(uses(seen.graph, &symbol, homes));
        }
    });
    settled(found)
}

/// What is meant at a place; where a selector is, the objects that it selects.
fn symbols<'a>(seen: &Seen<'_, 'a>) -> Vec<Named<'a>> {
    let symbols = meant(seen).symbols;
    if !symbols.is_empty() {
        return symbols;
    }
    match seen.link().map(|link| &link.to) {
        Some(Target::Selected(all)) => all.iter().map(|one| Named::Object(one)).collect(),
        _ => Vec::new(),
    }
}

fn uses<'a>(graph: &Graph<'a>, symbol: &Named<'a>, homes: &Homes<'_>) -> Vec<Destination> {
    let all = occurrences(graph, symbol).into_iter().filter(|one| !one.declares);
    let mut found: Vec<Destination> =
        all.map(|one| Destination::at(one.node, one.node, homes)).collect();
    if let Named::Object(object) = symbol {
        let links = graph.links().to(object).filter(|link| link.relation == Relation::Selects);
        found.extend(links.map(|link| Destination::at(link.at, link.at, homes)));
    }
    found
}

fn targets(link: &Link<'_>, seen: &Seen<'_, '_>, homes: &Homes<'_>) -> Vec<Destination> {
    let part = link.wanted.part.filter(|(_, node)| touches(node.entry_span(), seen.at));
    let to = |resource: &Resource| match part.and_then(|(part, _)| part_of(resource, part)) {
        Some(node) => Destination::at(node, node, homes),
        None => Destination::of(resource, homes),
    };
    match &link.to {
        Target::Resource(one) | Target::Perhaps(one) | Target::MadeBy(one) => vec![to(one)],
        Target::Selected(all) => all.iter().map(|one| to(one)).collect(),
        _ => Vec::new(),
    }
}

/// The key or port of an object that a reference is about.
fn part_of<'r>(resource: &'r Resource, part: Part<'_>) -> Option<Node<'r>> {
    match part {
        Part::Key(key) => key_node(resource, key),
        part => resource.field("spec.ports").items().find(|port| is_part(*port, part)),
    }
}

fn settled(mut found: Vec<Destination>) -> Vec<Destination> {
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests;

//! What a rename must mind beside the objects of a build: whether the new name is free, and the
//! patches and targets of kustomizations that repeat the old one.

use kubesift_model::{Graph, Resource, ResourceId};
use kubesift_project::{Analysis, Homes, Use};
use kubesift_source::{FileId, Span};
use kubesift_yaml::{Document, Node};

use crate::kustomization::{Kustomization, Leads, fits, parts};
use crate::named::{Label, Named, key_node};
use crate::occurrences::{
    Occurrence, labels_of, of_label, of_volume, own_container, own_key, own_port_name,
};

/// Nothing else has the new name.
///
/// # Errors
/// A sentence that says what has.
pub(super) fn is_free<'a>(graph: &Graph<'a>, symbol: &Named<'a>, new: &str) -> Result<(), String> {
    let taken = match *symbol {
        Named::Object(object) => {
            let (group, kind) = (&object.kind.group, &object.kind.kind);
            let kind = if group.is_empty() { kind.to_string() } else { format!("{group}/{kind}") };
            let mut all = graph.of(&kind);
            all.any(|other| {
                let same = [other.name.as_deref(), other.written_name()].contains(&Some(new));
                same && other.id != object.id && other.namespace == object.namespace
            })
        }
        Named::Key(object, _) => key_node(object, new).is_some(),
        Named::ServicePort(service, _) => {
            let mut ports = service.field("spec.ports").items();
            ports.any(|port| port.get("name").and_then(Node::text) == Some(new))
        }
        Named::ContainerPort(workload, _) => !own_port_name(workload, new).is_empty(),
        Named::Volume(workload, _) => !of_volume(workload, new).is_empty(),
        Named::Container(workload, _) => !own_container(workload, new).is_empty(),
        Named::Label(label) => !of_label(graph, &Label { value: new, ..label }).is_empty(),
    };
    if taken { Err(format!("`{new}` is the name of another one already")) } else { Ok(()) }
}

/// The places in patches and targets of kustomizations that repeat the name of a part of a built
/// object; none for what stands in a file as it is.
///
/// # Errors
/// A sentence, when a patch names it in a way that cannot be followed.
pub(super) fn beside(
    analysis: &Analysis,
    homes: &Homes<'_>,
    symbol: &Named<'_>,
    old: &str,
) -> Result<Vec<Span>, String> {
    // Labels have no owner: their places in patches are those that builds show.
    let Some(owner) = symbol.owner().filter(|owner| owner.is_built()) else {
        return Ok(Vec::new());
    };
    let Some(root) = homes.files_of(owner).last().copied() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for file in parts(analysis, root) {
        let Some(kustomization) = Kustomization::of(analysis, file) else { continue };
        if let Named::Object(object) = symbol {
            targets(analysis, &kustomization, object, old, &mut found)?;
        }
        for text in kustomization.written_out() {
            if text.text().is_some_and(|text| has_word(text, old)) {
                return Err(refused(analysis, text.span(), old));
            }
        }
        for (node, _, leads, usage) in kustomization.entries(analysis) {
            if let (Use::Patch, Leads::File(patch)) = (usage, leads) {
                let target = node.parent().and_then(|entry| entry.get("target"));
                found.extend(in_patch(analysis, patch, target, symbol, old)?);
            }
        }
    }
    Ok(found)
}

fn refused(analysis: &Analysis, at: Span, old: &str) -> String {
    let file = analysis.outcome.file(at);
    let line = file.lines().line_of(at.start) + 1;
    format!("a patch or a path at {}:{line} names `{old}` in a way that is not followed", file.path)
}

/// The fields of a kustomization that mean an object by its name.
fn targets(
    analysis: &Analysis,
    kustomization: &Kustomization<'_>,
    object: &Resource,
    old: &str,
    into: &mut Vec<Span>,
) -> Result<(), String> {
    for (target, name) in kustomization.selections() {
        let Some(text) = name.text() else { continue };
        let is_kind = target.get("kind").and_then(Node::text);
        let is_kind = is_kind.is_none_or(|kind| kind == &*object.kind.kind);
        if text == old && is_kind {
            into.push(name.span());
        } else if is_kind && text != ".*" && text.contains(['*', '+', '?', '[', '(', '|', '^', '$'])
        {
            return Err(refused(analysis, name.span(), old));
        }
    }
    let made = kustomization.generated().into_iter();
    let made = made.filter(|(kind, name)| *kind == &*object.kind.kind && name.text() == Some(old));
    into.extend(made.map(|(_, name)| name.span()));
    Ok(())
}

/// The places of one file of patches.
fn in_patch(
    analysis: &Analysis,
    file: FileId,
    target: Option<Node<'_>>,
    symbol: &Named<'_>,
    old: &str,
) -> Result<Vec<Span>, String> {
    let (Some(tree), Some(owner)) = (analysis.tree(file), symbol.owner()) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for root in tree.documents().filter_map(Document::root) {
        if root.is_list() {
            let is_for = target.is_none_or(|target| fits(target, owner));
            let mut paths = root.items().flat_map(|step| [step.get("path"), step.get("from")]);
            let named = paths.find(|path| {
                path.and_then(Node::text).is_some_and(|path| is_for && has_word(path, old))
            });
            if let Some(path) = named.flatten() {
                return Err(refused(analysis, path.span(), old));
            }
            continue;
        }
        let patch = Resource::new(ResourceId(u32::MAX), tree, root, owner.pod.clone());
        let by_name =
            patch.kind.kind == owner.kind.kind && patch.name.as_deref() == owner.written_name();
        if !by_name && !target.is_some_and(|target| fits(target, owner)) {
            continue;
        }
        let own = match *symbol {
            Named::Object(_) => {
                let name = patch.node().at("metadata.name");
                found.extend(name.filter(|name| name.text() == Some(old)).map(Node::span));
                continue;
            }
            Named::Key(_, key) => own_key(&patch, key),
            Named::ServicePort(_, port) => service_port(&patch, port.get("name")),
            Named::ContainerPort(..) => own_port_name(&patch, old),
            Named::Volume(_, name) => of_volume(&patch, name),
            Named::Container(_, name) => own_container(&patch, name),
            Named::Label(label) => {
                let mut own = Vec::new();
                labels_of(&patch, &label, true, &mut own);
                own
            }
        };
        found.extend(own.iter().map(Occurrence::span));
    }
    Ok(found)
}

fn service_port<'a>(patch: &'a Resource, name: Option<Node<'_>>) -> Vec<Occurrence<'a>> {
    let ports = patch.field("spec.ports").items().filter_map(|port| port.get("name"));
    let same = ports.filter(|own| own.text() == name.and_then(Node::text));
    same.map(|node| Occurrence { node, on_key: false, declares: true }).collect()
}

/// True when a text has a name as a word of its own: between slashes, brackets, quotes, blanks.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_patches() {
        assert!(has_word("/data/key", "key"));
        assert!(has_word("spec.containers.[name=web].image", "web"));
        assert!(has_word("name: web\n", "web"));
        assert!(!has_word("web-2", "web"));
        assert!(!has_word("cobweb", "web"));
    }
}

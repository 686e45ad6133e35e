//! Annotations, which survive rendering where comments do not: `kubesift.dev/ignore.<check>` on the
//! object or its pod template, and `<container>.kubesift.dev/ignore.<check>` for one container.
//!
//! The container stands in the key's prefix because the name after the slash may have 63 letters
//! at most, which a check and a container together soon exceed; and because a container's name is
//! always a valid part of a prefix.

use kubesift_model::{Container, Pod, Resource};
use kubesift_source::Span;
use kubesift_yaml::Node;

use super::comment::{reason, unknown};
use super::foreign;
use super::report::{Defect, Remedy};
use super::{Context, Found, Meaning, Reach, Removal, Suppression, Word, nearest};
use crate::finding::Safety;

const DOMAIN: &str = "kubesift.dev";

/// Where an annotation stands.
#[derive(Clone, Copy)]
pub(super) struct Holder<'a> {
    pub resource: &'a Resource,
    /// It stands on the pod template, not on the object.
    pub template: bool,
}

impl Holder<'_> {
    /// What an annotation reaches that names no container.
    pub fn reach(&self) -> Reach {
        let path = self.resource.pod.as_ref().map(|shape| shape.path.clone().into_owned());
        match path {
            Some(path) if self.template => Reach::Template(self.resource.id, path),
            _ => Reach::Object(self.resource.id),
        }
    }
}

/// Reads the annotations and labels of an object.
pub(super) fn read<'a>(resource: &'a Resource, context: &Context) -> Found<'a> {
    let mut found = Found::default();
    let root = resource.node();
    let object = Holder { resource, template: false };
    for (key, node) in root.at("metadata.annotations").into_iter().flat_map(Node::entries) {
        entry(object, key, node, context, &mut found);
    }
    let pod = Pod::of(resource);
    if let Some(pod) = pod.filter(|pod| pod.template != root) {
        let template = Holder { resource, template: true };
        for (key, node) in pod.annotations() {
            entry(template, key, node, context, &mut found);
        }
    }
    if context.settings.foreign {
        foreign::labels(resource, pod.as_ref(), context, &mut found);
    }
    found
}

fn entry<'a>(
    holder: Holder<'a>,
    key: &'a str,
    node: Node<'a>,
    context: &Context,
    found: &mut Found<'a>,
) {
    let Some((prefix, name)) = key.split_once('/') else { return };
    let container = match prefix.strip_suffix(DOMAIN) {
        Some("") => None,
        Some(container) if container.ends_with('.') => Some(container.trim_end_matches('.')),
        _ => {
            if context.settings.foreign {
                foreign::annotation(holder, prefix, name, node, context, found);
            }
            return;
        }
    };
    own(holder, container, name, node, context, found);
}

fn own<'a>(
    holder: Holder<'a>,
    container: Option<&str>,
    name: &'a str,
    node: Node<'a>,
    context: &Context,
    found: &mut Found<'a>,
) {
    let at = node.place();
    let mut defect = |message: String, remedy: Remedy<'a>| {
        found.defects.push(Defect { at, message, remedy, resource: Some(holder.resource) });
    };
    let Some(check) = name.strip_prefix("ignore.") else {
        let meant = nearest(name.split('.').next().unwrap_or_default(), ["ignore"]);
        let hint =
            if meant.is_some() { "; did you mean `kubesift.dev/ignore.<check>`?" } else { "" };
        defect(format!("no annotation of kubesift is called `{name}`{hint}"), Remedy::None);
        return;
    };
    let reach = match container {
        None => holder.reach(),
        Some(container) => match find(holder.resource, container) {
            Some(node) => {
                Reach::Container(holder.resource.id, container.to_owned(), node.entry_span())
            }
            None => {
                let removal = removal(holder, node);
                let message = format!("the object has no container `{container}`");
                defect(message, Remedy::Remove(removal));
                return;
            }
        },
    };
    let word = Word {
        text: check.to_owned(),
        at: part_of_key(node, check).unwrap_or(at),
        meaning: Meaning::of(check, context.entries),
        used: false,
    };
    if let Some(mut unknown) = unknown(&word, context) {
        unknown.resource = Some(holder.resource);
        if word.at == at {
            unknown.remedy = Remedy::None;
        }
        found.defects.push(unknown);
        return;
    }
    let words = vec![word];
    let reason = match reason(node.text().unwrap_or_default(), &words, context) {
        Ok(reason) => reason,
        Err((message, remove)) => {
            let removal = removal(holder, node);
            defect(message, if remove { Remedy::Remove(removal) } else { Remedy::None });
            return;
        }
    };
    found.all.push(Suppression {
        kind: "annotation",
        tool: None,
        at,
        list: None,
        words,
        reason,
        needle: None,
        reach,
        removal: removal(holder, node),
    });
}

/// A changed annotation of a pod template starts the pods anew.
fn removal<'a>(holder: Holder<'a>, node: Node<'a>) -> Removal<'a> {
    Removal::Entry(node, if holder.template { Safety::Unsafe } else { Safety::Safe })
}

/// The object of a container of a name.
pub(super) fn find<'a>(resource: &'a Resource, name: &str) -> Option<Node<'a>> {
    let containers = Pod::of(resource).map(|pod| pod.containers()).unwrap_or_default();
    containers
        .iter()
        .find(|container| container.name() == name)
        .map(|found: &Container<'a>| found.node)
}

/// The bytes of a key's last part, when they stand in the text as they are.
fn part_of_key(node: Node<'_>, part: &str) -> Option<Span> {
    let key = node.key_span()?;
    let text = node.tree().file().slice(key);
    let start = key.start + text.rfind(part)? as u32;
    Some(Span::new(key.file, start, start + part.len() as u32))
}

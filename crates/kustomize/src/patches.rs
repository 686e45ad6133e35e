//! The patches of a kustomization: what an entry of `patches`, `patchesJson6902` or
//! `patchesStrategicMerge` is, which objects it is for, and what must not change by it. How a patch
//! changes an object is left to `merge` and `json6902`.

mod text;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use kubesift_source::Span;
use smol_str::SmolStr;

use crate::id::Id;
use crate::json6902::{self, Language};
use crate::load::{objects, place};
use crate::merge::{Outcome, merge};
use crate::resource::{Behavior, Resource};
use crate::schema::Schemas;
use crate::selector::Selector;
use crate::shared;
use crate::tree::{Entry, Map, Node, Scalar, Value};
use crate::trouble::{Class, Trouble};

pub(crate) use text::{Source, Text};

/// Which field an entry is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `patches`: the text decides.
    Either,
    /// `patchesStrategicMerge`: a path, or the patches themselves.
    StrategicMerge,
    /// `patchesJson6902`.
    Json6902,
}

/// Gets the text of patches.
pub(crate) trait Texts {
    /// What is in the file that a scalar names.
    fn file(&self, path: &Node) -> Result<Text, Vec<Trouble>>;

    /// What is in a scalar.
    fn inline(&self, text: &Node) -> Result<Text, Vec<Trouble>>;
}

/// What an entry came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    /// Patches in it; none in an empty file.
    pub patches: usize,
    /// Objects that it was for, each counted once for each patch. Kustomize says nothing when a target
    /// means no object at all.
    pub targets: usize,
    /// Objects that it deleted.
    pub deleted: Vec<Id>,
}

/// A patch that was read.
enum Patch {
    /// Objects to be merged.
    Merge(Vec<Node>),
    /// Operations.
    Json(Vec<Node>, Language),
}

/// What a patch may change beside what is in it.
#[derive(Debug, Clone, Copy, Default)]
struct Allowed {
    name: bool,
    kind: bool,
}

/// Does an entry's patches to the objects that they are for.
///
/// # Errors
/// What is wrong with the entry, its text or its targets. The patches before it are then done.
pub(crate) fn apply(
    form: Form,
    entry: &Node,
    texts: &dyn Texts,
    schemas: &Schemas,
    resources: &mut Vec<Resource>,
) -> Result<Applied, Vec<Trouble>> {
    let target = target(entry).map_err(|trouble| vec![trouble])?;
    let patch = read(form, entry, texts)?;
    let mut step = Step { form, entry, schemas, resources, applied: Applied::default() };
    let result = match (&patch, &target) {
        (Patch::Merge(patches), None) => step.merge_each(patches),
        (Patch::Merge(patches), Some(target)) => step.merge_selected(patches, target),
        (Patch::Json(operations, language), target) => {
            step.json(operations, *language, target.as_ref())
        }
    };
    let Step { applied, .. } = step;
    if !applied.deleted.is_empty() {
        resources.retain(|resource| !is_deleted(resource));
    }
    result.map(|()| applied).map_err(|trouble| vec![trouble])
}

/// The target of an entry, when it has one.
fn target(entry: &Node) -> Result<Option<Selector>, Trouble> {
    let target = entry.get("target").filter(|target| !target.is_null());
    target.map(Selector::parse).transpose()
}

/// The text of an entry, as what it is.
fn read(form: Form, entry: &Node, texts: &dyn Texts) -> Result<Patch, Vec<Trouble>> {
    if form == Form::StrategicMerge {
        return read_merge(entry, texts).map(Patch::Merge);
    }
    let filled = |key: &str| {
        let node = entry.get(key)?;
        (!node.text()?.trim().is_empty()).then_some(node)
    };
    let text = match (filled("path"), filled("patch")) {
        (Some(path), None) => texts.file(path)?,
        (None, Some(patch)) => texts.inline(patch)?,
        (Some(_), Some(patch)) => {
            let message = "the entry has both `path` and `patch`";
            return Err(vec![
                Trouble::fatal(Class::Patch, patch.origin.span, message).help("remove one of them"),
            ]);
        }
        (None, None) => {
            let message = "the entry has neither `path` nor `patch`";
            return Err(vec![
                Trouble::fatal(Class::Patch, place(entry), message)
                    .help("name a file in `path`, or write the patch in `patch`"),
            ]);
        }
    };
    if let Some(operations) = text.operations() {
        return Ok(Patch::Json(operations.to_vec(), text.language()));
    }
    if form == Form::Json6902 {
        let message = "this is no JSON patch: a list of operations is expected";
        return Err(vec![
            Trouble::fatal(Class::Patch, text.place(entry), message)
                .help("write a list like `- {op: replace, path: /spec/replicas, value: 2}`"),
        ]);
    }
    if text.is_json_only() {
        let message = "text that begins with `[` is read as JSON, and this is none";
        return Err(vec![
            Trouble::fatal(Class::Patch, text.place(entry), message)
                .help("write it as YAML, one operation on a line after `- `"),
        ]);
    }
    objects(text.documents).map(Patch::Merge).map_err(as_patch)
}

/// The patches that an entry of `patchesStrategicMerge` holds or names.
fn read_merge(entry: &Node, texts: &dyn Texts) -> Result<Vec<Node>, Vec<Trouble>> {
    let written = entry.text().unwrap_or_default();
    if written.contains(['\n', '{', ':']) {
        let inline = texts.inline(entry).and_then(|text| objects(text.documents));
        match inline {
            Err(troubles) if written.contains('\n') => return Err(as_patch(troubles)),
            Err(_) => {}
            Ok(patches) => return Ok(patches),
        }
    }
    texts.file(entry).and_then(|text| objects(text.documents)).map_err(as_patch)
}

/// Troubles with objects, as troubles with patches.
fn as_patch(mut troubles: Vec<Trouble>) -> Vec<Trouble> {
    for trouble in &mut troubles {
        if trouble.class == Class::Unreadable {
            trouble.class = Class::Patch;
        }
    }
    troubles
}

/// An entry at work.
struct Step<'a> {
    form: Form,
    entry: &'a Node,
    schemas: &'a Schemas,
    resources: &'a mut Vec<Resource>,
    applied: Applied,
}

impl Step<'_> {
    /// Merges each patch into the one object that it names.
    fn merge_each(&mut self, patches: &[Node]) -> Result<(), Trouble> {
        let allowed = self.allowed();
        for patch in patches {
            self.applied.patches += 1;
            let id = Resource::new(patch.clone(), patch.origin.span).id();
            let at = self.named(&id, patch)?;
            let copied = match self.form {
                Form::StrategicMerge => Some(copied(patch, &["labels", "annotations"])),
                // Kustomize writes the options into the annotations of the patch.
                _ if allowed.name || allowed.kind => Some(copied(patch, &["annotations"])),
                _ => None,
            };
            self.merge(at, copied.as_ref().unwrap_or(patch), allowed)?;
            if self.form == Form::StrategicMerge {
                self.check_unique(patch)?;
            }
        }
        Ok(())
    }

    /// Merges the one patch into the objects that the target means.
    fn merge_selected(&mut self, patches: &[Node], target: &Selector) -> Result<(), Trouble> {
        let [patch] = patches else {
            let Some(second) = patches.get(1) else { return Ok(()) };
            let message = "several patches in one entry cannot have a target";
            return Err(Trouble::fatal(Class::Patch, place(second), message)
                .help("give each an entry of its own, or remove the target"));
        };
        self.applied.patches = 1;
        let allowed = self.allowed();
        let mut patch = copied(patch, &["labels", "annotations"]);
        for at in 0..self.resources.len() {
            let Some(resource) = self.resources.get(at).filter(|one| target.matches(one)) else {
                continue;
            };
            set_version(&mut patch, resource);
            self.merge(at, &patch, allowed)?;
        }
        self.check_unique(&patch)
    }

    /// Kustomize gathers all objects anew after a merge, and so finds what patches gave one identity.
    fn check_unique(&self, patch: &Node) -> Result<(), Trouble> {
        let mut seen = HashSet::with_capacity(self.resources.len());
        for resource in self.resources.iter().filter(|one| !is_deleted(one)) {
            let word = |key| resource.node.get(key).and_then(Node::text).unwrap_or_default();
            let namespace = match resource.namespace() {
                "" => "default",
                namespace => namespace,
            };
            if !seen.insert((word("apiVersion"), word("kind"), namespace, resource.name())) {
                let message = format!("patches leave several objects called {}", resource.id());
                return Err(Trouble::fatal(Class::Duplicate, name_span(patch), message)
                    .help("give them different names, or delete all but one"));
            }
        }
        Ok(())
    }

    fn allowed(&self) -> Allowed {
        let is_set = |key| self.entry.at(&["options", key]).and_then(Node::text) == Some("true");
        Allowed { name: is_set("allowNameChange"), kind: is_set("allowKindChange") }
    }

    /// The one object that has or had the identity of a patch.
    fn named(&self, id: &Id, patch: &Node) -> Result<usize, Trouble> {
        let mut found = self.resources.iter().enumerate().filter(|(_, one)| is_called(one, id));
        let at = name_span(patch);
        let Some((index, _)) = found.next() else {
            let message = format!("no object is called {id}, so the patch has nothing to change");
            return Err(Trouble::fatal(Class::PatchTarget, at, message).help(
                "its apiVersion, kind, name and namespace must be those of an object in `resources`",
            ));
        };
        if found.next().is_some() {
            let message = format!("several objects are or were called {id}");
            return Err(Trouble::fatal(Class::PatchTarget, at, message)
                .help("say which in `target`, by namespace or by label"));
        }
        Ok(index)
    }

    /// Merges a patch into an object. Its name, namespace and kind stay, unless they may change.
    fn merge(&mut self, at: usize, patch: &Node, allowed: Allowed) -> Result<(), Trouble> {
        let Some(resource) = self.resources.get_mut(at) else { return Ok(()) };
        self.applied.targets += 1;
        let id = resource.id();
        let kept = Kept::of(&resource.node);
        let outcome = merge(&mut resource.node, patch, self.schemas)?;
        if outcome == Outcome::Deleted || is_deleted(resource) {
            resource.node.value = Value::Map(Map::default());
            self.applied.deleted.push(id);
            return Ok(());
        }
        shared::follow_all(&mut resource.node, patch.origin.span);
        kept.restore(&mut resource.node, allowed);
        if drops_annotations(patch) {
            forget(resource);
        }
        if resource.id() != id {
            resource.previous.push(id);
        }
        Ok(())
    }

    /// Does operations to the objects that the target means.
    fn json(
        &mut self,
        operations: &[Node],
        language: Language,
        target: Option<&Selector>,
    ) -> Result<(), Trouble> {
        let Some(target) = target else {
            let message = "a JSON patch needs a target";
            return Err(Trouble::fatal(Class::PatchTarget, place(self.entry), message)
                .help("say which objects it is for: `target: {kind: …, name: …}`"));
        };
        if self.form == Form::Json6902 {
            self.check_named(operations)?;
        }
        self.applied.patches = 1;
        for resource in self.resources.iter_mut().filter(|one| target.matches(one)) {
            self.applied.targets += 1;
            let id = resource.id();
            let noted = self.form == Form::Either || is_noted(resource);
            if noted {
                make_annotations(&mut resource.node, self.entry);
            }
            json6902::apply(&mut resource.node, operations, language)?;
            if noted {
                drop_annotations(&mut resource.node);
            }
            if resource.name().is_empty() || resource.id().gvk.kind.is_empty() {
                let message = format!("the patch leaves {id} without a name or a kind");
                return Err(Trouble::fatal(Class::Patch, place(self.entry), message));
            }
            // `patchesJson6902` does not remember what an object was called.
            if self.form == Form::Either && resource.id() != id {
                resource.previous.push(id);
            }
        }
        Ok(())
    }

    /// `patchesJson6902` asks for a name, and for operations.
    fn check_named(&self, operations: &[Node]) -> Result<(), Trouble> {
        let name = self.entry.at(&["target", "name"]).and_then(Node::text).unwrap_or_default();
        if name.is_empty() {
            let at = self.entry.get("target").map_or_else(|| place(self.entry), place);
            let message = "the target of an entry of `patchesJson6902` needs a name";
            return Err(Trouble::fatal(Class::PatchTarget, at, message)
                .help("say `name`, or use `patches`, where it may be left out"));
        }
        if operations.is_empty() {
            let message = "the patch has no operations";
            return Err(Trouble::fatal(Class::Patch, place(self.entry), message));
        }
        Ok(())
    }
}

/// True when an object has or had an identity.
fn is_called(resource: &Resource, id: &Id) -> bool {
    if resource.previous.iter().any(|previous| previous.is_same(id)) {
        return true;
    }
    resource.name() == id.name && resource.id().is_same(id)
}

fn is_deleted(resource: &Resource) -> bool {
    resource.node.as_map().is_none_or(Map::is_empty)
}

/// True when kustomize keeps notes in the annotations of an object: what it was called, how it was
/// made.
fn is_noted(resource: &Resource) -> bool {
    !resource.previous.is_empty()
        || !resource.prefixes.is_empty()
        || !resource.suffixes.is_empty()
        || resource.needs_hash
        || resource.behavior != Behavior::Unspecified
}

/// True for a patch that takes all annotations away.
fn drops_annotations(patch: &Node) -> bool {
    let Some(annotations) = patch.at(&["metadata", "annotations"]) else { return false };
    let directive = annotations.get("$patch").and_then(Node::text);
    annotations.is_null() || matches!(directive, Some("delete" | "replace"))
}

/// Kustomize's notes went with the annotations: it no longer knows what the object was called.
fn forget(resource: &mut Resource) {
    resource.previous.clear();
    resource.prefixes.clear();
    resource.suffixes.clear();
    resource.needs_hash = false;
    resource.behavior = Behavior::Unspecified;
}

/// Gives an object the annotations that kustomize keeps notes in, so that a JSON patch can add to
/// them though the object has none of its own.
fn make_annotations(node: &mut Node, entry: &Node) {
    let metadata = node.get_mut("metadata").and_then(Node::as_map_mut);
    if let Some(metadata) = metadata {
        metadata.map_at("annotations", &entry.origin);
    }
}

/// Takes annotations away that hold nothing.
fn drop_annotations(node: &mut Node) {
    let Some(metadata) = node.get_mut("metadata").and_then(Node::as_map_mut) else { return };
    let annotations = metadata.get("annotations").and_then(Node::as_map);
    if annotations.is_some_and(Map::is_empty) {
        metadata.remove("annotations");
    }
}

/// Where a patch says what it is for: its name.
fn name_span(patch: &Node) -> Span {
    patch.at(&["metadata", "name"]).map_or_else(|| place(patch), |name| name.origin.span)
}

/// The fields that a patch does not change.
struct Kept {
    kind: Option<Entry>,
    name: Option<Entry>,
    namespace: Option<Entry>,
}

impl Kept {
    fn of(node: &Node) -> Self {
        let metadata = node.get("metadata").and_then(Node::as_map);
        let of = |key| metadata.and_then(|map| map.entry(key)).cloned();
        let kind = node.as_map().and_then(|map| map.entry("kind")).cloned();
        Self { kind, name: of("name"), namespace: of("namespace") }
    }

    fn restore(self, node: &mut Node, allowed: Allowed) {
        let origin = node.origin.clone();
        let Some(map) = node.as_map_mut() else { return };
        if !allowed.kind {
            put(map, "kind", self.kind);
        }
        let metadata = map.map_at("metadata", &origin);
        let Some(metadata) = metadata.as_map_mut() else { return };
        if !allowed.name {
            put(metadata, "name", self.name);
        }
        put(metadata, "namespace", self.namespace);
    }
}

fn put(map: &mut Map, key: &str, entry: Option<Entry>) {
    match entry {
        Some(entry) => {
            map.insert(entry);
        }
        None => {
            map.remove(key);
        }
    }
}

/// A patch as kustomize copies it before it merges it into objects that a target means, or that an
/// entry of `patchesStrategicMerge` names: labels and annotations become text on the way, `null` as
/// well, so that none of them can be removed so.
fn copied(patch: &Node, fields: &[&str]) -> Node {
    let mut patch = patch.clone();
    let Some(metadata) = patch.get_mut("metadata").and_then(Node::as_map_mut) else { return patch };
    for key in fields {
        let Some(node) = metadata.get_mut(key) else { continue };
        match &mut node.value {
            Value::Map(map) if !map.is_empty() => {
                map.entries_mut().iter_mut().for_each(|entry| make_text(&mut entry.value));
            }
            _ => {
                metadata.remove(key);
            }
        }
    }
    patch
}

fn make_text(node: &mut Node) {
    let text = match &node.value {
        Value::Scalar(scalar) if scalar.quoted => return,
        Value::Scalar(scalar) => scalar.text.clone(),
        _ => SmolStr::default(),
    };
    node.value = Value::Scalar(Scalar { quoted: true, ..Scalar::string(text) });
}

/// Gives a patch the `apiVersion` of the object: with a target, its own does not count.
fn set_version(patch: &mut Node, resource: &Resource) {
    let version = resource.node.as_map().and_then(|map| map.entry("apiVersion")).cloned();
    if let (Some(map), Some(version)) = (patch.as_map_mut(), version) {
        map.insert(version);
    }
}

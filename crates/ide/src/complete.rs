//! What fits where a person types: names, keys, labels and ports that the builds of the file hold,
//! files beside a kustomization, and the words of kubesift's own comments and configuration. Nothing
//! that a schema of Kubernetes knows: other servers offer that.

mod checks;
mod cursor;
mod kustomization;
mod labels;
mod names;
mod pods;

use std::collections::HashSet;
use std::ops::Range;

use kubesift_engine::Entry;
use kubesift_model::{BuildId, Graph, Resource};
use kubesift_project::Analysis;
use kubesift_yaml::{Node, Scalar, resolve};

use crate::place::object_of;
use crate::seen::find_file;
use crate::symbols::{resource, workloads};
use cursor::{Cursor, Slot, Token};

/// What an offer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// An object's name.
    Object,
    /// A key of a ConfigMap or Secret.
    Key,
    /// A port, by number or name.
    Port,
    /// A label's key or value.
    Label,
    /// A name that stands elsewhere in the object: a volume, a container; or a namespace.
    Name,
    /// A check, or a family of checks.
    Check,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A word of the configuration.
    Word,
}

/// Something that fits where a person types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and what the words that are typed are compared with.
    pub label: String,
    /// What it is, in a few words.
    pub detail: String,
    /// The text that takes the place of `replace`; in quotes where YAML needs them.
    pub insert: String,
    /// Bytes (half-open) of the text that was given.
    pub replace: Range<u32>,
    /// What it is.
    pub kind: ItemKind,
}

/// Something that fits, before it is written.
#[derive(Debug, Clone)]
struct Offer {
    label: String,
    detail: String,
    kind: ItemKind,
    /// It may stand as a number or a boolean: a port, a switch.
    bare: bool,
}

impl Offer {
    fn new(label: impl Into<String>, detail: impl Into<String>, kind: ItemKind) -> Self {
        Self { label: label.into(), detail: detail.into(), kind, bare: false }
    }

    fn bare(mut self) -> Self {
        self.bare = true;
        self
    }
}

/// Offers that one question gives at most: more are not read, and a client shows no sooner what it was
/// given in one piece. What else fits is offered when more is typed.
const MOST: usize = 100;

/// What fits at a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// Best first, each once.
    pub items: Vec<Item>,
    /// More would fit: it should be asked again when more is typed.
    pub is_incomplete: bool,
}

/// Builds that are asked.
const BUILDS: usize = 8;

/// What fits at a byte of a text that is being written. `path` is the file's as
/// the analysis shows it (it need not be part of it yet), `text` is what the editor holds now; the
/// analysis may be of an older one. `checks` is the registry. Nothing where nothing fits.
pub fn complete(
    analysis: &Analysis,
    checks: &'static [Entry],
    path: &str,
    text: &str,
    offset: u32,
) -> Completion {
    let at = text.floor_char_boundary((offset as usize).min(text.len()));
    match cursor::find(text, at) {
        Cursor::Comment(typed) => {
            let items = checks::in_comment(analysis, checks, path, typed, at);
            Completion { items, is_incomplete: false }
        }
        Cursor::Token(token) => {
            let typed = text.get(token.inner.start..at).unwrap_or_default();
            let (mut items, mut is_incomplete) = (Vec::new(), false);
            for as_key in token.forms() {
                let Some(slot) = cursor::slot(text, &token, *as_key) else { continue };
                let mut offers = offers(analysis, checks, path, &slot);
                is_incomplete |= limit(&mut offers, typed);
                items.extend(offers.into_iter().map(|offer| written(offer, text, &token, *as_key)));
            }
            let mut seen = HashSet::new();
            items.retain(|item| seen.insert((item.label.clone(), item.insert.clone())));
            Completion { items, is_incomplete }
        }
    }
}

/// Of more offers than anybody reads, leaves the first that what is typed may become; says whether
/// there were more.
fn limit(offers: &mut Vec<Offer>, typed: &str) -> bool {
    // Checks are as many as they are, and whoever looks for one wants to see them all.
    let are_checks = offers.iter().any(|offer| offer.kind == ItemKind::Check);
    if offers.len() <= MOST || are_checks {
        return false;
    }
    offers.retain(|offer| may_become(typed, &offer.label));
    offers.truncate(MOST);
    true
}

/// True when the letters of a word stand in another in their order, whatever their case: how clients
/// compare them.
fn may_become(typed: &str, label: &str) -> bool {
    let mut letters = label.chars();
    typed.chars().all(|wanted| letters.any(|letter| letter.eq_ignore_ascii_case(&wanted)))
}

fn offers(analysis: &Analysis, checks: &'static [Entry], path: &str, slot: &Slot) -> Vec<Offer> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some(node) = slot.node() else { return Vec::new() };
    if matches!(name, ".kubesift.yaml" | ".kubesift.yml") {
        return checks::in_config(checks, node, slot.as_key);
    }
    if matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization") {
        return kustomization::offers(analysis, path, node, slot.as_key);
    }
    let Some(root) = object_of(node) else { return Vec::new() };
    let own = resource(&slot.tree, root, &workloads(analysis));
    let ask =
        Ask { analysis, builds: builds_of(analysis, path), own: &own, node, as_key: slot.as_key };
    let all = [names::offers(&ask), pods::offers(&ask), labels::offers(&ask)];
    all.into_iter().flatten().collect()
}

/// A question about a place in an object that is being written.
struct Ask<'q, 't> {
    analysis: &'q Analysis,
    builds: Vec<BuildId>,
    /// The object as it is now.
    own: &'t Resource,
    /// The scalar that is typed, or the entry whose key is.
    node: Node<'t>,
    as_key: bool,
}

impl Ask<'_, '_> {
    /// Asks the graph of every build that the file is part of.
    fn each_graph(&self, mut ask: impl for<'g, 'a> FnMut(&'g Graph<'a>)) {
        for build in &self.builds {
            self.analysis.with_graph(*build, |graph| ask(graph));
        }
    }

    /// True for an object of the same namespace, or that may be: one of the two states none, or a
    /// build puts it there.
    fn is_near(&self, other: &Resource) -> bool {
        may_be_in(other, self.own.namespace.as_deref())
    }

    /// What stands in the key of the list or mapping around the place.
    fn around(&self) -> Option<&str> {
        self.node.parent().and_then(Node::key)
    }
}

fn may_be_in(resource: &Resource, namespace: Option<&str>) -> bool {
    let Some(wanted) = namespace else { return true };
    let stated = [resource.namespace.as_deref(), resource.written_namespace()];
    stated.into_iter().any(|one| one.is_none_or(|one| one == wanted))
}

/// The builds that a file is part of; of a file that is new, those of the nearest folder above it
/// that has some.
fn builds_of(analysis: &Analysis, path: &str) -> Vec<BuildId> {
    let spots = find_file(analysis, path).map(|file| analysis.spots_in(file)).unwrap_or_default();
    let mut builds: Vec<BuildId> = spots.into_iter().map(|spot| spot.build).collect();
    if builds.is_empty() {
        let all = analysis.outcome.builds.iter();
        let above = |name: &str| {
            name == "." || path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
        };
        let mut near: Vec<_> = all.filter(|build| above(&build.name)).collect();
        near.sort_by_key(|build| std::cmp::Reverse(build.name.len()));
        let nearest = near.first().map(|build| build.name.len());
        near.retain(|build| Some(build.name.len()) == nearest);
        builds = near.into_iter().map(|build| build.id).collect();
    }
    if builds.is_empty() {
        builds = analysis.outcome.builds.iter().map(|build| build.id).collect();
    }
    builds.dedup();
    builds.truncate(BUILDS);
    builds
}

/// An offer as it is written in the place of what is typed.
fn written(offer: Offer, text: &str, token: &Token, as_key: bool) -> Item {
    let Offer { label, detail, kind, bare } = offer;
    let mut insert = match token.quote {
        Some('"') => label.replace('\\', "\\\\").replace('"', "\\\""),
        Some(_) => label.replace('\'', "''"),
        None if needs_quotes(&label, bare) => {
            format!("\"{}\"", label.replace('\\', "\\\\").replace('"', "\\\""))
        }
        None => label.clone(),
    };
    if let Some(quote) = token.quote.filter(|_| !token.closed) {
        insert.push(quote);
    }
    let has_colon = text
        .get(token.outer.end..)
        .is_some_and(|rest| rest.trim_start_matches(' ').starts_with(':'));
    if as_key && !has_colon {
        insert.push_str(": ");
    }
    if token.glued {
        insert.insert(0, ' ');
    }
    let replace = token.inner.start as u32..token.inner.end as u32;
    Item { label, detail, insert, replace, kind }
}

/// True for a text that would be something else without quotes.
fn needs_quotes(text: &str, bare: bool) -> bool {
    let typed = !matches!(resolve(text), Scalar::Str);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    typed && !bare || !text.chars().all(plain) || text.starts_with('-') || text.is_empty()
}

#[cfg(test)]
mod tests;

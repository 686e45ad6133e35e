//! Brings findings home: from the text of a build, which no file holds, to the bytes that a person
//! would edit. Data in, data out; nothing points into built text afterwards.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use kubesift_engine::{Change, Finding, Fix, Note};
use kubesift_kustomize::Object;
use kubesift_model::{Resource, Workloads, Written};
use kubesift_source::{
    Edit, FileId, How, Origin, Part, Piece, SourceFile, SourceMap, Span, Step, Trail,
};
use kubesift_yaml::{Node, Tree, edit};

use crate::files;
use crate::overlays::{Overlay, Overlays};

/// A text that a build made.
#[derive(Debug, Clone)]
pub(crate) struct BuiltText {
    pub tree: Arc<Tree>,
    /// The resources of the run that stand in it.
    pub resources: Range<u32>,
    /// Position of its overlay.
    pub overlay: usize,
    /// Suppressions may stand in it.
    pub is_marked: bool,
}

/// The built texts of a run, and the files they were built from.
pub struct Homes<'a> {
    overlays: &'a Overlays,
    texts: HashMap<FileId, Text<'a>>,
    trees: HashMap<FileId, &'a Tree>,
    files: &'a [Arc<SourceFile>],
    /// No build lacks anything.
    is_whole: bool,
}

/// One built text, with what the build says of it.
#[derive(Clone, Copy)]
struct Text<'a> {
    tree: &'a Tree,
    map: &'a SourceMap,
    /// Its objects, in order.
    objects: &'a [Object],
    /// The file of the kustomization that was built.
    root: Option<FileId>,
    /// For the file of a kustomization, the entry of another that names it.
    named: &'a HashMap<FileId, Span>,
}

/// Reads the text of a build into resources. Their ids are not set yet.
pub(crate) fn read(
    at: usize,
    overlay: &Overlay,
    file: Arc<SourceFile>,
    workloads: &Workloads,
) -> (BuiltText, Vec<Resource>) {
    let mut read = files::read(file, workloads, true);
    let tree =
        read.tree.take().unwrap_or_else(|| Arc::new(kubesift_yaml::parse(read.file.clone())));
    let objects = &overlay.built.objects;
    for resource in &mut read.resources {
        let start = resource.node().span().start;
        let written = object_at(objects, start).and_then(|object| object.ids.first());
        let word = |text: &str| (!text.is_empty()).then(|| text.into());
        let (name, namespace) = match written {
            Some(id) => (word(&id.name), word(&id.namespace)),
            None => (resource.name.clone(), resource.namespace.clone()),
        };
        resource.written = Some(Box::new(Written { name, namespace }));
    }
    let text = BuiltText { tree, resources: 0..0, overlay: at, is_marked: read.is_marked };
    (text, read.resources)
}

fn object_at(objects: &[Object], at: u32) -> Option<&Object> {
    let past = objects.partition_point(|object| object.start <= at);
    objects.get(past.checked_sub(1)?).filter(|object| at < object.end)
}

/// Notes on the way of a value that are worth a line each.
const STEPS: usize = 4;

impl<'a> Homes<'a> {
    /// `files` are all of the run, by id.
    pub(crate) fn new(
        texts: &'a [BuiltText],
        overlays: &'a Overlays,
        files: &'a [Arc<SourceFile>],
    ) -> Self {
        let text = |text: &'a BuiltText| {
            let overlay = overlays.all.get(text.overlay)?;
            let built = &overlay.built;
            let (map, objects, root) =
                (&built.map, &*built.objects, overlay.files.first().copied());
            Some((
                text.tree.file().id,
                Text { tree: &text.tree, map, objects, root, named: &overlay.named },
            ))
        };
        let texts = texts.iter().filter_map(text).collect();
        let trees = overlays.trees.iter().map(|tree| (tree.file().id, &**tree)).collect();
        let is_whole = overlays.all.iter().all(|one| one.built.complete && one.built.is_ok());
        Self { overlays, texts, trees, files, is_whole }
    }

    /// The files that an object was built from, as far as settings may name it by them: the one that
    /// it is written in, the one that brings it in, the kustomization that was built. The object's
    /// own file when it was not built.
    pub fn files_of(&self, resource: &Resource) -> Vec<FileId> {
        let own = resource.file().id;
        let Some(text) = self.texts.get(&own) else { return vec![own] };
        let node = resource.node();
        let kind = node.get("kind").and_then(Node::key_span);
        let written = kind.and_then(|at| self.place(*text, at)).map(|origin| origin.span.file);
        let object = object_at(text.objects, node.span().start);
        let entered = object.map(|object| self.overlays.place(object.entered_at).file);
        let mut files: Vec<FileId> = written.into_iter().chain(entered).chain(text.root).collect();
        files.dedup();
        files
    }

    /// Where some bytes of a built text are written, with the steps of their way; none for bytes of
    /// a file.
    pub(crate) fn built(&self, at: Span) -> Option<Origin> {
        let mut origin = self.place(*self.texts.get(&at.file)?, at)?;
        let steps: Vec<(How, Span)> =
            origin.trail.steps().map(|step| (step.how, self.overlays.place(step.span))).collect();
        let trail = steps.into_iter().rev();
        origin.trail = trail.fold(Trail::default(), |trail, (how, span)| trail.then(how, span));
        Some(origin)
    }

    /// Where some bytes are written; bytes of a file stay where they are.
    pub fn span(&self, at: Span) -> Span {
        let text = self.texts.get(&at.file);
        text.and_then(|text| self.place(*text, at)).map_or(at, |origin| origin.span)
    }

    /// True for a file that builds were made from and that is judged there only. With a hole in some
    /// build no file is one: what is missing there may be what a comment is for.
    pub fn is_part(&self, file: FileId) -> bool {
        self.is_whole && self.trees.contains_key(&file)
    }

    /// True when no build lacks anything.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// True when nothing was built.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Moves every place of a finding to where it is written. False when its own place has no home,
    /// which no finding survives.
    pub fn bring(&self, finding: &mut Finding) -> bool {
        let mut notes = Vec::new();
        if let Some(text) = self.texts.get(&finding.at.file) {
            let Some(origin) = self.place(*text, finding.at) else { return false };
            finding.via = self.vias(*text, finding.at, &origin);
            notes = self.steps(&origin);
            finding.at = origin.span;
        }
        let (at, matter) = (finding.at, &mut **finding);
        self.bring_notes(&mut matter.related);
        self.bring_notes(&mut matter.hops);
        matter.related.extend(notes);
        let mut seen = HashSet::new();
        let mut is_new = |note: &Note| seen.insert((note.at, note.message.clone()));
        matter.related.retain(|note| note.at != at && is_new(note));
        matter.fix = matter.fix.take().and_then(|fix| self.fix(fix));
        true
    }

    fn bring_notes(&self, notes: &mut Vec<Note>) {
        notes.retain_mut(|note| {
            let Some(text) = self.texts.get(&note.at.file) else { return true };
            let Some(origin) = self.place(*text, note.at) else { return false };
            note.at = origin.span;
            true
        });
    }

    /// Where some bytes of a built text are written: a part of a scalar stays a part where the text
    /// is the same at both ends.
    fn place(&self, text: Text<'_>, at: Span) -> Option<Origin> {
        let mut origin = text.map.home(at.start, at.end)?;
        origin.span = self.overlays.place(origin.span);
        let holds = |piece: &&Piece| piece.start <= at.start && at.end <= piece.end;
        let fragment = text.map.fragments_in(at.start, at.end).iter().find(holds);
        let piece = fragment.or_else(|| text.map.pieces_in(at.start, at.end).iter().find(holds));
        let Some(piece) = piece.filter(|piece| (at.start, at.end) != (piece.start, piece.end))
        else {
            return Some(origin);
        };
        let home = self.overlays.place(piece.origin.span);
        if self.slice(home)? != text_of(text, piece.start, piece.end) {
            return Some(origin);
        }
        let start = home.start + (at.start - piece.start);
        let span = Span::new(home.file, start, start + at.len());
        Some(Origin { span, trail: origin.trail })
    }

    /// The places that take part in a value beside its own.
    fn vias(&self, text: Text<'_>, at: Span, origin: &Origin) -> Vec<Span> {
        let entered = object_at(text.objects, at.start).map(|object| object.entered_at);
        // From the base that has the object up to the overlay that was built.
        let named = |at: &Span| text.named.get(&at.file).copied();
        let entries = std::iter::successors(entered, named).take(text.named.len() + 1);
        let steps = origin.trail.steps().map(|step| step.span);
        steps.chain(entries).map(|at| self.overlays.place(at)).collect()
    }

    /// The way of a value, as notes: what it took over from, and what changed it.
    fn steps(&self, origin: &Origin) -> Vec<Note> {
        let words = |how: How| match how {
            How::Base => "takes the place of this value",
            How::Patch => "put there by this patch",
            How::Generator => "generated by this",
            How::Transformer => "changed by this",
            How::Replacement => "copied there by this",
            How::Reference => "follows a name that this changes",
        };
        let note = |step: &Step| Note {
            message: words(step.how).to_owned(),
            at: self.overlays.place(step.span),
        };
        origin.trail.steps().take(STEPS).map(note).collect()
    }

    fn slice(&self, span: Span) -> Option<&'a str> {
        let file = self.files.get(span.file.0 as usize)?;
        file.text().get(span.start as usize..span.end as usize)
    }

    /// The same fix where the values are written. None when some bytes that it changes are not there
    /// as they are in the built text: a person must see to it.
    fn fix(&self, mut fix: Fix) -> Option<Fix> {
        for change in std::mem::take(&mut fix.changes) {
            fix.edits.push(self.change(&change)?);
        }
        for edit in &mut fix.edits {
            let Some(text) = self.texts.get(&edit.span.file) else { continue };
            *edit = self.replacement(*text, edit)?;
        }
        Some(fix)
    }

    /// An edit that puts one scalar in the place of another.
    fn replacement(&self, text: Text<'_>, edit: &Edit) -> Option<Edit> {
        let [piece] = text.map.pieces_in(edit.span.start, edit.span.end) else { return None };
        let whole = (piece.start, piece.end) == (edit.span.start, edit.span.end);
        if !whole || piece.part != Part::Value || !is_own(piece, text) || edit.text.contains('\n') {
            return None;
        }
        edit::replace(self.value_at(piece)?, &edit.text)
    }

    fn change(&self, change: &Change) -> Option<Edit> {
        match change {
            Change::Set { file, node, missing, yaml } => {
                let text = self.texts.get(file)?;
                let home = self.node(*text, text.tree.node(*node), missing.is_empty())?;
                match missing.is_empty() {
                    true => edit::replace(home, yaml),
                    false => edit::add(home, missing, yaml),
                }
            }
            Change::Remove { file, node } => {
                let text = self.texts.get(file)?;
                edit::remove(self.node(*text, text.tree.node(*node), true)?)
            }
        }
    }

    /// The node of a file that a node of a built text was made of. With `own`, its value must be
    /// that of the file: nothing else had a hand in it.
    fn node(&self, text: Text<'_>, built: Node<'_>, own: bool) -> Option<Node<'a>> {
        if !(built.is_map() || built.is_list()) {
            let span = built.span();
            let [piece] = text.map.pieces_in(span.start, span.end) else { return None };
            if own && !is_own(piece, text) {
                return None;
            }
            return self.value_at(piece);
        }
        if let Some(key) = built.key_span() {
            let [piece] = text.map.pieces_in(key.start, key.end) else { return None };
            return self.entry_at(piece);
        }
        // An item of a list, or the object itself: the mapping that holds its name.
        let entry = ["name", "kind"].into_iter().find_map(|key| built.get(key))?;
        let key = entry.key_span()?;
        let [piece] = text.map.pieces_in(key.start, key.end) else { return None };
        self.entry_at(piece)?.parent()
    }

    /// The scalar of a file that a value was taken from.
    fn value_at(&self, piece: &Piece) -> Option<Node<'a>> {
        let span = self.overlays.place(piece.origin.span);
        let node = self.trees.get(&span.file)?.node_at(span.start)?;
        (node.span() == span).then_some(node)
    }

    /// The entry of a file that a key was taken from.
    fn entry_at(&self, piece: &Piece) -> Option<Node<'a>> {
        let key = self.overlays.place(piece.origin.span);
        let tree = self.trees.get(&key.file)?;
        let node = tree.node_at(key.start)?;
        node.ancestry()
            .into_iter()
            .find(|node| node.key_span() == Some(key))
            .or_else(|| (node.key_span() == Some(key)).then_some(node))
    }
}

fn text_of<'t>(text: Text<'t>, start: u32, end: u32) -> &'t str {
    text.tree.file().text().get(start as usize..end as usize).unwrap_or_default()
}

/// True when a scalar stands in one place as a whole: what replaced another value counts, what was
/// put together or copied does not.
fn is_own(piece: &Piece, text: Text<'_>) -> bool {
    let moved = |step: &Step| !matches!(step.how, How::Base);
    !piece.origin.trail.steps().any(moved)
        && text.map.fragments_in(piece.start, piece.end).is_empty()
}

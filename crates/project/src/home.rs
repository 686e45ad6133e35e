//! Brings findings home: from the text of a build, which no file holds, to the bytes that a person
//! would edit. Data in, data out; nothing points into built text afterwards.

use std::collections::HashMap;
use std::sync::Arc;

use kubesift_engine::{Change, Finding, Fix, Note};
use kubesift_source::{Edit, FileId, How, Origin, Part, Piece, SourceFile, SourceMap, Span, Step};
use kubesift_yaml::{Node, Tree, edit};

/// One object of a built text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piecewise {
    /// First byte of its document in the built text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The line of the kustomization that brings it into the build.
    pub entered_at: Span,
}

/// A text that a build made.
#[derive(Debug)]
pub(crate) struct BuiltText {
    pub tree: Arc<Tree>,
    pub map: SourceMap,
    /// Its objects, in order.
    pub objects: Vec<Piecewise>,
}

/// The built texts of a run, and the files they were built from.
pub(crate) struct Homes<'a> {
    texts: HashMap<FileId, &'a BuiltText>,
    trees: HashMap<FileId, &'a Tree>,
    files: &'a [Arc<SourceFile>],
}

/// Notes on the way of a value that are worth a line each.
const STEPS: usize = 4;

impl<'a> Homes<'a> {
    /// `trees` are those of the files that builds were made from; `files` are all of the run, by id.
    pub fn new(texts: &'a [BuiltText], trees: &'a [Arc<Tree>], files: &'a [Arc<SourceFile>]) -> Self {
        let texts = texts.iter().map(|text| (text.tree.file().id, text)).collect();
        let trees = trees.iter().map(|tree| (tree.file().id, &**tree)).collect();
        Self { texts, trees, files }
    }

    /// Moves every place of a finding to where it is written. False when its own place has no home,
    /// which no finding survives.
    pub fn bring(&self, finding: &mut Finding) -> bool {
        let mut notes = Vec::new();
        if let Some(text) = self.texts.get(&finding.at.file) {
            let Some(origin) = self.place(text, finding.at) else { return false };
            finding.via = self.vias(text, finding.at, &origin);
            notes = steps(&origin);
            finding.at = origin.span;
        }
        self.bring_notes(&mut finding.related);
        self.bring_notes(&mut finding.hops);
        finding.related.extend(notes);
        let at = finding.at;
        let mut seen = std::collections::HashSet::new();
        finding.related.retain(|note| note.at != at && seen.insert((note.at, note.message.clone())));
        finding.fix = finding.fix.take().and_then(|fix| self.fix(fix));
        true
    }

    fn bring_notes(&self, notes: &mut Vec<Note>) {
        notes.retain_mut(|note| {
            let Some(text) = self.texts.get(&note.at.file) else { return true };
            let Some(origin) = self.place(text, note.at) else { return false };
            note.at = origin.span;
            true
        });
    }

    /// Where some bytes of a built text are written: a part of a scalar stays a part where the text
    /// is the same at both ends.
    fn place(&self, text: &BuiltText, at: Span) -> Option<Origin> {
        let origin = text.map.home(at.start, at.end)?;
        let holds = |piece: &&Piece| piece.start <= at.start && at.end <= piece.end;
        let fragment = text.map.fragments_in(at.start, at.end).iter().find(holds);
        let piece = fragment.or_else(|| text.map.pieces_in(at.start, at.end).iter().find(holds));
        let Some(piece) = piece.filter(|piece| (at.start, at.end) != (piece.start, piece.end)) else {
            return Some(origin);
        };
        if self.slice(piece.origin.span)? != text_of(text, piece.start, piece.end) {
            return Some(origin);
        }
        let home = piece.origin.span;
        let start = home.start + (at.start - piece.start);
        let span = Span::new(home.file, start, start + at.len());
        Some(Origin { span, trail: origin.trail })
    }

    /// The places that take part in a value beside its own.
    fn vias(&self, text: &BuiltText, at: Span, origin: &Origin) -> Vec<Span> {
        let past = text.objects.partition_point(|object| object.start <= at.start);
        let object = past.checked_sub(1).and_then(|last| text.objects.get(last));
        let entered = object.filter(|object| at.start < object.end).map(|object| object.entered_at);
        let steps = origin.trail.steps().map(|step| step.span);
        steps.chain(entered).collect()
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
            *edit = self.replacement(text, edit)?;
        }
        Some(fix)
    }

    /// An edit that puts one scalar in the place of another.
    fn replacement(&self, text: &BuiltText, edit: &Edit) -> Option<Edit> {
        let [piece] = text.map.pieces_in(edit.span.start, edit.span.end) else { return None };
        let whole = (piece.start, piece.end) == (edit.span.start, edit.span.end);
        if !whole || piece.part != Part::Value || !is_own(piece, text) || edit.text.contains('\n') {
            return None;
        }
        let tree = self.trees.get(&piece.origin.span.file)?;
        let node = value_at(tree, piece.origin.span)?;
        edit::replace(node, &edit.text)
    }

    fn change(&self, change: &Change) -> Option<Edit> {
        match change {
            Change::Set { file, node, missing, yaml } => {
                let text = self.texts.get(file)?;
                let home = self.node(text, text.tree.node(*node), missing.is_empty())?;
                match missing.is_empty() {
                    true => edit::replace(home, yaml),
                    false => edit::add(home, missing, yaml),
                }
            }
            Change::Remove { file, node } => {
                let text = self.texts.get(file)?;
                edit::remove(self.node(text, text.tree.node(*node), true)?)
            }
        }
    }

    /// The node of a file that a node of a built text was made of. With `own`, its value must be
    /// that of the file: nothing else had a hand in it.
    fn node(&self, text: &BuiltText, built: Node<'_>, own: bool) -> Option<Node<'a>> {
        if !built.is_collection() {
            let span = built.span();
            let [piece] = text.map.pieces_in(span.start, span.end) else { return None };
            if own && !is_own(piece, text) {
                return None;
            }
            return value_at(self.trees.get(&piece.origin.span.file)?, piece.origin.span);
        }
        if let Some(key) = built.key_span() {
            let [piece] = text.map.pieces_in(key.start, key.end) else { return None };
            return self.entry_at(piece.origin.span);
        }
        // An item of a list, or the object itself: the mapping that holds its name.
        let entry = ["name", "kind"].into_iter().find_map(|key| built.get(key))?;
        let key = entry.key_span()?;
        let [piece] = text.map.pieces_in(key.start, key.end) else { return None };
        self.entry_at(piece.origin.span)?.parent()
    }

    fn entry_at(&self, key: Span) -> Option<Node<'a>> {
        let tree = self.trees.get(&key.file)?;
        let node = tree.node_at(key.start)?;
        node.ancestry().into_iter().find(|node| node.key_span() == Some(key)).or_else(|| {
            (node.key_span() == Some(key)).then_some(node)
        })
    }
}

fn text_of(text: &BuiltText, start: u32, end: u32) -> &str {
    text.tree.file().text().get(start as usize..end as usize).unwrap_or_default()
}

/// True when a scalar stands in one place as a whole: what replaced another value counts, what was
/// put together or copied does not.
fn is_own(piece: &Piece, text: &BuiltText) -> bool {
    let moved = |step: &Step| !matches!(step.how, How::Base);
    !piece.origin.trail.steps().any(moved)
        && text.map.fragments_in(piece.start, piece.end).is_empty()
}

fn value_at(tree: &Tree, span: Span) -> Option<Node<'_>> {
    let node = tree.node_at(span.start)?;
    (node.span() == span).then_some(node)
}

/// The way of a value, as notes: what it took over from, and what changed it.
fn steps(origin: &Origin) -> Vec<Note> {
    let words = |how: How| match how {
        How::Base => "takes the place of this value",
        How::Patch => "put there by this patch",
        How::Generator => "generated by this",
        How::Transformer => "changed by this",
        How::Replacement => "copied there by this",
        How::Reference => "follows a name that this changes",
    };
    let note = |step: &Step| Note { message: words(step.how).to_owned(), at: step.span };
    origin.trail.steps().take(STEPS).map(note).collect()
}

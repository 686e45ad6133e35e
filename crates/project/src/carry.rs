//! Carries what checks said of an object from one reading of its file to the next: an edit leaves the
//! documents above and below it as they are, and only moves them.

use std::sync::Arc;

use foldhash::HashMap;
use kubesift_engine::{Change, Finding, Matter, Note};
use kubesift_model::Resource;
use kubesift_source::{FileId, Span};
use kubesift_yaml::{Common, Tree, edit};

use crate::judge::Judged;

/// The files that were read anew, with what is as it was in each, seen from before: none where
/// nothing is.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    by_file: HashMap<FileId, Option<Common>>,
}

/// The tree of each file that some objects stand in, which are in the order of their files.
pub(crate) fn trees<'a>(
    all: impl IntoIterator<Item = &'a Resource>,
) -> impl Iterator<Item = (FileId, &'a Arc<Tree>)> {
    let mut last = None;
    let trees = all.into_iter().map(|one| (one.file().id, one.tree()));
    trees.filter(move |(file, _)| last.replace(*file) != Some(*file))
}

impl Moves {
    /// Compares the trees of some objects with those of before.
    pub fn new<'a, 'b>(
        before: impl Fn(FileId) -> Option<&'b Arc<Tree>>,
        now: impl IntoIterator<Item = &'a Resource>,
    ) -> Self {
        let mut moves = Self::default();
        for (file, tree) in trees(now) {
            if let Some(old) = before(file).filter(|old| !Arc::ptr_eq(old, tree)) {
                moves.by_file.insert(file, Common::of(old, tree));
            }
        }
        moves
    }

    /// The position of an object's node in the tree of before; none when its document is not as it
    /// was, or when more than its document counts.
    pub fn node_before(&self, resource: &Resource) -> Option<u32> {
        let common = self.by_file.get(&resource.file().id)?.as_ref()?;
        // What is said of objects that were built goes by more than their text.
        let alone = resource.facts.is_empty() && !resource.is_built();
        let node = common.reversed().node(resource.node().position()).filter(|_| alone)?;
        edit::shows_indents(resource.node()).then_some(node)
    }

    /// What was said of an object, with its places as they are now. None when one of them is gone.
    pub fn carry(&self, judged: &Judged) -> Option<Judged> {
        let mut judged = judged.clone();
        if self.by_file.is_empty() {
            return Some(judged);
        }
        if !judged.troubles.is_empty() {
            return None;
        }
        judged.findings.iter_mut().try_for_each(|finding| self.finding(finding))?;
        Some(judged)
    }

    /// The same for one finding; what is left of it when there is no answer is of no use.
    fn finding(&self, finding: &mut Finding) -> Option<()> {
        self.span(&mut finding.at)?;
        if !self.concerns(finding) {
            return Some(());
        }
        let matter = Arc::make_mut(&mut finding.matter);
        matter.via.iter_mut().try_for_each(|at| self.span(at))?;
        let mut notes = matter.related.iter_mut().chain(&mut matter.hops);
        notes.try_for_each(|Note { at, .. }| self.span(at))?;
        let Some(fix) = &mut matter.fix else { return Some(()) };
        fix.edits.iter_mut().try_for_each(|edit| self.span(&mut edit.span))?;
        fix.changes.iter_mut().try_for_each(|change| {
            let (Change::Set { file, node, .. } | Change::Remove { file, node }) = change;
            if let Some(common) = self.by_file.get(file) {
                *node = common.as_ref()?.node(*node)?;
            }
            Some(())
        })
    }

    /// True when what is said names a place in a file that was read anew.
    fn concerns(&self, matter: &Matter) -> bool {
        let notes = matter.related.iter().chain(&matter.hops).map(|note| note.at.file);
        let edits = matter.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span.file);
        let changes = matter.fix.iter().flat_map(|fix| &fix.changes).map(Change::file);
        let via = matter.via.iter().map(|at| at.file);
        notes.chain(edits).chain(changes).chain(via).any(|file| self.by_file.contains_key(&file))
    }

    fn span(&self, at: &mut Span) -> Option<()> {
        if let Some(common) = self.by_file.get(&at.file) {
            *at = common.as_ref()?.span(*at)?;
        }
        Some(())
    }
}

//! Carries what checks said of an object from one reading of its file to the next: an edit leaves the
//! documents above and below it as they are, and only moves them.

use std::sync::Arc;

use foldhash::HashMap;
use kubesift_engine::{Change, Finding, Note};
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

impl Moves {
    /// Compares the trees of some objects with those of before.
    pub fn new<'a, 'b>(
        before: impl Fn(FileId) -> Option<&'b Arc<Tree>>,
        now: impl IntoIterator<Item = &'a Resource>,
    ) -> Self {
        let mut moves = Self::default();
        let mut last = None;
        for resource in now {
            let tree = resource.tree();
            // Objects are in the order of their files.
            let file = tree.file().id;
            if last.replace(file) == Some(file) {
                continue;
            }
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

    /// True when no file was read anew.
    pub fn is_empty(&self) -> bool {
        self.by_file.is_empty()
    }

    /// What was said of an object, with its places as they are now. None when one of them is gone.
    pub fn carry(&self, judged: &Judged) -> Option<Judged> {
        if !judged.troubles.is_empty() && !self.is_empty() {
            return None;
        }
        let mut judged = judged.clone();
        judged.findings.iter_mut().try_for_each(|finding| self.finding(finding))?;
        Some(judged)
    }

    /// The same for one finding; what is left of it when there is no answer is of no use.
    fn finding(&self, finding: &mut Finding) -> Option<()> {
        if self.is_empty() {
            return Some(());
        }
        self.span(&mut finding.at)?;
        finding.via.iter_mut().try_for_each(|at| self.span(at))?;
        let mut notes = finding.related.iter_mut().chain(&mut finding.hops);
        notes.try_for_each(|Note { at, .. }| self.span(at))?;
        let Some(fix) = &mut finding.fix else { return Some(()) };
        fix.edits.iter_mut().try_for_each(|edit| self.span(&mut edit.span))?;
        fix.changes.iter_mut().try_for_each(|change| {
            let (Change::Set { file, node, .. } | Change::Remove { file, node }) = change;
            if let Some(common) = self.by_file.get(file) {
                *node = common.as_ref()?.node(*node)?;
            }
            Some(())
        })
    }

    fn span(&self, at: &mut Span) -> Option<()> {
        if let Some(common) = self.by_file.get(&at.file) {
            *at = common.as_ref()?.span(*at)?;
        }
        Some(())
    }
}

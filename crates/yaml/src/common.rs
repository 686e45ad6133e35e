//! What two readings of a file have in common: the documents before an edit and those after it, which
//! stand where they stood or some bytes further, and give the same nodes.
//!
//! What was found in such a document need not be looked for again; its places are moved instead.

use kubesift_source::{FileId, Span};

use crate::tree::{DocumentRaw, NO_ROOT, Tree};

/// The documents that two trees of one file share, seen from one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Common {
    file: FileId,
    /// Bytes up to here belong to documents that stand where they stood.
    head: u32,
    /// Bytes from here on belong to documents that have moved.
    tail: u32,
    /// By so many bytes.
    bytes: i64,
    /// Nodes before this one, and from that one on, are shared.
    head_node: u32,
    tail_node: u32,
    /// The latter have moved by so many.
    nodes: i64,
}

impl Common {
    /// Compares two readings of one file, and leads from the first to the second. None when they are
    /// of two files, or share nothing.
    ///
    /// The document on either side of what changed is not counted as shared, although its bytes are
    /// the same: what stands between two documents belongs to one of them or to the other.
    pub fn of(from: &Tree, to: &Tree) -> Option<Self> {
        if from.file.id != to.file.id {
            return None;
        }
        let (old, new) = (from.file.text().as_bytes(), to.file.text().as_bytes());
        let before = same_ahead(old, new);
        let most = old.len().min(new.len()) - before;
        let after = same_behind(&old[before..], &new[before..]).min(most);
        let edit = (before as u32, (old.len() - after) as u32);
        let bytes = new.len() as i64 - old.len() as i64;
        let nodes = to.nodes.len() as i64 - from.nodes.len() as i64;
        let count = from.documents.len();
        // Whole documents before the edit whose separator it has not touched either, but the last;
        // and the same from the end.
        let head = from.documents.iter().skip(1).take_while(|next| next.start <= edit.0).count();
        let tail = from.documents.iter().rev().skip(1).take_while(|one| one.end >= edit.1).count();
        let (head, tail) = (head.saturating_sub(1), tail.saturating_sub(1));
        let tail = tail.min(to.documents.len().saturating_sub(head));
        let heads = from.documents.iter().zip(&to.documents).take(head);
        let tails = from.documents.iter().rev().zip(to.documents.iter().rev()).take(tail);
        let (mut heads, mut tails) = (heads, tails);
        if (head == 0 && tail == 0)
            || !heads.all(|(one, other)| is_moved(one, other, 0, 0))
            || !tails.all(|(one, other)| is_moved(one, other, bytes, nodes))
        {
            return None;
        }
        let first = from.documents.get(count - tail..).unwrap_or_default();
        let last = from.documents.get(..head).unwrap_or_default();
        let end_of =
            |document: &DocumentRaw| from.nodes.get(document.root as usize).map(|n| n.next);
        Some(Self {
            file: from.file.id,
            head: last.last().map_or(0, |document| document.end),
            tail: first.first().map_or(u32::MAX, |document| document.start),
            bytes,
            head_node: last.iter().rev().find_map(end_of).unwrap_or(0),
            tail_node: first
                .iter()
                .map(|one| one.root)
                .find(|root| *root != NO_ROOT)
                .unwrap_or(NO_ROOT),
            nodes,
        })
    }

    /// The same, from the second reading to the first.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            tail: moved(self.tail, self.bytes),
            bytes: -self.bytes,
            tail_node: moved(self.tail_node, self.nodes),
            nodes: -self.nodes,
            ..self
        }
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Where some bytes are in the other reading; bytes of other files are where they were. None for
    /// bytes outside the shared documents.
    pub fn span(&self, at: Span) -> Option<Span> {
        if at.file != self.file || at.end <= self.head {
            return Some(at);
        }
        let to = |offset: u32| moved(offset, self.bytes);
        (at.start >= self.tail).then(|| Span::new(at.file, to(at.start), to(at.end)))
    }

    /// The position ([`crate::Node::position`]) that a node has in the other reading. None outside the
    /// shared documents.
    pub fn node(&self, position: u32) -> Option<u32> {
        if position < self.head_node {
            return Some(position);
        }
        (position >= self.tail_node).then(|| moved(position, self.nodes))
    }
}

/// `u32::MAX` stands for "none" and stays.
fn moved(offset: u32, by: i64) -> u32 {
    if offset == u32::MAX {
        return offset;
    }
    u32::try_from(i64::from(offset) + by).unwrap_or(u32::MAX)
}

fn is_moved(one: &DocumentRaw, other: &DocumentRaw, bytes: i64, nodes: i64) -> bool {
    one.broken == other.broken
        && moved(one.root, nodes) == other.root
        && [(one.start, other.start), (one.end, other.end), (one.tail, other.tail)]
            .into_iter()
            .all(|(one, other)| moved(one, bytes) == other)
}

/// Bytes are compared in pieces of this size before they are looked at one by one.
const PIECE: usize = 4096;

fn same_ahead(one: &[u8], other: &[u8]) -> usize {
    let pieces = one.chunks_exact(PIECE).zip(other.chunks_exact(PIECE));
    let whole = pieces.take_while(|(one, other)| one == other).count() * PIECE;
    let rest = one[whole..].iter().zip(&other[whole..]);
    whole + rest.take_while(|(one, other)| one == other).count()
}

fn same_behind(one: &[u8], other: &[u8]) -> usize {
    let pieces = one.rchunks_exact(PIECE).zip(other.rchunks_exact(PIECE));
    let whole = pieces.take_while(|(one, other)| one == other).count() * PIECE;
    let rest = one[..one.len() - whole].iter().rev().zip(other[..other.len() - whole].iter().rev());
    whole + rest.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::SourceFile;
    use proptest::prelude::*;

    use super::*;
    use crate::parse;

    fn tree(text: &str) -> Tree {
        parse(Arc::new(SourceFile::new(FileId(0), "a.yaml", text)))
    }

    fn documents(all: &[&str]) -> String {
        all.join("---\n")
    }

    /// The texts of all nodes that are shared, as each reading has them.
    fn shared(from: &Tree, to: &Tree) -> Vec<(String, String)> {
        let Some(common) = Common::of(from, to) else { return Vec::new() };
        let text = |tree: &Tree, at: u32| {
            format!("{:?} {}", tree.node(at).style(), tree.file.slice(tree.node(at).span()))
        };
        (0..from.nodes.len() as u32)
            .filter_map(|at| {
                let there = common.node(at)?;
                let (one, other) = (from.node(at).span(), to.node(there).span());
                assert_eq!(common.span(one), Some(other), "node {at}");
                assert_eq!(common.reversed().span(other), Some(one));
                assert_eq!(common.reversed().node(there), Some(at));
                Some((text(from, at), text(to, there)))
            })
            .collect()
    }

    #[test]
    fn documents_away_from_the_edit_are_shared() {
        let from = tree(&documents(&["a: 1\n", "b: 2\n", "c: 3\n", "d: 4\n", "e: 5\n", "f: 6\n"]));
        let to =
            tree(&documents(&["a: 1\n", "b: 2\n", "c: [30, 31]\n", "d: 4\n", "e: 5\n", "f: 6\n"]));
        let common = Common::of(&from, &to).expect("most is shared");
        let texts: Vec<String> = shared(&from, &to).into_iter().map(|(one, _)| one).collect();
        // The neighbours of the edit are not counted.
        assert_eq!(texts, ["Map a: 1", "Plain 1", "Map e: 5", "Plain 5", "Map f: 6", "Plain 6"]);
        let changed = from.documents().nth(2).expect("c").span();
        assert_eq!(common.span(changed), None);
        let elsewhere = Span::new(FileId(7), 2, 900);
        assert_eq!(common.span(elsewhere), Some(elsewhere));
    }

    #[test]
    fn a_document_that_comes_or_goes_moves_those_behind_it() {
        let from = tree(&documents(&["a: 1\n", "b: 2\n", "c: 3\n", "d: 4\n"]));
        let to = tree(&documents(&["new: x\n", "a: 1\n", "b: 2\n", "c: 3\n", "d: 4\n"]));
        let there: Vec<String> = shared(&from, &to).into_iter().map(|(_, one)| one).collect();
        assert!(there.contains(&"Map d: 4".to_owned()), "{there:?}");
        assert!(shared(&to, &from).iter().all(|(one, other)| one == other));
    }

    #[test]
    fn nothing_is_shared_by_what_is_all_other_or_of_another_file() {
        let one = tree("a: 1\n");
        assert_eq!(Common::of(&one, &tree("b: 1\n")), None);
        let other = parse(Arc::new(SourceFile::new(FileId(1), "b.yaml", "a: 1\n")));
        assert_eq!(Common::of(&one, &other), None);
    }

    #[test]
    fn a_broken_document_shares_nothing_that_is_read_otherwise() {
        let from =
            tree(&documents(&["a: 1\n", "b: 2\n", "c: \"3\"\n", "d: 4\n", "e: \"5\"\n", "f: 6\n"]));
        let to =
            tree(&documents(&["a: 1\n", "b: 2\n", "c: \"3\n", "d: 4\n", "e: \"5\"\n", "f: 6\n"]));
        assert!(shared(&from, &to).iter().all(|(one, other)| one == other));
    }

    fn text() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            Just("---\n".to_owned()),
            Just("# said\n".to_owned()),
            Just("--- # also\n".to_owned()),
            Just("...\n".to_owned()),
            Just("a: &x 1\n".to_owned()),
            Just("b: *x\n".to_owned()),
            Just("c: \"open\n".to_owned()),
            Just("d: |\n  text\n\n".to_owned()),
            Just("- 1\n- {e: f}\n".to_owned()),
            Just("k: [1, 2\n".to_owned()),
            Just("\u{fe}: 'x'\r\n".to_owned()),
        ];
        proptest::collection::vec(line, 0..24).prop_map(|lines| lines.concat())
    }

    proptest! {
        #[test]
        fn shared_nodes_are_the_same(base in text(), put in text(), at in 0_usize..400, cut in 0_usize..40) {
            let mut at = at.min(base.len());
            while !base.is_char_boundary(at) { at -= 1; }
            let mut end = (at + cut).min(base.len());
            while !base.is_char_boundary(end) { end += 1; }
            let edited = format!("{}{put}{}", &base[..at], &base[end..]);
            let (from, to) = (tree(&base), tree(&edited));
            for (one, other) in shared(&from, &to) {
                prop_assert_eq!(one, other);
            }
        }
    }
}

//! Doors for tests, benchmarks and the fuzz target: each reader alone, and a tree as text. Not part
//! of the API.

#![allow(clippy::use_debug)] // A dump is for developers' eyes.

use std::fmt::Write as _;
use std::sync::Arc;

use kubesift_source::SourceFile;

use crate::arena::Arena;
use crate::parse::{Reader, parse_with};
use crate::scan;
use crate::split::Chunks;
use crate::tree::{Meta, Tree, side};

/// Reads a file with granit-parser alone, its scalars decoded by granit-parser too.
pub fn parse_with_granit(file: Arc<SourceFile>) -> Tree {
    parse_with(file, Reader::Granit)
}

/// How many documents a text has, and how many of them the scanner declines.
pub fn declined(file: &SourceFile) -> (usize, Vec<(u32, u32)>) {
    let mut arena = Arena::take(file);
    let mut count = 0;
    let mut declined = Vec::new();
    for chunk in Chunks::new(file.text()) {
        count += 1;
        let mark = arena.mark();
        let scanned = scan::scan(file.text(), chunk.start as usize, chunk.end as usize, &mut arena);
        if chunk.refused.is_some() || scanned.is_err() {
            declined.push((chunk.start, chunk.end));
        }
        arena.rewind(mark);
    }
    (count, declined)
}

/// Bytes of memory that a tree's nodes and side tables hold.
pub fn size(tree: &Tree) -> usize {
    size_of_val(&*tree.nodes)
        + size_of_val(&*tree.comments)
        + size_of_val(&*tree.documents)
        + size_of_val(&*tree.texts)
        + size_of_val(&*tree.keys)
        + size_of_val(&*tree.aliases)
        + size_of_val(&*tree.typed)
        + tree.keys.iter().map(|key| key.1.len()).sum::<usize>()
}

/// All that a tree holds, one line for each thing.
pub fn dump(tree: &Tree) -> String {
    let mut out = String::new();
    for (index, document) in tree.documents.iter().enumerate() {
        let _ = writeln!(out, "document {index} {document:?}");
    }
    for (index, raw) in tree.nodes.iter().enumerate() {
        let index = index as u32;
        let node = crate::node::Node::new(tree, index);
        let _ =
            write!(out, "{index} {:?} {:?} {}..{}", raw.meta.style(), raw.meta, raw.start, raw.end);
        let _ = write!(out, " next {} text {:?}", raw.next, node.text_as_written());
        if raw.meta.has(Meta::HAS_KEY) {
            let _ = write!(out, " key {}+{} {:?}", raw.key_start, raw.key_len, node.key());
        }
        if let Some(target) = side(&tree.aliases, index) {
            let _ = write!(out, " alias of {target}");
        }
        if let Some(typed) = side(&tree.typed, index) {
            let _ = write!(out, " typed {typed:?}");
        }
        out.push('\n');
    }
    for comment in tree.comments() {
        let _ = writeln!(out, "comment {}..{}", comment.start, comment.end);
    }
    for duplicate in tree.duplicates() {
        let _ = writeln!(out, "duplicate {duplicate:?}");
    }
    for error in tree.errors() {
        let _ = writeln!(out, "error {error:?}");
    }
    out
}

/// What is wrong with a tree's own rules: spans in bounds and in order, children inside their
/// parents, `next` sane. None when nothing is.
pub fn fault(tree: &Tree) -> Option<String> {
    let text = tree.file().text();
    let place =
        |start: u32, end: u32| start <= end && text.get(start as usize..end as usize).is_some();
    let mut open: Vec<(u32, u32, u32)> = Vec::new();
    let mut last = 0;
    for (index, raw) in tree.nodes.iter().enumerate() {
        let index = index as u32;
        while open.last().is_some_and(|parent| parent.0 <= index) {
            open.pop();
        }
        let fail = |what: &str| Some(format!("node {index} {raw:?}: {what}"));
        let collection = raw.meta.style().is_collection();
        if raw.next <= index || raw.next as usize > tree.nodes.len() {
            return fail("next out of bounds");
        }
        if !collection && raw.next != index + 1 {
            return fail("next of a node without children");
        }
        let first = match raw.meta.has(Meta::HAS_KEY) {
            true => raw.key_start,
            false => raw.start,
        };
        let key_end = raw.key_start + u32::from(raw.key_len);
        if !place(raw.start, raw.end) {
            return fail("span");
        }
        if raw.meta.has(Meta::HAS_KEY) && (!place(raw.key_start, key_end) || key_end > raw.start) {
            return fail("key span");
        }
        if first < last {
            return fail("out of order");
        }
        last = first;
        if let Some((next, start, end)) = open.last().copied()
            && (raw.next > next || first < start || raw.end > end)
        {
            return fail("outside its parent");
        }
        if collection {
            open.push((raw.next, raw.start, raw.end));
        }
    }
    let mut at = 0;
    for document in &tree.documents {
        if document.start < at || !place(document.start, document.end) {
            return Some(format!("document {document:?} out of order"));
        }
        at = document.end;
    }
    let mut at = 0;
    for (start, end) in &tree.comments {
        if *start < at || !place(*start, *end) || !text[*start as usize..].starts_with('#') {
            return Some(format!("comment {start}..{end}"));
        }
        at = *end;
    }
    let bad = tree.errors().iter().find(|error| !place(error.span.start, error.span.end));
    bad.map(|error| format!("error {error:?}"))
}

//! Edits on the text of a tree, by byte span: nothing is ever written anew but what changes.
//!
//! Every function gives one [`Edit`], or none where the change cannot be made without touching
//! bytes that are not the field's own:
//! - anything in a document with errors, or with line breaks other than LF and CRLF;
//! - a value that aliases refer to, or that is in such a value, or that holds one that is referred
//!   to from outside; a value that *is* an alias; a merge key;
//! - a tagged value; an entry written `? key`; indentation with tabs in block style;
//! - a caller's YAML that is not one sound document, or that holds anchors, aliases, tags or `|+`;
//! - [`remove`] of a key that is written twice, or that a merge key would bring back;
//! - what would make a comment, or a line break, part of a block scalar.
//!
//! An edit is made for the text that its tree was read from. Two edits at one place (two keys added
//! to one mapping) must not be applied together: apply, read again, and ask again.
//!
//! What stays: every comment outside the bytes that go. A value that is replaced or an entry that
//! is removed takes along the comments between its first and last byte, the one at the end of its
//! last line, and comment lines right below that are indented deeper than it (for [`remove`] of a
//! collection). Comment lines above an entry stay when it is removed: nobody but their writer knows
//! whether they speak of the one entry or of all that follow.

mod asked;
mod block;
mod comment;
mod entry;
mod flow;
mod fragment;
mod indents;
mod page;
mod quote;
mod spot;
mod value;

use kubesift_source::Edit;

use crate::node::{Node, Value};
use crate::tree::{Meta, Style};

pub(crate) use asked::Asked;
use entry::is_block;
use fragment::{Fragment, Piece};
use spot::Spot;

pub use comment::{comment_line, insert_comment_above};
pub use quote::quote_if_needed;

/// Puts a value in the place of a node's: a scalar, a collection in brackets, or lines written at
/// column 0, which are then indented as the file does. A string takes over the quotes of the string
/// or scalar before it. Between brackets everything is written in brackets, in JSON as JSON.
pub fn replace(node: Node<'_>, yaml: &str) -> Option<Edit> {
    let fragment = Fragment::read(yaml)?;
    value::set(Spot::to_change(node)?, fragment.piece()?)
}

/// Adds the keys of `missing` (joined by dots) under a mapping or a null, the last one with the
/// value. A mapping gets its new key below its last one; `{}` in block style becomes lines.
///
/// None when the first key is there already, or `parent` is something else.
pub fn add(parent: Node<'_>, missing: &str, yaml: &str) -> Option<Edit> {
    let make = || add_value(parent, missing, yaml);
    match parent.tree().edits.get() {
        Some(asked) => asked.edit(parent.index(), missing, yaml, make),
        None => make(),
    }
}

fn add_value(parent: Node<'_>, missing: &str, yaml: &str) -> Option<Edit> {
    let fragment = Fragment::read(yaml)?;
    let keys: Vec<&str> = missing.split('.').filter(|key| !key.is_empty()).collect();
    add_piece(parent, &keys, fragment.piece()?)
}

/// Adds one key with a value, as [`add`] does; the key may hold dots.
pub fn add_entry(parent: Node<'_>, key: &str, yaml: &str) -> Option<Edit> {
    let fragment = Fragment::read(yaml)?;
    add_piece(parent, &[key], fragment.piece()?)
}

/// Adds an item at the end of a list (or in the place of a null), its string in the quotes of the
/// item before it.
pub fn append(list: Node<'_>, yaml: &str) -> Option<Edit> {
    let fragment = Fragment::read(yaml)?;
    append_piece(list, fragment.piece()?)
}

/// Appends an item to the list at `missing` under `parent`, which is not there yet.
pub(crate) fn add_list(parent: Node<'_>, missing: &str, yaml: &str) -> Option<Edit> {
    let fragment = Fragment::read(yaml)?;
    let keys: Vec<&str> = missing.split('.').filter(|key| !key.is_empty()).collect();
    let item = fragment.piece()?;
    if keys.is_empty() {
        append_piece(parent, item)
    } else {
        add_piece(parent, &keys, Piece::Item(&item))
    }
}

/// True when the value at `root` shows by itself how it is indented. What is added to one that does not
/// (all of it in brackets, or without anything below anything) goes by the other documents of its
/// file.
pub fn shows_indents(root: Node<'_>) -> bool {
    indents::Indents::are_shown(page::Page::new(root.tree().file().text()), root)
}

/// Takes an entry with its lines (or its comma) out of its mapping or list. The only entry leaves
/// `{}` or `[]`, not null. A document's root cannot be removed.
pub fn remove(node: Node<'_>) -> Option<Edit> {
    let spot = Spot::to_change(node)?;
    let parent = spot.parent?;
    if !spot.is_unreferenced() || is_held_otherwise(node, parent) {
        return None;
    }
    if parent.is_flow() { flow::remove(spot) } else { block::remove(spot) }
}

fn add_piece(parent: Node<'_>, keys: &[&str], leaf: Piece<'_>) -> Option<Edit> {
    let spot = Spot::to_change(parent)?;
    let Some(first) = keys.first() else { return value::set(spot, leaf) };
    let piece = Piece::Entry(keys, &leaf);
    match parent.style() {
        Style::Alias | Style::Error => None,
        Style::Map if parent.get(first).is_some() => None,
        Style::Map => insert(spot, piece),
        _ if matches!(parent.value(), Value::Null) => value::set(spot, piece),
        _ => None,
    }
}

fn append_piece(list: Node<'_>, item: Piece<'_>) -> Option<Edit> {
    let spot = Spot::to_change(list)?;
    match list.style() {
        Style::Alias | Style::Error => None,
        Style::Seq => insert(spot, Piece::Item(&item)),
        _ if matches!(list.value(), Value::Null) => value::set(spot, Piece::Item(&item)),
        _ => None,
    }
}

fn insert(spot: Spot<'_>, piece: Piece<'_>) -> Option<Edit> {
    if is_block(spot.node) {
        return block::insert(spot, piece);
    }
    if value::is_open(spot) { value::set(spot, piece) } else { flow::insert(spot, piece) }
}

/// True when a key would still be there without its entry.
fn is_held_otherwise(node: Node<'_>, parent: Node<'_>) -> bool {
    let Some(key) = node.key() else { return false };
    let merged = |entry: Node<'_>| {
        let source = entry.resolved();
        source.get(key).is_some() || source.items().any(|map| map.get(key).is_some())
    };
    parent.raw_children().filter(|entry| *entry != node).any(|entry| {
        if entry.raw().meta.has(Meta::MERGE) { merged(entry) } else { entry.key() == Some(key) }
    })
}

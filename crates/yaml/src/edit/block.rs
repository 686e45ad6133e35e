//! Entries in block style: adding a line or more below the last one, taking lines out.

use kubesift_source::Edit;

use crate::node::Node;
use crate::tree::Style;

use super::entry::{Entry, bounds, column_of, entry, is_block, trailing_scalar};
use super::fragment::{Pen, Piece};
use super::page::{Page, pad};
use super::spot::Spot;
use super::value::{dash_gap, last_break, set_inline};

/// Adds an entry (or an item) below the last one of the spot's collection.
pub(super) fn insert(spot: Spot<'_>, piece: Piece<'_>) -> Option<Edit> {
    let (page, collection) = (spot.page, spot.node);
    let column = column_of(page, collection)?;
    let last = collection.raw_children().last()?;
    let place = entry(page, last, collection)?;
    let pen = spot.pen();
    let text = match piece {
        Piece::Item(inner) => {
            let quoted = matches!(last.style(), Style::Single | Style::Double);
            let pen = Pen { like: quoted.then(|| last.style()), ..pen };
            let gap = dash_gap(Spot { node: last, parent: Some(collection), ..spot }, place.start);
            format!("-{}", pen.after_dash(*inner, column, gap)?)
        }
        piece => pen.lines(piece, column)?,
    };
    let scalar = trailing_scalar(page, last, Some(collection));
    // A line break that is not there would become part of the scalar: go before it.
    if scalar.is_some_and(|scalar| scalar.filled && !scalar.strips && scalar.end == page.len()) {
        return insert_before(spot, place, column, &text);
    }
    let at = past_deeper_comments(page, place.end, column);
    if piece.ends_in_block_scalar() && could_swallow(page, at, column) {
        return None;
    }
    let end = last_break(spot, pen, piece, at);
    spot.edit(at, at, format!("{}{}{text}{end}", pen.newline, pad(column)))
}

/// Adds an entry of a mapping above `next` and the comments that stand right above it.
fn insert_before(spot: Spot<'_>, next: Entry, column: usize, text: &str) -> Option<Edit> {
    let page = spot.page;
    if !next.opens_line || spot.node.style() != Style::Map {
        return None;
    }
    let mut line = page.line_start(next.start);
    while line > spot.document.span().start as usize {
        let above = page.line_start(line - 1);
        if page.indent(above) != column || page.byte(above + column) != b'#' {
            break;
        }
        line = above;
    }
    let newline = page.newline(line);
    spot.edit(line, line, format!("{}{text}{newline}", pad(column)))
}

/// The end of the last comment line below `at` that is indented by more than `column`: such lines
/// belong to what is above them. `at` when there is none.
fn past_deeper_comments(page: Page<'_>, mut at: usize, column: usize) -> usize {
    let mut look = at;
    while let Some(line) = page.next_line(look) {
        let (indent, end) = (page.indent(line), page.line_end(line));
        if page.byte(line + indent) == b'#' {
            if indent <= column {
                break;
            }
            at = end;
        } else if line >= page.len() || line + indent < end {
            break;
        }
        look = line;
    }
    at
}

/// True when lines below `at` would become part of a block scalar that is written above them, in
/// an entry at `column`.
pub(super) fn could_swallow(page: Page<'_>, at: usize, column: usize) -> bool {
    let mut line = page.next_line(at);
    while let Some(start) = line.filter(|start| *start < page.len()) {
        let (indent, end) = (page.indent(start), page.line_end(start));
        if start + indent < end {
            let next = page.byte(start + indent);
            return next == b'#' && indent > column || next == b'\t';
        }
        if indent > column {
            return true;
        }
        line = page.next_line(start);
    }
    false
}

/// Takes the spot's entry out of a collection in block style.
pub(super) fn remove(spot: Spot<'_>) -> Option<Edit> {
    let (page, node, parent) = (spot.page, spot.node, spot.parent?);
    let place = entry(page, node, parent)?;
    let key = node.key_span().map_or(place.start, |key| key.start as usize);
    if page.slice(place.start, key).contains('&') {
        return None;
    }
    if parent.raw_children().nth(1).is_none() {
        let empty = if parent.style() == Style::Map { "{}" } else { "[]" };
        return set_inline(spot.of_parent()?, empty);
    }
    let mut end = place.end;
    if is_block(node) {
        end = past_own_comments(page, end, place.column);
    }
    if place.opens_line {
        return remove_lines(spot, parent, page.line_start(place.start), end);
    }
    // On the line of a dash: what follows moves up to it.
    let mut next = page.next_line(end)?;
    while matches!(page.byte(next), b' ' | b'\r' | b'\n') {
        next += 1;
    }
    spot.edit(place.start, next, "")
}

/// The end of the comment lines right below `at` that are indented by more than `column`.
fn past_own_comments(page: Page<'_>, mut at: usize, column: usize) -> usize {
    while let Some(line) = page.next_line(at) {
        let indent = page.indent(line);
        if indent <= column || page.byte(line + indent) != b'#' {
            break;
        }
        at = page.line_end(line);
    }
    at
}

fn remove_lines(spot: Spot<'_>, parent: Node<'_>, line: usize, end: usize) -> Option<Edit> {
    let page = spot.page;
    let before = parent.raw_children().take_while(|child| *child != spot.node).last();
    let scalar = before.and_then(|before| trailing_scalar(page, before, Some(parent)));
    let Some(mut next) = page.next_line(end) else {
        let keeps_break = scalar.is_some() || line == page.line_start(bounds(spot.root).0);
        let start = if keeps_break { line } else { page.line_end(page.line_start(line - 1)) };
        return spot.edit(start, page.len(), "");
    };
    let Some(scalar) = scalar else { return spot.edit(line, next, "") };
    // What follows now follows a block scalar, and must not become part of it.
    let mut look = next;
    loop {
        let (indent, stop) = (page.indent(look), page.line_end(look));
        if look + indent < stop || look >= page.len() {
            let first = page.byte(look + indent);
            let swallowed = first == b'#' && indent >= scalar.indent || first == b'\t';
            return if swallowed { None } else { spot.edit(line, next, "") };
        }
        let after = page.next_line(look).unwrap_or(page.len());
        if scalar.keeps || indent > scalar.indent {
            next = after;
        }
        look = after;
    }
}

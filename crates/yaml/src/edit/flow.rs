//! Entries between brackets, YAML's and JSON's: commas, and the layout over lines.

use kubesift_source::Edit;

use crate::node::Node;
use crate::tree::Style;

use super::entry::{after_colon, bounds, brackets, flow_end, flow_entry};
use super::fragment::{Pen, Piece};
use super::page::Page;
use super::quote::{double, quote_if_needed};
use super::spot::Spot;
use super::value::set_inline;

/// A value as it is written between brackets: JSON that is spread over lines stays so.
pub(super) fn value_text(spot: Spot<'_>, pen: Pen, piece: Piece<'_>) -> Option<String> {
    let page = spot.page;
    match spot.parent.filter(|parent| is_spread(page, *parent)) {
        Some(parent) if pen.json => {
            let start = spot.node.key_span().map_or(bounds(spot.node).0, |key| key.start as usize);
            pen.json_lines(piece, page.leading(start), &unit(page, parent))
        }
        _ => pen.inline(piece, true),
    }
}

fn is_spread(page: Page<'_>, collection: Node<'_>) -> bool {
    let (start, end) = bounds(collection);
    collection.is_flow() && page.slice(start, end).contains('\n')
}

/// One step of indentation in a collection that is spread over lines.
fn unit(page: Page<'_>, collection: Node<'_>) -> String {
    let outer = page.leading(bounds(collection).1.saturating_sub(1));
    let first = collection.raw_children().next();
    let inner = first.map(|first| {
        page.leading(first.key_span().map_or(bounds(first).0, |key| key.start as usize))
    });
    let step = inner.and_then(|inner| inner.strip_prefix(outer)).unwrap_or_default();
    if step.is_empty() { "  ".to_owned() } else { step.to_owned() }
}

/// Adds an entry (or an item) after the last one of the spot's collection.
pub(super) fn insert(spot: Spot<'_>, piece: Piece<'_>) -> Option<Edit> {
    let (page, collection) = (spot.page, spot.node);
    let (open, close) = brackets(page, collection)?;
    let Some(last) = collection.raw_children().last() else {
        return insert_first(spot, piece, open, close);
    };
    let pen = Pen { like: quotes_of(last), json: spot.json_inside, ..spot.pen() };
    let (start, end) = flow_entry(page, last, collection)?;
    let spread = page.opens_line(start);
    let margin = page.leading(start);
    let text = if spread && pen.json {
        entry_text(pen, piece, Some((margin, &unit(page, collection))), true)?
    } else {
        entry_text(pen, piece, None, !pen.json || is_spaced(page, last))?
    };
    let comma = comma_after(page, end, close);
    let at = comma.map_or(end, |comma| comma + 1);
    // `,# c`: what is written in between would run into the comment.
    if page.byte(end) == b'#' || page.byte(at) == b'#' {
        return None;
    }
    let tail = if comma.is_some() { "," } else { "" };
    let lead = if comma.is_some() { "" } else { "," };
    if !spread {
        let space = if page.byte(end - 1) == b':' && comma.is_none() { " " } else { "" };
        let gap = if is_tight(page, collection) { "" } else { " " };
        return spot.edit(at, at, format!("{space}{lead}{gap}{text}{tail}"));
    }
    // The comment that ends the line stays with the entry it stands behind.
    let stop = if page.comment_after(at).is_some() { page.line_end(at) } else { at };
    let kept = page.slice(at, stop);
    spot.edit(at, stop, format!("{lead}{kept}{}{margin}{text}{tail}", pen.newline))
}

/// True when a value stands apart from its colon.
fn is_spaced(page: Page<'_>, entry: Node<'_>) -> bool {
    let after = after_colon(page, entry).map(|at| page.byte(at));
    after.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'}'))
}

/// True for `{"a":1,"b":2}`: no space behind commas.
fn is_tight(page: Page<'_>, collection: Node<'_>) -> bool {
    let mut children = collection.raw_children();
    let (Some(first), Some(_)) = (children.next(), children.next()) else {
        return collection.raw_children().next().is_some_and(|only| !is_spaced(page, only));
    };
    let (_, close) = bounds(collection);
    comma_after(page, flow_end(page, first), close)
        .is_some_and(|comma| !page.byte(comma + 1).is_ascii_whitespace())
}

/// The quotes that a new item takes over from the last one.
fn quotes_of(last: Node<'_>) -> Option<Style> {
    let quoted = last.key_span().is_none() && matches!(last.style(), Style::Single | Style::Double);
    quoted.then(|| last.style())
}

/// `key: value` or an item. `lines` spreads JSON: the margin of the line, and one step.
fn entry_text(
    pen: Pen,
    piece: Piece<'_>,
    lines: Option<(&str, &str)>,
    spaced: bool,
) -> Option<String> {
    let (key, value) = match piece {
        Piece::Entry([key], inner) => (Some(*key), *inner),
        Piece::Entry([key, rest @ ..], inner) => (Some(*key), Piece::Entry(rest, inner)),
        Piece::Item(inner) => (None, *inner),
        _ => return None,
    };
    let value = match lines {
        Some((margin, unit)) => pen.json_lines(value, margin, unit)?,
        None => pen.inline(value, true)?,
    };
    let Some(key) = key else { return Some(value) };
    let key = if pen.json { double(key) } else { quote_if_needed(key) };
    let space = if spaced { " " } else { "" };
    Some(format!("{key}:{space}{value}"))
}

fn insert_first(spot: Spot<'_>, piece: Piece<'_>, open: usize, close: usize) -> Option<Edit> {
    let (page, pen) = (spot.page, Pen { json: spot.json_inside, ..spot.pen() });
    let inside = page.slice(open, close);
    if !inside.trim().is_empty() {
        return None;
    }
    let around = spot.parent.filter(|parent| pen.json && is_spread(page, *parent));
    let Some(parent) = around else {
        let (before, after) = if inside == " " { (" ", " ") } else { ("", "") };
        let text = entry_text(pen, piece, None, true)?;
        return spot.edit(open, close, format!("{before}{text}{after}"));
    };
    let margin = page.leading(open);
    let unit = unit(page, parent);
    let deeper = format!("{margin}{unit}");
    let text = entry_text(pen, piece, Some((&deeper, &unit)), true)?;
    spot.edit(open, close, format!("{0}{deeper}{text}{0}{margin}", pen.newline))
}

/// The comma that follows an entry.
fn comma_after(page: Page<'_>, end: usize, close: usize) -> Option<usize> {
    let at = page.skip_gaps(end, close);
    (at < close && page.byte(at) == b',').then_some(at)
}

/// Takes the spot's entry out of a collection between brackets.
pub(super) fn remove(spot: Spot<'_>) -> Option<Edit> {
    let (page, node, parent) = (spot.page, spot.node, spot.parent?);
    let (open, close) = brackets(page, parent)?;
    let (start, end) = flow_entry(page, node, parent)?;
    let key = node.key_span().map_or(start, |key| key.start as usize);
    if page.slice(start, key).contains('&') {
        return None;
    }
    let comma = comma_after(page, end, close);
    let before = parent.raw_children().take_while(|child| *child != node).last();
    let is_only = before.is_none() && parent.raw_children().nth(1).is_none();
    if is_only && !has_comment(page, open, start) && !has_comment(page, end, close) {
        let empty = if parent.style() == Style::Map { "{}" } else { "[]" };
        return set_inline(spot.of_parent()?, empty);
    }
    let after = comma.map_or(end, |comma| comma + 1);
    if page.byte(end) == b'#' || page.byte(after) == b'#' {
        return None;
    }
    let before_end = before.map(|before| flow_end(page, before));
    let comma_before = before_end.and_then(|end| comma_after(page, end, close));
    // The comma in front goes when there is none behind.
    let orphan = comma_before.filter(|_| comma.is_none());
    let whole_lines = page.opens_line(start) && page.is_done(after);
    if whole_lines && page.line_end(after) < close {
        let line = page.line_start(start);
        let next = page.next_line(after)?;
        let Some(comma) = orphan else { return spot.edit(line, next, "") };
        let kept = page.slice(comma + 1, line);
        let newline = kept.len() - kept.trim_end_matches(['\r', '\n']).len();
        let kept = page.slice(comma + 1, line - newline.min(page.newline(comma).len()));
        return spot.edit(comma, page.line_end(after), kept);
    }
    if let Some(comma) = orphan {
        let kept = page.slice(comma + 1, start);
        let kept = if kept.contains('#') { kept } else { "" };
        return spot.edit(comma, end, kept);
    }
    let next = page.skip_gaps(after, close);
    match before_end {
        Some(before) if !page.slice(before, start).contains(['#', '\n']) => {
            spot.edit(before, end, "")
        }
        _ if !has_comment(page, after, next) && next < close => spot.edit(start, next, ""),
        _ => spot.edit(start, after, ""),
    }
}

/// True when a comment stands between two tokens.
fn has_comment(page: Page<'_>, from: usize, to: usize) -> bool {
    page.slice(from, to).contains('#')
}

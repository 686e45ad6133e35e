//! A new value in the place of an old one.

use kubesift_source::Edit;

use crate::node::Node;
use crate::tree::{Meta, Style};

use super::block::could_swallow;
use super::entry::{
    after_colon, block_scalar, bounds, entry, flow_entry, is_block, is_block_scalar, key_end,
    last_line_end,
};
use super::flow;
use super::fragment::{Pen, Piece};
use super::page::pad;
use super::spot::Spot;

/// Puts `piece` where the node's value is.
pub(super) fn set(spot: Spot<'_>, piece: Piece<'_>) -> Option<Edit> {
    let node = spot.node;
    let tagged = node.raw().meta.has(Meta::TYPED);
    if tagged || matches!(node.style(), Style::Alias | Style::Error) || !spot.is_unreferenced() {
        return None;
    }
    let scalar = matches!(node.style(), Style::Plain | Style::Single | Style::Double);
    let pen = Pen { like: scalar.then(|| node.style()), ..spot.pen() };
    if spot.in_flow() || spot.json {
        return set_inline(spot, &flow::value_text(spot, pen, piece)?);
    }
    if piece.is_block() {
        return set_block(spot, pen, piece);
    }
    set_inline(spot, &pen.inline(piece, false)?)
}

/// Puts text that stays on its line where the node's value is.
pub(super) fn set_inline(spot: Spot<'_>, text: &str) -> Option<Edit> {
    let (page, node) = (spot.page, spot.node);
    let (start, end) = bounds(node);
    match node.style() {
        Style::Empty => fill(spot, text),
        Style::Literal | Style::Folded => {
            let lines = block_scalar(page, node, spot.parent)?;
            let comment = header_comment(spot).map(|comment| format!(" {comment}"));
            spot.edit(start, lines.end, format!("{text}{}", comment.unwrap_or_default()))
        }
        _ if is_block(node) => {
            let (head, gap) = (spot.head()?, spot.gap()?);
            let end = last_line_end(page, node, spot.parent)?;
            if spot.parent.is_none() || !gap.contains('\n') {
                return spot.edit(start, end, text);
            }
            spot.edit(head, end, format!(" {text}{}", gap.trim_end()))
        }
        Style::Map | Style::Seq => {
            spot.gap()?;
            spot.edit(start, end, text)
        }
        _ => spot.edit(start, end, text),
    }
}

/// Writes a value where there is none.
fn fill(spot: Spot<'_>, text: &str) -> Option<Edit> {
    let (page, node) = (spot.page, spot.node);
    spot.parent?;
    if node.is_anchored() {
        return None;
    }
    if spot.in_flow() {
        let bare = node.key_span().is_some() && after_colon(page, node).is_none();
        let key = node.key_span().map(|key| key.start as usize);
        if bare && key != Some(flow_entry(page, node, spot.parent?)?.0) {
            return None;
        }
        let (at, mark) = if bare { (key_end(node)?, ": ") } else { (spot.head()?, " ") };
        let next = page.skip_gaps(at, page.len());
        let empty = matches!(page.byte(next), b',' | b'}') && page.byte(at) != b'#';
        return if empty { spot.edit(at, at, format!("{mark}{text}")) } else { None };
    }
    let head = spot.head()?;
    let end = if page.ends_line(head) { page.line_end(head) } else { head };
    if page.is_done(head) { spot.edit(head, end, format!(" {text}")) } else { None }
}

/// The comment behind a block scalar's indicator.
fn header_comment<'t>(spot: Spot<'t>) -> Option<&'t str> {
    let start = bounds(spot.node).0;
    let marks = spot.page.slice(start + 1, spot.page.line_end(start));
    let width = marks.bytes().take_while(|byte| b"+-0123456789".contains(byte)).count();
    spot.page.comment_after(start + 1 + width)
}

/// The old value in block style: what of its lines goes, and which comments stay.
struct Old<'t> {
    head: usize,
    end: usize,
    /// Comments between the key and a value on a later line.
    above: &'t str,
    /// The comment that ends the line of the old value.
    behind: Option<&'t str>,
}

fn old<'t>(spot: Spot<'t>) -> Option<Old<'t>> {
    let (page, node) = (spot.page, spot.node);
    let (head, gap) = (spot.head()?, spot.gap()?);
    let above = if gap.contains('\n') { gap.trim_end() } else { "" };
    let (end, behind) = match node.style() {
        Style::Empty if page.is_done(head) => {
            let above = Old { head, end: page.line_end(head), above: "", behind: None };
            return Some(Old { behind: page.comment_after(head), ..above });
        }
        Style::Empty => return None,
        _ if is_block_scalar(node) => {
            (block_scalar(page, node, spot.parent)?.end, header_comment(spot))
        }
        _ if is_block(node) => (last_line_end(page, node, spot.parent)?, None),
        _ => {
            let end = bounds(node).1;
            (page.is_done(end).then(|| page.line_end(end))?, page.comment_after(end))
        }
    };
    Some(Old { head, end, above, behind })
}

/// Puts a value that takes lines of its own where the node's value is.
fn set_block(spot: Spot<'_>, pen: Pen, piece: Piece<'_>) -> Option<Edit> {
    if spot.node.is_anchored() {
        return None;
    }
    let Some(parent) = spot.parent else { return set_root(spot, pen, piece) };
    let old = old(spot)?;
    let place = entry(spot.page, spot.node, parent)?;
    if piece.ends_in_block_scalar() && could_swallow(spot.page, old.end, place.column) {
        return None;
    }
    let comments = match (old.above, old.behind) {
        (above, None) => above.to_owned(),
        ("", Some(behind)) => format!(" {behind}"),
        (above, Some(behind)) => {
            format!("{above}{}{}{behind}", pen.newline, pad(place.column + pen.indents.width))
        }
    };
    let is_scalar = matches!(piece, Piece::Value(node) if is_block_scalar(node));
    let text = if is_scalar {
        if comments.contains('\n') {
            return None;
        }
        let text = pen.after_key(piece, place.column)?;
        let (header, body) = text.split_at(text.find(pen.newline).unwrap_or(text.len()));
        format!("{header}{comments}{body}")
    } else if parent.style() == Style::Map {
        format!("{comments}{}", pen.after_key(piece, place.column)?)
    } else if comments.is_empty() {
        let gap = dash_gap(spot, place.start);
        pen.after_dash(piece, place.column, gap)?
    } else {
        let column = place.column + 2;
        format!("{comments}{}{}{}", pen.newline, pad(column), pen.lines(piece, column)?)
    };
    spot.edit(old.head, old.end, text + last_break(spot, pen, piece, old.end))
}

/// The line break that a block scalar needs behind it, where the text ends without one.
pub(super) fn last_break(spot: Spot<'_>, pen: Pen, piece: Piece<'_>, at: usize) -> &'static str {
    if at == spot.page.len() && piece.ends_in_block_scalar() { pen.newline } else { "" }
}

/// Columns from the dash of an item to its value.
pub(super) fn dash_gap(spot: Spot<'_>, dash: usize) -> usize {
    let start = bounds(spot.node).0;
    let gap = spot.page.slice(dash + 1, start);
    let fits = spot.node.style() != Style::Empty && (1..=8).contains(&gap.len());
    if fits && gap.bytes().all(|byte| byte == b' ') { gap.len() + 1 } else { 2 }
}

fn set_root(spot: Spot<'_>, pen: Pen, piece: Piece<'_>) -> Option<Edit> {
    let (page, node) = (spot.page, spot.node);
    let start = bounds(node).0;
    let old = old(spot)?;
    let scalar = piece.ends_in_block_scalar();
    let end = if is_block(node) || scalar { old.end } else { bounds(node).1 };
    let moves_comment = old.behind.is_some() && scalar;
    if !page.opens_line(start) || is_block_scalar(node) || moves_comment {
        return None;
    }
    let column = start - page.line_start(start);
    if piece.ends_in_block_scalar() && could_swallow(page, old.end, column) {
        return None;
    }
    spot.edit(start, end, pen.lines(piece, column)? + last_break(spot, pen, piece, end))
}

/// True for `{}` and `[]` in block style: what is added may take lines.
pub(super) fn is_open(spot: Spot<'_>) -> bool {
    let node: Node<'_> = spot.node;
    let (start, end) = bounds(node);
    let inside = spot.page.slice(start + 1, end.saturating_sub(1));
    let bare = node.is_flow() && inside.trim().is_empty() && node.raw_children().next().is_none();
    bare && !spot.in_flow() && !spot.json && spot.parent.is_some() && !node.is_anchored()
}

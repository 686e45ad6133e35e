//! Comments written at an entry: at the end of its line, or on a line of their own above it.

use kubesift_source::Edit;

use crate::node::Node;
use crate::tree::Style;

use super::entry::{bounds, entry, is_block_scalar};
use super::spot::Spot;

/// A comment for the node's entry: at the end of its line when that line has none and the value
/// ends there, else on a line of its own above, indented alike. See [`insert_comment_above`].
pub fn comment_line(node: Node<'_>, text: &str) -> Option<Edit> {
    let spot = commentable(node)?;
    let comment = one_line(text)?;
    let page = spot.page;
    let start = first_byte(spot)?;
    let end = page.line_end(start);
    let line = page.line_start(start);
    let value_end = bounds(node).1.max(start);
    let fits = value_end <= end && !is_block_scalar(node);
    let taken = node.tree().comments_in(line as u32, end as u32).next().is_some();
    if !fits || taken || in_scalar(spot, end) {
        return insert_comment_above(node, text);
    }
    let body = page.slice(line, end);
    let blanks = body.len() - body.trim_end_matches([' ', '\t']).len();
    spot.edit(end, end, format!("{}{comment}", " ".repeat(2usize.saturating_sub(blanks))))
}

/// A comment on a line of its own (or several) above the line on which the node's entry starts,
/// indented like that line.
///
/// None for JSON files, which have no comments, and where the line starts inside a scalar.
pub fn insert_comment_above(node: Node<'_>, text: &str) -> Option<Edit> {
    let spot = commentable(node)?;
    let page = spot.page;
    let start = first_byte(spot)?;
    let line = page.line_start(start);
    let outside = line >= spot.document.span().start as usize;
    if !outside || page.slice(line, start).starts_with("---") || in_scalar(spot, line) {
        return None;
    }
    let (margin, newline) = (page.leading(start), page.newline(line));
    let mut out = String::new();
    for part in text.lines() {
        out.push_str(margin);
        out.push_str(&one_line(part)?);
        out.push_str(newline);
    }
    spot.edit(line, line, out)
}

fn commentable(node: Node<'_>) -> Option<Spot<'_>> {
    let spot = Spot::of(node)?;
    let is_json = node.tree().file().path.ends_with(".json");
    (!is_json && node.style() != Style::Error).then_some(spot)
}

/// First byte of the entry that the node is the value of.
fn first_byte(spot: Spot<'_>) -> Option<usize> {
    let node = spot.node;
    match spot.parent {
        Some(parent) if !parent.is_flow() => Some(entry(spot.page, node, parent)?.start),
        _ => Some(node.key_span().map_or(bounds(node).0, |key| key.start as usize)),
    }
}

/// `#` and one line of text.
fn one_line(text: &str) -> Option<String> {
    let text = text.trim();
    let special =
        |char: char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}' | '\u{feff}');
    if text.contains(special) {
        return None;
    }
    Some(if text.starts_with('#') { text.to_owned() } else { format!("# {text}") })
}

/// True when a scalar, or a key, goes on past `at`.
fn in_scalar(spot: Spot<'_>, at: usize) -> bool {
    let tree = spot.node.tree();
    (spot.root.index()..spot.root.raw().next).map(|index| Node::new(tree, index)).any(|node| {
        let (start, end) = bounds(node);
        let key = node.key_span().unwrap_or_else(|| tree.span(0, 0));
        // Up to its colon, which may stand on the next line between brackets.
        let colon = spot.page.skip_gaps(key.end as usize, spot.page.len());
        let to_colon = spot.page.byte(colon) == b':' && at <= colon;
        let in_key = (key.start as usize) < at && (at < key.end as usize || to_colon);
        in_key || !node.style().is_collection() && start < at && at < end
    })
}

//! Where entries lie in the text: their first byte, their column, where their last line ends. All
//! of it is read off the text between tokens that the tree knows, so that it holds for any reader.

use crate::node::Node;
use crate::tree::{Meta, Style};

use super::page::Page;

/// An entry of a collection in block style.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// First byte: of the key (its anchor and tag included), or the dash.
    pub start: usize,
    /// Columns before it.
    pub column: usize,
    /// Nothing but spaces stands before it on its line.
    pub opens_line: bool,
    /// End of its last line, the comment there included, the line break not.
    pub end: usize,
}

/// The lines of a block scalar.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockScalar {
    /// End of the last line that is part of it; for `+` blank lines are.
    pub end: usize,
    /// Columns that its content is indented by, or would have to be.
    pub indent: usize,
    /// `+`: blank lines after it are part of it.
    pub keeps: bool,
    /// `-`: line breaks after it mean nothing.
    pub strips: bool,
    /// There is a line of content.
    pub filled: bool,
}

/// True for a collection by indentation.
pub(super) fn is_block(node: Node<'_>) -> bool {
    node.style().is_collection() && !node.is_flow()
}

/// True for `|` and `>`.
pub(super) fn is_block_scalar(node: Node<'_>) -> bool {
    matches!(node.style(), Style::Literal | Style::Folded)
}

/// Start and end of the value's bytes.
pub(super) fn bounds(node: Node<'_>) -> (usize, usize) {
    (node.raw().start as usize, node.raw().end as usize)
}

/// End of the key's token.
pub(super) fn key_end(node: Node<'_>) -> Option<usize> {
    node.key_span().map(|span| span.end as usize)
}

/// The byte behind the colon of an entry. None for a key without one, `? key`, a key over lines.
pub(super) fn after_colon(page: Page<'_>, node: Node<'_>) -> Option<usize> {
    let key = node.key_span()?;
    let at = page.skip_blanks(key.end as usize);
    let one_line = !page.slice(key.start as usize, key.end as usize).contains('\n');
    (one_line && page.byte(at) == b':').then_some(at + 1)
}

/// True for an entry in brackets without a value whose colon stands on a later line.
fn has_far_colon(page: Page<'_>, node: Node<'_>) -> bool {
    let key = key_end(node).filter(|_| node.style() == Style::Empty);
    let far = key.is_some_and(|key| page.byte(page.skip_gaps(key, page.len())) == b':');
    far && after_colon(page, node).is_none()
}

/// Passes indentation and the dashes of compact lists on the line that holds `until`.
fn pass_dashes(page: Page<'_>, until: usize) -> (usize, usize) {
    let line = page.line_start(until);
    let mut at = line + page.indent(line);
    while at < until && page.byte(at) == b'-' && page.byte(at + 1) == b' ' {
        at += 1;
        while page.byte(at) == b' ' {
            at += 1;
        }
    }
    (line, at.min(until))
}

/// First byte and column of the mapping entry whose key starts at `key`.
fn key_place(page: Page<'_>, key: usize) -> Option<(usize, usize)> {
    let (line, at) = pass_dashes(page, key);
    let properties = page.slice(at, key);
    let fits = properties.is_empty() || properties.starts_with(['&', '!']);
    fits.then_some((at, at - line))
}

/// The column that the entries of a collection in block style stand at.
pub(super) fn column_of(page: Page<'_>, collection: Node<'_>) -> Option<usize> {
    if collection.style() == Style::Map {
        let key = collection.raw_children().next()?.key_span()?.start as usize;
        return key_place(page, key).map(|place| place.1);
    }
    let dash = bounds(collection).0;
    let (line, at) = pass_dashes(page, dash);
    (at == dash && page.byte(dash) == b'-').then_some(dash - line)
}

/// Where an entry of a block collection lies. None where that is not plain from the text: complex
/// keys, tabs in indentation.
pub(super) fn entry(page: Page<'_>, node: Node<'_>, parent: Node<'_>) -> Option<Entry> {
    let (start, column) = match parent.style() {
        Style::Map => {
            let place = key_place(page, node.key_span()?.start as usize)?;
            after_colon(page, node)?;
            place
        }
        _ => (dash(page, node, parent)?, column_of(page, parent)?),
    };
    let end = last_line_end(page, node, Some(parent))?;
    Some(Entry { start, column, opens_line: page.opens_line(start), end })
}

/// The dash of an item of a block list.
fn dash(page: Page<'_>, node: Node<'_>, parent: Node<'_>) -> Option<usize> {
    let column = column_of(page, parent)?;
    let mut dash = bounds(parent).0;
    for item in parent.raw_children() {
        if item == node {
            return Some(dash);
        }
        let end = last_line_end(page, item, Some(parent))?;
        let next = page.skip_gaps(page.next_line(end)?, page.len());
        if page.byte(next) != b'-' || next - page.line_start(next) != column {
            return None;
        }
        dash = next;
    }
    None
}

/// The last leaf of a node in block style, and the collection that holds it.
fn last_leaf<'t>(node: Node<'t>, parent: Option<Node<'t>>) -> (Node<'t>, Option<Node<'t>>) {
    let (mut leaf, mut holder) = (node, parent);
    while is_block(leaf) {
        let Some(last) = leaf.raw_children().last() else { break };
        holder = Some(leaf);
        leaf = last;
    }
    (leaf, holder)
}

/// The block scalar that ends a node, if one does: what follows its lines could become part of it.
pub(super) fn trailing_scalar<'t>(
    page: Page<'t>,
    node: Node<'t>,
    parent: Option<Node<'t>>,
) -> Option<BlockScalar> {
    let (leaf, holder) = last_leaf(node, parent);
    if is_block_scalar(leaf) { block_scalar(page, leaf, holder) } else { None }
}

/// End of the last line of a node, its comment included.
pub(super) fn last_line_end<'t>(
    page: Page<'t>,
    node: Node<'t>,
    parent: Option<Node<'t>>,
) -> Option<usize> {
    let (leaf, holder) = last_leaf(node, parent);
    let end = match leaf.style() {
        Style::Error => return None,
        Style::Literal | Style::Folded => return Some(block_scalar(page, leaf, holder)?.end),
        Style::Empty if leaf.key_span().is_some() => after_colon(page, leaf)?,
        // The tree has it right behind its dash.
        Style::Empty => bounds(leaf).1.checked_sub(1).filter(|at| page.byte(*at) == b'-')? + 1,
        _ => bounds(leaf).1,
    };
    // A tag or an anchor may stand where the value is not; below this line it is out of sight.
    let has_properties = leaf.raw().meta.has(Meta::TYPED | Meta::ANCHORED);
    let lost = leaf.style() == Style::Empty && has_properties == page.is_done(end);
    (!lost).then(|| page.line_end(end))
}

/// The lines of a block scalar in `holder` (none for a document's root).
pub(super) fn block_scalar<'t>(
    page: Page<'t>,
    node: Node<'t>,
    holder: Option<Node<'t>>,
) -> Option<BlockScalar> {
    let outer = match holder {
        Some(holder) => Some(column_of(page, holder)?),
        None => None,
    };
    let start = bounds(node).0;
    let marks = page.slice(start + 1, page.line_end(start));
    let marks: String = marks.chars().take_while(|mark| "+-0123456789".contains(*mark)).collect();
    let digit = marks.chars().find_map(|mark| mark.to_digit(10)).map(|digit| digit as usize);
    let mut found = BlockScalar {
        end: page.line_end(start),
        indent: outer.map_or(0, |column| column + 1),
        keeps: marks.contains('+'),
        strips: marks.contains('-'),
        filled: false,
    };
    let mut known = digit.is_some();
    if let Some(digit) = digit {
        found.indent = outer.unwrap_or(0) + digit;
    }
    let mut line = page.next_line(start);
    while let Some(at) = line.filter(|at| *at < page.len()) {
        let (spaces, end) = (page.indent(at), page.line_end(at));
        let blank = at + spaces == end;
        let closes = ["---", "..."].iter().any(|mark| page.slice(at, end).starts_with(mark));
        if !blank && spaces < found.indent || closes {
            break;
        }
        if !blank && !known {
            (found.indent, known) = (spaces, true);
        }
        if !blank || known && spaces > found.indent {
            (found.filled, found.end) = (true, end);
        } else if found.keeps {
            found.end = end;
        }
        line = page.next_line(at);
    }
    Some(found)
}

/// First byte and end of an entry in brackets, tags and anchors included, comma not.
pub(super) fn flow_entry(
    page: Page<'_>,
    node: Node<'_>,
    parent: Node<'_>,
) -> Option<(usize, usize)> {
    let (open, close) = brackets(page, parent)?;
    let mut from = open;
    for child in parent.raw_children() {
        let end = flow_end(page, child);
        let mut start = page.skip_gaps(from, close);
        if page.byte(start) == b',' {
            start = page.skip_gaps(start + 1, close);
        }
        let first = child.key_span().map_or(bounds(child).0, |key| key.start as usize);
        if has_far_colon(page, child) || start > first || page.byte(start) == b'?' && start < first
        {
            return None;
        }
        if child == node {
            return Some((start, end));
        }
        from = end;
    }
    None
}

/// End of an entry in brackets.
pub(super) fn flow_end(page: Page<'_>, node: Node<'_>) -> usize {
    let (_, end) = bounds(node);
    let end = end.max(key_end(node).unwrap_or(0));
    let bare = node.style() == Style::Empty && !node.raw().meta.has(Meta::TYPED | Meta::ANCHORED);
    if bare { after_colon(page, node).unwrap_or(end) } else { end }
}

/// The bytes between the brackets of a collection in flow style; none for `[a: 1]`'s mapping.
pub(super) fn brackets(page: Page<'_>, collection: Node<'_>) -> Option<(usize, usize)> {
    let (start, end) = bounds(collection);
    let open = if collection.style() == Style::Map { (b'{', b'}') } else { (b'[', b']') };
    let fits = end > start + 1 && (page.byte(start), page.byte(end - 1)) == open;
    (collection.is_flow() && fits).then(|| (start + 1, end - 1))
}

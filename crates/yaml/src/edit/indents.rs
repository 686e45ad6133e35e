//! How a file indents: read off the file, so that what is added looks like what is there.

use crate::node::Node;
use crate::tree::Style;

use super::entry::{bounds, is_block};
use super::page::Page;

/// Columns that nested lines are indented by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Indents {
    /// From a key to the keys under it.
    pub width: usize,
    /// From a key to the dashes under it.
    pub dash: usize,
}

/// Enough to know a file by; large files are full of the same.
const ENOUGH: usize = 200;
/// Deeper steps than this are some accident of layout.
const WIDEST: usize = 8;

impl Indents {
    /// What is used most in the document of `root`, else in the other documents of its file, else
    /// two columns for both.
    pub fn detect(page: Page<'_>, root: Node<'_>) -> Self {
        let mut votes = Votes::default();
        votes.count(page, root, ENOUGH);
        if votes.total == 0 {
            let roots = root.tree().documents().filter_map(|document| document.root());
            roots.for_each(|other| votes.count(page, other, ENOUGH));
        }
        let dash = most(&votes.dash);
        let width = most(&votes.width).or(dash.filter(|dash| *dash > 0)).unwrap_or(2);
        Self { width, dash: dash.unwrap_or(width) }
    }

    /// True when the document of `root` is one to go by.
    pub fn are_shown(page: Page<'_>, root: Node<'_>) -> bool {
        let mut votes = Votes::default();
        votes.count(page, root, 1);
        votes.total > 0
    }
}

#[derive(Default)]
struct Votes {
    width: [usize; WIDEST + 1],
    dash: [usize; WIDEST + 1],
    total: usize,
}

impl Votes {
    fn count(&mut self, page: Page<'_>, root: Node<'_>, enough: usize) {
        for at in root.index()..root.raw().next {
            let node = Node::new(root.tree(), at);
            let Some(key) = node.key_span().filter(|_| is_block(node)) else { continue };
            let (outer, inner) = (key.start as usize, bounds(node).0);
            let column = |at: usize| at - page.line_start(at);
            let Some(step) = column(inner).checked_sub(column(outer)) else { continue };
            let is_map = node.style() == Style::Map;
            if is_map && step == 0 {
                continue;
            }
            let votes = if is_map { &mut self.width } else { &mut self.dash };
            if let Some(count) = votes.get_mut(step) {
                *count += 1;
                self.total += 1;
            }
            if self.total >= enough {
                return;
            }
        }
    }
}

/// The step with most votes, of equal ones the smaller.
fn most(votes: &[usize; WIDEST + 1]) -> Option<usize> {
    let best = votes.iter().copied().max().filter(|count| *count > 0)?;
    votes.iter().position(|count| *count == best)
}

//! A node with what surrounds it: the question whether its bytes are its own, and edits on them.

use kubesift_source::Edit;

use crate::node::Node;
use crate::tree::{Document, Meta, Style};

use super::entry::{after_colon, bounds, entry, flow_entry};
use super::fragment::Pen;
use super::indents::Indents;
use super::page::Page;

/// A node that may be edited, and the way to it.
#[derive(Clone, Copy)]
pub(super) struct Spot<'t> {
    pub node: Node<'t>,
    pub parent: Option<Node<'t>>,
    pub root: Node<'t>,
    pub document: Document<'t>,
    pub page: Page<'t>,
    /// The node stands in JSON: the file's name says so, or the nearest keys around it that are in
    /// brackets are in double quotes.
    pub json: bool,
    /// What stands in the node is JSON.
    pub json_inside: bool,
}

impl<'t> Spot<'t> {
    /// The spot of a node in a document that could be read. None for a broken one, for one that
    /// is not read to its end, and where line breaks other than LF and CRLF would have to be
    /// understood.
    pub fn of(node: Node<'t>) -> Option<Self> {
        let ancestry = node.ancestry();
        let root = *ancestry.first()?;
        let tree = node.tree();
        let is_own = |document: &Document<'t>| document.root() == Some(root);
        let near = tree.document_near(root.raw().start).filter(is_own);
        let document = near.or_else(|| tree.documents().find(is_own))?;
        let span = document.span();
        let page = Page::new(tree.file().text());
        let rare = has_rare_breaks(tree.slice(span.start, span.end));
        if document.is_broken() || rare || has_rest(page, root, span.end as usize) {
            return None;
        }
        let parent = ancestry.iter().rev().nth(1).copied();
        let named = tree.file().path.ends_with(".json");
        let around = ancestry.iter().rev().skip(1).find_map(|node| quotes_keys(*node));
        let json = named || around.unwrap_or(false);
        let json_inside = named || quotes_keys(node).or(around).unwrap_or(false);
        Some(Self { node, parent, root, document, page, json, json_inside })
    }

    /// The same for the collection that holds the node.
    pub fn of_parent(self) -> Option<Self> {
        Self::of(self.parent?)
    }

    /// The spot of a node whose value may change: nothing else refers to it or to what holds it.
    pub fn to_change(node: Node<'t>) -> Option<Self> {
        let spot = Self::of(node)?;
        let tree = node.tree();
        let ancestry = node.ancestry();
        let key_aliases = tree.keys.iter().any(|(at, _)| {
            let key = Node::new(tree, *at).key_span();
            key.is_some_and(|key| spot.page.byte(key.start as usize) == b'*')
        });
        let shared = ancestry.iter().any(|node| {
            key_aliases && node.is_anchored()
                || tree.aliases.iter().any(|(_, target)| *target == node.index())
        });
        let named = |node: &Node<'_>| node.key_span().is_none_or(|key| !key.is_empty());
        let sound = ancestry.iter().all(|node| node.style() != Style::Error && named(node));
        (sound && !shared && !node.raw().meta.has(Meta::MERGE)).then_some(spot)
    }

    /// True when nothing outside the node refers to something in it.
    pub fn is_unreferenced(self) -> bool {
        let within = self.node.index()..self.node.raw().next;
        let aliases = &self.node.tree().aliases;
        aliases.iter().all(|(at, target)| !within.contains(target) || within.contains(at))
    }

    /// True between brackets.
    pub fn in_flow(self) -> bool {
        self.parent.is_some_and(Node::is_flow)
    }

    pub fn edit(self, start: usize, end: usize, text: impl Into<String>) -> Option<Edit> {
        let span = self.node.tree().span(start as u32, end as u32);
        (start <= end && end <= self.page.len()).then(|| Edit { span, text: text.into() })
    }

    pub fn pen(self) -> Pen {
        Pen {
            indents: Indents::detect(self.page, self.root),
            newline: self.page.newline(bounds(self.node).0),
            json: self.json,
            like: None,
        }
    }

    /// Behind the colon or the dash that the value follows; the start of the document for a root;
    /// the item itself for one in brackets.
    pub fn head(self) -> Option<usize> {
        let Some(parent) = self.parent else { return Some(self.document.span().start as usize) };
        match (parent.style(), parent.is_flow()) {
            (Style::Map, _) => after_colon(self.page, self.node),
            (_, false) => Some(entry(self.page, self.node, parent)?.start + 1),
            (_, true) => Some(flow_entry(self.page, self.node, parent)?.0),
        }
    }

    /// What stands between head and value, when that is nothing but blanks and comments: no tag,
    /// no anchor.
    pub fn gap(self) -> Option<&'t str> {
        let start = bounds(self.node).0;
        let gap = self.page.slice(self.head()?, start);
        let prologue = |line: &str| {
            self.parent.is_none() && (line.starts_with('%') || line.starts_with("---"))
        };
        let bare = gap.lines().all(|line| {
            let line = line.trim_start_matches('\u{feff}').trim();
            line.is_empty() || line.starts_with('#') || prologue(line)
        });
        bare.then_some(gap)
    }
}

/// Whether the keys of a collection in brackets stand in double quotes, when it has any; for a list,
/// the keys of its first item.
fn quotes_keys(node: Node<'_>) -> Option<bool> {
    let first = node.raw_children().next().filter(|_| node.is_flow())?;
    let quotes = |entry: Node<'_>| {
        let key = entry.key_span()?;
        Some(node.tree().slice(key.start, key.end).starts_with('"'))
    };
    match first.key_span() {
        Some(_) => quotes(first),
        None => first.raw_children().next().and_then(quotes).filter(|quotes| *quotes),
    }
}

/// True when something follows a root that Kubernetes' reader drops: behind another text it might
/// mean something else.
fn has_rest(page: Page<'_>, root: Node<'_>, limit: usize) -> bool {
    let rest = page.skip_gaps(bounds(root).1, limit);
    let line = page.slice(rest, page.line_end(rest).min(limit)).trim_end();
    rest < limit && (line != "..." || rest != page.line_start(rest))
}

/// True for line breaks that Kubernetes' reader knows beside LF and CRLF.
fn has_rare_breaks(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr3_iter(b'\r', 0xc2, 0xe2, bytes).any(|at| match bytes[at] {
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        0xc2 => bytes.get(at + 1) == Some(&0x85),
        _ => matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])),
    })
}

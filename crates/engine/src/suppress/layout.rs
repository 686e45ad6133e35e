//! Where things begin and end in one file: what a comment on a line of its own stands above, and
//! which objects a range of bytes touches.

use kubesift_model::Resource;
use kubesift_source::Span;
use kubesift_yaml::{Document, Node, Style, Tree};

/// The documents and objects of a file, for look-ups by offset.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub tree: &'a Tree,
    resources: Vec<&'a Resource>,
    documents: Vec<(u32, bool, bool)>,
}

/// Where a comment stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// The comment.
    pub at: Span,
    /// Only blanks, dashes or a document's `---` stand before it on its line.
    pub alone: bool,
    /// Its line, line break left out.
    pub line: Span,
    /// First byte of the next line.
    pub next: u32,
}

/// Where a node begins: its key, or itself.
fn begin(node: Node<'_>) -> u32 {
    node.entry_span().start
}

impl<'a> Layout<'a> {
    pub fn new(tree: &'a Tree, resources: Vec<&'a Resource>) -> Self {
        let raw = |document: Document<'a>| {
            (document.span().start, document.root().is_some(), document.is_broken())
        };
        Self { tree, resources, documents: tree.documents().map(raw).collect() }
    }

    pub fn text(&self) -> &'a str {
        self.tree.file().text()
    }

    pub fn slice(&self, span: Span) -> &'a str {
        self.text().get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    pub fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.tree.file().id, start, end)
    }

    /// Every comment of the file in order: those of the tree, which knows documents only, and those
    /// on the lines between documents.
    pub fn comments(&self) -> Vec<Span> {
        let mut all: Vec<Span> = self.tree.comments().collect();
        let known = all.len();
        for (start, ..) in &self.documents {
            let head = self.text().get(..*start as usize).unwrap_or_default();
            let head = head.strip_suffix('\n').unwrap_or(head);
            let line = head.get(head.rfind('\n').map_or(0, |at| at + 1)..).unwrap_or_default();
            let Some(at) = line.find('#').filter(|_| line.starts_with("---")) else { continue };
            let comment = self.span((head.len() - line.len() + at) as u32, head.len() as u32);
            if all.get(..known).is_some_and(|all| all.binary_search(&comment).is_err()) {
                all.push(comment);
            }
        }
        if all.len() > known {
            all.sort_unstable();
        }
        all
    }

    /// Where a comment stands.
    pub fn standing(&self, at: Span) -> Standing {
        let text = self.text();
        let before = text.get(..at.start as usize).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(at.end as usize..).unwrap_or_default();
        let (end, next) = match rest.find('\n') {
            Some(found) => (at.end as usize + found, at.end as usize + found + 1),
            None => (text.len(), text.len()),
        };
        let end =
            if text.get(..end).is_some_and(|text| text.ends_with('\r')) { end - 1 } else { end };
        let head = before.get(start..).unwrap_or_default().trim_start_matches('\u{feff}');
        let alone = head.chars().all(|letter| matches!(letter, ' ' | '\t' | '-'));
        let line = self.span(start as u32, (end as u32).max(at.end));
        Standing { at, alone, line, next: next as u32 }
    }

    /// True when nothing but comments stands before `offset`.
    pub fn is_top(&self, offset: u32) -> bool {
        self.node_from(0).is_none_or(|first| begin(first) >= offset)
    }

    /// The outermost node that begins at or after `offset`. Nodes lie in the order in which they
    /// begin, parents before children.
    fn node_from(&self, offset: u32) -> Option<Node<'a>> {
        let (mut low, mut high) = (0, self.tree.node_count() as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            if begin(self.tree.node(middle)) < offset {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        ((low as usize) < self.tree.node_count()).then(|| self.tree.node(low))
    }

    fn document_of(&self, offset: u32) -> Option<usize> {
        self.documents.partition_point(|document| document.0 <= offset).checked_sub(1)
    }

    /// All of what begins on the next line with content: an entry, an item, or a document. The
    /// comment and the rest of the last line belong to it.
    pub fn below(&self, standing: Standing) -> Option<Span> {
        let node = self.node_from(standing.next)?;
        let there = self.document_of(begin(node))?;
        // At the end of a document nothing is below; above the first `---` the document is.
        let mut here = self.document_of(standing.next).unwrap_or(0);
        while here < there && !self.documents.get(here)?.1 {
            here += 1;
        }
        (here == there).then(|| self.span(standing.at.start, self.line_end(node.entry_span().end)))
    }

    /// The line, and a text that goes on below it.
    pub fn line(&self, standing: Standing) -> Span {
        let first = self.node_from(standing.line.start);
        let on_line = first.filter(|node| begin(*node) < standing.at.start);
        let mut end = standing.line.end;
        let mut node = on_line;
        while let Some(current) = node.filter(|node| begin(*node) < standing.at.start) {
            if matches!(current.style(), Style::Literal | Style::Folded) {
                end = end.max(self.before_break(current.span().end));
            }
            let next = current.position() + 1;
            node = ((next as usize) < self.tree.node_count()).then(|| self.tree.node(next));
        }
        self.span(standing.line.start, end)
    }

    /// The line, and all of what begins on it.
    pub fn line_and_node(&self, standing: Standing) -> Span {
        let node = self.node_from(standing.line.start);
        let node = node.filter(|node| begin(*node) < standing.at.start);
        let end = node.map_or(0, |node| self.line_end(node.entry_span().end));
        self.span(standing.line.start, end.max(standing.line.end))
    }

    /// The end of the line on which something ends that ends at `end`.
    fn line_end(&self, end: u32) -> u32 {
        let end = self.before_break(end);
        let rest = self.text().get(end as usize..).unwrap_or_default();
        end + rest.find('\n').unwrap_or(rest.len()) as u32
    }

    /// `end` without line breaks before it: what follows them is another line.
    fn before_break(&self, end: u32) -> u32 {
        let head = self.text().get(..end as usize).unwrap_or_default();
        head.trim_end_matches(['\n', '\r']).len() as u32
    }

    /// The document that holds `offset`.
    pub fn document(&self, offset: u32) -> Option<Span> {
        let index = self.document_of(offset)?;
        self.tree.document(index as u32).map(Document::span)
    }

    /// The objects that `span` touches.
    pub fn resources(&self, span: Span) -> impl Iterator<Item = &'a Resource> + '_ {
        self.resources.iter().copied().filter(move |resource| {
            let own = resource.node().entry_span();
            own.start <= span.end && span.start <= own.end
        })
    }

    /// True when every document that `span` touches could be read.
    pub fn is_sound(&self, span: Span) -> bool {
        let first = self.document_of(span.start).unwrap_or(0);
        let touched =
            self.documents.iter().skip(first).take_while(|document| document.0 < span.end);
        touched.into_iter().all(|document| !document.2)
    }

    /// What must go so that a comment goes: its line, or itself and the blanks before it.
    pub fn without(&self, standing: Standing, part: Span) -> Span {
        let head = self.slice(self.span(standing.line.start, part.start));
        let bare = head.trim_start_matches('\u{feff}').trim().is_empty();
        if bare && part.end >= standing.line.end {
            let mark = if head.starts_with('\u{feff}') { 3 } else { 0 };
            return self.span(standing.line.start + mark, standing.next);
        }
        let kept = head.trim_end_matches([' ', '\t']).len() as u32;
        let start = if bare { part.start } else { standing.line.start + kept };
        self.span(start, part.end)
    }
}

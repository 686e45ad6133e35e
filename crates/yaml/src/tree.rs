//! The arena that all documents of a file live in, and the builder that the readers fill it with.
//!
//! Nodes are 20 bytes each and lie in preorder: the children of a collection follow it, and `next`
//! of a node is the index one past its last descendant. An entry of a mapping is one node: its
//! value, which also knows its key. Whatever few nodes need (decoded text, alias targets, types
//! forced by tags, keys that are not their own text) lies in side tables sorted by node.

use std::sync::{Arc, OnceLock};

use kubesift_source::{SourceFile, Span};

use crate::edit::Asked;
use crate::node::Node;

/// One node as stored. Offsets are bytes of the file's text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw {
    /// Where the key's token starts; meaningful with [`Meta::HAS_KEY`].
    pub key_start: u32,
    /// The value, quotes and block indicator included; empty at its place for an empty value.
    /// A block collection starts at its first key or dash and ends where its last child ends.
    pub start: u32,
    pub end: u32,
    /// One past the last descendant.
    pub next: u32,
    /// Length of the key's token in bytes (keys over 1,024 characters are an error).
    pub key_len: u16,
    pub meta: Meta,
}

impl Raw {
    /// The key as it stands in the file's text, without quotes: the key itself, but for one with
    /// [`Meta::KEY_SIDE`].
    pub fn key_in<'t>(&self, text: &'t str) -> &'t str {
        let edge = u32::from(self.meta.has(Meta::KEY_QUOTED));
        let end = (self.key_start + u32::from(self.key_len)).saturating_sub(edge);
        text.get((self.key_start + edge) as usize..end as usize).unwrap_or_default()
    }
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Nothing is written: the value of `key:` or of a lone `-`.
    Empty,
    /// A scalar without quotes.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A mapping, by indentation or in braces.
    Map,
    /// A sequence, by dashes or in brackets.
    Seq,
    /// `*name`
    Alias,
    /// A place that could not be read; the reason is among the tree's errors.
    Error,
}

const STYLES: [Style; 10] = [
    Style::Empty,
    Style::Plain,
    Style::Single,
    Style::Double,
    Style::Literal,
    Style::Folded,
    Style::Map,
    Style::Seq,
    Style::Alias,
    Style::Error,
];

/// Style and flags of a node, packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta(u16);

impl Meta {
    /// A collection in braces or brackets.
    pub const FLOW: u16 = 1 << 4;
    /// The scalar's text is not a slice of the file: see [`Tree::texts`].
    pub const LAZY: u16 = 1 << 5;
    /// A tag forces the type: see [`Tree::typed`].
    pub const TYPED: u16 = 1 << 6;
    /// Aliases may refer to this node.
    pub const ANCHORED: u16 = 1 << 7;
    /// A mapping with at least one merge key.
    pub const HAS_MERGE: u16 = 1 << 8;
    /// The key of this entry is a plain `<<`.
    pub const MERGE: u16 = 1 << 9;
    /// The node is an entry of a mapping.
    pub const HAS_KEY: u16 = 1 << 10;
    /// The key is quoted and what stands between the quotes is the key.
    pub const KEY_QUOTED: u16 = 1 << 11;
    /// The key's token is not the key (typed, escaped, an alias): see [`Tree::keys`].
    pub const KEY_SIDE: u16 = 1 << 12;
    /// A mapping that holds the same key twice.
    pub const HAS_DUPLICATES: u16 = 1 << 13;
    /// See [`Meta::tag`].
    const TAG: u16 = 3 << 14;

    pub const fn new(style: Style) -> Self {
        Self(style as u16)
    }

    pub const fn with(self, flags: u16) -> Self {
        Self(self.0 | flags)
    }

    pub const fn has(self, flags: u16) -> bool {
        self.0 & flags != 0
    }

    pub const fn style(self) -> Style {
        STYLES[(self.0 & 15) as usize]
    }

    /// Two bits of a key's letters: most keys of one length are told apart by them, without a look at
    /// the text, which is seldom in the processor's cache.
    pub fn tag(key: &[u8]) -> u16 {
        match key {
            [] => 0,
            [only] => u16::from(*only) << 14,
            [first, .., last] => u16::from(first.wrapping_add(last.wrapping_mul(3))) << 14,
        }
    }

    /// The same for an entry whose key has this tag.
    pub const fn tagged(self, tag: u16) -> Self {
        Self(self.0 & !Self::TAG | tag)
    }

    pub const fn has_tag(self, tag: u16) -> bool {
        self.0 & Self::TAG == tag
    }

    /// The same flags in another style.
    pub const fn restyled(self, style: Style) -> Self {
        Self(self.0 & !15 | style as u16)
    }
}

/// A scalar's value when a tag forces it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Typed {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Str(Box<str>),
}

/// What is wrong with a text that should be YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The text breaks YAML's grammar.
    Syntax,
    /// YAML, but refused by Kubernetes' reader (a null key, `.inf`, a merge of a scalar, …).
    Refused,
    /// An alias without its anchor.
    UnknownAlias,
    /// Aliases that unfold to more than Kubernetes' reader allows.
    AliasBomb,
    /// Nesting deeper than the reader allows.
    TooDeep,
}

/// One thing wrong with one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The class of the error.
    pub kind: ErrorKind,
    /// What is wrong, for the person who wrote the text.
    pub message: String,
    /// What to do about it, where that can be said.
    pub help: Option<String>,
    /// Where.
    pub span: Span,
    /// 0-based index of the document among the file's documents.
    pub document: u32,
}

/// The same key twice in one mapping (Kubernetes' reader takes the last).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    /// The earlier key.
    pub first: Span,
    /// The later key.
    pub second: Span,
    /// 0-based index of the document among the file's documents.
    pub document: u32,
}

/// One document of a file, as stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DocumentRaw {
    /// The root node; `u32::MAX` when the document holds none (comments only, or nothing).
    pub root: u32,
    /// From the byte after the separating line to the next one's first byte.
    pub start: u32,
    pub end: u32,
    /// Where its value ends for Kubernetes' reader, which drops what follows.
    pub tail: u32,
    pub broken: bool,
}

pub(crate) const NO_ROOT: u32 = u32::MAX;

/// All documents of one file. Plain data: a tree never changes once it is read.
///
/// The text and the nodes come first: every look-up needs both, and so finds them in one line of the
/// processor's cache.
#[derive(Debug)]
#[repr(C)]
pub struct Tree {
    pub(crate) file: Arc<SourceFile>,
    pub(crate) nodes: Box<[Raw]>,
    /// `#` to the end of its line, in order.
    pub(crate) comments: Box<[(u32, u32)]>,
    pub(crate) documents: Box<[DocumentRaw]>,
    /// Text of scalars that must be decoded, filled at first use; sorted by node.
    pub(crate) texts: Box<[(u32, OnceLock<Box<str>>)]>,
    /// Keys that differ from their token; sorted by node.
    pub(crate) keys: Box<[(u32, Box<str>)]>,
    /// Alias node to anchored node; sorted by node.
    pub(crate) aliases: Box<[(u32, u32)]>,
    /// Values forced by tags; sorted by node.
    pub(crate) typed: Box<[(u32, Typed)]>,
    pub(crate) duplicates: Box<[Duplicate]>,
    pub(crate) errors: Box<[SyntaxError]>,
    /// What was asked of [`crate::edit`], where that is remembered.
    pub(crate) edits: OnceLock<Asked>,
}

impl Tree {
    /// Has edits remembered that are asked for: for who keeps a tree and asks the same again and
    /// again, as an editor does at each look.
    pub fn remember_edits(&self) {
        self.edits.get_or_init(Asked::default);
    }

    /// The file this tree was read from.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// The documents in order. Chunks between separators that hold nothing count too, so that
    /// indexes agree with what a person counts.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = Document<'_>> {
        (0..self.documents.len() as u32).map(|index| Document { tree: self, index })
    }

    /// The document at a 0-based index.
    pub fn document(&self, index: u32) -> Option<Document<'_>> {
        ((index as usize) < self.documents.len()).then_some(Document { tree: self, index })
    }

    /// The last document that begins at or before a byte.
    pub(crate) fn document_near(&self, offset: u32) -> Option<Document<'_>> {
        let after = self.documents.partition_point(|document| document.start <= offset);
        self.document((after as u32).checked_sub(1)?)
    }

    /// What could not be read, in order.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// Keys written twice in one mapping, in order.
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// Every comment of the file, `#` included, line break not, in order.
    pub fn comments(&self) -> impl DoubleEndedIterator<Item = Span> + '_ {
        self.comments.iter().map(|(start, end)| self.span(*start, *end))
    }

    /// The comments that touch bytes `start..end`.
    pub fn comments_in(&self, start: u32, end: u32) -> impl Iterator<Item = Span> + '_ {
        let first = self.comments.partition_point(|comment| comment.1 <= start);
        let rest = self.comments.get(first..).unwrap_or_default();
        rest.iter().take_while(move |comment| comment.0 < end).map(|(a, b)| self.span(*a, *b))
    }

    /// Bytes from `offset` to the end of its line.
    pub(crate) fn rest_of_line(&self, offset: u32) -> u32 {
        let rest = self.file.text().as_bytes().get(offset as usize..).unwrap_or_default();
        memchr::memchr(b'\n', rest).unwrap_or(rest.len()) as u32
    }

    /// The deepest node whose key or value holds the byte at `offset`, or whose collection does.
    pub fn node_at(&self, offset: u32) -> Option<Node<'_>> {
        let document = self.documents().find(|document| document.span().touches(offset))?;
        let mut found = None;
        let mut at = document.root()?.index();
        let mut end = self.nodes.get(at as usize)?.next;
        while at < end {
            let raw = self.nodes.get(at as usize)?;
            let first = if raw.meta.has(Meta::HAS_KEY) { raw.key_start } else { raw.start };
            if first <= offset && offset <= raw.end {
                found = Some(Node::new(self, at));
                end = raw.next;
                at += 1;
            } else {
                at = raw.next;
            }
        }
        found
    }

    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file.id, start, end)
    }

    pub(crate) fn slice(&self, start: u32, end: u32) -> &str {
        self.file.text().get(start as usize..end as usize).unwrap_or_default()
    }

    /// The node at a position that [`Node::position`] gave for this very tree.
    ///
    /// # Panics
    /// When the position is not one of this tree.
    pub fn node(&self, position: u32) -> Node<'_> {
        assert!((position as usize) < self.nodes.len(), "a position of another tree");
        Node::new(self, position)
    }

    /// Number of nodes: what memory and work are proportional to.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }
}

/// What a side table says of a node.
pub(crate) fn side<T>(table: &[(u32, T)], node: u32) -> Option<&T> {
    let at = table.binary_search_by_key(&node, |entry| entry.0).ok()?;
    table.get(at).map(|entry| &entry.1)
}

/// One document of a tree.
#[derive(Clone, Copy)]
pub struct Document<'t> {
    tree: &'t Tree,
    index: u32,
}

impl<'t> Document<'t> {
    fn raw(self) -> &'t DocumentRaw {
        &self.tree.documents[self.index as usize]
    }

    /// 0-based index among the file's documents.
    pub fn index(self) -> u32 {
        self.index
    }

    /// The root value; none for a document that holds nothing but comments.
    pub fn root(self) -> Option<Node<'t>> {
        let root = self.raw().root;
        (root != NO_ROOT).then(|| Node::new(self.tree, root))
    }

    /// From the byte after the separating line to the first byte of the next separator.
    pub fn span(self) -> Span {
        self.tree.span(self.raw().start, self.raw().end)
    }

    /// Where its value ends for Kubernetes' reader: after `...` nothing counts.
    pub(crate) fn tail(self) -> u32 {
        self.raw().tail
    }

    /// True when something in it could not be read: its tree is what was understood.
    pub fn is_broken(self) -> bool {
        self.raw().broken
    }

    /// What could not be read of this document.
    pub fn errors(self) -> impl Iterator<Item = &'t SyntaxError> {
        self.tree.errors.iter().filter(move |error| error.document == self.index)
    }

    /// The tree that the document is part of.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }
}

//! Nodes as a caller sees them: places in a tree that are cheap to copy, resolve aliases and merge
//! keys on the way, and decode their scalar when asked.

use std::fmt::Write as _;

use indexmap::IndexMap;
use kubesift_source::Span;

use crate::decode;
use crate::field::Field;
use crate::scalar::{self, Scalar};
use crate::tree::{Document, Meta, Raw, Style, Tree, Typed, side};

/// A place in a tree. Compares by place, not by value.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    at: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.at == other.at
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node({:?} at {}..{})", self.style(), self.raw().start, self.raw().end)
    }
}

/// What a node holds, typed as Kubernetes' reader types it.
#[derive(Debug, Clone, Copy)]
pub enum Value<'t> {
    /// Nothing, `~`, `null`.
    Null,
    /// true, yes, on, …
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer above `i64::MAX`.
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(&'t str),
    /// A sequence.
    List(List<'t>),
    /// A mapping.
    Map(Map<'t>),
}

/// A sequence.
#[derive(Debug, Clone, Copy)]
pub struct List<'t>(Node<'t>);

/// A mapping.
#[derive(Debug, Clone, Copy)]
pub struct Map<'t>(Node<'t>);

/// One step on the way from a document's root to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'t> {
    /// A key of a mapping.
    Key(&'t str),
    /// A 0-based position in a sequence.
    Index(u32),
}

/// How many levels of merge keys a look-up follows: past any real use, short of the stack's end.
const MERGE_DEPTH: u32 = 32;

impl<'t> Node<'t> {
    pub(crate) fn new(tree: &'t Tree, at: u32) -> Self {
        Self { tree, at }
    }

    pub(crate) fn raw(self) -> &'t Raw {
        &self.tree.nodes[self.at as usize]
    }

    pub(crate) fn index(self) -> u32 {
        self.at
    }

    /// Its position in the tree, to come back to with [`Tree::node`]: preorder, 0-based.
    pub fn position(self) -> u32 {
        self.at
    }

    /// The tree it is a place of.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// How it is written.
    pub fn style(self) -> Style {
        self.raw().meta.style()
    }

    /// True for a collection in braces or brackets.
    pub fn is_flow(self) -> bool {
        self.raw().meta.has(Meta::FLOW)
    }

    /// True when aliases may refer to this node.
    pub fn is_anchored(self) -> bool {
        self.raw().meta.has(Meta::ANCHORED)
    }

    /// The value's bytes: quotes and block indicators included, key, anchor and tag not.
    /// Empty, at its place, for a value that is not written.
    pub fn span(self) -> Span {
        self.tree.span(self.raw().start, self.raw().end)
    }

    /// The key's bytes, for an entry of a mapping.
    pub fn key_span(self) -> Option<Span> {
        let raw = self.raw();
        let end = raw.key_start + u32::from(raw.key_len);
        raw.meta.has(Meta::HAS_KEY).then(|| self.tree.span(raw.key_start, end))
    }

    /// Key and value, for an entry of a mapping; the value otherwise.
    pub fn entry_span(self) -> Span {
        match self.key_span() {
            Some(key) => self.tree.span(key.start, self.raw().end.max(key.end)),
            None => self.span(),
        }
    }

    /// The tight place that a finding on this node points at: `key: value` for a scalar on one
    /// line, the key for anything larger, and for an item that is a mapping its `name` (or first)
    /// entry. Never more than a line, so that code scanning can show it in a diff.
    pub fn place(self) -> Span {
        let raw = self.raw();
        let entry = self.entry_span();
        if !self.tree.slice(entry.start, entry.end).contains('\n')
            && !matches!(raw.meta.style(), Style::Map | Style::Seq)
        {
            return entry;
        }
        if let Some(key) = self.key_span() {
            return key;
        }
        if raw.meta.style() == Style::Map {
            let name = self.raw_get("name").filter(|name| name.str().is_some());
            let kind = name.is_none().then(|| self.raw_get("kind")).flatten();
            if let Some(entry) = name.or(kind).or_else(|| self.raw_children().next()) {
                return match entry.key_span() {
                    Some(key) if entry.style().is_collection() => key,
                    _ => entry.first_line(entry.entry_span()),
                };
            }
        }
        if raw.meta.style() == Style::Seq
            && let Some(item) = self.raw_children().next()
            && !item.style().is_collection()
        {
            return item.first_line(item.span());
        }
        self.first_line(entry)
    }

    fn first_line(self, span: Span) -> Span {
        let text = self.tree.slice(span.start, span.end);
        let line = text.lines().next().unwrap_or_default().trim_end();
        self.tree.span(span.start, span.start + line.len() as u32)
    }

    /// The key, typed and turned into text as Kubernetes' reader does (`on` is "true").
    pub fn key(self) -> Option<&'t str> {
        let raw = self.raw();
        raw.meta.has(Meta::HAS_KEY).then(|| self.key_text(raw))
    }

    fn key_text(self, raw: &Raw) -> &'t str {
        if raw.meta.has(Meta::KEY_SIDE) {
            return side(&self.tree.keys, self.at).map_or("", |key| key);
        }
        raw.key_in(self.tree.file.text())
    }

    /// The node an alias stands for; any other node itself.
    pub fn resolved(self) -> Self {
        if self.style() != Style::Alias {
            return self;
        }
        // A target is never an alias itself: the readers store the final one.
        side(&self.tree.aliases, self.at).map_or(self, |at| Self::new(self.tree, *at))
    }

    /// What the node holds.
    pub fn value(self) -> Value<'t> {
        let node = self.resolved();
        match node.style() {
            Style::Map => Value::Map(Map(node)),
            Style::Seq => Value::List(List(node)),
            // An alias of a key, which is no node, holds the key's value.
            Style::Alias if !node.raw().meta.has(Meta::TYPED) => Value::Null,
            Style::Empty | Style::Error => Value::Null,
            _ => node.scalar(),
        }
    }

    fn scalar(self) -> Value<'t> {
        if self.raw().meta.has(Meta::TYPED)
            && let Some(typed) = side(&self.tree.typed, self.at)
        {
            return match typed {
                Typed::Null => Value::Null,
                Typed::Bool(value) => Value::Bool(*value),
                Typed::Int(value) => Value::Int(*value),
                Typed::Uint(value) => Value::Uint(*value),
                Typed::Float(value) => Value::Float(*value),
                Typed::Str(text) => Value::Str(text),
            };
        }
        let text = self.scalar_text();
        if self.style() != Style::Plain {
            return Value::Str(text);
        }
        match scalar::resolve(text) {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(value) => Value::Int(value),
            Scalar::Uint(value) => Value::Uint(value),
            Scalar::Float(value) => Value::Float(value),
            Scalar::Str => Value::Str(text),
        }
    }

    fn scalar_text(self) -> &'t str {
        let raw = self.raw();
        if raw.meta.has(Meta::LAZY)
            && let Some(cell) = side(&self.tree.texts, self.at)
        {
            return cell.get_or_init(|| decode::decode(self.tree.file.text(), raw).into());
        }
        match raw.meta.style() {
            Style::Single | Style::Double => {
                self.tree.slice(raw.start + 1, raw.end.saturating_sub(1))
            }
            _ => self.tree.slice(raw.start, raw.end),
        }
    }

    /// The text of a scalar of this very node, decoded but not typed.
    pub(crate) fn text_as_written(self) -> Option<&'t str> {
        let alias = self.style() == Style::Alias;
        (!alias).then(|| self.text()).flatten()
    }

    /// A string's text. None for numbers, booleans, null and collections: `tag: 1.20` is a number.
    pub fn str(self) -> Option<&'t str> {
        match self.value() {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Any scalar's text as it is written, decoded but not typed: "080" for `080`. None for
    /// collections and for values that are not written.
    pub fn text(self) -> Option<&'t str> {
        let node = self.resolved();
        match node.style() {
            Style::Plain | Style::Single | Style::Double | Style::Literal | Style::Folded => {
                Some(node.scalar_text())
            }
            _ => None,
        }
    }

    /// A boolean.
    pub fn bool(self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// An integer, or a float without a fraction.
    pub fn int(self) -> Option<i64> {
        match self.value() {
            Value::Int(value) => Some(value),
            Value::Float(value) if value.fract() == 0.0 && value.abs() < 1e15 => Some(value as i64),
            _ => None,
        }
    }

    /// True for nothing, `~` and `null`.
    pub fn is_null(self) -> bool {
        let node = self.resolved();
        match node.style() {
            Style::Map | Style::Seq => false,
            // The longest word for null has four letters.
            Style::Plain if node.raw().end - node.raw().start > 4 => false,
            _ => matches!(node.value(), Value::Null),
        }
    }

    /// True for a mapping.
    pub fn is_map(self) -> bool {
        self.resolved().style() == Style::Map
    }

    /// True for a sequence.
    pub fn is_list(self) -> bool {
        self.resolved().style() == Style::Seq
    }

    /// The mapping, when it is one.
    pub fn map(self) -> Option<Map<'t>> {
        let node = self.resolved();
        (node.style() == Style::Map).then_some(Map(node))
    }

    /// The sequence, when it is one.
    pub fn list(self) -> Option<List<'t>> {
        let node = self.resolved();
        (node.style() == Style::Seq).then_some(List(node))
    }

    /// The items of a sequence; nothing for any other node.
    pub fn items(self) -> Items<'t> {
        let node = self.resolved();
        if node.style() != Style::Seq {
            return Items { tree: self.tree, at: 0, end: 0 };
        }
        Items { tree: node.tree, at: node.at + 1, end: node.raw().next }
    }

    /// The entries of a mapping as Kubernetes' reader ends with them: merged ones included, of
    /// equal keys the last. Nothing for any other node.
    pub fn entries(self) -> Entries<'t> {
        let node = self.resolved();
        if node.style() != Style::Map {
            return Entries::Plain(Items { tree: self.tree, at: 0, end: 0 });
        }
        let meta = node.raw().meta;
        if meta.has(Meta::HAS_MERGE | Meta::HAS_DUPLICATES) {
            let mut merged = Merged::default();
            node.collect_entries(&mut merged, MERGE_DEPTH);
            return Entries::Merged(merged.into_iter());
        }
        Entries::Plain(Items { tree: node.tree, at: node.at + 1, end: node.raw().next })
    }

    fn collect_entries(self, into: &mut Merged<'t>, depth: u32) {
        for entry in self.raw_children() {
            if !entry.raw().meta.has(Meta::MERGE) {
                let key = entry.key().unwrap_or_default();
                into.insert(key, entry);
            } else if depth > 0 {
                for (key, entry) in entry.merged(depth) {
                    into.insert(key, entry);
                }
            }
        }
    }

    /// The entries that a merge key brings: of several mappings the first that has a key wins.
    fn merged(self, depth: u32) -> Merged<'t> {
        let mut all = Merged::default();
        let source = self.resolved();
        let maps: Vec<Node<'t>> = match source.style() {
            Style::Map => vec![source],
            Style::Seq => source.items().map(Node::resolved).collect(),
            _ => Vec::new(),
        };
        for map in maps.into_iter().rev().filter(|map| map.style() == Style::Map) {
            map.collect_entries(&mut all, depth - 1);
        }
        all
    }

    /// True for an entry whose key is a plain `<<`.
    pub fn is_merge(self) -> bool {
        self.raw().meta.has(Meta::MERGE)
    }

    /// The items or entries of this very node as they are written: merge keys are not applied,
    /// repeated keys are all there. Nothing for scalars and aliases.
    pub fn children(self) -> Items<'t> {
        self.raw_children()
    }

    /// The children as they are written, merge keys and repeated keys included.
    pub(crate) fn raw_children(self) -> Items<'t> {
        match self.style() {
            Style::Map | Style::Seq => {
                Items { tree: self.tree, at: self.at + 1, end: self.raw().next }
            }
            _ => Items { tree: self.tree, at: 0, end: 0 },
        }
    }

    fn raw_get(self, key: &str) -> Option<Self> {
        self.raw_children().find(|entry| entry.key() == Some(key))
    }

    /// The value of a key of this mapping; the last of equal keys, merge keys applied in order.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        let node = self.resolved();
        if node.style() != Style::Map {
            return None;
        }
        if node.raw().meta.has(Meta::HAS_MERGE) {
            return node.entries().filter(|entry| entry.0 == key).map(|entry| entry.1).last();
        }
        let first_counts = !node.raw().meta.has(Meta::HAS_DUPLICATES);
        let tag = Meta::tag(key.as_bytes());
        let mut found = None;
        let (mut at, end) = (node.at + 1, node.raw().next);
        while at < end {
            let child = Node::new(node.tree, at);
            let raw = child.raw();
            if raw.meta.has_tag(tag) && child.key_is(raw, key) {
                found = Some(child);
                if first_counts {
                    break;
                }
            }
            at = raw.next;
        }
        found
    }

    /// `key_text == key`, with the lengths compared first: look-ups are what checks do most, and the
    /// text is seldom in the processor's cache.
    fn key_is(self, raw: &Raw, key: &str) -> bool {
        if raw.meta.has(Meta::KEY_SIDE) {
            return self.key_text(raw) == key;
        }
        let quote = usize::from(raw.meta.has(Meta::KEY_QUOTED));
        if usize::from(raw.key_len) != key.len() + 2 * quote {
            return false;
        }
        let start = raw.key_start as usize + quote;
        let text = self.tree.file.text().as_bytes();
        text.get(start..start + key.len()) == Some(key.as_bytes())
    }

    /// The node at a path of keys joined by dots, from here. Keys that hold a dot need
    /// [`Node::get`]. A null on the way, or at the end, is given as it is.
    pub fn at(self, path: &str) -> Option<Node<'t>> {
        let mut node = self;
        let mut rest = path;
        while let Some(dot) = memchr::memchr(b'.', rest.as_bytes()) {
            node = node.get(&rest[..dot])?;
            rest = &rest[dot + 1..];
        }
        node.get(rest)
    }

    /// What is, or is not, at a path of keys joined by dots from here. An empty path is this node.
    pub fn field(self, path: &'static str) -> Field<'t> {
        Field::look(self, path)
    }

    /// The steps from the document's root to this node.
    pub fn segments(self) -> Vec<Segment<'t>> {
        let mut segments = Vec::new();
        if let Some(root) = self.document_root() {
            self.steps_from(root, |_, index, child| segments.push(segment(index, child)));
        }
        segments
    }

    /// The nodes from the document's root (first) to this one (last).
    pub fn ancestry(self) -> Vec<Node<'t>> {
        let Some(root) = self.document_root() else { return Vec::new() };
        let mut found = vec![root];
        self.steps_from(root, |_, _, child| found.push(child));
        found
    }

    /// The root of the document that holds this node.
    fn document_root(self) -> Option<Node<'t>> {
        let document = self.tree.document_near(self.raw().start);
        let near = document.and_then(Document::root).filter(|root| root.holds(self));
        near.or_else(|| {
            self.tree.documents().filter_map(Document::root).find(|root| root.holds(self))
        })
    }

    /// True for this node and all below it.
    fn holds(self, node: Node<'t>) -> bool {
        std::ptr::eq(self.tree, node.tree) && (self.at..self.raw().next).contains(&node.at)
    }

    /// Calls `each` with parent, position and child for every step from `above`, which holds this
    /// node, down to it.
    fn steps_from(self, above: Node<'t>, mut each: impl FnMut(Node<'t>, usize, Node<'t>)) {
        let mut node = above;
        while node.at != self.at {
            let mut children = node.raw_children().enumerate();
            let Some((index, child)) = children.find(|(_, child)| child.holds(self)) else {
                return;
            };
            each(node, index, child);
            node = child;
        }
    }

    /// The collection that holds this node; none for a document's root.
    pub fn parent(self) -> Option<Node<'t>> {
        let ancestry = self.ancestry();
        ancestry.len().checked_sub(2).and_then(|at| ancestry.get(at).copied())
    }

    /// The path from `root` (an ancestor, or the document's root) in the form
    /// `spec.containers[0].image`; keys that are not plain names stand in brackets and quotes.
    pub fn path_from(self, root: Node<'t>) -> String {
        let mut path = String::new();
        if root.holds(self) {
            // From there on only: a stream holds many documents, a list many items.
            self.steps_from(root, |_, index, child| push_segment(&mut path, segment(index, child)));
            return path;
        }
        let skip = root.segments().len();
        for segment in self.segments().into_iter().skip(skip) {
            push_segment(&mut path, segment);
        }
        path
    }

    /// The same path with `[name=web]` in place of a position, for items that are mappings with a
    /// `name` (or another identifying) key: stable when items are moved.
    pub fn stable_path_from(self, root: Node<'t>) -> String {
        let mut path = String::new();
        let above = if root.holds(self) { Some(root) } else { self.document_root() };
        if let Some(above) = above {
            self.steps_from(above, |parent, _, child| push_stable(&mut path, parent, child));
        }
        path
    }

    /// The comments that stand in the bytes of this node's entry or end its last line.
    pub fn comments(self) -> impl Iterator<Item = Span> + 't {
        let entry = self.entry_span();
        let mut following = self.tree.comments_in(entry.start, u32::MAX).peekable();
        // Most files hold no comment behind a value: the end of the line is looked for only then.
        let end = match following.peek() {
            Some(_) => entry.end + self.tree.rest_of_line(entry.end),
            None => entry.end,
        };
        following.take_while(move |comment| comment.start < end)
    }
}

impl Style {
    /// A mapping or a sequence.
    pub fn is_collection(self) -> bool {
        matches!(self, Self::Map | Self::Seq)
    }
}

/// Entries by key, in the order of first appearance; a later value takes an earlier one's place.
type Merged<'t> = IndexMap<&'t str, Node<'t>>;

fn segment<'t>(index: usize, child: Node<'t>) -> Segment<'t> {
    child.key().map_or(Segment::Index(index as u32), Segment::Key)
}

/// Appends one step to a path in the form `spec.containers[0]["a/b"]`.
pub(crate) fn push_segment(path: &mut String, segment: Segment<'_>) {
    match segment {
        Segment::Index(index) => {
            let _ = write!(path, "[{index}]");
        }
        Segment::Key(key) if is_plain_name(key) => {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(key);
        }
        Segment::Key(key) => {
            let _ = write!(path, "[\"{}\"]", key.escape_debug());
        }
    }
}

/// The keys that identify an item of a list, in order of preference.
const ITEM_KEYS: [&str; 6] = ["name", "containerPort", "port", "mountPath", "key", "host"];

fn push_stable<'t>(path: &mut String, parent: Node<'t>, node: Node<'t>) {
    if let Some(key) = node.key() {
        return push_segment(path, Segment::Key(key));
    }
    let named = ITEM_KEYS.iter().find_map(|key| Some((key, node.raw_get(key)?.text()?)));
    if let Some((key, value)) = named {
        let _ = write!(path, "[{key}={value}]");
        return;
    }
    let index = parent.raw_children().position(|child| child == node);
    push_segment(path, Segment::Index(index.unwrap_or(0) as u32));
}

fn is_plain_name(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// Iterates over sibling nodes.
#[derive(Clone)]
pub struct Items<'t> {
    tree: &'t Tree,
    at: u32,
    end: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.at >= self.end {
            return None;
        }
        let node = Node::new(self.tree, self.at);
        self.at = node.raw().next;
        Some(node)
    }
}

/// Iterates over the entries of a mapping: key and value.
pub enum Entries<'t> {
    /// As they are written.
    Plain(Items<'t>),
    /// Merge keys and repeated keys applied.
    Merged(indexmap::map::IntoIter<&'t str, Node<'t>>),
}

impl<'t> Iterator for Entries<'t> {
    type Item = (&'t str, Node<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Plain(items) => {
                let entry = items.next()?;
                Some((entry.key().unwrap_or_default(), entry))
            }
            Self::Merged(entries) => entries.next(),
        }
    }
}

impl<'t> List<'t> {
    /// The sequence's own node.
    pub fn node(self) -> Node<'t> {
        self.0
    }

    /// Its items.
    pub fn items(self) -> Items<'t> {
        self.0.items()
    }

    /// True for `[]`.
    pub fn is_empty(self) -> bool {
        self.items().next().is_none()
    }
}

impl<'t> Map<'t> {
    /// The mapping's own node.
    pub fn node(self) -> Node<'t> {
        self.0
    }

    /// Its entries.
    pub fn entries(self) -> Entries<'t> {
        self.0.entries()
    }

    /// The value of a key.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.0.get(key)
    }

    /// True for `{}`.
    pub fn is_empty(self) -> bool {
        self.entries().next().is_none()
    }
}

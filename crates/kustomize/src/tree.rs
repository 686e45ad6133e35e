//! The objects of a build while it is made: a tree that can be changed, whose every key and value
//! knows where it comes from. The order of keys does not matter to kustomize, which sorts them in
//! the end, so a mapping is kept sorted.

use std::sync::Arc;

use kubesift_source::Origin;
use smol_str::SmolStr;

use crate::scalar::Tag;

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it holds.
    pub value: Value,
    /// The bytes of the value, and the way from there.
    pub origin: Origin,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Anything that is no collection, null included.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// A scalar as kustomize keeps it: text and type are apart, so that text may be put in the place of
/// other text and be typed anew in the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// The text, decoded.
    pub text: SmolStr,
    /// The type as it was when the scalar was read or made.
    pub tag: Tag,
    /// Written in quotes or as a block: a string whatever the text.
    pub quoted: bool,
    /// The parts of a text that was put together of several: where each ends (bytes of `text`), and
    /// where it comes from. None for text of one place.
    pub fragments: Option<Arc<[(u32, Origin)]>>,
}

/// A mapping: sorted by key, no key twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    entries: Vec<Entry>,
}

/// One entry of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: SmolStr,
    /// Where the key comes from.
    pub key_origin: Origin,
    /// The value.
    pub value: Node,
}

/// A key that may be read as another type is still text in a built object, so keys have no tag.
impl Map {
    /// The entries, sorted by the bytes of their keys.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The same, to change keys' origins and values; the keys must stay as they are.
    pub fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True without entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.key.as_str().cmp(key))
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.find(key).ok().map(|at| &self.entries[at])
    }

    /// The entry of a key, to be changed.
    pub fn entry_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.find(key).ok().map(|at| &mut self.entries[at])
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entry_mut(key).map(|entry| &mut entry.value)
    }

    /// Puts an entry in, in the place of one with the same key, which is given back.
    pub fn insert(&mut self, entry: Entry) -> Option<Entry> {
        match self.find(&entry.key) {
            Ok(at) => Some(std::mem::replace(&mut self.entries[at], entry)),
            Err(at) => {
                self.entries.insert(at, entry);
                None
            }
        }
    }

    /// The value of a key; an empty mapping is put in where there is none, its place `origin`.
    pub fn map_at(&mut self, key: &str, origin: &Origin) -> &mut Node {
        self.or_insert(key, origin, || Node::map(Self::default(), origin.clone()))
    }

    /// The value of a key; what `make` gives is put in where there is none, the key's place `origin`.
    pub fn or_insert(
        &mut self,
        key: &str,
        origin: &Origin,
        make: impl FnOnce() -> Node,
    ) -> &mut Node {
        let at = match self.find(key) {
            Ok(at) => at,
            Err(at) => {
                self.entries.insert(at, Entry::new(key, origin.clone(), make()));
                at
            }
        };
        &mut self.entries[at].value
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        self.find(key).ok().map(|at| self.entries.remove(at))
    }

    /// Keeps the entries that `keep` says.
    pub fn retain(&mut self, keep: impl FnMut(&Entry) -> bool) {
        self.entries.retain(keep);
    }
}

impl FromIterator<Entry> for Map {
    /// Of several entries with one key the last stays.
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut entries: Vec<Entry> = entries.into_iter().collect();
        if entries.is_sorted_by(|a, b| a.key < b.key) {
            return Self { entries };
        }
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        // Among equals the last is kept, so the earlier one gives its place.
        entries.dedup_by(|later, first| {
            let same = later.key == first.key;
            if same {
                std::mem::swap(later, first);
            }
            same
        });
        Self { entries }
    }
}

impl IntoIterator for Map {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl Entry {
    /// An entry.
    pub fn new(key: impl Into<SmolStr>, key_origin: Origin, value: Node) -> Self {
        Self { key: key.into(), key_origin, value }
    }
}

impl Scalar {
    /// A string, whatever its text looks like.
    pub fn string(text: impl Into<SmolStr>) -> Self {
        Self { text: text.into(), tag: Tag::Str, quoted: false, fragments: None }
    }

    /// Text that is put together or copied, as kustomize leaves it: without a type of its own, so
    /// that it is a number where it looks like one.
    pub fn untyped(text: impl Into<SmolStr>) -> Self {
        Self { text: text.into(), tag: Tag::Null, quoted: false, fragments: None }
    }

    /// What it is once it is written and read again: quotes and the type of a string hold, anything
    /// else goes by the text.
    pub fn kind(&self) -> Tag {
        if self.quoted || self.tag == Tag::Str {
            return Tag::Str;
        }
        crate::scalar::resolve(&self.text)
    }

    /// Puts other text in its place and keeps the type. Fragments are of the old text, so they go.
    pub fn set_text(&mut self, text: impl Into<SmolStr>) {
        self.text = text.into();
        self.fragments = None;
    }
}

impl Node {
    /// A scalar.
    pub fn scalar(scalar: Scalar, origin: Origin) -> Self {
        Self { value: Value::Scalar(scalar), origin }
    }

    /// A string.
    pub fn string(text: impl Into<SmolStr>, origin: Origin) -> Self {
        Self::scalar(Scalar::string(text), origin)
    }

    /// A mapping.
    pub fn map(map: Map, origin: Origin) -> Self {
        Self { value: Value::Map(map), origin }
    }

    /// A sequence.
    pub fn list(items: Vec<Node>, origin: Origin) -> Self {
        Self { value: Value::List(items), origin }
    }

    /// The scalar, when it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar, to be changed.
    pub fn as_scalar_mut(&mut self) -> Option<&mut Scalar> {
        match &mut self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// A scalar's text, whatever its type; none for null and collections.
    pub fn text(&self) -> Option<&str> {
        self.as_scalar().filter(|_| !self.is_null()).map(|scalar| scalar.text.as_str())
    }

    /// True for a scalar that is null.
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| scalar.kind() == Tag::Null)
    }

    /// The items, when it is a sequence.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The items, to be changed.
    pub fn as_list_mut(&mut self) -> Option<&mut Vec<Node>> {
        match &mut self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The mapping, when it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The mapping, to be changed.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The value of a key, when it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.as_map_mut()?.get_mut(key)
    }

    /// The value under keys one in the other.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The same, to be changed.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, key| node.get_mut(key))
    }
}

//! A field that is there, or the deepest place that is there on the way to it. One value gives a
//! finding its place, its path and its fix, so no check has a branch for "absent".

use kubesift_source::{Edit, Span};

use crate::edit;
use crate::node::{Node, Segment, Value, push_segment};

/// What was found where a caller looked.
#[derive(Debug, Clone, Copy)]
pub struct Field<'t> {
    /// The node at the path, if it is there and not null.
    found: Option<Node<'t>>,
    /// The deepest node that is there: the field itself, or its nearest parent.
    deepest: Node<'t>,
    /// The part of the path that is not there.
    missing: &'static str,
}

/// A field that should hold a boolean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boolean {
    /// It is true.
    True,
    /// It is false.
    False,
    /// It is not there, or null.
    Absent,
    /// It holds something else: a placeholder, or a mistake.
    Unknown,
}

impl<'t> Field<'t> {
    pub(crate) fn look(base: Node<'t>, path: &'static str) -> Self {
        let mut deepest = base;
        let mut rest = path;
        while !rest.is_empty() {
            let (key, after) = match memchr::memchr(b'.', rest.as_bytes()) {
                Some(dot) => (&rest[..dot], &rest[dot + 1..]),
                None => (rest, ""),
            };
            let Some(next) = deepest.get(key) else {
                return Self { found: None, deepest, missing: rest };
            };
            deepest = next;
            if next.is_null() {
                return Self { found: None, deepest, missing: after };
            }
            rest = after;
        }
        Self { found: Some(deepest), deepest, missing: "" }
    }

    /// The field at a path of keys joined by dots from this one.
    ///
    /// `path` must be the whole rest: looking on from a field that is missing keeps what this one
    /// already lacked out of sight, so look from a node that exists.
    pub fn node(self) -> Option<Node<'t>> {
        self.found
    }

    /// The field's node, or the deepest parent that exists.
    pub fn deepest(self) -> Node<'t> {
        self.deepest
    }

    /// True when the field is there and not null.
    pub fn exists(self) -> bool {
        self.found.is_some()
    }

    /// What the field holds; null when it is not there.
    pub fn value(self) -> Value<'t> {
        self.found.map_or(Value::Null, Node::value)
    }

    /// True when the field holds true.
    pub fn is_true(self) -> bool {
        self.found.and_then(Node::bool) == Some(true)
    }

    /// True when the field holds false.
    pub fn is_false(self) -> bool {
        self.found.and_then(Node::bool) == Some(false)
    }

    /// The field read as a boolean, with absent and unknown kept apart.
    pub fn boolean(self) -> Boolean {
        match self.found.map(Node::value) {
            None => Boolean::Absent,
            Some(Value::Bool(true)) => Boolean::True,
            Some(Value::Bool(false)) => Boolean::False,
            Some(_) => Boolean::Unknown,
        }
    }

    /// The field's text, when it holds a string.
    pub fn str(self) -> Option<&'t str> {
        self.found.and_then(Node::str)
    }

    /// The field's number, when it holds an integer.
    pub fn int(self) -> Option<i64> {
        self.found.and_then(Node::int)
    }

    /// The items of a list; nothing when the field is not there.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> {
        self.found.into_iter().flat_map(Node::items)
    }

    /// The tight place of the field, or of the deepest parent that exists.
    pub fn place(self) -> Span {
        self.deepest.place()
    }

    /// The full path of the field from `root`, missing part included.
    pub fn path_from(self, root: Node<'t>) -> String {
        self.with_missing(self.deepest.path_from(root))
    }

    /// The same path with list keys in place of positions: see [`Node::stable_path_from`].
    pub fn stable_path_from(self, root: Node<'t>) -> String {
        self.with_missing(self.deepest.stable_path_from(root))
    }

    fn with_missing(self, mut path: String) -> String {
        for key in self.missing.split('.').filter(|key| !key.is_empty()) {
            push_segment(&mut path, Segment::Key(key));
        }
        path
    }

    /// The part of the path that is not there; empty when the field is, or is null.
    pub fn missing(self) -> &'static str {
        self.missing
    }

    /// The edit that gives the field a value, written as a scalar, in brackets, or as lines at column
    /// 0; parents that are missing are added. See [`edit::replace`] and [`edit::add`]. None when it cannot be written without touching bytes that are
    /// not this field's own (an anchored value, a value behind an alias).
    pub fn set(self, yaml: &str) -> Option<Edit> {
        match self.found {
            Some(node) => edit::replace(node, yaml),
            None => edit::add(self.deepest, self.missing, yaml),
        }
    }

    /// The edit that appends an item to the list that the field holds; a list that is missing, or
    /// null, is written with that one item. See [`edit::append`].
    pub fn push(self, yaml: &str) -> Option<Edit> {
        match self.found {
            Some(list) => edit::append(list, yaml),
            None => edit::add_list(self.deepest, self.missing, yaml),
        }
    }

    /// The edit that removes the field with its line and the comment at its end. None when it is
    /// not there, or cannot be removed without touching other bytes.
    pub fn remove(self) -> Option<Edit> {
        edit::remove(self.found?)
    }
}

//! A built text as its keys and values by path, so that two builds can be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kubesift_source::{FileId, Piece, SourceFile};
use kubesift_yaml::{Node, parse};

use super::change::Change;

/// A key or a scalar of a built text.
#[derive(Debug, Clone)]
pub struct Place {
    /// 0-based.
    pub document: usize,
    /// From the root of the document.
    pub path: String,
    /// The key itself; empty for an item of a list.
    pub name: String,
    /// What it holds is a collection that is not empty.
    pub is_collection: bool,
    /// The type of a scalar and its text.
    pub value: Value,
    start: u32,
    end: u32,
}

/// The type of a scalar, as far as a change must keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Bool(bool),
    Number(String),
    Text(String),
    Other(String),
}

/// All of a text.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// Scalars and empty collections by document and path.
    leaves: BTreeMap<(usize, String), String>,
    /// Keys and values in the order of the text.
    places: Vec<Place>,
}

/// Fields by which patches, selectors, merges and references find what they are for.
const IDENTITY: [&str; 22] = [
    "apiVersion",
    "kind",
    "name",
    "namespace",
    "apiGroup",
    "group",
    "version",
    "containerPort",
    "port",
    "protocol",
    "mountPath",
    "devicePath",
    "key",
    "topologyKey",
    "whenUnsatisfiable",
    "ip",
    "uid",
    "type",
    "claimName",
    "secretName",
    "serviceAccountName",
    "serviceName",
];

impl Shape {
    pub fn new(text: &str) -> Self {
        let tree = parse(Arc::new(SourceFile::new(FileId(0), "built", text)));
        let mut shape = Self::default();
        for (document, root) in tree.documents().filter_map(|one| one.root()).enumerate() {
            shape.walk(document, root, String::new());
        }
        shape.places.sort_by_key(|place| place.start);
        shape
    }

    fn walk(&mut self, document: usize, root: Node<'_>, path: String) {
        let mut work = vec![(root, path)];
        while let Some((node, path)) = work.pop() {
            let before = work.len();
            if node.is_map() {
                for (key, child) in node.entries() {
                    let below = format!("{path}.{key}");
                    if let Some(span) = child.key_span() {
                        let mut place = place(document, &below, child);
                        (place.start, place.end) = (span.start, span.end);
                        self.places.push(place);
                    }
                    work.push((child, below));
                }
            }
            for (index, child) in node.items().enumerate() {
                work.push((child, format!("{path}[{index}]")));
            }
            if work.len() == before {
                let place = place(document, &path, node);
                self.leaves.insert(place.key(), format!("{:?}", place.value));
                self.places.push(place);
            }
        }
    }

    /// The key or value that a piece is of.
    pub fn at(&self, piece: &Piece) -> Option<&Place> {
        let after = self.places.partition_point(|place| place.start <= piece.start);
        self.places.get(after.checked_sub(1)?).filter(|place| piece.start < place.end)
    }

    pub fn value(&self, key: &(usize, String)) -> Option<&str> {
        self.leaves.get(key).map(String::as_str)
    }

    /// Does to a key what was done to its source.
    pub fn rename(&mut self, place: &Place, change: &Change) {
        let Some(new) = change.applied(&place.name) else { return };
        let above = &place.path[..place.path.len() - place.name.len()];
        let below = |path: &str| {
            let rest = path.strip_prefix(&place.path)?;
            let ends = rest.is_empty() || rest.starts_with(['.', '[']);
            ends.then(|| format!("{above}{new}{rest}"))
        };
        let leaves = std::mem::take(&mut self.leaves).into_iter();
        self.leaves = leaves
            .map(|((document, path), value)| {
                let renamed = below(&path).filter(|_| document == place.document);
                ((document, renamed.unwrap_or(path)), value)
            })
            .collect();
    }

    /// The leaves that only one of two shapes has, or that differ.
    pub fn differences(&self, other: &Self) -> BTreeSet<(usize, String)> {
        let mut found = BTreeSet::new();
        for (key, value) in &self.leaves {
            if other.leaves.get(key) != Some(value) {
                found.insert(key.clone());
            }
        }
        found.extend(other.leaves.keys().filter(|key| !self.leaves.contains_key(*key)).cloned());
        found
    }
}

fn place(document: usize, path: &str, node: Node<'_>) -> Place {
    let written = || node.tree().file().slice(node.span()).to_owned();
    let value = match node.value() {
        kubesift_yaml::Value::Bool(value) => Value::Bool(value),
        kubesift_yaml::Value::Str(text) => Value::Text(text.to_owned()),
        kubesift_yaml::Value::Int(_)
        | kubesift_yaml::Value::Uint(_)
        | kubesift_yaml::Value::Float(_) => Value::Number(written()),
        _ => Value::Other(written()),
    };
    let span = node.span();
    Place {
        document,
        path: path.to_owned(),
        name: node.key().unwrap_or_default().to_owned(),
        is_collection: node.is_map() && node.entries().next().is_some()
            || node.is_list() && node.items().next().is_some(),
        value,
        start: span.start,
        end: span.end,
    }
}

impl Place {
    /// Document and path.
    pub fn key(&self) -> (usize, String) {
        (self.document, self.path.clone())
    }

    /// Why a change here may do more than change this node, or have no effect on it: others find
    /// what they are for by it. None where nothing should go by it.
    pub fn goes_by(
        &self,
        is_key: bool,
        unmoved: &[&(usize, String)],
        strange: &[&(usize, String)],
    ) -> Option<&'static str> {
        let inside = |names: &[&str]| names.iter().any(|name| self.path.contains(name));
        if self.is_collection {
            return Some("the key of a collection, which patches and transformers go by");
        }
        let free = inside(&[".annotations.", ".labels.", ".data.", ".stringData.", ".binaryData."]);
        if is_key && !free && unmoved.is_empty() {
            return Some("a field of the API, which patches and transformers go by");
        }
        if inside(&[".labels.", "matchLabels", "matchExpressions", ".selector."]) {
            return Some("a label, which selectors go by");
        }
        let name = self.name.as_str();
        let is_item = name.is_empty();
        if IDENTITY.contains(&name) && (!strange.is_empty() || !unmoved.is_empty()) {
            return Some("an identity, which patches, merges and references go by");
        }
        (is_item && inside(&["finalizers"])).then_some("an item that is merged by its value")
    }
}

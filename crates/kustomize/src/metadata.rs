//! What a build writes into the annotations of its objects when `buildMetadata` asks for it, and how
//! annotations look in the end: all of them text, kustomize's own taken out.

use kubesift_source::Origin;

use crate::resource::Resource;
use crate::tree::{Entry, Map, Node, Scalar, Value};

/// Where an object comes from.
const ORIGIN: &str = "config.kubernetes.io/origin";
/// What changed it.
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// Annotations that kustomize takes for its own and drops.
const INTERNAL: [&str; 19] = [
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
    "internal.config.kubernetes.io/helm-generated",
];

/// What `buildMetadata` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Wanted {
    /// Each object says where it comes from.
    pub origins: bool,
    /// Each object says what changed it.
    pub transformations: bool,
    /// Each object gets a label that says that kustomize manages it.
    pub managed_by: bool,
    /// The list is there and not empty, so that origins are traced.
    pub traced: bool,
}

impl Wanted {
    /// From the items of `buildMetadata`.
    pub fn new(items: &[Node]) -> Self {
        let has = |word: &str| items.iter().any(|item| item.text() == Some(word));
        Self {
            origins: has("originAnnotations"),
            transformations: has("transformerAnnotations"),
            managed_by: has("managedByLabel"),
            traced: !items.is_empty(),
        }
    }
}

/// The generator or transformer that something was done by.
#[derive(Debug, Clone, Default)]
pub(crate) struct By {
    /// The file it is configured in, from the folder that is built.
    pub file: String,
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name, if it has one.
    pub name: String,
    /// Its namespace, if it has one.
    pub namespace: String,
}

impl By {
    /// A field of the kustomization in `file`.
    pub fn field(file: &str, kind: &str) -> Self {
        let (file, kind) = (file.to_owned(), kind.to_owned());
        Self { file, api_version: "builtin".to_owned(), kind, ..Self::default() }
    }

    fn text(&self) -> String {
        let mut text = format!("configuredIn: {}\nconfiguredBy:\n", scalar(&self.file));
        for (key, value) in [
            ("apiVersion", &self.api_version),
            ("kind", &self.kind),
            ("name", &self.name),
            ("namespace", &self.namespace),
        ] {
            if !value.is_empty() {
                text.push_str(&format!("  {key}: {}\n", scalar(value)));
            }
        }
        text
    }
}

/// A text as YAML writes it, in quotes where it would not be read as this text without.
fn scalar(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "_./-".contains(c))
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '.' || c == '_')
        && crate::scalar::resolve(text) == crate::scalar::Tag::Str;
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// Says of objects of a file where they come from: its path, from the folder that is built.
pub(crate) fn from_file(resource: &mut Resource, path: &str) {
    set(resource, ORIGIN, format!("path: {}\n", scalar(path)));
}

/// Says of a generated object where it comes from, unless it says so already.
pub(crate) fn generated(resource: &mut Resource, by: &By) {
    if annotation(resource, ORIGIN).is_none() {
        set(resource, ORIGIN, by.text());
    }
}

/// Says of all objects that a transformer was at work. One that comes from nowhere was made by it.
pub(crate) fn transformed(resources: &mut [Resource], by: &By) {
    let text = by.text();
    let mut item = String::from("- ");
    item.push_str(&text.trim_end().replace('\n', "\n  "));
    item.push('\n');
    for resource in resources {
        if annotation(resource, ORIGIN).is_none() {
            set(resource, ORIGIN, text.clone());
            continue;
        }
        let before = annotation(resource, TRANSFORMATIONS).unwrap_or_default();
        let all = format!("{before}{item}");
        set(resource, TRANSFORMATIONS, all);
    }
}

/// Where an object's file is, as [`from_file`] says it.
pub(crate) fn file_of(resource: &Resource) -> Option<String> {
    let text = annotation(resource, ORIGIN)?;
    let path = text.lines().find_map(|line| line.strip_prefix("path: "))?;
    let inner = path.strip_prefix('\'').and_then(|path| path.strip_suffix('\''));
    Some(inner.map_or_else(|| path.to_owned(), |path| path.replace("''", "'")))
}

fn annotation<'r>(resource: &'r Resource, key: &str) -> Option<&'r str> {
    resource.node.at(&["metadata", "annotations", key]).and_then(Node::text)
}

fn set(resource: &mut Resource, key: &str, text: String) {
    let origin = Origin::plain(resource.entered_at);
    let Some(object) = resource.node.as_map_mut() else { return };
    let Some(metadata) = object.map_at("metadata", &origin).as_map_mut() else { return };
    let annotations = metadata.map_at("annotations", &origin);
    if annotations.as_map().is_none() {
        *annotations = Node::map(Map::default(), origin.clone());
    }
    if let Some(map) = annotations.as_map_mut() {
        map.insert(Entry::new(key, origin.clone(), Node::string(text, origin)));
    }
}

/// Brings annotations into their last form. An object without any has no `annotations`.
pub(crate) fn settle(resource: &mut Resource, wanted: Wanted) {
    let Some(metadata) = resource.node.at_mut(&["metadata"]).and_then(Node::as_map_mut) else {
        return;
    };
    let Some(annotations) = metadata.get_mut("annotations") else { return };
    if let Some(map) = annotations.as_map_mut() {
        map.retain(|entry| {
            let key = entry.key.as_str();
            let dropped = INTERNAL.contains(&key)
                || (key == ORIGIN && !wanted.origins)
                || (key == TRANSFORMATIONS && !wanted.transformations);
            !dropped
        });
        for entry in map.entries_mut() {
            make_text(&mut entry.value);
        }
        if !map.is_empty() {
            return;
        }
    }
    metadata.remove("annotations");
}

/// Makes a string of any value: a scalar's text as it is written, nothing of a collection.
fn make_text(node: &mut Node) {
    match &mut node.value {
        Value::Scalar(scalar) if scalar.kind() == crate::scalar::Tag::Str => {}
        Value::Scalar(scalar) => scalar.tag = crate::scalar::Tag::Str,
        value => *value = Value::Scalar(Scalar::string("")),
    }
}

//! Files as a build takes them: YAML trees become nodes that can be changed, aliases and merge keys
//! resolved as kyaml resolves them, and documents become the objects that they hold. What kustomize
//! refuses is refused here, at its place.

use std::collections::VecDeque;

use kubesift_source::{Origin, Span};
use kubesift_yaml as yaml;
use kubesift_yaml::{Style, Tree};
use smol_str::SmolStr;

use crate::resource::Resource;
use crate::scalar::{Tag, resolve};
use crate::tree::{Entry, Map, Node, Scalar, Value};
use crate::trouble::{Class, Trouble};

/// Levels of nesting that are taken: no manifest comes near, and deeper trees would cost stack.
const DEPTH: u32 = 200;

/// A value of a file and all below it, for values that were checked before: says nothing of what kustomize
/// refuses. The tree must be without errors.
pub(crate) fn node(node: yaml::Node<'_>) -> Node {
    Loader::new(Class::Unreadable).node(node)
}

/// A value of a file and all below it; `troubles` gets what kustomize refuses: repeated keys, keys
/// that are no text, values that JSON does not have.
pub(crate) fn checked(node: yaml::Node<'_>, class: Class, troubles: &mut Vec<Trouble>) -> Node {
    let mut loader = Loader::new(class);
    let node = loader.node(node);
    troubles.append(&mut loader.troubles);
    node
}

/// The documents of a file that hold something, in order.
///
/// # Errors
/// Everything in the file that kustomize refuses, syntax errors first.
pub(crate) fn documents(tree: &Tree, class: Class) -> Result<Vec<Node>, Vec<Trouble>> {
    Loader::new(class).documents(tree)
}

/// The objects of a file, in kustomize's order: documents that hold nothing are left out, lists are
/// taken apart and their items stand after everything else. `entered_at` is where the kustomization
/// names the file.
///
/// # Errors
/// Everything in the file that kustomize refuses.
pub(crate) fn resources(tree: &Tree, entered_at: Span) -> Result<Vec<Resource>, Vec<Trouble>> {
    let objects = objects(documents(tree, Class::Unreadable)?)?;
    Ok(objects.into_iter().map(|node| Resource::new(node, entered_at)).collect())
}

/// The objects that documents hold: empty ones are left out, lists are taken apart.
///
/// # Errors
/// Documents and items that are no objects: no kind, no name.
pub(crate) fn objects(documents: Vec<Node>) -> Result<Vec<Node>, Vec<Trouble>> {
    let mut troubles = Vec::new();
    let mut queue = VecDeque::with_capacity(documents.len());
    for document in documents {
        keep_object(document, &mut queue, &mut troubles);
    }
    let mut found = Vec::with_capacity(queue.len());
    while let Some(mut object) = queue.pop_front() {
        let kind = object.get("kind").and_then(Node::text).unwrap_or_default();
        let is_list = kind.ends_with("List");
        let Some(items) = object.get_mut("items").filter(|_| is_list) else {
            found.push(object);
            continue;
        };
        match std::mem::replace(&mut items.value, Value::List(Vec::new())) {
            Value::List(items) => {
                for item in items {
                    keep_item(item, &mut queue, &mut troubles);
                }
            }
            Value::Scalar(scalar) if scalar.kind() == Tag::Null => {}
            _ => troubles.push(
                Trouble::fatal(Class::Unreadable, items.origin.span, "items is no list")
                    .help("put a list of objects here"),
            ),
        }
    }
    if troubles.is_empty() { Ok(found) } else { Err(troubles) }
}

/// An item of a list. A list in a list stands for its items.
fn keep_item(item: Node, queue: &mut VecDeque<Node>, troubles: &mut Vec<Trouble>) {
    let kind = item.get("kind").and_then(Node::text).unwrap_or_default();
    if !matches!(kind, "List" | "ResourceList") {
        return keep_object(item, queue, troubles);
    }
    let Value::Map(mut map) = item.value else { return };
    match map.remove("items").map(|entry| entry.value.value) {
        Some(Value::List(items)) => {
            for item in items {
                keep_object(item, queue, troubles);
            }
        }
        _ => queue.push_back(Node::map(map, item.origin)),
    }
}

fn keep_object(object: Node, queue: &mut VecDeque<Node>, troubles: &mut Vec<Trouble>) {
    let empty = match &object.value {
        Value::Map(map) => map.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Scalar(_) => object.is_null(),
    };
    if empty {
        return;
    }
    match flaw(&object) {
        Some(trouble) => troubles.push(trouble),
        None => queue.push_back(object),
    }
}

/// Why a document is no object for kustomize, if it is none.
fn flaw(object: &Node) -> Option<Trouble> {
    let trouble = |at: Span, message: &str, help: &str| {
        Some(Trouble::fatal(Class::Unreadable, at, message).help(help))
    };
    if object.as_map().is_none() {
        let help = "take the file out of the kustomization, or make it a manifest";
        return trouble(place(object), "this is no object: it has no kind and no metadata", help);
    }
    let word = |path: &[&str]| object.at(path).and_then(Node::text).filter(|text| !text.is_empty());
    let Some(kind) = word(&["kind"]) else {
        return trouble(place(object), "this object has no kind", "say in `kind` what it is");
    };
    if kind.ends_with("List") || word(&["metadata", "name"]).is_some() {
        return None;
    }
    let entry = |key| object.as_map().and_then(|map: &Map| map.entry(key));
    let at = entry("metadata").or_else(|| entry("kind"));
    let at = at.map_or_else(|| place(object), |entry| entry.key_origin.span);
    trouble(
        at,
        "this object has no name",
        "kustomize needs `metadata.name`; it takes no generateName",
    )
}

/// A tight place to point at for a value: the first key, the first item, or the scalar.
pub(crate) fn place(node: &Node) -> Span {
    let mut node = node;
    loop {
        match &node.value {
            Value::Map(map) => {
                let spans = map.entries().iter().map(|entry| entry.key_origin.span);
                return spans.min_by_key(|span| span.start).unwrap_or(node.origin.span);
            }
            Value::List(items) => match items.first() {
                Some(first) => node = first,
                None => return node.origin.span,
            },
            Value::Scalar(_) => return node.origin.span,
        }
    }
}

/// Where a span of a text stands, for text that is a scalar of a file.
pub(crate) type Home<'h> = &'h dyn Fn(Span) -> Span;

/// Makes nodes of trees.
pub(crate) struct Loader<'h> {
    class: Class,
    home: Option<Home<'h>>,
    troubles: Vec<Trouble>,
    /// How many collections in braces and brackets are open.
    flow: u32,
    /// The values are those of objects and patches, which go through kyaml's writer.
    printed: bool,
}

impl<'h> Loader<'h> {
    fn new(class: Class) -> Self {
        Self {
            class,
            home: None,
            troubles: Vec::new(),
            flow: 0,
            printed: class != Class::Kustomization,
        }
    }

    /// For trees of text that stands elsewhere.
    pub fn at_home(class: Class, home: Home<'h>) -> Self {
        Self {
            class,
            home: Some(home),
            troubles: Vec::new(),
            flow: 0,
            printed: class != Class::Kustomization,
        }
    }

    /// As [`documents`].
    pub fn documents(mut self, tree: &Tree) -> Result<Vec<Node>, Vec<Trouble>> {
        for error in tree.errors() {
            let mut trouble = self.trouble(error.span, &error.message);
            trouble.help.clone_from(&error.help);
            self.troubles.push(trouble);
        }
        if !self.troubles.is_empty() {
            return Err(self.troubles);
        }
        let roots = tree.documents().filter_map(yaml::Document::root);
        let documents = roots.map(|root| self.node(root)).filter(|node| !node.is_null()).collect();
        if self.troubles.is_empty() { Ok(documents) } else { Err(self.troubles) }
    }

    fn place(&self, span: Span) -> Span {
        self.home.map_or(span, |home| home(span))
    }

    fn trouble(&self, at: Span, message: &str) -> Trouble {
        Trouble::fatal(self.class, self.place(at), message)
    }

    fn node(&mut self, node: yaml::Node<'_>) -> Node {
        self.value(node, 0)
    }

    fn value(&mut self, node: yaml::Node<'_>, depth: u32) -> Node {
        let origin = Origin::plain(self.place(node.span()));
        let target = node.resolved();
        if depth > DEPTH {
            let message = "nested deeper than 200 levels";
            self.troubles.push(self.trouble(node.place(), message));
            return Node::scalar(null(), origin);
        }
        let flow = u32::from(target.is_flow());
        if target.is_map() {
            self.flow += flow;
            let map = self.map(target, depth);
            self.flow -= flow;
            return Node::map(map, origin);
        }
        if target.is_list() {
            self.flow += flow;
            let mut items = Vec::with_capacity(target.children().count());
            items.extend(target.children().map(|item| self.value(item, depth + 1)));
            self.flow -= flow;
            return Node::list(items, origin);
        }
        let mut scalar = scalar(target);
        if self.printed && target.style() == Style::Folded {
            scalar.text = crate::folded::printed(&scalar.text).map_or(scalar.text, Into::into);
        }
        if scalar.tag == Tag::Timestamp && self.flow > 0 && scalar.text.contains(':') {
            // kyaml writes it in quotes there, and reads what it wrote.
            scalar = Scalar { quoted: true, ..Scalar::string(scalar.text) };
        }
        Node::scalar(scalar, origin)
    }

    /// The entries of a mapping. What a merge key brings comes first, so that entries of its own win,
    /// wherever the merge key stands; of a list of mappings the first wins.
    fn map(&mut self, map: yaml::Node<'_>, depth: u32) -> Map {
        let mut entries: Vec<Entry> = Vec::with_capacity(map.children().count());
        let mut merge: Option<yaml::Node<'_>> = None;
        for child in map.children() {
            if child.is_merge() {
                if merge.is_some() {
                    let at = child.key_span().unwrap_or_else(|| child.span());
                    let trouble = self.trouble(at, "a second merge key in one mapping");
                    self.troubles.push(trouble.help("give one merge key a list of aliases"));
                }
                merge = merge.or(Some(child));
                continue;
            }
            let (key, key_origin) = self.key(child, depth);
            // kyaml takes a key `<<` in quotes away with the merge keys, without merging anything.
            if key == "<<" {
                continue;
            }
            entries.push(Entry { key, key_origin, value: self.value(child, depth + 1) });
        }
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        for pair in entries.windows(2) {
            if let [first, second] = pair
                && first.key == second.key
            {
                let message = format!("the key `{}` stands twice in this mapping", first.key);
                let at = second.key_origin.span;
                let trouble = Trouble::fatal(self.class, at, message).help("remove one of them");
                self.troubles.push(trouble);
            }
        }
        let Some(merge) = merge else { return entries.into_iter().collect() };
        let mut all = self.merged(merge, depth);
        all.append(&mut entries);
        all.into_iter().collect()
    }

    fn merged(&mut self, merge: yaml::Node<'_>, depth: u32) -> Vec<Entry> {
        let source = merge.resolved();
        let maps: Vec<yaml::Node<'_>> =
            if source.is_list() { source.items().collect() } else { vec![source] };
        let mut all = Vec::new();
        for map in maps.into_iter().rev().map(yaml::Node::resolved) {
            if map.is_map() && depth < DEPTH {
                all.extend(self.map(map, depth + 1));
            }
        }
        all
    }

    /// A key as it is written. Only at the top of a document may it be anything but text.
    fn key(&mut self, entry: yaml::Node<'_>, depth: u32) -> (SmolStr, Origin) {
        let span = entry.key_span().unwrap_or_else(|| entry.span());
        let origin = Origin::plain(self.place(span));
        let written = entry.tree().file().slice(span);
        let shown = entry.key().unwrap_or_default();
        if written.is_empty() || written.starts_with(['"', '\'', '*', '?', '&', '!', '|', '>']) {
            return (shown.into(), origin);
        }
        if depth > 0 && resolve(written) != Tag::Str {
            let message = format!("the key `{written}` is no text");
            self.troubles.push(self.trouble(span, &message).help("put the key in quotes"));
        }
        (written.into(), origin)
    }
}

fn null() -> Scalar {
    Scalar { text: SmolStr::default(), tag: Tag::Null, quoted: false, fragments: None }
}

/// A scalar that is no alias. A tag shows in the type that the reader gives: quotes or not, `!!str`
/// makes text, `!!int` a number, and `!!binary` decodes.
fn scalar(node: yaml::Node<'_>) -> Scalar {
    let style = node.style();
    let plain = |text: &str, tag| Scalar { text: text.into(), tag, quoted: false, fragments: None };
    let quoted = |text: &str| Scalar { quoted: true, ..Scalar::string(text) };
    match (style, node.value()) {
        (Style::Empty | Style::Error, _) => null(),
        (Style::Plain, yaml::Value::Str(text)) => match resolve(text) {
            Tag::Str => plain(text, Tag::Str),
            // The reader has no timestamps, so text is what it makes of them.
            Tag::Timestamp if !has_text_tag(node) => plain(text, Tag::Timestamp),
            _ => quoted(text),
        },
        (_, yaml::Value::Str(text)) => quoted(text),
        (_, yaml::Value::Null) => plain(node.text().unwrap_or_default(), Tag::Null),
        _ => {
            let text = node.text().unwrap_or_default();
            plain(text, resolve(text))
        }
    }
}

/// True when `!!str` stands before a plain scalar.
fn has_text_tag(node: yaml::Node<'_>) -> bool {
    let start = node.span().start as usize;
    let before = node.tree().file().text().get(..start).unwrap_or_default();
    before.trim_end_matches([' ', '\t']).ends_with("!!str")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};

    use super::*;
    use crate::json::json;

    fn tree(text: &str) -> Tree {
        yaml::parse(Arc::new(SourceFile::new(FileId(0), "a.yaml", text)))
    }

    /// Names of the objects, or what is wrong and the bytes it points at.
    fn check(text: &str, expected: &str) {
        let tree = tree(text);
        let got = match resources(&tree, tree.file().span()) {
            Ok(found) => found.iter().map(Resource::name).collect::<Vec<_>>().join(" "),
            Err(troubles) => troubles
                .iter()
                .map(|trouble| {
                    let at = trouble.at.map_or("", |at| tree.file().slice(at));
                    format!("{} @{at}", trouble.message)
                })
                .collect::<Vec<_>>()
                .join("; "),
        };
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn documents_become_objects() {
        check("kind: A\nmetadata: {name: a}\n---\n# nothing\n---\n{}\n", "a");
        check("kind: A\nmetadata: {name: 12}\n---\nnull\n", "12");
        check("kind: FooList\n", "");
        check("kind: A\nmetadata: {}\n", "this object has no name @metadata");
        check("kind: A\nmetadata: {name: \"\"}\n", "this object has no name @metadata");
        check("metadata: {name: a}\n", "this object has no kind @metadata");
        check("- a\n", "this is no object: it has no kind and no metadata @a");
    }

    #[test]
    fn lists_are_taken_apart_behind_the_rest() {
        check(
            "kind: FooList\nitems:\n- kind: A\n  metadata: {name: a}\n- null\n- kind: List\n  items:\n  \
             - kind: B\n    metadata: {name: b}\n---\nkind: C\nmetadata: {name: c}\n",
            "c a b",
        );
        check("kind: List\nitems:\n", "");
        check("kind: List\nitems: text\n", "items is no list @text");
        check("kind: List\nitems:\n- metadata: {name: a}\n", "this object has no kind @metadata");
    }

    #[test]
    fn refused_at_the_place() {
        check("kind: A\nkind: B\n", "the key `kind` stands twice in this mapping @kind");
        check("kind: A\nmetadata: {name: a}\nd: {1: x}\n", "the key `1` is no text @1");
        check(
            "kind: A\nmetadata: {name: a}\nd: .inf\n",
            ".inf cannot be written in JSON, so the API server refuses it @.inf",
        );
        let deep =
            format!("kind: A\nmetadata: {{name: a}}\nd: {}{}\n", "[".repeat(300), "]".repeat(300));
        assert!(resources(&tree(&deep), Span::new(FileId(0), 0, 0)).is_err());
    }

    #[test]
    fn merge_keys_lose_against_own_entries() {
        let text = "\
a: &a {x: 1, y: 1}
b: &b {y: 2, z: 2}
c: {z: 3, <<: [*a, *b]}
d: *a
";
        let tree = tree(text);
        let found = documents(&tree, Class::Unreadable).unwrap_or_default();
        let shown: Vec<String> = found.iter().map(json).collect();
        let expected =
            r#"{"a":{"x":1,"y":1},"b":{"y":2,"z":2},"c":{"x":1,"y":1,"z":3},"d":{"x":1,"y":1}}"#;
        assert_eq!(shown, [expected]);
        let alias = found.first().and_then(|node| node.get("d")).map(|node| node.origin.span);
        assert_eq!(alias.map(|span| tree.file().slice(span)), Some("*a"));
    }

    #[test]
    fn tags_decide_the_type() {
        let text = "a: !!str 5\nb: !!int \"5\"\nc: yes\nd: !!str 2001-01-01\ne: 2001-01-01\nf: '5'\n\
                    g: 2001-01-01 1:2:3\nh: [2001-01-01 1:2:3]\n";
        let found = documents(&tree(text), Class::Unreadable).unwrap_or_default();
        let shown: Vec<String> = found.iter().map(json).collect();
        let expected = r#"{"a":"5","b":5,"c":"yes","d":"2001-01-01","e":"2001-01-01T00:00:00Z","f":"5","g":"2001-01-01T01:02:03Z","h":["2001-01-01 1:2:3"]}"#;
        assert_eq!(shown, [expected]);
    }
}

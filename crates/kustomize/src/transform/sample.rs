//! Trees from text and back, for the tests of transformers.

use std::fmt::Write;
use std::sync::Arc;

use kubesift_source::{FileId, Origin, SourceFile, Span};
use kubesift_yaml::Style;

use crate::resource::Resource;
use crate::scalar::{Tag, resolve};
use crate::tree::{Entry, Map, Node, Scalar, Value};

/// The objects of a text are file 0, the arguments of a transformer file 1.
pub(crate) fn in_file(file: u32, text: &str) -> Vec<Node> {
    let tree = kubesift_yaml::parse(Arc::new(SourceFile::new(FileId(file), "sample.yaml", text)));
    assert_eq!(tree.errors().len(), 0, "{:?}", tree.errors());
    tree.documents().filter_map(|document| document.root()).map(convert).collect()
}

fn convert(node: kubesift_yaml::Node<'_>) -> Node {
    let origin = Origin::plain(node.span());
    if node.is_map() {
        let entry = |(key, child): (&str, kubesift_yaml::Node<'_>)| {
            let place = Origin::plain(child.key_span().unwrap_or(child.span()));
            Entry::new(key, place, convert(child))
        };
        return Node::map(node.entries().map(entry).collect::<Map>(), origin);
    }
    if node.is_list() {
        return Node::list(node.items().map(convert).collect(), origin);
    }
    let text = node.text().unwrap_or_default();
    let quoted = !matches!(node.style(), Style::Plain | Style::Empty);
    let tag = if quoted { Tag::Str } else { resolve(text) };
    Node::scalar(Scalar { text: text.into(), tag, quoted, fragments: None }, origin)
}

/// An argument.
pub(crate) fn node(text: &str) -> Node {
    in_file(1, text).remove(0)
}

/// Objects.
pub(crate) fn resources(text: &str) -> Vec<Resource> {
    let entered_at = Span::new(FileId(1), 0, 0);
    in_file(0, text).into_iter().map(|node| Resource::new(node, entered_at)).collect()
}

/// A tree on one line; a string that looks like something else has quotes.
pub(crate) fn show(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => match scalar.kind() {
            Tag::Null => "~".into(),
            Tag::Str if resolve(&scalar.text) != Tag::Str => format!("{:?}", scalar.text),
            _ => scalar.text.to_string(),
        },
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let mut text = String::from("{");
            for entry in map.entries() {
                let comma = if text.len() > 1 { ", " } else { "" };
                let _ = write!(text, "{comma}{}: {}", entry.key, show(&entry.value));
            }
            text + "}"
        }
    }
}

/// The value under keys (or indexes) on one line.
pub(crate) fn show_at(node: &Node, path: &str) -> String {
    let found = path.split('/').try_fold(node, |node, key| match key.parse::<usize>() {
        Ok(at) => node.as_list()?.get(at),
        Err(_) => node.get(key),
    });
    found.map_or_else(|| "nothing".into(), show)
}

/// File and text of the bytes that a value comes from, and the same for each of its parts.
pub(crate) fn places(node: &Node, texts: [&str; 2]) -> Vec<String> {
    let place = |origin: &Origin| {
        let Span { file, start, end } = origin.span;
        format!("{}:{}", file.0, &texts[file.0 as usize][start as usize..end as usize])
    };
    let mut all = vec![place(&node.origin)];
    if let Some(fragments) = node.as_scalar().and_then(|scalar| scalar.fragments.as_ref()) {
        all.extend(fragments.iter().map(|(_, origin)| place(origin)));
    }
    all
}

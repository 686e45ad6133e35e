//! Paths that go on inside a text that is JSON or YAML itself: a file in a ConfigMap, a policy in an
//! annotation. JSON is written anew, as kustomize does; in YAML only the bytes of the value change.

use std::sync::Arc;

use kubesift_source::{Edit, FileId, How, SourceFile, Span};

use super::Write;
use super::path::{Make, Path};
use crate::resource::Resource;
use crate::scalar::{Tag, resolve};
use crate::tree::{Node, Scalar};
use crate::{json, load, write};

/// The file that the places inside of a text are in while it is changed.
const INNER: FileId = FileId(u32::MAX);

/// Sets the fields that a path leads to inside a text. Gives their number; none when the path does
/// not lead into a text, or to nothing there.
pub(super) fn set(
    setter: &Write<'_>,
    path: &Path,
    node: &mut Node,
    make: Option<Make<'_>>,
) -> Option<usize> {
    let count = path.reaches_text(node)?;
    let field = path.find_mut(node, count)?;
    let text = field.text()?.to_owned();
    let tree = kubesift_yaml::parse(Arc::new(SourceFile::new(INNER, "", text.as_str())));
    let mut documents = tree.documents();
    let root = documents.next().and_then(|document| document.root());
    let (Some(root), true) = (root, tree.errors().is_empty() && documents.next().is_none()) else {
        return None;
    };
    let mut inner = load::node(root);
    let mut edits = Some(Vec::new());
    let set = path.visit(count, &mut inner, make, &mut |found| {
        let place = found.origin.span;
        setter.set(found)?;
        let written = found.as_scalar().and_then(|scalar| written(scalar, &text, place));
        match (&mut edits, written) {
            (Some(edits), Some(text)) => edits.push(Edit { span: place, text }),
            _ => edits = None,
        }
        Ok(())
    });
    let set = set.ok().filter(|set| *set > 0)?;
    let is_json = text.trim_start().starts_with(['{', '[']);
    let changed = match edits {
        _ if is_json => json_like(&inner, &text),
        Some(edits) => kubesift_source::apply(&text, &edits).ok()?.trim().to_owned(),
        // What was made, and blocks of text, have no bytes to take the place of.
        None => yaml(&inner),
    };
    let at = setter.at.span;
    field.as_scalar_mut()?.set_text(changed);
    field.origin = field.origin.then(How::Replacement, at);
    Some(set)
}

/// JSON in the manner of the text that it takes the place of: on one line, or indented.
fn json_like(node: &Node, before: &str) -> String {
    let compact = json::json(node);
    if before.contains('\n') && before.contains("  ") { indented(&compact) } else { compact }
}

/// JSON without blanks, indented by two.
fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    let newline = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str("  "));
    };
    let mut last = ' ';
    for next in json.chars() {
        if is_text {
            out.push(next);
            is_text = is_escaped || next != '"';
            is_escaped = next == '\\' && !is_escaped;
            last = next;
            continue;
        }
        let is_closing = matches!(next, '}' | ']');
        if is_closing {
            depth = depth.saturating_sub(1);
        }
        if is_closing != matches!(last, '{' | '[') && (is_closing || matches!(last, '{' | '[')) {
            newline(&mut out, depth);
        }
        out.push(next);
        match next {
            '"' => is_text = true,
            '{' | '[' => depth += 1,
            ',' => newline(&mut out, depth),
            ':' => out.push(' '),
            _ => {}
        }
        last = next;
    }
    out
}

/// A scalar as it is written in the place of another; none for a block and for what was only made.
fn written(scalar: &Scalar, text: &str, place: Span) -> Option<String> {
    let old = text.get(place.start as usize..place.end as usize).filter(|_| place.file == INNER)?;
    let new = scalar.text.as_str();
    let is_line = !new.chars().any(char::is_control);
    match old.bytes().next() {
        Some(b'|' | b'>') => None,
        Some(b'\'') if is_line => Some(format!("'{}'", new.replace('\'', "''"))),
        Some(b'"') => Some(double(new)),
        _ if scalar.tag == Tag::Str && resolve(new) != Tag::Str => Some(double(new)),
        _ if is_plain(new) => Some(new.to_owned()),
        _ if is_line => Some(format!("'{}'", new.replace('\'', "''"))),
        _ => Some(double(new)),
    }
}

fn double(text: &str) -> String {
    let mut out = String::from("\"");
    for next in text.chars() {
        match next {
            '"' | '\\' => out.extend(['\\', next]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            next if next.is_control() => out.push_str(&format!("\\u{:04x}", next as u32)),
            next => out.push(next),
        }
    }
    out.push('"');
    out
}

/// True for a text that needs no quotes, wherever it stands.
fn is_plain(text: &str) -> bool {
    let is_start = |first: char| first.is_alphanumeric() || matches!(first, '/' | '.' | '_' | '$');
    text.starts_with(is_start)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(|next: char| next.is_control() || "{}[],".contains(next))
}

/// YAML in block form, keys sorted.
fn yaml(node: &Node) -> String {
    let object = Resource::new(node.clone(), node.origin.span);
    write::documents(&[object], false).0.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::apply;
    use super::*;
    use crate::transform::sample::{node, resources};

    /// The text of a ConfigMap after `value` was put at a path inside of it.
    fn set(text: &str, path: &str, value: &str, options: &str) -> String {
        let object = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  f: {text:?}\n"
        );
        let list = format!(
            "[{{sourceValue: {value}, targets: [{{select: {{}}, fieldPaths: ['data.f.{path}'], options: {{{options}}}}}]}}]"
        );
        let (mut objects, mut troubles) = (resources(&object), Vec::new());
        apply(&node(&list), &mut |_| None, &mut objects, &mut troubles);
        match troubles.first() {
            Some(trouble) => trouble.message.clone(),
            None => {
                objects[0].node.at(&["data", "f"]).and_then(Node::text).unwrap_or("").to_owned()
            }
        }
    }

    #[test]
    fn json_is_written_in_its_manner() {
        assert_eq!(
            set(r#"{"b": {"x": "old"}, "a": 1}"#, "b.x", "new", ""),
            r#"{"a":1,"b":{"x":"new"}}"#
        );
        assert_eq!(
            set("{\n  \"b\": [\"{,\"],\n  \"e\": {},\n  \"a\": 1\n}\n", "a", "2", ""),
            "{\n  \"a\": 2,\n  \"b\": [\n    \"{,\"\n  ],\n  \"e\": {}\n}"
        );
        assert_eq!(set(r#"{"a": {}}"#, "a.new", "x", "create: true"), r#"{"a":{"new":"x"}}"#);
    }

    #[test]
    fn yaml_changes_where_the_value_stands() {
        let text = "b: 'old' # why\na:\n- x: \"old\"\n- y: old\nn: 1\n";
        assert_eq!(
            set(text, "b", "it's", ""),
            "b: 'it''s' # why\na:\n- x: \"old\"\n- y: old\nn: 1"
        );
        assert_eq!(
            set(text, "a.0.x", "new", ""),
            "b: 'old' # why\na:\n- x: \"new\"\n- y: old\nn: 1"
        );
        assert_eq!(
            set(text, "a.1.y", "'7'", ""),
            "b: 'old' # why\na:\n- x: \"old\"\n- y: \"7\"\nn: 1"
        );
        assert_eq!(set(text, "n", "'7'", ""), "b: 'old' # why\na:\n- x: \"old\"\n- y: old\nn: 7");
        assert_eq!(set("a: b\n", "new", "x", "create: true"), "a: b\nnew: x");
    }

    #[test]
    fn a_text_without_the_field_is_told() {
        assert_eq!(
            set("plain", "x", "new", ""),
            "in ConfigMap a this path needs a mapping where there is a scalar"
        );
        assert_eq!(
            set("a: 1", "x", "new", ""),
            "in ConfigMap a this path needs a mapping where there is a scalar"
        );
    }
}

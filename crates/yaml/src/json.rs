//! A document as JSON: what sigs.k8s.io/yaml's YAMLToJSON gives, byte for byte.

use std::fmt::Write as _;

use crate::node::{Node, Value};
use crate::number;
use crate::tree::{Document, SyntaxError};

enum Work<'t> {
    Value(Node<'t>),
    Key(&'t str),
    Mark(char),
}

/// The JSON that the API server's reader makes of a document: keys sorted, merge keys and repeated
/// keys applied, `<`, `>` and `&` escaped as Go does. `null` for a document that holds nothing.
///
/// # Errors
/// The first error of the document's value. What stands on its separating line or after its end
/// (`...`) does not count: that never reaches the value.
pub fn to_json(document: Document<'_>) -> Result<String, SyntaxError> {
    let within = document.span().start..document.tail();
    if let Some(error) = document.errors().find(|error| within.contains(&error.span.start)) {
        return Err(error.clone());
    }
    let Some(root) = document.root() else { return Ok("null".to_owned()) };
    let mut out = String::new();
    let mut work = vec![Work::Value(root)];
    while let Some(next) = work.pop() {
        match next {
            Work::Mark(mark) => out.push(mark),
            Work::Key(key) => {
                push_string(&mut out, key);
                out.push(':');
            }
            Work::Value(node) => push_value(&mut out, &mut work, node),
        }
    }
    Ok(out)
}

fn push_value<'t>(out: &mut String, work: &mut Vec<Work<'t>>, node: Node<'t>) {
    match node.value() {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Uint(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Float(value) => number::push_json_float(out, value),
        Value::Str(text) => push_string(out, text),
        Value::List(list) => {
            out.push('[');
            work.push(Work::Mark(']'));
            let from = work.len();
            for (index, item) in list.items().enumerate() {
                if index > 0 {
                    work.push(Work::Mark(','));
                }
                work.push(Work::Value(item));
            }
            work[from..].reverse();
        }
        Value::Map(map) => {
            let mut entries: Vec<_> = map.entries().collect();
            entries.sort_by_key(|entry| entry.0);
            out.push('{');
            work.push(Work::Mark('}'));
            let from = work.len();
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    work.push(Work::Mark(','));
                }
                work.push(Work::Key(key));
                work.push(Work::Value(value));
            }
            work[from..].reverse();
        }
    }
}

/// Appends a string in quotes as encoding/json writes it: `<`, `>`, `&` and the line breaks of
/// JavaScript escaped.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", char as u32);
            }
            _ => out.push(char),
        }
    }
    out.push('"');
}

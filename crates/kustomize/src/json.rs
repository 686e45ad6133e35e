//! A node as JSON: what Go's encoding/json prints of the typed tree, keys sorted, `<`, `>` and `&`
//! escaped.

use crate::scalar::{Typed, typed};
use crate::tree::{Node, Value};

/// A node as JSON, without blanks.
pub(crate) fn json(node: &Node) -> String {
    let mut out = String::new();
    push(&mut out, node);
    out
}

/// Appends a node as JSON.
pub(crate) fn push(out: &mut String, node: &Node) {
    match &node.value {
        Value::Scalar(scalar) => match typed(scalar) {
            Typed::Null => out.push_str("null"),
            Typed::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Typed::Number(number) => out.push_str(&number),
            Typed::Str(text) => push_text(out, &text),
        },
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push(out, item);
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (index, entry) in map.entries().iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_text(out, &entry.key);
                out.push(':');
                push(out, &entry.value);
            }
            out.push('}');
        }
    }
}

/// Appends a string of JSON.
pub(crate) fn push_text(out: &mut String, text: &str) {
    kubesift_yaml::push_json_string(out, text);
}

#[cfg(test)]
mod tests {
    use kubesift_source::{FileId, Origin, Span};

    use super::*;
    use crate::scalar::resolve;
    use crate::tree::{Entry, Map, Scalar};

    #[test]
    fn as_go_prints_it() {
        let origin = Origin::plain(Span::new(FileId(0), 0, 0));
        let plain = |text: &str| {
            let tag = resolve(text);
            let scalar = Scalar { text: text.into(), tag, quoted: false, fragments: None };
            Node::scalar(scalar, origin.clone())
        };
        let items = ["0x10", "1e21", "1.0", "true", "~", "a<b>&\u{2028}\u{1}\"", "2001-1-1"];
        let list = Node::list(items.iter().map(|text| plain(text)).collect(), origin.clone());
        let map: Map =
            [Entry::new("b", origin.clone(), list), Entry::new("a", origin.clone(), plain("x"))]
                .into_iter()
                .collect();
        assert_eq!(
            json(&Node::map(map, origin)),
            r#"{"a":"x","b":[16,1e+21,1,true,null,"a\u003cb\u003e\u0026\u2028\u0001\"","2001-01-01T00:00:00Z"]}"#
        );
    }
}

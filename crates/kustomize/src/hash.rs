//! The hash that the name of a generated object ends in, so that new content makes a new object.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::json;
use crate::scalar::{Typed, typed};
use crate::tree::{Map, Node, Value};

/// The ten letters that kustomize puts behind the name of an object.
///
/// For a ConfigMap and a Secret the data counts and not the name, although kustomize means it to
/// (it looks for one key `metadata/name`). For any other kind the whole object counts; kustomize hashes
/// its reader's own structure there, line numbers and comments included, so its letters are others.
pub(crate) fn hash(node: &Node) -> String {
    let content = match node.get("kind").and_then(Node::text) {
        Some("ConfigMap") => config_map(node),
        Some("Secret") => secret(node),
        _ => json::json(node),
    };
    let digest = Sha256::digest(content.as_bytes());
    let mut hex = String::with_capacity(10);
    for byte in digest.iter().take(5) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.chars().map(letter).collect()
}

/// Without vowels, and without digits that look like letters, no word comes out.
fn letter(digit: char) -> char {
    match digit {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        _ => digit,
    }
}

fn config_map(node: &Node) -> String {
    let mut out = String::from("{");
    if let Some(binary) = node.get("binaryData").filter(|binary| is_collection(binary)) {
        out.push_str("\"binaryData\":");
        push_data(&mut out, Some(binary));
        out.push(',');
    }
    out.push_str("\"data\":");
    push_data(&mut out, node.get("data"));
    out.push_str(",\"kind\":\"ConfigMap\",\"name\":");
    push_data(&mut out, node.get("metadata/name"));
    out.push('}');
    out
}

fn secret(node: &Node) -> String {
    let mut out = String::from("{\"data\":");
    push_data(&mut out, node.get("data"));
    out.push_str(",\"kind\":\"Secret\",\"name\":");
    push_data(&mut out, node.get("metadata/name"));
    if let Some(text) = node.get("stringData").filter(|text| is_collection(text)) {
        out.push_str(",\"stringData\":");
        push_data(&mut out, Some(text));
    }
    out.push_str(",\"type\":");
    push_data(&mut out, node.get("type"));
    out.push('}');
    out
}

fn is_collection(node: &Node) -> bool {
    !matches!(node.value, Value::Scalar(_))
}

/// What stands at a field: nothing is empty text, a scalar its text as it is written (null included),
/// a list null.
fn push_data(out: &mut String, node: Option<&Node>) {
    match node.map(|node| &node.value) {
        None => out.push_str("\"\""),
        Some(Value::Scalar(scalar)) => json::push_text(out, &scalar.text),
        Some(Value::List(_)) => out.push_str("null"),
        Some(Value::Map(map)) => push_map(out, map),
    }
}

fn push_map(out: &mut String, map: &Map) {
    out.push('{');
    for (index, entry) in map.entries().iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        json::push_text(out, &entry.key);
        out.push(':');
        push_value(out, &entry.value);
    }
    out.push('}');
}

/// As JSON, but every number went through a 64-bit float.
fn push_value(out: &mut String, node: &Node) {
    match &node.value {
        Value::Map(map) => push_map(out, map),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_value(out, item);
            }
            out.push(']');
        }
        Value::Scalar(scalar) => match typed(scalar) {
            Typed::Number(number) => match number.parse::<f64>() {
                Ok(value) if value.is_finite() => kubesift_yaml::push_json_float(out, value),
                _ => out.push_str(&number),
            },
            _ => json::push(out, node),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};

    use super::*;
    use crate::load;
    use crate::trouble::Class;

    fn check(text: &str, expected: &str) {
        let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", text));
        let found = load::documents(&kubesift_yaml::parse(file), Class::Generator);
        let hashes: Vec<String> = found.unwrap_or_default().iter().map(hash).collect();
        assert_eq!(hashes, [expected], "{text}");
    }

    #[test]
    fn as_kustomize_hashes() {
        check("kind: ConfigMap\nmetadata: {name: a}\n", "6ct58987ht");
        check("kind: ConfigMap\nmetadata: {name: b}\n", "6ct58987ht");
        check("kind: ConfigMap\ndata: null\n", "g886t7dd28");
        check("kind: ConfigMap\ndata: {}\n", "42745tchd9");
        let odd = "{x: \"1<\", y: 1, z: 12345678901234567890, w: 1.5, t: 2001-01-01, n: null}";
        check(&format!("kind: ConfigMap\ndata: {odd}\n"), "9h69k7bbk8");
        check("kind: ConfigMap\ndata: []\n", "dk855m5d49");
        check("kind: ConfigMap\ndata: hello\n", "fdgfgmc4d8");
        check("kind: ConfigMap\ndata: 5\nbinaryData: {}\n", "2gdhg8g2f5");
        check("kind: Secret\ntype: Opaque\ndata: {b: a}\n", "ft7tgh77cm");
        check("kind: Secret\ntype: Opaque\ndata: {b: a}\nstringData: {b: a}\n", "6k26m5857f");
    }
}

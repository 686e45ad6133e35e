//! What label selectors may hold: the syntax of keys, values and operators.

use kubesift_yaml::{Node, Value};

use super::error::PolicyErrorKind;
use super::read::{RIGHT_KEYS_KEPT, Reader};
use crate::unknown::{is_unknown, known_node};

/// The longest name or value of a label, and the longest prefix of a key.
const NAME: usize = 63;
const PREFIX: usize = 253;

/// Whether a text may be the key of a label: a name of at most 63 letters, and perhaps a DNS name
/// and `/` before it.
pub fn is_label_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let prefix_fits = prefix.is_none_or(|prefix| {
        let part = |part: &str| {
            let inner =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !part.is_empty()
                && part.bytes().all(inner)
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        prefix.len() <= PREFIX && prefix.split('.').all(part)
    });
    prefix_fits && !name.is_empty() && is_label_value(name)
}

/// Whether a text may be the value of a label: empty, or at most 63 letters, digits, `-`, `_` and
/// `.`, with a letter or digit at both ends.
pub fn is_label_value(value: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let ends = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_alphanumeric);
    let bytes = value.as_bytes();
    bytes.len() <= NAME
        && bytes.iter().copied().all(inner)
        && ends(bytes.first())
        && ends(bytes.last())
}

/// A scalar as the API server takes it into a map of strings, where it is known.
fn scalar(node: Node<'_>) -> Option<&str> {
    match node.value() {
        Value::Str(text) => Some(text).filter(|text| !is_unknown(text)),
        Value::Null => Some(""),
        _ => None,
    }
}

impl<'a> Reader<'a> {
    /// Notes what is wrong with a label selector. `prefixed` is Cilium's, whose keys may begin with
    /// a source: `k8s:app`.
    pub fn check_selector(&mut self, selector: Option<Node<'a>>, prefixed: bool) {
        let Some(selector) = selector.filter(|node| node.is_map()) else { return };
        for (key, value) in selector.entries() {
            match key {
                "matchLabels" => self.check_labels(value, prefixed),
                "matchExpressions" => {
                    value.items().for_each(|item| self.check_expression(item, prefixed));
                }
                _ if is_unknown(key) => self.doubt(value),
                _ => {
                    let words = format!("has `{key}` in a selector, beside `matchLabels`");
                    self.error(value, PolicyErrorKind::Selector, words);
                }
            }
        }
    }

    fn check_labels(&mut self, labels: Node<'a>, prefixed: bool) {
        for (key, value) in labels.entries() {
            self.check_key(value, key, prefixed);
            self.check_value(value);
        }
    }

    fn check_key(&mut self, at: Node<'a>, key: &'a str, prefixed: bool) {
        if !prefixed && self.right_keys.contains(&key) {
            return;
        }
        let bare = if prefixed { key.split_once(':').map_or(key, |parts| parts.1) } else { key };
        if is_unknown(key) {
            self.doubt(at);
        } else if !is_label_key(bare) {
            let words = format!("selects by the label `{key}`, which is no key of a label");
            self.error(at, PolicyErrorKind::Selector, words);
        } else if !prefixed && self.right_keys.len() < RIGHT_KEYS_KEPT {
            self.right_keys.push(key);
        }
    }

    fn check_value(&mut self, value: Node<'a>) {
        match scalar(value) {
            Some(text) if !is_label_value(text) => {
                let words = format!("selects by the value `{text}`, which no label can have");
                self.error(value, PolicyErrorKind::Selector, words);
            }
            Some(_) => {}
            None if !known_node(value).is_literal() => self.doubt(value),
            None => {}
        }
    }

    fn check_expression(&mut self, item: Node<'a>, prefixed: bool) {
        if let Some(key) = item.get("key")
            && let Some(text) = key.str()
        {
            self.check_key(key, text, prefixed);
        }
        let values = item.get("values");
        values.into_iter().flat_map(Node::items).for_each(|value| self.check_value(value));
        let Some(operator) = item.get("operator") else {
            let words = "has an expression without an operator".to_owned();
            return self.error(item, PolicyErrorKind::Selector, words);
        };
        let some = values.is_some_and(|list| list.items().next().is_some());
        let open = values.is_some_and(|list| !known_node(list).is_literal());
        let wrong = match operator.str() {
            Some("In" | "NotIn") if !some && !open => "needs values",
            Some("Exists" | "DoesNotExist") if some => "takes no values",
            Some("In" | "NotIn" | "Exists" | "DoesNotExist") => return,
            Some(word) if is_unknown(word) => return self.doubt(operator),
            _ => "does not exist",
        };
        let name = operator.text().unwrap_or_default();
        let words = format!("has the operator `{name}` in a selector, which {wrong}");
        self.error(operator, PolicyErrorKind::Selector, words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values() {
        for key in ["app", "app.kubernetes.io/name", "a.b/c_d", "A"] {
            assert!(is_label_key(key), "{key}");
        }
        for key in ["", "app@b", "/app", "a/b/c", "A.b/c", "-a", "a-", &"a".repeat(64)] {
            assert!(!is_label_key(key), "{key}");
        }
        for value in ["", "web", "v1.2_3-x", "1"] {
            assert!(is_label_value(value), "{value}");
        }
        for value in ["$web", "a b", "-", &"a".repeat(64)] {
            assert!(!is_label_value(value), "{value}");
        }
    }
}

//! What a variable stands for: the field that it names, as Go would print it.

use kubesift_source::{How, Origin, Span};

use crate::fieldspec::split;
use crate::scalar::Tag;
use crate::tree::Node;

/// What a variable stands for.
pub(super) enum Meaning {
    /// A text, a number or a truth value.
    Plain {
        /// As it stands where it is the whole of a field.
        text: String,
        /// As it stands within a text.
        inner: String,
        /// Its type, where it is the whole of a field.
        tag: Tag,
        /// Where it stands.
        origin: Origin,
    },
    /// A list or a mapping, which kustomize does not put anywhere.
    Collection,
}

/// What a field gives to a variable; nothing when its text is no number although it looks like one.
pub(super) fn meaning(node: &Node, by: Span) -> Option<Meaning> {
    let Some(scalar) = node.as_scalar() else { return Some(Meaning::Collection) };
    let text = scalar.text.as_str();
    let kind = scalar.kind();
    let (text, inner) = match kind {
        Tag::Int => {
            let text = text.parse::<i64>().ok()?.to_string();
            (text.clone(), text)
        }
        Tag::Float => {
            let number = text.parse::<f64>().ok()?;
            (number.to_string(), in_text(number))
        }
        Tag::Bool => {
            let text = text.to_ascii_lowercase();
            (text.clone(), text)
        }
        // Null and times are put in as they are written.
        Tag::Null | Tag::Timestamp | Tag::Str => (text.to_owned(), text.to_owned()),
    };
    let origin = node.origin.then(How::Replacement, by);
    let tag = if matches!(kind, Tag::Null | Tag::Timestamp) { Tag::Str } else { kind };
    Some(Meaning::Plain { text, inner, tag, origin })
}

/// A number as Go prints it: with an exponent when it is very large or very small.
fn in_text(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-4..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// The field at a path: names parted by dots, `[a.b]` for a name with dots, a number or `[0]` for an
/// item of a list, `[name=x]` for the item that has it.
pub(super) fn lookup<'n>(root: &'n Node, path: &str) -> Option<&'n Node> {
    let mut node = root;
    for step in steps(path) {
        node = match step.strip_prefix('[').and_then(|step| step.strip_suffix(']')) {
            Some(selector) => {
                let (key, value) = selector.split_once('=')?;
                let has_value = |item: &&Node| {
                    let found = if key.is_empty() { Some(*item) } else { item.get(key) };
                    found.and_then(Node::text) == Some(value)
                };
                node.as_list()?.iter().find(has_value)?
            }
            None if step == "-" => node.as_list()?.last()?,
            None => match step.parse::<usize>() {
                Ok(at) => node.as_list()?.get(at)?,
                Err(_) => node.get(&step)?,
            },
        };
    }
    Some(node)
}

fn steps(path: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    let mut parts = split(path, '.').into_iter();
    while let Some(mut part) = parts.next() {
        let is_bracketed = part.starts_with('[');
        while is_bracketed && !part.ends_with(']') {
            let Some(next) = parts.next() else { break };
            part = format!("{part}.{next}");
        }
        if is_bracketed && !part.contains('=') {
            part = part.trim_matches(['[', ']']).to_owned();
        }
        push_step(&mut steps, part);
    }
    steps
}

/// `ports[0]` is two steps.
fn push_step(steps: &mut Vec<String>, part: String) {
    let index = part.strip_suffix(']').and_then(|open| open.rsplit_once('['));
    let index = index.filter(|(_, at)| !at.is_empty() && at.bytes().all(|it| it.is_ascii_digit()));
    let (name, at) = match index {
        Some((name, at)) => (name.trim().to_owned(), Some(at.to_owned())),
        None => (part.trim().to_owned(), None),
    };
    steps.extend([Some(name), at].into_iter().flatten().filter(|step| !step.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_in_go() {
        assert_eq!(in_text(1.5e30), "1.5e+30");
        assert_eq!(in_text(1e-6), "1e-06");
        assert_eq!(in_text(100_000.0), "100000");
        assert_eq!(in_text(0.0), "0");
    }
}

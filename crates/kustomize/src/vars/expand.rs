//! Variables in texts: finding `$(NAME)` and putting values in its place.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use smol_str::SmolStr;

use super::value::Meaning;
use crate::fieldspec::Misfit;
use crate::pieces::Pieces;
use crate::scalar::Tag;
use crate::tree::{Node, Scalar, Value};

/// Puts values in the place of variables, and notes which were used.
pub(super) struct Expander<'v> {
    values: &'v HashMap<SmolStr, Meaning>,
    /// The variables that were put somewhere.
    pub used: HashSet<SmolStr>,
}

impl<'v> Expander<'v> {
    /// With these values.
    pub fn new(values: &'v HashMap<SmolStr, Meaning>) -> Self {
        Self { values, used: HashSet::new() }
    }

    /// A field in which variables are looked for: a text, the items of a list, the values of a mapping.
    ///
    /// # Errors
    /// When an item of a list is no text.
    pub fn field(&mut self, node: &mut Node) -> Result<(), Misfit> {
        match &mut node.value {
            Value::Scalar(_) => self.text(node),
            Value::Map(map) => {
                for entry in map.entries_mut() {
                    self.text(&mut entry.value);
                }
            }
            Value::List(items) => {
                for item in items {
                    if item.as_scalar().is_none_or(|scalar| scalar.kind() != Tag::Str) {
                        return Err(Misfit::new(item, "a text"));
                    }
                    self.text(item);
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, node: &mut Node) {
        let Some(scalar) = node.as_scalar().filter(|scalar| scalar.kind() == Tag::Str) else {
            return;
        };
        let input = scalar.text.clone();
        if !input.contains('$') {
            return;
        }
        if let Some(name) = whole(&input)
            && let Some(Meaning::Plain { text, tag, origin, .. }) = self.values.get(name)
        {
            self.used.insert(name.into());
            let scalar = Scalar { tag: *tag, ..Scalar::untyped(text.as_str()) };
            *node = Node::scalar(scalar, origin.over(&node.origin));
            return;
        }
        let mut pieces = Pieces::default();
        for part in parts(&input) {
            match part {
                Part::Text(range) => pieces.push_part(node, range),
                Part::Variable(range) => match self.values.get(&input[inside(&range)]) {
                    Some(Meaning::Plain { inner, origin, .. }) => {
                        self.used.insert(input[inside(&range)].into());
                        pieces.push(inner, origin);
                    }
                    _ => pieces.push_part(node, range),
                },
            }
        }
        let scalar = Scalar { tag: Tag::Str, ..pieces.finish(false) };
        if scalar.text != input {
            node.value = Value::Scalar(scalar);
        }
    }
}

/// A part of a text, in bytes of it.
enum Part {
    /// Stays as it is.
    Text(Range<usize>),
    /// `$(NAME)`.
    Variable(Range<usize>),
}

/// Of `$(NAME)` the name.
fn inside(variable: &Range<usize>) -> Range<usize> {
    variable.start + 2..variable.end - 1
}

/// The name, when a text is one variable and nothing else.
fn whole(text: &str) -> Option<&str> {
    let name = text.strip_prefix("$(")?.strip_suffix(')')?;
    (!name.contains(')')).then_some(name)
}

/// A text in its parts; of two dollars one is left out.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut done, mut from) = (0, 0);
    let last_end = text.rfind(')').unwrap_or(0);
    while let Some(at) = text[from..].find('$').map(|at| from + at) {
        let rest = &text[at + 1..];
        if rest.starts_with('$') {
            parts.push(Part::Text(done..at));
            (done, from) = (at + 1, at + 2);
            continue;
        }
        let name = rest.strip_prefix('(').filter(|_| at < last_end);
        let end = name.and_then(|name| name.find(')'));
        let Some(end) = end.map(|end| at + 2 + end + 1) else {
            // Kustomize goes on behind the bracket, or behind the letter.
            from = at + 1 + rest.chars().next().map_or(0, char::len_utf8);
            continue;
        };
        parts.push(Part::Text(done..at));
        parts.push(Part::Variable(at..end));
        (done, from) = (end, end);
    }
    parts.push(Part::Text(done..text.len()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_dollars_take_no_time() {
        let text = "$(".repeat(500_000);
        assert_eq!(parts(&text).len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn the_parts_of_any_text_follow_each_other(text in "[$()aé]{0,12}") {
            let mut end = 0;
            for part in parts(&text) {
                let (Part::Text(range) | Part::Variable(range)) = part;
                assert!(text.get(range.clone()).is_some(), "{range:?}");
                // Nothing is left out but the first of two dollars.
                assert!(matches!(&text[end..range.start], "" | "$"));
                end = range.end;
            }
            assert_eq!(end, text.len());
        }
    }
}

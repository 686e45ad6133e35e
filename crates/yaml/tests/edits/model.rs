//! Documents as plain values: what an edit should make of them, and whether it did.

use std::collections::BTreeMap;

use kubesift_source::{Edit, apply};
use kubesift_yaml::{Node, Segment, Style, Tree, Value};

use super::Op;
use crate::tree;

#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    Null,
    Bool(bool),
    Int(i128),
    Float(String),
    Str(String),
    List(Vec<Model>),
    Map(BTreeMap<String, Model>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Key(String),
    Index(usize),
}

impl Model {
    pub fn of(node: Node<'_>) -> Self {
        match node.value() {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Int(value) => Self::Int(value.into()),
            Value::Uint(value) => Self::Int(value.into()),
            Value::Float(value) => Self::Float(value.to_string()),
            Value::Str(text) => Self::Str(text.to_owned()),
            Value::List(list) => Self::List(list.items().map(Self::of).collect()),
            Value::Map(map) => Self::Map(
                map.entries().map(|(key, node)| (key.to_owned(), Self::of(node))).collect(),
            ),
        }
    }

    pub fn all(tree: &Tree) -> Vec<Option<Self>> {
        tree.documents().map(|document| document.root().map(Self::of)).collect()
    }

    pub fn parsed(yaml: &str) -> Self {
        let tree = tree(yaml);
        Self::of(tree.documents().next().unwrap().root().unwrap())
    }

    fn at(&mut self, path: &[Step]) -> Option<&mut Self> {
        match (path, self) {
            ([], model) => Some(model),
            ([Step::Key(key), rest @ ..], Self::Map(map)) => map.get_mut(key)?.at(rest),
            ([Step::Index(index), rest @ ..], Self::List(list)) => list.get_mut(*index)?.at(rest),
            _ => None,
        }
    }

    /// What `op` at `path` should make of it; false when it has no meaning there.
    fn change(&mut self, path: &[Step], op: &Op) -> bool {
        if let Op::Remove = op {
            let Some((last, parent)) = path.split_last() else { return false };
            return match (self.at(parent), last) {
                (Some(Self::Map(map)), Step::Key(key)) => map.remove(key).is_some(),
                (Some(Self::List(list)), Step::Index(index)) => {
                    list.remove(*index);
                    true
                }
                _ => false,
            };
        }
        let Some(place) = self.at(path) else { return false };
        match op {
            Op::Replace(yaml) => *place = Self::parsed(yaml),
            Op::Append(yaml) => match place {
                Self::List(list) => list.push(Self::parsed(yaml)),
                Self::Null => *place = Self::List(vec![Self::parsed(yaml)]),
                _ => return false,
            },
            Op::Add(keys, yaml) => {
                let keys: Vec<&str> = keys.split('.').collect();
                let (first, rest) = keys.split_first().expect("a key");
                let inner = rest.iter().rev().fold(Self::parsed(yaml), |inner, key| {
                    Self::Map([((*key).to_owned(), inner)].into())
                });
                match place {
                    Self::Null => *place = Self::Map([((*first).to_owned(), inner)].into()),
                    Self::Map(map) if !map.contains_key(*first) => {
                        map.insert((*first).to_owned(), inner);
                    }
                    _ => return false,
                }
            }
            _ => {}
        }
        true
    }
}

/// The way to a node, when looking it up leads back to it (it is no merge key, and of keys written
/// twice it is the one that counts).
pub fn path_of(node: Node<'_>) -> Option<(usize, Vec<Step>)> {
    let root = *node.ancestry().first()?;
    let at = node.tree().documents().position(|document| document.root() == Some(root))?;
    let mut path = Vec::new();
    let mut back = root;
    for segment in node.segments() {
        match segment {
            Segment::Key(key) => {
                back = back.get(key)?;
                path.push(Step::Key(key.to_owned()));
            }
            Segment::Index(index) => {
                back = back.items().nth(index as usize)?;
                path.push(Step::Index(index as usize));
            }
        }
    }
    (back == node).then_some((at, path))
}

/// What became of an edit that was asked for.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// It has no meaning at that place, and was refused.
    Meaningless,
    /// It was refused though it means something.
    Refused,
    /// It did what it should, and nothing else.
    Done,
}

/// Applies `op` at a node and compares the outcome with what it should be.
pub fn verify(tree: &Tree, node: Node<'_>, op: &Op) -> Result<Outcome, String> {
    let Some((document, path)) = path_of(node) else { return Ok(Outcome::Meaningless) };
    let mut expected = Model::all(tree);
    let meaningful = expected[document].as_mut().is_some_and(|model| model.change(&path, op));
    let edit = match (op.edit(node), meaningful) {
        (None, true) => return Ok(Outcome::Refused),
        (None, false) => return Ok(Outcome::Meaningless),
        (Some(edit), false) => return Err(format!("should have been refused, gave {edit:?}")),
        (Some(edit), true) => edit,
    };
    let before = tree.file().text();
    let after = apply(before, std::slice::from_ref(&edit)).map_err(|error| error.to_string())?;
    let wrong = compare(tree, node, op, &edit, &after, &expected).err();
    match wrong {
        None => Ok(Outcome::Done),
        Some(wrong) => {
            let (before, after) =
                (changed(before, &edit, 0), changed(before, &edit, edit.text.len()));
            Err(format!(
                "{wrong}\n{op:?} at {path:?}\n--- before\n{before}\n--- after\n{after}\n---"
            ))
        }
    }
}

/// The text around an edit: before it, or with the first `take` bytes of it applied.
fn changed(before: &str, edit: &Edit, take: usize) -> String {
    let (start, end) = (edit.span.start as usize, edit.span.end as usize);
    let from = before[..start].rmatch_indices('\n').nth(8).map_or(0, |(at, _)| at + 1);
    let to = before[end..].match_indices('\n').nth(8).map_or(before.len(), |(at, _)| end + at);
    let middle = if take > 0 { &edit.text[..take] } else { &before[start..end] };
    format!("{}\u{ab}{middle}\u{bb}{}", &before[from..start], &before[end..to])
}

fn compare(
    before: &Tree,
    node: Node<'_>,
    op: &Op,
    edit: &Edit,
    after: &str,
    expected: &[Option<Model>],
) -> Result<(), String> {
    let tree = super::reread(before, after);
    if tree.errors().len() != before.errors().len() {
        return Err(format!("cannot be read: {:?}", tree.errors()));
    }
    let got = Model::all(&tree);
    if got != expected {
        let differ = got.iter().zip(expected).find(|(got, expected)| got != expected);
        return Err(format!("another value: {differ:?}"));
    }
    let text = before.file().text();
    check_breaks(text, after)?;
    check_comments(before, node, op, edit, &tree)?;
    check_lines(text, node, after)
}

fn check_breaks(before: &str, after: &str) -> Result<(), String> {
    let count = |text: &str| (text.matches("\r\n").count(), text.matches('\n').count());
    let ((old_crlf, old), (crlf, all)) = (count(before), count(after));
    let mixed = old_crlf != 0 && old_crlf != old;
    let kept = mixed || if old_crlf > 0 { crlf == all } else { crlf == 0 };
    if kept || old == 0 { Ok(()) } else { Err("line breaks are mixed now".to_owned()) }
}

/// Every comment is still there, but those of a value that was replaced or an entry removed.
fn check_comments(
    before: &Tree,
    node: Node<'_>,
    op: &Op,
    edit: &Edit,
    after: &Tree,
) -> Result<(), String> {
    let text = before.file().text();
    let texts = |tree: &Tree| -> Vec<String> {
        tree.comments().map(|span| tree.file().slice(span).trim_end().to_owned()).collect()
    };
    let mut left = texts(after);
    let entry = node.entry_span();
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |at| at + 1);
    let mut first = line_start(entry.start as usize);
    // A value below its dash: comments between them are the item's.
    while node.key().is_none() && first > 0 && text[first..entry.start as usize].trim().is_empty() {
        first = line_start(first - 1);
        while first > 0 && matches!(text[first..].trim_start().as_bytes().first(), Some(b'#')) {
            first = line_start(first - 1);
        }
    }
    let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |end| at + end);
    // Comments right below that are indented deeper belong to a collection.
    let column = text[first..].len() - text[first..].trim_start_matches(' ').len();
    let mut end = line_end(entry.end as usize);
    while node.style().is_collection() && end < text.len() {
        let line = &text[end + 1..line_end(end + 1)];
        let indent = line.len() - line.trim_start_matches(' ').len();
        if !line.trim_start().starts_with('#') || indent <= column {
            break;
        }
        end = line_end(end + 1);
    }
    // The same words may stand at several places: those that the edit cannot have touched come first.
    let (inside, outside): (Vec<_>, Vec<_>) =
        before.comments().partition(|comment| edit.span.contains(*comment));
    for comment in outside.into_iter().chain(inside) {
        let body = before.file().slice(comment).trim_end();
        if let Some(at) = left.iter().position(|other| other == body) {
            left.remove(at);
            continue;
        }
        let inside = edit.span.contains(comment);
        let start = if matches!(op, Op::Remove) { first } else { node.span().start as usize };
        let own = (start..end).contains(&(comment.start as usize));
        let may_go = matches!(op, Op::Remove)
            || matches!(op, Op::Replace(_)) && node.style().is_collection();
        // A tag or an anchor may stand lines above what it is for, with comments in between.
        let stretched = may_go && ["!x ", "!!str ", "&a "].iter().any(|mark| text.contains(mark));
        if !(inside && (own || stretched) && may_go) {
            return Err(format!("a comment is lost: {body}"));
        }
    }
    Ok(())
}

/// Every line that is not part of the collection around the node is still there.
fn check_lines(text: &str, node: Node<'_>, after: &str) -> Result<(), String> {
    let around = node.parent().unwrap_or(node);
    let around = if matches!(around.style(), Style::Map | Style::Seq) { around } else { node };
    let around = around
        .parent()
        .filter(|_| around.items().count() + around.entries().count() < 2)
        .unwrap_or(around);
    let span = around.entry_span();
    let mut at = 0;
    let mut rest = after.lines();
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        if end > span.start as usize && start <= span.end as usize {
            continue;
        }
        let line = line.trim_end_matches(['\r', '\n']);
        // Comments are compared on their own.
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        if !rest.any(|other| other.trim_end_matches('\r') == line) {
            return Err(format!("a line has changed: {line}"));
        }
    }
    Ok(())
}

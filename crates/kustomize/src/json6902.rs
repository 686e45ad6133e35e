//! JSON patches (RFC 6902), with what the library that kustomize uses makes of the corners: a first
//! part of a pointer that does not count, indices from the end, `replace` of what is not there.
//!
//! Kustomize writes the object as JSON, patches that, and reads it back. So numbers lose what a 64-bit
//! float cannot hold, and a patch that is written as YAML is typed as YAML 1.1.

use std::borrow::Cow;

use kubesift_source::How;
use smol_str::SmolStr;

use crate::scalar::{Tag, Typed, resolve, typed};
use crate::tree::{Entry, Node, Scalar, Value};
use crate::trouble::{Class, Trouble};

#[cfg(test)]
mod tests;

/// Values that the `copy` operations of one patch may make: each can double the object.
const MOST_COPIES: usize = 200_000;

/// Levels of nesting that a patch may make.
const DEPTH: usize = 300;

/// The language a patch is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Json,
    Yaml,
}

/// Does the operations of a patch to an object, one after the other.
///
/// # Errors
/// When an operation cannot be read or does not apply; those before it are then done.
pub(crate) fn apply(
    target: &mut Node,
    operations: &[Node],
    language: Language,
) -> Result<(), Trouble> {
    through_json(target, Language::Json);
    let mut copies = 0;
    for operation in operations {
        Operation::read(operation, language)?.apply(target, &mut copies)?;
    }
    Ok(())
}

/// One operation.
struct Operation<'o> {
    node: &'o Node,
    op: &'o str,
    path: &'o Node,
    language: Language,
}

/// What a pointer leads to: the collection and the last part.
struct Slot<'n> {
    parent: &'n mut Node,
    key: Cow<'n, str>,
}

impl<'o> Operation<'o> {
    fn read(node: &'o Node, language: Language) -> Result<Self, Trouble> {
        let word = |key| node.get(key).filter(|node| node.as_scalar().is_some_and(is_text));
        let op = word("op").and_then(Node::text);
        let Some(op) = op.filter(|op| OPERATIONS.contains(op)) else {
            let (at, message) = match node.get("op") {
                Some(op) => {
                    let shown = op.text().unwrap_or_default();
                    (op, format!("there is no operation `{shown}`"))
                }
                None => (node, "this operation has no `op`".to_owned()),
            };
            return Err(Trouble::fatal(Class::Patch, at.origin.span, message)
                .help("say one of `add`, `remove`, `replace`, `move`, `copy`, `test`"));
        };
        let Some(path) = word("path") else {
            let message = format!("this `{op}` has no `path`");
            return Err(Trouble::fatal(Class::Patch, node.origin.span, message)
                .help("say where with a pointer like `/spec/replicas`"));
        };
        Ok(Self { node, op, path, language })
    }

    fn apply(&self, target: &mut Node, copies: &mut usize) -> Result<(), Trouble> {
        match self.op {
            "add" => self.add(target, self.value()?),
            "remove" => self.take(target, self.path).map(|_| ()),
            "replace" => self.replace(target),
            "move" => {
                let from = self.from()?;
                let node = self.take(target, from)?;
                self.add(target, self.carried(node))
            }
            "copy" => {
                let from = self.from()?;
                let node = self.got(target, from)?;
                *copies += node.as_ref().map_or(1, size);
                if *copies > MOST_COPIES {
                    return Err(self.trouble(from, "copies more than a build may hold"));
                }
                let null = || Node::scalar(null(), self.path.origin.clone());
                let node = node.unwrap_or_else(null);
                self.add(target, self.carried(node))
            }
            _ => self.test(target),
        }
    }

    /// The value that the operation states; null when it states none.
    fn value(&self) -> Result<Node, Trouble> {
        let Some(value) = self.node.get("value") else {
            return Ok(Node::scalar(null(), self.path.origin.clone()));
        };
        let mut value = value.clone();
        through_json(&mut value, self.language);
        Ok(value)
    }

    fn from(&self) -> Result<&'o Node, Trouble> {
        let from = self.node.get("from").filter(|node| node.as_scalar().is_some_and(is_text));
        from.ok_or_else(|| {
            let message = format!("this `{}` has no `from`", self.op);
            Trouble::fatal(Class::Patch, self.node.origin.span, message)
                .help("say where the value is with a pointer like `/spec/replicas`")
        })
    }

    /// A value that was elsewhere in the object.
    fn carried(&self, mut node: Node) -> Node {
        node.origin = node.origin.then(How::Patch, self.path.origin.span);
        node
    }

    /// The place that a pointer means.
    fn slot<'n>(&self, target: &'n mut Node, pointer: &'n Node) -> Result<Slot<'n>, Trouble> {
        let text = pointer.as_scalar().map_or("", |scalar| scalar.text.as_str());
        // The part before the first slash is not looked at, whatever it says.
        let mut parts = text.split('/').skip(1).map(unescaped).peekable();
        let mut parent = target;
        let mut depth = 0;
        while let Some(part) = parts.next() {
            if matches!(parent.value, Value::Scalar(_)) {
                break;
            }
            if parts.peek().is_none() {
                return Ok(Slot { parent, key: part });
            }
            depth += 1;
            let next = (depth < DEPTH).then(|| child_mut(parent, &part)).flatten();
            let Some(next) = next else { break };
            parent = next;
        }
        Err(self.trouble(pointer, "leads to nothing"))
    }

    fn trouble(&self, pointer: &Node, what: &str) -> Trouble {
        let text = pointer.text().unwrap_or_default();
        let message = format!("`{}` does not apply: `{text}` {what}", self.op);
        Trouble::fatal(Class::Patch, pointer.origin.span, message)
    }

    fn add(&self, target: &mut Node, value: Node) -> Result<(), Trouble> {
        let slot = self.slot(target, self.path)?;
        let levels = self.path.text().unwrap_or_default().split('/').count();
        if levels + depth(&value) > DEPTH {
            return Err(self.trouble(self.path, "nests too deep"));
        }
        match &mut slot.parent.value {
            Value::Map(map) => {
                let mut entry = Entry::new(&*slot.key, self.path.origin.clone(), value);
                if let Some(old) = map.entry(&slot.key) {
                    entry = over(entry, old);
                }
                map.insert(entry);
            }
            Value::List(items) if slot.key == "-" => items.push(value),
            Value::List(items) => {
                let length = items.len();
                let at = index(&slot.key, length + 1);
                let at = at.ok_or_else(|| self.outside(self.path, length))?;
                items.insert(at, value);
            }
            Value::Scalar(_) => return Err(self.trouble(self.path, "leads into a scalar")),
        }
        Ok(())
    }

    fn outside(&self, pointer: &Node, length: usize) -> Trouble {
        self.trouble(pointer, &format!("is no place in a list of {length}"))
    }

    /// Puts a value in the place of another. In a mapping, nothing need be there.
    fn replace(&self, target: &mut Node) -> Result<(), Trouble> {
        let value = self.value()?;
        let slot = self.slot(target, self.path)?;
        let Value::List(items) = &mut slot.parent.value else { return self.add(target, value) };
        let length = items.len();
        let item = index(&slot.key, length).and_then(|at| items.get_mut(at));
        let item = item.ok_or_else(|| self.outside(self.path, length))?;
        let origin = value.origin.over(&item.origin);
        *item = Node { origin, ..value };
        Ok(())
    }

    /// Takes a value out of the object.
    fn take(&self, target: &mut Node, pointer: &Node) -> Result<Node, Trouble> {
        let slot = self.slot(target, pointer)?;
        match &mut slot.parent.value {
            Value::Map(map) => {
                let entry = map.remove(&slot.key);
                entry.map(|entry| entry.value).ok_or_else(|| self.trouble(pointer, "is not there"))
            }
            Value::List(items) => {
                let length = items.len();
                let at = index(&slot.key, length);
                let at = at.ok_or_else(|| self.outside(pointer, length))?;
                Ok(items.remove(at))
            }
            Value::Scalar(_) => Err(self.trouble(pointer, "leads into a scalar")),
        }
    }

    /// A value of the object; none for a key of a mapping that is not there.
    fn got(&self, target: &mut Node, pointer: &Node) -> Result<Option<Node>, Trouble> {
        let slot = self.slot(target, pointer)?;
        match &slot.parent.value {
            Value::Map(map) => Ok(map.get(&slot.key).cloned()),
            Value::List(items) => {
                let item = index(&slot.key, items.len()).and_then(|at| items.get(at));
                item.cloned().map(Some).ok_or_else(|| self.outside(pointer, items.len()))
            }
            Value::Scalar(_) => Err(self.trouble(pointer, "leads into a scalar")),
        }
    }

    /// Compares; nothing is the same as null.
    fn test(&self, target: &mut Node) -> Result<(), Trouble> {
        let value = self.value()?;
        let found = self.got(target, self.path)?;
        let same = found.as_ref().map_or_else(|| value.is_null(), |found| is_same(found, &value));
        if same { Ok(()) } else { Err(self.trouble(self.path, "has another value")) }
    }
}

const OPERATIONS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// An entry in the place of another.
fn over(mut entry: Entry, old: &Entry) -> Entry {
    entry.value.origin = entry.value.origin.over(&old.value.origin);
    entry.key_origin = entry.key_origin.over(&old.key_origin);
    entry
}

fn unescaped(part: &str) -> Cow<'_, str> {
    if !part.contains('~') {
        return Cow::Borrowed(part);
    }
    Cow::Owned(part.replace("~1", "/").replace("~0", "~"))
}

/// A place in a list of `length`: from the start, or with a minus from the end.
fn index(key: &str, length: usize) -> Option<usize> {
    let index: i64 = key.parse().ok()?;
    let length = i64::try_from(length).ok()?;
    let at = if index < 0 { index + length } else { index };
    usize::try_from(at).ok().filter(|_| at < length)
}

fn child_mut<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match &mut node.value {
        Value::Map(map) => map.get_mut(key),
        Value::List(items) => {
            let at = index(key, items.len())?;
            items.get_mut(at)
        }
        Value::Scalar(_) => None,
    }
}

fn is_text(scalar: &Scalar) -> bool {
    scalar.kind() == Tag::Str
}

fn null() -> Scalar {
    Scalar { text: SmolStr::new_static("null"), tag: Tag::Null, quoted: false, fragments: None }
}

/// Number of values in a value.
fn size(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 1,
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(map) => 1 + map.entries().iter().map(|entry| size(&entry.value)).sum::<usize>(),
    }
}

fn depth(node: &Node) -> usize {
    let below = match &node.value {
        Value::Scalar(_) => None,
        Value::List(items) => items.iter().map(depth).max(),
        Value::Map(map) => map.entries().iter().map(|entry| depth(&entry.value)).max(),
    };
    below.map_or(1, |below| below + 1)
}

/// Equal as JSON: both have been through it, so texts can be compared.
fn is_same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Scalar(a), Value::Scalar(b)) => a.kind() == b.kind() && a.text == b.text,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            let same = |(a, b): (&Entry, &Entry)| a.key == b.key && is_same(&a.value, &b.value);
            a.len() == b.len() && a.entries().iter().zip(b.entries()).all(same)
        }
        _ => false,
    }
}

/// Makes of each scalar what is left of it after it was JSON.
fn through_json(node: &mut Node, language: Language) {
    match &mut node.value {
        Value::Scalar(scalar) => scalar_through_json(scalar, language),
        Value::List(items) => items.iter_mut().for_each(|item| through_json(item, language)),
        Value::Map(map) => {
            map.entries_mut().iter_mut().for_each(|entry| through_json(&mut entry.value, language));
            let has_old_bool = |entry: &Entry| old_key(entry).is_some();
            if language == Language::Yaml && map.entries().iter().any(has_old_bool) {
                let entries = std::mem::take(map).into_iter();
                *map = entries
                    .map(|entry| match old_key(&entry) {
                        Some(key) => Entry { key: SmolStr::new_static(key), ..entry },
                        None => entry,
                    })
                    .collect();
            }
        }
    }
}

/// What becomes of a key that is true or false in YAML 1.1, when it is written without quotes.
fn old_key(entry: &Entry) -> Option<&'static str> {
    let is_bare = entry.key_origin.span.len() as usize == entry.key.len();
    old_word(&entry.key).filter(|_| is_bare).map(|value| if value { "true" } else { "false" })
}

fn scalar_through_json(scalar: &mut Scalar, language: Language) {
    let (text, tag): (SmolStr, Tag) = match typed(scalar) {
        _ if language == Language::Yaml && old_bool(scalar).is_some() => {
            let value = old_bool(scalar).unwrap_or_default();
            (SmolStr::new_static(if value { "true" } else { "false" }), Tag::Bool)
        }
        Typed::Str(_) if language == Language::Yaml && scalar.kind() == Tag::Timestamp => {
            scalar.tag = Tag::Str;
            scalar.quoted = wants_quotes(&scalar.text);
            return;
        }
        Typed::Null => (SmolStr::new_static("null"), Tag::Null),
        Typed::Bool(value) => {
            (SmolStr::new_static(if value { "true" } else { "false" }), Tag::Bool)
        }
        Typed::Number(text) if is_plain_number(&text) => (text.as_ref().into(), Tag::Int),
        Typed::Number(text) => match text.parse::<f64>() {
            Ok(value) => {
                let mut text = String::new();
                kubesift_yaml::push_yaml_float(&mut text, value);
                (text.into(), Tag::Float)
            }
            Err(_) => return,
        },
        // The text of a string is as it was, and its fragments are still right.
        Typed::Str(text) if text == scalar.text.as_str() => {
            scalar.tag = Tag::Str;
            scalar.quoted = wants_quotes(&scalar.text);
            return;
        }
        Typed::Str(text) => (text.as_ref().into(), Tag::Str),
    };
    let quoted = tag == Tag::Str && wants_quotes(&text);
    *scalar = Scalar { text, tag, quoted, fragments: None };
}

/// True for a string that is written in quotes when JSON becomes YAML again, because without them it
/// would be no string. A merge that comes later keeps quotes, so it matters which strings have them.
fn wants_quotes(text: &str) -> bool {
    resolve(text) != Tag::Str || old_word(text).is_some() || text.contains('\n')
}

/// A number that a float prints the same: up to six digits.
fn is_plain_number(text: &str) -> bool {
    text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words that are true and false in YAML 1.1 only.
fn old_bool(scalar: &Scalar) -> Option<bool> {
    if scalar.quoted || scalar.tag != Tag::Str {
        return None;
    }
    old_word(&scalar.text)
}

fn old_word(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

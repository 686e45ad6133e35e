//! The strategic merge of a patch into an object, as kustomize does it: with what its types say of
//! lists, without what only the API server knows (`retainKeys`, `$setElementOrder`). Lists that are
//! merged by element are left to `lists`.
//!
//! Kustomize walks the whole of an object once a patch touches any of it. So a merge also changes
//! what the patch does not name: keys without a value go, and so do elements without content of
//! lists that are merged by element. And a part that only the patch has is walked as if it was both
//! object and patch, so that directives in it count.

mod lists;

#[cfg(test)]
mod tests;

use kubesift_source::{Origin, Span};

use crate::schema::{Schema, Schemas};
use crate::tree::{Entry, Map, Node, Value};
use crate::trouble::{Class, Trouble};

/// The key of a directive.
const DIRECTIVE: &str = "$patch";

/// What is left of the target of a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is there, changed or not.
    Kept,
    /// The patch deletes it.
    Deleted,
}

/// What a patch says to do with the whole of a mapping or list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

/// Merges a patch into an object. `$patch: replace` for a whole object does nothing: kustomize makes
/// the new object and keeps the old one.
///
/// # Errors
/// When the patch has a mapping where the object has a list, and the like, or a directive that does
/// not exist. The object may then be changed in part.
pub(crate) fn merge(
    target: &mut Node,
    patch: &Node,
    schemas: &Schemas,
) -> Result<Outcome, Trouble> {
    let directive = patch.as_map().map(directive).transpose()?.flatten();
    if directive == Some(Directive::Replace) {
        return Ok(Outcome::Kept);
    }
    Merger { schemas }.meet(target, patch, Schema::Unknown)
}

#[derive(Clone, Copy)]
struct Merger<'s> {
    schemas: &'s Schemas,
}

impl<'s> Merger<'s> {
    /// What is known of a place: what its parent's type says, or what the object there says of
    /// itself, as objects may hold other objects.
    fn schema_of(self, schema: Schema<'s>, nodes: &[&Node]) -> Schema<'s> {
        if !schema.is_unknown() {
            return schema;
        }
        let known = nodes.iter().map(|node| self.schemas.of_node(node));
        known.into_iter().find(|schema| !schema.is_unknown()).unwrap_or(Schema::Unknown)
    }

    /// Merges a value of the patch into the value that is at its place.
    fn meet(self, dest: &mut Node, patch: &Node, schema: Schema<'s>) -> Result<Outcome, Trouble> {
        if dest.is_null() {
            replace(dest, patch.clone());
            return self.adopt(dest, schema);
        }
        if patch.is_null() {
            return Ok(Outcome::Deleted);
        }
        let schema = self.schema_of(schema, &[dest, patch]);
        match (&mut dest.value, &patch.value) {
            (Value::Scalar(_), Value::Scalar(_)) => replace(dest, patch.clone()),
            (Value::List(items), Value::List(patches)) => {
                let Some(keys) = schema.keys() else {
                    replace(dest, patch.clone());
                    return Ok(Outcome::Kept);
                };
                return match lists::directive(patches)? {
                    Some(Directive::Delete) => Ok(Outcome::Deleted),
                    Some(Directive::Replace) => {
                        replace(dest, lists::without_directive(patch));
                        self.adopt_elements(dest, schema)
                    }
                    Some(Directive::Merge) => {
                        let patch = lists::without_directive(patch);
                        let patches = patch.as_list().unwrap_or_default();
                        self.lists(items, Some(patches), schema, &keys)
                    }
                    None => self.lists(items, Some(patches), schema, &keys),
                };
            }
            (Value::Map(map), Value::Map(patches)) => match directive(patches)? {
                Some(Directive::Delete) => return Ok(Outcome::Deleted),
                Some(Directive::Replace) => {
                    replace(dest, patch.clone());
                    return self.adopt_fields(dest, schema);
                }
                Some(Directive::Merge) | None => self.fields(map, patches, schema)?,
            },
            _ => return Err(mismatch(dest, patch)),
        }
        Ok(Outcome::Kept)
    }

    /// Merges the fields of a mapping that has no directive, or one that is done with.
    fn fields(self, dest: &mut Map, patch: &Map, schema: Schema<'s>) -> Result<(), Trouble> {
        let mut added = Vec::new();
        for entry in patch.entries() {
            if dest.get(&entry.key).is_some() || entry.key == DIRECTIVE {
                continue;
            }
            let mut entry = entry.clone();
            let outcome = self.adopt(&mut entry.value, schema.field(&entry.key))?;
            if outcome == Outcome::Kept {
                added.push(entry);
            }
        }
        let mut deleted = Vec::new();
        for (index, entry) in dest.entries_mut().iter_mut().enumerate() {
            let below = schema.field(&entry.key);
            let outcome = match patch.entry(&entry.key) {
                Some(from) => self.entry(entry, from, below)?,
                None => self.tidy(&mut entry.value, below)?,
            };
            if outcome == Outcome::Deleted {
                deleted.push(index);
            }
        }
        remove(dest, &deleted);
        if !added.is_empty() {
            *dest = std::mem::take(dest).into_iter().chain(added).collect();
        }
        Ok(())
    }

    /// Merges one field. Where the patch sets the whole of it, the key comes from the patch too: that
    /// is the line a person would edit.
    fn entry(
        self,
        dest: &mut Entry,
        patch: &Entry,
        schema: Schema<'s>,
    ) -> Result<Outcome, Trouble> {
        if names_alike(dest, patch) {
            return Ok(Outcome::Kept);
        }
        let before = dest.value.origin.span;
        let outcome = self.meet(&mut dest.value, &patch.value, schema)?;
        if dest.value.origin.span != before {
            dest.key_origin = patch.key_origin.over(&dest.key_origin);
        }
        Ok(outcome)
    }

    /// Makes a part of the patch, where the object has nothing, part of the object. A directive that
    /// does not exist stays in it.
    fn adopt(self, node: &mut Node, schema: Schema<'s>) -> Result<Outcome, Trouble> {
        if node.is_null() {
            return Ok(Outcome::Deleted);
        }
        let schema = self.schema_of(schema, &[node]);
        match &mut node.value {
            Value::Scalar(_) => Ok(Outcome::Kept),
            Value::List(_) => self.adopt_elements(node, schema),
            Value::Map(map) => match directive(map) {
                Ok(Some(Directive::Delete)) => Ok(Outcome::Deleted),
                Ok(_) => self.adopt_fields(node, schema),
                Err(_) => {
                    self.own_fields(map, schema)?;
                    Ok(Outcome::Kept)
                }
            },
        }
    }

    /// The same for a mapping whose directive is known: it goes.
    fn adopt_fields(self, node: &mut Node, schema: Schema<'s>) -> Result<Outcome, Trouble> {
        if let Value::Map(map) = &mut node.value {
            map.remove(DIRECTIVE);
            self.own_fields(map, schema)?;
        }
        Ok(Outcome::Kept)
    }

    /// The same for a list whose directive, if any, is done with.
    fn adopt_elements(self, node: &mut Node, schema: Schema<'s>) -> Result<Outcome, Trouble> {
        if let (Value::List(items), Some(keys)) = (&mut node.value, schema.keys()) {
            return self.own_elements(items, schema, &keys);
        }
        Ok(Outcome::Kept)
    }

    fn own_fields(self, map: &mut Map, schema: Schema<'s>) -> Result<(), Trouble> {
        self.each(map, schema, |merger, node, schema| merger.own(node, schema))
    }

    /// Merges a part that only the patch has with itself.
    fn own(self, node: &mut Node, schema: Schema<'s>) -> Result<Outcome, Trouble> {
        if node.is_null() {
            return Ok(Outcome::Deleted);
        }
        let schema = self.schema_of(schema, &[node]);
        let directive = match &node.value {
            Value::Scalar(_) => return Ok(Outcome::Kept),
            Value::List(_) if schema.keys().is_none() => return Ok(Outcome::Kept),
            Value::List(items) => lists::directive(items)?,
            Value::Map(map) => directive(map)?,
        };
        if let Value::Map(map) = &mut node.value {
            // The directive goes even of what is deleted: a list may keep it all the same.
            map.remove(DIRECTIVE);
        }
        if directive == Some(Directive::Delete) {
            return Ok(Outcome::Deleted);
        }
        if node.as_map().is_some() {
            return self.adopt_fields(node, schema);
        }
        if directive.is_some() {
            *node = lists::without_directive(node);
        }
        self.adopt_elements(node, schema)
    }

    /// Goes over a part of the object that the patch does not name.
    fn tidy(self, node: &mut Node, schema: Schema<'s>) -> Result<Outcome, Trouble> {
        if let Value::Scalar(scalar) = &node.value {
            let is_nothing = scalar.text.is_empty() && node.is_null();
            return Ok(if is_nothing { Outcome::Deleted } else { Outcome::Kept });
        }
        let schema = self.schema_of(schema, &[node]);
        match &mut node.value {
            Value::Map(map) => {
                self.each(map, schema, |merger, node, schema| merger.tidy(node, schema))?;
            }
            Value::List(items) => {
                if let Some(keys) = schema.keys() {
                    return self.lists(items, None, schema, &keys);
                }
            }
            Value::Scalar(_) => {}
        }
        Ok(Outcome::Kept)
    }

    /// Goes over the values of a mapping and takes out what is deleted.
    fn each(
        self,
        map: &mut Map,
        schema: Schema<'s>,
        visit: impl Fn(Self, &mut Node, Schema<'s>) -> Result<Outcome, Trouble>,
    ) -> Result<(), Trouble> {
        let mut deleted = Vec::new();
        for (index, entry) in map.entries_mut().iter_mut().enumerate() {
            if visit(self, &mut entry.value, schema.field(&entry.key))? == Outcome::Deleted {
                deleted.push(index);
            }
        }
        remove(map, &deleted);
        Ok(())
    }
}

/// Takes entries out of a mapping; `indices` ascend.
fn remove(map: &mut Map, indices: &[usize]) {
    if indices.is_empty() {
        return;
    }
    let (mut index, mut next) = (0, indices.iter().peekable());
    map.retain(|_| {
        let goes = next.next_if(|at| **at == index).is_some();
        index += 1;
        !goes
    });
}

/// True for a name that the patch repeats to say what it is for. What is named is written in the
/// base, so that its place stays.
fn names_alike(dest: &Entry, patch: &Entry) -> bool {
    let text =
        |entry: &Entry| entry.value.as_scalar().map(|scalar| (scalar.text.clone(), scalar.kind()));
    dest.key == "name" && text(dest).is_some() && text(dest) == text(patch)
}

/// Puts a value of the patch in the place of the object's. The quotes of a scalar stay, so that a
/// number in the place of a text in quotes becomes text.
fn replace(dest: &mut Node, mut patch: Node) {
    if let (Value::Scalar(old), Value::Scalar(new)) = (&dest.value, &mut patch.value) {
        new.quoted = old.quoted;
    }
    let origin = patch.origin.over(&dest.origin);
    *dest = Node { origin, ..patch };
}

/// The directive of a mapping of a patch.
fn directive(map: &Map) -> Result<Option<Directive>, Trouble> {
    map.get(DIRECTIVE).map(read_directive).transpose()
}

fn read_directive(node: &Node) -> Result<Directive, Trouble> {
    match node.as_scalar().map(|scalar| scalar.text.as_str()) {
        Some("merge") => Ok(Directive::Merge),
        Some("replace") => Ok(Directive::Replace),
        Some("delete") => Ok(Directive::Delete),
        other => {
            let message = format!("there is no directive `$patch: {}`", other.unwrap_or_default());
            Err(Trouble::fatal(Class::Patch, node.origin.span, message)
                .help("say `merge`, `replace` or `delete`"))
        }
    }
}

/// The trouble of a patch that has another kind of value than the object.
fn mismatch(dest: &Node, patch: &Node) -> Trouble {
    let (has, base) = (kind(patch), kind(dest));
    let message = format!("the patch has {has} where the object has {base}");
    Trouble::fatal(Class::Patch, patch.origin.span, message)
        .help(format!("write {base} here, or remove the field with `null` in a patch of its own"))
}

fn kind(node: &Node) -> &'static str {
    match &node.value {
        Value::Scalar(_) => "a scalar",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

/// The place of a trouble with an element.
fn span(origin: &Origin) -> Span {
    origin.span
}

//! The merge of lists by element. Ordinary lists, whose elements all have the fields that tell them
//! apart, are merged in one pass; any other list goes the way that kustomize goes, step by step, as
//! what it makes of such lists follows from the order of its steps and from nothing else.

use std::collections::{HashMap, HashSet};

use smol_str::SmolStr;

use super::{DIRECTIVE, Directive, Merger, Outcome, read_directive, span};
use crate::scalar::resolve;
use crate::schema::Schema;
use crate::tree::{Entry, Node, Scalar, Value};
use crate::trouble::{Class, Trouble};

/// Elements of a list that is not ordinary; the work grows with the square of their number.
const MOST_ELEMENTS: usize = 4000;

/// The directive for a whole list: that of the first element with a directive, when the element says
/// nothing else.
pub(super) fn directive(items: &[Node]) -> Result<Option<Directive>, Trouble> {
    let maps = items.iter().filter_map(Node::as_map);
    let first = maps.filter_map(|map| map.get(DIRECTIVE).map(|node| (map, node))).next();
    match first {
        Some((map, node)) if map.len() == 1 => read_directive(node).map(Some),
        _ => Ok(None),
    }
}

/// A list of a patch without the elements that say the directive for it, and without empty ones.
pub(super) fn without_directive(list: &Node) -> Node {
    let mut list = list.clone();
    let Value::List(items) = &mut list.value else { return list };
    let word = |item: &Node| item.get(DIRECTIVE).map(|node| SmolStr::new(raw(node)));
    let said = items.iter().find_map(word);
    items.retain(|item| !is_empty(item) && (said.is_none() || word(item) != said));
    list
}

/// The text of a scalar as it is written, null included; empty for collections.
fn raw(node: &Node) -> &str {
    node.as_scalar().map_or("", |scalar| scalar.text.as_str())
}

/// The text by which an element is told from others.
fn value_of<'n>(node: &'n Node, key: &str) -> &'n str {
    node.get(key).and_then(Node::text).unwrap_or_default()
}

/// Null, or a mapping without fields.
fn is_empty(node: &Node) -> bool {
    node.is_null() || node.as_map().is_some_and(|map| map.is_empty())
}

impl<'s> Merger<'s> {
    /// Merges a list of the patch, if there is one, into the list that is at its place.
    pub(super) fn lists(
        self,
        dest: &mut Vec<Node>,
        patch: Option<&[Node]>,
        schema: Schema<'s>,
        keys: &[&str],
    ) -> Result<Outcome, Trouble> {
        let patch = patch.unwrap_or_default();
        let schema = schema.elements();
        match ordinary(dest, patch, keys) {
            Some(table) => self.pair(dest, patch, schema, &table)?,
            None => {
                let mut steps = Steps::new(self, schema, keys, std::mem::take(dest), patch)?;
                steps.run()?;
                *dest = steps.into_list();
            }
        }
        Ok(Outcome::Kept)
    }

    /// Merges a list that only the patch has with itself.
    pub(super) fn own_elements(
        self,
        items: &mut Vec<Node>,
        schema: Schema<'s>,
        keys: &[&str],
    ) -> Result<Outcome, Trouble> {
        let schema = schema.elements();
        if ordinary(items, &[], keys).is_some() {
            return self.retain(items, |merger, item| merger.own(item, schema));
        }
        let mut steps = Steps::own(self, schema, keys, std::mem::take(items))?;
        steps.run()?;
        *items = steps.into_list();
        Ok(Outcome::Kept)
    }

    /// Keeps the elements that are still something after a visit.
    fn retain(
        self,
        items: &mut Vec<Node>,
        visit: impl Fn(Self, &mut Node) -> Result<Outcome, Trouble>,
    ) -> Result<Outcome, Trouble> {
        let mut failed = None;
        items.retain_mut(|item| match visit(self, item) {
            Ok(outcome) => outcome == Outcome::Kept && !is_empty(item),
            Err(trouble) => {
                failed.get_or_insert(trouble);
                true
            }
        });
        failed.map_or(Ok(Outcome::Kept), Err)
    }

    /// Merges ordinary lists: the elements of the patch come first, then what is left of the object.
    /// Where several fields tell elements apart, those that only the patch has come first, then all
    /// of the object.
    fn pair(
        self,
        dest: &mut Vec<Node>,
        patch: &[Node],
        schema: Schema<'s>,
        table: &Table,
    ) -> Result<(), Trouble> {
        if patch.is_empty() {
            self.retain(dest, |merger, item| merger.tidy(item, schema))?;
            return Ok(());
        }
        let mut old: Vec<Option<Node>> = std::mem::take(dest).into_iter().map(Some).collect();
        let mut first = Vec::with_capacity(patch.len() + old.len());
        for (item, at) in patch.iter().zip(&table.matches) {
            let Some(base) = at.and_then(|at| old.get_mut(at)) else {
                let mut added = item.clone();
                if self.adopt(&mut added, schema)? == Outcome::Kept && !is_empty(&added) {
                    first.push(added);
                }
                continue;
            };
            let Some(mut node) = base.take() else { continue };
            if !self.element(&mut node, item, schema)? {
                continue;
            }
            if table.several {
                *base = Some(node);
            } else {
                first.push(node);
            }
        }
        let touched: Vec<bool> = table.touched(old.len());
        for (node, touched) in old.into_iter().zip(touched) {
            let Some(mut node) = node else { continue };
            let stays = touched || self.tidy(&mut node, schema)? == Outcome::Kept;
            if stays && !is_empty(&node) {
                first.push(node);
            }
        }
        *dest = first;
        Ok(())
    }

    /// Merges an element of the patch into that of the object; false when it goes. `$patch: replace`
    /// in an element changes nothing: kustomize makes the new element, and then puts the old one in
    /// its place.
    fn element(self, node: &mut Node, patch: &Node, schema: Schema<'s>) -> Result<bool, Trouble> {
        let replaces = patch.get(DIRECTIVE).is_some_and(|word| raw(word) == "replace");
        if replaces {
            let mut added = patch.clone();
            self.adopt(&mut added, schema)?;
            return Ok(!is_empty(&added));
        }
        Ok(self.meet(node, patch, schema)? == Outcome::Kept && !is_empty(node))
    }
}

/// Which element of the object each element of the patch goes to.
struct Table {
    matches: Vec<Option<usize>>,
    /// More than one field tells elements apart.
    several: bool,
}

impl Table {
    fn touched(&self, count: usize) -> Vec<bool> {
        let mut touched = vec![false; count];
        for at in self.matches.iter().flatten() {
            if let Some(touched) = touched.get_mut(*at) {
                *touched = true;
            }
        }
        touched
    }
}

/// The table of two ordinary lists: mappings that each have all the fields that count, no two of one
/// list with the same. None for other lists.
fn ordinary(dest: &[Node], patch: &[Node], keys: &[&str]) -> Option<Table> {
    let all = || dest.iter().chain(patch);
    let used = |key: &&&str| all().any(|node| !value_of(node, key).is_empty());
    let keys: Vec<&str> = keys.iter().filter(used).copied().collect();
    if keys.is_empty() {
        return all().next().is_none().then_some(Table { matches: Vec::new(), several: false });
    }
    let old = index(dest, &keys)?;
    let new = index(patch, &keys)?;
    let mut matches = vec![None; patch.len()];
    for (name, at) in new {
        if let Some(slot) = matches.get_mut(at) {
            *slot = old.get(&name).copied();
        }
    }
    Some(Table { matches, several: keys.len() > 1 })
}

/// The elements by what tells them apart.
fn index(items: &[Node], keys: &[&str]) -> Option<HashMap<SmolStr, usize>> {
    let mut index = HashMap::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let name = name_of(item, keys)?;
        if index.insert(name, at).is_some() {
            return None;
        }
    }
    Some(index)
}

fn name_of(item: &Node, keys: &[&str]) -> Option<SmolStr> {
    if let [key] = keys {
        return Some(value_of(item, key)).filter(|value| !value.is_empty()).map(SmolStr::new);
    }
    let mut name = String::new();
    for key in keys {
        let value = value_of(item, key);
        if value.is_empty() || value.contains('\n') {
            return None;
        }
        name.push_str(value);
        name.push('\n');
    }
    Some(name.into())
}

/// The merge of lists that are not ordinary: elements without a field that counts, several with the
/// same, plain values. What comes out of it is often not what the patch meant, but it is what
/// kustomize gives. Lists hold indices into one store, since an element may stand in several.
struct Steps<'m, 's> {
    merger: Merger<'s>,
    schema: Schema<'s>,
    keys: Vec<&'m str>,
    store: Vec<Node>,
    dest: Vec<usize>,
    /// None: the list is merged with itself.
    patch: Option<Vec<usize>>,
}

impl<'m, 's> Steps<'m, 's> {
    fn new(
        merger: Merger<'s>,
        schema: Schema<'s>,
        keys: &[&'m str],
        dest: Vec<Node>,
        patch: &[Node],
    ) -> Result<Self, Trouble> {
        let old = dest.len();
        let mut steps = Self::own(merger, schema, keys, dest)?;
        steps.store.extend_from_slice(patch);
        steps.patch = Some((old..steps.store.len()).collect());
        steps.check_size()?;
        Ok(steps)
    }

    fn own(
        merger: Merger<'s>,
        schema: Schema<'s>,
        keys: &[&'m str],
        items: Vec<Node>,
    ) -> Result<Self, Trouble> {
        let keys = if keys.is_empty() { vec![""] } else { keys.to_vec() };
        let dest = (0..items.len()).collect();
        let steps = Self { merger, schema, keys, store: items, dest, patch: None };
        steps.check_size()?;
        Ok(steps)
    }

    fn check_size(&self) -> Result<(), Trouble> {
        let Some(last) = self.store.last().filter(|_| self.store.len() > MOST_ELEMENTS) else {
            return Ok(());
        };
        let message = "this list is too long to be merged: its elements cannot be told apart";
        Err(Trouble::fatal(Class::Patch, span(&last.origin), message))
    }

    /// The list. An element may stand in it more than once.
    fn into_list(self) -> Vec<Node> {
        let Self { store, dest, .. } = self;
        dest.into_iter().filter_map(|at| store.get(at).cloned()).collect()
    }

    fn run(&mut self) -> Result<(), Trouble> {
        let mut names = self.names();
        if self.keys.len() > 1 {
            unite(&mut names);
        }
        let valid = self.valid_keys(&names);
        let mut items = Vec::new();
        for name in &names {
            let values = self.valid_values(name, &valid);
            let base = self.find(&self.dest, &valid, &values);
            let from = match &self.patch {
                Some(patch) => self.find(patch, &valid, &values),
                None => base,
            };
            let merged = self.walk(base, from)?;
            match merged.filter(|at| self.store.get(*at).is_some_and(|node| !is_empty(node))) {
                Some(at) => {
                    self.complete(at, &valid, &values);
                    items = self.set(items, Some(at), &valid, &values)?;
                }
                None => {
                    let dest = std::mem::take(&mut self.dest);
                    self.dest = self.set(dest, None, &valid, &values)?;
                }
            }
        }
        if !names.is_empty() {
            self.dest = self.append(items, &valid)?;
        }
        Ok(())
    }

    /// What tells the elements apart, each once, those of the patch first.
    fn names(&self) -> Vec<Vec<SmolStr>> {
        let patch = self.patch.as_deref().unwrap_or_default();
        let mut seen = HashSet::new();
        let mut names = Vec::new();
        for node in patch.iter().chain(&self.dest).filter_map(|at| self.store.get(*at)) {
            let name: Vec<SmolStr> = match self.keys.as_slice() {
                [""] => vec![raw(node).into()],
                keys => keys.iter().map(|key| value_of(node, key).into()).collect(),
            };
            if seen.insert(name.clone()) {
                names.push(name);
            }
        }
        names
    }

    /// The keys that any element has a value for; all of them when none has.
    fn valid_keys(&self, names: &[Vec<SmolStr>]) -> Vec<&'m str> {
        let used = |at: usize| names.iter().any(|name| name.get(at).is_some_and(|v| !v.is_empty()));
        let keys = self.keys.iter().enumerate();
        let valid: Vec<&str> = keys.filter(|(at, _)| used(*at)).map(|(_, key)| *key).collect();
        if valid.is_empty() { self.keys.clone() } else { valid }
    }

    /// The values of the keys that count.
    fn valid_values(&self, name: &[SmolStr], valid: &[&str]) -> Vec<SmolStr> {
        let pairs = self.keys.iter().zip(name);
        pairs.filter(|(key, _)| valid.contains(*key)).map(|(_, value)| value.clone()).collect()
    }

    /// The first element of a list that has these values. A key without a value counts only when
    /// no key has any.
    fn find(&self, list: &[usize], keys: &[&str], values: &[SmolStr]) -> Option<usize> {
        let any = values.iter().any(|value| !value.is_empty());
        let pairs = keys.iter().copied().zip(values).filter(|(_, value)| !any || !value.is_empty());
        let wanted: Vec<(&str, &SmolStr)> = pairs.collect();
        let is_it = |node: &Node| match wanted.as_slice() {
            [("", value), ..] => raw(node) == value.as_str(),
            wanted => wanted.iter().all(|(key, value)| {
                node.get(key).is_some_and(|field| raw(field) == value.as_str())
            }),
        };
        list.iter().copied().find(|at| self.store.get(*at).is_some_and(is_it))
    }

    /// Merges an element of the patch into one of the object, or what there is of the two: the place
    /// of the result, none when it is deleted.
    fn walk(&mut self, base: Option<usize>, from: Option<usize>) -> Result<Option<usize>, Trouble> {
        let (merger, schema) = (self.merger, self.schema);
        let Some(from) = from else {
            let Some(base) = base else { return Ok(None) };
            let Some(node) = self.store.get_mut(base) else { return Ok(None) };
            return Ok((merger.tidy(node, schema)? == Outcome::Kept).then_some(base));
        };
        let Some(patch) = self.store.get_mut(from) else { return Ok(None) };
        let Some(base) = base else {
            return Ok((merger.adopt(patch, schema)? == Outcome::Kept).then_some(from));
        };
        if base == from {
            return Ok((merger.own(patch, schema)? == Outcome::Kept).then_some(from));
        }
        if patch.get(DIRECTIVE).is_some_and(|word| raw(word) == "replace") {
            merger.adopt(patch, schema)?;
            return Ok(Some(from));
        }
        let patch = patch.clone();
        let is_scalar = patch.as_scalar().is_some();
        let Some(node) = self.store.get_mut(base) else { return Ok(None) };
        let outcome = merger.meet(node, &patch, schema)?;
        let result = if is_scalar { from } else { base };
        Ok((outcome == Outcome::Kept).then_some(result))
    }

    /// Gives an element the keys that tell it apart where it lacks them.
    fn complete(&mut self, at: usize, keys: &[&str], values: &[SmolStr]) {
        let Some(node) = self.store.get_mut(at) else { return };
        let origin = node.origin.clone();
        let Some(map) = node.as_map_mut() else { return };
        for (key, value) in keys.iter().zip(values) {
            if value.is_empty() || map.get(key).is_some() {
                continue;
            }
            let tag = resolve(value);
            let scalar = Scalar { text: value.clone(), tag, quoted: false, fragments: None };
            let value = Node::scalar(scalar, origin.clone());
            map.insert(Entry::new(*key, origin.clone(), value));
        }
    }

    /// Puts an element in the place of each that has these values, or at the end when none has;
    /// without an element they go. Empty elements go in any case, and so does everything that has
    /// other values when no values are given.
    fn set(
        &self,
        list: Vec<usize>,
        element: Option<usize>,
        keys: &[&str],
        values: &[SmolStr],
    ) -> Result<Vec<usize>, Trouble> {
        let is_of_maps = keys.first().is_some_and(|key| !key.is_empty())
            && values.first().is_some_and(|value| !value.is_empty());
        let mut found = false;
        let mut left = Vec::with_capacity(list.len() + 1);
        for at in list {
            let Some(node) = self.store.get(at).filter(|node| !is_empty(node)) else { continue };
            if is_of_maps && node.as_map().is_none() {
                left.push(at);
                continue;
            }
            if has(node, keys, values)? {
                found = true;
                left.extend(element);
            } else if !values.is_empty() {
                left.push(at);
            }
        }
        if !found {
            left.extend(element);
        }
        Ok(left)
    }

    /// Puts what the object has behind the elements that were merged, or in the place of those with
    /// the same values.
    fn append(&self, items: Vec<usize>, keys: &[&str]) -> Result<Vec<usize>, Trouble> {
        let mut items = items;
        for at in self.dest.iter().copied() {
            let Some(node) = self.store.get(at) else { continue };
            if keys.first().is_some_and(|key| key.is_empty()) {
                items = self.set(items, Some(at), keys, &[raw(node).into()])?;
                continue;
            }
            let mut values = Vec::with_capacity(keys.len());
            for key in keys {
                if node.as_map().is_none() && !node.is_null() {
                    return Err(no_mapping(node));
                }
                match node.get(key) {
                    Some(field) => values.push(SmolStr::new(raw(field))),
                    None => items.push(at),
                }
            }
            if keys.len() > 1 {
                items = self.set(items, None, keys, &values)?;
            }
            items = self.set(items, Some(at), keys, &values)?;
        }
        Ok(items)
    }
}

/// True when an element has these values. A key whose value is empty only has to be there, and of
/// keys without a value the last one with a value decides.
fn has(node: &Node, keys: &[&str], values: &[SmolStr]) -> Result<bool, Trouble> {
    let mut last = false;
    for (at, key) in keys.iter().enumerate() {
        if let Some(value) = values.get(at) {
            last = match *key {
                "" if node.as_scalar().is_none() => return Err(no_scalar(node)),
                "" => raw(node) == value.as_str(),
                _ if node.as_map().is_none() => return Err(no_mapping(node)),
                key => node
                    .get(key)
                    .is_some_and(|field| value.is_empty() || raw(field) == value.as_str()),
            };
        }
        if !last {
            return Ok(false);
        }
    }
    Ok(true)
}

fn no_mapping(node: &Node) -> Trouble {
    let message = "this element is no mapping, so the list cannot be merged";
    Trouble::fatal(Class::Patch, node.origin.span, message)
}

fn no_scalar(node: &Node) -> Trouble {
    let message = "this element is no plain value, so the list cannot be merged";
    Trouble::fatal(Class::Patch, node.origin.span, message)
}

/// Makes names the same that differ only in that one lacks what the other has: a port without a
/// protocol and one with.
fn unite(names: &mut [Vec<SmolStr>]) {
    for first in 0..names.len() {
        // What the name was before counts for all others, as kustomize has it.
        let Some(before) = names.get(first).cloned() else { continue };
        for second in 0..names.len() {
            let Some(both) = names.get(second).and_then(|other| united(&before, other)) else {
                continue;
            };
            if let Some(name) = names.get_mut(first) {
                name.clone_from(&both);
            }
            if let Some(name) = names.get_mut(second) {
                *name = both;
            }
        }
    }
}

fn united(a: &[SmolStr], b: &[SmolStr]) -> Option<Vec<SmolStr>> {
    let mut shares = false;
    let mut both = Vec::with_capacity(a.len());
    for (a, b) in a.iter().zip(b) {
        if a == b {
            shares = true;
        } else if !a.is_empty() && !b.is_empty() {
            return None;
        }
        both.push(if a.is_empty() { b.clone() } else { a.clone() });
    }
    shares.then_some(both)
}

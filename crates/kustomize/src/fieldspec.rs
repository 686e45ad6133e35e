//! Field specs: which field of which objects a transformer works on, and the walk that finds it. A
//! path goes through mappings by name and through every item of each sequence that it meets.

use std::borrow::Cow;

use kubesift_source::{Origin, Span};
use smol_str::SmolStr;

use crate::id::Gvk;
use crate::tree::{Node, Scalar, Value};
use crate::trouble::{Class, Trouble};

/// A field of the objects of some kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldSpec {
    /// The kinds; parts that are empty mean any.
    pub gvk: Gvk,
    /// The path as it is written: `spec/template/metadata/labels`. Names are parted by `/`; `\/`
    /// stands for a slash in a name.
    pub path: SmolStr,
    /// A field that is missing is made, with the mappings on the way to it.
    pub create: bool,
}

/// One name of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step<'p> {
    name: Cow<'p, str>,
    /// Written with `[]` behind it: a sequence, which is not made where it is missing.
    is_list: bool,
}

/// Names that a path may have; a longer one leads nowhere. Kubernetes' own objects nest two dozen
/// deep.
const LONGEST: usize = 100;

/// A path, or what is left of it, taken apart as it is walked: most specs of the tables are never
/// walked in a build, and hardly a name needs memory of its own.
#[derive(Debug, Clone, Copy)]
struct Steps<'p>(Option<&'p str>);

impl<'p> Steps<'p> {
    /// Of a whole path.
    fn of(path: &'p str) -> Self {
        Self(Some(path.strip_prefix('/').unwrap_or(path)))
    }

    /// The first step, and those behind it; none at the end.
    fn split_first(self) -> Option<(Step<'p>, Self)> {
        let (name, rest) = first(self.0?, '/');
        let is_list = name.ends_with("[]");
        Some((Step { name: trimmed(name), is_list }, Self(rest)))
    }

    fn is_empty(self) -> bool {
        self.0.is_none()
    }

    /// True when there are more than [`LONGEST`].
    fn are_too_many(self) -> bool {
        let left = std::iter::successors(Some(self), |left| Some(left.split_first()?.1));
        self.0.is_some_and(|path| path.len() >= LONGEST) && left.count() > LONGEST + 1
    }
}

/// A name without the mark of a sequence and blanks around it.
fn trimmed(name: Cow<'_, str>) -> Cow<'_, str> {
    fn bare(name: &str) -> &str {
        name.strip_suffix("[]").unwrap_or(name).trim()
    }
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(bare(name)),
        Cow::Owned(name) => Cow::Owned(bare(&name).to_owned()),
    }
}

impl FieldSpec {
    /// A field spec from a path.
    pub fn new(gvk: Gvk, path: &str, create: bool) -> Self {
        Self { gvk, path: path.into(), create }
    }

    /// True when the field is one of objects of this kind.
    pub fn is_for(&self, gvk: &Gvk) -> bool {
        gvk.is_selected(&self.gvk)
    }

    /// From an entry of `fieldSpecs`, `fields` or a file of `configurations`.
    ///
    /// # Errors
    /// When it is no mapping.
    pub fn parse(entry: &Node) -> Result<Self, Trouble> {
        if entry.as_map().is_none() {
            let message = "a field spec is a mapping with `path` and, where needed, `kind`";
            return Err(Trouble::fatal(Class::Transformer, entry.origin.span, message));
        }
        let word = |key| entry.get(key).and_then(Node::text).unwrap_or_default();
        let gvk = Gvk {
            group: word("group").into(),
            version: word("version").into(),
            kind: word("kind").into(),
        };
        Ok(Self::new(gvk, word("path"), word("create") == "true"))
    }

    /// All entries of `fieldSpecs` or `fields`; none when the field is missing.
    ///
    /// # Errors
    /// When it is no sequence of mappings.
    pub fn parse_all(list: Option<&Node>) -> Result<Vec<Self>, Trouble> {
        let Some(list) = list.filter(|list| !list.is_null()) else { return Ok(Vec::new()) };
        let Some(items) = list.as_list() else {
            let message = "field specs are a list";
            return Err(Trouble::fatal(Class::Transformer, list.origin.span, message));
        };
        items.iter().map(Self::parse).collect()
    }
}

/// Two field specs name one field, and only one of them makes it where it is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Conflict;

/// Adds a field spec to a list, unless one is there for the same path and for kinds that the new one
/// is for too.
///
/// # Errors
/// When that one differs in `create`.
pub(crate) fn add(list: &mut Vec<FieldSpec>, spec: FieldSpec) -> Result<(), Conflict> {
    let known = list.iter().find(|old| old.gvk.is_selected(&spec.gvk) && old.path == spec.path);
    match known {
        Some(old) if old.create != spec.create => Err(Conflict),
        Some(_) => Ok(()),
        None => {
            list.push(spec);
            Ok(())
        }
    }
}

/// The names of a path: parted by `delimiter`, which a backslash before it makes part of a name. One
/// delimiter at the very start is left out.
pub(crate) fn split(path: &str, delimiter: char) -> Vec<String> {
    let mut rest = Some(path.strip_prefix(delimiter).unwrap_or(path));
    let names = std::iter::from_fn(|| {
        let (name, behind) = first(rest?, delimiter);
        rest = behind;
        Some(name.into_owned())
    });
    names.collect()
}

/// The first name of a path, and what is behind the delimiter that ends it.
fn first(path: &str, delimiter: char) -> (Cow<'_, str>, Option<&str>) {
    match path.split_once(delimiter) {
        None => (Cow::Borrowed(path), None),
        Some((name, rest)) if !name.ends_with('\\') => (Cow::Borrowed(name), Some(rest)),
        Some(_) => first_escaped(path, delimiter),
    }
}

/// The same for a name with delimiters in it.
fn first_escaped(path: &str, delimiter: char) -> (Cow<'_, str>, Option<&str>) {
    let mut name = String::new();
    let mut left = path;
    while let Some((part, rest)) = left.split_once(delimiter) {
        let Some(part) = part.strip_suffix('\\') else {
            name.push_str(part);
            return (Cow::Owned(name), Some(rest));
        };
        name.push_str(part);
        name.push(delimiter);
        left = rest;
    }
    name.push_str(left);
    (Cow::Owned(name), None)
}

/// What is put where the last field of a path is missing (or null).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Leaf<'a> {
    /// Nothing: the field is left out, whatever the spec says.
    Nothing,
    /// A scalar without text, for `each` to fill; what is made has this origin.
    Scalar(&'a Origin),
    /// An empty mapping, for `each` to fill; what is made has this origin.
    Map(&'a Origin),
}

/// A value is not of the type that a path or a transformer needs it to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// The value.
    pub at: Span,
    /// What it would have to be.
    pub wants: &'static str,
}

impl Misfit {
    /// The value of `node` would have to be `wants`.
    pub fn new(node: &Node, wants: &'static str) -> Self {
        Self { at: node.origin.span, wants }
    }

    /// As a trouble: `who` met the value.
    pub fn trouble(self, class: Class, who: &str) -> Trouble {
        Trouble::fatal(class, self.at, format!("{who} needs {} here", self.wants))
    }
}

/// Calls `each` with every field of `node` that a spec leads to. Whether the spec is for the kind of
/// the object is for the caller to ask ([`FieldSpec::is_for`]).
///
/// # Errors
/// When a scalar stands on the way, a name is empty, or `each` fails: the walk ends there.
pub(crate) fn visit(
    node: &mut Node,
    spec: &FieldSpec,
    leaf: Leaf<'_>,
    each: &mut dyn FnMut(&mut Node) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    let leaf = if spec.create { leaf } else { Leaf::Nothing };
    let steps = Steps::of(&spec.path);
    if steps.are_too_many() {
        return Err(Misfit::new(node, "a field spec with a shorter path"));
    }
    walk(node, steps, leaf, each)
}

fn walk(
    node: &mut Node,
    steps: Steps<'_>,
    leaf: Leaf<'_>,
    each: &mut dyn FnMut(&mut Node) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    let Some((step, rest)) = steps.split_first() else { return each(node) };
    if node.is_null() {
        return Ok(());
    }
    if let Value::List(items) = &mut node.value {
        return items.iter_mut().try_for_each(|item| walk(item, steps, leaf, each));
    }
    if node.as_map().is_none() {
        return Err(Misfit::new(node, "a mapping or a list"));
    }
    if !is_name(&step.name) {
        return Err(Misfit::new(node, "a field spec whose path has only names of fields"));
    }
    match field(node, &step, rest.is_empty(), leaf) {
        Some(next) => walk(next, rest, leaf, each),
        None => Ok(()),
    }
}

/// Indexes and selectors of items mean nothing in a field spec.
fn is_name(name: &str) -> bool {
    let first = name.bytes().next();
    if first.is_some_and(|byte| byte.is_ascii_alphabetic()) {
        return true;
    }
    !name.is_empty()
        && name != "-"
        && name != "*"
        && !(name.starts_with('[') && name.ends_with(']'))
        && name.parse::<i64>().is_err()
}

/// The field of a mapping; made where it is missing or null, when `leaf` and the step say so.
fn field<'n>(
    node: &'n mut Node,
    step: &Step<'_>,
    is_last: bool,
    leaf: Leaf<'_>,
) -> Option<&'n mut Node> {
    let map = node.as_map_mut()?;
    let made = match leaf {
        // What should be a list and is null is written as an empty list.
        _ if step.is_list => {
            let value = map.get_mut(&step.name)?;
            if value.is_null() {
                value.value = Value::List(Vec::new());
            }
            return Some(value);
        }
        Leaf::Nothing => return map.get_mut(&step.name),
        Leaf::Scalar(origin) if is_last => Node::scalar(Scalar::untyped(""), origin.clone()),
        Leaf::Scalar(origin) | Leaf::Map(origin) => Node::map(<_>::default(), origin.clone()),
    };
    let origin = made.origin.clone();
    let value = map.or_insert(&step.name, &origin, || made.clone());
    if value.is_null() {
        value.value = made.value;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::{node, show};

    fn spec(path: &str, create: bool) -> FieldSpec {
        FieldSpec::new(Gvk::default(), path, create)
    }

    fn visited(text: &str, path: &str, leaf: &str) -> String {
        let mut tree = node(text);
        let origin = tree.origin.clone();
        let (leaf, create) = match leaf {
            "" => (Leaf::Nothing, false),
            "scalar" => (Leaf::Scalar(&origin), true),
            _ => (Leaf::Map(&origin), true),
        };
        let done = visit(&mut tree, &spec(path, create), leaf, &mut |found| {
            match &mut found.value {
                Value::Scalar(scalar) => scalar.set_text("X"),
                Value::Map(map) => {
                    map.insert(crate::tree::Entry::new(
                        "k",
                        origin.clone(),
                        Node::string("X", origin.clone()),
                    ));
                }
                Value::List(_) => return Err(Misfit::new(found, "no list")),
            }
            Ok(())
        });
        match done {
            Ok(()) => show(&tree),
            Err(misfit) => misfit.wants.to_owned(),
        }
    }

    #[test]
    fn names_are_parted_by_slashes() {
        let check = |path: &str, names: &[&str]| assert_eq!(split(path, '/'), names);
        check("a/b", &["a", "b"]);
        check("/a/b", &["a", "b"]);
        check(r"metadata/annotations/x\/y/z", &["metadata", "annotations", "x/y", "z"]);
        check(r"a\/b\/c", &["a/b/c"]);
        check("", &[""]);
        check("a/", &["a", ""]);
    }

    #[test]
    fn lists_are_gone_through() {
        assert_eq!(
            visited("{a: [{b: 1}, {c: 2}, {b: 3}]}", "a/b", ""),
            "{a: [{b: X}, {c: 2}, {b: X}]}"
        );
        assert_eq!(visited("{a: [[{b: 1}]]}", "a[]/b", ""), "{a: [[{b: X}]]}");
    }

    #[test]
    fn what_is_missing_is_made_only_when_asked_for() {
        assert_eq!(visited("{a: 1}", "b/c", ""), "{a: 1}");
        assert_eq!(visited("{a: 1}", "b/c", "scalar"), "{a: 1, b: {c: X}}");
        assert_eq!(visited("{a: 1}", "b/c", "map"), "{a: 1, b: {c: {k: X}}}");
        assert_eq!(visited("{a: {b: }}", "a/b", "map"), "{a: {b: {k: X}}}");
        assert_eq!(
            visited("{a: [{}, {b: {}}]}", "a/b/c", "scalar"),
            "{a: [{b: {c: X}}, {b: {c: X}}]}"
        );
    }

    #[test]
    fn a_list_is_never_made_but_null_becomes_an_empty_one() {
        assert_eq!(visited("{a: 1}", "b[]/c", "scalar"), "{a: 1}");
        assert_eq!(visited("{b: }", "b[]/c", "scalar"), "{b: []}");
        assert_eq!(visited("{b: }", "b/c", ""), "{b: ~}");
    }

    #[test]
    fn what_cannot_be_walked_is_said() {
        assert_eq!(visited("{a: x}", "a/b", ""), "a mapping or a list");
        assert_eq!(
            visited("{a: {b: 1}}", "a//b", ""),
            "a field spec whose path has only names of fields"
        );
        assert_eq!(
            visited("{a: {b: 1}}", "", ""),
            "a field spec whose path has only names of fields"
        );
        assert_eq!(visited("{a: [1]}", "a", "map"), "no list");
        let long = "a/".repeat(1000);
        assert_eq!(visited("{a: 1}", &long, "map"), "a field spec with a shorter path");
    }

    #[test]
    fn equal_specs_are_kept_once() {
        let gvk = |kind: &str| Gvk { kind: kind.into(), ..Gvk::default() };
        let mut list = vec![FieldSpec::new(gvk("Deployment"), "a", true)];
        assert_eq!(add(&mut list, FieldSpec::new(gvk("Deployment"), "a", true)), Ok(()));
        assert_eq!(add(&mut list, FieldSpec::new(gvk(""), "a", true)), Ok(()));
        assert_eq!(list.len(), 1);
        assert_eq!(add(&mut list, FieldSpec::new(gvk("Deployment"), "a", false)), Err(Conflict));
        assert_eq!(add(&mut list, FieldSpec::new(gvk("Job"), "a", false)), Ok(()));
        assert_eq!(list.len(), 2);
    }
}

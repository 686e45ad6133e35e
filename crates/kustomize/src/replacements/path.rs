//! Paths of replacements: fields parted by dots, items of sequences by number, by the value of one of
//! their fields, or all of them. A source is looked up exactly; targets may be many, and are made where
//! that is asked for.

use kubesift_source::Origin;
use regex_lite::Regex;

use crate::fieldspec;
use crate::scalar::{Tag, resolve};
use crate::tree::{Entry, Map, Node, Scalar, Value};

/// Parts that a path may have: Kubernetes' own objects nest two dozen deep.
const LONGEST: usize = 100;

/// A path, read once for all objects that it is used on.
#[derive(Debug)]
pub(crate) struct Path {
    parts: Vec<Part>,
}

/// A path leads nowhere: why, as the rest of a sentence that begins with the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Astray(pub String);

fn astray<T>(why: impl Into<String>) -> Result<T, Astray> {
    Err(Astray(why.into()))
}

#[derive(Debug)]
enum Part {
    /// A key of a mapping. In a source `-` means the last item.
    Field(String),
    /// An item of a sequence, from 0.
    Index(usize),
    /// Items of a sequence: those whose field `key` has a value; without a key those that have it.
    Item { key: String, value: String, pattern: Result<Pattern, String> },
    /// Every item of a sequence.
    All,
    /// What cannot be used: why.
    Wrong(String),
}

/// A regular expression that may match anywhere in a text.
#[derive(Debug)]
enum Pattern {
    Plain,
    Regex(Box<Regex>),
}

impl Path {
    /// Reads a path. What is wrong with it is said when it is used: where there is nothing to look
    /// through, it does not matter.
    pub fn parse(text: &str) -> Self {
        Self { parts: split(text).into_iter().map(Part::parse).collect() }
    }

    /// A path from its parts as they are written; blank ones are left out.
    pub fn of_fields(names: Vec<String>) -> Self {
        let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
        Self { parts: names.map(|name| Part::parse(name.to_owned())).collect() }
    }

    /// The value that [`Path::find`] would give, to be changed; fields and items chosen by a value are
    /// made where they are missing, a scalar at the end. None in what is null, and for an item that a
    /// sequence does not have.
    pub fn find_or_make<'n>(
        &self,
        node: &'n mut Node,
        origin: &Origin,
    ) -> Result<Option<&'n mut Node>, Astray> {
        if self.parts.len() > LONGEST {
            return astray("is too long");
        }
        let like = Value::Scalar(Scalar::untyped(""));
        let make = Make { like: &like, origin };
        let mut found = node;
        for (number, part) in self.parts.iter().enumerate() {
            let rest = self.parts.get(number + 1..).unwrap_or_default();
            if found.is_null() {
                return Ok(None);
            }
            let at = part.position(found)?;
            let next = match (&mut found.value, part) {
                (Value::Map(map), Part::Field(name)) => {
                    Some(map.or_insert(name, origin, || make.node(rest)))
                }
                (Value::List(items), Part::Item { key, value, .. }) => {
                    let at = at.unwrap_or(items.len());
                    if at == items.len() {
                        items.push(make.item(key, value));
                    }
                    items.get_mut(at)
                }
                (Value::List(items), _) => at.and_then(|at| items.get_mut(at)),
                _ => None,
            };
            match next {
                Some(next) => found = next,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// The value of a source: the first `[key=value]` whose text is the same.
    pub fn find<'n>(&self, node: &'n Node) -> Result<Option<&'n Node>, Astray> {
        let mut found = node;
        for part in &self.parts {
            match part.get(found)? {
                Some(next) => found = next,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// How many parts lead to a scalar that has more parts behind it, when `find` goes that way.
    pub fn reaches_text(&self, node: &Node) -> Option<usize> {
        let mut found = node;
        for (at, part) in self.parts.iter().enumerate() {
            if found.as_scalar().is_some() && at > 0 {
                return (!found.is_null()).then_some(at);
            }
            found = part.get(found).ok()??;
        }
        None
    }

    /// The value that the first `count` parts lead to as [`Path::find`] goes, to be changed.
    pub fn find_mut<'n>(&self, node: &'n mut Node, count: usize) -> Option<&'n mut Node> {
        self.parts.iter().take(count).try_fold(node, |node, part| {
            let at = part.position(node).ok()??;
            match &mut node.value {
                Value::List(items) => items.get_mut(at),
                Value::Map(map) => map.entries_mut().get_mut(at).map(|entry| &mut entry.value),
                Value::Scalar(_) => None,
            }
        })
    }

    /// Calls `each` with every value that the parts from `start` on lead to; values that are missing
    /// are made when `make` says of what shape. Gives their number; those that would have to be made
    /// in a null count, and nothing is made there.
    pub fn visit(
        &self,
        start: usize,
        node: &mut Node,
        make: Option<Make<'_>>,
        each: &mut dyn FnMut(&mut Node) -> Result<(), Astray>,
    ) -> Result<usize, Astray> {
        let parts = self.parts.get(start..).unwrap_or_default();
        if parts.len() > LONGEST {
            return astray("is too long");
        }
        walk(node, parts, make, each)
    }
}

/// The names of a path: parted by dots; `\.` is a dot in a name, and `[a.b]` a name with dots.
fn split(path: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut names = fieldspec::split(path, '.').into_iter();
    while let Some(mut name) = names.next() {
        if !name.starts_with('[') || name.ends_with(']') {
            parts.push(name);
            continue;
        }
        for next in names.by_ref() {
            name.push('.');
            name.push_str(&next);
            if next.ends_with(']') {
                break;
            }
        }
        match name.contains('=') {
            true => parts.push(name),
            false => parts.push(name.trim_matches(['[', ']']).to_owned()),
        }
    }
    parts
}

impl Part {
    fn parse(text: String) -> Self {
        if let Ok(index) = text.parse::<i64>() {
            let wrong = || Self::Wrong(format!("has the index {index}, which is below 0"));
            return usize::try_from(index).map_or_else(|_| wrong(), Self::Index);
        }
        if text == "*" {
            return Self::All;
        }
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let Some(inner) = inner else { return Self::Field(text) };
        match inner.split_once('=') {
            None => Self::Wrong(format!("has `{text}`, and an item is written `[key=value]`")),
            Some((key, value)) => {
                Self::Item { key: key.into(), value: value.into(), pattern: Pattern::parse(value) }
            }
        }
    }

    /// True for what needs a sequence under it: that is what is made.
    fn is_of_list(&self) -> bool {
        matches!(self, Self::Index(_) | Self::Item { .. })
    }

    /// As a source is looked up.
    fn get<'n>(&self, node: &'n Node) -> Result<Option<&'n Node>, Astray> {
        let at = self.position(node)?;
        Ok(at.and_then(|at| match &node.value {
            Value::List(items) => items.get(at),
            Value::Map(map) => map.entries().get(at).map(|entry| &entry.value),
            Value::Scalar(_) => None,
        }))
    }

    /// Which entry or item of a node is looked up.
    fn position(&self, node: &Node) -> Result<Option<usize>, Astray> {
        if node.is_null() {
            return Ok(None);
        }
        match self {
            Self::Wrong(why) => astray(why.as_str()),
            Self::All => astray("has `*`, which only targets may have"),
            Self::Index(at) => Ok(Some(*at).filter(|at| *at < list(node).map_or(0, <[Node]>::len)))
                .and_then(|at| list(node).map(|_| at)),
            Self::Field(name) if name == "-" => Ok(list(node)?.len().checked_sub(1)),
            Self::Field(name) => {
                let Some(map) = node.as_map() else { return astray(wants("a mapping", node)) };
                Ok(map.entries().binary_search_by(|entry| entry.key.as_str().cmp(name.trim())).ok())
            }
            Self::Item { key, value, .. } => Ok(list(node)?.iter().position(|item| {
                let found = if key.is_empty() { Some(item) } else { item.get(key) };
                found.and_then(Node::as_scalar).is_some_and(|found| found.text == value.as_str())
            })),
        }
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/: ".contains(&byte);
        if text.bytes().all(is_plain) {
            return Ok(Self::Plain);
        }
        match Regex::new(text) {
            Ok(regex) => Ok(Self::Regex(Box::new(regex))),
            Err(_) => Err(format!("has `{text}`, which is no regular expression")),
        }
    }

    /// Compares with a value as it is written, quotes included.
    fn is_in(&self, plain: &str, node: &Node) -> bool {
        let Some(scalar) = node.as_scalar() else { return false };
        match self {
            Self::Plain => scalar.text.contains(plain),
            Self::Regex(regex) if is_written_in_quotes(scalar) => {
                regex.is_match(&format!("\"{}\"", scalar.text))
            }
            Self::Regex(regex) => regex.is_match(scalar.text.trim()),
        }
    }
}

fn is_written_in_quotes(scalar: &Scalar) -> bool {
    scalar.quoted || scalar.tag == Tag::Str && resolve(&scalar.text) != Tag::Str
}

fn list(node: &Node) -> Result<&[Node], Astray> {
    node.as_list().map_or_else(|| astray(wants("a list", node)), Ok)
}

fn wants(what: &str, node: &Node) -> String {
    let has = match &node.value {
        Value::Scalar(_) => "a scalar",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    };
    format!("needs {what} where there is {has}")
}

/// What is put where a path ends in nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Make<'a> {
    /// A value of the shape to make: what it holds does not matter.
    pub like: &'a Value,
    /// The place of what is made.
    pub origin: &'a Origin,
}

impl Make<'_> {
    /// The value to make before the rest of a path.
    fn node(self, rest: &[Part]) -> Node {
        let origin = self.origin.clone();
        let list = || Node::list(Vec::new(), self.origin.clone());
        match rest.first() {
            Some(part) if part.is_of_list() => list(),
            Some(_) => Node::map(Map::default(), origin),
            None => match self.like {
                Value::Scalar(_) => Node::scalar(Scalar::untyped(""), origin),
                Value::List(_) => list(),
                Value::Map(_) => Node::map(Map::default(), origin),
            },
        }
    }
}

impl Make<'_> {
    /// The item that `[key=value]` chooses; without a key the value itself.
    fn item(self, key: &str, value: &str) -> Node {
        let node = Node::scalar(Scalar::untyped(value), self.origin.clone());
        if key.is_empty() {
            return node;
        }
        let entry = Entry::new(key, self.origin.clone(), node);
        Node::map(Map::from_iter([entry]), self.origin.clone())
    }
}

type Each<'e> = dyn FnMut(&mut Node) -> Result<(), Astray> + 'e;

fn walk(
    node: &mut Node,
    parts: &[Part],
    make: Option<Make<'_>>,
    each: &mut Each<'_>,
) -> Result<usize, Astray> {
    let Some((part, rest)) = parts.split_first() else { return each(node).map(|()| 1) };
    match part {
        Part::Wrong(why) => astray(why.as_str()),
        Part::Field(name) => field(node, name, rest, make, each),
        Part::Index(at) => index(node, *at, rest, make, each),
        Part::All => {
            let mut count = 0;
            for item in items(node)? {
                count += walk(item, rest, make, each)?;
            }
            Ok(count)
        }
        Part::Item { key, value, pattern } => {
            let count = matching(node, part, rest, make, each)?;
            let Some(make) = make.filter(|_| count == 0) else { return Ok(count) };
            if pattern.as_ref().is_ok_and(|pattern| !pattern.is_in(value, &make.item("", value))) {
                return astray(format!(
                    "finds no `{value}`, nor can one be made of the expression"
                ));
            }
            let Value::List(items) = &mut node.value else { return astray(wants("a list", node)) };
            items.push(make.item(key, value));
            matching(node, part, rest, Some(make), each)
        }
    }
}

fn items(node: &mut Node) -> Result<&mut [Node], Astray> {
    if node.is_null() {
        return Ok(&mut []);
    }
    let wrong = Astray(wants("a list", node));
    node.as_list_mut().map(Vec::as_mut_slice).ok_or(wrong)
}

fn field(
    node: &mut Node,
    name: &str,
    rest: &[Part],
    make: Option<Make<'_>>,
    each: &mut Each<'_>,
) -> Result<usize, Astray> {
    if node.is_null() {
        // kustomize finds a place in the null, which stays one.
        return Ok(usize::from(make.is_some()));
    }
    // An empty name is the scalar itself, when that is empty too.
    if name.is_empty() && node.as_scalar().is_some() {
        let is_empty = node.text() == Some("");
        return if is_empty { walk(node, rest, make, each) } else { Ok(0) };
    }
    let wrong = Astray(wants("a mapping", node));
    let map = node.as_map_mut().ok_or(wrong)?;
    if name.is_empty() {
        return astray("has an empty name");
    }
    let found = match make {
        None => map.get_mut(name),
        Some(make) => Some(map.or_insert(name, make.origin, || make.node(rest))),
    };
    found.map_or(Ok(0), |found| walk(found, rest, make, each))
}

fn index(
    node: &mut Node,
    at: usize,
    rest: &[Part],
    make: Option<Make<'_>>,
    each: &mut Each<'_>,
) -> Result<usize, Astray> {
    let count = items(node)?.len();
    if let (Some(make), Value::List(items)) = (make, &mut node.value)
        && at == count
    {
        items.push(make.node(rest));
    }
    match items(node)?.get_mut(at) {
        Some(item) => walk(item, rest, make, each),
        None => astray(format!("asks for item {at} of a list of {count}, counted from 0")),
    }
}

/// The items of a list that an expression matches.
fn matching(
    node: &mut Node,
    part: &Part,
    rest: &[Part],
    make: Option<Make<'_>>,
    each: &mut Each<'_>,
) -> Result<usize, Astray> {
    let Part::Item { key, value, pattern } = part else { return Ok(0) };
    let mut count = 0;
    for item in items(node)? {
        let pattern = pattern.as_ref().map_err(|why| Astray(why.clone()))?;
        if key.is_empty() {
            // What is behind such a part does not count.
            if pattern.is_in(value, item) {
                each(item)?;
                count += 1;
            }
            continue;
        }
        if item.get(key).is_some_and(|found| pattern.is_in(value, found)) {
            count += walk(item, rest, make, each)?;
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::{node, show};

    const OBJECT: &str = "{m: {q: 1, x.y: 2}, num: 7, nul: , e: [], p: [aa, ab, 'ac'], l: [{name: foo, v: 1}, {name: foobar, v: 2}, {name: 'foo', v: 3}]}";

    fn found(path: &str) -> String {
        match Path::parse(path).find(&node(OBJECT)) {
            Ok(Some(found)) => show(found),
            Ok(None) => "nothing".into(),
            Err(Astray(why)) => why,
        }
    }

    /// The field of the object at the start of a path, after 9 was put at the end of it.
    fn set(path: &str, create: bool) -> String {
        let mut object = node(OBJECT);
        let value = Value::Scalar(Scalar::untyped("9"));
        let origin = object.origin.clone();
        let make = create.then_some(Make { like: &value, origin: &origin });
        let done = Path::parse(path).visit(0, &mut object, make, &mut |found| {
            found.value = value.clone();
            Ok(())
        });
        match done {
            Ok(0) => "nothing".into(),
            Ok(_) => object.get(path.split('.').next().unwrap_or("")).map_or("?".into(), show),
            Err(Astray(why)) => why,
        }
    }

    #[test]
    fn names_are_parted_by_dots() {
        let check = |path: &str, parts: &[&str]| assert_eq!(split(path), parts, "{path}");
        check("a.b", &["a", "b"]);
        check(r"a\.b/c.d", &["a.b/c", "d"]);
        check("metadata.annotations.[a.b/c]", &["metadata", "annotations", "a.b/c"]);
        check("l.[name=a.b].c", &["l", "[name=a.b]", "c"]);
        check("l.[name=a].c", &["l", "[name=a]", "c"]);
        check("l.[a", &["l", "a"]);
        check(".a", &["a"]);
        check("", &[""]);
    }

    #[test]
    fn a_source_is_looked_up_exactly() {
        assert_eq!(found("m.q"), "1");
        assert_eq!(found("m. q"), "1");
        assert_eq!(found("m.[x.y]"), "2");
        assert_eq!(found("l.[name=foobar].v"), "2");
        assert_eq!(found("l.[name=bar].v"), "nothing");
        assert_eq!(found("l.0.name"), "foo");
        assert_eq!(found("l.-.v"), "3");
        assert_eq!(found("e.-.v"), "nothing");
        assert_eq!(found("p.[=ab]"), "ab");
        assert_eq!(found("p.9"), "nothing");
        assert_eq!(found("nul.x"), "nothing");
        assert_eq!(found("num.x"), "needs a mapping where there is a scalar");
        assert_eq!(found("l.*.v"), "has `*`, which only targets may have");
        assert_eq!(found("l.-1"), "has the index -1, which is below 0");
        assert_eq!(found("m.0"), "needs a list where there is a mapping");
    }

    #[test]
    fn targets_are_all_that_an_expression_matches() {
        let all = "[{name: foo, v: 9}, {name: foobar, v: 9}, {name: foo, v: 9}]";
        assert_eq!(set("l.[name=foo].v", false), all);
        assert_eq!(set("l.*.v", false), all);
        assert_eq!(
            set("l.[name=^foo$].v", false),
            "[{name: foo, v: 9}, {name: foobar, v: 2}, {name: foo, v: 3}]"
        );
        assert_eq!(set("p.[=a]", false), "[9, 9, 9]");
        assert_eq!(set("p.[=aa].x", false), "[9, ab, ac]");
        assert_eq!(set("p.1", false), "[aa, 9, ac]");
        assert_eq!(set("p.[=^ac]", false), "nothing");
        assert_eq!(set("l.[name=zz].v", false), "nothing");
        assert_eq!(set("l.*.zz", false), "nothing");
    }

    #[test]
    fn what_is_missing_is_made_when_asked_for() {
        assert_eq!(set("e.0", true), "[9]");
        assert_eq!(set("e.0.x", true), "[{x: 9}]");
        assert_eq!(set("e.[name=zz].v", true), "[{name: zz, v: 9}]");
        assert_eq!(set("e.[=zz]", true), "[9]");
        assert_eq!(set("w.[name=x].z", true), "[{name: x, z: 9}]");
        assert_eq!(set("w.0.[a=b].c", true), "[[{a: b, c: 9}]]");
        assert_eq!(set("m.new.deep", true), "{new: {deep: 9}, q: 1, x.y: 2}");
        assert_eq!(set("m.new.deep", false), "nothing");
    }

    #[test]
    fn a_path_that_does_not_fit_is_told() {
        assert_eq!(set("e.-", true), "needs a mapping where there is a list");
        assert_eq!(set("m.*", false), "needs a list where there is a mapping");
        assert_eq!(set("q.*.y", true), "needs a list where there is a mapping");
        assert_eq!(set("p.9", false), "asks for item 9 of a list of 3, counted from 0");
        assert_eq!(set("e.3.x", true), "asks for item 3 of a list of 0, counted from 0");
        assert_eq!(set("p.[aa]", false), "has `[aa]`, and an item is written `[key=value]`");
        assert_eq!(set("l.[name=[].v", false), "has `[`, which is no regular expression");
        assert_eq!(set("m..", true), "has an empty name");
        assert_eq!(set("nul.x", true), "~");
        assert_eq!(set("nul.x", false), "nothing");
        assert_eq!(
            set("e.[name=^q$].v", true),
            "finds no `^q$`, nor can one be made of the expression"
        );
        assert_eq!(set(&"a.".repeat(1000), true), "is too long");
    }
}

//! Where the routes of a VirtualService lead, and which of them can be reached.

use std::fmt::Write as _;

use foldhash::HashMap;
use kubesift_yaml::{Node, Value};

use crate::mesh::is_literal;
use crate::resource::Resource;

/// A destination that a VirtualService names.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// The object with `host`, `subset` and `port`.
    pub node: Node<'a>,
    /// It takes copies of requests only.
    pub is_mirror: bool,
}

impl<'a> Destination<'a> {
    /// Where its host stands.
    pub fn host(&self) -> Option<Node<'a>> {
        self.node.get("host").filter(|node| node.str().is_some())
    }

    /// Where its subset stands.
    pub fn subset(&self) -> Option<Node<'a>> {
        self.node.get("subset").filter(|node| node.str().is_some_and(|text| !text.is_empty()))
    }
}

/// The lists of routes of a VirtualService.
const LISTS: [&str; 3] = ["spec.http", "spec.tls", "spec.tcp"];

/// The destinations of all routes of a VirtualService.
pub fn destinations(service: &Resource) -> Vec<Destination<'_>> {
    let mut found = Vec::new();
    for rule in LISTS.into_iter().flat_map(|list| service.field(list).items()) {
        let routes = rule.field("route").items().filter_map(|route| route.get("destination"));
        found.extend(routes.map(|node| Destination { node, is_mirror: false }));
        let one = rule.get("mirror").into_iter();
        let mirrors = rule.field("mirrors").items().filter_map(|node| node.get("destination"));
        found.extend(one.chain(mirrors).map(|node| Destination { node, is_mirror: true }));
    }
    found.retain(|destination| destination.node.is_map());
    found
}

/// Why a rule of a VirtualService, or one of its matches, never gets a request.
#[derive(Debug, Clone, Copy)]
pub enum Before<'a> {
    /// This rule before it takes everything.
    All(Node<'a>),
    /// A match of this rule is the same.
    Same(Node<'a>),
    /// This rule takes every path that begins with the text.
    Prefix(Node<'a>, &'a str),
}

impl<'a> Before<'a> {
    /// The rule that comes before.
    pub fn rule(self) -> Node<'a> {
        match self {
            Self::All(rule) | Self::Same(rule) | Self::Prefix(rule, _) => rule,
        }
    }
}

/// A rule, or a match of one, that is never reached.
#[derive(Debug, Clone, Copy)]
pub struct Unreached<'a> {
    /// The rule, or the item of its `match`.
    pub node: Node<'a>,
    /// It is a rule as a whole.
    pub whole: bool,
    /// What comes before it.
    pub before: Before<'a>,
}

/// The rules and matches of a VirtualService that an earlier rule of the same list leaves nothing
/// for.
pub fn unreached(service: &Resource) -> Vec<Unreached<'_>> {
    let mut found = Vec::new();
    for list in LISTS {
        let mut taken = Taken::default();
        for rule in service.field(list).items().filter(|rule| rule.is_map()) {
            taken.look_at(rule, &mut found);
        }
    }
    found
}

/// What the rules before one have taken.
#[derive(Default)]
struct Taken<'a> {
    all: Option<Node<'a>>,
    conditions: HashMap<String, Node<'a>>,
    prefixes: HashMap<&'a str, Node<'a>>,
}

impl<'a> Taken<'a> {
    fn look_at(&mut self, rule: Node<'a>, found: &mut Vec<Unreached<'a>>) {
        if let Some(all) = self.all {
            found.push(Unreached { node: rule, whole: true, before: Before::All(all) });
            return;
        }
        let field = rule.field("match");
        let matches: Vec<Node<'a>> = field.items().collect();
        let Some(first) = matches.first() else {
            // A text in the place of the list is filled in later.
            self.all = field.node().is_none_or(Node::is_list).then_some(rule);
            return;
        };
        let taken: Vec<_> =
            matches.iter().map(|one| self.before(*one).map(|before| (*one, before))).collect();
        let dead: Vec<_> = taken.iter().flatten().copied().collect();
        if dead.len() == matches.len() {
            let before = dead.first().map_or(Before::Same(*first), |one| one.1);
            found.push(Unreached { node: rule, whole: true, before });
        } else {
            found.extend(dead.into_iter().map(|(node, before)| Unreached {
                node,
                whole: false,
                before,
            }));
        }
        for condition in matches {
            self.add(condition, rule);
        }
    }

    /// What leaves nothing for a match.
    fn before(&self, condition: Node<'a>) -> Option<Before<'a>> {
        let key = canonical(condition)?;
        if let Some(rule) = self.conditions.get(&key) {
            return Some(Before::Same(*rule));
        }
        if condition.get("ignoreUriCase").is_some() {
            return None;
        }
        let uri = condition.get("uri")?;
        let path = uri.get("prefix").or_else(|| uri.get("exact"))?.str()?;
        let ends = path.char_indices().map(|(at, one)| at + one.len_utf8()).take(LONGEST_PATH);
        ends.filter_map(|end| self.prefixes.get_key_value(path.get(..end)?))
            .map(|(prefix, rule)| Before::Prefix(*rule, prefix))
            .next()
    }

    fn add(&mut self, condition: Node<'a>, rule: Node<'a>) {
        let Some(key) = canonical(condition) else { return };
        self.conditions.entry(key).or_insert(rule);
        let mut parts = condition.entries().filter(|(key, _)| *key != "name");
        match (parts.next(), parts.next()) {
            (None, _) => self.all = self.all.or(Some(rule)),
            (Some(("uri", uri)), None) => {
                let Some(prefix) = uri.get("prefix").and_then(Node::str) else { return };
                if prefix == "/" || prefix.is_empty() {
                    self.all = self.all.or(Some(rule));
                } else {
                    self.prefixes.entry(prefix).or_insert(rule);
                }
            }
            _ => {}
        }
    }
}

/// Characters of a path that are compared with the prefixes before it.
const LONGEST_PATH: usize = 512;

/// The parts of a match condition in one order, its name left out; none when something in it is
/// filled in later.
fn canonical(condition: Node<'_>) -> Option<String> {
    if !is_literal(condition) {
        return None;
    }
    let mut out = String::new();
    write_out(condition, &mut out, 0);
    Some(out)
}

/// Deeper than any condition of Istio.
const DEPTH: usize = 8;

fn write_out(node: Node<'_>, out: &mut String, depth: usize) {
    if depth > DEPTH {
        return;
    }
    match node.value() {
        Value::Map(map) => {
            let mut entries: Vec<_> = map.entries().collect();
            entries.retain(|(key, _)| depth > 0 || *key != "name");
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (key, value) in entries {
                let _ = write!(out, "{key:?}:");
                write_out(value, out, depth + 1);
                out.push(',');
            }
            out.push('}');
        }
        Value::List(list) => {
            out.push('[');
            for item in list.items() {
                write_out(item, out, depth + 1);
                out.push(',');
            }
            out.push(']');
        }
        _ => {
            let _ = write!(out, "{:?}", node.text().unwrap_or_default());
        }
    }
}

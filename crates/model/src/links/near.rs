//! The name that comes nearest to one that is not there. Looked for among the objects of the kind
//! that could be meant: a few hundred are compared letter by letter, and only those that can be
//! near.

use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt};
use kubesift_yaml::Node;

use super::makers::keys_made;
use super::resolve::{DATA, group_is, namespace_in};
use super::{Link, Part};
use crate::graph::Graph;
use crate::resource::Resource;
use crate::selector::{Match, edit_distance};
use crate::service::service_ports;
use crate::unknown::is_unknown;

/// A name that is there, and like the one that is wanted.
#[derive(Debug, Clone)]
pub struct NearName<'a> {
    /// The name: of an object, a key or a port.
    pub name: &'a str,
    /// Where it stands.
    pub at: Node<'a>,
    /// The object that has it.
    pub of: &'a Resource,
    /// A typing mistake explains the difference: one or two letters of a word that is longer.
    pub is_typo: bool,
}

/// The names of all objects, by kind; those of a kind are indexed when one of them is missing.
#[derive(Debug)]
pub(super) struct Names<'a> {
    by_kind: HashMap<&'a str, OnceLock<ByLength<'a>>>,
}

/// The names of one kind by their length: only names of nearly the same length can be near.
type ByLength<'a> = HashMap<usize, Vec<Name<'a>>>;

#[derive(Debug, Clone, Copy)]
struct Name<'a> {
    text: &'a str,
    letters: Letters,
    of: &'a Resource,
    /// Of the object, beside its name: most are left out by them.
    group: &'a str,
    namespace: Option<&'a str>,
    /// Its place among the names of its kind.
    turn: u32,
}

/// Which letters a name has, to leave out at a glance what cannot be near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letters(u64);

impl Letters {
    fn of(text: &str) -> Self {
        Self(text.bytes().fold(0, |seen, byte| seen | 1 << (byte & 63)))
    }

    /// Each wrong letter changes two of the letters that are there at most.
    fn may_be_near(self, other: Self) -> bool {
        (self.0 ^ other.0).count_ones() as usize <= 2 * MISSPELT
    }
}

/// A name with more wrong letters is another name.
const MISSPELT: usize = 2;

/// Names that are looked at, and those of them that are compared letter by letter.
const LOOKED_AT: u32 = 20_000;
const COMPARED: usize = 300;

impl<'a> Names<'a> {
    /// For the kinds of a graph; no name is looked at yet.
    pub fn new(graph: &Graph<'a>) -> Self {
        Self { by_kind: graph.bare_kinds().map(|kind| (kind, OnceLock::new())).collect() }
    }

    /// The name that comes nearest to what a link wants, where it looks for it.
    pub fn nearest(&self, graph: &Graph<'a>, link: &Link<'a>) -> Option<NearName<'a>> {
        let wanted = &link.wanted;
        let by_length = self.by_kind.get(wanted.kind)?;
        let by_length = by_length.get_or_init(|| by_length_of(graph.of_bare_kind(wanted.kind)));
        let own = Letters::of(wanted.name);
        let length = wanted.name.len();
        let lengths = length.saturating_sub(MISSPELT)..=length + MISSPELT;
        let all = lengths.filter_map(|length| by_length.get(&length)).flatten();
        let here = all.filter(|name| {
            name.letters.may_be_near(own)
                && name.turn < LOOKED_AT
                && name.text != wanted.name
                && group_is(wanted, name.group)
                && namespace_in(wanted.scope, name.namespace) != Match::No
        });
        let mut here: Vec<&Name<'a>> = here.collect();
        here.sort_unstable_by_key(|name| name.turn);
        let typos = here
            .into_iter()
            .take(COMPARED)
            .filter_map(|name| Some((typo(wanted.name, name.text)?, name)));
        let (_, name) = typos.min_by_key(|(letters, _)| *letters)?;
        let at = name.of.node().at("metadata.name")?;
        Some(NearName { name: name.text, at, of: name.of, is_typo: true })
    }
}

fn by_length_of<'a>(resources: &[&'a Resource]) -> ByLength<'a> {
    let mut names: ByLength<'a> = HashMap::new();
    let known = resources.iter().copied().filter_map(|of| Some((of, of.name.as_deref()?)));
    for (turn, (of, text)) in (0..).zip(known.filter(|(_, text)| !is_unknown(text))) {
        let (group, namespace) = (&*of.kind.group, of.namespace.as_deref());
        let name = Name { text, letters: Letters::of(text), of, group, namespace, turn };
        names.entry(text.len()).or_default().push(name);
    }
    names
}

impl<'a> NearName<'a> {
    /// The key or port of an object that comes nearest to the one that a link wants.
    pub(super) fn of_part(link: &Link<'a>, found: &'a Resource) -> Option<Self> {
        let (part, _) = link.wanted.part?;
        let (wanted, names) = match part {
            Part::Key(key) => (key, keys_of(found)),
            Part::PortName(name) => (name, port_names_of(found)),
            Part::Port(_) => return None,
        };
        let typos =
            names.take(COMPARED).filter_map(|(name, at)| Some((typo(wanted, name)?, name, at)));
        let (_, name, at) = typos.min_by_key(|(letters, ..)| *letters)?;
        Some(Self { name, at, of: found, is_typo: true })
    }
}

type PartNames<'a> = Box<dyn Iterator<Item = (&'a str, Node<'a>)> + 'a>;

/// The keys of a ConfigMap or Secret, or of the Secret that a resource makes.
pub(super) fn keys_of(object: &Resource) -> PartNames<'_> {
    if let Some(keys) = keys_made(object) {
        return Box::new(keys.into_iter());
    }
    let data = DATA.into_iter().filter_map(|field| object.node().get(field));
    Box::new(data.flat_map(Node::entries))
}

/// The names of a Service's ports.
fn port_names_of(service: &Resource) -> PartNames<'_> {
    let ports = service_ports(service).into_iter();
    Box::new(ports.filter_map(|port| {
        let name = port.node.get("name")?;
        Some((name.text()?, name))
    }))
}

/// How many letters a typing mistake got wrong; none when it was none. Names that differ in
/// numbers, or in a short word (`web-a` and `web-b`, `db-dev` and `db-uat`), are meant to differ.
fn typo(wanted: &str, found: &str) -> Option<usize> {
    if !digits(wanted).eq(digits(found)) {
        return None;
    }
    let letters = edit_distance(wanted, found);
    if letters == 0 || letters > MISSPELT {
        return None;
    }
    let split = |letter: char| matches!(letter, '-' | '.' | '_');
    let (ours, theirs): (Vec<&str>, Vec<&str>) =
        (wanted.split(split).collect(), found.split(split).collect());
    // The words that differ decide, where the names have as many.
    let length = if ours.len() == theirs.len() {
        let pairs = ours.iter().zip(&theirs).filter(|(one, other)| one != other);
        pairs.map(|(one, other)| one.len().min(other.len())).min()?
    } else {
        wanted.len().min(found.len())
    };
    // A letter for another makes another word more often than one too many, or two that changed
    // places.
    let other_letter = wanted.len() == found.len() && !is_permutation(wanted, found);
    let needed = if other_letter { letters * 4 } else { letters * 2 };
    (length > needed).then_some(letters)
}

fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit)
}

fn is_permutation(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_mistakes() {
        for (wanted, found, expected) in [
            ("web-confg", "web-config", Some(1)),
            ("web-cofnig", "web-config", Some(1)),
            ("webconfig", "web-config", Some(1)),
            ("configs", "config", Some(1)),
            ("frontned", "frontend", Some(1)),
            ("web", "wbe", Some(1)),
            ("web-1", "web-2", None),
            ("node10", "node1", None),
            ("web-a", "web-b", None),
            ("shop-dev", "shop-uat", None),
            ("east-db", "west-db", None),
            ("web", "db", None),
            ("same", "same", None),
            ("api", "apis", Some(1)),
            ("us", "eu", None),
        ] {
            assert_eq!(typo(wanted, found), expected, "{wanted} {found}");
            let near = Letters::of(wanted).may_be_near(Letters::of(found));
            assert!(near || expected.is_none(), "{wanted} {found}");
        }
    }
}

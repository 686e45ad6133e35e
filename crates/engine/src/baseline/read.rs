//! Reads a baseline. What is wrong with it is said at its place, and a baseline with anything wrong
//! in it is none: half of one would let old findings look new.

use std::sync::Arc;

use kubesift_source::{SourceFile, Span};
use kubesift_yaml::{Node, Tree, parse};

use super::{Baseline, Listed, VERSION};
use crate::Fingerprint;

/// What is wrong with a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where.
    pub at: Span,
    /// What, one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// More flaws of one file than a person wants to read.
const MOST: usize = 10;

const KEYS: [&str; 3] = ["version", "paths", "findings"];
const ENTRY_KEYS: [&str; 6] = ["file", "resource", "check", "field", "fingerprint", "count"];

impl Baseline {
    /// Takes a file apart.
    ///
    /// # Errors
    /// What is wrong with it, in the order of the file: text that is not JSON, a version that is
    /// newer than ours, a key or a value that is not as it should be. Never empty.
    pub fn read(file: &Arc<SourceFile>) -> Result<Self, Vec<Flaw>> {
        let tree = parse(Arc::clone(file));
        let mut reader = Reader { tree: &tree, flaws: Vec::new() };
        let read = reader.baseline();
        match read {
            Some(read) if reader.flaws.is_empty() => Ok(read),
            _ => Err(reader.flaws),
        }
    }
}

struct Reader<'t> {
    tree: &'t Tree,
    flaws: Vec<Flaw>,
}

impl<'t> Reader<'t> {
    fn say(&mut self, at: Span, message: impl Into<String>, help: Option<&str>) {
        if self.flaws.len() < MOST {
            let (message, help) = (message.into(), help.map(str::to_owned));
            self.flaws.push(Flaw { at, message, help });
        }
    }

    fn baseline(&mut self) -> Option<Baseline> {
        let root = self.root()?;
        let fields = self.fields(root, "a baseline", &KEYS)?;
        if !self.is_our_version(root, &fields) {
            return None;
        }
        let paths = self.texts(find(&fields, "paths"));
        let Some(list) = find(&fields, "findings").filter(|node| node.is_list()) else {
            let at = find(&fields, "findings").unwrap_or(root).place();
            self.say(at, "a baseline should hold a list of `findings`", Some(RENEW));
            return None;
        };
        let entries = list.items().map_while(|item| {
            let entry = self.entry(item);
            (self.flaws.len() < MOST).then_some(entry)
        });
        Some(Baseline { paths, entries: entries.flatten().collect() })
    }

    /// The one mapping that a file should be.
    fn root(&mut self) -> Option<Node<'t>> {
        let file = self.tree.file();
        let start = Span::new(file.id, 0, 0);
        if let Some(error) = self.tree.errors().first() {
            let merged = file.text().lines().any(|line| line.starts_with("<<<<<<< "));
            let help = if merged { MERGE } else { RENEW };
            self.say(error.span, format!("this is not JSON: {}", error.message), Some(help));
            return None;
        }
        if let Some(twice) = self.tree.duplicates().first() {
            let key = file.slice(twice.second).to_owned();
            self.say(twice.second, format!("{key} is written twice"), Some(RENEW));
            return None;
        }
        let mut roots = self.tree.documents().filter_map(|document| document.root());
        let root = roots.next().filter(|root| root.is_map() && root.is_flow());
        // YAML is read here, which has room for more around an object than JSON has.
        let is_alone = |root: &Node<'t>| {
            let around = Span { end: file.text().len() as u32, ..root.span() };
            let after = Span { start: root.span().end, ..around };
            let before = Span { start: 0, end: root.span().start, ..around };
            [before, after].iter().all(|span| file.slice(*span).trim().is_empty())
        };
        let root = root.filter(is_alone);
        if root.is_none() || roots.next().is_some() {
            self.say(start, "a baseline should be one JSON object", Some(RENEW));
            return None;
        }
        root
    }

    fn is_our_version(&mut self, root: Node<'t>, fields: &[(&str, Node<'t>)]) -> bool {
        let node = find(fields, "version");
        let at = node.unwrap_or(root).place();
        match node.and_then(Node::int) {
            Some(VERSION) => return true,
            Some(newer) if newer > VERSION => {
                let message = format!(
                    "this baseline is of version {newer}; this kubesift reads up to {VERSION}"
                );
                self.say(at, message, Some("use a newer kubesift, or make the baseline anew"));
            }
            _ => self.say(at, format!("`version` should be {VERSION}"), Some(RENEW)),
        }
        false
    }

    /// The entries of a mapping, which has no others than the known ones.
    fn fields(
        &mut self,
        node: Node<'t>,
        what: &str,
        known: &[&'static str],
    ) -> Option<Vec<(&'t str, Node<'t>)>> {
        if !node.is_map() {
            self.say(node.place(), format!("{what} should be an object"), Some(RENEW));
            return None;
        }
        let fields: Vec<_> = node.entries().collect();
        for (key, node) in &fields {
            if !known.contains(key) {
                let at = node.key_span().unwrap_or(node.place());
                let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
                let help = format!("known here: {}", known.join(", "));
                self.say(at, format!("{what} has no `{key}`"), Some(&help));
            }
        }
        Some(fields)
    }

    fn texts(&mut self, node: Option<Node<'t>>) -> Vec<String> {
        let Some(node) = node else { return Vec::new() };
        let texts: Vec<String> = node.items().filter_map(Node::str).map(str::to_owned).collect();
        if !node.is_list() || texts.len() != node.items().count() {
            self.say(node.place(), "`paths` should be a list of texts", Some(RENEW));
        }
        texts
    }

    fn entry(&mut self, item: Node<'t>) -> Option<Listed> {
        let fields = self.fields(item, "an entry", &ENTRY_KEYS)?;
        let file = self.text(item, &fields, "file")?;
        if !is_relative(file) {
            let at = find(&fields, "file").unwrap_or(item).place();
            let message = "`file` should be a path from the folder of the baseline";
            self.say(
                at,
                message,
                Some("write it with forward slashes, and without one at its head"),
            );
            return None;
        }
        let check = self.text(item, &fields, "check")?;
        let print = self.text(item, &fields, "fingerprint")?;
        let Some(fingerprint) = Fingerprint::parse(print) else {
            let at = find(&fields, "fingerprint").unwrap_or(item).place();
            self.say(
                at,
                "`fingerprint` should be 32 digits of base 16, in lower case",
                Some(RENEW),
            );
            return None;
        };
        let words = |name| find(&fields, name).and_then(Node::str).map(Box::from);
        Some(Listed {
            file: file.into(),
            resource: words("resource"),
            check: check.into(),
            field: words("field"),
            fingerprint,
            count: self.count(&fields)?,
            at: Some(item.span()),
        })
    }

    fn text(
        &mut self,
        item: Node<'t>,
        fields: &[(&'t str, Node<'t>)],
        name: &str,
    ) -> Option<&'t str> {
        let node = find(fields, name);
        let text = node.and_then(Node::str).filter(|text| !text.is_empty());
        if text.is_none() {
            let at = node.unwrap_or(item).place();
            self.say(at, format!("an entry should have a text for `{name}`"), Some(RENEW));
        }
        text
    }

    fn count(&mut self, fields: &[(&str, Node<'t>)]) -> Option<u32> {
        let Some(node) = find(fields, "count") else { return Some(1) };
        let count = node.int().and_then(|count| u32::try_from(count).ok()).filter(|one| *one > 0);
        if count.is_none() {
            let message = format!("`count` should be a whole number from 1 to {}", u32::MAX);
            self.say(node.place(), message, Some(RENEW));
        }
        count
    }
}

const RENEW: &str = "`kubesift baseline create --force` writes it anew";
const MERGE: &str =
    "a merge was left unresolved here: keep the lines of both sides, or make the baseline anew";

fn find<'t>(fields: &[(&str, Node<'t>)], name: &str) -> Option<Node<'t>> {
    fields.iter().find(|(key, _)| *key == name).map(|(_, node)| *node)
}

/// True for a path that does not begin at a root, with forward slashes. Where it leads is not asked
/// here: no file is read by it.
fn is_relative(path: &str) -> bool {
    let is_drive = path.as_bytes().get(1) == Some(&b':');
    !path.starts_with('/') && !path.contains('\\') && !is_drive
}

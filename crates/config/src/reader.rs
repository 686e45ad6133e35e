//! Typed reading of a configuration file: what is not as expected becomes a problem at its place,
//! and reading goes on.

use std::sync::Arc;

use kubesift_engine::{Entry, nearest};
use kubesift_source::{SourceFile, Span};
use kubesift_yaml::{Node, Value};

use crate::problem::Problem;
use crate::sourced::{Source, Sourced};
use crate::word::{Word, did_you_mean};

/// Reads one file, and keeps what is wrong with it.
pub(crate) struct Reader {
    pub file: Arc<SourceFile>,
    pub entries: &'static [Entry],
    /// The folder that the file is for, from the project root.
    pub folder: String,
    pub problems: Vec<Problem>,
}

/// What a node is, for "should be …, not …".
fn kind(node: Node<'_>) -> &'static str {
    match node.value() {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Int(_) | Value::Uint(_) | Value::Float(_) => "a number",
        Value::Str(_) => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

/// `a`, `b` or `c`.
pub(crate) fn listed<'x>(words: impl IntoIterator<Item = &'x str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

impl Reader {
    pub fn source(&self, span: Span) -> Source {
        Source::File(Arc::clone(&self.file), span)
    }

    pub fn sourced<T>(&self, node: Node<'_>, value: T) -> Sourced<T> {
        Sourced::new(value, self.source(node.place()))
    }

    pub fn error(&mut self, span: Span, message: String, help: Option<String>) {
        self.problems.push(Problem::error(span, message).help(help));
    }

    fn wrong(&mut self, node: Node<'_>, name: &str, wanted: &str) {
        let message = format!("`{name}` should be {wanted}, not {}", kind(node));
        self.error(node.place(), message, None);
    }

    /// The known entries of a mapping, in their order. A value of nothing is as if it were not there.
    pub fn fields<'t>(
        &mut self,
        node: Node<'t>,
        name: &str,
        known: &[&'static str],
    ) -> Vec<(&'static str, Node<'t>)> {
        let mut found = Vec::new();
        for (key, entry) in self.entries(node, name) {
            if let Some(known) = known.iter().find(|known| **known == key) {
                if !entry.is_null() {
                    found.push((*known, entry));
                }
                continue;
            }
            let hint = nearest(key, known.iter().copied()).map(did_you_mean);
            let place = if name.is_empty() { String::new() } else { format!(" in `{name}`") };
            let help =
                hint.or_else(|| Some(format!("known here: {}", listed(known.iter().copied()))));
            self.error(
                entry.key_span().unwrap_or(entry.place()),
                format!("unknown key `{key}`{place}"),
                help,
            );
        }
        found
    }

    /// The entries of a mapping, known or not.
    pub fn entries<'t>(&mut self, node: Node<'t>, name: &str) -> Vec<(&'t str, Node<'t>)> {
        if node.is_map() {
            return node.entries().collect();
        }
        if !node.is_null() {
            match name {
                "" => {
                    let message =
                        format!("the configuration should be a mapping, not {}", kind(node));
                    self.error(node.place(), message, None);
                }
                _ => self.wrong(node, name, "a mapping"),
            }
        }
        Vec::new()
    }

    /// The known entries of an item of a list.
    pub fn item_fields<'t>(
        &mut self,
        item: Node<'t>,
        name: &str,
        known: &[&'static str],
    ) -> Vec<(&'static str, Node<'t>)> {
        if !item.is_map() {
            let message = format!("an item of `{name}` should be a mapping, not {}", kind(item));
            self.error(item.place(), message, None);
            return Vec::new();
        }
        self.fields(item, name, known)
    }

    pub fn items<'t>(&mut self, node: Node<'t>, name: &str) -> Vec<Node<'t>> {
        if !node.is_list() && !node.is_null() {
            self.wrong(node, name, "a list");
        }
        node.items().collect()
    }

    /// A scalar as it is written: `1.30` stays `1.30`.
    pub fn text<'t>(&mut self, node: Node<'t>, name: &str) -> Option<&'t str> {
        let text = node.text();
        if text.is_none() || node.is_null() {
            self.wrong(node, name, "a text");
            return None;
        }
        text
    }

    pub fn texts<'t>(&mut self, node: Node<'t>, name: &str) -> Vec<(&'t str, Node<'t>)> {
        if let (Some(text), false) = (node.text(), node.is_null()) {
            let message = format!("`{name}` should be a list");
            self.error(node.place(), message, Some(format!("write `{name}: [{text}]`")));
            return Vec::new();
        }
        let mut found = Vec::new();
        for item in self.items(node, name) {
            if let Some(text) = self.text(item, name) {
                found.push((text, item));
            }
        }
        found
    }

    /// A list, each item read by `parse`.
    pub fn list<T>(
        &mut self,
        node: Node<'_>,
        name: &str,
        what: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<Sourced<T>> {
        let mut found = Vec::new();
        for (text, item) in self.texts(node, name) {
            match parse(text) {
                Ok(value) => found.push(self.sourced(item, value)),
                Err(why) => {
                    self.error(item.place(), format!("`{text}` is not {what}: {why}"), None);
                }
            }
        }
        found
    }

    pub fn flag(&mut self, node: Node<'_>, name: &str) -> Option<Sourced<bool>> {
        match node.bool() {
            Some(value) => Some(self.sourced(node, value)),
            None => {
                self.wrong(node, name, "true or false");
                None
            }
        }
    }

    /// One of some words.
    pub fn one_of<'k, T>(
        &mut self,
        node: Node<'_>,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> Option<Sourced<T>> {
        let text = self.text(node, name)?;
        let value = parse(text);
        if value.is_none() {
            let hint = nearest(text, known.clone()).map(did_you_mean);
            let message = format!("`{name}` should be {}, not `{text}`", listed(known));
            self.error(node.place(), message, hint);
        }
        value.map(|value| self.sourced(node, value))
    }

    /// A word that stands for checks.
    pub fn word(&mut self, text: &str, span: Span) -> Option<Word> {
        match Word::parse(text, self.entries) {
            Ok(word) => Some(word),
            Err((message, help)) => {
                self.error(span, message, help);
                None
            }
        }
    }

    pub fn words(&mut self, node: Node<'_>, name: &str) -> Vec<Sourced<Word>> {
        let mut words = Vec::new();
        for (text, item) in self.texts(node, name) {
            if let Some(word) = self.word(text, item.place()) {
                words.push(self.sourced(item, word));
            }
        }
        words
    }
}

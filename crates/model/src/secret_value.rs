//! Credentials in texts: what a value is by its own bytes, and by the name of the key it stands
//! under. Nothing here copies a value out: a credential is a range, a nature and a key.
//!
//! A name alone never makes a credential (`server-tokens: off`, `TOKEN_PATH: /run/token`), and a
//! value that is filled in later, or was plainly meant to be replaced, is none either. All work is
//! linear in the text, and no single value is looked at for long.

mod format;
mod key;
mod literal;
mod text;

use std::ops::Range;

use kubesift_source::Span;
use kubesift_yaml::{Node, Style};

pub use format::{SHORTEST_CREDENTIAL, decode_base64, known_formats};
pub use key::{KeyName, key_name};

use crate::unknown::{Known, known};
use literal::{Literal, judge};

/// What makes a value a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    /// It has the format that somebody gives to credentials: "GitHub token".
    Format(&'static str),
    /// It looks random, and its key names a credential.
    Random,
    /// A word that a person chose, and its key names a credential.
    Chosen,
}

/// A credential in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential<'t> {
    /// Its bytes in the text, never more than a line.
    pub range: Range<usize>,
    /// The key it stands under inside the text; none where the whole text is the value, and where a
    /// format was found without a key.
    pub key: Option<&'t str>,
    /// What makes it one.
    pub nature: Nature,
}

/// The credentials in the value of a key (an environment variable, an entry of a ConfigMap, an
/// annotation). A value of several lines is read as a file: properties, env, YAML, JSON, INI, XML.
/// At most [`MOST_CREDENTIALS`] are given, in the order of the text.
pub fn credentials<'t>(key: &str, value: &'t str) -> Vec<Credential<'t>> {
    let mut found = known_formats(value);
    if value.trim_end().contains('\n') {
        text::scan(key, value, &mut found);
    } else if !known(value).is_literal() {
        // A format beside a placeholder is still one; a value with a part to come is unknown.
    } else if let Some(nature) = key_name(key).and_then(|name| nature(judge(name, value))) {
        if found.is_empty() {
            found.push(Credential { range: trimmed(value), key: None, nature });
        }
    } else {
        text::scan(key, value, &mut found);
    }
    tidy(found)
}

/// The credentials in a command line, given as the items of `command` and `args`: the item's
/// position, and what is in it.
pub fn command_credentials<'t>(items: &[&'t str]) -> Vec<(usize, Credential<'t>)> {
    text::command(items)
}

/// More credentials than these are not told one by one.
pub const MOST_CREDENTIALS: usize = 20;

/// Of several credentials in one value, the one to tell: with a format, else the first.
pub fn leading_credential(found: Vec<Credential<'_>>) -> Option<Credential<'_>> {
    let at = found.iter().position(|one| matches!(one.nature, Nature::Format(_))).unwrap_or(0);
    found.into_iter().nth(at)
}

/// Where a credential of a node's text stands, when it is a part of the text that can be pointed
/// at; none when the node is the place.
pub fn credential_place(node: Node<'_>, found: &Credential<'_>) -> Option<Span> {
    let text = node.text()?;
    if found.range == trimmed(text) {
        return None;
    }
    part_of(node, found.range.clone())
}

/// A format's name with its article: "an AWS access key id".
pub fn indefinite(format: &str) -> String {
    let vowel = format.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']);
    let article = if vowel || format.starts_with("npm") { "an" } else { "a" };
    format!("{article} {format}")
}

fn nature(literal: Literal) -> Option<Nature> {
    match literal {
        Literal::Random => Some(Nature::Random),
        Literal::Chosen => Some(Nature::Chosen),
        Literal::No | Literal::Unknown | Literal::Placeholder => None,
    }
}

fn trimmed(value: &str) -> Range<usize> {
    let start = value.len() - value.trim_start().len();
    start..value.trim_end().len()
}

/// In the order of the text; of those that share bytes, the one with a format.
fn tidy(mut found: Vec<Credential<'_>>) -> Vec<Credential<'_>> {
    found.sort_by_key(|one| (one.range.start, one.range.end));
    let mut kept: Vec<Credential<'_>> = Vec::new();
    for one in found {
        match kept.last_mut().filter(|last| one.range.start < last.range.end) {
            Some(last) => {
                let better = matches!(one.nature, Nature::Format(_))
                    && !matches!(last.nature, Nature::Format(_));
                if better {
                    let key = one.key.or(last.key);
                    *last = Credential { key, ..one };
                } else {
                    last.key = last.key.or(one.key);
                }
            }
            None => kept.push(one),
        }
    }
    kept.truncate(MOST_CREDENTIALS);
    kept
}

/// What a value of a Secret holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Content {
    /// Nothing.
    Empty,
    /// It is filled in later.
    Unknown,
    /// It was meant to be replaced.
    Placeholder,
    /// Certificates and public keys only.
    Public,
    /// An address, a flag, a user's name, a configuration without credentials.
    Plain,
    /// Anything else: it may be a secret.
    Opaque,
    /// A credential.
    Credential(Nature),
}

/// What the value of a Secret's key holds, decoded.
pub fn secret_content(key: &str, value: &str) -> Content {
    let text = value.trim();
    if matches!(text, "" | "{}" | "[]" | "null" | "\"\"") || only_comments(text) {
        return Content::Empty;
    }
    if let Some(one) = known_formats(text).first() {
        return Content::Credential(one.nature);
    }
    if text.contains('\n') {
        return file_content(key, text);
    }
    match known(text) {
        Known::Literal => {}
        Known::Placeholder => return Content::Placeholder,
        Known::Substitution | Known::Template => return Content::Unknown,
    }
    if literal::is_dummy(text) || text.contains("PRIVATE KEY-----") {
        return Content::Placeholder;
    }
    if literal::is_public(text) {
        return Content::Public;
    }
    if literal::is_reference(text) {
        return Content::Unknown;
    }
    match key_name(key).map(|name| judge(name, text)) {
        Some(Literal::Random) => return Content::Credential(Nature::Random),
        Some(Literal::Chosen) => return Content::Credential(Nature::Chosen),
        _ => {}
    }
    if literal::is_structured(text) {
        return file_content(key, text);
    }
    if literal::is_plain(text) || key::is_plain(key) {
        return Content::Plain;
    }
    if literal::looks_random(text) {
        return Content::Credential(Nature::Random);
    }
    Content::Opaque
}

fn only_comments(text: &str) -> bool {
    text.starts_with('#')
        && text.lines().map(str::trim).all(|l| l.is_empty() || l.starts_with("# "))
}

fn file_content(key: &str, text: &str) -> Content {
    let mut found = Vec::new();
    text::scan(key, text, &mut found);
    if let Some(one) = found.first() {
        return Content::Credential(one.nature);
    }
    if text.contains("PRIVATE KEY-----") {
        let sealed = text.contains("ENCRYPTED");
        return if sealed { Content::Opaque } else { Content::Placeholder };
    }
    if literal::is_public(text) {
        return Content::Public;
    }
    let opaque = text.lines().take(50).any(|line| {
        let line = line.trim();
        line.contains(":$2") || line.contains(":$apr1$") || line.contains(":{SHA}")
    });
    if opaque || is_blob(text) {
        return Content::Opaque;
    }
    if ["${", "{{", "<", "CHANGE", "REPLACE", "YOUR"].iter().any(|mark| text.contains(mark)) {
        return Content::Unknown;
    }
    Content::Plain
}

/// Lines without a blank, as encoders write them.
fn is_blob(text: &str) -> bool {
    let dense = |line: &str| line.len() >= 40 && !line.trim().contains([' ', ':', '=']);
    let (all, dense) = text
        .lines()
        .take(50)
        .fold((0, 0), |(all, count), line| (all + 1, count + usize::from(dense(line))));
    dense * 2 > all
}

/// The bytes of a part of a scalar, when they stand in the file as they are, in one line.
pub fn part_of(node: Node<'_>, part: Range<usize>) -> Option<Span> {
    let node = node.resolved();
    let text = node.text()?;
    let wanted = text.get(part.clone())?;
    if wanted.is_empty() || wanted.contains('\n') {
        return None;
    }
    let span = node.span();
    let raw = node.tree().file().slice(span);
    let at = match node.style() {
        Style::Literal => in_literal_block(raw, text, &part)?,
        style => {
            let quote = usize::from(matches!(style, Style::Single | Style::Double));
            let direct = raw.get(quote..quote + text.len()) == Some(text);
            if direct {
                quote + part.start
            } else {
                let mut places = raw.match_indices(wanted);
                let first = places.next()?.0;
                if places.next().is_some() {
                    return None;
                }
                first
            }
        }
    };
    (raw.get(at..at + wanted.len())? == wanted).then_some(())?;
    let start = span.start + u32::try_from(at).ok()?;
    Some(Span::new(span.file, start, start + u32::try_from(wanted.len()).ok()?))
}

/// A literal block has one line in the file for each line of its text, after its header.
fn in_literal_block(raw: &str, text: &str, part: &Range<usize>) -> Option<usize> {
    let before = text.get(..part.start)?;
    let line = before.matches('\n').count();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line_text = text.get(line_start..)?.lines().next()?;
    let mut at = 0;
    for (number, raw_line) in raw.split_inclusive('\n').enumerate() {
        if number == line + 1 {
            let shown = raw_line.trim_end_matches(['\n', '\r']);
            let indent = shown.strip_suffix(line_text)?.len();
            return Some(at + indent + (part.start - line_start));
        }
        at += raw_line.len();
    }
    None
}

#[cfg(test)]
mod tests;

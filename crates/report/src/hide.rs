//! Which text of a file may be shown. The values of secrets never are: neither where a finding is
//! about them nor where they happen to stand beside another finding.
//!
//! The rule errs on the side of hiding. A key is shown only where it is plainly one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use kubesift_engine::{Finding, Outcome};
use kubesift_source::{FileId, SourceFile, Span};

/// How much of an excerpt is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hide {
    /// Nothing, apart from values that another finding calls secret.
    Nothing,
    /// Everything but the span itself; no lines around it.
    Around,
    /// Every value, the span included; no lines around it.
    Values,
}

/// Knows the secrets of one run.
pub(crate) struct Hidden<'a> {
    outcome: &'a Outcome,
    /// What findings of the secrets family point at, sorted.
    spans: Vec<Span>,
    /// Documents that seem to hold a Secret, by file.
    documents: RefCell<HashMap<FileId, Rc<[Range<u32>]>>>,
}

const FAMILY: &str = "secrets";

impl<'a> Hidden<'a> {
    pub(crate) fn new(outcome: &'a Outcome) -> Self {
        let secrets = outcome.findings.iter().filter(|finding| finding.check.family == FAMILY);
        let mut spans: Vec<Span> = secrets
            .flat_map(|finding| {
                let notes = finding.related.iter().chain(&finding.hops);
                std::iter::once(finding.at).chain(notes.map(|note| note.at))
            })
            .collect();
        spans.sort_unstable();
        Self { outcome, spans, documents: RefCell::default() }
    }

    /// For the place of a finding.
    pub(crate) fn finding(&self, finding: &Finding) -> Hide {
        if finding.check.family == FAMILY {
            return Hide::Values;
        }
        let is_secret = finding.subject.as_ref().is_some_and(|subject| subject.kind == "Secret");
        if is_secret {
            let path = finding.object_path.as_deref().unwrap_or_default();
            let values = path.is_empty()
                || ["data", "stringData", "metadata.annotations"].iter().any(|map| {
                    path.strip_prefix(map)
                        .is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
                });
            let lines =
                self.file(finding.at).is_some_and(|file| file.slice(finding.at).contains('\n'));
            return if values || lines { Hide::Values } else { Hide::Around };
        }
        if self.in_secret(finding.at) { Hide::Around } else { Hide::Nothing }
    }

    /// For another place that belongs to a finding, or for the place of an error.
    pub(crate) fn place(&self, span: Span, finding: Option<&Finding>) -> Hide {
        let secret = finding.is_some_and(|finding| finding.check.family == FAMILY);
        if secret || self.in_secret(span) { Hide::Values } else { Hide::Nothing }
    }

    /// True when no text near `span` may be copied out.
    pub(crate) fn near(&self, span: Span) -> bool {
        self.in_secret(span) || self.touching(span).is_some()
    }

    /// The first span of a secrets finding that shares bytes with `span`.
    pub(crate) fn touching(&self, span: Span) -> Option<Span> {
        let of_file = self.spans.partition_point(|secret| secret.file < span.file);
        let later = self.spans.get(of_file..).unwrap_or_default();
        let meets = |a: Span, b: Span| a.start < b.end || (a.is_empty() && a.start == b.end);
        later
            .iter()
            .take_while(|secret| secret.file == span.file && secret.start <= span.end)
            .find(|secret| meets(**secret, span) && meets(span, **secret))
            .copied()
    }

    fn file(&self, span: Span) -> Option<&'a SourceFile> {
        self.outcome.files.get(span.file.0 as usize).map(|file| &**file)
    }

    /// True when the YAML document around `span` seems to hold a Secret.
    fn in_secret(&self, span: Span) -> bool {
        let Some(file) = self.file(span) else { return false };
        let mut known = self.documents.borrow_mut();
        let documents =
            known.entry(span.file).or_insert_with(|| secret_documents(file.text()).into()).clone();
        documents.iter().any(|range| range.start <= span.end && span.start <= range.end)
    }
}

/// Documents with a `kind: Secret` in them, found by eye and not by parsing, so that it works for
/// text that does not parse.
fn secret_documents(text: &str) -> Vec<Range<u32>> {
    let mut found: Vec<Range<u32>> = Vec::new();
    for (at, word) in text.match_indices("Secret") {
        let after = text[at + word.len()..].trim_start_matches("List");
        let whole = !after.starts_with(|c: char| c.is_alphanumeric());
        let head = &text[text.floor_char_boundary(at.saturating_sub(64))..at];
        if !whole || !head.contains("kind") {
            continue;
        }
        if found.last().is_some_and(|range| at < range.end as usize) {
            continue;
        }
        let start = text[..at].rfind("\n---").map_or(0, |before| before + 1);
        let end = text[at..].find("\n---").map_or(text.len(), |after| at + after);
        found.push(start as u32..end as u32);
    }
    found
}

/// What of one line is shown: the bytes before `head`, and those of `keep`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) head: usize,
    pub(crate) keep: Range<usize>,
    pub(crate) hides: bool,
}

impl Mask {
    /// Everything is shown.
    pub(crate) const OPEN: Self = Self { head: 0, keep: 0..0, hides: false };

    /// Only the indentation of `line` and its list dashes.
    pub(crate) fn all(line: &str) -> Self {
        Self { head: indentation(line), keep: 0..0, hides: true }
    }

    /// The key that opens `line`, and the key that stands at byte `at` of it, in a flow mapping.
    pub(crate) fn values(line: &str, at: Option<usize>) -> Self {
        let indentation = indentation(line);
        let head = match key(&line[indentation..], false) {
            0 => indentation,
            key => line.len() - line[indentation + key..].trim_start_matches([' ', '\t']).len(),
        };
        let keep = at.and_then(|at| {
            let (before, rest) = line.split_at_checked(at)?;
            let flow = before.contains('{') && before.trim_end().ends_with(['{', ',']);
            flow.then(|| at..at + key(rest, true))
        });
        Self { head, keep: keep.unwrap_or(0..0), hides: true }
    }

    /// The key that opens `line`, and the bytes of `span`.
    pub(crate) fn around(line: &str, span: Range<usize>) -> Self {
        Self { keep: span, ..Self::values(line, None) }
    }

    /// Is nothing of `line` shown but blanks and dashes?
    pub(crate) fn hides_all(&self, line: &str) -> bool {
        self.hides && self.keep.is_empty() && self.head <= indentation(line)
    }

    /// Is the byte hidden?
    pub(crate) fn hides(&self, at: usize) -> bool {
        self.hides && at >= self.head && !self.keep.contains(&at)
    }
}

/// Length of blanks and list dashes at the start.
fn indentation(line: &str) -> usize {
    let mut rest = line;
    loop {
        let next = rest.trim_start_matches([' ', '\t', '\u{feff}']);
        match next.strip_prefix("- ") {
            Some(after) => rest = after,
            None => return line.len() - next.len(),
        }
    }
}

/// Length of a key and its colon at the start of `text`; 0 when no key plainly stands there. In
/// JSON a quoted key needs no blank after its colon.
fn key(text: &str, json: bool) -> usize {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let start = usize::from(quote.is_some());
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let length = text[start..].find(|c| !name(c)).unwrap_or(text.len() - start);
    let mut end = start + length;
    if length == 0 {
        return 0;
    }
    if let Some(quote) = quote {
        if !text[end..].starts_with(quote) {
            return 0;
        }
        end += 1;
    }
    let colon = text[end..].len() - text[end..].trim_start_matches(' ').len();
    let Some(after) = text[end + colon..].strip_prefix(':') else { return 0 };
    let parted = after.is_empty() || after.starts_with([' ', '\t']);
    if parted || (json && quote.is_some()) { end + colon + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, mask: &Mask) -> String {
        line.char_indices().map(|(at, c)| if mask.hides(at) { '•' } else { c }).collect()
    }

    #[test]
    fn keys_stay_and_values_go() {
        for (line, at, expected) in [
            ("  password: aGk=", None, "  password: ••••"),
            ("  - name: abc", None, "  - name: •••"),
            ("  \"tls.key\": x", None, "  \"tls.key\": •"),
            ("    aGVsbG8=", None, "    ••••••••"),
            ("  - hunter2", None, "  - •••••••"),
            ("  postgres://u:p@h", None, "  ••••••••••••••••"),
            ("  \"a: b\"", None, "  ••••••"),
            ("  my pass: b", None, "  ••••••••••"),
            ("data: {a: b}", Some(7), "data: •a:•••"),
            ("  a: b: c", Some(5), "  a: ••••"),
            ("{\"d\":{\"k\":\"v\"}}", Some(6), "••••••\"k\":•••••"),
        ] {
            assert_eq!(shown(line, &Mask::values(line, at)), expected, "{line}");
        }
    }

    #[test]
    fn only_the_span_stays() {
        let line = "{kind: Secret, apiVersion: v2}";
        assert_eq!(shown(line, &Mask::around(line, 1..13)), "•kind: Secret•••••••••••••••••");
    }

    #[test]
    fn documents_with_a_secret_are_found_without_parsing() {
        let text = "kind: Pod\n---\nkind: \"Secret\"\ndata: {}\n---\nkind: SecretStore\n";
        assert_eq!(secret_documents(text), vec![10..37]);
        assert!(secret_documents("secretKeyRef: Secret").is_empty());
        assert_eq!(secret_documents("{\"kind\":\"Secret\"}"), vec![0..17]);
    }
}

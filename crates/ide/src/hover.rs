//! What there is to say about a place, in a few lines of Markdown: its findings first, then what the
//! builds make of it. What is said is put together by one file a question.

mod account;
mod kind;
mod literal;
mod ports;
mod reference;
mod security;
mod selector;
mod value;

pub(crate) use value::is_secret;

use std::fmt::Write as _;

use kubesift_engine::{Entry, Finding};
use kubesift_model::BuildId;
use kubesift_project::{Analysis, Homes};
use kubesift_source::{FileId, Span};
use kubesift_yaml::Node;

use crate::place::{Became, Place, ask_each, tree_of};
use crate::seen::Seen;
use crate::words::{capital, code, prose};

/// What an editor shows beside a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about: bytes of the file that was asked about.
    pub at: Span,
    /// The words. What comes from manifests is escaped.
    pub markdown: String,
}

/// Findings of one place that are told in full, and those that are told at all.
const TOLD: usize = 2;
const NAMED: usize = 8;

/// What there is to say about a byte of a file (0-based, of its decoded text); none where there is
/// nothing.
pub fn hover(analysis: &Analysis, file: FileId, offset: u32) -> Option<Hover> {
    let tree = tree_of(analysis, file)?;
    let place = Place::find(&tree, offset);
    let findings = findings_at(analysis, file, offset);
    let mut parts = Vec::new();
    if !findings.is_empty() {
        parts.push(told(&findings));
    }
    if let Some(place) = &place {
        parts.extend(facts(analysis, place));
    }
    if parts.is_empty() {
        return None;
    }
    // The tightest of what it is about.
    let places = place.iter().map(|place| place.at).chain(findings.iter().map(|one| one.at));
    let at = places.min_by_key(|at| at.len())?;
    Some(Hover { at, markdown: parts.join("\n\n---\n\n") })
}

/// The open findings that a byte belongs to, the worst first.
fn findings_at(analysis: &Analysis, file: FileId, offset: u32) -> Vec<&Finding> {
    let here = analysis.outcome.open();
    let mut here: Vec<&Finding> =
        here.filter(|finding| finding.at.file == file && finding.at.touches(offset)).collect();
    here.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    here
}

fn told(findings: &[&Finding]) -> String {
    let mut out = String::new();
    for (at, finding) in findings.iter().take(NAMED).enumerate() {
        let Entry { name, .. } = *finding.check;
        let (url, severity) = (finding.check.url(), finding.severity.name());
        let message = prose(&capital(&finding.message));
        let _ = write!(out, "**{severity}** {message} · [{name}]({url})");
        if at < TOLD {
            let _ = write!(out, "\n\n{}", page(finding.check));
        }
        out.push_str("\n\n");
    }
    if let Some(left) = findings.len().checked_sub(NAMED).filter(|left| *left > 0) {
        let _ = write!(out, "and {left} more");
    }
    out.trim_end().to_owned()
}

/// Why it matters and what to do: the first two paragraphs of a check's docs.
fn page(entry: &Entry) -> String {
    let prose = entry.prose();
    let paragraphs = prose.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
    paragraphs.take(2).collect::<Vec<_>>().join("\n\n")
}

/// What the builds say about a place: the values that it has in them, then everything else, told
/// apart where builds differ.
fn facts(analysis: &Analysis, place: &Place<'_>) -> Vec<String> {
    let homes = analysis.homes();
    let became = place.became(analysis);
    let mut parts = Vec::new();
    let values = value::lines(analysis, &homes, place, &became);
    if !values.is_empty() {
        parts.push(listed_lines(&values));
    }
    let mut groups = Groups::default();
    ask_each(analysis, &became, |build, seen, node| {
        let ask = Asked { analysis, homes: &homes, seen, node };
        groups.add(build, ask.lines());
    });
    parts.extend(groups.told(analysis, &became));
    parts
}

/// A question about a place in one object.
struct Asked<'q, 'g, 'a> {
    analysis: &'q Analysis,
    homes: &'q Homes<'q>,
    seen: &'q Seen<'g, 'a>,
    /// The place in the object's tree.
    node: Node<'a>,
}

impl Asked<'_, '_, '_> {
    fn lines(&self) -> Vec<String> {
        let selects = selector::lines(self);
        let leads = if selects.is_empty() { reference::lines(self) } else { Vec::new() };
        let others = [
            ports::lines(self),
            account::lines(self),
            security::lines(self),
            literal::lines(self),
            kind::lines(self),
        ];
        [selects, leads].into_iter().chain(others).flatten().collect()
    }

    /// Where a node is written: `path:line`.
    fn home(&self, node: Node<'_>) -> String {
        crate::place::home_of(self.analysis, self.homes, node)
    }
}

/// What was said, with the builds that it holds in.
#[derive(Default)]
struct Groups {
    all: Vec<(Vec<String>, Vec<BuildId>)>,
}

impl Groups {
    fn add(&mut self, build: BuildId, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        let known = self.all.iter_mut().find(|(known, _)| *known == lines);
        match known {
            Some((_, builds)) if builds.last() == Some(&build) => {}
            Some((_, builds)) => builds.push(build),
            None => self.all.push((lines, vec![build])),
        }
    }

    /// The words, those of several builds under their names. More than a few are not read.
    fn told(self, analysis: &Analysis, became: &[Became]) -> Vec<String> {
        let mut all: Vec<BuildId> = became.iter().map(|one| one.build).collect();
        all.dedup();
        if let [(lines, builds)] = self.all.as_slice()
            && builds.len() == all.len()
        {
            return vec![listed_lines(lines)];
        }
        let parts = self.all.into_iter().take(GROUPS).map(|(lines, builds)| {
            let names = builds.iter().map(|build| code(build_name(analysis, *build)));
            let names = crate::words::listed(names, GROUPS);
            format!("In {names}:\n\n{}", listed_lines(&lines))
        });
        parts.collect()
    }
}

/// Builds that are told apart.
const GROUPS: usize = 6;

fn build_name(analysis: &Analysis, build: BuildId) -> &str {
    analysis.outcome.builds.get(build.0 as usize).map_or("", |build| &build.name)
}

/// One line as a sentence, several as a list.
fn listed_lines(lines: &[String]) -> String {
    match lines {
        [one] => one.clone(),
        many => many.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"),
    }
}

#[cfg(test)]
mod tests;

//! Names of checks and the words around them: in comments that suppress, and in the configuration.

use std::collections::BTreeSet;

use kubesift_engine::{Confidence, Entry, OptDefault, Profile, Severity, all_checks};
use kubesift_project::Analysis;
use kubesift_yaml::{Node, Segment};

use super::{Item, ItemKind, Offer};

/// Words that a comment of ours can begin with.
const VERBS: [(&str, &str); 4] = [
    ("ignore", "the line, or the node below"),
    ("ignore-file", "the whole file"),
    ("ignore-start", "from here on"),
    ("ignore-end", "up to here"),
];

/// What fits in a comment, of which `typed` stands before the cursor at byte `at`.
pub(super) fn in_comment(
    analysis: &Analysis,
    checks: &'static [Entry],
    path: &str,
    typed: &str,
    at: usize,
) -> Vec<Item> {
    let body = typed.rfind("kubesift:").and_then(|found| typed.get(found + "kubesift:".len()..));
    let Some(body) = body else { return Vec::new() };
    let (offers, word) = match body.rsplit_once('[') {
        Some((verb, names)) => {
            let verb = verb.trim();
            if names.contains(']') || !VERBS.iter().any(|(known, _)| *known == verb) {
                return Vec::new();
            }
            let word = names.rsplit(',').next().unwrap_or(names).trim_start();
            (found_first(analysis, checks, path), word)
        }
        None if body.trim_start().contains(' ') => return Vec::new(),
        None => {
            let verbs = VERBS.iter().map(|(verb, doc)| Offer::new(*verb, *doc, ItemKind::Word));
            (verbs.collect(), body.trim_start())
        }
    };
    let replace = (at - word.len()) as u32..at as u32;
    let items = offers.into_iter().map(|offer| {
        let Offer { label, detail, kind, .. } = offer;
        Item { insert: label.clone(), label, detail, replace: replace.clone(), kind }
    });
    items.collect()
}

/// All checks and families, those that found something in the file first.
fn found_first(analysis: &Analysis, checks: &'static [Entry], path: &str) -> Vec<Offer> {
    let here = |at: kubesift_source::Span| {
        analysis.outcome.files.get(at.file.0 as usize).is_some_and(|file| *file.path == *path)
    };
    let found = analysis.outcome.findings.iter().filter(|finding| here(finding.at));
    let found: BTreeSet<&str> = found.map(|finding| finding.check.name).collect();
    let mut offers = words(checks);
    // A stable sort: the rest stays in its order.
    offers.sort_by_key(|offer| !found.contains(&*offer.label));
    offers
}

/// Checks, then families.
fn words(checks: &'static [Entry]) -> Vec<Offer> {
    let named =
        all_checks(checks).map(|entry| Offer::new(entry.name, entry.title(), ItemKind::Check));
    let families: BTreeSet<&str> = all_checks(checks).map(|entry| entry.family).collect();
    let families = families
        .into_iter()
        .map(|name| Offer::new(name, "all checks of this family", ItemKind::Check));
    named.chain(families).collect()
}

/// Words of the configuration that are no checks.
fn plain<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<Offer> {
    words.into_iter().map(|word| Offer::new(word, "", ItemKind::Word).bare()).collect()
}

/// What fits in a configuration file.
pub(super) fn in_config(checks: &'static [Entry], node: Node<'_>, as_key: bool) -> Vec<Offer> {
    let segments = node.segments();
    // The checks of an override are set like those of the whole.
    let way = match segments.as_slice() {
        [Segment::Key("overrides"), Segment::Index(_), rest @ ..] => rest,
        all => all,
    };
    let severities = || Severity::ALL.iter().rev().map(|word| word.name());
    match (way, as_key) {
        ([Segment::Key("checks"), Segment::Key(_)], true) => {
            let mut offers = words(checks);
            offers.extend(plain(["select", "ignore"]));
            offers
        }
        ([Segment::Key("checks"), Segment::Key("select" | "ignore"), Segment::Index(_)], false)
        | (
            [Segment::Key("ignore"), Segment::Index(_), Segment::Key("checks"), Segment::Index(_)],
            false,
        ) => {
            let mut offers = words(checks);
            let profiles = Profile::ALL.iter().map(|profile| profile.name());
            offers.extend(profiles.map(|name| Offer::new(name, "profile", ItemKind::Word)));
            offers
        }
        ([Segment::Key("checks"), Segment::Key(_)], false) => {
            plain(["off", "on"].into_iter().chain(severities()))
        }
        ([Segment::Key("checks"), Segment::Key(name), Segment::Key(_)], true) => {
            options(checks, name)
        }
        ([Segment::Key("checks"), Segment::Key(_), Segment::Key("severity")], false) => {
            plain(severities())
        }
        ([Segment::Key("checks"), Segment::Key(name), Segment::Key(option)], false) => {
            switch(checks, name, option)
        }
        ([Segment::Key("profile")], false) => {
            let used = |profile: &&Profile| checks.iter().any(|entry| entry.is_in(**profile));
            plain(Profile::ALL.iter().filter(used).map(|profile| profile.name()))
        }
        ([Segment::Key("failOn")], false) => plain(severities().chain(["never"])),
        ([Segment::Key("minSeverity")], false) => plain(severities()),
        ([Segment::Key("minConfidence")], false) => {
            plain(Confidence::ALL.iter().map(|word| word.name()))
        }
        ([Segment::Key("requireReason" | "foreignSuppressions")], false) => {
            plain(["true", "false"])
        }
        _ => Vec::new(),
    }
}

/// The settings of a check or family.
fn options(checks: &'static [Entry], name: &str) -> Vec<Offer> {
    let mut offers = vec![Offer::new("severity", "how bad a finding is", ItemKind::Word)];
    let entry = all_checks(checks).find(|entry| entry.name == name);
    for option in entry.into_iter().flat_map(|entry| entry.check.options) {
        offers.push(Offer::new(option.name, option.doc, ItemKind::Word));
    }
    offers
}

/// The values of an option that has few.
fn switch(checks: &'static [Entry], name: &str, option: &str) -> Vec<Offer> {
    let entry = all_checks(checks).find(|entry| entry.name == name);
    let mut options = entry.into_iter().flat_map(|entry| entry.check.options);
    match options.find(|one| one.name == option).map(|one| one.default) {
        Some(OptDefault::Bool(_)) => plain(["true", "false"]),
        _ => Vec::new(),
    }
}

//! Findings about suppressions themselves: without effect, or without use.

use std::collections::{HashMap, HashSet};

use kubesift_model::{Resource, ResourceId};
use kubesift_source::{Edit, Span};

use super::{Meaning, Reach, Removal, Suppression, Suppressions, Word};
use crate::check::{Entry, Severity};
use crate::finding::{Finding, Fix, Matter, Safety, Subject};
use crate::run::Plan;

/// Why a suppression has no effect.
#[derive(Debug)]
pub(super) struct Defect<'a> {
    pub at: Span,
    pub message: String,
    pub remedy: Remedy<'a>,
    /// The object that holds it; looked up by place when none is given.
    pub resource: Option<&'a Resource>,
}

/// What would mend a suppression.
#[derive(Debug)]
pub(super) enum Remedy<'a> {
    /// A person must decide.
    None,
    Remove(Removal<'a>),
    /// Title, bytes, and what to put there.
    Replace(&'static str, Span, String),
}

/// The findings about suppressions that have no effect.
pub(super) fn defects<'p>(
    all: &Suppressions<'_>,
    plan: &impl Fn(Option<&Resource>) -> &'p Plan,
) -> Vec<Finding> {
    let mut writer = Writer::new(super::invalid());
    for defect in &all.defects {
        let held = || all.layout(defect.at.file)?.resources(defect.at).next();
        let resource = defect.resource.or_else(held);
        let Some(severity) = severity(plan(resource), writer.entry) else { continue };
        let fix = match &defect.remedy {
            Remedy::None => None,
            Remedy::Remove(removal) => removed(*removal, "remove the suppression"),
            Remedy::Replace(title, span, text) => Some(Fix {
                title: (*title).to_owned(),
                safety: Safety::Safe,
                edits: vec![Edit { span: *span, text: text.clone() }],
                changes: Vec::new(),
            }),
        };
        writer.write(severity, defect.at, defect.message.clone(), resource, fix);
    }
    writer.findings
}

/// The findings about our own suppressions that no finding needed, where all that they name ran.
pub(super) fn unused<'p>(
    all: &Suppressions<'_>,
    plan: &impl Fn(Option<&Resource>) -> &'p Plan,
) -> Vec<Finding> {
    // A list of annotations that several objects share, through an alias or as builds of one base,
    // is one suppression.
    let words = all.all.iter().flat_map(|suppression| &suppression.words);
    let used: HashSet<Span> =
        words.filter(|word| word.used).map(|word| all.home(word.at)).collect();
    let mut seen = HashSet::new();
    let mut ran = Ran { entries: all.entries, by_plan: HashMap::new() };
    let mut writer = Writer::new(super::unused());
    for suppression in &all.all {
        if suppression.tool.is_some() {
            continue;
        }
        let Some(reached) = reached(all, suppression) else { continue };
        let mut plans: Vec<&Plan> = reached.iter().map(|resource| plan(Some(resource))).collect();
        if plans.is_empty() {
            plans.push(plan(None));
        }
        let Some(severity) = plans.first().and_then(|plan| severity(plan, writer.entry)) else {
            continue;
        };
        let mut idle: Vec<&Word> = suppression.words.iter().collect();
        idle.retain(|word| !used.contains(&all.home(word.at)));
        idle.retain(|word| plans.iter().all(|plan| ran.all(plan, &word.meaning)));
        if idle.is_empty() || !seen.insert(all.home(suppression.at)) {
            continue;
        }
        let names: Vec<&str> = idle.iter().map(|word| word.text.as_str()).collect();
        let message = format!("the suppression of `{}` matches no finding", names.join("`, `"));
        let fix = match (suppression.list, idle.len() == suppression.words.len()) {
            (Some(list), false) => Some(shortened(list, &suppression.words, &names)),
            _ => removed(suppression.removal, "remove the suppression"),
        };
        writer.write(severity, suppression.at, message, reached.first().copied(), fix);
    }
    writer.findings
}

/// The objects in reach of a suppression. None when it cannot be known whether it is needed: no
/// object is in reach, one could not be read in whole, or its values are encrypted.
fn reached<'a>(all: &Suppressions<'a>, suppression: &Suppression<'a>) -> Option<Vec<&'a Resource>> {
    let of = |id: ResourceId| all.resources.get(id.0 as usize);
    let reached: Vec<&'a Resource> = match &suppression.reach {
        Reach::Object(id) | Reach::Template(id, _) | Reach::Container(id, ..) => {
            of(*id).into_iter().collect()
        }
        Reach::Bytes(span) => {
            let layout = all.layout(span.file)?;
            if !layout.is_sound(*span) {
                return None;
            }
            let held: Vec<&Resource> = layout.resources(*span).collect();
            if held.is_empty() && all.is_part(span.file) {
                return Some(held);
            }
            held
        }
        Reach::Nothing => Vec::new(),
    };
    let known = !reached.is_empty() && reached.iter().all(|resource| !resource.encrypted);
    known.then_some(reached)
}

fn severity(plan: &Plan, entry: &'static Entry) -> Option<Severity> {
    let rule = plan.rules().iter().find(|rule| rule.entry.name == entry.name)?;
    Some(rule.severity())
}

/// The names of the checks of a plan, worked out once; plans are few.
struct Ran {
    entries: &'static [Entry],
    by_plan: HashMap<*const Plan, HashSet<&'static str>>,
}

impl Ran {
    /// True when all that a word names has run; one check of a family that has not may be the one
    /// that the word is for.
    fn all(&mut self, plan: &Plan, meaning: &Meaning) -> bool {
        let names = self
            .by_plan
            .entry(std::ptr::from_ref(plan))
            .or_insert_with(|| plan.rules().iter().map(|rule| rule.entry.name).collect());
        match meaning {
            // Whether findings about suppressions are expected is seen too late to say.
            Meaning::Check(name) => {
                names.contains(name) && super::BUILT_IN.iter().all(|entry| entry.name != *name)
            }
            Meaning::Family(family) => {
                let mut of = self.entries.iter().filter(|entry| entry.family == *family);
                *family != super::FAMILY && of.all(|entry| names.contains(entry.name))
            }
            Meaning::Peers(_) | Meaning::Unknown => false,
        }
    }
}

fn removed(removal: Removal<'_>, title: &str) -> Option<Fix> {
    let gone = |span: Span| Edit { span, text: String::new() };
    let (safety, edits) = match removal {
        Removal::Bytes(span) => (Safety::Safe, vec![gone(span)]),
        Removal::Region(start, end) => (Safety::Safe, vec![gone(start), gone(end)]),
        Removal::Entry(node, safety) => (safety, vec![node.field("").remove()?]),
        Removal::None => return None,
    };
    Some(Fix { title: title.to_owned(), safety, edits, changes: Vec::new() })
}

fn shortened(list: Span, words: &[Word], idle: &[&str]) -> Fix {
    let kept = words.iter().map(|word| word.text.as_str()).filter(|word| !idle.contains(word));
    let text = kept.collect::<Vec<_>>().join(", ");
    let title = format!("leave out `{}`", idle.join("`, `"));
    Fix { title, safety: Safety::Safe, edits: vec![Edit { span: list, text }], changes: Vec::new() }
}

/// A finding about a suppression that no file of manifests holds: an entry of a baseline.
pub(crate) fn unused_finding(
    severity: Severity,
    at: Span,
    message: String,
    fix: Option<Fix>,
) -> Finding {
    finding(super::unused(), severity, at, message, None, fix)
}

/// Makes findings of one of the built-in checks.
struct Writer {
    entry: &'static Entry,
    findings: Vec<Finding>,
}

impl Writer {
    fn new(entry: &'static Entry) -> Self {
        Self { entry, findings: Vec::new() }
    }

    fn write(
        &mut self,
        severity: Severity,
        at: Span,
        message: String,
        resource: Option<&Resource>,
        fix: Option<Fix>,
    ) {
        self.findings.push(finding(self.entry, severity, at, message, resource, fix));
    }
}

fn finding(
    entry: &'static Entry,
    severity: Severity,
    at: Span,
    message: String,
    resource: Option<&Resource>,
    fix: Option<Fix>,
) -> Finding {
    let subject = resource.map(|resource| Subject {
        id: resource.id,
        api_version: resource.kind.api_version(),
        kind: resource.kind.kind.to_string(),
        namespace: resource.written_namespace().map(str::to_owned),
        name: resource.written_name().map(str::to_owned),
        container: None,
    });
    let matter = Matter { message, subject, fix, ..Matter::default() };
    Finding::new(entry, severity, at, matter)
}

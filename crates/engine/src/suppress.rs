//! Suppressions: comments and annotations that say "this finding is known, because …", ours and
//! those written for other tools.
//!
//! [`Suppressions::collect`] reads them once for all files; [`Suppressions::apply`] sets the fate
//! of findings and gives the findings about the suppressions themselves. Both are linear in what
//! they read. Suppressions of the configuration are none of its business.

mod annotation;
mod comment;
mod date;
mod foreign;
mod layout;
mod marks;
mod near;
mod report;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt, HashSet};
use kubesift_model::{Resource, ResourceId};
use kubesift_source::{FileId, Span};
use kubesift_yaml::{Node, Tree};
use rayon::prelude::*;

use crate::check::{Entry, Profile};
use crate::finding::{Fate, Finding};
use crate::run::Plan;
use crate::{Check, Safety, Severity};

pub use date::Date;
pub use marks::may_hold_suppression;
pub use near::nearest;
pub(crate) use report::unused_finding;

use foreign::Peers;
use layout::Layout;
use report::Defect;

/// What the configuration says about suppressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuppressionSettings {
    /// The day that `until=` is compared with; a suppression holds through its last day.
    pub today: Date,
    /// Suppressions written for other tools count.
    pub foreign: bool,
    /// A suppression without a reason has no effect, and is reported.
    pub require_reason: bool,
}

const UNUSED: Check = Check {
    severity: Severity::Low,
    score: 1.0,
    profiles: &[Profile::Default, Profile::Hygiene],
    fix: Some(Safety::Safe),
    ..Check::DEFAULT
};

const INVALID: Check = Check {
    severity: Severity::Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Hygiene],
    fix: Some(Safety::Safe),
    ..Check::DEFAULT
};

/// The family of the checks that are part of the engine.
const FAMILY: &str = "suppressions";

/// The checks that are part of the engine: they judge suppressions, so no [`crate::Run`] can hold
/// them. They are selected, ignored and listed like all others.
pub static BUILT_IN: [Entry; 2] = [
    Entry {
        name: "invalid-suppression",
        family: FAMILY,
        docs: "A suppression has no effect.\n\nIt names a check that does not exist, is past its \
               `until=` date, stands where it reaches nothing, or gives no reason although the \
               configuration asks for one. Whoever wrote it believes that a finding is settled; \
               it is not.\n\nCorrect it, or remove it.\n",
        source: "crates/engine/src/suppress.rs",
        check: &INVALID,
    },
    Entry {
        name: "unused-suppression",
        family: FAMILY,
        docs: "A suppression matches no finding.\n\nThe thing it excused is mended or gone. Left \
               in place, it hides the next finding of that check without anybody deciding \
               so.\n\nRemove it. Reported only where every check it names has run; of an entry of a \
               baseline, only by a run over all that the baseline was made of, and `kubesift \
               baseline prune` removes all such entries.\n",
        source: "crates/engine/src/suppress.rs",
        check: &UNUSED,
    },
];

fn invalid() -> &'static Entry {
    &BUILT_IN[0]
}

fn unused() -> &'static Entry {
    &BUILT_IN[1]
}

/// Every check: `entries` and the [`BUILT_IN`] ones.
pub fn all_checks(entries: &'static [Entry]) -> impl Iterator<Item = &'static Entry> + Clone {
    entries.iter().chain(&BUILT_IN)
}

/// What one word of a suppression stands for.
#[derive(Debug, Clone)]
enum Meaning {
    /// A check of ours.
    Check(&'static str),
    /// All checks of a family.
    Family(&'static str),
    /// The checks that answer another tool's, sorted by name.
    Peers(Arc<[&'static str]>),
    /// Nothing that is known.
    Unknown,
}

impl Meaning {
    fn of(word: &str, entries: &'static [Entry]) -> Self {
        if let Some(entry) = all_checks(entries).find(|entry| entry.name == word) {
            return Self::Check(entry.name);
        }
        match all_checks(entries).find(|entry| entry.family == word) {
            Some(entry) => Self::Family(entry.family),
            None => Self::Unknown,
        }
    }

    fn takes(&self, entry: &Entry) -> bool {
        match self {
            Self::Check(name) => *name == entry.name,
            Self::Family(family) => *family == entry.family,
            Self::Peers(names) => names.binary_search(&entry.name).is_ok(),
            Self::Unknown => false,
        }
    }
}

/// One word of a suppression.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    /// Its bytes; all of the suppression where the word is not written as such.
    at: Span,
    meaning: Meaning,
    used: bool,
}

/// The findings that a suppression reaches.
#[derive(Debug, Clone)]
enum Reach {
    /// Those that touch these bytes.
    Bytes(Span),
    /// Those of an object.
    Object(ResourceId),
    /// Those inside an object's pod template, at this path.
    Template(ResourceId, String),
    /// Those of one container, which stands at these bytes.
    Container(ResourceId, String, Span),
    /// None: it is only reported.
    Nothing,
}

/// What removing a suppression takes.
#[derive(Debug, Clone, Copy)]
enum Removal<'a> {
    /// Leave out these bytes.
    Bytes(Span),
    /// Leave out these bytes at both ends of a region.
    Region(Span, Span),
    /// Remove this entry; a pod template changes by it.
    Entry(Node<'a>, Safety),
    /// It is not ours to remove.
    None,
}

/// One comment or annotation.
#[derive(Debug, Clone)]
struct Suppression<'a> {
    /// `inline` or `annotation`, as reports say it.
    kind: &'static str,
    /// Another tool's: which.
    tool: Option<&'static str>,
    /// All of it.
    at: Span,
    /// The bytes between the brackets, of a comment of ours.
    list: Option<Span>,
    words: Vec<Word>,
    reason: String,
    /// Must be part of the finding's message, whatever its case: other tools name capabilities and
    /// mounts one by one.
    needle: Option<String>,
    reach: Reach,
    removal: Removal<'a>,
}

impl Suppression<'_> {
    fn reaches(&self, finding: &Finding) -> bool {
        let path = |prefix: &str| {
            let rest = finding.object_path.as_deref().and_then(|path| path.strip_prefix(prefix));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let here = match &self.reach {
            Reach::Bytes(span) => finding
                .places()
                .any(|at| at.file == span.file && at.start <= span.end && span.start <= at.end),
            Reach::Object(_) => true,
            Reach::Template(_, prefix) => path(prefix),
            Reach::Container(_, name, span) => {
                let subject = finding.subject.as_ref();
                subject.and_then(|subject| subject.container.as_ref()) == Some(name)
                    || span.contains(finding.at)
            }
            Reach::Nothing => false,
        };
        let message = || finding.message.to_lowercase();
        here && self.needle.as_ref().is_none_or(|needle| message().contains(needle))
    }

    /// The reason as reports show it: whose suppression it is, when it is not ours.
    fn shown_reason(&self) -> String {
        match self.tool {
            None => self.reason.clone(),
            Some(tool) if self.reason.is_empty() => format!("{tool} suppression"),
            Some(tool) => format!("{tool}: {}", self.reason),
        }
    }
}

/// The suppressions of all files of a run.
#[derive(Debug)]
pub struct Suppressions<'a> {
    entries: &'static [Entry],
    resources: &'a [Resource],
    layouts: HashMap<FileId, Layout<'a>>,
    all: Vec<Suppression<'a>>,
    defects: Vec<Defect<'a>>,
    parts: Option<Parts<'a>>,
}

/// What is known of objects that were built from others, for their suppressions.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// Where some bytes of a built text are written; other bytes stay where they are.
    pub home: &'a (dyn Fn(Span) -> Span + Sync),
    /// True for a file from which whole builds were made: what a comment in it matches is known,
    /// although it holds no object that is judged by itself.
    pub is_part: &'a (dyn Fn(FileId) -> bool + Sync),
}

impl std::fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parts")
    }
}

/// What reading one file or object gives.
#[derive(Debug, Default)]
struct Found<'a> {
    all: Vec<Suppression<'a>>,
    defects: Vec<Defect<'a>>,
}

/// What readers need to know.
struct Context {
    entries: &'static [Entry],
    peers: Peers,
    settings: SuppressionSettings,
}

impl<'a> Suppressions<'a> {
    /// Reads the comments of `trees` and the annotations of `resources`, in files that
    /// [`may_hold_suppression`] is true for: `marked`. `entries` are all checks that there are,
    /// whether they run or not; a resource's id is its position.
    pub fn collect(
        trees: &'a [Arc<Tree>],
        resources: &'a [Resource],
        marked: &HashSet<FileId>,
        entries: &'static [Entry],
        settings: SuppressionSettings,
    ) -> Self {
        // Most projects have no suppression of another tool, and many none at all.
        let wants_peers = settings.foreign && !marked.is_empty();
        let peers = if wants_peers { Peers::new(entries) } else { Peers::default() };
        let context = Context { entries, peers, settings };
        let is_marked = |file: FileId| marked.contains(&file);
        let mut by_file: HashMap<FileId, Vec<&'a Resource>> = HashMap::new();
        for resource in resources.iter().filter(|one| is_marked(one.file().id)) {
            by_file.entry(resource.file().id).or_default().push(resource);
        }
        let layouts: HashMap<FileId, Layout<'a>> = trees
            .iter()
            .filter(|tree| is_marked(tree.file().id))
            .map(|tree| {
                let own = by_file.remove(&tree.file().id).unwrap_or_default();
                (tree.file().id, Layout::new(tree, own))
            })
            .collect();
        let comments = trees.par_iter().filter_map(|tree| layouts.get(&tree.file().id));
        let comments = comments.map(|layout| comment::read(layout, &context));
        let annotations = resources.par_iter().filter(|one| is_marked(one.file().id));
        let annotations = annotations.map(|resource| annotation::read(resource, &context));
        let found: Vec<Found<'a>> = comments.chain(annotations).collect();
        let mut all = Vec::new();
        let mut defects = Vec::new();
        for found in found {
            all.extend(found.all);
            defects.extend(found.defects);
        }
        Self { entries, resources, layouts, all, defects, parts: None }
    }

    /// The same, knowing what was built from what.
    #[must_use]
    pub fn with_parts(mut self, parts: Parts<'a>) -> Self {
        self.parts = Some(parts);
        self
    }

    /// Where a suppression is written.
    fn home(&self, at: Span) -> Span {
        self.parts.map_or(at, |parts| (parts.home)(at))
    }

    fn is_part(&self, file: FileId) -> bool {
        self.parts.is_some_and(|parts| (parts.is_part)(file))
    }

    /// Sets the fate of the findings that are suppressed, and gives the findings about
    /// suppressions that are unused or have no effect; some of those may be suppressed themselves.
    /// `plan` gives the plan that a resource was judged by; `None` asks for that of files without
    /// resources. What is given is in no order and without fingerprints: add it to the findings
    /// and [`merge`](crate::merge) again.
    pub fn apply<'p>(
        mut self,
        findings: &mut [Finding],
        plan: impl Fn(Option<&Resource>) -> &'p Plan,
    ) -> Vec<Finding> {
        let index = Index::new(&self.all);
        index.settle(&mut self.all, findings);
        let mut said = report::defects(&self, &plan);
        index.settle(&mut self.all, &mut said);
        let mut more = report::unused(&self, &plan);
        index.settle(&mut self.all, &mut more);
        said.extend(more);
        said
    }

    fn layout(&self, file: FileId) -> Option<&Layout<'a>> {
        self.layouts.get(&file)
    }
}

/// Suppressions by what they reach, so that each finding meets only those near it.
struct Index {
    /// Byte ranges of a file, sorted by start: start, largest end so far, suppression.
    files: HashMap<FileId, Vec<(u32, u32, usize)>>,
    objects: HashMap<ResourceId, Vec<usize>>,
}

impl Index {
    fn new(all: &[Suppression<'_>]) -> Self {
        let mut index = Self { files: HashMap::new(), objects: HashMap::new() };
        for (at, suppression) in all.iter().enumerate() {
            match &suppression.reach {
                Reach::Bytes(span) => {
                    index.files.entry(span.file).or_default().push((span.start, span.end, at));
                }
                Reach::Object(id) | Reach::Template(id, _) | Reach::Container(id, ..) => {
                    index.objects.entry(*id).or_default().push(at);
                }
                Reach::Nothing => {}
            }
        }
        for ranges in index.files.values_mut() {
            ranges.sort_unstable();
            let mut end = 0;
            for range in ranges {
                end = end.max(range.1);
                range.1 = end;
            }
        }
        index
    }

    fn settle(&self, all: &mut [Suppression<'_>], findings: &mut [Finding]) {
        for finding in findings {
            let mut best: Option<usize> = None;
            for at in self.near(finding) {
                let suppression = &mut all[at];
                if !suppression.reaches(finding) {
                    continue;
                }
                let mut hit = false;
                for word in &mut suppression.words {
                    if word.meaning.takes(finding.check) {
                        word.used = true;
                        hit = true;
                    }
                }
                // Ours before other tools', the nearest first: its reason is the one to show.
                if hit && best.is_none_or(|best| all[best].tool.is_some()) {
                    best = Some(at);
                }
            }
            if let (Some(best), Fate::Open) = (best, &finding.fate) {
                let best = &all[best];
                finding.fate = Fate::Suppressed { kind: best.kind, reason: best.shown_reason() };
            }
        }
    }

    /// The suppressions that may reach a finding: those near its own place before those near the
    /// places its value went through, each that begin last first.
    fn near<'f>(&'f self, finding: &'f Finding) -> impl Iterator<Item = usize> + 'f {
        let ranges = finding.places().flat_map(|at| {
            let ranges = self.files.get(&at.file).map_or(&[][..], Vec::as_slice);
            let past = ranges.partition_point(|range| range.0 <= at.end);
            ranges[..past].iter().rev().take_while(move |range| range.1 >= at.start)
        });
        let id = finding.subject.as_ref().map(|subject| subject.id);
        let objects = id.and_then(|id| self.objects.get(&id)).map_or(&[][..], Vec::as_slice);
        ranges.map(|range| range.2).chain(objects.iter().copied())
    }
}

//! Findings that were there before: a file lists them, so that they do not count and new ones do.
//!
//! [`Baseline::read`] takes the file apart, [`Baseline::of`] makes one of findings and
//! [`Baseline::text`] writes it; [`Baseline::hold`] sets the fate of findings that are listed, and
//! [`Baseline::stale`] says which entries nothing needs any more. An entry has no line and no time:
//! it is the identity of a finding ([`Fingerprint`]) in a file, and how often it is there.

mod hold;
mod read;
mod stale;
#[cfg(test)]
mod tests;
mod write;

use std::cmp::Ordering;
use std::sync::Arc;

use kubesift_source::{FileId, Span};

use crate::finding::{Fate, Finding};
use crate::fingerprint::Fingerprint;

pub use hold::{Ground, Seen};
pub use read::Flaw;
pub use stale::Left;

/// The name of the file where nobody says otherwise.
pub const FILE_NAME: &str = ".kubesift-baseline.json";

/// The version of the file that is written, and the newest that is read.
pub const VERSION: i64 = 1;

/// The word for it as the kind of a suppression.
pub(crate) const KIND: &str = "baseline";

/// What a file lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The files and folders that were looked at when it was made, relative to the folder of the file,
    /// with forward slashes; `.` for that folder itself, `-` for standard input.
    pub paths: Vec<String>,
    /// The entries; in the order of the file when it was read, sorted when it was made.
    pub entries: Vec<Listed>,
}

/// An entry: one finding, or several that nothing tells apart but their order.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The file, relative to the folder of the baseline, with forward slashes.
    pub file: Arc<str>,
    /// The object, in words; none for a finding about a file. For those who read the file.
    pub resource: Option<Box<str>>,
    /// The name of the check.
    pub check: Box<str>,
    /// The path inside the object with list keys in place of positions. For those who read the file.
    pub field: Option<Box<str>>,
    /// The identity.
    pub fingerprint: Fingerprint,
    /// How many findings it stands for, from 1 on.
    pub count: u32,
    /// Its bytes in the file that it was read from.
    pub at: Option<Span>,
}

impl Listed {
    /// What decides its place in the file; where it was read from does not.
    fn key(&self) -> impl Ord + '_ {
        let Self { file, resource, check, field, fingerprint, .. } = self;
        (file, resource, check, field, fingerprint)
    }

    /// The object and file in words, for messages.
    fn words(&self) -> String {
        match &self.resource {
            Some(resource) => format!("{resource} in {}", self.file),
            None => self.file.to_string(),
        }
    }
}

impl PartialEq for Listed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Listed {}

impl PartialOrd for Listed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Listed {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key()).then_with(|| self.count.cmp(&other.count))
    }
}

/// The object of a finding in words: `Deployment shop/web`, `Namespace shop`, `Job (no name)`.
fn subject_words(kind: &str, namespace: Option<&str>, name: Option<&str>) -> String {
    let name = name.unwrap_or("(no name)");
    match namespace {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}

/// What a finding is about, in words.
fn words_of(finding: &Finding) -> Option<String> {
    if let Some(about) = &finding.about {
        return Some(about.to_string());
    }
    let one = finding.subject.as_ref()?;
    Some(subject_words(&one.kind, one.namespace.as_deref(), one.name.as_deref()))
}

/// The path inside the object, where that is what the finding is about.
fn field_of(finding: &Finding) -> Option<&str> {
    let own = finding.stable_path.as_deref().filter(|_| finding.about.is_none());
    own.filter(|path| !path.is_empty())
}

/// The identity of a finding among those of its file, whichever of several alike it is; `path` is
/// relative to the folder of the baseline, so it is the same wherever a run was started.
fn identity(finding: &Finding, path: &str) -> Fingerprint {
    Fingerprint::of_finding(finding, path, 0)
}

impl Finding {
    /// True when it is there because the baseline lists it.
    pub fn is_in_baseline(&self) -> bool {
        matches!(self.fate, Fate::Suppressed { kind: KIND, .. })
    }
}

impl Baseline {
    /// A baseline of findings: of those that are open and those that a baseline holds back; what is
    /// suppressed otherwise needs no entry. `path` gives a file relative to the folder of the
    /// baseline, none for the baseline itself.
    pub fn of<'f>(
        findings: impl IntoIterator<Item = &'f Finding>,
        paths: Vec<String>,
        path: &dyn Fn(FileId) -> Option<Arc<str>>,
    ) -> Self {
        let mut entries = Vec::new();
        let mut last: Option<(FileId, Option<Arc<str>>)> = None;
        for finding in findings {
            if !finding.is_open() && !finding.is_in_baseline() {
                continue;
            }
            // Findings come by file.
            let of_file = match last.take() {
                Some((file, path)) if file == finding.at.file => path,
                _ => path(finding.at.file),
            };
            if let Some(file) = &of_file {
                entries.push(Listed {
                    file: Arc::clone(file),
                    resource: words_of(finding).map(Into::into),
                    check: finding.check.name.into(),
                    field: field_of(finding).map(Box::from),
                    fingerprint: identity(finding, file),
                    count: 1,
                    at: None,
                });
            }
            last = Some((finding.at.file, of_file));
        }
        let mut made = Self { paths, entries };
        made.settle();
        made
    }

    /// True when some entry has the identity of a finding, in whatever file it stands.
    pub fn lists(&self, finding: &Finding) -> bool {
        let print = identity(finding, "");
        self.entries.iter().any(|entry| entry.fingerprint == print)
    }

    /// Adds an entry; call [`Baseline::settle`] after the last one.
    pub fn add(&mut self, entry: Listed, count: u32) {
        self.entries.push(Listed { count, at: None, ..entry });
    }

    /// Sorts the entries, and joins those that are alike.
    pub fn settle(&mut self) {
        self.paths.sort_unstable();
        self.paths.dedup();
        self.entries.sort_unstable();
        self.entries.dedup_by(|later, kept| {
            let same = later.fingerprint == kept.fingerprint && later.key() == kept.key();
            if same {
                kept.count = kept.count.saturating_add(later.count);
            }
            same
        });
    }

    /// How many findings it stands for.
    pub fn count(&self) -> u64 {
        self.entries.iter().map(|entry| u64::from(entry.count)).sum()
    }
}

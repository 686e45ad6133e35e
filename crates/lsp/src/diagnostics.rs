//! Findings, errors of files and mistakes of configurations as diagnostics, file by file. What a file
//! has is hashed before anything is made of it: of ten thousand files, an edit changes few.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use foldhash::fast::FixedState;
use kubesift_engine::model::{BuildId, BuildKind};
use kubesift_engine::{Entry, Finding, Note, Severity, Trouble, TroubleKind};
use kubesift_project::{Analysis, ConfigErrors, KUSTOMIZATION_NAMES};
use kubesift_source::{FileId, SourceFile, Span};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, NumberOrString, Range, Uri,
};
use rayon::prelude::*;
use serde_json::json;

use crate::view::{FolderView, View};

/// The name of the program, as diagnostics give it.
pub(crate) const SOURCE: &str = "kubesift";

/// Diagnostics that are not worth handing to another thread.
pub(crate) const SHARE: usize = 128;

/// More builds than a person wants to read of in one place.
const BUILDS: usize = 5;

/// All that is to be said of the files of an analysis.
pub(crate) struct Report<'a> {
    view: &'a View,
    folder: &'a FolderView,
    analysis: &'a Analysis,
    /// By file, which is in the order of their paths.
    files: BTreeMap<FileId, Vec<Item<'a>>>,
    /// What is said of paths that could not be read at all.
    unread: BTreeMap<PathBuf, Vec<Item<'a>>>,
}

/// One thing to say.
#[derive(Clone, Copy)]
enum Item<'a> {
    Finding(&'a Finding),
    Trouble(&'a Trouble),
    /// The position of a problem of the configuration.
    Problem(usize),
}

/// What is said of one file.
#[derive(Clone, Copy)]
pub(crate) struct Said<'r> {
    /// The file.
    pub path: &'r Path,
    report: &'r Report<'r>,
    items: &'r [Item<'r>],
}

/// How places count in a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Places {
    /// By their bytes in this very text.
    Bytes,
    /// By what a client sees of them.
    Positions,
}

impl Said<'_> {
    /// The hash of it; that of nothing is 0. The same for the same words at the same positions.
    pub fn hash(&self) -> u64 {
        match self.items {
            [] => 0,
            items => self.report.hash(items, Places::Positions),
        }
    }

    /// Another hash, over bytes, so that no characters are counted: when it is the same, so is the
    /// other, as long as the files of the earlier report are alive. When it is another one, nothing
    /// follows.
    pub fn glance(&self) -> u64 {
        self.report.hash(self.items, Places::Bytes)
    }

    /// As the protocol has it. A file of tens of thousands of lines has thousands of them, so all cores
    /// take part.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let items = self.items.par_iter().with_min_len(SHARE);
        items.filter_map(|item| self.report.diagnostic(*item)).collect()
    }
}

impl<'a> Report<'a> {
    fn empty(view: &'a View, folder: &'a FolderView, analysis: &'a Analysis) -> Self {
        Self { view, folder, analysis, files: BTreeMap::new(), unread: BTreeMap::new() }
    }

    /// What an analysis says of the files that its folder speaks for.
    pub fn new(view: &'a View, folder: &'a FolderView, analysis: &'a Analysis) -> Self {
        let mut report = Self::empty(view, folder, analysis);
        let outcome = &analysis.outcome;
        // Findings stand by their files.
        for group in outcome.findings.chunk_by(|a, b| a.at.file == b.at.file) {
            let Some(first) = group.first() else { continue };
            let open = group.iter().filter(|finding| finding.is_open());
            report.add(first.at.file, open.map(Item::Finding));
        }
        for trouble in &outcome.errors {
            report.add_trouble(trouble);
        }
        for (at, problem) in analysis.problems.iter().enumerate() {
            if let Some(span) = problem.span {
                report.add(span.file, [Item::Problem(at)]);
            }
        }
        report
    }

    /// The same of some findings of it.
    pub fn of(
        view: &'a View,
        folder: &'a FolderView,
        analysis: &'a Analysis,
        findings: impl IntoIterator<Item = &'a Finding>,
    ) -> Self {
        let mut report = Self::empty(view, folder, analysis);
        for finding in findings {
            report.add(finding.at.file, [Item::Finding(finding)]);
        }
        report
    }

    fn add(&mut self, file: FileId, items: impl IntoIterator<Item = Item<'a>>) {
        let mut items = items.into_iter().peekable();
        let path = self.analysis.path_of(file);
        if items.peek().is_some() && path.is_some_and(|path| self.speaks_for(path)) {
            self.files.entry(file).or_default().extend(items);
        }
    }

    fn add_trouble(&mut self, trouble: &'a Trouble) {
        let path = self.folder.place.real.join(&*trouble.path);
        let file = trouble.at.map(|at| at.file).or_else(|| self.analysis.file_at(&path));
        match file {
            Some(file) => self.add(file, [Item::Trouble(trouble)]),
            None if self.speaks_for(&path) => {
                self.unread.entry(path).or_default().push(Item::Trouble(trouble));
            }
            None => {}
        }
    }

    /// A folder within another one speaks for its own files, although the outer one sees them.
    fn speaks_for(&self, path: &Path) -> bool {
        let alone = self.view.folders.len() == 1;
        alone || self.view.folder(path).is_none_or(|owner| owner.id == self.folder.id)
    }

    fn items(&self, path: &Path) -> &[Item<'a>] {
        let of_file = self.analysis.file_at(path).and_then(|file| self.files.get(&file));
        of_file.or_else(|| self.unread.get(path)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The files of which something is said.
    pub fn files(&self) -> impl Iterator<Item = Said<'_>> {
        let path = |file: &FileId| self.analysis.path_of(*file);
        let files = self.files.iter().filter_map(move |(file, items)| Some((path(file)?, items)));
        let unread = self.unread.iter().map(|(path, items)| (path.as_path(), items));
        files.chain(unread).map(|(path, items)| Said { report: self, path, items })
    }

    /// What is said of a file, which may be nothing.
    pub fn said<'r>(&'r self, path: &'r Path) -> Said<'r> {
        Said { report: self, path, items: self.items(path) }
    }

    fn hash(&self, items: &[Item<'_>], places: Places) -> u64 {
        let mut hasher = FixedState::default().build_hasher();
        for item in items {
            match item {
                Item::Finding(finding) => self.hash_finding(finding, places, &mut hasher),
                Item::Trouble(trouble) => {
                    (trouble.kind, &trouble.message, &trouble.help).hash(&mut hasher);
                    self.hash_place(trouble.at, places, &mut hasher);
                }
                Item::Problem(at) => {
                    if let Some(problem) = self.analysis.problems.get(*at) {
                        (problem.level, &problem.message, &problem.help).hash(&mut hasher);
                        self.hash_place(problem.span, places, &mut hasher);
                    }
                }
            }
        }
        hasher.finish().max(1)
    }

    fn hash_finding(&self, finding: &Finding, places: Places, hasher: &mut impl Hasher) {
        (finding.check.name, finding.severity, &finding.message).hash(hasher);
        finding.fingerprint.hash(hasher);
        self.hash_place(Some(finding.at), places, hasher);
        for note in finding.related.iter().chain(&finding.hops) {
            note.message.hash(hasher);
            self.hash_place(Some(note.at), places, hasher);
        }
        for build in self.overlays(finding) {
            self.analysis.outcome.builds.get(build.0 as usize).map(|one| &one.name).hash(hasher);
        }
    }

    fn hash_place(&self, at: Option<Span>, places: Places, hasher: &mut impl Hasher) {
        let file = at.and_then(|at| self.analysis.outcome.files.get(at.file.0 as usize));
        let Some((file, at)) = file.zip(at) else { return };
        match places {
            Places::Bytes => (Arc::as_ptr(file), at.start, at.end).hash(hasher),
            Places::Positions => {
                let range = self.view.encoding().range(file, at);
                (&file.path, range.start.line, range.start.character).hash(hasher);
                (range.end.line, range.end.character).hash(hasher);
            }
        }
    }

    /// The files that the places of this report lie in.
    pub fn sources(&self) -> &[Arc<SourceFile>] {
        &self.analysis.outcome.files
    }

    fn diagnostic(&self, item: Item<'_>) -> Option<Diagnostic> {
        let file = |at: Span| self.analysis.outcome.files.get(at.file.0 as usize);
        let range = |at: Option<Span>| {
            let found = at.and_then(|at| Some((file(at)?, at)));
            found.map_or_else(Range::default, |(file, at)| self.view.encoding().range(file, at))
        };
        match item {
            Item::Finding(finding) => Some(self.finding(finding)),
            Item::Trouble(trouble) => Some(Diagnostic {
                range: range(trouble.at),
                severity: Some(match trouble.kind {
                    TroubleKind::Panic => DiagnosticSeverity::WARNING,
                    _ => DiagnosticSeverity::ERROR,
                }),
                code: Some(NumberOrString::String(trouble.kind.name().to_owned())),
                source: Some(SOURCE.to_owned()),
                message: with_help(&trouble.message, trouble.help.as_deref()),
                ..Diagnostic::default()
            }),
            Item::Problem(at) => {
                let problem = self.analysis.problems.get(at)?;
                let help = problem.help.as_deref();
                Some(configuration(
                    range(problem.span),
                    &problem.message,
                    help,
                    problem.level.is_error(),
                ))
            }
        }
    }

    /// A finding as a diagnostic.
    pub fn finding(&self, finding: &Finding) -> Diagnostic {
        let features = &self.view.client.features;
        let range = self.view.range(self.analysis, finding.at).unwrap_or_default();
        let mut message = finding.message.clone();
        let mut related = Vec::new();
        if features.related_information {
            related.extend(
                finding.related.iter().chain(&finding.hops).filter_map(|note| self.note(note)),
            );
            related.extend(self.overlays(finding).filter_map(|build| self.build(build)));
        } else {
            message.push_str(&self.in_builds(finding));
        }
        let href = features.code_description.then(|| Uri::from_str(&finding.check.url()).ok());
        let tags = tags(finding.check);
        let tags = tags.filter(|tag| features.tags.contains(&number(tag))).map(|tag| vec![tag]);
        Diagnostic {
            range,
            severity: Some(severity(finding.severity)),
            code: Some(NumberOrString::String(finding.check.name.to_owned())),
            code_description: href.flatten().map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: Some(related).filter(|related| !related.is_empty()),
            tags,
            data: Some(json!({ "fingerprint": finding.fingerprint.to_string() })),
        }
    }

    fn note(&self, note: &Note) -> Option<DiagnosticRelatedInformation> {
        let location = self.view.location(self.analysis, note.at)?;
        Some(DiagnosticRelatedInformation { location, message: note.message.clone() })
    }

    /// The kustomizations that a finding was found in: whoever edits a base wants to know.
    fn overlays(&self, finding: &Finding) -> impl Iterator<Item = BuildId> {
        let is_overlay = |build: &&BuildId| {
            let build = self.analysis.outcome.builds.get(build.0 as usize);
            build.is_some_and(|build| build.kind == BuildKind::Kustomization)
        };
        finding.builds.iter().filter(is_overlay).take(BUILDS).copied()
    }

    fn build(&self, build: BuildId) -> Option<DiagnosticRelatedInformation> {
        let name = &self.analysis.outcome.builds.get(build.0 as usize)?.name;
        let folder = match &**name {
            "." => self.folder.place.real.clone(),
            name => self.folder.place.real.join(name),
        };
        let mut files = KUSTOMIZATION_NAMES.iter().map(|file| folder.join(file));
        let file = files.find(|file| self.analysis.file_at(file).is_some())?;
        let location = Location { uri: self.view.uri(&file)?, range: Range::default() };
        let message = format!("in the build {name}");
        Some(DiagnosticRelatedInformation { location, message })
    }

    fn in_builds(&self, finding: &Finding) -> String {
        let builds = &self.analysis.outcome.builds;
        let name = |build: BuildId| Some(&*builds.get(build.0 as usize)?.name);
        let names: Vec<&str> = self.overlays(finding).filter_map(name).collect();
        match names.is_empty() {
            true => String::new(),
            false => format!(" (in {})", names.join(", ")),
        }
    }
}

/// What is wrong with configuration files, by file.
pub(crate) fn of_configuration(
    view: &View,
    folder: &FolderView,
    errors: &ConfigErrors,
) -> Vec<(PathBuf, Vec<Diagnostic>)> {
    let mut all: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    let path = |file: &Arc<SourceFile>| folder.place.real.join(&*file.path);
    for file in &errors.files {
        all.insert(path(file), Vec::new());
    }
    for problem in &errors.problems {
        let Some(span) = problem.span else { continue };
        let Some(file) = errors.files.get(span.file.0 as usize) else { continue };
        let range = view.encoding().range(file, span);
        let (help, is_error) = (problem.help.as_deref(), problem.level.is_error());
        let diagnostic = configuration(range, &problem.message, help, is_error);
        all.entry(path(file)).or_default().push(diagnostic);
    }
    all.into_iter().collect()
}

fn configuration(range: Range, message: &str, help: Option<&str>, is_error: bool) -> Diagnostic {
    let severity = if is_error { DiagnosticSeverity::ERROR } else { DiagnosticSeverity::WARNING };
    Diagnostic {
        range,
        severity: Some(severity),
        code: Some(NumberOrString::String("configuration".to_owned())),
        source: Some(SOURCE.to_owned()),
        message: with_help(message, help),
        ..Diagnostic::default()
    }
}

/// The hash of diagnostics that are made already; that of none is 0.
pub(crate) fn hash_of(diagnostics: &[Diagnostic]) -> u64 {
    if diagnostics.is_empty() {
        return 0;
    }
    let text = serde_json::to_string(diagnostics).unwrap_or_default();
    FixedState::default().hash_one(text).max(1)
}

fn with_help(message: &str, help: Option<&str>) -> String {
    match help {
        Some(help) => format!("{message}\n{help}"),
        None => message.to_owned(),
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Critical | Severity::High => DiagnosticSeverity::ERROR,
        Severity::Medium => DiagnosticSeverity::WARNING,
        Severity::Low => DiagnosticSeverity::INFORMATION,
        Severity::Info => DiagnosticSeverity::HINT,
    }
}

/// A check is named after the bad thing, so its name says whether that is of no use or out of date.
fn tags(check: &Entry) -> Option<DiagnosticTag> {
    let has = |word: &str| check.name.split('-').any(|part| part == word);
    if has("deprecated") || has("removed") {
        return Some(DiagnosticTag::DEPRECATED);
    }
    (has("unused") || has("dead")).then_some(DiagnosticTag::UNNECESSARY)
}

fn number(tag: &DiagnosticTag) -> i64 {
    if *tag == DiagnosticTag::UNNECESSARY { 1 } else { 2 }
}

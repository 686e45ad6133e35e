//! The JSON report, version 1. Its fields are a promise: they may grow, none is renamed or removed.

use std::io::{self, Write};

use kubesift_engine::{Fate, Finding, Fix, Note, Outcome, Severity, Subject, Trouble};
use kubesift_source::{Column, Span};
use serde::Serialize;

use crate::Options;
use crate::place::Places;

pub(crate) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome, Column::Chars);
    let report = Report {
        schema_version: 1,
        tool: Tool { name: "kubesift", version: &options.version },
        kubernetes_version: outcome.kubernetes_version.to_string(),
        summary: SummaryView::of(outcome),
        findings: options
            .listed(outcome)
            .map(|finding| FindingView::of(finding, outcome, &places))
            .collect(),
        errors: outcome.errors.iter().map(|trouble| ErrorView::of(trouble, &places)).collect(),
        remarks: &outcome.remarks,
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Report<'a> {
    schema_version: u8,
    tool: Tool<'a>,
    kubernetes_version: String,
    summary: SummaryView,
    findings: Vec<FindingView<'a>>,
    errors: Vec<ErrorView<'a>>,
    remarks: &'a [String],
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct SummaryView {
    files: Files,
    resources: u32,
    builds: usize,
    findings: Counts,
    suppressed: usize,
    /// Of those that are suppressed; left out where no baseline holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_baseline: Option<usize>,
}

#[derive(Serialize)]
struct Files {
    walked: u32,
    checked: u32,
    not_kubernetes: u32,
    failed: u32,
    left_out: u32,
}

#[derive(Serialize)]
struct Counts {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    info: usize,
}

impl SummaryView {
    fn of(outcome: &Outcome) -> Self {
        let summary = &outcome.summary;
        Self {
            files: Files {
                walked: summary.walked,
                checked: summary.checked,
                not_kubernetes: summary.not_kubernetes,
                failed: summary.failed,
                left_out: summary.left_out,
            },
            resources: summary.resources,
            builds: outcome.builds.len(),
            findings: Counts {
                critical: outcome.count(Severity::Critical),
                high: outcome.count(Severity::High),
                medium: outcome.count(Severity::Medium),
                low: outcome.count(Severity::Low),
                info: outcome.count(Severity::Info),
            },
            suppressed: outcome.findings.len() - outcome.open().count(),
            in_baseline: outcome.baseline.as_ref().map(|_| outcome.in_baseline()),
        }
    }
}

#[derive(Serialize)]
struct FindingView<'a> {
    check: &'a str,
    family: &'a str,
    severity: &'a str,
    security_severity: f32,
    confidence: &'a str,
    message: &'a str,
    location: Location<'a>,
    related: Vec<Related<'a>>,
    hops: Vec<Related<'a>>,
    resource: Option<ResourceView<'a>>,
    object_path: Option<&'a str>,
    covers: &'a [&'static str],
    builds: Vec<&'a str>,
    fix: Option<FixView<'a>>,
    suppression: Option<Suppression<'a>>,
    fingerprint: String,
}

impl<'a> FindingView<'a> {
    fn of(finding: &'a Finding, outcome: &'a Outcome, places: &Places<'a>) -> Self {
        let builds = finding.builds.iter().filter_map(|id| outcome.builds.get(id.0 as usize));
        Self {
            check: finding.check.name,
            family: finding.check.family,
            severity: finding.severity.name(),
            security_severity: finding.check.check.score,
            confidence: finding.confidence.name(),
            message: &finding.message,
            location: Location::of(finding.at, places),
            related: Related::all(&finding.related, places),
            hops: Related::all(&finding.hops, places),
            resource: finding.subject.as_ref().map(ResourceView::of),
            object_path: finding.object_path.as_deref(),
            covers: &finding.covers,
            builds: builds.map(|build| &*build.name).collect(),
            fix: finding.fix.as_ref().map(|fix| FixView::of(fix, places)),
            suppression: match &finding.fate {
                Fate::Open => None,
                Fate::Suppressed { kind, reason } => Some(Suppression { kind, reason }),
            },
            fingerprint: finding.fingerprint.to_string(),
        }
    }
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location<'a>,
}

impl<'a> Related<'a> {
    fn all(notes: &'a [Note], places: &Places<'a>) -> Vec<Self> {
        let view = |note: &'a Note| Self {
            message: &note.message,
            location: Location::of(note.at, places),
        };
        notes.iter().map(view).collect()
    }
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct ResourceView<'a> {
    #[serde(rename = "apiVersion")]
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'a> ResourceView<'a> {
    fn of(subject: &'a Subject) -> Self {
        Self {
            api_version: &subject.api_version,
            kind: &subject.kind,
            namespace: subject.namespace.as_deref(),
            name: subject.name.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct FixView<'a> {
    title: &'a str,
    safety: &'a str,
    edits: Vec<EditView<'a>>,
}

impl<'a> FixView<'a> {
    fn of(fix: &'a Fix, places: &Places<'a>) -> Self {
        let edits = fix
            .edits
            .iter()
            .map(|edit| EditView { location: Location::of(edit.span, places), text: &edit.text });
        Self { title: &fix.title, safety: fix.safety.name(), edits: edits.collect() }
    }
}

#[derive(Serialize)]
struct EditView<'a> {
    #[serde(flatten)]
    location: Location<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    start: Option<Point>,
    end: Option<Point>,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    offset: u32,
}

impl<'a> Location<'a> {
    fn of(span: Span, places: &Places<'a>) -> Self {
        let Some(file) = places.file(span) else {
            return Self { path: "", start: None, end: None };
        };
        let point = |offset| {
            let position = places.position(file, offset);
            let offset = places.disk_offset(file, offset);
            Some(Point { line: position.line, column: position.column, offset })
        };
        Self { path: &file.path, start: point(span.start), end: point(span.end) }
    }
}

#[derive(Serialize)]
struct ErrorView<'a> {
    kind: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    location: Location<'a>,
}

impl<'a> ErrorView<'a> {
    fn of(trouble: &'a Trouble, places: &Places<'a>) -> Self {
        let location = match trouble.at {
            Some(span) => Location::of(span, places),
            None => Location { path: &trouble.path, start: None, end: None },
        };
        Self {
            kind: trouble.kind.name(),
            message: &trouble.message,
            help: trouble.help.as_deref(),
            location,
        }
    }
}

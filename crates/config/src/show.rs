//! The settings as they hold, for `kubesift config show`: a configuration file that says all, with
//! where each value came from beside it.

use std::fmt::{Display, Write as _};

use kubesift_engine::{BASELINE_FILE_NAME, OptValue};

use crate::options::BaselineFile;
use crate::rules::Scope;
use crate::settings::Settings;
use crate::sourced::{Source, Sourced};

/// Where the column of origins begins.
const COLUMN: usize = 44;

struct Page {
    text: String,
    origins: bool,
}

impl Page {
    fn line(&mut self, line: impl Display, source: &Source) {
        let start = self.text.len();
        let _ = write!(self.text, "{line}");
        if self.origins {
            let width = self.text[start..].chars().count();
            let _ = write!(self.text, "{:1$}  # {source}", "", COLUMN.saturating_sub(width));
        }
        self.text.push('\n');
    }

    fn head(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// The settings of the whole project as YAML; with `origins`, where each came from. What
/// `overrides` and files in folders say is not in it: ask for the scope of a file.
pub fn show(settings: &Settings, scope: &Scope, origins: bool) -> String {
    let mut page = Page { text: String::new(), origins };
    let Settings { profile, kubernetes_version, fail_on, .. } = settings;
    page.line(format_args!("profile: {}", profile.value), &profile.source);
    page.line(
        format_args!("kubernetesVersion: \"{}\"", kubernetes_version.value),
        &kubernetes_version.source,
    );
    page.line(format_args!("failOn: {}", fail_on.value.name()), &fail_on.source);
    let (severity, confidence) = (&settings.min_severity, &settings.min_confidence);
    page.line(format_args!("minSeverity: {}", severity.value), &severity.source);
    page.line(format_args!("minConfidence: {}", confidence.value), &confidence.source);
    for (name, flag) in [
        ("requireReason", &settings.require_reason),
        ("foreignSuppressions", &settings.foreign_suppressions),
    ] {
        page.line(format_args!("{name}: {}", flag.value), &flag.source);
    }
    baseline(settings, &mut page);
    if let Some(jobs) = &settings.jobs {
        page.line(format_args!("# jobs: {}", jobs.value), &jobs.source);
    }
    if !settings.include.is_empty() || !settings.exclude.is_empty() {
        page.head("paths:");
        for (name, patterns) in [("include", &settings.include), ("exclude", &settings.exclude)] {
            if !patterns.is_empty() {
                page.head(&format!("  {name}:"));
            }
            for pattern in patterns {
                page.line(format_args!("    - {}", quoted(pattern.value.text())), &pattern.source);
            }
        }
    }
    checks(settings, scope, &mut page);
    if !settings.workloads.is_empty() {
        page.head("workloads:");
    }
    for workload in &settings.workloads {
        let value = &workload.value;
        let line = format!(
            "  - {{group: {}, kind: {}, podTemplate: {}}}",
            quoted(&value.group),
            quoted(&value.kind),
            quoted(&value.pod_template)
        );
        page.line(line, &workload.source);
    }
    if !settings.external.is_empty() {
        page.head("external:");
    }
    for item in &settings.external {
        page.line(format_args!("  - {}", quoted(&item.value.text)), &item.source);
    }
    if !settings.complete.is_empty() {
        page.head("complete:");
    }
    for item in &settings.complete {
        page.line(format_args!("  - {}", quoted(item.value.text())), &item.source);
    }
    page.text
}

fn baseline(settings: &Settings, page: &mut Page) {
    let Sourced { value, source } = &settings.baseline;
    match value {
        // Whoever names a file wants it to be there; the usual one need not be.
        BaselineFile::Usual => {
            page.line(format_args!("# baseline: {BASELINE_FILE_NAME}, if it is there"), source);
        }
        BaselineFile::At(path) => page.line(format_args!("baseline: {}", quoted(path)), source),
        BaselineFile::Off => page.line("# baseline: none", source),
    }
}

fn checks(settings: &Settings, scope: &Scope, page: &mut Page) {
    let states = settings.states(scope);
    let selected: Vec<&str> =
        states.iter().filter(|state| state.on.value).map(|state| state.entry.name).collect();
    page.head("checks:");
    // Without it the profile's other checks would run when this text is used as a file.
    if selected.is_empty() {
        page.head("  select: []");
        return;
    }
    page.head("  select:");
    for state in states.iter().filter(|state| state.on.value) {
        page.line(format_args!("    - {}", state.entry.name), &state.on.source);
    }
    for state in states.iter().filter(|state| state.on.value) {
        let name = state.entry.name;
        match &state.severity {
            Some(severity) if state.values.is_empty() => {
                page.line(format_args!("  {name}: {}", severity.value), &severity.source);
            }
            _ => {
                if !state.values.is_empty() {
                    page.head(&format!("  {name}:"));
                }
                if let Some(severity) = &state.severity {
                    page.line(format_args!("    severity: {}", severity.value), &severity.source);
                }
                for (option, value) in &state.values {
                    let shown = shown(&value.value);
                    page.line(format_args!("    {option}: {shown}"), &value.source);
                }
            }
        }
    }
}

fn shown(value: &OptValue) -> String {
    match value {
        OptValue::Bool(value) => value.to_string(),
        OptValue::Int(value) => value.to_string(),
        OptValue::Text(text) => quoted(text),
        OptValue::List(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            format!("[{}]", texts.join(", "))
        }
    }
}

/// A JSON string, which YAML reads as the same text.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

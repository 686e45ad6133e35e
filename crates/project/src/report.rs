//! The outcome: how each file ended, what to say once, and the counts.

use std::sync::Arc;

use kubesift_engine::{Entry, FileFate, FileReport, Finding, Outcome, Summary, Trouble, Version};
use kubesift_model::{Build, Resource};
use kubesift_source::SourceFile;

use crate::files::Read;
use crate::inputs::Inputs;
use crate::overlays::{Overlay, Overlays};
use crate::sort::Sorted;

/// What the outcome is made of.
pub(crate) struct Parts<'a> {
    pub inputs: &'a Inputs,
    pub sorted: &'a Sorted,
    pub overlays: &'a Overlays,
    pub reads: Vec<Arc<Read>>,
    pub files: Vec<Arc<SourceFile>>,
    pub resources: &'a [Resource],
    /// Number of resources that stand in files; those that were built come after.
    pub plain: usize,
    /// Number of resources that are no kustomizations.
    pub objects: usize,
    pub builds: Vec<Build>,
    /// The id of the first input's file.
    pub first: u32,
    pub findings: Vec<Finding>,
    /// Those of checks and of reading; those of walking are in the inputs.
    pub troubles: Vec<Trouble>,
    pub checks: Vec<&'static Entry>,
    pub kubernetes_version: Version,
    /// The baseline that holds, as reports show it.
    pub baseline: Option<Arc<str>>,
}

/// Puts the outcome together.
pub(crate) fn report(parts: Parts<'_>) -> Outcome {
    let mut errors = parts.troubles;
    errors.extend(parts.inputs.troubles.iter().cloned());
    let place = |trouble: &Trouble| trouble.at.map_or(0, |at| at.start);
    errors.sort_by(|a, b| {
        let (x, y) = ((&a.path, place(a), a.kind), (&b.path, place(b), b.kind));
        x.cmp(&y).then_with(|| a.message.cmp(&b.message))
    });
    errors.dedup();

    let remarks = remarks(parts.sorted, parts.overlays, &parts.reads);
    let mut summary = Summary {
        resources: parts.objects as u32,
        charts: parts.sorted.charts.len() as u32,
        kustomizations: parts.sorted.kustomizations.len() as u32,
        ..Summary::default()
    };
    let mut builds =
        builds_of(parts.reads.len(), &parts.builds, &parts.resources[..parts.plain], parts.first);
    for (at, (_, names)) in &parts.overlays.fates {
        builds[*at].extend(names.iter().cloned());
    }
    let mut reports = parts.inputs.settled.clone();
    for (at, (input, read)) in parts.inputs.files.iter().zip(parts.reads).enumerate() {
        let builds = std::mem::take(&mut builds[at]);
        reports.push(FileReport { path: input.path.clone(), fate: read.fate.clone(), builds });
    }
    reports.sort_by(|a, b| a.path.cmp(&b.path));
    for report in &reports {
        summary.walked += 1;
        *match &report.fate {
            FileFate::Checked { .. } => &mut summary.checked,
            FileFate::NotKubernetes(_) => &mut summary.not_kubernetes,
            FileFate::Failed => &mut summary.failed,
            FileFate::LeftOut(_) => &mut summary.left_out,
        } += 1;
    }
    Outcome {
        files: parts.files,
        builds: parts.builds,
        findings: parts.findings,
        errors,
        checks: parts.checks,
        reports,
        remarks,
        summary,
        kubernetes_version: parts.kubernetes_version,
        baseline: parts.baseline,
    }
}

/// The names of the builds that use each input's file.
fn builds_of(
    inputs: usize,
    builds: &[Build],
    resources: &[Resource],
    first: u32,
) -> Vec<Vec<Arc<str>>> {
    let mut of = vec![Vec::new(); inputs];
    for build in builds {
        let mut last = None;
        for id in &build.resources {
            let Some(resource) = resources.get(id.0 as usize) else { break };
            let at = (resource.file().id.0 - first) as usize;
            // Resources are in the order of their files.
            if last.replace(at) != Some(at) {
                of[at].push(build.name.clone());
            }
        }
    }
    of
}

/// More names than a person wants to read in one line.
const NAMES: usize = 5;

fn remarks(sorted: &Sorted, overlays: &Overlays, reads: &[Arc<Read>]) -> Vec<String> {
    let mut remarks = Vec::new();
    if !sorted.charts.is_empty() {
        let (count, names) = (count(sorted.charts.len(), "chart"), listed(&sorted.charts));
        remarks.push(format!("{count} not rendered, so templates were not checked: {names}"));
    }
    let holed = |overlay: &&Arc<Overlay>| !overlay.built.complete || !overlay.built.is_ok();
    let holed: Vec<String> =
        overlays.all.iter().filter(holed).map(|overlay| overlay.name.to_string()).collect();
    if !holed.is_empty() {
        let (count, names) = (count(holed.len(), "kustomization"), listed(&holed));
        remarks.push(format!(
            "{count} built without what is remote, a chart, a plugin or in error: {names}"
        ));
    }
    let path = |read: &Arc<Read>| read.file.path.to_string();
    // A file that is nothing else is listed as left out.
    let partly =
        |read: &&Arc<Read>| read.templates > 0 && !matches!(read.fate, FileFate::LeftOut(_));
    let templates: Vec<String> = reads.iter().filter(partly).map(path).collect();
    if !templates.is_empty() {
        let names = listed(&templates);
        remarks.push(format!("documents that are templates were left out of files: {names}"));
    }
    let doubts: Vec<String> = reads
        .iter()
        .flat_map(|read| read.doubts.iter().map(move |(why, at)| (read, why, at)))
        .map(|(read, why, at)| {
            let line = read.file.lines().line_of(at.start) + 1;
            format!("{}:{line} ({why})", read.file.path)
        })
        .collect();
    if !doubts.is_empty() {
        let names = listed(&doubts);
        remarks.push(format!("documents that may be mistakes were not checked: {names}"));
    }
    remarks
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what} was") } else { format!("{number} {what}s were") }
}

fn listed(names: &[String]) -> String {
    let head = names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => head,
        more => format!("{head} and {more} more"),
    }
}

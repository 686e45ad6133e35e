//! What becomes of findings: suppressions, the configuration's ignores, the template behind rendered
//! text, the baseline, and the final order.

use std::sync::Arc;

use foldhash::HashSet;
use kubesift_config::{Facts, Settings, Uses};
use kubesift_engine::{Entry, Finding, Left, Note, Parts, Plan, Suppressions, merge};
use kubesift_model::Resource;
use kubesift_source::{FileId, SourceFile, Span};
use kubesift_yaml::Tree;

use crate::baseline::Holding;
use crate::home::Homes;

/// What findings are settled with.
pub(crate) struct Material<'a> {
    pub findings: Vec<Finding>,
    /// All files, by id.
    pub files: &'a [Arc<SourceFile>],
    pub trees: &'a [Arc<Tree>],
    /// The files that suppressions may stand in.
    pub marked: &'a HashSet<FileId>,
    pub resources: &'a [Resource],
    /// From what was built to what is written.
    pub homes: &'a Homes<'a>,
    /// The path of a file as the configuration speaks of it.
    pub path: &'a (dyn Fn(FileId) -> Arc<str> + Sync),
    pub entries: &'static [Entry],
    pub settings: &'a Settings,
    pub plan: &'a dyn Fn(Option<&Resource>) -> &'a Plan,
    /// The baseline that holds.
    pub baseline: Option<&'a Holding<'a>>,
}

/// Findings in their final order, and the entries of the configuration that settled some.
pub(crate) struct Settled {
    pub findings: Vec<Finding>,
    pub uses: Uses,
    /// The entries of the baseline that hold too much.
    pub left: Vec<Left>,
    /// Why it is not known which of them are stale.
    pub doubt: Option<&'static str>,
}

/// Settles the fate of findings.
pub(crate) fn settle(material: Material<'_>) -> Settled {
    let Material {
        mut findings,
        files,
        trees,
        marked,
        resources,
        homes,
        path,
        entries,
        settings,
        plan,
        baseline,
    } = material;
    if homes.is_empty() {
        findings = merge(findings, files);
    } else {
        // What several builds say is settled for each, as an overlay may excuse what another does
        // not; so it is joined afterwards.
        findings.retain_mut(|finding| homes.bring(finding));
    }
    let home = |at| homes.span(at);
    let is_part = |file| homes.is_part(file);
    let suppressions =
        Suppressions::collect(trees, resources, marked, entries, settings.suppressions())
            .with_parts(Parts { home: &home, is_part: &is_part });
    let mut said = suppressions.apply(&mut findings, plan);
    said.retain_mut(|finding| homes.bring(finding));
    let mut uses = Uses::default();
    let mut excuse = |finding: &mut Finding| {
        let subject = finding.subject.as_ref();
        let resource = subject.and_then(|subject| resources.get(subject.id.0 as usize));
        let ignored = settings.has_ignores().then(|| finding.places().collect::<Vec<Span>>());
        for place in ignored.unwrap_or_default() {
            let path = path(place.file);
            let fate = settings.fate(&Facts { finding, path: &path, resource }, &mut uses);
            if let Some(fate) = fate.filter(|_| finding.is_open()) {
                finding.fate = fate;
            }
        }
        if let Some(from) = resource.and_then(|resource| resource.rendered_from.as_ref()) {
            let message = format!("rendered from {}", from.template);
            finding.related.push(Note { message, at: from.comment });
        }
    };
    findings.iter_mut().chain(&mut said).for_each(&mut excuse);
    if !said.is_empty() || !homes.is_empty() {
        findings.extend(said);
        findings = merge(findings, files);
    }
    let (mut left, mut doubt) = (Vec::new(), None);
    if let Some(baseline) = baseline {
        // Only now it is settled which findings are one: an entry counts them.
        let mut stale;
        (stale, left, doubt) = baseline.hold(&mut findings);
        if !stale.is_empty() {
            stale.iter_mut().for_each(&mut excuse);
            findings.extend(stale);
            findings = merge(findings, files);
        }
    }
    findings.retain(|finding| settings.shows(finding.severity, finding.confidence));
    Settled { findings, uses, left, doubt }
}

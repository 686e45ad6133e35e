//! What becomes of findings: suppressions, the configuration's ignores, the template behind rendered
//! text, and the final order.

use std::sync::Arc;

use kubesift_config::{Facts, Settings, Uses};
use kubesift_engine::{Entry, Finding, Note, Plan, Suppressions, merge};
use kubesift_model::Resource;
use kubesift_source::SourceFile;
use kubesift_yaml::Tree;

/// What findings are settled with.
pub(crate) struct Material<'a> {
    pub findings: Vec<Finding>,
    /// All files, by id.
    pub files: &'a [Arc<SourceFile>],
    pub trees: &'a [Arc<Tree>],
    pub resources: &'a [Resource],
    /// The path of each input from the root of the project.
    pub paths: &'a [Arc<str>],
    /// The id of the first input's file.
    pub first: u32,
    pub entries: &'static [Entry],
    pub settings: &'a Settings,
    pub plan: &'a dyn Fn(Option<&Resource>) -> &'a Plan,
}

/// Findings in their final order, and the entries of the configuration that settled some.
pub(crate) struct Settled {
    pub findings: Vec<Finding>,
    pub uses: Uses,
}

/// Settles the fate of findings.
pub(crate) fn settle(material: Material<'_>) -> Settled {
    let Material { findings, files, trees, resources, paths, first, entries, settings, plan } =
        material;
    let mut findings = merge(findings, files);
    let suppressions = Suppressions::collect(trees, resources, entries, settings.suppressions());
    let said = suppressions.apply(&mut findings, plan);
    if !said.is_empty() {
        findings.extend(said);
        findings = merge(findings, files);
    }
    let mut uses = Uses::default();
    for finding in &mut findings {
        let subject = finding.subject.as_ref();
        let resource = subject.and_then(|subject| resources.get(subject.id.0 as usize));
        let input = finding.at.file.0.checked_sub(first);
        let path = input.and_then(|at| paths.get(at as usize)).map_or("", |path| &**path);
        let fate = settings.fate(&Facts { finding, path, resource }, &mut uses);
        if let Some(fate) = fate.filter(|_| finding.is_open()) {
            finding.fate = fate;
        }
        if let Some(from) = resource.and_then(|resource| resource.rendered_from.as_ref()) {
            let message = format!("rendered from {}", from.template);
            finding.related.push(Note { message, at: from.comment });
        }
    }
    findings.retain(|finding| settings.shows(finding.severity, finding.confidence));
    Settled { findings, uses }
}

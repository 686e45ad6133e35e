//! SARIF 2.1.0, as GitHub code scanning wants it at the first upload: relative URIs, tight regions,
//! rules with help, and fingerprints that keep an alert the same alert when lines move.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::rc::Rc;

use kubesift_engine::{
    Confidence, Entry, Fate, FileFate, Finding, Fix, Outcome, Ref, Subject, Trouble,
};
use kubesift_source::{Column, FileId, SourceFile, Span};
use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, CodeFlow, Fix as SarifFix, Invocation,
    Location, LogicalLocation, Message, MultiformatMessageString, Notification, PhysicalLocation,
    PropertyBag, Region, Replacement, ReportingConfiguration, ReportingDescriptor,
    ReportingDescriptorReference, ReportingDescriptorRelationship, Result as SarifResult,
    ResultLevel, Run, RunAutomationDetails, Sarif, Suppression, ThreadFlow, ThreadFlowLocation,
    Tool, ToolComponent, ToolComponentReference, VersionControlDetails,
};

use crate::hide::{Hidden, Hide};
use crate::line_hash::line_hashes;
use crate::place::{Places, from_root, lines_of, tight};
use crate::prose::{advice, markdown, reason, with_stop};
use crate::{Level, Options, count};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const ROOT: &str = "SRCROOT";
const HOME: &str = "https://kubesift.dev";
/// GitHub shows so many tags of a rule.
const MOST_TAGS: usize = 10;
/// GitHub cuts descriptions here.
const MOST_DESCRIPTION: usize = 1_024;
/// The longest text copied out of a file, in bytes.
const MOST_SNIPPET: usize = 1_000;

pub(crate) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome, Column::Utf16);
    let hidden = Hidden::new(outcome);
    let (kept, dropped) = capped(outcome, options);
    let rules = Rules::new(outcome, options, &kept);
    let mut report = Report {
        outcome,
        options,
        places: &places,
        hidden: &hidden,
        rules,
        hashes: HashMap::new(),
    };
    let results = kept.iter().map(|finding| report.result(finding)).collect::<Vec<_>>();
    let run = report.run(results, dropped);
    let sarif = Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build();
    serde_json::to_writer_pretty(&mut *out, &sarif)?;
    writeln!(out)
}

/// The findings to report, in their order, and how many were left out: when there are too many,
/// the worst and surest stay.
fn capped<'o>(outcome: &'o Outcome, options: &Options) -> (Vec<&'o Finding>, usize) {
    let all: Vec<&Finding> = options.listed(outcome).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| (Reverse(all[*at].severity), Reverse(all[*at].confidence), *at));
    order.truncate(options.sarif_max_results);
    order.sort_unstable();
    (order.iter().map(|at| all[*at]).collect(), all.len() - order.len())
}

struct Report<'a> {
    outcome: &'a Outcome,
    options: &'a Options,
    places: &'a Places<'a>,
    hidden: &'a Hidden<'a>,
    rules: Rules,
    /// Hashes of lines by file.
    hashes: HashMap<FileId, Rc<[String]>>,
}

impl Report<'_> {
    fn run(self, results: Vec<SarifResult>, dropped: usize) -> Run {
        let options = self.options;
        let invocation = Invocation::builder()
            .execution_successful(self.is_complete())
            .tool_execution_notifications(self.notifications(dropped))
            .build();
        let taxonomies = self.rules.taxonomies.components();
        let mut driver = ToolComponent::builder()
            .name("kubesift")
            .full_name(format!("kubesift {}", options.version))
            .semantic_version(&options.version)
            .information_uri(HOME)
            .rules(self.rules.descriptors)
            .notifications(notification_descriptors())
            .build();
        if !taxonomies.is_empty() {
            let names = taxonomies.iter().enumerate();
            let references = names.map(|(at, taxonomy)| component(&taxonomy.name, at)).collect();
            driver.supported_taxonomies = Some(references);
        }
        let root = ArtifactLocation::builder()
            .description(Message::from("The root of the repository."))
            .build();
        let mut run = Run::builder()
            .tool(Tool::from(driver))
            .invocations(vec![invocation])
            .results(results)
            .automation_details(
                RunAutomationDetails::builder().id(format!("{}/", options.sarif_category)).build(),
            )
            .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), root)]))
            .column_kind(json!("utf16CodeUnits"))
            .build();
        run.taxonomies = (!taxonomies.is_empty()).then_some(taxonomies);
        run.version_control_provenance = self.options.version_control.as_ref().map(|control| {
            let mut details =
                VersionControlDetails::builder().repository_uri(&control.repository_uri).build();
            details.revision_id.clone_from(&control.revision_id);
            details.branch.clone_from(&control.branch);
            details.mapped_to = Some(ArtifactLocation::builder().uri_base_id(ROOT).build());
            vec![details]
        });
        run
    }

    fn is_complete(&self) -> bool {
        let failed = self.outcome.reports.iter().any(|report| report.fate == FileFate::Failed);
        self.outcome.errors.is_empty() && !failed
    }

    fn result(&mut self, finding: &Finding) -> SarifResult {
        let related: Vec<Location> = finding
            .related
            .iter()
            .zip(1..)
            .map(|(note, id)| self.related(finding, note, id))
            .collect();
        let mut result = SarifResult::builder()
            .rule_id(finding.check.name)
            .level(match Level::of(finding.severity) {
                Level::Error => ResultLevel::Error,
                Level::Warning => ResultLevel::Warning,
                Level::Note => ResultLevel::Note,
            })
            .message(Message::from(&message(finding)))
            .locations(vec![self.location(finding)])
            .partial_fingerprints(self.fingerprints(finding))
            .properties(self.properties(finding))
            .build();
        result.rule_index = self.rules.index(finding.check.name);
        result.related_locations = (!related.is_empty()).then_some(related);
        result.code_flows = self.flow(finding).map(|flow| vec![flow]);
        result.fixes = finding.fix.as_ref().map(|fix| vec![self.fix(fix)]);
        // Once one result says whether it is suppressed, all must.
        result.suppressions = self.options.show_suppressed.then(|| suppressions(&finding.fate));
        // All say whether they were there before, or none does.
        let state = if finding.is_in_baseline() { "unchanged" } else { "new" };
        result.baseline_state = self.outcome.baseline.as_ref().map(|_| json!(state));
        result
    }

    fn location(&self, finding: &Finding) -> Location {
        let hide = self.hidden.finding(finding);
        let mut location = Location::builder().build();
        location.physical_location = self.physical(finding.at, hide);
        location.logical_locations = finding
            .subject
            .as_ref()
            .map(|subject| vec![logical(subject, finding.stable_path.as_deref())]);
        location
    }

    fn related(&self, finding: &Finding, note: &kubesift_engine::Note, id: i64) -> Location {
        let hide = self.hidden.place(note.at, Some(finding));
        let mut location =
            Location::builder().id(id).message(Message::from(&with_stop(&note.message))).build();
        location.physical_location = self.physical(note.at, hide);
        location
    }

    /// The way that leads to a finding, as viewers show it: step by step.
    fn flow(&self, finding: &Finding) -> Option<CodeFlow> {
        let step = |note: &kubesift_engine::Note| {
            let mut location =
                Location::builder().message(Message::from(&with_stop(&note.message))).build();
            location.physical_location =
                self.physical(note.at, self.hidden.place(note.at, Some(finding)));
            ThreadFlowLocation::builder().location(location).build()
        };
        let steps: Vec<ThreadFlowLocation> = finding.hops.iter().map(step).collect();
        let thread = |steps| ThreadFlow::builder().locations(steps).build();
        (!steps.is_empty()).then(|| CodeFlow::builder().thread_flows(vec![thread(steps)]).build())
    }

    fn physical(&self, span: Span, hide: Hide) -> Option<PhysicalLocation> {
        let file = self.places.file(span)?;
        let mut region = self.region(span)?;
        let mut physical =
            PhysicalLocation::builder().artifact_location(self.artifact(&file.path)).build();
        // A snippet holds what others may read who may not read the file.
        if hide == Hide::Nothing && self.hidden.touching(span).is_none() {
            region.snippet = snippet(file.slice(tight(file, span)));
            physical.context_region = self.context(file, span);
        }
        physical.region = Some(region);
        Some(physical)
    }

    fn region(&self, span: Span) -> Option<Region> {
        let file = self.places.file(span)?;
        let (start, end) = self.places.ends(tight(file, span))?;
        let region = Region::builder()
            .start_line(start.line)
            .start_column(start.column)
            .end_line(end.line)
            .end_column(end.column);
        Some(region.build())
    }

    /// The whole lines of a span and one on each side, when they hold nothing secret.
    fn context(&self, file: &SourceFile, span: Span) -> Option<Region> {
        let (first, last) = lines_of(file.lines(), tight(file, span));
        let (first, last) = (first.saturating_sub(1), (last + 1).min(file.lines().count() - 1));
        let start = file.lines().range(file.text(), first).start;
        let end = file.lines().range(file.text(), last).end;
        let whole = tight(file, Span::new(span.file, start as u32, end as u32));
        let wider = whole.start < span.start || whole.end > span.end;
        if !wider || !whole.contains(span) || self.hidden.near(whole) {
            return None;
        }
        let text = snippet(file.slice(whole))?;
        let mut region = self.region(whole)?;
        region.snippet = Some(text);
        Some(region)
    }

    fn artifact(&self, path: &str) -> ArtifactLocation {
        let uri = encode(&from_root(&self.options.folder, path));
        ArtifactLocation::builder().uri(uri).uri_base_id(ROOT).build()
    }

    fn fingerprints(&mut self, finding: &Finding) -> BTreeMap<String, String> {
        let own = ("kubesiftFingerprint/v1".to_owned(), finding.fingerprint.to_string());
        let mut prints = BTreeMap::from([own]);
        let Some(file) = self.places.file(finding.at) else { return prints };
        let line = self.places.position(file, finding.at.start).line as usize;
        let hashes = self.hashes.entry(file.id).or_insert_with(|| line_hashes(file.text()).into());
        if let Some(hash) = hashes.get(line - 1) {
            prints.insert("primaryLocationLineHash".to_owned(), hash.clone());
        }
        prints
    }

    fn properties(&self, finding: &Finding) -> PropertyBag {
        let builds = finding.builds.iter().filter_map(|id| self.outcome.builds.get(id.0 as usize));
        let builds: Vec<&str> = builds.map(|build| &*build.name).collect();
        let mut bag = BTreeMap::from([
            ("severity".to_owned(), json!(finding.severity.name())),
            ("confidence".to_owned(), json!(finding.confidence.name())),
            ("builds".to_owned(), json!(builds)),
        ]);
        if !finding.covers.is_empty() {
            bag.insert("covers".to_owned(), json!(finding.covers));
        }
        PropertyBag::builder().additional_properties(bag).build()
    }

    fn fix(&self, fix: &Fix) -> SarifFix {
        let mut files: BTreeMap<&str, Vec<Replacement>> = BTreeMap::new();
        for edit in &fix.edits {
            let Some(region) = self.exact(edit.span) else { continue };
            let text = ArtifactContent::builder().text(&edit.text).build();
            let replacement =
                Replacement::builder().deleted_region(region).inserted_content(text).build();
            files.entry(self.places.path(edit.span)).or_default().push(replacement);
        }
        let changes = files.into_iter().map(|(path, replacements)| {
            let artifact = self.artifact(path);
            ArtifactChange::builder().artifact_location(artifact).replacements(replacements).build()
        });
        let safety = match fix.safety {
            kubesift_engine::Safety::Safe => "",
            kubesift_engine::Safety::Unsafe => " (unsafe)",
            kubesift_engine::Safety::Shown => " (to be decided)",
        };
        SarifFix::builder()
            .description(Message::from(&with_stop(&format!("{}{safety}", fix.title))))
            .artifact_changes(changes.collect::<Vec<_>>())
            .build()
    }

    /// The very bytes of an edit: here line breaks at the end count.
    fn exact(&self, span: Span) -> Option<Region> {
        let (start, end) = self.places.ends(span)?;
        let region = Region::builder()
            .start_line(start.line)
            .start_column(start.column)
            .end_line(end.line)
            .end_column(end.column);
        Some(region.build())
    }

    fn notifications(&self, dropped: usize) -> Vec<Notification> {
        let mut all: Vec<Notification> =
            self.outcome.errors.iter().map(|trouble| self.trouble(trouble)).collect();
        for remark in &self.outcome.remarks {
            all.push(notification("remark", "note", &with_stop(remark)));
        }
        if dropped > 0 {
            let text = format!(
                "{} left out: a run holds {} at most, chosen by severity and confidence.",
                count(dropped, "result"),
                self.options.sarif_max_results
            );
            all.push(notification("results-dropped", "warning", &text));
        }
        all
    }

    fn trouble(&self, trouble: &Trouble) -> Notification {
        let text = match &trouble.help {
            Some(help) => format!("{} {}", with_stop(&trouble.message), with_stop(help)),
            None => with_stop(&trouble.message),
        };
        let physical = match trouble.at {
            Some(span) => self.physical(span, Hide::Values),
            None => None,
        };
        let physical = physical.unwrap_or_else(|| {
            PhysicalLocation::builder().artifact_location(self.artifact(&trouble.path)).build()
        });
        let mut notification = notification(trouble.kind.name(), "error", &text);
        notification.locations =
            Some(vec![Location::builder().physical_location(physical).build()]);
        notification
    }
}

/// A sentence that stands alone, as it becomes the title, then links to the related places.
fn message(finding: &Finding) -> String {
    let mut text = with_stop(&plain(&finding.message));
    let links = finding.related.iter().zip(1..).map(|(note, id): (_, usize)| {
        let label = note.message.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        format!("[{label}]({id})")
    });
    let links: Vec<String> = links.collect();
    if !links.is_empty() {
        text.push_str(&format!(" See: {}.", links.join(", ")));
    }
    text
}

/// Keeps text that happens to look like a link from becoming one.
fn plain(text: &str) -> String {
    text.replace("](", "\\](")
}

fn snippet(text: &str) -> Option<ArtifactContent> {
    let fits = !text.is_empty() && text.len() <= MOST_SNIPPET;
    fits.then(|| ArtifactContent::builder().text(text).build())
}

/// `apps/v1/Deployment/prod/web#spec.template.spec.containers[name=web].image`
fn logical(subject: &Subject, path: Option<&str>) -> LogicalLocation {
    let mut name = format!("{}/{}", subject.api_version, subject.kind);
    for part in [&subject.namespace, &subject.name].into_iter().flatten() {
        name.push('/');
        name.push_str(part);
    }
    let path = path.filter(|path| !path.is_empty());
    let kind = if path.is_some() { "property" } else { "object" };
    if let Some(path) = path {
        name.push('#');
        name.push_str(path);
    }
    LogicalLocation::builder().fully_qualified_name(name).kind(kind).build()
}

fn suppressions(fate: &Fate) -> Vec<Suppression> {
    let Fate::Suppressed { kind, reason } = fate else { return Vec::new() };
    let place = if matches!(*kind, "inline" | "annotation") { "inSource" } else { "external" };
    let mut suppression = Suppression::builder().kind(json!(place)).build();
    suppression.justification = (!reason.is_empty()).then(|| reason.clone());
    vec![suppression]
}

/// Percent-encodes a relative path; a colon too, since before the first slash it would end a scheme.
fn encode(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => uri.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'/' | b'+' | b'@' | b'=' | b',' => {
                uri.push(char::from(byte))
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

// ---- notifications

/// What a notification is about, and what to do.
const NOTIFICATIONS: [(&str, &str, &str); 6] = [
    ("yaml-syntax", "A text is not YAML.", "Mend the text: what stands in it was not checked."),
    ("unreadable", "A file or folder could not be read.", "Make it readable, or leave it out."),
    ("not-text", "A file is not text.", "Save it as UTF-8, or leave it out."),
    ("internal", "A check stopped unexpectedly.", "Report this: it is a defect of kubesift."),
    ("remark", "Something was left out on purpose.", "Nothing needs to be done."),
    (
        "results-dropped",
        "There were more results than a run may hold.",
        "Mend the worst results first, or raise `--sarif-max-results`.",
    ),
];

fn notification_descriptors() -> Vec<ReportingDescriptor> {
    let descriptors = NOTIFICATIONS.iter().map(|(id, text, help)| {
        ReportingDescriptor::builder()
            .id(*id)
            .short_description(multiformat(text))
            .full_description(multiformat(text))
            .help(multiformat(help))
            .build()
    });
    descriptors.collect()
}

fn notification(id: &str, level: &str, text: &str) -> Notification {
    let mut descriptor = ReportingDescriptorReference::builder().id(id).build();
    descriptor.index =
        NOTIFICATIONS.iter().zip(0..).find(|(known, _)| known.0 == id).map(|(_, at)| at);
    Notification::builder()
        .level(json!(level))
        .message(Message::from(&plain(text)))
        .descriptor(descriptor)
        .build()
}

// ---- rules and where they come from

struct Rules {
    descriptors: Vec<ReportingDescriptor>,
    taxonomies: Taxonomies,
}

impl Rules {
    /// The checks that ran, or those that found something; sorted by id.
    fn new(outcome: &Outcome, options: &Options, kept: &[&Finding]) -> Self {
        let hit = kept.iter().map(|finding| finding.check);
        let ran = outcome.checks.iter().copied().filter(|_| !options.sarif_rules_hit_only);
        let entries: BTreeMap<&str, &Entry> =
            ran.chain(hit).map(|entry| (entry.name, entry)).collect();
        let mut taxonomies = Taxonomies::new(entries.values().copied());
        let descriptors = entries.values().map(|entry| rule(entry, &mut taxonomies)).collect();
        Self { descriptors, taxonomies }
    }

    fn index(&self, name: &str) -> Option<i64> {
        self.descriptors.binary_search_by(|rule| (*rule.id).cmp(name)).ok().map(|at| at as i64)
    }
}

fn rule(entry: &Entry, taxonomies: &mut Taxonomies) -> ReportingDescriptor {
    let check = entry.check;
    let why = reason(entry);
    let mut help = why.clone();
    if let Some(advice) = advice(entry) {
        help.push_str(&format!("\n\n{advice}"));
    }
    help.push_str(&format!("\n\n{}", entry.url()));
    let level = match Level::of(check.severity) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let mut rule = ReportingDescriptor::builder()
        .id(entry.name)
        .name(pascal(entry.name))
        .short_description(multiformat(&with_stop(&cut(entry.title()))))
        .full_description(multiformat(&cut(&why)))
        .help(MultiformatMessageString::builder().text(help).markdown(markdown(entry)).build())
        .help_uri(entry.url())
        .default_configuration(ReportingConfiguration::builder().level(json!(level)).build())
        .properties(rule_properties(entry))
        .build();
    let relationships: Vec<_> =
        check.refs.iter().filter_map(|reference| taxonomies.relationship(reference)).collect();
    rule.relationships = (!relationships.is_empty()).then_some(relationships);
    rule
}

fn rule_properties(entry: &Entry) -> PropertyBag {
    let check = entry.check;
    let problem = match Level::of(check.severity) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    let precision = match check.confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    let mut bag: BTreeMap<String, Value> = BTreeMap::from([
        ("precision".to_owned(), json!(precision)),
        ("problem.severity".to_owned(), json!(problem)),
    ]);
    let mut tags = vec![entry.family.to_owned()];
    // Its presence makes an alert a security alert; a check without a score is about other things.
    if check.score > 0.0 {
        bag.insert("security-severity".to_owned(), json!(format!("{:.1}", check.score)));
        tags.insert(0, "security".to_owned());
    }
    for reference in check.refs {
        let tag = match reference {
            Ref::Cwe(number) => format!("external/cwe/cwe-{number:03}"),
            Ref::PssBaseline => "pss-baseline".to_owned(),
            Ref::PssRestricted => "pss-restricted".to_owned(),
            Ref::Cis(number) => format!("cis-{number}"),
            Ref::Nsa(_) => "nsa".to_owned(),
            Ref::Peer(_) | Ref::Url(_) => continue,
        };
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.truncate(MOST_TAGS);
    PropertyBag::builder().tags(tags).additional_properties(bag).build()
}

/// Lists of weaknesses and rules that others keep.
struct Taxonomies {
    /// Ids by taxonomy, both sorted; a position is an index of the report.
    taxa: BTreeMap<Taxonomy, Vec<String>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Taxonomy {
    Cis,
    Cwe,
    Nsa,
    Pss,
}

impl Taxonomy {
    fn facts(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Cis => (
                "CIS",
                "CIS",
                "CIS Kubernetes Benchmark.",
                "https://www.cisecurity.org/benchmark/kubernetes",
            ),
            Self::Cwe => ("CWE", "MITRE", "Common Weakness Enumeration.", "https://cwe.mitre.org"),
            Self::Nsa => (
                "NSA",
                "NSA and CISA",
                "Kubernetes Hardening Guide.",
                "https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF",
            ),
            Self::Pss => (
                "PSS",
                "Kubernetes",
                "Pod Security Standards.",
                "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
            ),
        }
    }

    fn of(reference: &Ref) -> Option<(Self, String)> {
        match reference {
            Ref::Cwe(number) => Some((Self::Cwe, number.to_string())),
            Ref::Cis(number) => Some((Self::Cis, (*number).to_owned())),
            Ref::Nsa(chapter) => Some((Self::Nsa, (*chapter).to_owned())),
            Ref::PssBaseline => Some((Self::Pss, "baseline".to_owned())),
            Ref::PssRestricted => Some((Self::Pss, "restricted".to_owned())),
            Ref::Peer(_) | Ref::Url(_) => None,
        }
    }
}

impl Taxonomies {
    fn new<'e>(entries: impl Iterator<Item = &'e Entry>) -> Self {
        let mut taxa: BTreeMap<Taxonomy, Vec<String>> = BTreeMap::new();
        for (taxonomy, id) in entries.flat_map(|entry| entry.check.refs).filter_map(Taxonomy::of) {
            taxa.entry(taxonomy).or_default().push(id);
        }
        for ids in taxa.values_mut() {
            ids.sort();
            ids.dedup();
        }
        Self { taxa }
    }

    fn components(&self) -> Vec<ToolComponent> {
        let components = self.taxa.iter().map(|(taxonomy, ids)| {
            let (name, organization, description, uri) = taxonomy.facts();
            let taxa = ids.iter().map(|id| ReportingDescriptor::builder().id(id).build());
            ToolComponent::builder()
                .name(name)
                .organization(organization)
                .short_description(multiformat(description))
                .information_uri(uri)
                .is_comprehensive(false)
                .taxa(taxa.collect::<Vec<_>>())
                .build()
        });
        components.collect()
    }

    fn relationship(&self, reference: &Ref) -> Option<ReportingDescriptorRelationship> {
        let (taxonomy, id) = Taxonomy::of(reference)?;
        let at = self.taxa.keys().position(|known| *known == taxonomy)?;
        let index = self.taxa.get(&taxonomy)?.binary_search(&id).ok()?;
        let target = ReportingDescriptorReference::builder()
            .id(id)
            .index(index as i64)
            .tool_component(component(taxonomy.facts().0, at))
            .build();
        let kinds = vec!["relevant".to_owned()];
        Some(ReportingDescriptorRelationship::builder().target(target).kinds(kinds).build())
    }
}

fn component(name: &str, index: usize) -> ToolComponentReference {
    ToolComponentReference::builder().name(name).index(index as i64).build()
}

fn multiformat(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

/// `privileged-container` as `PrivilegedContainer`: a rule's name must differ from its id.
fn pascal(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>())
    });
    words.flatten().collect()
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_DESCRIPTION - 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(encode("a b/ü:c%.yaml"), "a%20b/%C3%BC%3Ac%25.yaml");
        assert_eq!(encode("../x/y-1_2.yaml"), "../x/y-1_2.yaml");
    }

    #[test]
    fn rule_names_differ_from_their_ids() {
        assert_eq!(pascal("privileged-container"), "PrivilegedContainer");
    }
}

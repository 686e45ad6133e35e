//! Runs every check on the examples in its own documentation, and on the fixtures in the folder of
//! its name. The only harness: a check is registered and tested by lying where it lies.
//!
//! An example is a fence of a doc comment:
//!
//! * ```` ```yaml fail ```` must give exactly the findings that its carets say. A caret line is a
//!   YAML comment under the line it speaks of; the carets stand under the finding's place, the
//!   message follows them (and may be left out), after its severity and a colon where that is not
//!   always the same. A finding that begins in the first column is marked by `#^^^`, the `#`
//!   standing for the first caret.
//! * ```` ```yaml pass ```` must give none.
//! * ```` ```yaml fixed ```` after a `fail`: its text with every offered fix applied.
//!
//! Words after these set options (`min=3`, lists joined by commas), `kubernetes=1.30`,
//! `incomplete` (the build is known to be a part of what is applied), `asked` (the run names the
//! check), `complete=shop,…` and `external=Secret/shop/tls,…` (what the configuration declares), or `with=NAME,…` (these checks run too, so that the example shows what folds into what).
//! A line `# file: PATH` begins another file. `apiVersion` may be left out for built-in kinds. An
//! example with a kustomization goes the whole way of a project: what it builds is judged, and the
//! kustomization.
#![allow(clippy::print_stderr, reason = "a test that steps aside says so")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_checks::ALL;
use kubesift_config::CommandLine;
use kubesift_engine::{
    Date, Entry, Finding, Opt, OptDefault, OptValue, Plan, Rule, Safety, Severity, Version, merge,
};
use kubesift_model::{
    Around, Build, BuildId, BuildKind, Declared, ExternalObjects, Graph, NamePattern, Resource,
    ResourceId, Workloads,
};
use kubesift_project::{Host, Memory, Request};
use kubesift_source::{Column, FileId, SourceFile};

#[derive(Debug, Clone, PartialEq)]
enum Want {
    Fail,
    Pass,
    Fixed,
}

#[derive(Debug, Clone)]
struct Example {
    want: Want,
    settings: Vec<(String, String)>,
    text: String,
}

/// What a caret line says: 0-based line and column range (in characters) of the file without its
/// caret lines, the message if one is given, the severity if one is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Expectation {
    path: String,
    line: usize,
    columns: (usize, usize),
    message: String,
    severity: Option<Severity>,
}

fn examples(entry: &Entry) -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<Example> = None;
    for line in entry.docs.lines() {
        if let Some(example) = &mut open {
            if line == "```" {
                found.extend(open.take());
            } else {
                example.text.push_str(line);
                example.text.push('\n');
            }
            continue;
        }
        let Some(info) = line.strip_prefix("```yaml") else { continue };
        let mut words = info.split_whitespace();
        let want = match words.next() {
            Some("fail") => Want::Fail,
            Some("pass") => Want::Pass,
            Some("fixed") => Want::Fixed,
            other => {
                panic!("{}: a fence must say fail, pass or fixed, not {other:?}", entry.source)
            }
        };
        let settings = words
            .map(|word| word.split_once('=').unwrap_or((word, "true")))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        open = Some(Example { want, settings, text: String::new() });
    }
    assert!(open.is_none(), "{}: a fence is not closed", entry.source);
    found
}

fn fixtures(entry: &Entry) -> Vec<(String, Example)> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(entry.family).join(entry.name.replace('-', "_"));
    let Ok(read) = fs::read_dir(&folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = read.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("fixture");
        let want =
            if text.lines().any(|line| caret(line).is_some()) { Want::Fail } else { Want::Pass };
        let example = Example { want, settings: Vec::new(), text };
        found.push((file.display().to_string(), example));
    }
    found
}

/// The columns and the message of a caret line.
fn caret(line: &str) -> Option<((usize, usize), &str)> {
    let hash = line.len() - line.trim_start().len();
    let rest = line.get(hash..)?.strip_prefix('#')?;
    let blank = rest.len() - rest.trim_start_matches(' ').len();
    let carets = rest.get(blank..)?;
    let width = carets.len() - carets.trim_start_matches('^').len();
    if width == 0 {
        return None;
    }
    let start = if blank == 0 { hash } else { hash + 1 + blank };
    let end = hash + 1 + blank + width;
    Some(((start, end), carets.get(width..)?.trim()))
}

/// The severity that the text of a caret line begins with, and the message.
fn stated(text: &str) -> (Option<Severity>, &str) {
    let parts = text.split_once(": ");
    let stated = parts.and_then(|(word, message)| Some((Some(Severity::parse(word)?), message)));
    stated.unwrap_or((None, text))
}

/// The files of an example without caret lines, and what the caret lines say.
fn split(text: &str) -> (Vec<(String, String)>, Vec<Expectation>) {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut expected = Vec::new();
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("# file: ") {
            files.push((path.trim().to_owned(), String::new()));
            continue;
        }
        if files.is_empty() {
            files.push(("example.yaml".to_owned(), String::new()));
        }
        let Some(file) = files.last_mut() else { continue };
        if let Some((columns, message)) = caret(line) {
            let line = file.1.lines().count().saturating_sub(1);
            let path = file.0.clone();
            let (severity, message) = stated(message);
            let message = message.to_owned();
            expected.push(Expectation { path, line, columns, message, severity });
        } else {
            file.1.push_str(line);
            file.1.push('\n');
        }
    }
    expected.sort();
    (files, expected)
}

fn option(entry: &Entry, key: &str, value: &str) -> (&'static str, OptValue) {
    let found: Option<&&'static Opt> = entry.check.options.iter().find(|opt| opt.name == key);
    let opt = found.unwrap_or_else(|| panic!("{} has no option {key}", entry.name));
    let value = match opt.default {
        OptDefault::Bool(_) => OptValue::Bool(value == "true"),
        OptDefault::Int(_) => OptValue::Int(value.parse().expect("a number")),
        OptDefault::Text(_) => OptValue::Text(value.to_owned()),
        OptDefault::List(_) => OptValue::List(value.split(',').map(str::to_owned).collect()),
    };
    (opt.name, value)
}

fn named(name: &str) -> Rule {
    let entry = ALL.iter().find(|entry| entry.name == name);
    Rule::new(entry.unwrap_or_else(|| panic!("there is no check {name}")))
}

/// API groups of the kinds that examples may leave `apiVersion` out of.
fn default_group(kind: &str) -> &'static str {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => "apps",
        "Job" | "CronJob" => "batch",
        "NetworkPolicy" | "Ingress" | "IngressClass" => "networking.k8s.io",
        "PodDisruptionBudget" => "policy",
        "HorizontalPodAutoscaler" => "autoscaling",
        "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding" => {
            "rbac.authorization.k8s.io"
        }
        _ => "",
    }
}

fn run(
    entry: &'static Entry,
    example: &Example,
    files: &[(String, String)],
) -> (Vec<Finding>, Vec<Arc<SourceFile>>) {
    if files.iter().any(|(path, _)| path.ends_with("kustomization.yaml")) {
        assert!(example.settings.is_empty(), "{}: settings with a kustomization", entry.name);
        return run_project(entry, files);
    }
    let mut rule = Rule::new(entry);
    let mut version = Version::NEWEST;
    let mut complete = true;
    let mut declared = Declared::default();
    let mut others = Vec::new();
    for (key, value) in &example.settings {
        match key.as_str() {
            "kubernetes" => version = Version::parse(value).expect("a version"),
            "incomplete" => complete = false,
            "complete" => declared.complete = value.split(',').map(NamePattern::new).collect(),
            "external" => {
                let parse = |text| ExternalObjects::parse(text).expect("kind/namespace/name");
                declared.external = value.split(',').map(parse).collect();
            }
            "asked" => rule.asked = true,
            "with" => others.extend(value.split(',').map(named)),
            _ => rule.options.push(option(entry, key, value)),
        }
    }
    others.push(rule);
    let plan = Plan::new(others, version);
    let workloads = Workloads::default();
    let mut sources = Vec::new();
    let mut resources = Vec::new();
    for (index, (path, text)) in files.iter().enumerate() {
        let file = Arc::new(SourceFile::new(FileId(index as u32), path.as_str(), text.as_str()));
        sources.push(Arc::clone(&file));
        let tree = Arc::new(kubesift_yaml::parse(file));
        assert!(tree.errors().is_empty(), "{}: {:?}\n{text}", entry.name, tree.errors());
        for root in tree.documents().filter_map(|document| document.root()) {
            let id = ResourceId(resources.len() as u32);
            let mut resource = Resource::new(id, &tree, root, None);
            if root.get("apiVersion").is_none() {
                let group = default_group(&resource.kind.kind).into();
                Arc::make_mut(&mut resource.kind).group = group;
            }
            resource.pod = workloads.shape(&resource.kind.group, &resource.kind.kind);
            resource.encrypted = kubesift_model::is_sops(root);
            resources.push(resource);
        }
    }
    let build = Build {
        id: BuildId(0),
        kind: BuildKind::Manifests,
        name: ".".into(),
        resources: resources.iter().map(|resource| resource.id).collect(),
        complete,
        around: Arc::new(Around { declared, ..Around::default() }),
    };
    let graph = Graph::new(&build, &resources);
    let (mut findings, mut troubles) = (Vec::new(), Vec::new());
    for resource in &resources {
        plan.judge(resource, &[build.id], &mut findings, &mut troubles);
        plan.judge_links(resource, &graph, &mut findings, &mut troubles);
    }
    assert!(troubles.is_empty(), "{}: {troubles:?}", entry.name);
    (merge(findings, &sources), sources)
}

/// The example as files of a project.
fn run_project(
    entry: &'static Entry,
    files: &[(String, String)],
) -> (Vec<Finding>, Vec<Arc<SourceFile>>) {
    let system = Memory::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let mut request = Request::new("/", Date { year: 2026, month: 1, day: 1 });
    let line = CommandLine { select: vec![entry.name.to_owned()], ..CommandLine::default() };
    request.command_line = line.options(ALL).0;
    let analysis = Host::new(system, ALL).analyze(&request).expect("an analysis");
    (analysis.outcome.findings, analysis.outcome.files)
}

fn seen(findings: &[Finding], files: &[Arc<SourceFile>]) -> Vec<Expectation> {
    let mut seen: Vec<Expectation> = findings
        .iter()
        .map(|finding| {
            let file = &files[finding.at.file.0 as usize];
            let start = file.position(finding.at.start, Column::Chars);
            let end = file.position(finding.at.end, Column::Chars);
            assert_eq!(start.line, end.line, "{}: a place of more than a line", finding.message);
            assert!(finding.at.start < finding.at.end, "{}: an empty place", finding.message);
            Expectation {
                path: file.path.to_string(),
                line: start.line as usize - 1,
                columns: (start.column as usize - 1, end.column as usize - 1),
                message: finding.message.clone(),
                severity: Some(finding.severity),
            }
        })
        .collect();
    seen.sort();
    seen
}

fn compare(place: &str, expected: &[Expectation], seen: &[Expectation]) -> Result<(), String> {
    let fits = |want: &Expectation, got: &Expectation| {
        want.path == got.path
            && want.line == got.line
            && want.columns == got.columns
            && (want.message.is_empty() || want.message == got.message)
            && (want.severity.is_none() || want.severity == got.severity)
    };
    let same = expected.len() == seen.len()
        && expected.iter().zip(seen).all(|(want, got)| fits(want, got));
    if same {
        return Ok(());
    }
    let list = |all: &[Expectation]| {
        all.iter()
            .map(|one| {
                let (start, end) = one.columns;
                let severity = one.severity.map(|one| format!("{one}: ")).unwrap_or_default();
                let (path, line, message) = (&one.path, one.line + 1, &one.message);
                format!("  {path}:{line} columns {start}..{end}: {severity}{message}")
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    Err(format!("{place}\n expected:\n{}\n found:\n{}", list(expected), list(seen)))
}

fn apply_fixes(findings: &[Finding], files: &[Arc<SourceFile>]) -> Vec<(String, String)> {
    let mut edits: BTreeMap<u32, Vec<kubesift_source::Edit>> = BTreeMap::new();
    for edit in
        findings.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits)
    {
        edits.entry(edit.span.file.0).or_default().push(edit.clone());
    }
    files
        .iter()
        .map(|file| {
            let own = edits.get(&file.id.0).map_or(&[][..], Vec::as_slice);
            let text = kubesift_source::apply(file.text(), own).expect("edits that do not overlap");
            (file.path.to_string(), text)
        })
        .collect()
}

fn check_example(
    entry: &'static Entry,
    place: &str,
    example: &Example,
    fixed: Option<&Example>,
) -> Result<Vec<Finding>, String> {
    let (files, expected) = split(&example.text);
    let (findings, sources) = run(entry, example, &files);
    if example.want == Want::Fail && expected.is_empty() {
        return Err(format!("{place}: a `fail` example without a caret line"));
    }
    compare(place, &expected, &seen(&findings, &sources))?;
    if let Some(fixed) = fixed {
        let (mut want, _) = split(&fixed.text);
        let mut got = apply_fixes(&findings, &sources);
        // A project has files in the order of their paths, and texts that no file holds.
        want.sort();
        got.sort();
        got.retain(|(path, _)| want.iter().any(|(wanted, _)| wanted == path));
        if want != got {
            let text = |files: &[(String, String)]| {
                files.iter().map(|(path, text)| format!("# {path}\n{text}")).collect::<String>()
            };
            return Err(format!(
                "{place}: fixed\n expected:\n{}\n found:\n{}",
                text(&want),
                text(&got)
            ));
        }
        let (left, _) = run(entry, example, &got);
        if left.iter().any(|finding| finding.fix.is_some()) {
            return Err(format!("{place}: the fix does not mend its finding"));
        }
    }
    Ok(findings)
}

fn check_entry(entry: &'static Entry) -> Vec<String> {
    let mut problems = Vec::new();
    let examples = examples(entry);
    let has = |want: Want| examples.iter().any(|example| example.want == want);
    if !has(Want::Fail) || !has(Want::Pass) {
        problems.push(format!("{}: needs a `fail` and a `pass` example", entry.source));
    }
    let mut best: Option<Safety> = None;
    for (at, example) in examples.iter().enumerate() {
        if example.want == Want::Fixed {
            if !at.checked_sub(1).is_some_and(|before| examples[before].want == Want::Fail) {
                problems.push(format!("{}: `fixed` must follow a `fail`", entry.source));
            }
            continue;
        }
        let fixed = examples.get(at + 1).filter(|next| next.want == Want::Fixed);
        let place = format!("{} example {}", entry.source, at + 1);
        match check_example(entry, &place, example, fixed) {
            Ok(findings) => {
                let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
                best = best.max(fixes.map(|fix| fix.safety).max());
            }
            Err(problem) => problems.push(problem),
        }
    }
    for (place, example) in fixtures(entry) {
        problems.extend(check_example(entry, &place, &example, None).err());
    }
    if best != entry.check.fix {
        problems.push(format!(
            "{}: says its best fix is {:?}, its examples show {best:?}",
            entry.source, entry.check.fix
        ));
    }
    problems
}

#[test]
fn every_check_does_what_its_examples_say() {
    let only = std::env::var("CHECK").unwrap_or_default();
    let chosen = ALL.iter().filter(|entry| only.is_empty() || entry.name == only);
    let problems: Vec<String> = chosen.flat_map(check_entry).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n\n"));
}

#[test]
fn every_check_says_what_it_must() {
    for entry in ALL {
        let name = entry.name;
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{name}: a name is in kebab case"
        );
        assert!(entry.title().len() > 10, "{name}: the first doc line is its title");
        assert!(
            entry.docs.lines().next().is_some_and(|line| line.ends_with('.')),
            "{name}: a title ends with a full stop"
        );
        assert!(entry.prose().len() > 60, "{name}: say why it is bad and what to do");
        let score = entry.check.score;
        let band = match entry.check.severity {
            Severity::Critical => 9.0..=10.0,
            Severity::High => 7.0..=8.9,
            Severity::Medium => 4.0..=6.9,
            Severity::Low => 0.1..=3.9,
            Severity::Info => 0.0..=3.9,
        };
        assert!(band.contains(&score), "{name}: score {score} is not in the band of its severity");
    }
}

#[test]
fn names_are_unique_and_sorted() {
    assert!(ALL.windows(2).all(|pair| pair[0].name < pair[1].name));
}

/// Checks that go beyond the catalog: mistakes that the resources of a build have in themselves, for
/// which no narrower row exists.
const BEYOND_THE_CATALOG: [&str; 9] = [
    "kustomize-deprecated-field",
    "kustomize-duplicate-resource",
    "kustomize-file-outside-root",
    "kustomize-generator-fails",
    "kustomize-image-not-found",
    "kustomize-variable-unused",
    "network-policy-invalid",
    "owner-reference-cycle",
    "role-aggregates-itself",
];

/// Families that the catalog puts checks of kustomizations in, which are kept together here.
const OTHER_FAMILIES: [(&str, &str); 4] = [
    ("kustomize-orphan-file", "references"),
    ("kustomize-patch-target-not-found", "references"),
    ("kustomize-remote-base-unpinned", "supply-chain"),
    ("kustomize-resource-not-found", "references"),
];

/// The catalog of the project's owner, when it lies beside the checkout.
#[test]
fn severities_are_those_of_the_catalog() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/catalog/checks.csv");
    let Ok(catalog) = fs::read_to_string(&path) else {
        eprintln!("no catalog beside the checkout: nothing to compare with");
        return;
    };
    let rows = ALL.iter().filter(|entry| !BEYOND_THE_CATALOG.contains(&entry.name));
    for entry in rows {
        let other = OTHER_FAMILIES.iter().find(|(name, _)| *name == entry.name);
        let family = other.map_or(entry.family, |(_, family)| family);
        let row = catalog.lines().find(|line| {
            line.strip_prefix(family)
                .and_then(|rest| rest.strip_prefix(','))
                .and_then(|rest| rest.strip_prefix(entry.name))
                .is_some_and(|rest| rest.starts_with(','))
        });
        let row =
            row.unwrap_or_else(|| panic!("{}/{} is not in the catalog", entry.family, entry.name));
        let facts = format!(",{},{:.1},", entry.check.severity.name(), entry.check.score);
        assert!(row.contains(&facts), "{}: the catalog says otherwise: {row}", entry.name);
    }
}

#[test]
fn caret_lines_are_read() {
    assert_eq!(caret("#     ^^^ a message"), Some(((6, 9), "a message")));
    assert_eq!(caret("#^^^"), Some(((0, 4), "")));
    assert_eq!(caret("  # a comment"), None);
    assert_eq!(caret("key: value"), None);
    assert_eq!(stated("low: a message"), (Some(Severity::Low), "a message"));
    assert_eq!(stated("Pod `low: x` runs"), (None, "Pod `low: x` runs"));
    let one = |severity| {
        let (path, message) = (String::new(), String::new());
        Expectation { path, line: 0, columns: (0, 1), message, severity }
    };
    let found = [one(Some(Severity::Low))];
    assert!(compare("", &[one(None)], &found).is_ok());
    assert!(compare("", &found, &found).is_ok());
    assert!(compare("", &[one(Some(Severity::High))], &found).is_err());
}

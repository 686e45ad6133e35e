//! Whole files from text to settings: each mistake with its message and place, and each layer.

use std::sync::Arc;

use kubesift_engine::model::{Resource, ResourceId, Workloads};
use kubesift_engine::{
    Check, Date, Entry, Opt, OptValue, Out, Plan, Profile, Rule, Run, Version, merge,
};
use kubesift_source::{Column, FileId, SourceFile};
use kubesift_yaml::{Node, Value, parse};

use crate::*;

const MIN: Opt = Opt::int("min", "The fewest replicas.", 2);
const EXEMPT: Opt = Opt::list("exempt", "Words.", &[]);
const STRICT: Opt = Opt::flag("strict", "More.", false);
const PREFIX: Opt = Opt::text("prefix", "What names begin with.", "");

const PRIVILEGED: Check = Check {
    profiles: &[Profile::Default, Profile::PssBaseline, Profile::Cis],
    run: Run::Container(privileged),
    ..Check::DEFAULT
};
const NETWORK: Check = Check { profiles: &[Profile::PssBaseline], ..Check::DEFAULT };
const REPLICAS: Check = Check { options: &[&MIN, &EXEMPT, &STRICT, &PREFIX], ..Check::DEFAULT };
const LABELS: Check = Check { profiles: &[Profile::Hygiene], ..Check::DEFAULT };

fn privileged(container: &kubesift_engine::model::Container, out: &mut Out) {
    let field = container.field("securityContext.privileged");
    if field.is_true() {
        out.report(field, "runs privileged");
    }
}

const fn entry(name: &'static str, family: &'static str, check: &'static Check) -> Entry {
    Entry { name, family, docs: "A title.\n\nWhy.\n", source: "", check }
}

pub(crate) static ENTRIES: [Entry; 5] = [
    entry("host-network", "pod-security", &NETWORK),
    entry("image-mutable-tag", "images", &Check::DEFAULT),
    entry("missing-labels", "hygiene", &LABELS),
    entry("privileged-container", "pod-security", &PRIVILEGED),
    entry("single-replica", "reliability", &REPLICAS),
];

pub(crate) const TODAY: Date = Date { year: 2026, month: 11, day: 24 };

fn file(text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(FileId(0), FILE_NAME, text))
}

fn shown(file: &SourceFile, problems: &[Problem]) -> String {
    let mut lines = Vec::new();
    for problem in problems {
        let place = problem.span.map(|span| file.position(span.start, Column::Chars));
        let place = place.map_or(String::new(), |at| format!("{}:{} ", at.line, at.column));
        let level = if problem.level == Level::Error { "" } else { "warning: " };
        let help = problem.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
        lines.push(format!("{place}{level}{}{help}", problem.message));
    }
    lines.join("\n")
}

/// The problems of a file, those of resolving it included.
fn problems(text: &str) -> String {
    let file = file(text);
    let (options, mut problems) = load(Arc::clone(&file), &ENTRIES);
    let layers = Layers { root: Some(options), ..Layers::default() };
    problems.extend(Settings::resolve(layers, &ENTRIES, TODAY).1);
    shown(&file, &problems)
}

#[track_caller]
fn settings(text: &str) -> Settings {
    settings_with(text, &[], &CommandLine::default())
}

#[track_caller]
fn settings_with(text: &str, below: &[(&str, &str)], line: &CommandLine) -> Settings {
    let (root, mut problems) = load(file(text), &ENTRIES);
    let mut layers = Layers { root: Some(root), ..Layers::default() };
    for (folder, text) in below {
        let (options, more) = load_below(file(text), folder, &ENTRIES);
        layers.below.push(options);
        problems.extend(more);
    }
    let (options, more) = line.options(&ENTRIES);
    layers.command_line = options;
    problems.extend(more);
    let (settings, more) = Settings::resolve(layers, &ENTRIES, TODAY);
    problems.extend(more);
    assert_eq!(problems, [], "for\n{text}");
    settings
}

fn names(rules: &[Rule]) -> Vec<String> {
    let own = rules.iter().filter(|rule| rule.entry.family != "suppressions");
    own.map(|rule| match rule.severity {
        Some(severity) => format!("{}={severity}", rule.entry.name),
        None => rule.entry.name.to_owned(),
    })
    .collect()
}

#[track_caller]
fn runs(text: &str, line: &[(&str, &str)], expected: &[&str]) {
    let mut command = CommandLine::default();
    for (flag, value) in line {
        match *flag {
            "--profile" => command.profile = Some((*value).to_owned()),
            "--select" => command.select.push((*value).to_owned()),
            "--extend-select" => command.extend_select.push((*value).to_owned()),
            _ => command.ignore.push((*value).to_owned()),
        }
    }
    let settings = settings_with(text, &[], &command);
    assert_eq!(names(&settings.rules()), expected, "{line:?} over\n{text}");
}

/// Every key, with the checks of this test. The example of the documentation, with real checks, is
/// held by the tests of the program.
const FULL: &str = include_str!("tests/full.yaml");

#[test]
fn a_file_with_every_key_is_right() {
    assert_eq!(problems(FULL), "");
    let settings = settings(FULL);
    assert_eq!(settings.kubernetes_version.value, Version(31));
    assert_eq!(settings.workloads.len(), 1);
    let declared = settings.declared();
    assert_eq!((declared.external.len(), declared.complete.len()), (2, 1));
    assert!(declared.is_complete(Some("shop")) && !declared.is_complete(Some("shops")));
    assert_eq!(
        names(&settings.rules()),
        ["host-network=critical", "missing-labels", "privileged-container", "single-replica=high"]
    );
    let replicas = settings.rules().into_iter().find(|rule| rule.entry.name == "single-replica");
    assert_eq!(
        replicas.map(|rule| rule.options),
        Some(vec![("min", OptValue::Int(3)), ("exempt", OptValue::List(vec!["batch".to_owned()]))])
    );
    assert!(settings.is_excluded("x/third_party") && settings.is_excluded("a/b.generated.yaml"));
    assert!(settings.reads("a/b.yaml"));
}

#[test]
fn every_mistake_is_shown_at_its_line() {
    for (text, message) in [
        // Keys.
        ("profil: default", "1:1 unknown key `profil` (did you mean `profile`?)"),
        (
            "a: 1\nfail_on: low",
            "1:1 unknown key `a` (known here: `profile`, `kubernetesVersion`, `failOn`, `minSeverity`, `minConfidence`, `requireReason`, `foreignSuppressions`, `baseline`, `checks`, `paths`, `overrides`, `ignore`, `workloads`, `external` or `complete`)\n2:1 unknown key `fail_on` (did you mean `failOn`?)",
        ),
        (
            "failOn: low\nfailOn: high",
            "2:1 `failOn` is written twice; it stands in line 1 already (remove one of them)",
        ),
        ("paths: {exlude: [a]}", "1:9 unknown key `exlude` in `paths` (did you mean `exclude`?)"),
        (
            "baseline: baseline.yaml",
            "1:1 `baseline` should be the path of a `.json` file, not `baseline.yaml`",
        ),
        ("baseline: [a.json]", "1:1 `baseline` should be a text, not a list"),
        // Text that is no YAML, or not one document.
        ("- a", "1:3 the configuration should be a mapping, not a list"),
        (
            "failOn: low\n---\nfailOn: high",
            "3:1 a configuration file is one document (remove the `---`)",
        ),
        // Words.
        (
            "profile: pss-restrict",
            "1:1 `profile` should be `default`, `pss-baseline`, `pss-restricted`, `cis`, `nsa`, `reliability`, `hygiene` or `all`, not `pss-restrict` (did you mean `pss-restricted`?)",
        ),
        ("profile: nsa", "1:1 profile `nsa` has no checks yet"),
        (
            "failOn: meduim",
            "1:1 `failOn` should be `critical`, `high`, `medium`, `low`, `info` or `never`, not `meduim` (did you mean `medium`?)",
        ),
        (
            "minConfidence: certain",
            "1:1 `minConfidence` should be `low`, `medium` or `high`, not `certain`",
        ),
        (
            "kubernetesVersion: two",
            "1:1 `two` is not a version of Kubernetes (write it as `\"1.37\"`, or `latest`)",
        ),
        ("requireReason: please", "1:1 `requireReason` should be true or false, not a text"),
        ("failOn: [low]", "1:1 `failOn` should be a text, not a list"),
        // Checks.
        (
            "checks:\n  privilged-container: off",
            "2:3 no check, family or profile is called `privilged-container` (did you mean `privileged-container`?)",
        ),
        (
            "checks:\n  Host_Network: off",
            "2:3 no check, family or profile is called `Host_Network` (did you mean `host-network`?)",
        ),
        (
            "checks:\n  zzz: off",
            "2:3 no check, family or profile is called `zzz` (`kubesift checks` lists all checks)",
        ),
        ("checks: [host-network]", "1:1 `checks` should be a mapping, not a list"),
        (
            "checks:\n  host-network: hgih",
            "2:3 `hgih` cannot be said of `host-network` (did you mean `high`?)",
        ),
        (
            "checks:\n  host-network: [high]",
            "2:3 this cannot be said of `host-network` (write `off`, `on`, `info`, `low`, `medium`, `high` or `critical`, or a mapping with `severity` and options)",
        ),
        (
            "checks:\n  single-replica:\n    mim: 2",
            "3:5 `single-replica` has no option `mim` (did you mean `min`?)",
        ),
        (
            "checks:\n  host-network:\n    quiet: 2",
            "3:5 `host-network` has no option `quiet` (known here: `severity`)",
        ),
        (
            "checks:\n  reliability: {min: 2}",
            "2:17 `reliability` has no option `min` (known here: `severity`)",
        ),
        (
            "checks:\n  single-replica: {min: two, exempt: a, strict: 1, prefix: [a]}",
            "2:20 `min` should be a whole number, not `two`\n2:30 `exempt` should be a list (write `exempt: [a]`)\n2:41 `strict` should be true or false, not a number\n2:52 `prefix` should be a text, not a list",
        ),
        (
            "checks:\n  host-network: {severity: hi}",
            "2:18 `severity` should be `critical`, `high`, `medium`, `low` or `info`, not `hi`",
        ),
        (
            "checks:\n  select: [images, hostnetwrok]",
            "2:20 no check, family or profile is called `hostnetwrok` (did you mean `host-network`?)",
        ),
        // Globs.
        (
            "paths:\n  exclude: [\"a[\"]",
            "2:13 `a[` is not a glob: unclosed character class; missing ']'",
        ),
        (
            "paths:\n  exclude: third_party",
            "2:3 `exclude` should be a list (write `exclude: [third_party]`)",
        ),
        // Entries of `ignore`.
        (
            "ignore:\n  - checks: [host-network]\n    until: 2026-02-30",
            "3:5 `2026-02-30` is not a day (write it as `2027-01-31`)",
        ),
        (
            "ignore:\n  - reason: x",
            "2:5 this entry ignores everything (name `checks`, `paths`, `kinds`, `names` or another selector)",
        ),
        (
            "ignore:\n  - names: [a]\n    until: 2026-11-23",
            "3:5 warning: this entry of `ignore` ended on 2026-11-23; its findings count again (remove the entry, or give it another day)",
        ),
        ("ignore:\n  - names: [a]\n    until: 2026-11-24", ""),
        (
            "requireReason: true\nignore:\n  - names: [a]",
            "3:5 this entry of `ignore` gives no `reason`, and `requireReason` asks for one",
        ),
        ("ignore:\n  - name: [a]", "2:5 unknown key `name` in `ignore` (did you mean `names`?)"),
        (
            "ignore:\n  - labels: {a: \"x[\"}",
            "2:14 `x[` is not a glob: unclosed character class; missing ']'",
        ),
        // Overrides and workloads.
        (
            "overrides:\n  - checks: {images: off}",
            "2:5 this override is for everything (say for what: `paths`, `kinds`, `namespaces`, `names` or `labels`)",
        ),
        ("overrides:\n  - paths: [a]", "2:5 this override says nothing of `checks`"),
        (
            "overrides:\n  - containers: [a]\n    checks: {images: off}",
            "2:5 unknown key `containers` in `overrides` (known here: `paths`, `kinds`, `namespaces`, `names`, `labels` or `checks`)",
        ),
        ("workloads:\n  - kind: App", "2:5 this workload has no `podTemplate`"),
        (
            "workloads:\n  - {kind: App, podTemplate: .spec}",
            "2:17 `.spec` is not a path of keys joined by dots (write it as `spec.template`)",
        ),
        // Objects that no manifest shows.
        (
            "external:\n  - tls",
            "2:5 `tls` is not an object: it is not `kind/name` or `kind/namespace/name`",
        ),
        ("external: [Secret//tls]", "1:12 `Secret//tls` is not an object: it has an empty part"),
        (
            "external: Secret/tls",
            "1:1 `external` should be a list (write `external: [Secret/tls]`)",
        ),
        (
            "complete:\n  - shop/web",
            "2:5 `shop/web` is not a namespace: `/` is in no name, and only `*` is special",
        ),
        ("workloads:\n  - App", "2:5 an item of `workloads` should be a mapping, not a text"),
    ] {
        assert_eq!(problems(text), message, "for\n{text}");
        assert_eq!(problems(&text.replace('\n', "\r\n")), message, "with CRLF, for\n{text}");
    }
}

#[test]
fn broken_yaml_is_one_problem_and_not_many() {
    let file = file("profile: default\nchecks: {host-network: off\nfailOn: low\n");
    let (options, problems) = load(Arc::clone(&file), &ENTRIES);
    assert!(!problems.is_empty() && problems.iter().all(|problem| problem.span.is_some()));
    assert!(options.profile.is_none());
}

#[test]
fn nothing_said_is_nothing_changed() {
    for text in ["", "# nothing\n", "checks:\nignore:\npaths:\n  exclude:\n", "---\n"] {
        assert_eq!(problems(text), "", "for\n{text}");
        let names = names(&settings(text).rules());
        assert_eq!(names, ["image-mutable-tag", "privileged-container", "single-replica"]);
    }
    let built_in = Settings::built_in(&ENTRIES, TODAY);
    assert!(built_in.fail_on.value.stops(kubesift_engine::Severity::Medium));
    assert!(!built_in.fail_on.value.stops(kubesift_engine::Severity::Low));
    // The checks of the engine run with the default profile and not with those of a standard.
    let engine = |profile: &str| {
        let rules = settings(&format!("profile: {profile}")).rules();
        rules.iter().filter(|rule| rule.entry.family == "suppressions").count()
    };
    assert_eq!((engine("default"), engine("pss-baseline")), (2, 0));
}

#[test]
fn what_runs() {
    let baseline = ["host-network", "privileged-container"];
    runs("profile: pss-baseline", &[], &baseline);
    runs("", &[("--profile", "pss-baseline")], &baseline);
    runs("", &[("--select", "host-network,missing-labels")], &["host-network", "missing-labels"]);
    runs(
        "",
        &[("--select", "host-network"), ("--select", "images")],
        &["host-network", "image-mutable-tag"],
    );
    // Selected checks run whatever the profile and whatever the file says.
    runs(
        "checks: {host-network: off, images: on}",
        &[("--profile", "cis"), ("--select", "host-network")],
        &["host-network"],
    );
    runs(
        "",
        &[("--select", "profile:cis"), ("--extend-select", "hygiene")],
        &["missing-labels", "privileged-container"],
    );
    runs("", &[("--select", "cis")], &["privileged-container"]);
    // A family before the profile of the same name.
    runs("", &[("--select", "hygiene")], &["missing-labels"]);
    runs("", &[("--select", "reliability")], &["single-replica"]);
    // The narrower word wins, whatever the order.
    runs("", &[("--select", "host-network"), ("--ignore", "pod-security")], &["host-network"]);
    runs(
        "",
        &[("--select", "pod-security"), ("--ignore", "host-network")],
        &["privileged-container"],
    );
    runs(
        "checks: {host-network: on, pod-security: off}",
        &[],
        &["host-network", "image-mutable-tag", "single-replica"],
    );
    runs(
        "checks: {select: [pod-security], ignore: [host-network]}",
        &[],
        &["privileged-container"],
    );
    // A profile that is chosen higher up sets a selection aside, but not what was switched off.
    runs(
        "checks: {select: [images], privileged-container: off}",
        &[("--profile", "pss-baseline")],
        &["host-network"],
    );
    runs(
        "checks: {select: [images]}",
        &[("--extend-select", "host-network")],
        &["host-network", "image-mutable-tag"],
    );
    // Naming a check is wanting it; naming a family is not.
    runs(
        "checks: {missing-labels: high}",
        &[],
        &["image-mutable-tag", "missing-labels=high", "privileged-container", "single-replica"],
    );
    runs(
        "checks: {missing-labels: {severity: low}, pod-security: high}",
        &[],
        &["image-mutable-tag", "missing-labels=low", "privileged-container=high", "single-replica"],
    );
    runs(
        "checks: {privileged-container: low, pod-security: high, all: info}",
        &[],
        &["image-mutable-tag=info", "privileged-container=low", "single-replica=info"],
    );
    // Severities hold for what is selected higher up.
    runs("checks: {host-network: low}", &[("--select", "host-network")], &["host-network=low"]);
}

#[test]
fn the_highest_layer_says_which_baseline_holds() {
    let baseline = |text: &str, line: CommandLine| {
        let baseline = settings_with(text, &[], &line).baseline;
        (baseline.value, baseline.source.to_string())
    };
    let at = |path: &str| BaselineFile::At(path.to_owned());
    let named = "baseline: ci/known.json";
    let none = CommandLine::default;
    assert_eq!(baseline("", none()), (BaselineFile::Usual, "built in".to_owned()));
    assert_eq!(baseline(named, none()), (at("ci/known.json"), ".kubesift.yaml:1".to_owned()));
    let line = CommandLine { baseline: Some("b.json".to_owned()), ..none() };
    assert_eq!(baseline(named, line), (at("b.json"), "--baseline".to_owned()));
    let line = CommandLine { no_baseline: true, ..none() };
    assert_eq!(baseline(named, line), (BaselineFile::Off, "--no-baseline".to_owned()));
}

#[test]
fn a_check_is_asked_for_when_the_run_names_it() {
    let asked = |text: &str, line: &[&str]| -> Vec<&str> {
        let line = CommandLine {
            select: line.iter().map(|word| (*word).to_owned()).collect(),
            ..CommandLine::default()
        };
        let rules = settings_with(text, &[], &line).rules();
        rules.iter().filter(|rule| rule.asked).map(|rule| rule.entry.name).collect()
    };
    assert_eq!(asked("", &["host-network", "images", "profile:cis"]), ["host-network"]);
    assert_eq!(asked("checks: {select: [host-network], missing-labels: on}", &[]), [""; 0]);
}

fn resource(text: &str) -> Resource {
    let file = Arc::new(SourceFile::new(FileId(1), "a.yaml", text));
    let tree = Arc::new(parse(file));
    let root = tree.documents().next().and_then(|document| document.root()).expect("a document");
    let text = |key| root.get(key).and_then(Node::str).unwrap_or_default();
    let group = text("apiVersion").split_once('/').map_or("", |parts| parts.0);
    let pod = Workloads::default().shape(group, text("kind"));
    Resource::new(ResourceId(0), &tree, root, pod)
}

const WEB: &str = "apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  template:
    spec:
      containers:
        - name: app
          image: docker.io/acme/app:1
          securityContext: {privileged: true}
        - name: side
          image: docker.io/istio/proxyv2:1
          securityContext: {privileged: true}
";

#[test]
fn overrides_hold_for_what_they_select() {
    let text = "
overrides:
  - paths: [dev/]
    checks: {privileged-container: off, single-replica: {min: 5}}
  - kinds: [apps/DaemonSet]
    namespaces: [sh*]
    labels: {app: web}
    checks: {privileged-container: critical}
";
    let settings = settings(text);
    let web = resource(WEB);
    let at = |path: &str, resource: Option<&Resource>| {
        let rules = settings.rules_in(&settings.scope(path, resource));
        names(&rules).join(" ")
    };
    assert_eq!(settings.scope("prod/a.yaml", None), Scope::default());
    assert_eq!(at("prod/a.yaml", None), "image-mutable-tag privileged-container single-replica");
    assert_eq!(at("dev/a.yaml", None), "image-mutable-tag single-replica");
    assert_eq!(
        at("prod/a.yaml", Some(&web)),
        "image-mutable-tag privileged-container=critical single-replica"
    );
    // Of two that match, the later wins.
    assert_eq!(
        at("dev/a.yaml", Some(&web)),
        "image-mutable-tag privileged-container=critical single-replica"
    );
}

#[test]
fn files_below_hold_for_their_folder() {
    let below = [
        ("apps/web", "checks: {images: low}\npaths: {exclude: [vendor]}"),
        (
            "apps",
            "checks: {images: off, host-network: on}\nignore: [{checks: [pod-security], names: [web]}]",
        ),
    ];
    let settings = settings_with("checks: {single-replica: off}", &below, &CommandLine::default());
    let at = |path: &str| names(&settings.rules_in(&settings.scope(path, None))).join(" ");
    assert_eq!(at("a.yaml"), "image-mutable-tag privileged-container");
    assert_eq!(at("apps/a.yaml"), "host-network privileged-container");
    assert_eq!(at("apps2/a.yaml"), at("a.yaml"));
    assert_eq!(at("apps/web/x/a.yaml"), "host-network privileged-container");
    assert!(
        settings.is_excluded("apps/web/x/vendor/a.yaml") && !settings.is_excluded("vendor/a.yaml")
    );
    let below = [("apps", "paths: {include: [\"*.yml\"]}")];
    let settings = settings_with("paths: {include: [\"*.yaml\"]}", &below, &CommandLine::default());
    for (path, read) in
        [("a.yaml", true), ("a.yml", false), ("apps/a.yml", true), ("apps/a.yaml", false)]
    {
        assert_eq!(settings.reads(path), read, "{path}");
    }
    let file = file("profile: all\nfailOn: low\n");
    let (options, problems) = load_below(Arc::clone(&file), "apps", &ENTRIES);
    assert!(options.profile.is_none());
    assert!(shown(&file, &problems).starts_with("1:1 `profile` can be set in the file at the project root only (here may stand `checks`, `paths` or `ignore`)\n2:1 `failOn`"));
}

fn findings(resource: &Resource) -> Vec<kubesift_engine::Finding> {
    let rules = ENTRIES.iter().filter(|entry| entry.name == "privileged-container").map(Rule::new);
    let plan = Plan::new(rules.collect(), Version::NEWEST);
    let mut findings = Vec::new();
    plan.judge(resource, &[], &mut findings, &mut Vec::new());
    let files = [file(""), Arc::clone(resource.file())];
    merge(findings, &files)
}

/// The fates of the two containers of [`WEB`] at `apps/a.yaml`.
#[track_caller]
fn fates(entry: &str) -> [bool; 2] {
    let settings = settings(&format!("ignore:\n  - {entry}\n"));
    let web = resource(WEB);
    let mut uses = Uses::default();
    let fates: Vec<bool> = findings(&web)
        .iter()
        .map(|finding| {
            let facts = Facts { finding, path: "apps/a.yaml", resource: Some(&web) };
            settings.fate(&facts, &mut uses).is_some()
        })
        .collect();
    let unused = settings.unused(&uses, |entry| entry.name != "single-replica");
    assert_eq!(unused.is_empty(), fates.contains(&true) || entry.contains("single"), "{entry}");
    fates.try_into().expect("two findings")
}

#[test]
fn ignored_findings() {
    for (entry, expected) in [
        ("{checks: [privileged-container]}", [true, true]),
        ("{checks: [pod-security], kinds: [DaemonSet]}", [true, true]),
        ("{kinds: [Deployment, apps/*Set]}", [true, true]),
        ("{kinds: [batch/DaemonSet]}", [false, false]),
        ("{checks: [images]}", [false, false]),
        ("{checks: [single-replica]}", [false, false]),
        ("{containers: [side]}", [false, true]),
        ("{images: [\"docker.io/istio/*\"]}", [false, true]),
        ("{images: [\"docker.io/istio/*\"], containers: [app]}", [false, false]),
        ("{names: [w*b], namespaces: [shop]}", [true, true]),
        ("{names: [api]}", [false, false]),
        ("{labels: {app: \"{web,api}\"}}", [true, true]),
        ("{labels: {tier: \"*\"}}", [false, false]),
        ("{paths: [apps/]}", [true, true]),
        ("{paths: [\"*.yml\"]}", [false, false]),
    ] {
        assert_eq!(fates(entry), expected, "{entry}");
    }
}

#[test]
fn a_source_comment_is_a_path() {
    let settings = settings("ignore: [{paths: [chart/templates/web.yaml], reason: upstream}]");
    let mut web = resource(WEB);
    let finding = findings(&web).remove(0);
    let ask = |web: &Resource| {
        let facts = Facts { finding: &finding, path: "out.yaml", resource: Some(web) };
        settings.fate(&facts, &mut Uses::default())
    };
    assert_eq!(ask(&web), None);
    web.rendered_from = Some(kubesift_engine::model::RenderedFrom {
        template: "chart/templates/web.yaml".into(),
        comment: finding.at,
    });
    let fate = kubesift_engine::Fate::Suppressed { kind: "config", reason: "upstream".to_owned() };
    assert_eq!(ask(&web), Some(fate));
}

#[test]
fn show_says_where_values_come_from_and_is_a_configuration() {
    let line = CommandLine {
        fail_on: Some("high".to_owned()),
        ignore: vec!["images".to_owned()],
        ..CommandLine::default()
    };
    let settings = settings_with(FULL, &[], &line);
    let page = show(&settings, &Scope::default(), true);
    for expected in [
        "failOn: high                                  # --fail-on",
        "kubernetesVersion: \"1.31\"                     # .kubesift.yaml:5",
        "    - privileged-container                    # profile default",
        "    - missing-labels                          # .kubesift.yaml:23",
        "    min: 3                                    # .kubesift.yaml:26",
        "  host-network: critical                      # .kubesift.yaml:22",
        "    exempt: [\"batch\"]                         # .kubesift.yaml:27",
    ] {
        assert!(page.lines().any(|line| line == expected), "no `{expected}` in\n{page}");
    }
    assert_eq!(problems(&page), "", "for\n{page}");
    let again = self::settings(&show(&settings, &Scope::default(), false));
    assert_eq!(names(&again.rules()), names(&settings.rules()));
    assert!(
        show(&Settings::built_in(&ENTRIES, TODAY), &Scope::default(), true)
            .starts_with("profile: default                              # built in\n")
    );
}

fn json(node: Node<'_>) -> serde_json::Value {
    match node.value() {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => value.into(),
        Value::Int(value) => value.into(),
        Value::Uint(value) => value.into(),
        Value::Float(value) => value.into(),
        Value::Str(text) => text.into(),
        Value::List(list) => list.items().map(json).collect(),
        Value::Map(map) => map.entries().map(|(key, node)| (key.to_owned(), json(node))).collect(),
    }
}

#[test]
fn the_schema_agrees_with_the_reader() {
    let schema = serde_json::from_str(&schema(&ENTRIES)).expect("JSON");
    assert!(jsonschema::meta::is_valid(&schema));
    let schema = jsonschema::draft202012::new(&schema).expect("a schema");
    let errors = |text: &str| -> Vec<String> {
        let tree = parse(file(text));
        let root =
            tree.documents().next().and_then(|document| document.root()).expect("a document");
        schema.iter_errors(&json(root)).map(|error| error.to_string()).collect()
    };
    let full = show(&settings(FULL), &Scope::default(), false);
    for right in [
        FULL,
        "checks: {profile:cis: on, cis: low, suppressions: off, select: [images]}",
        &full,
        "ignore:\n",
        "baseline: ci/known.json",
    ] {
        assert_eq!(errors(right), [""; 0], "for\n{right}");
        assert_eq!(problems(right), "");
    }
    for wrong in [
        "profil: default",
        "profile: nsa",
        "kubernetesVersion: \"2.0\"",
        "failOn: urgent",
        "requireReason: please",
        "baseline: baseline.yaml",
        "baseline: ci/.json",
        "checks: {privilged-container: off}",
        "checks: {host-network: hgih}",
        "checks: {host-network: {min: 2}}",
        "checks: {single-replica: {min: two}}",
        "checks: {reliability: {min: 2}}",
        "checks: {select: [zzz]}",
        "paths: {exclude: third_party}",
        "ignore: [{reason: x}]",
        "ignore: [{names: [a], until: tomorrow}]",
        "overrides: [{checks: {images: off}}]",
        "overrides: [{paths: [a]}]",
        "workloads: [{kind: App}]",
        "workloads: [{kind: App, podTemplate: .spec}]",
        "external: [Secret]",
        "external: [Secret//tls]",
        "complete: [shop/web]",
        "complete: ['']",
    ] {
        assert_ne!(errors(wrong), [""; 0], "for\n{wrong}");
        assert_ne!(problems(wrong), "", "for\n{wrong}");
    }
}

#[test]
fn the_starter_file_is_right_and_changes_nothing() {
    let text = init_text(&ENTRIES);
    assert_eq!(problems(&text), "");
    assert!(text.contains("kubesift config schema") && text.contains("#   host-network: high"));
    let built_in = names(&Settings::built_in(&ENTRIES, TODAY).rules());
    assert_eq!(names(&settings(&text).rules()), built_in);
    // What is commented out is right too.
    let uncommented: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with("  ") => rest,
            Some(rest) if rest.split(' ').next().is_some_and(|word| word.ends_with(':')) => rest,
            _ => line,
        })
        .filter(|line| !line.contains("$schema"))
        .collect();
    assert_eq!(problems(&uncommented.join("\n")), "", "for\n{}", uncommented.join("\n"));
}

//! Whole runs: in memory, and on disk where links, permissions and ignore files count.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use kubesift_config::CommandLine;
use kubesift_engine::{
    Check, Date, Entry, Fate, FileFate, Outcome, Run, Severity, TroubleKind, Usual,
};
use kubesift_project::{Analysis, ConfigFile, Disk, Host, Memory, Request, Stop};

const TODAY: Date = Date { year: 2026, month: 1, day: 1 };

static POD: Check = Check {
    run: Run::Resource(&["Pod"], |resource, out| {
        out.report(resource.node(), "is a pod");
    }),
    ..Check::DEFAULT
};

/// Reports a Service whose ConfigMap of the same name is not in its build.
static LONELY: Check = Check {
    severity: Severity::High,
    run: Run::Links(&["Service"], |resource, graph, out| {
        let held = graph.of("ConfigMap").any(|other| other.name == resource.name);
        if !held && graph.build().complete {
            out.report(resource.node(), "is alone");
        }
    }),
    ..Check::DEFAULT
};

static CHECKS: [Entry; 2] = [
    Entry { name: "lonely", family: "test", docs: "Lonely.", source: "", check: &LONELY },
    Entry { name: "pod", family: "test", docs: "Pod.", source: "", check: &POD },
];

/// Reports references of a Pod that lead nowhere.
static REFERS: Check = Check {
    run: Run::Links(&["Pod"], |resource, graph, out| {
        out.dangling(resource, graph, Usual::Elsewhere, |_| true);
    }),
    ..Check::DEFAULT
};

static REFERENCES: [Entry; 1] =
    [Entry { name: "refers", family: "test", docs: "Refers.", source: "", check: &REFERS }];

fn object(kind: &str, name: &str) -> String {
    format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n")
}

fn request(paths: &[&str]) -> Request<'static> {
    let mut request = Request::new("/repo", TODAY);
    request.paths = paths.iter().map(PathBuf::from).collect();
    request
}

fn analyze(system: &Memory, paths: &[&str]) -> Outcome {
    analyzed(system, &request(paths)).outcome
}

fn analyzed(system: &Memory, request: &Request<'_>) -> Analysis {
    Host::new(system.clone(), &CHECKS).analyze(request).expect("an outcome")
}

/// `path:line check fate [builds]`
fn findings(outcome: &Outcome) -> Vec<String> {
    let names = |builds: &[kubesift_model::BuildId]| {
        let name = |id: &kubesift_model::BuildId| outcome.builds[id.0 as usize].name.to_string();
        builds.iter().map(name).collect::<Vec<_>>().join(" ")
    };
    let show = |finding: &kubesift_engine::Finding| {
        let file = outcome.file(finding.at);
        let line = file.lines().line_of(finding.at.start) + 1;
        let fate = match &finding.fate {
            Fate::Open => "open".to_owned(),
            Fate::Suppressed { kind, reason } => format!("{kind}: {reason}"),
        };
        format!("{}:{line} {} {fate} [{}]", file.path, finding.check.name, names(&finding.builds))
    };
    outcome.findings.iter().map(show).collect()
}

fn fates(outcome: &Outcome) -> Vec<String> {
    let show = |report: &kubesift_engine::FileReport| match &report.fate {
        FileFate::Checked { resources, other } => format!("{} {resources}+{other}", report.path),
        FileFate::NotKubernetes(reason) => format!("{} not: {reason}", report.path),
        FileFate::LeftOut(reason) => format!("{} out: {reason}", report.path),
        FileFate::Failed => format!("{} failed", report.path),
    };
    let sum = &outcome.summary;
    assert_eq!(sum.walked, sum.checked + sum.not_kubernetes + sum.failed + sum.left_out);
    assert_eq!(sum.walked as usize, outcome.reports.len());
    outcome.reports.iter().map(show).collect()
}

#[test]
fn every_file_ends_somewhere() {
    let pod = object("Pod", "x");
    let mut system = Memory::new([
        ("/repo/.git/HEAD", ""),
        ("/repo/chart/Chart.yaml", "name: web\n"),
        ("/repo/chart/values.yaml", "a: 1\n"),
        ("/repo/chart/templates/a.yaml", &pod),
        ("/repo/chart/crds/crd.yaml", &object("CustomResourceDefinition", "c")),
        ("/repo/k/kustomization.yaml", "resources: [a.yaml]\npatches: [{path: p.yaml}]\n"),
        ("/repo/k/a.yaml", &pod),
        ("/repo/k/p.yaml", &pod),
        ("/repo/list.yml", &format!("---\n---\n{pod}---\na: 1\n")),
        ("/repo/broken.yaml", &format!("{pod}---\napiVersion: v1\nkind: {{\n")),
        ("/repo/package.json", "{\"name\": 1}"),
        ("/repo/notes.txt", &pod),
        ("/repo/jinja.yaml", "{% if x %}\napiVersion: v1\nkind: Pod\n{% endif %}\n"),
        ("/repo/.kubesift.yaml", "failOn: high\n"),
    ]);
    system.put("/repo/bytes.yaml", b"a: \xff".to_vec());
    system.put("/repo/zip.yaml", b"PK\x03\x04\0\0".to_vec());
    system.put("/repo/sealed.yaml", b"\0GITCRYPT\0\x01\x02".to_vec());
    system.put("/repo/locked.yaml", "a: 1");
    system.lock("/repo/locked.yaml");
    let outcome = analyze(&system, &[]);
    assert_eq!(
        fates(&outcome),
        [
            ".kubesift.yaml not: the configuration of kubesift",
            "broken.yaml failed",
            "bytes.yaml failed",
            "chart/Chart.yaml not: the description of the chart chart",
            "chart/crds/crd.yaml 1+0",
            "chart/templates/a.yaml out: a template of the chart chart: charts are not rendered yet",
            "chart/values.yaml not: values of the chart chart",
            "jinja.yaml out: a template, and no chart's",
            "k/a.yaml 1+0",
            "k/kustomization.yaml 0+0",
            "k/p.yaml 0+0",
            "list.yml 1+1",
            "locked.yaml failed",
            "package.json not: neither `apiVersion` nor `kind`",
            "sealed.yaml out: encrypted by git-crypt",
            "zip.yaml failed",
        ]
    );
    let kinds: Vec<_> =
        outcome.errors.iter().map(|error| (&*error.path, error.kind, error.at.is_some())).collect();
    assert_eq!(
        kinds,
        [
            ("broken.yaml", TroubleKind::YamlSyntax, true),
            ("bytes.yaml", TroubleKind::NotText, false),
            ("locked.yaml", TroubleKind::Unreadable, false),
            ("zip.yaml", TroubleKind::NotText, false),
        ]
    );
    assert_eq!((outcome.summary.charts, outcome.summary.kustomizations), (1, 1));
    assert_eq!(outcome.summary.resources, 4);
}

#[test]
fn a_named_file_is_read_whatever_its_extension_but_a_template_is_not() {
    let pod = object("Pod", "x");
    let system = Memory::new([
        ("/repo/notes.txt", pod.as_str()),
        ("/repo/chart/Chart.yaml", "name: web\n"),
        ("/repo/chart/templates/a.yaml", &pod),
    ]);
    let outcome = analyze(&system, &["notes.txt", "chart/templates/a.yaml"]);
    assert_eq!(findings(&outcome), ["notes.txt:2 pod open [.]"]);
    assert_eq!(outcome.summary.left_out, 1);
}

#[test]
fn alternatives_are_builds_and_one_finding_names_them_all() {
    let service = object("Service", "web");
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n";
    let system = Memory::new([
        ("/repo/base/a.yaml", service.as_str()),
        ("/repo/dev/a.yaml", deployment),
        ("/repo/prod/a.yaml", deployment),
    ]);
    let outcome = analyze(&system, &[]);
    assert_eq!(findings(&outcome), ["base/a.yaml:2 lonely open [dev prod]"]);
    let base = &outcome.reports[0];
    assert_eq!(base.builds, [Arc::from("dev"), Arc::from("prod")]);
}

#[test]
fn named_files_are_complete_when_nothing_lies_beside_them() {
    let service = object("Service", "web");
    let mut system = Memory::new([
        ("/repo/u1/a.yaml", service.as_str()),
        ("/repo/u2/b.yaml", &service),
        ("/repo/u2/c.yaml", &object("ConfigMap", "web")),
    ]);
    let together = ["u1/a.yaml", "u2/b.yaml", "u2/c.yaml"];
    let alone = ["u1/a.yaml:2 lonely open [u1]"];
    assert_eq!(findings(&analyze(&system, &together)), alone);
    assert_eq!(findings(&analyze(&system, &together[..1])), alone);
    assert!(findings(&analyze(&system, &together[1..])).is_empty());
    assert!(findings(&analyze(&system, &together[1..2])).is_empty());
    system.put("/repo/u1/other.yaml", "a: 1\n");
    assert!(findings(&analyze(&system, &together[..1])).is_empty());
}

#[test]
fn what_is_lost_makes_a_build_incomplete() {
    let service = object("Service", "web");
    let mut system = Memory::new([("/repo/a.yaml", service.as_str())]);
    assert_eq!(analyze(&system, &[]).findings.len(), 1);
    for (path, text) in [
        ("/repo/b.yaml", "apiVersion: v1\nkind: {\n"),
        ("/repo/b.yaml", "apiVersion: v1\nkind: X\n{{ x }}\n"),
        ("/repo/kustomization.yaml", "resources: [a.yaml, gone.yaml]\n"),
        ("/repo/kustomization.yaml", "resources: [a.yaml]\nhelmCharts: [{name: web}]\n"),
    ] {
        let mut lost = system.clone();
        lost.put(path, text);
        assert!(analyze(&lost, &[]).findings.is_empty(), "{text}");
    }
    system.put("/repo/b.yaml", "a: 1\n");
    assert_eq!(analyze(&system, &[]).findings.len(), 1);
}

#[test]
fn standard_input_is_complete_when_it_is_a_rendering() {
    let service = object("Service", "web");
    let run = |text: &str| {
        let mut system = Memory::new([("/repo/other.yaml", "")]);
        system.set_stdin(text);
        let outcome = analyze(&system, &["-"]);
        assert_eq!(fates(&outcome), [format!("- {}+0", outcome.summary.resources)]);
        findings(&outcome)
    };
    assert!(run(&service).is_empty());
    assert_eq!(
        run(&format!("---\n# Source: c/templates/s.yaml\n{service}")),
        ["-:4 lonely open [-]"]
    );
    assert_eq!(run(&format!("{service}---\n{}", object("Secret", "s"))), ["-:2 lonely open [-]"]);
    let mut system = Memory::new([]);
    system.set_stdin(object("Pod", "x"));
    let mut request = request(&["-"]);
    request.stdin_name = Some("k8s/pod.yaml".to_owned());
    assert_eq!(
        findings(&analyzed(&system, &request).outcome),
        ["k8s/pod.yaml:2 pod open [k8s/pod.yaml]"]
    );
}

#[test]
fn rendered_resources_point_at_their_template() {
    let text = format!("---\n# Source: web/templates/pod.yaml\n{}", object("Pod", "x"));
    let system = Memory::new([
        ("/repo/a.yaml", text.as_str()),
        (
            "/repo/.kubesift.yaml",
            "ignore:\n- checks: [pod]\n  paths: [web/templates/pod.yaml]\n  reason: known\n",
        ),
    ]);
    let outcome = analyze(&system, &[]);
    assert_eq!(findings(&outcome), ["a.yaml:4 pod config: known [.]"]);
    let note = &outcome.findings[0].related[0];
    assert_eq!(note.message, "rendered from web/templates/pod.yaml");
    assert_eq!(outcome.file(note.at).slice(note.at), "# Source: web/templates/pod.yaml");
}

#[test]
fn suppressions_and_the_configuration_settle_findings() {
    let pod = object("Pod", "x");
    let system = Memory::new([
        ("/repo/.git/HEAD", ""),
        ("/repo/a.yaml", format!("# kubesift: ignore-file[pod] tried\n{pod}").as_str()),
        ("/repo/b.yaml", &pod),
        ("/repo/c/d.yaml", &pod),
        ("/repo/e/f.yaml", &pod),
        ("/repo/.kubesift.yaml", "ignore:\n- checks: [pod]\n  paths: [c]\n  reason: old\n"),
        ("/repo/e/.kubesift.yaml", "checks:\n  pod: off\n"),
    ]);
    assert_eq!(
        findings(&analyze(&system, &[])),
        [
            "a.yaml:3 pod inline: tried [.]",
            "b.yaml:2 pod open [.]",
            "c/d.yaml:2 pod config: old [c]"
        ]
    );
    let mut only = request(&["e"]);
    assert!(analyzed(&system, &only).outcome.findings.is_empty());
    only.config = ConfigFile::Off;
    assert_eq!(findings(&analyzed(&system, &only).outcome), ["e/f.yaml:2 pod open [e]"]);
}

/// `external`, `complete` and the generators of kustomizations decide what a reference that finds
/// nothing means.
#[test]
fn what_the_project_says_of_other_objects_reaches_the_checks() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  \
               containers:\n  - name: a\n    envFrom:\n    - secretRef: {name: tls}\n    \
               - configMapRef: {name: settings}\n    - secretRef: {name: nowhere}\n";
    let kustomization = "configMapGenerator:\n- name: settings\n  literals: [a=b]\n";
    let found = |config: &str| {
        let system = Memory::new([
            ("/repo/.git/HEAD", ""),
            ("/repo/.kubesift.yaml", config),
            ("/repo/k/kustomization.yaml", kustomization),
            ("/repo/pod.yaml", pod),
        ]);
        let analysis = Host::new(system, &REFERENCES).analyze(&request(&[])).expect("an outcome");
        let messages = analysis.outcome.findings.iter().map(|finding| finding.message.clone());
        messages.collect::<Vec<_>>()
    };
    let missing = |name: &str| {
        format!("Pod `web` takes its environment from Secret `{name}`, which no file defines")
    };
    assert_eq!(found("failOn: high\n"), [""; 0]);
    assert_eq!(found("complete: [shop]\n"), [missing("tls"), missing("nowhere")]);
    assert_eq!(found("complete: [\"s*\"]\nexternal: [Secret/shop/tls]\n"), [missing("nowhere")]);
}

#[test]
fn a_wrong_configuration_stops_the_run() {
    let system = Memory::new([("/repo/.kubesift.yaml", "checks:\n  podd: off\n")]);
    let stop = Host::new(system, &CHECKS).analyze(&request(&[])).expect_err("an error");
    let Stop::Config(errors) = stop else { panic!("{stop}") };
    let span = errors.problems[0].span.unwrap();
    assert_eq!(errors.files[span.file.0 as usize].slice(span), "podd");
}

#[test]
fn excluded_files_are_read_when_they_are_named_unless_exclusion_is_forced() {
    let pod = object("Pod", "x");
    let system = Memory::new([
        ("/repo/vendor/a.yaml", pod.as_str()),
        ("/repo/.kubesift.yaml", "paths:\n  exclude: [vendor]\n"),
    ]);
    assert_eq!(
        fates(&analyze(&system, &[]))[1],
        "vendor/a.yaml out: excluded by the configuration"
    );
    let mut named = request(&["vendor/a.yaml"]);
    assert_eq!(analyzed(&system, &named).outcome.findings.len(), 1);
    named.force_exclude = true;
    assert!(analyzed(&system, &named).outcome.findings.is_empty());
}

#[test]
fn the_outcome_is_the_same_whatever_the_number_of_threads() {
    let mut system = Memory::default();
    for at in 0..200 {
        let text = format!("{}---\n{}", object("Pod", "x"), object("Service", &format!("s{at}")));
        system.put(&format!("/repo/{}/{at}.yaml", at % 7), text);
    }
    let run = |jobs: &str| {
        let mut request = request(&[]);
        let line = CommandLine { jobs: Some(jobs.to_owned()), ..CommandLine::default() };
        request.command_line = line.options(&CHECKS).0;
        let outcome = analyzed(&system, &request).outcome;
        (findings(&outcome), fates(&outcome))
    };
    let one = run("1");
    assert_eq!(one.0.len(), 400);
    assert_eq!(one, run("2"));
    assert_eq!(one, run("7"));
}

#[test]
fn checks_that_need_no_links_skip_the_graphs() {
    static GRAPHS: AtomicU32 = AtomicU32::new(0);
    static COUNTED: Check = Check {
        run: Run::Links(&["*"], |_, _, _| {
            GRAPHS.fetch_add(1, Ordering::Relaxed);
        }),
        ..Check::DEFAULT
    };
    static BOTH: [Entry; 2] = [
        Entry { name: "counted", family: "test", docs: "C.", source: "", check: &COUNTED },
        Entry { name: "pod", family: "test", docs: "P.", source: "", check: &POD },
    ];
    let system = Memory::new([("/repo/a.yaml", object("Pod", "x").as_str())]);
    let mut request = request(&[]);
    let line = CommandLine { select: vec!["pod".to_owned()], ..CommandLine::default() };
    request.command_line = line.options(&BOTH).0;
    let outcome = Host::new(system, &BOTH).analyze(&request).unwrap().outcome;
    assert_eq!(outcome.findings.len(), 1);
    assert_eq!(GRAPHS.load(Ordering::Relaxed), 0);
    assert_eq!(outcome.checks.len(), 1);
}

#[test]
fn a_run_can_be_ended_from_outside() {
    let cancel = AtomicBool::new(true);
    let mut request = request(&[]);
    request.cancel = Some(&cancel);
    let system = Memory::new([("/repo/a.yaml", "")]);
    let stop = Host::new(system, &CHECKS).analyze(&request).expect_err("stopped");
    assert!(matches!(stop, Stop::Cancelled));
}

/// A folder that goes away with the test.
struct Temp(PathBuf);

impl Temp {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kubesift-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn analyze(&self, paths: &[&str]) -> Outcome {
        let mut request = Request::new(&self.0, TODAY);
        request.paths = paths.iter().map(PathBuf::from).collect();
        Host::new(Disk, &CHECKS).analyze(&request).expect("an outcome").outcome
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn ignore_files_hold_and_hidden_folders_are_walked() {
    let temp = Temp::new("ignore");
    let pod = object("Pod", "x");
    for path in [
        "a.yaml",
        "b/c.yaml",
        "gen/d.yaml",
        ".github/e.yaml",
        "node_modules/x/f.yaml",
        "dir.yaml/g.yaml",
    ] {
        temp.put(path, &pod);
    }
    temp.put(".kubesiftignore", "b/\n");
    temp.put(".gitignore", "gen/\n");
    let out = "node_modules out: a folder of packages or caches";
    let plain = temp.analyze(&[]);
    assert_eq!(
        fates(&plain),
        [".github/e.yaml 1+0", "a.yaml 1+0", "dir.yaml/g.yaml 1+0", "gen/d.yaml 1+0", out]
    );
    // Outside of a repository, .gitignore is a file like others, as for git.
    temp.put(".git/HEAD", "ref: refs/heads/main\n");
    let git = temp.analyze(&[]);
    assert_eq!(fates(&git), [".github/e.yaml 1+0", "a.yaml 1+0", "dir.yaml/g.yaml 1+0", out]);
    assert_eq!(fates(&temp.analyze(&["gen/d.yaml"])), ["gen/d.yaml 1+0"]);
}

#[cfg(unix)]
#[test]
fn links_and_loops_on_disk() {
    use std::os::unix::fs::symlink;
    let temp = Temp::new("links");
    temp.put("repo/a/pod.yaml", &object("Pod", "x"));
    temp.put("outside.yaml", &object("Pod", "y"));
    let link = |target: &str, name: &str| symlink(target, temp.0.join("repo").join(name)).unwrap();
    link("a/pod.yaml", "same.yaml");
    link("..", "up");
    link("a", "b");
    link("../outside.yaml", "out.yaml");
    link("nowhere.yaml", "gone.yaml");
    link("loop.yaml", "loop.yaml");
    let outcome = temp.analyze(&["repo"]);
    let checked = fates(&outcome).into_iter().filter(|line| !line.contains(" out: "));
    assert_eq!(checked.collect::<Vec<_>>(), ["repo/a/pod.yaml 1+0"]);
    assert_eq!(outcome.summary.left_out, 6);
    // A link that is named is followed.
    assert_eq!(fates(&temp.analyze(&["repo/out.yaml"])), ["repo/out.yaml 1+0"]);
    assert_eq!(fates(&temp.analyze(&["repo/b"])), ["repo/b/pod.yaml 1+0"]);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let temp = Temp::new("locked");
    temp.put("a.yaml", &object("Pod", "x"));
    temp.put("locked/b.yaml", "");
    temp.put("c.yaml", "");
    let set = |path: &str, mode| {
        fs::set_permissions(temp.0.join(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    set("locked", 0o000);
    set("c.yaml", 0o000);
    // Root reads everything.
    let readable = fs::read(temp.0.join("c.yaml")).is_ok();
    let outcome = temp.analyze(&[]);
    set("locked", 0o755);
    if readable {
        assert!(outcome.errors.is_empty());
        return;
    }
    assert_eq!(fates(&outcome), ["a.yaml 1+0", "c.yaml failed", "locked failed"]);
    assert!(outcome.errors.iter().all(|error| error.kind == TroubleKind::Unreadable));
}

#[test]
fn a_path_outside_is_shown_as_it_was_given() {
    let temp = Temp::new("outside");
    temp.put("x/a.yaml", &object("Pod", "x"));
    temp.put("y/b.yaml", "");
    let run = |path: &Path| {
        let mut request = Request::new(temp.0.join("y"), TODAY);
        request.paths = vec![path.to_path_buf()];
        fates(&Host::new(Disk, &CHECKS).analyze(&request).unwrap().outcome)
    };
    assert_eq!(run(Path::new("../x")), ["../x/a.yaml 1+0"]);
    assert_eq!(run(Path::new("../y/b.yaml")), ["b.yaml not: empty"]);
    let full = temp.0.join("x/a.yaml");
    assert_eq!(run(&full), [format!("{} 1+0", full.display())]);
}

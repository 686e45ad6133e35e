//! Baselines as a session applies them: what is held back, what comes through, which entries are
//! stale, over random subsets of findings, moved text and edits.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_config::{CommandLine, Level};
use kubesift_engine::{BASELINE_FILE_NAME, Baseline, Date, Finding};
use kubesift_project::{Analysis, Change, ConfigFile, Disk, Host, Memory, Request};
use proptest::prelude::*;

const TODAY: Date = Date { year: 2026, month: 1, day: 1 };
const FILE: &str = "/repo/.kubesift-baseline.json";

type Texts = BTreeMap<String, String>;

/// The projects that lie beside the tests, below `/repo`.
fn testdata() -> Texts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut texts = Texts::new();
    for project in ["shop", "overlays"] {
        let mut folders = vec![root.join(project)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(text) = std::fs::read_to_string(&path) {
                    let name = path.strip_prefix(&root).expect("below").display().to_string();
                    texts.insert(format!("/repo/{name}"), text);
                }
            }
        }
    }
    texts
}

fn pod(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: shop\nspec:\n  containers:\n  \
         - name: app\n    image: app:1\n    securityContext:\n      privileged: true\n"
    )
}

fn texts<const N: usize>(files: [(&str, String); N]) -> Texts {
    files.into_iter().map(|(path, text)| (format!("/repo/{path}"), text)).collect()
}

fn memory(texts: &Texts) -> Memory {
    Memory::new(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn request<'a>() -> Request<'a> {
    Request::new("/repo", TODAY)
}

fn analyze(texts: &Texts, request: &Request<'_>) -> Analysis {
    Host::new(memory(texts), kubesift_checks::ALL).analyze(request).expect("an analysis")
}

/// The texts with a baseline of everything.
fn with_baseline(texts: &Texts) -> Texts {
    let analysis = analyze(texts, &request());
    let baseline = analysis.new_baseline(Path::new(FILE));
    let mut texts = texts.clone();
    texts.insert(FILE.to_owned(), baseline.text());
    texts
}

/// What a finding is, but for which of several alike it is and where in its file it stands.
fn names<'f>(analysis: &Analysis, findings: impl Iterator<Item = &'f Finding>) -> Vec<String> {
    let name = |finding: &Finding| {
        let subject = finding.subject.as_ref().map(|one| (one.kind.clone(), one.name.clone()));
        let path = &analysis.outcome.file(finding.at).path;
        let field = &finding.stable_path;
        format!("{path} {} {field:?} {subject:?}", finding.check.name)
    };
    let mut names: Vec<String> = findings.map(name).collect();
    names.sort();
    names
}

fn open(analysis: &Analysis) -> Vec<String> {
    names(analysis, analysis.outcome.open())
}

/// The findings about entries of the baseline.
fn stale(analysis: &Analysis) -> Vec<String> {
    let own = analysis.outcome.findings.iter().filter(|finding| {
        finding.check.name == "unused-suppression"
            && analysis.outcome.file(finding.at).path.ends_with(BASELINE_FILE_NAME)
    });
    own.map(|finding| finding.message.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn what_a_baseline_does_not_list_comes_through(picks in prop::collection::vec(any::<bool>(), 1..64)) {
        let mut texts = testdata();
        let all = analyze(&texts, &request());
        let findings: Vec<Finding> = all.outcome.open().cloned().collect();
        let is_picked = |at: &usize| picks[at % picks.len()];
        let part = |listed: bool| {
            let part = findings.iter().enumerate().filter(move |(at, _)| is_picked(at) == listed);
            part.map(|(_, finding)| finding)
        };
        let path = |file| Some(Arc::clone(&all.outcome.files[file_at(file)].path));
        let baseline = Baseline::of(part(true), vec![".".to_owned()], &path);
        texts.insert(FILE.to_owned(), baseline.text());
        let held = analyze(&texts, &request());
        prop_assert_eq!(open(&held), names(&all, part(false)));
        let listed = held.outcome.findings.iter().filter(|finding| finding.is_in_baseline());
        prop_assert_eq!(names(&held, listed), names(&all, part(true)));
        prop_assert_eq!(stale(&held), [""; 0]);
    }

    #[test]
    fn edits_give_what_a_fresh_run_gives(acts in prop::collection::vec(act(), 1..8)) {
        let mut texts = with_baseline(&edited());
        let mut host = Host::new(memory(&texts), kubesift_checks::ALL);
        host.snapshot().analyze(&request()).expect("an analysis");
        for act in &acts {
            let path = apply(act, &mut texts);
            let text: Arc<str> = Arc::from(texts[&path].as_str());
            host.apply([Change::Open { path: PathBuf::from(&path), text }]);
            let told = host.snapshot().analyze(&request()).expect("an analysis");
            prop_assert_eq!(seen(&told), seen(&analyze(&texts, &request())), "after {:?}", act);
        }
    }
}

fn file_at(file: kubesift_source::FileId) -> usize {
    file.0 as usize
}

/// All that a person would see of an analysis.
fn seen(analysis: &Analysis) -> Vec<String> {
    let finding = |finding: &Finding| {
        let (path, at) = (&analysis.outcome.file(finding.at).path, finding.at);
        let (check, fate) = (finding.check.name, &finding.fate);
        format!(
            "{path}:{}..{} {check} {} {fate:?} {:?}",
            at.start, at.end, finding.message, finding.fix
        )
    };
    let mut lines: Vec<String> = analysis.outcome.findings.iter().map(finding).collect();
    let problems = analysis.problems.iter();
    lines.extend(problems.map(|one| format!("{:?} {} {:?}", one.level, one.message, one.span)));
    lines.extend(analysis.outcome.reports.iter().map(|one| format!("{} {:?}", one.path, one.fate)));
    lines
}

fn edited() -> Texts {
    texts([
        ("dev/web.yaml", pod("web")),
        ("prod/web.yaml", pod("web")),
        ("prod/two.yaml", format!("{}---\n{}", pod("one"), pod("two"))),
    ])
}

#[derive(Debug, Clone)]
enum Act {
    /// Puts words in the place of some bytes of a file.
    Edit(prop::sample::Index, prop::sample::Index, usize, &'static str),
    /// Takes back all that was done to a file.
    Undo(prop::sample::Index),
}

fn act() -> impl Strategy<Value = Act> {
    let index = any::<prop::sample::Index>;
    let words = prop::sample::select(vec![
        "",
        "x",
        "web",
        "false",
        "\n",
        "---\n",
        "{",
        "}",
        "]",
        ",",
        "\"",
        "1",
        "prod",
        "# kubesift: ignore\n",
    ]);
    prop_oneof![
        3 => (index(), index(), 0usize..12, words)
            .prop_map(|(file, at, len, words)| Act::Edit(file, at, len, words)),
        1 => index().prop_map(Act::Undo),
    ]
}

fn apply(act: &Act, texts: &mut Texts) -> String {
    let paths: Vec<String> = texts.keys().cloned().collect();
    match act {
        Act::Edit(file, at, len, words) => {
            let path = file.get(&paths).clone();
            let text = texts.get_mut(&path).expect("a text");
            let start = at.index(text.len() + 1);
            let end = (start + len).min(text.len());
            text.replace_range(start..end, words);
            path
        }
        Act::Undo(file) => {
            let path = file.get(&paths).clone();
            let text = with_baseline(&edited()).remove(&path).unwrap_or_default();
            texts.insert(path.clone(), text);
            path
        }
    }
}

#[test]
fn everything_is_held_back_wherever_the_run_starts() {
    let texts = with_baseline(&testdata());
    let whole = analyze(&texts, &request());
    assert_eq!(open(&whole), [""; 0]);
    assert_eq!(whole.outcome.baseline.as_deref(), Some(BASELINE_FILE_NAME));
    let listed = whole.outcome.in_baseline();
    assert!(listed > 20, "{listed}");
    // From below, with the paths of above; from beside, by name.
    let mut inside = Request::new("/repo/shop", TODAY);
    let mut named = texts.clone();
    named.insert("/repo/.git/HEAD".to_owned(), String::new());
    inside.paths = vec![PathBuf::from("/repo")];
    let below = analyze(&named, &inside);
    assert_eq!((open(&below), below.outcome.in_baseline()), (vec![], listed));
    assert_eq!(below.outcome.baseline.as_deref(), Some("../.kubesift-baseline.json"));
    let mut above = Request::new("/", TODAY);
    above.paths = vec![PathBuf::from("repo")];
    let line = CommandLine {
        baseline: Some("repo/.kubesift-baseline.json".to_owned()),
        ..CommandLine::default()
    };
    above.command_line = line.options(kubesift_checks::ALL).0;
    let above = analyze(&texts, &above);
    assert_eq!((open(&above), above.outcome.in_baseline()), (vec![], listed));
}

#[test]
fn what_has_no_name_is_known_wherever_the_run_starts() {
    let nameless = pod("x").replace("  name: x\n", "  generateName: x-\n");
    let mut files = texts([("k8s/job.yaml", nameless), (".kubesift.yaml", String::new())]);
    files = with_baseline(&files);
    assert_eq!(open(&analyze(&files, &request())), [""; 0]);
    let mut below = Request::new("/repo/k8s", TODAY);
    files.insert("/repo/.git/HEAD".to_owned(), String::new());
    assert_eq!(open(&analyze(&files, &below)), [""; 0]);
    below.paths = vec![PathBuf::from("job.yaml")];
    assert_eq!(open(&analyze(&files, &below)), [""; 0]);
}

#[test]
fn moved_lines_and_documents_in_another_order_are_known() {
    let before = texts([("a.yaml", format!("{}---\n{}", pod("one"), pod("two")))]);
    let mut files = with_baseline(&before);
    let count = analyze(&files, &request()).outcome.in_baseline();
    let after = format!("# a word\n\n\n{}---\n# another\n{}", pod("two"), pod("one"));
    for text in
        [after.clone(), after.replace("  - name: app\n", "  - command: [x]\n    name: app\n")]
    {
        files.insert("/repo/a.yaml".to_owned(), text);
        let analysis = analyze(&files, &request());
        assert_eq!(open(&analysis), [""; 0]);
        assert_eq!((stale(&analysis), analysis.outcome.in_baseline()), (vec![], count));
    }
}

#[test]
fn what_is_said_of_a_namespace_is_known_whichever_object_it_is_said_at() {
    let mut files = with_baseline(&texts([("k8s/b.yaml", pod("b")), ("k8s/c.yaml", pod("c"))]));
    files.insert(
        "/repo/k8s/a.yaml".to_owned(),
        pod("a").replace("privileged: true", "runAsUser: 1"),
    );
    let analysis = analyze(&files, &request());
    let open = open(&analysis);
    assert!(!open.is_empty() && open.iter().all(|one| one.starts_with("k8s/a.yaml")), "{open:?}");
    assert!(!open.iter().any(|one| one.contains(" namespace-")), "{open:?}");
    assert_eq!(stale(&analysis), [""; 0]);
    // In another namespace it is another finding.
    let other = pod("a").replace("namespace: shop", "namespace: shop2");
    files.insert("/repo/k8s/a.yaml".to_owned(), other);
    let open = self::open(&analyze(&files, &request()));
    assert!(open.iter().any(|one| one.contains(" namespace-without-network-policy")), "{open:?}");
}

#[test]
fn a_file_with_another_name_takes_its_entries_with_it() {
    let mut files = with_baseline(&texts([("a.yaml", pod("one"))]));
    let text = files.remove("/repo/a.yaml").expect("a text");
    files.insert("/repo/apps/one.yaml".to_owned(), text.clone());
    let analysis = analyze(&files, &request());
    assert_eq!((open(&analysis), stale(&analysis)), (vec![], vec![]));
    // The object went to another file, and its own holds another one.
    files.insert(
        "/repo/a.yaml".to_owned(),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n".to_owned(),
    );
    assert_eq!(stale(&analyze(&files, &request())), [""; 0]);
    // A copy beside it is new.
    files.insert("/repo/a.yaml".to_owned(), text);
    let analysis = analyze(&files, &request());
    assert!(
        open(&analysis).iter().any(|one| one.starts_with("apps/one.yaml privileged-container"))
    );
    assert!(open(&analysis).iter().all(|one| one.starts_with("apps/one.yaml")));
}

#[test]
fn what_is_mended_in_one_copy_is_stale_and_makes_no_room_in_another() {
    let mut files = with_baseline(&texts([("dev/web.yaml", pod("web"))]));
    let mended = pod("web").replace("privileged: true", "privileged: false");
    files.insert("/repo/dev/web.yaml".to_owned(), mended);
    files.insert("/repo/prod/web.yaml".to_owned(), pod("web"));
    let analysis = analyze(&files, &request());
    let own = open(&analysis);
    assert!(own.iter().any(|one| one.starts_with("prod/web.yaml privileged-container")), "{own:?}");
    let stale = stale(&analysis);
    assert!(
        stale
            .iter()
            .any(|one| one.contains("`privileged-container` for Pod shop/web in dev/web.yaml")),
        "{stale:?}"
    );
}

/// A project of which one finding was mended, so that one entry is stale.
fn mended() -> Texts {
    let mut files = with_baseline(&texts([
        ("a.yaml", pod("one")),
        ("b.yaml", pod("two")),
        (".git/HEAD", String::new()),
    ]));
    let text = pod("one").replace("privileged: true", "privileged: false");
    files.insert("/repo/a.yaml".to_owned(), text);
    files
}

#[test]
fn a_run_that_cannot_tell_calls_no_entry_stale() {
    let files = mended();
    assert_eq!(stale(&analyze(&files, &request())).len(), 1);
    type With = fn(&mut Request<'_>);
    let cases: [(&str, With); 8] = [
        ("a file", |one| one.paths = vec!["a.yaml".into()]),
        ("all files by name", |one| one.paths = vec!["a.yaml".into(), "b.yaml".into()]),
        ("standard input", |one| one.paths = vec!["-".into()]),
        ("another check", |one| one.command_line = select(&["host-pid", "unused-suppression"])),
        ("not that check", |one| one.command_line = ignore("privileged-container")),
        ("another version", |one| {
            let line =
                CommandLine { kubernetes_version: Some("1.30".into()), ..CommandLine::default() };
            one.command_line = line.options(kubesift_checks::ALL).0;
        }),
        ("less", |one| {
            let line = CommandLine { exclude: vec!["b.yaml".into()], ..CommandLine::default() };
            one.command_line = line.options(kubesift_checks::ALL).0;
        }),
        ("no configuration", |one| one.config = ConfigFile::Off),
    ];
    for (name, with) in cases {
        let mut request = request();
        with(&mut request);
        assert_eq!(stale(&analyze(&files, &request)), [""; 0], "{name}");
    }
    // What is asked for by name can be told.
    let mut request = request();
    request.command_line = select(&["privileged-container", "unused-suppression"]);
    assert_eq!(stale(&analyze(&files, &request)).len(), 1);
    // A least severity hides findings, and makes none of them gone.
    let line = CommandLine { min_severity: Some("low".into()), ..CommandLine::default() };
    request.command_line = line.options(kubesift_checks::ALL).0;
    assert_eq!(stale(&analyze(&files, &request)).len(), 1);
    for (path, text) in [
        ("/repo/c.yaml", "apiVersion: v1\nkind: Pod\nmetadata: [\n"),
        ("/repo/.kubesift.yaml", "paths: {exclude: [a.yaml]}\n"),
        ("/repo/.kubesift.yaml", "checks: {privileged-container: off}\n"),
        (
            "/repo/.kubesift.yaml",
            "overrides: [{paths: [a.yaml], checks: {privileged-container: off}}]\n",
        ),
    ] {
        let mut files = files.clone();
        files.insert(path.to_owned(), text.to_owned());
        assert_eq!(stale(&analyze(&files, &self::request())), [""; 0], "{path}: {text}");
    }
    // With a hole in a build, what takes all of it cannot be told; what one object shows can.
    let mut holed = files.clone();
    holed.insert("/repo/c/kustomization.yaml".to_owned(), "resources: [gone.yaml]\n".to_owned());
    let told = stale(&analyze(&holed, &self::request()));
    assert!(told.len() == 1 && told[0].contains("`privileged-container`"), "{told:?}");
    // That other objects are judged by less says nothing of this one.
    let mut files = files.clone();
    let text = "overrides: [{paths: [b.yaml], checks: {privileged-container: off}}]\n";
    files.insert("/repo/.kubesift.yaml".to_owned(), text.to_owned());
    let stale = stale(&analyze(&files, &self::request()));
    assert!(stale.len() == 1 && stale[0].contains("a.yaml"), "{stale:?}");
}

fn select(checks: &[&str]) -> kubesift_config::Options {
    let select = checks.iter().map(|one| (*one).to_owned()).collect();
    CommandLine { select, ..CommandLine::default() }.options(kubesift_checks::ALL).0
}

fn ignore(check: &str) -> kubesift_config::Options {
    let ignore = vec![check.to_owned()];
    CommandLine { ignore, ..CommandLine::default() }.options(kubesift_checks::ALL).0
}

#[test]
fn what_is_gone_is_stale_and_what_is_excused_is_not() {
    let mut files = mended();
    files.remove("/repo/b.yaml");
    let gone = stale(&analyze(&files, &request()));
    assert!(gone.len() > 2 && gone.iter().any(|one| one.contains("b.yaml")), "{gone:?}");
    let mut files = with_baseline(&texts([("a.yaml", pod("one"))]));
    let excused = "privileged: true # kubesift: ignore[privileged-container] it must";
    files.insert("/repo/a.yaml".to_owned(), pod("one").replace("privileged: true", excused));
    assert_eq!(stale(&analyze(&files, &request())), [""; 0]);
}

#[test]
fn a_part_of_the_project_can_have_a_baseline_of_its_own() {
    let mut files = texts([("k8s/a.yaml", pod("one")), ("other/b.yaml", pod("two"))]);
    files.insert("/repo/.git/HEAD".to_owned(), String::new());
    let mut part = request();
    part.paths = vec!["k8s/".into()];
    let baseline = analyze(&files, &part).new_baseline(Path::new(FILE));
    assert_eq!(baseline.paths, ["k8s"]);
    files.insert(FILE.to_owned(), baseline.text());
    let text = pod("one").replace("privileged: true", "privileged: false");
    files.insert("/repo/k8s/a.yaml".to_owned(), text);
    assert_eq!(stale(&analyze(&files, &part)).len(), 1);
    // The whole has more in view than the baseline was made with.
    let whole = analyze(&files, &request());
    assert_eq!(stale(&whole), [""; 0]);
    assert!(open(&whole).iter().any(|one| one.starts_with("other/b.yaml")));
}

#[test]
fn renewing_a_part_leaves_the_rest() {
    let files = mended();
    let mut part = request();
    part.paths = vec!["a.yaml".into()];
    let part = analyze(&files, &part).renewed_baseline().expect("a baseline");
    let whole = analyze(&files, &request());
    let all = whole.renewed_baseline().expect("a baseline");
    // What takes the whole build to see is the whole's to say.
    let alone = |baseline: &Baseline| {
        let own = baseline.entries.iter().filter(|one| !one.check.starts_with("namespace-"));
        own.cloned().collect::<Vec<_>>()
    };
    assert_eq!((&part.paths, alone(&part)), (&all.paths, alone(&all)));
    assert_eq!(all, whole.new_baseline(Path::new(FILE)));
    // One check, the entries of all others.
    let mut one = request();
    one.command_line = select(&["privileged-container"]);
    let one = analyze(&files, &one).renewed_baseline().expect("a baseline");
    let gone = Baseline::read(&source(&files[FILE])).expect("a baseline").count() - one.count();
    assert_eq!(gone, 1);
}

fn source(text: &str) -> Arc<kubesift_source::SourceFile> {
    let file = kubesift_source::SourceFile::new(kubesift_source::FileId(0), FILE, text);
    Arc::new(file)
}

#[test]
fn a_wrong_baseline_is_said_at_its_place_and_holds_nothing_back() {
    let mut files = with_baseline(&texts([("a.yaml", pod("one"))]));
    for text in
        ["", "hello", "{\"version\": 2, \"findings\": []}", "{\"version\": 1, \"findings\": [{}]}"]
    {
        files.insert(FILE.to_owned(), text.to_owned());
        let analysis = analyze(&files, &request());
        let problem = analysis.problems.first().expect("a problem");
        assert_eq!(problem.level, Level::Error, "{text}");
        let span = problem.span.expect("a place");
        assert_eq!(&*analysis.outcome.file(span).path, BASELINE_FILE_NAME);
        assert!(!open(&analysis).is_empty() && analysis.outcome.baseline.is_none(), "{text}");
    }
    let mut system = memory(&files);
    system.lock(FILE);
    let host = Host::new(system, kubesift_checks::ALL);
    let analysis = host.analyze(&request()).expect("an analysis");
    assert!(analysis.problems[0].message.starts_with("the baseline cannot be read: "));
}

#[test]
fn a_baseline_that_is_named_must_be_there() {
    let mut files = texts([
        ("a.yaml", pod("one")),
        (".kubesift.yaml", "failOn: low\nbaseline: ci/known.json\n".to_owned()),
    ]);
    let analysis = analyze(&files, &request());
    let problem = analysis.problems.first().expect("a problem");
    assert_eq!(problem.message, "there is no baseline ci/known.json");
    let span = problem.span.expect("a place");
    assert_eq!((&*analysis.outcome.file(span).path, span.start), (".kubesift.yaml", 12));
    let made = analysis.new_baseline(Path::new("/repo/ci/known.json"));
    assert_eq!((&*made.paths[0], &*made.entries[0].file), ("..", "../a.yaml"));
    files.insert("/repo/ci/known.json".to_owned(), made.text());
    let analysis = analyze(&files, &request());
    assert_eq!((open(&analysis), analysis.problems.len()), (vec![], 0));
    let own = analysis.outcome.reports.iter().find(|one| &*one.path == "ci/known.json");
    assert!(format!("{own:?}").contains("the baseline of kubesift"), "{own:?}");
}

#[test]
fn entries_that_lead_out_of_the_project_are_never_looked_for() {
    let mut files = with_baseline(&texts([("a.yaml", pod("one"))]));
    let text = files[FILE].replace("\"a.yaml\"", "\"../../etc/passwd\"");
    files.insert(FILE.to_owned(), text);
    let analysis = analyze(&files, &request());
    assert!(open(&analysis).iter().any(|one| one.starts_with("a.yaml privileged-container")));
    assert_eq!(stale(&analysis), [""; 0]);
}

#[test]
fn a_baseline_on_disk_that_comes_changes_or_goes_is_seen() {
    let folder = std::env::temp_dir().join(format!("kubesift-baseline-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let folder = std::fs::canonicalize(&folder).expect("a path");
    std::fs::write(folder.join("a.yaml"), pod("one")).expect("written");
    let request = Request::new(&folder, TODAY);
    let mut host = Host::new(Disk, kubesift_checks::ALL);
    let look = |host: &Host| {
        let analysis = host.snapshot().analyze(&request).expect("an analysis");
        (analysis.outcome.open().count(), analysis.outcome.in_baseline())
    };
    let (all, _) = look(&host);
    assert!(all > 1);
    let file = folder.join(BASELINE_FILE_NAME);
    let analysis = host.snapshot().analyze(&request).expect("an analysis");
    let text = analysis.new_baseline(&file).text();
    for (text, expected) in [
        (Some(text.as_str()), (0, all)),
        (Some("{"), (all, 0)),
        (Some(&text), (0, all)),
        (None, (all, 0)),
    ] {
        match text {
            Some(text) => std::fs::write(&file, text).expect("written"),
            None => std::fs::remove_file(&file).expect("removed"),
        }
        host.apply([Change::Disk { path: file.clone() }]);
        assert_eq!(look(&host), expected, "{text:?}");
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}

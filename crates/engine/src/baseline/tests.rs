//! What a baseline reads, writes and holds back.

use std::sync::Arc;

use kubesift_model::ResourceId;
use kubesift_source::{Column, FileId, SourceFile, Span, apply};

use super::*;
use crate::{Check, Entry, Matter, Severity, Subject};

static PRIVILEGED: Entry = entry("privileged-container");
static TAG: Entry = entry("image-tag");

const fn entry(name: &'static str) -> Entry {
    Entry { name, family: "pods", docs: "", source: "", check: &Check::DEFAULT }
}

/// A finding about the Deployment `shop/NAME`, in the file of this number.
fn finding(check: &'static Entry, file: u32, name: Option<&str>, field: &str) -> Finding {
    let subject = Subject {
        id: ResourceId(file),
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: Some("shop".to_owned()),
        name: name.map(str::to_owned),
        container: None,
    };
    let matter = Matter {
        message: format!("{field} is wrong"),
        object_path: Some(field.to_owned()),
        stable_path: Some(field.to_owned()),
        subject: Some(subject),
        ..Matter::default()
    };
    Finding::new(check, Severity::High, Span::new(FileId(file), 0, 1), matter)
}

fn web(file: u32) -> Finding {
    finding(&PRIVILEGED, file, Some("web"), "spec")
}

fn path(file: FileId) -> Arc<str> {
    ["dev/web.yaml", "prod/web.yaml", "new/web.yaml"][file.0 as usize].into()
}

fn of(findings: &[Finding]) -> Baseline {
    Baseline::of(findings, vec![".".to_owned()], &|file| Some(path(file)))
}

fn source(text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(FileId(9), FILE_NAME, text))
}

fn read(text: &str) -> Baseline {
    Baseline::read(&source(text)).unwrap_or_else(|flaws| panic!("{flaws:?} in\n{text}"))
}

/// The findings that are open after they were held back, and what is left of the baseline.
fn held(
    baseline: &Baseline,
    mut findings: Vec<Finding>,
    seen: &dyn Fn(&str) -> Seen,
    another: bool,
) -> (Vec<u32>, Vec<(usize, u32)>) {
    let ground = Ground { path: &path, seen, holds_another: &|_, _| another };
    let left = baseline.hold(&mut findings, &ground, "listed");
    let open = findings.iter().filter(|one| one.is_open()).map(|one| one.at.file.0);
    (open.collect(), left.iter().map(|left| (left.entry, left.count)).collect())
}

const TEXT: &str = r#"{
  "version": 1,
  "paths": ["."],
  "findings": [
    {"file": "dev/web.yaml", "resource": "Deployment shop/\"web\"", "check": "image-tag", "field": "spec.image", "fingerprint": "PRINT1"},
    {"file": "prod/web.yaml", "resource": "Deployment shop/web", "check": "privileged-container", "field": "spec", "fingerprint": "PRINT2", "count": 2}
  ]
}
"#;

#[test]
fn an_entry_is_a_line_and_what_is_written_is_read() {
    let quoted = finding(&TAG, 0, Some("\"web\""), "spec.image");
    // Whatever the order of the findings.
    let made = of(&[web(1), quoted.clone(), web(1)]);
    let prints = [identity(&quoted, ""), identity(&web(1), "")].map(|print| print.to_string());
    let text = TEXT.replace("PRINT1", &prints[0]).replace("PRINT2", &prints[1]);
    assert_eq!(made.text(), text);
    assert_eq!(made.count(), 3);
    assert_eq!(read(&text), made);
    assert_eq!(read(&of(&[]).text()), of(&[]));
    assert!(of(&[]).text().ends_with("\"findings\": []\n}\n"));
}

#[test]
fn names_of_any_letters_come_back() {
    for name in ["é\u{1f600}", "a\\b\u{1}\n\t", "<&>", "'", "\u{2028}", "[a: b]", "# no", ""] {
        let made = of(&[finding(&TAG, 0, Some(name), name)]);
        assert_eq!(read(&made.text()), made, "{name:?}");
        assert_eq!(made.text().lines().count(), 7, "{name:?}");
    }
}

#[test]
fn what_is_suppressed_otherwise_needs_no_entry() {
    let fate = |kind| Fate::Suppressed { kind, reason: String::new() };
    let mut findings = [web(0), web(1), web(2)];
    findings[0].fate = fate("inline");
    findings[1].fate = fate(KIND);
    let files: Vec<Arc<str>> = of(&findings).entries.into_iter().map(|one| one.file).collect();
    assert_eq!(files, ["new/web.yaml".into(), "prod/web.yaml".into()]);
}

#[test]
fn every_mistake_is_at_its_place() {
    let entry = |rest: &str| format!("{{\"version\": 1, \"findings\": [\n{{{rest}}}]}}");
    let print = "0".repeat(32);
    for (text, message) in [
        (String::new(), "1:1 a baseline should be one JSON object"),
        ("hello".into(), "1:1 a baseline should be one JSON object"),
        ("[]".into(), "1:1 a baseline should be one JSON object"),
        ("version: 1\nfindings: []".into(), "1:1 a baseline should be one JSON object"),
        ("{\"version\": 1,".into(), "1:1 this is not JSON: "),
        ("{} {}".into(), "1:1 a baseline should be one JSON object"),
        ("# old\n{}".into(), "1:1 a baseline should be one JSON object"),
        ("{}\n---\n{}".into(), "1:1 a baseline should be one JSON object"),
        ("{\"findings\": []}".into(), "1:2 `version` should be 1"),
        ("{\"version\": \"1\"}".into(), "1:2 `version` should be 1"),
        ("{\"version\": 0}".into(), "1:2 `version` should be 1"),
        (
            "{\n\"version\": 2, \"findings\": {}}".into(),
            "2:1 this baseline is of version 2; this kubesift reads up to 1",
        ),
        ("{\"version\": 1, \"version\": 1}".into(), "1:16 \"version\" is written twice"),
        ("{\"version\": 1, \"found\": []}".into(), "1:16 a baseline has no `found`"),
        ("{\"version\": 1}".into(), "1:2 a baseline should hold a list of `findings`"),
        (
            "{\"version\": 1, \"findings\": {}}".into(),
            "1:16 a baseline should hold a list of `findings`",
        ),
        (
            "{\"version\": 1, \"paths\": \".\", \"findings\": []}".into(),
            "1:16 `paths` should be a list of texts",
        ),
        (
            "{\"version\": 1, \"paths\": [1], \"findings\": []}".into(),
            "1:16 `paths` should be a list of texts",
        ),
        ("{\"version\": 1, \"findings\": [1]}".into(), "1:29 an entry should be an object"),
        (entry(""), "2:1 an entry should have a text for `file`"),
        (entry("\"file\": 1"), "2:2 an entry should have a text for `file`"),
        (entry("\"file\": \"a\""), "2:2 an entry should have a text for `check`"),
        (entry("\"file\": \"a\", \"line\": 3"), "2:15 an entry has no `line`"),
        (
            entry("\"file\": \"/etc/passwd\""),
            "2:2 `file` should be a path from the folder of the baseline",
        ),
        (
            entry("\"file\": \"C:\\\\a.yaml\""),
            "2:2 `file` should be a path from the folder of the baseline",
        ),
        (
            entry("\"file\": \"a\", \"check\": \"b\", \"fingerprint\": \"12\""),
            "2:29 `fingerprint` should be 32 digits of base 16, in lower case",
        ),
        (
            entry(&format!(
                "\"file\": \"a\", \"check\": \"b\", \"fingerprint\": \"{}\"",
                "F".repeat(32)
            )),
            "2:29 `fingerprint` should be 32 digits of base 16, in lower case",
        ),
    ] {
        let file = source(&text);
        let flaws = Baseline::read(&file).expect_err(&text);
        let at = file.position(flaws[0].at.start, Column::Chars);
        let said = format!("{}:{} {}", at.line, at.column, flaws[0].message);
        assert!(said.starts_with(message), "{said}\n{message}\nfor\n{text}");
    }
    for count in ["0", "-1", "1.5", "\"2\"", "null", "4294967296", "99999999999999999999999", "[]"]
    {
        let rest = format!(
            "\"file\": \"a\", \"check\": \"b\", \"fingerprint\": \"{print}\", \"count\": {count}"
        );
        let flaws = Baseline::read(&source(&entry(&rest))).expect_err(count);
        assert_eq!(flaws[0].message, "`count` should be a whole number from 1 to 4294967295");
    }
}

#[test]
fn a_merge_that_was_left_unresolved_is_said_to_be_one() {
    let line = of(&[web(0)]).text();
    let line = line.lines().find(|line| line.contains("dev/web.yaml")).expect("an entry");
    let text = format!(
        "{{\n  \"version\": 1,\n  \"findings\": [\n<<<<<<< HEAD\n{line}\n=======\n{line},\n{line}\n>>>>>>> b\n  ]\n}}\n"
    );
    let flaws = Baseline::read(&source(&text)).expect_err("no JSON");
    assert!(flaws[0].help.as_ref().is_some_and(|help| help.contains("merge")), "{flaws:?}");
}

#[test]
fn flaws_are_not_listed_without_end() {
    let entries = vec!["{}"; 1000].join(",\n");
    let text = format!("{{\"version\": 1, \"findings\": [{entries}]}}");
    assert_eq!(Baseline::read(&source(&text)).expect_err("flaws").len(), 10);
}

#[test]
fn as_many_are_held_back_as_were_counted_and_the_first_ones_first() {
    let baseline = of(&[web(0), web(0)]);
    let seen = |_: &str| Seen::Read;
    assert_eq!(held(&baseline, vec![web(0)], &seen, true), (vec![], vec![(0, 1)]));
    assert_eq!(held(&baseline, vec![web(0), web(0)], &seen, true), (vec![], vec![]));
    let mut three = vec![web(0), web(0), web(0)];
    let ground = Ground { path: &path, seen: &seen, holds_another: &|_, _| true };
    assert_eq!(baseline.hold(&mut three, &ground, "listed in b.json"), []);
    let open: Vec<bool> = three.iter().map(Finding::is_open).collect();
    assert_eq!(open, [false, false, true]);
    let listed = Fate::Suppressed { kind: "baseline", reason: "listed in b.json".to_owned() };
    assert_eq!(three[0].fate, listed);
}

#[test]
fn what_was_mended_in_one_environment_makes_no_room_in_another() {
    let baseline = of(&[web(0)]);
    // dev/web.yaml was mended, and prod/web.yaml is a copy.
    let seen = |file: &str| match file {
        "dev/web.yaml" => Seen::Read,
        other => panic!("{other} is in no entry"),
    };
    assert_eq!(held(&baseline, vec![web(1)], &seen, true), (vec![1], vec![(0, 1)]));
    // It was not looked at: nobody knows.
    assert_eq!(held(&baseline, vec![web(1)], &|_| Seen::Unread, false), (vec![1], vec![(0, 1)]));
    // Of two copies, each entry speaks for its own, whatever the order.
    let both = of(&[web(1), web(2)]);
    assert_eq!(held(&both, vec![web(0), web(1), web(2)], &|_| Seen::Read, true), (vec![0], vec![]));
}

#[test]
fn an_object_that_was_moved_takes_its_entries_with_it() {
    let baseline = of(&[web(0)]);
    assert_eq!(held(&baseline, vec![web(2)], &|_| Seen::Gone, true), (vec![], vec![]));
    assert_eq!(held(&baseline, vec![web(2)], &|_| Seen::Read, false), (vec![], vec![]));
    // Only one of two copies can be the one that was moved.
    assert_eq!(held(&baseline, vec![web(1), web(2)], &|_| Seen::Gone, true), (vec![2], vec![]));
    // What has no name is known by its file.
    let nameless = |file| finding(&PRIVILEGED, file, None, "spec");
    let baseline = of(&[nameless(0)]);
    assert_eq!(held(&baseline, vec![nameless(0)], &|_| Seen::Gone, true), (vec![], vec![]));
    assert_eq!(held(&baseline, vec![nameless(2)], &|_| Seen::Gone, true), (vec![2], vec![(0, 1)]));
}

#[test]
fn a_finding_that_a_comment_excuses_too_takes_no_room_and_is_there() {
    let mut excused = web(0);
    excused.fate = Fate::Suppressed { kind: "inline", reason: "known".to_owned() };
    let baseline = of(&[web(0)]);
    let seen = |_: &str| Seen::Read;
    assert_eq!(held(&baseline, vec![excused.clone()], &seen, true), (vec![], vec![]));
    assert_eq!(held(&baseline, vec![excused.clone(), web(0)], &seen, true), (vec![], vec![]));
    let mut both = vec![excused, web(0)];
    let ground = Ground { path: &path, seen: &seen, holds_another: &|_, _| true };
    baseline.hold(&mut both, &ground, "listed");
    assert!(matches!(both[0].fate, Fate::Suppressed { kind: "inline", .. }));
    assert!(both[1].is_in_baseline());
}

#[test]
fn of_two_entries_that_say_the_same_the_second_stands_for_nothing() {
    let line = of(&[web(0)]).text();
    let line = line.lines().find(|line| line.contains("dev/web.yaml")).expect("an entry");
    let text =
        format!("{{\"version\": 1, \"paths\": [\".\"], \"findings\": [\n{line},\n{line}\n]}}\n");
    let baseline = read(&text);
    let ground =
        Ground { path: &path, seen: &|_| Seen::Read, holds_another: &|_, _| panic!("not asked") };
    let mut findings = vec![web(0), web(0)];
    let left = baseline.hold(&mut findings, &ground, "listed");
    assert_eq!(findings.iter().filter(|one| one.is_open()).count(), 1);
    assert_eq!(left.len(), 1);
    assert!(left[0].entry == 1 && left[0].is_twice && left[0].is_stale && !left[0].is_kept);
    let said = baseline.stale(&left, Severity::Low, &|_| true);
    assert_eq!(
        said[0].message,
        "the baseline entry of `privileged-container` for Deployment shop/web in dev/web.yaml stands there twice"
    );
    assert_eq!(
        mended(&text, &said),
        format!("{{\"version\": 1, \"paths\": [\".\"], \"findings\": [\n{line}\n]}}\n")
    );
}

/// The text after the fixes of findings, one after the other where they meet.
fn mended(text: &str, said: &[Finding]) -> String {
    let edits = said.iter().filter_map(|one| one.fix.as_ref()).flat_map(|fix| fix.edits.clone());
    apply(text, &edits.collect::<Vec<_>>()).unwrap_or_else(|_| panic!("overlaps in\n{text}"))
}

fn stale(baseline: &Baseline, gone: &[usize]) -> Vec<Finding> {
    let left = |entry: &usize| Left {
        entry: *entry,
        count: baseline.entries[*entry].count,
        is_twice: false,
        is_stale: true,
        is_kept: false,
    };
    let left: Vec<Left> = gone.iter().map(left).collect();
    baseline.stale(&left, Severity::Low, &|_| true)
}

#[test]
fn taking_entries_out_leaves_the_others_as_they_were() {
    let fields = ["a", "b", "c", "d"];
    let all: Vec<Finding> =
        fields.iter().map(|field| finding(&TAG, 0, Some("web"), field)).collect();
    let text = of(&all).text();
    let order = read(&text).entries;
    for mask in 1_usize..16 {
        let gone: Vec<usize> = (0..4).filter(|at| mask & (1 << at) != 0).collect();
        // As rounds of fixes do it: what meets another edit waits.
        let mut now = text.clone();
        for entry in gone.iter().rev() {
            now = mended(&now, &stale(&read(&now), &[*entry]));
        }
        let kept: Vec<&Listed> =
            (0..4).filter(|at| !gone.contains(at)).map(|at| &order[at]).collect();
        assert_eq!(read(&now).entries.iter().collect::<Vec<_>>(), kept, "{now}");
        let lines = now.lines().filter(|line| line.contains("image-tag")).count();
        assert_eq!(lines, kept.len(), "{now}");
    }
    // Those that are no last ones can go at once.
    let now = mended(&text, &stale(&read(&text), &[0, 1, 2]));
    assert_eq!(read(&now).entries, [order[3].clone()]);
}

#[test]
fn an_entry_that_counts_too_many_is_made_to_count_what_is_there() {
    let text = of(&[web(0), web(0), web(0), web(1)]).text();
    let baseline = read(&text);
    for (found, expected) in [(2, vec![2, 1]), (1, vec![1, 1])] {
        let left =
            Left { entry: 0, count: 3 - found, is_twice: false, is_stale: true, is_kept: false };
        let said = baseline.stale(&[left], Severity::Low, &|_| true);
        let words = format!("counts 3 findings, and matches {found}");
        assert!(said[0].message.ends_with(&words), "{}", said[0].message);
        let counts: Vec<u32> =
            read(&mended(&text, &said)).entries.iter().map(|one| one.count).collect();
        assert_eq!(counts, expected);
    }
}

#[test]
fn only_what_is_stale_is_said_and_an_unknown_check_is_called_so() {
    let baseline = read(&of(&[web(0), web(1)]).text());
    let left =
        |entry, is_stale| Left { entry, count: 1, is_twice: false, is_stale, is_kept: false };
    let said = |known: bool| {
        let left = [left(0, false), left(1, true)];
        let said = baseline.stale(&left, Severity::Info, &|_| known);
        said.into_iter().map(|one| (one.severity, one.message.clone())).collect::<Vec<_>>()
    };
    let words =
        "the baseline entry of `privileged-container` for Deployment shop/web in prod/web.yaml";
    assert_eq!(said(true), [(Severity::Info, format!("{words} matches no finding"))]);
    assert_eq!(said(false), [(Severity::Info, format!("{words} names a check that there is not"))]);
}

//! Every form of suppression, from text to fates. A line of what is expected is
//! `line check: fate`, in the order of places.

mod annotation;
mod foreign;

use std::sync::Arc;

use kubesift_model::{BuildId, Container, Resource, ResourceId, Workloads};
use kubesift_source::{Column, FileId, SourceFile, apply};
use kubesift_yaml::{Node, Tree, parse};

use super::*;
use crate::check::{Ref, Run, Version};
use crate::out::{At, Out};
use crate::run::{Rule, merge};

const PRIVILEGED: Check = Check {
    refs: &[
        Ref::Peer("kube-linter:privileged-container"),
        Ref::Peer("checkov:CKV_K8S_16"),
        Ref::Peer("trivy:KSV-0017"),
        Ref::Peer("polaris:runAsPrivileged"),
        Ref::Peer("terrascan:AC_K8S_0046"),
        Ref::Peer("datree:CONTAINERS_PRIVILEGED"),
        Ref::Peer("monokle:PSS104"),
        Ref::Peer("kics:dd29336b"),
        Ref::Peer("kubeaudit:PrivilegedTrue"),
        Ref::Peer("kube-score:container-security-context-privileged"),
    ],
    run: Run::Container(privileged),
    ..Check::DEFAULT
};
const TAG: Check = Check {
    refs: &[Ref::Peer("trivy:KSV-0013"), Ref::Peer("kube-score:container-image-tag")],
    run: Run::Container(tag),
    ..Check::DEFAULT
};
const CAPABILITY: Check = Check {
    refs: &[Ref::Peer("kubeaudit:CapabilityAdded")],
    run: Run::Container(capability),
    ..Check::DEFAULT
};
const REPLICAS: Check =
    Check { run: Run::Resource(&["apps/Deployment"], replicas), ..Check::DEFAULT };
const SECRET: Check = Check { run: Run::Resource(&["ConfigMap"], secret), ..Check::DEFAULT };

const fn entry(name: &'static str, family: &'static str, check: &'static Check) -> Entry {
    Entry { name, family, docs: "", source: "", check }
}

static ENTRIES: [Entry; 6] = [
    entry("image-mutable-tag", "images", &TAG),
    entry("not-selected", "reliability", &Check::DEFAULT),
    entry("capability-added", "pod-security", &CAPABILITY),
    entry("privileged-container", "pod-security", &PRIVILEGED),
    entry("secret-in-text", "secrets", &SECRET),
    entry("single-replica", "reliability", &REPLICAS),
];

fn privileged(container: &Container, out: &mut Out) {
    let field = container.field("securityContext.privileged");
    if field.is_true() {
        out.report(field, "runs privileged");
    }
}

fn tag(container: &Container, out: &mut Out) {
    let field = container.field("image");
    if field.str().is_none_or(|image| image.ends_with(":latest")) {
        out.report(field, "has no fixed tag");
    }
}

fn capability(container: &Container, out: &mut Out) {
    for item in container.field("securityContext.capabilities.add").items() {
        out.report(item, format!("adds {}", item.str().unwrap_or_default()));
    }
}

fn replicas(resource: &Resource, out: &mut Out) {
    let field = resource.field("spec.replicas");
    if field.int() == Some(1) {
        out.report(field, "has one replica");
    }
}

fn secret(resource: &Resource, out: &mut Out) {
    for (_, node) in resource.field("data").node().into_iter().flat_map(Node::entries) {
        let text = node.tree().file().slice(node.span());
        if let Some(at) = text.find("hunter2") {
            let start = node.span().start + at as u32;
            out.report(
                At::Part(node, Span::new(node.span().file, start, start + 7)),
                "holds a word",
            );
        }
    }
}

struct Setup {
    settings: SuppressionSettings,
    ran: &'static [&'static str],
}

const RAN: &[&str] = &[
    "image-mutable-tag",
    "capability-added",
    "privileged-container",
    "secret-in-text",
    "single-replica",
    "invalid-suppression",
    "unused-suppression",
];

const TODAY: Date = Date { year: 2026, month: 11, day: 24 };

const SETUP: Setup = Setup {
    settings: SuppressionSettings { today: TODAY, foreign: true, require_reason: false },
    ran: RAN,
};

fn resources(tree: &Arc<Tree>) -> Vec<Resource> {
    let mut found = Vec::new();
    for root in tree.documents().filter_map(|document| document.root()) {
        let roots = match root.get("kind").and_then(Node::str) {
            None => Vec::new(),
            Some("List") => root.get("items").into_iter().flat_map(Node::items).collect(),
            Some(_) => vec![root],
        };
        for root in roots {
            let text = |key| root.get(key).and_then(Node::str).unwrap_or_default();
            let group = text("apiVersion").split_once('/').map_or("", |parts| parts.0);
            let pod = Workloads::default().shape(group, text("kind"));
            found.push(Resource::new(ResourceId(found.len() as u32), tree, root, pod));
        }
    }
    found
}

fn run(setup: &Setup, text: &str) -> (Arc<SourceFile>, Vec<Finding>) {
    let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", text));
    let trees = [Arc::new(parse(Arc::clone(&file)))];
    let resources = resources(&trees[0]);
    let rules = all_checks(&ENTRIES).filter(|entry| setup.ran.contains(&entry.name)).map(Rule::new);
    let plan = Plan::new(rules.collect(), Version::NEWEST);
    let mut findings = Vec::new();
    for resource in &resources {
        plan.judge(resource, &[BuildId(0)], &mut findings, &mut Vec::new());
    }
    let files = [Arc::clone(&file)];
    let mut findings = merge(findings, &files);
    let held = trees.iter().filter(|tree| may_hold_suppression(tree.file().text()));
    let marked = held.map(|tree| tree.file().id).collect();
    let suppressions = Suppressions::collect(&trees, &resources, &marked, &ENTRIES, setup.settings);
    let more = suppressions.apply(&mut findings, |_| &plan);
    findings.extend(more);
    (file, merge(findings, &files))
}

fn shown(setup: &Setup, text: &str) -> String {
    let (file, findings) = run(setup, text);
    let mut lines = Vec::new();
    for finding in findings {
        let line = file.position(finding.at.start, Column::Chars).line;
        let name = finding.check.name;
        lines.push(match &finding.fate {
            Fate::Suppressed { kind, reason } if reason.is_empty() => {
                format!("{line} {name}: {kind}")
            }
            Fate::Suppressed { kind, reason } => format!("{line} {name}: {kind}, {reason}"),
            Fate::Open if finding.check.family == FAMILY => {
                format!("{line} {name}: {}", finding.message)
            }
            Fate::Open => format!("{line} {name}: open"),
        });
    }
    lines.join("\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    check_with(&SETUP, text, expected);
}

#[track_caller]
fn check_with(setup: &Setup, text: &str, expected: &str) {
    let expected: Vec<&str> =
        expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let expected = expected.join("\n");
    assert_eq!(shown(setup, text), expected, "for\n{text}");
    // Line breaks of Windows change nothing.
    assert_eq!(shown(setup, &text.replace('\n', "\r\n")), expected, "with CRLF, for\n{text}");
}

/// The text after every fix of findings about suppressions.
#[track_caller]
fn check_fixed(text: &str, expected: &str) {
    for (text, expected) in [
        (text.to_owned(), expected.to_owned()),
        (text.replace('\n', "\r\n"), expected.replace('\n', "\r\n")),
    ] {
        let (_, findings) = run(&SETUP, &text);
        let own = findings.into_iter().filter(|finding| finding.check.family == FAMILY);
        let edits: Vec<_> =
            own.filter_map(|finding| finding.fix.clone()).flat_map(|fix| fix.edits).collect();
        assert_eq!(apply(&text, &edits).as_deref(), Ok(expected.as_str()));
    }
}

/// A Deployment of two containers: replicas on line 7, `app` from line 11 (image 12, privileged 14),
/// `side` from line 15 (image 16, privileged 18).
fn deployment(changes: &[(usize, &str)]) -> String {
    let lines = [
        "apiVersion: apps/v1",
        "kind: Deployment",
        "metadata:",
        "  name: web",
        "  annotations: {}",
        "spec:",
        "  replicas: 1",
        "  template:",
        "    spec:",
        "      containers:",
        "        - name: app",
        "          image: app:latest",
        "          securityContext:",
        "            privileged: true",
        "        - name: side",
        "          image: side:1",
        "          securityContext:",
        "            privileged: true",
    ];
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        for (_, new) in
            changes.iter().filter(|(number, new)| *number == at + 1 && !new.starts_with(' '))
        {
            text.push_str(new);
            text.push('\n');
        }
        text.push_str(line);
        for (_, new) in
            changes.iter().filter(|(number, new)| *number == at + 1 && new.starts_with(' '))
        {
            text.push_str(new);
        }
        text.push('\n');
    }
    text
}

fn annotated(annotation: &str) -> String {
    deployment(&[]).replace("  annotations: {}\n", &format!("  annotations:\n    {annotation}\n"))
}

const OPEN: &str = "7 single-replica: open
    12 image-mutable-tag: open
    14 privileged-container: open
    18 privileged-container: open";

#[test]
fn nothing_is_suppressed_without_a_word() {
    check(&deployment(&[]), OPEN);
    check(&deployment(&[(14, " # privileged because of kubesift")]), OPEN);
}

#[test]
fn a_comment_at_the_end_of_a_line_reaches_the_line() {
    check(
        &deployment(&[(14, "  # kubesift: ignore[privileged-container] the socket, see #12")]),
        "7 single-replica: open
         12 image-mutable-tag: open
         14 privileged-container: inline, the socket, see #12
         18 privileged-container: open",
    );
    check(
        &deployment(&[(12, " #kubesift:ignore[ image-mutable-tag , ] - why")]),
        "7 single-replica: open
         12 image-mutable-tag: inline, why
         14 privileged-container: open
         18 privileged-container: open",
    );
    check(
        &deployment(&[(12, " # pinned by CI # kubesift: ignore[images]")]),
        "7 single-replica: open
         12 image-mutable-tag: inline
         14 privileged-container: open
         18 privileged-container: open",
    );
}

#[test]
fn a_comment_on_its_own_line_reaches_the_node_below() {
    // An item: one container, and not the next.
    check(
        &deployment(&[(11, "# kubesift: ignore[privileged-container]\n# and more prose\n")]),
        "7 single-replica: open
         15 image-mutable-tag: open
         17 privileged-container: inline
         21 privileged-container: open",
    );
    // An entry.
    check(
        &deployment(&[(10, "# kubesift: ignore[privileged-container] all of them")]),
        "7 single-replica: open
         13 image-mutable-tag: open
         15 privileged-container: inline, all of them
         19 privileged-container: inline, all of them",
    );
    // The document.
    for head in [
        "# kubesift: ignore[pod-security] x\n",
        "# kubesift: ignore[pod-security] x\n---\n",
        "--- # kubesift: ignore[pod-security] x\n",
    ] {
        let lines = head.lines().count();
        check(
            &format!("{head}{}", deployment(&[])),
            &format!(
                "{} single-replica: open\n{} image-mutable-tag: open
                 {} privileged-container: inline, x\n{} privileged-container: inline, x",
                lines + 7,
                lines + 12,
                lines + 14,
                lines + 18
            ),
        );
    }
    // After a dash, the item.
    check(
        &deployment(&[])
            .replace("- name: app", "- # kubesift: ignore[images]\n          name: app"),
        "7 single-replica: open
         13 image-mutable-tag: inline
         15 privileged-container: open
         19 privileged-container: open",
    );
}

#[test]
fn other_documents_are_not_reached() {
    let one = deployment(&[]);
    check(
        &format!("# kubesift: ignore[pod-security] x\n{one}---\n{one}"),
        "8 single-replica: open
         13 image-mutable-tag: open
         15 privileged-container: inline, x
         19 privileged-container: inline, x
         27 single-replica: open
         32 image-mutable-tag: open
         34 privileged-container: open
         38 privileged-container: open",
    );
    let last = format!("{one}# kubesift: ignore[pod-security] x\n---\n{one}");
    assert!(shown(&SETUP, &last).contains("19 invalid-suppression: nothing stands below"));
}

#[test]
fn a_whole_file() {
    let one = deployment(&[]);
    check(
        &format!(
            "# licence\n# kubesift: ignore-file[privileged-container, reliability] x\n---\n{one}---\n{one}"
        ),
        "10 single-replica: inline, x
         15 image-mutable-tag: open
         17 privileged-container: inline, x
         21 privileged-container: inline, x
         29 single-replica: inline, x
         34 image-mutable-tag: open
         36 privileged-container: inline, x
         40 privileged-container: inline, x",
    );
    let low = shown(&SETUP, &deployment(&[(10, "# kubesift: ignore-file[images]")]));
    assert!(low.contains("10 invalid-suppression: `ignore-file` has no effect below"), "{low}");
    assert!(low.contains("13 image-mutable-tag: open"), "{low}");
}

#[test]
fn regions() {
    check(
        &deployment(&[
            (7, "# kubesift: ignore-start[single-replica, pod-security] x"),
            (15, "# kubesift: ignore-end"),
        ]),
        "8 single-replica: inline, x
         13 image-mutable-tag: open
         15 privileged-container: inline, x
         20 privileged-container: open",
    );
    // Regions may cross when their ends name what they end.
    check(
        &deployment(&[
            (7, "# kubesift: ignore-start[single-replica, images] x"),
            (8, "# kubesift: ignore-start[pod-security] y"),
            (13, "# kubesift: ignore-end[images,single-replica]"),
            (15, "# kubesift: ignore-end[pod-security]"),
        ]),
        "8 single-replica: inline, x
         14 image-mutable-tag: inline, x
         17 privileged-container: inline, y
         22 privileged-container: open",
    );
    check(
        &deployment(&[(7, "# kubesift: ignore-start[images]"), (8, "# kubesift: ignore-end[x]")]),
        "7 invalid-suppression: `ignore-start` has no `ignore-end` and so reaches nothing
         8 single-replica: open
         9 invalid-suppression: `ignore-end` ends no `ignore-start`
         14 image-mutable-tag: open
         16 privileged-container: open
         20 privileged-container: open",
    );
}

#[test]
fn a_text_that_goes_on_below_its_line_belongs_to_it() {
    check(
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: | # kubesift: ignore[secret-in-text] x\n    b\n    hunter2\n  c: hunter2\n",
        "6 secret-in-text: inline, x\n7 secret-in-text: open",
    );
    // What looks like a comment inside a text is text.
    check(
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    hunter2 # kubesift: ignore[secret-in-text]\n",
        "5 secret-in-text: open",
    );
}

#[test]
fn unused_suppressions_are_findings_when_their_checks_ran() {
    check(
        &deployment(&[(16, " # kubesift: ignore[image-mutable-tag]")]),
        &format!(
            "{}\n18 privileged-container: open",
            "7 single-replica: open
         12 image-mutable-tag: open
         14 privileged-container: open
         16 unused-suppression: the suppression of `image-mutable-tag` matches no finding"
        ),
    );
    check(&deployment(&[(16, " # kubesift: ignore[not-selected]")]), OPEN);
    // One check of the family has not run, so it may be the one that is meant.
    check(&deployment(&[(16, " # kubesift: ignore[reliability]")]), OPEN);
    // A file that holds nothing of Kubernetes, and one that cannot be read.
    check("a: 1 # kubesift: ignore[images]\n", "");
    check_fixed(
        &deployment(&[
            (16, "  # kubesift: ignore[image-mutable-tag]"),
            (7, "# kubesift: ignore[images]"),
        ]),
        &deployment(&[]),
    );
    check_fixed(
        &deployment(&[(14, " # kubesift: ignore[images, pod-security, capability-added] x")]),
        &deployment(&[(14, " # kubesift: ignore[pod-security] x")]),
    );
    check_fixed(
        &deployment(&[(15, "# kubesift: ignore-start[images]"), (17, "# kubesift: ignore-end")]),
        &deployment(&[]),
    );
    check_fixed("# kubesift: ignore[images]\na: 1\n", "# kubesift: ignore[images]\na: 1\n");
}

#[test]
fn findings_about_suppressions_can_be_suppressed() {
    check(
        &deployment(&[
            (1, "# kubesift: ignore-file[unused-suppression] generated"),
            (16, " # kubesift: ignore[image-mutable-tag]"),
        ]),
        "8 single-replica: open
         13 image-mutable-tag: open
         15 privileged-container: open
         17 unused-suppression: inline, generated
         19 privileged-container: open",
    );
    let quiet = Setup { ran: &["privileged-container", "image-mutable-tag"], ..SETUP };
    check_with(
        &quiet,
        &deployment(&[
            (16, " # kubesift: ignore[image-mutable-tag]"),
            (1, "# kubesift: ignore[x]"),
        ]),
        "13 image-mutable-tag: open\n15 privileged-container: open\n19 privileged-container: open",
    );
}

#[test]
fn what_ends_comes_back() {
    for (until, open) in [("2026-11-24", false), ("2026-11-23", true), ("2027-01-01", false)] {
        let text = deployment(&[(
            14,
            &format!(" # kubesift: ignore[privileged-container] till then, until={until}"),
        )]);
        let shown = shown(&SETUP, &text);
        assert_eq!(shown.contains("14 privileged-container: open"), open, "{shown}");
        let said = "14 invalid-suppression: the suppression of `privileged-container` ended on";
        assert_eq!(shown.contains(said), open, "{shown}");
        assert!(open || shown.contains("14 privileged-container: inline, till then,"), "{shown}");
    }
    check_fixed(
        &deployment(&[(14, " # kubesift: ignore[privileged-container] until=2020-01-01 x")]),
        &deployment(&[]),
    );
}

#[test]
fn mistakes_have_no_effect_and_are_said() {
    for (comment, message) in [
        (
            "kubesift: ignore[privilged-container]",
            "no check or family is called `privilged-container`; did you mean `privileged-container`?",
        ),
        ("kubesift: ignore[zzz]", "no check or family is called `zzz`"),
        ("kubesift: ignore", "`ignore` names no check; write `ignore[check-name] reason`"),
        (
            "kubesift: ignore the probe",
            "`ignore` names no check; write `ignore[check-name] reason`",
        ),
        ("kubesift: ignore[]", "`ignore` names no check; write `ignore[check-name] reason`"),
        ("kubesift: ignore[images", "`ignore[` is not closed by `]`"),
        ("kubesift: ignroe[images]", "`ignroe` is not known here; did you mean `ignore`?"),
        (
            "kubesift: see the handbook",
            "`kubesift:` is followed by none of `ignore[…]`, `ignore-file[…]`, `ignore-start[…]` or `ignore-end`",
        ),
        (
            "kubesift ignore[images]",
            "a suppression begins with `kubesift:`, and here the colon is missing",
        ),
        (
            "kubesift: ignore[images] until=soon",
            "`until=soon` is not a day; write it as `until=2027-01-31`",
        ),
        (
            "kubesift: ignore[images] until=2026-02-30 x",
            "`until=2026-02-30` is not a day; write it as `until=2027-01-31`",
        ),
    ] {
        check(
            &deployment(&[(14, &format!(" # {comment}"))]),
            &format!(
                "7 single-replica: open\n12 image-mutable-tag: open\n14 privileged-container: open\n14 invalid-suppression: {message}\n18 privileged-container: open"
            ),
        );
    }
    let strict =
        Setup { settings: SuppressionSettings { require_reason: true, ..SETUP.settings }, ..SETUP };
    let shown =
        shown(&strict, &deployment(&[(14, " # kubesift: ignore[pod-security] until=2027-01-01")]));
    assert!(shown.contains("14 privileged-container: open"), "{shown}");
    assert!(shown.contains("the suppression of `pod-security` gives no reason"), "{shown}");
    check_fixed(
        &deployment(&[
            (14, " # kubesift: ignroe[pod-security]"),
            (12, " # kubesift ignore[imagse]"),
        ]),
        &deployment(&[
            (14, " # kubesift: ignore[pod-security]"),
            (12, " # kubesift: ignore[imagse]"),
        ]),
    );
    check_fixed(
        &deployment(&[(12, " # kubesift: ignore[imagse, images]")]),
        &deployment(&[(12, " # kubesift: ignore[images, images]")]),
    );
}

#[test]
fn items_of_a_list() {
    let item = "  - apiVersion: v1\n    kind: Pod\n    metadata:\n      annotations: {ANNOTATION}\n    spec:\n      containers:\n        - image: a:latest\n          name: a\n";
    let text = format!(
        "apiVersion: v1\nkind: List\nitems:\n{}{}# kubesift: ignore[images] z\n{}",
        item.replace("ANNOTATION", "kubesift.dev/ignore.images: x"),
        item.replace("ANNOTATION", ""),
        item.replace("ANNOTATION", ""),
    );
    check(
        &text,
        "10 image-mutable-tag: annotation, x
         18 image-mutable-tag: open
         27 image-mutable-tag: inline, z",
    );
}

#[test]
fn nothing_is_unused_where_something_could_not_be_read() {
    let text = format!("{}---\nkind: Pod\nspec: {{a: [\n", deployment(&[]));
    check(
        &format!("# kubesift: ignore-file[secrets]\n{text}"),
        "8 single-replica: open
        13 image-mutable-tag: open
        15 privileged-container: open
        19 privileged-container: open",
    );
    let own = deployment(&[(16, " # kubesift: ignore[images]")]);
    let shown = shown(&SETUP, &format!("{own}---\nkind: Pod\nspec: {{a: [\n"));
    assert!(shown.contains("16 unused-suppression"), "{shown}");
}

#[test]
fn what_follows_a_text_is_not_reached() {
    check(
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  # kubesift: ignore[secrets] x\n  a: |\n    hunter2\n\n  b: hunter2\n",
        "6 secret-in-text: inline, x\n8 secret-in-text: open",
    );
}

#[test]
fn any_text_is_taken_without_panic() {
    let text = deployment(&[
        (14, " # kubesift: ignore[images] until=2026-01-01 # kubesift: ignroe"),
        (1, "# kubesift: ignore-file[é, ]"),
        (8, "# kics-scan"),
    ]);
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let _ = shown(&SETUP, &text[..end]);
    }
    for odd in [
        "#",
        "# kubesift:",
        "#kubesift:ignore[",
        "# kubesift: ignore-end[",
        "# trivy:ignore",
        "# trivy:ignore:*",
        "# checkov:skip=",
        "\u{feff}# kubesift: ignore[images]\na: 1",
        "# kubesift: ignore[images]",
    ] {
        let _ = shown(&SETUP, odd);
    }
}

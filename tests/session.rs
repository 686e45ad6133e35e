//! A session that is told of edits gives what a fresh run over the same files gives.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use kubesift_engine::{Date, Finding};
use kubesift_project::{Analysis, Change, Disk, Host, Memory, Request, Snapshot, Stop};
use proptest::prelude::*;

const TODAY: Date = Date { year: 2026, month: 1, day: 1 };

type Texts = BTreeMap<String, String>;

/// A small repository: plain manifests that refer to each other, and a base with two overlays.
fn project() -> Texts {
    let files = [
        (
            "shop/web.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  \
             selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        \
             app: web\n    spec:\n      containers:\n      - name: web\n        image: nginx:1.25\n        \
             securityContext:\n          privileged: true\n        envFrom:\n        - configMapRef:\n            \
             name: settings\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\n\
             spec:\n  selector:\n    app: web\n  ports:\n  - port: 80\n    targetPort: 8080\n",
        ),
        (
            "shop/settings.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\ndata:\n  a: b\n",
        ),
        (
            "shop/policy.yaml",
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: web\n  \
             namespace: shop\nspec:\n  podSelector:\n    matchLabels:\n      app: web\n  \
             policyTypes: [Ingress]\n",
        ),
        ("notes/values.yaml", "replicas: 3\n"),
        (
            "cluster/base/app.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  selector:\n    \
             matchLabels: {app: api}\n  template:\n    metadata:\n      labels: {app: api}\n    spec:\n      \
             containers:\n      - name: api\n        image: api:1\n        securityContext:\n          \
             privileged: true\n",
        ),
        (
            "cluster/base/kustomization.yaml",
            "resources:\n- app.yaml\nconfigMapGenerator:\n- name: words\n  files: [words.txt]\n",
        ),
        ("cluster/base/words.txt", "a=b\n"),
        (
            "cluster/prod/kustomization.yaml",
            "namespace: prod\nresources:\n- ../base\npatches:\n- path: patch.yaml\n",
        ),
        (
            "cluster/prod/patch.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  replicas: 3\n",
        ),
        (
            "cluster/dev/kustomization.yaml",
            "namespace: dev\nresources:\n- ../base\nimages:\n- name: api\n  newTag: latest\n",
        ),
    ];
    files.into_iter().map(|(path, text)| (format!("/repo/{path}"), text.to_owned())).collect()
}

fn request<'a>() -> Request<'a> {
    Request::new("/repo", TODAY)
}

fn memory(texts: &Texts) -> Memory {
    Memory::new(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

/// What a person would see of an analysis, a line for each finding and error; no number of a run.
fn seen(analysis: &Analysis) -> Vec<String> {
    let outcome = &analysis.outcome;
    let place =
        |at: kubesift_source::Span| format!("{}:{}..{}", outcome.file(at).path, at.start, at.end);
    let names = |finding: &Finding| -> Vec<String> {
        let name =
            |id: &kubesift_engine::model::BuildId| outcome.builds[id.0 as usize].name.to_string();
        finding.builds.iter().map(name).collect()
    };
    let finding = |finding: &Finding| {
        let subject = finding.subject.as_ref();
        let kind = subject.map(|subject| {
            let resource = &analysis.resources[subject.id.0 as usize];
            format!("{} {:?} {:?}", resource.kind.kind, resource.name, subject.name)
        });
        let notes = finding.related.iter().chain(&finding.hops);
        let notes: Vec<String> =
            notes.map(|note| format!("{} {}", place(note.at), note.message)).collect();
        let fix = finding.fix.as_ref().map(|fix| {
            let edits = fix.edits.iter().map(|edit| (place(edit.span), edit.text.clone()));
            (fix.title.clone(), edits.collect::<Vec<_>>())
        });
        format!(
            "{} {} {} {kind:?} {:?} {notes:?} {fix:?} {:?} {}",
            place(finding.at),
            finding.check.name,
            finding.message,
            names(finding),
            finding.fate,
            finding.fingerprint,
        )
    };
    let mut lines: Vec<String> = outcome.findings.iter().map(finding).collect();
    let errors = outcome.errors.iter();
    lines.extend(errors.map(|one| format!("{} {:?} {}", one.path, one.kind, one.message)));
    lines.extend(outcome.reports.iter().map(|one| format!("{} {:?}", one.path, one.fate)));
    lines.extend(outcome.remarks.iter().cloned());
    lines
}

fn fresh(texts: &Texts) -> Vec<String> {
    let host = Host::new(memory(texts), kubesift_checks::ALL);
    seen(&host.analyze(&request()).expect("an analysis"))
}

/// One thing that a person does.
#[derive(Debug, Clone)]
enum Act {
    /// Puts words in the place of some bytes of a file.
    Edit(prop::sample::Index, prop::sample::Index, usize, &'static str),
    /// Writes a file anew, as another one is.
    Copy(prop::sample::Index, &'static str),
    /// Empties a file.
    Clear(prop::sample::Index),
    /// Takes back all that was done to a file.
    Undo(prop::sample::Index),
}

fn act() -> impl Strategy<Value = Act> {
    let index = any::<prop::sample::Index>;
    let words = prop::sample::select(vec![
        "",
        "x",
        "web",
        "wbe",
        "false",
        "\n",
        "  ",
        "- ",
        ": ",
        "---\n",
        "{",
        "# kubesift: ignore\n",
        "settings2",
        "8081",
        "prod",
        "&a ",
        "*a",
    ]);
    let names = prop::sample::select(vec!["/repo/shop/new.yaml", "/repo/cluster/base/new.yaml"]);
    prop_oneof![
        6 => (index(), index(), 0usize..12, words)
            .prop_map(|(file, at, len, words)| Act::Edit(file, at, len, words)),
        1 => (index(), names).prop_map(|(file, name)| Act::Copy(file, name)),
        1 => index().prop_map(Act::Clear),
        1 => index().prop_map(Act::Undo),
    ]
}

/// Does it to the texts and gives the file that changed.
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
        Act::Copy(file, name) => {
            let text = texts[file.get(&paths)].clone();
            texts.insert((*name).to_owned(), text);
            (*name).to_owned()
        }
        Act::Clear(file) => {
            let path = file.get(&paths).clone();
            texts.insert(path.clone(), String::new());
            path
        }
        Act::Undo(file) => {
            let path = file.get(&paths).clone();
            let text = project().remove(&path).or_else(|| stream().remove(&path));
            let text = text.unwrap_or_default();
            texts.insert(path.clone(), text);
            path
        }
    }
}

fn open(path: &str, text: &str) -> Change {
    Change::Open { path: PathBuf::from(path), text: Arc::from(text) }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn edits_give_what_a_fresh_run_gives(acts in prop::collection::vec(act(), 1..8)) {
        told_and_fresh_agree(project(), &acts);
    }

    #[test]
    fn edits_of_one_document_of_many_give_what_a_fresh_run_gives(
        acts in prop::collection::vec(act(), 1..8),
    ) {
        told_and_fresh_agree(stream(), &acts);
    }
}

/// A session that is told of each act gives what a fresh run gives after it.
fn told_and_fresh_agree(mut texts: Texts, acts: &[Act]) {
    let mut host = Host::new(memory(&texts), kubesift_checks::ALL);
    host.snapshot().analyze(&request()).expect("an analysis");
    for (at, act) in acts.iter().enumerate() {
        let path = apply(act, &mut texts);
        host.apply([open(&path, &texts[&path])]);
        if at % 2 == 0 {
            host.snapshot().glance(&request()).expect("a glance");
        }
        let analysis = host.snapshot().analyze(&request()).expect("an analysis");
        assert_eq!(seen(&analysis), fresh(&texts), "after {act:?}");
    }
}

/// One file of many documents, of several layouts, that refer to each other.
fn stream() -> Texts {
    let mut documents = Vec::new();
    for at in 0..4 {
        documents.push(format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{at}\n  labels:\n    app: a{at}\nspec:\n  \
             containers:\n    - name: c\n      image: \"a:1\"\n      securityContext:\n        \
             privileged: true # kubesift: ignore[privileged-container] it must\n"
        ));
        documents.push(format!(
            "# The way in.\napiVersion: v1\nkind: Service\nmetadata: {{name: s{at}}}\nspec: {{selector: \
             {{app: a{at}}}, ports: [{{port: 80, targetPort: web}}]}}\n"
        ));
        documents.push(format!(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {{name: \
             l{at}}}\n  spec:\n    hostNetwork: true\n    containers: [{{name: c, image: b}}]\n- {{apiVersion: \
             v1, kind: ConfigMap, metadata: {{name: m{at}}}}}\n"
        ));
    }
    let all = ("/repo/all.yaml".to_owned(), documents.join("---\n"));
    let web = project().into_iter().filter(|(path, _)| path.contains("/shop/"));
    web.chain([all]).collect()
}

#[test]
fn what_builds_showed_of_a_kustomization_is_not_remembered() {
    let mut texts = project();
    let mut host = Host::new(memory(&texts), kubesift_checks::ALL);
    let path = "/repo/cluster/base/app.yaml";
    // Without objects an entry of `images` does nothing; with text that is no object nobody can say.
    for text in ["", "web"] {
        texts.insert(path.to_owned(), text.to_owned());
        host.apply([open(path, text)]);
        let analysis = host.snapshot().analyze(&request()).expect("an analysis");
        assert_eq!(seen(&analysis), fresh(&texts), "{text:?}");
    }
}

/// A project of many objects that have nothing to do with each other but what the test is about.
fn crowd() -> Texts {
    let mut texts = Texts::new();
    for at in 0..60 {
        texts.insert(
            format!("/repo/crowd/{at}.yaml"),
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{at}\n  namespace: n{at}\n  labels:\n    \
                 app: a{at}\nspec:\n  containers:\n  - name: c\n    image: \"a:1\"\n---\napiVersion: v1\n\
                 kind: Service\nmetadata:\n  name: s{at}\n  namespace: n{at}\nspec:\n  selector:\n    app: \
                 a{at}\n  ports:\n  - port: 80\n"
            ),
        );
    }
    for (path, text) in project().into_iter().filter(|(path, _)| path.contains("/shop/")) {
        texts.insert(path, text);
    }
    texts
}

/// Puts words in the place of others; a glance then gives what a fresh run gives, which is given.
fn glance_after(
    host: &mut Host,
    texts: &mut Texts,
    path: &str,
    from: &str,
    to: &str,
) -> Vec<String> {
    let text = texts[path].replacen(from, to, 1);
    assert_ne!(text, texts[path], "{from}");
    texts.insert(path.to_owned(), text);
    host.apply([open(path, &texts[path])]);
    let glance = host.snapshot().glance(&request()).expect("a glance");
    assert!(glance.is_partial, "{from}");
    let want = fresh(texts);
    assert_eq!(seen(&glance), want, "{from} -> {to}");
    want
}

#[test]
fn a_glance_sees_what_an_edit_does_to_other_files() {
    let edits = [
        // The Service selects nothing any more, the policy covers nothing.
        (
            "/repo/shop/web.yaml",
            "      labels:\n        app: web",
            "      labels:\n        app: wbe",
        ),
        ("/repo/shop/web.yaml", "    app: web\n  ports", "    app: wbe\n  ports"),
        ("/repo/shop/settings.yaml", "name: settings", "name: setting"),
        ("/repo/shop/settings.yaml", "kind: ConfigMap", "kind: Secret"),
        ("/repo/shop/policy.yaml", "app: web", "app: other"),
        ("/repo/shop/web.yaml", "privileged: true", "privileged: false"),
        ("/repo/shop/web.yaml", "targetPort: 8080", "targetPort: http"),
    ];
    for (path, from, to) in edits {
        let mut texts = crowd();
        let mut host = Host::new(memory(&texts), kubesift_checks::ALL);
        let before = seen(&host.snapshot().analyze(&request()).expect("an analysis"));
        assert_ne!(before, glance_after(&mut host, &mut texts, path, from, to), "{from}");
    }
}

#[test]
fn a_glance_at_a_long_file_moves_what_stands_behind_the_edit() {
    let mut texts = stream();
    let path = "/repo/all.yaml";
    let crowd: Vec<String> = crowd().into_values().collect();
    let long = format!("{}---\n{}", texts[path], crowd.join("---\n"));
    texts.insert(path.to_owned(), long);
    let mut host = Host::new(memory(&texts), kubesift_checks::ALL);
    host.snapshot().analyze(&request()).expect("an analysis");
    for (from, to) in [
        ("name: p2\n", "name: p2-longer\n"),
        ("    app: a1\n", "    app: a11\n    # one line more\n"),
        ("hostNetwork: true", "hostNetwork: false"),
    ] {
        glance_after(&mut host, &mut texts, path, from, to);
    }
}

#[test]
fn what_is_closed_counts_as_it_is_saved() {
    let texts = project();
    let mut host = Host::new(memory(&texts), kubesift_checks::ALL);
    let before = seen(&host.snapshot().analyze(&request()).expect("an analysis"));
    host.apply([open("/repo/shop/web.yaml", "a: 1\n"), open("/repo/shop/new.yaml", "")]);
    let between = seen(&host.snapshot().analyze(&request()).expect("an analysis"));
    assert_ne!(before, between);
    let close = |path: &str| Change::Close { path: PathBuf::from(path) };
    host.apply([close("/repo/shop/web.yaml"), close("/repo/shop/new.yaml")]);
    let after = seen(&host.snapshot().analyze(&request()).expect("an analysis"));
    assert_eq!(before, after);
}

#[test]
fn a_snapshot_that_is_past_ends_early() {
    let texts = project();
    let mut host = Host::new(memory(&texts), kubesift_checks::ALL);
    let old: Snapshot = host.snapshot();
    host.apply([open("/repo/shop/web.yaml", "a: 1\n")]);
    assert!(old.is_past());
    assert!(matches!(old.analyze(&request()), Err(Stop::Cancelled)));
    assert!(host.snapshot().analyze(&request()).is_ok());
}

#[test]
fn files_on_disk_that_change_come_or_go_are_seen() {
    let folder = tempfile();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
    write("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n");
    let request = Request::new(&folder, TODAY);
    let mut host = Host::new(Disk, kubesift_checks::ALL);
    let count = |host: &Host| {
        let analysis = host.snapshot().analyze(&request).expect("an analysis");
        (analysis.outcome.summary.resources, analysis.outcome.findings.len())
    };
    let first = count(&host);
    write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n");
    assert_eq!(count(&host), first, "nobody said that it changed");
    host.apply([Change::Disk { path: folder.join("a.yaml") }]);
    assert_ne!(count(&host).1, first.1);
    write("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: b\n");
    host.apply([Change::Moved]);
    assert_eq!(count(&host).0, 2);
    std::fs::remove_file(folder.join("b.yaml")).expect("removed");
    host.apply([Change::Disk { path: folder.join("b.yaml") }]);
    assert_eq!(count(&host).0, 1);
    std::fs::remove_dir_all(&folder).expect("removed");
}

fn tempfile() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("kubesift-session-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

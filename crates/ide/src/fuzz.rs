//! Every question at every byte of good, half-typed and random texts: none panics, and each answer
//! lies in the file that was asked about.

use kubesift_project::Analysis;
use kubesift_source::{FileId, Span};

use crate::symbols::Symbol;
use crate::testing::Project;
use crate::{
    complete, create_policy, definition, document_links, document_symbols, folds, highlights,
    hints, hover, incoming, lenses, outgoing, parties, prepare_rename, references, rename,
    selection, workspace_symbols,
};

const GOOD: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: wéb, namespace: shop}
spec:
  replicas: 1
  selector: &labels {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: robot # kubesift: ignore[images] why
      topologySpreadConstraints: [{labelSelector: *labels}]
      containers:
      - name: \"web\"
        image: nginx:1.25
        securityContext: {runAsUser: 0}
        resources: {limits: {memory: 128Mi, cpu: 1e3, x: \"\"}}
        ports: [{name: http, containerPort: 80}]
        envFrom: [{configMapRef: {name: settings}}]
---
kind: List
apiVersion: v1
items:
- {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings}
  data: {a: |-
    x, b: c}
";

const OVERLAY: &str = "\
-- base/kustomization.yaml
resources: [app.yaml]
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
images: [{name: nginx, newTag: '2'}]
patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: wéb, namespace: shop}, spec: {replicas: 3}}'}]
";

fn check(analysis: &Analysis, at: Span) {
    let file = &analysis.outcome.files[at.file.0 as usize];
    assert!(at.start <= at.end && at.end as usize <= file.text().len(), "{at:?} of {}", file.path);
    assert!(file.text().is_char_boundary(at.start as usize));
    assert!(file.text().is_char_boundary(at.end as usize));
}

fn nested(analysis: &Analysis, symbols: &[Symbol], whole: Span) {
    for symbol in symbols {
        check(analysis, symbol.at);
        assert!(whole.contains(symbol.whole) && symbol.whole.contains(symbol.at), "{symbol:?}");
        nested(analysis, &symbol.children, symbol.whole);
    }
}

/// Asks everything at every byte of a file, whatever the text of now.
fn ask_all(analysis: &Analysis, file: FileId, step: usize) {
    let held = &analysis.outcome.files[file.0 as usize];
    let (path, text) = (held.path.to_string(), held.text().to_owned());
    for offset in (0..=text.len() as u32 + 1).step_by(step) {
        if let Some(found) = hover(analysis, file, offset) {
            check(analysis, found.at);
            assert_eq!(found.at.file, file);
            assert!(found.at.touches(offset) && !found.markdown.is_empty());
        }
        offers(analysis, &path, &text, offset);
        jumps(analysis, file, offset);
    }
    for at in document_links(analysis, file).iter().map(|link| link.at) {
        check(analysis, at);
    }
    for at in folds(analysis, file).iter().map(|fold| fold.at) {
        check(analysis, at);
    }
    for lens in lenses(analysis, file) {
        check(analysis, lens.at);
        lens.to.iter().for_each(|to| check(analysis, to.at));
    }
    for finding in analysis.outcome.open() {
        let made = create_policy(analysis, finding);
        assert!(made.is_none_or(|made| made.text.contains("kind: NetworkPolicy")));
    }
    let whole = held.span();
    nested(analysis, &document_symbols(analysis, file), whole);
    for hint in hints(analysis, file, 0..u32::MAX) {
        check(analysis, Span::new(file, hint.at, hint.at));
        assert!(!hint.text.is_empty());
    }
    for symbol in workspace_symbols(analysis, "") {
        check(analysis, symbol.whole);
        assert!(symbol.whole.contains(symbol.at));
    }
}

/// What leads to other places, of whatever file.
fn jumps(analysis: &Analysis, file: FileId, offset: u32) {
    let found = definition(analysis, file, offset).into_iter();
    for to in found.chain(references(analysis, file, offset, true)) {
        check(analysis, to.at);
        check(analysis, to.whole);
    }
    for one in highlights(analysis, file, offset) {
        check(analysis, one.at);
        assert_eq!(one.at.file, file);
    }
    let around = selection(analysis, file, offset);
    assert!(around.windows(2).all(|pair| pair[1].contains(pair[0]) && pair[0] != pair[1]));
    let calls = incoming(analysis, file, offset).into_iter();
    for call in calls.chain(outgoing(analysis, file, offset)) {
        check(analysis, call.party.to.at);
        call.at.iter().for_each(|at| check(analysis, *at));
    }
    for party in parties(analysis, file, offset) {
        check(analysis, party.to.whole);
    }
    if let Ok(one) = prepare_rename(analysis, file, offset) {
        assert!(one.at.file == file && one.at.touches(offset));
        for edit in rename(analysis, file, offset, "other").unwrap_or_default() {
            check(analysis, edit.span);
        }
    }
}

fn offers(analysis: &Analysis, path: &str, text: &str, offset: u32) {
    for item in complete(analysis, kubesift_checks::ALL, path, text, offset).items {
        let replace = item.replace.start as usize..item.replace.end as usize;
        assert!(text.get(replace).is_some(), "{item:?} at {offset}");
        assert!(!item.label.is_empty() && !item.insert.is_empty(), "{item:?} at {offset}");
    }
}

fn file_of(project: &Project, path: &str) -> FileId {
    project.find(path, "").0
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

#[test]
fn at_every_byte_of_good_files() {
    let project = Project::new(&format!("-- base/app.yaml\n{GOOD}{OVERLAY}"));
    for path in ["base/app.yaml", "prod/kustomization.yaml", "base/kustomization.yaml"] {
        ask_all(&project.analysis, file_of(&project, path), 1);
    }
    let project = Project::new(&format!("-- app.yaml\n{GOOD}"));
    ask_all(&project.analysis, file_of(&project, "app.yaml"), 1);
}

#[test]
fn at_every_end_of_a_text_that_is_typed() {
    let project = Project::new(&format!("-- app.yaml\n{GOOD}"));
    for (end, _) in GOOD.char_indices() {
        offers(&project.analysis, "app.yaml", &GOOD[..end], end as u32);
    }
    let config =
        "checks:\n  images: {severity: high}\n  select: [images]\nignore: [{checks: [a]}]\n";
    for end in 0..=config.len() {
        offers(&project.analysis, ".kubesift.yaml", &config[..end], end as u32);
        offers(&project.analysis, "kustomization.yaml", &config[..end], end as u32);
    }
}

#[test]
fn in_texts_that_something_ate_a_part_of() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let bytes = b"{}[]:,-#'\"\n |>&*!%@ax0";
    for _ in 0..24 {
        let mut text: Vec<char> = GOOD.chars().collect();
        for _ in 0..random.below(12) + 1 {
            let at = random.below(text.len());
            match random.below(3) {
                0 => drop(text.drain(at..(at + random.below(20)).min(text.len()))),
                1 => text.insert(at, char::from(bytes[random.below(bytes.len())])),
                _ => text.truncate(at.max(text.len() / 2)),
            }
        }
        // The line that parts the files of a project would end this one.
        let text: String = text.into_iter().collect::<String>().replace("-- ", "-  ");
        let project = Project::new(&format!("-- app.yaml\n{text}"));
        ask_all(&project.analysis, file_of(&project, "app.yaml"), 7);
    }
}

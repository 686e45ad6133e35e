//! Which files may hold a suppression at all, by their bytes: one pass over the text in place of a walk
//! over its comments, annotations and labels.

use std::sync::{Arc, LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use foldhash::{HashMap, HashMapExt, HashSet};
use kubesift_model::Resource;
use kubesift_source::FileId;
use kubesift_yaml::Tree;
use rayon::prelude::*;

/// One of these is in every suppression, ours or another tool's, in any case of letters.
const MARKS: [&str; 17] = [
    "kubesift",
    "trivy:",
    "tfsec:",
    "kics-scan",
    "checkov",
    "bridgecrew",
    "ts:skip=",
    "kube-linter.io",
    "kube-score",
    "polaris.fairwinds.com",
    "runterrascan.io",
    "datree.skip",
    "monokle.io",
    "kubeaudit.io",
    "audit.kubernetes.io",
    // Behind an escape may be anything.
    "\\u",
    "\\x",
];

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let kind = Some(AhoCorasickKind::DFA);
    AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(MARKS).ok()
});

/// The files of some trees and objects that may hold a suppression.
pub(super) fn marked(trees: &[Arc<Tree>], resources: &[Resource]) -> HashSet<FileId> {
    let mut all: HashMap<FileId, &Tree> = HashMap::new();
    all.extend(trees.iter().map(|tree| (tree.file().id, &**tree)));
    let mut last = None;
    // Objects are in the order of their files.
    for tree in resources.iter().map(Resource::tree) {
        if last.replace(tree.file().id) != Some(tree.file().id) {
            all.entry(tree.file().id).or_insert(tree);
        }
    }
    let all: Vec<(FileId, &Tree)> = all.into_iter().collect();
    all.into_par_iter().filter(|(_, tree)| is_marked(tree)).map(|(file, _)| file).collect()
}

fn is_marked(tree: &Tree) -> bool {
    let text = tree.file().text();
    // Without a way to search, every file is looked at.
    SEARCH.as_ref().is_none_or(|search| search.is_match(text))
}

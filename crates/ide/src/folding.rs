//! The parts of a file that can be folded away: documents, entries and items of several lines, block
//! scalars, and comments of several lines.

use kubesift_project::Analysis;
use kubesift_source::{FileId, SourceFile, Span};
use kubesift_yaml::Tree;

/// Lines that can be folded into the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fold {
    /// From somewhere on the line that stays to somewhere on the last one.
    pub at: Span,
    /// It is a comment.
    pub is_comment: bool,
}

/// The folds of a file, by the lines they begin on, the longest first. Empty for a file of which
/// nothing is of use.
pub fn folds(analysis: &Analysis, file: FileId) -> Vec<Fold> {
    let Some(tree) = analysis.tree(file) else { return Vec::new() };
    let source = tree.file();
    let mut found: Vec<(u32, u32, Fold)> = Vec::new();
    let mut add = |at: Span, is_comment: bool| {
        let (first, last) = lines(source, at);
        if first < last {
            found.push((first, last, Fold { at, is_comment }));
        }
    };
    for at in 0..tree.node_count() as u32 {
        add(tree.node(at).entry_span(), false);
    }
    comments(tree).into_iter().for_each(|at| add(at, true));
    found.sort_by_key(|(first, last, fold)| (*first, std::cmp::Reverse(*last), fold.at));
    found.dedup_by_key(|(first, last, _)| (*first, *last));
    found.into_iter().map(|(_, _, fold)| fold).collect()
}

/// First and last line of a span, 0-based; a line break at its end is not counted.
fn lines(source: &SourceFile, at: Span) -> (u32, u32) {
    let text = source.slice(at);
    let end = at.start + text.trim_end().len() as u32;
    (source.lines().line_of(at.start), source.lines().line_of(end))
}

/// Comments that stand on lines of their own, those of neighbouring lines as one.
fn comments(tree: &Tree) -> Vec<Span> {
    let source = tree.file();
    let mut found: Vec<Span> = Vec::new();
    let mut last = None;
    for at in tree.comments() {
        let line = source.lines().line_of(at.start);
        let range = source.lines().range(source.text(), line);
        let before = source.text().get(range.start..at.start as usize).unwrap_or_default();
        if !before.trim().is_empty() {
            continue;
        }
        match found.last_mut().filter(|_| last.is_some_and(|last| last + 1 == line)) {
            Some(block) => block.end = at.end,
            None => found.push(at),
        }
        last = Some(line);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    #[test]
    fn documents_entries_scalars_and_comments() {
        let project = Project::new(
            "\
-- a.yaml
# one
# two
apiVersion: v1
kind: ConfigMap # three
metadata:
  name: a
data:
  text: |
    hello
    world
---
apiVersion: v1
kind: Pod
metadata: {name: b}
spec:
  containers:
  - name: one
    image: a:1
",
        );
        let (file, _) = project.find("a.yaml", "");
        let source = &project.analysis.outcome.files[file.0 as usize];
        let shown: Vec<(u32, u32)> = folds(&project.analysis, file)
            .into_iter()
            .map(|fold| {
                let (first, last) = lines(source, fold.at);
                (first + 1, last + 1)
            })
            .collect();
        let want =
            [(1, 2), (3, 10), (5, 6), (7, 10), (8, 10), (12, 18), (15, 18), (16, 18), (17, 18)];
        assert_eq!(shown, want);
    }
}

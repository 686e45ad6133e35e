//! What a person may want to select around a place, from the word outwards.

use kubesift_project::Analysis;
use kubesift_source::{FileId, Span};
use kubesift_yaml::{Node, Style};

/// Spans around a place, each inside the next: the word, the scalar, the entry, the mapping, and so
/// on to the document and the file. Empty for a file of which nothing is of use.
pub fn selection(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Span> {
    let Some(tree) = analysis.tree(file) else { return Vec::new() };
    let mut spans = Vec::new();
    if let Some(node) = tree.node_at(offset) {
        let way = node.ancestry();
        for (depth, node) in way.iter().rev().enumerate() {
            spans.extend(around(*node, offset, depth == 0));
        }
    }
    let document = tree.documents().map(|one| one.span()).find(|span| span.touches(offset));
    spans.extend(document);
    spans.push(tree.file().span());
    let mut grown: Vec<Span> = Vec::new();
    for span in spans.into_iter().filter(|span| span.touches(offset) && !span.is_empty()) {
        let fits = grown.last().is_none_or(|last| span.contains(*last) && span != *last);
        if fits {
            grown.push(span);
        }
    }
    grown
}

/// The spans of one node, the innermost first.
fn around(node: Node<'_>, offset: u32, is_leaf: bool) -> Vec<Span> {
    let mut spans = Vec::new();
    let span = node.span();
    if let Some(key) = node.key_span().filter(|key| key.touches(offset)) {
        spans.push(key);
    } else if span.touches(offset) {
        let is_quoted = matches!(node.style(), Style::Single | Style::Double);
        if is_leaf && is_quoted && span.len() > 2 {
            spans.push(Span::new(span.file, span.start + 1, span.end - 1));
        }
        spans.push(span);
    }
    spans.push(node.entry_span());
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    #[test]
    fn from_the_word_to_the_file() {
        let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \"a\"\n  labels: {x: y}\n";
        let project = Project::new(&format!("-- a.yaml\n{text}---\n{text}"));
        let (file, at) = project.find("a.yaml", "\"a\"");
        let spans = selection(&project.analysis, file, at + 1);
        let shown: Vec<String> = spans.iter().map(|span| project.words(*span)).collect();
        let all = text.trim_end();
        let want = [
            "a",
            "\"a\"",
            "name: \"a\"",
            "name: \"a\"\n  labels: {x: y}",
            "metadata:\n  name: \"a\"\n  labels: {x: y}",
            all,
            text,
        ];
        for (shown, want) in shown.iter().zip(want) {
            assert_eq!(shown, &format!("a.yaml: {want}"));
        }
        assert_eq!(spans.len(), want.len() + 1);
    }
}

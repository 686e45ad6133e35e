//! Edits: golden cases for every awkward form, random documents, and real files.

mod files;
mod golden;
mod model;
mod property;
mod writer;

use std::sync::Arc;

use kubesift_source::{Edit, SourceFile, apply};
use kubesift_yaml::{Node, Tree, edit, parse};

/// One edit asked for at a node.
#[derive(Debug, Clone)]
pub enum Op {
    Replace(String),
    Add(String, String),
    Append(String),
    Remove,
    CommentAbove(String),
    CommentLine(String),
}

impl Op {
    pub fn edit(&self, node: Node<'_>) -> Option<Edit> {
        match self {
            Self::Replace(yaml) => edit::replace(node, yaml),
            Self::Add(missing, yaml) => edit::add(node, missing, yaml),
            Self::Append(yaml) => edit::append(node, yaml),
            Self::Remove => edit::remove(node),
            Self::CommentAbove(text) => edit::insert_comment_above(node, text),
            Self::CommentLine(text) => edit::comment_line(node, text),
        }
    }
}

/// The node at a path like `1:spec.containers.0.image`: document, then keys and positions.
pub fn find<'t>(tree: &'t Tree, path: &str) -> Node<'t> {
    let (document, path) = match path.split_once(':') {
        Some((index, rest)) => (index.parse().expect("document index"), rest),
        None => (0, path),
    };
    let mut node = tree.document(document).expect("document").root().expect("root");
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let index = step.parse::<usize>().ok().filter(|_| node.is_list());
        let next = match index {
            Some(index) => node.list().expect("list").items().nth(index),
            None => node.get(step),
        };
        node = next.unwrap_or_else(|| panic!("no {step} in {path}"));
    }
    node
}

/// Another text of the same file, read.
pub fn reread(tree: &Tree, text: &str) -> Tree {
    let file = tree.file();
    parse(Arc::new(SourceFile::new(file.id, file.path.clone(), text)))
}

/// The text after one edit; none when the edit is refused.
pub fn edited(text: &str, tree: &Tree, node: Node<'_>, op: &Op) -> Option<String> {
    let edit = op.edit(node)?;
    assert_eq!(tree.file().text(), text);
    Some(apply(text, &[edit]).expect("one edit in the text"))
}

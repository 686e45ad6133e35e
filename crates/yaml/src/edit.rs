//! Edits on the text of a tree.

use kubesift_source::Edit;

use crate::node::Node;

pub(crate) fn replace(node: Node<'_>, yaml: &str) -> Option<Edit> {
    let _ = (node, yaml);
    todo!()
}

pub(crate) fn add(parent: Node<'_>, missing: &str, yaml: &str) -> Option<Edit> {
    let _ = (parent, missing, yaml);
    todo!()
}

pub(crate) fn remove(node: Node<'_>) -> Option<Edit> {
    let _ = node;
    todo!()
}

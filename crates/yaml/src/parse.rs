//! From text to tree.

use std::sync::Arc;

use kubesift_source::SourceFile;

use crate::tree::Tree;

/// Reads all documents of a file. Never fails: what could not be read is in [`Tree::errors`].
pub fn parse(file: Arc<SourceFile>) -> Tree {
    let _ = file;
    todo!()
}

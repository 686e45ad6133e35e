//! Integration tests of the YAML front end: data in, data out.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::use_debug
)]

mod broken;
mod differential;
mod edits;
mod prefixes;
mod semantics;
mod splitting;
mod suite;

use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{Tree, parse};

fn tree(text: &str) -> Tree {
    parse(Arc::new(SourceFile::new(FileId(0), "test.yaml", text)))
}

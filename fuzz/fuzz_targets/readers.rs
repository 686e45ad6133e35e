//! The scanner against granit-parser on any text: the same tree, and a tree that keeps its rules.

#![no_main]

use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{parse, probe, to_json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let file = Arc::new(SourceFile::new(FileId(0), "fuzz.yaml", text));
    let (tree, second) = (parse(file.clone()), probe::parse_with_granit(file));
    for tree in [&tree, &second] {
        assert_eq!(probe::fault(tree), None, "{text:?}");
    }
    assert_eq!(probe::dump(&tree), probe::dump(&second), "{text:?}");
    for document in tree.documents() {
        assert!(to_json(document).is_ok() || document.is_broken(), "{text:?}");
    }
});

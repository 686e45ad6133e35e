//! Every beginning of every fixture, as an editor sends them: no panic, and a tree that keeps its
//! own rules.

use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{parse, probe, to_json};

#[test]
fn every_prefix_gives_a_sane_tree() {
    for text in crate::differential::fixtures() {
        for text in [text.clone(), text.replace('\n', "\r\n"), text.replace("  ", "\t")] {
            for (end, _) in text.char_indices() {
                let file = SourceFile::new(FileId(0), "prefix.yaml", &text[..end]);
                let tree = parse(Arc::new(file));
                assert_eq!(probe::fault(&tree), None, "{:?}", &text[..end]);
                for document in tree.documents() {
                    let json = to_json(document);
                    assert!(json.is_ok() || document.is_broken(), "{:?}", &text[..end]);
                    if let Some(root) = document.root() {
                        root.entries().for_each(|(_, entry)| {
                            entry.place();
                        });
                    }
                }
            }
        }
    }
}

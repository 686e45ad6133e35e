//! The cases of `shared/data/yaml-semantics.jsonl`: what sigs.k8s.io/yaml makes of a text.

use std::path::Path;

use kubesift_yaml::to_json;
use serde_json::Value;

use crate::tree;

/// Cases that must not pass, with the reason.
const EXCEPTIONS: [(&str, &str); 2] = [
    (
        "doc-glued",
        "YAMLToJSON alone reads `---a` as a key; kubectl's reader, which splits first, refuses the \
         line",
    ),
    (
        "block-root0",
        "kubectl's reader refuses `--- |`, so what the scalar would hold is of no use to anybody",
    ),
];

#[test]
fn json_is_what_kubernetes_reads() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/yaml-semantics.jsonl");
    let Ok(cases) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (id, yaml) = (case["id"].as_str().unwrap(), case["yaml"].as_str().unwrap());
        count += 1;
        let tree = tree(yaml);
        let got = to_json(tree.document(0).unwrap());
        let expected = case["json"].as_str();
        let agrees = match (&got, expected) {
            (Ok(json), Some(expected)) => json == expected,
            (Err(_), None) => true,
            _ => false,
        };
        let strict = case.get("strict_error").is_some() && !yaml.contains("<<");
        let duplicates = !tree.duplicates().is_empty();
        let exempt = EXCEPTIONS.iter().any(|(exempt, _)| *exempt == id);
        if agrees == exempt || strict != duplicates && got.is_ok() {
            wrong.push(format!("{id}: {yaml:?}\n  expected {expected:?}\n  got {got:?}"));
        }
    }
    println!("{count} cases");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

//! The YAML test suite's event streams, when its archive lies unpacked where
//! `KUBESIFT_YAML_SUITE` says.

use std::path::Path;
use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::events;

#[test]
#[ignore = "needs the YAML test suite, unpacked"]
fn event_streams() {
    let Ok(folder) = std::env::var("KUBESIFT_YAML_SUITE") else { return };
    let folder = Path::new(&folder);
    let cases = std::fs::read_to_string(folder.join("cases.jsonl")).unwrap();
    let (mut agree, mut count) = (0, 0);
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text =
            std::fs::read_to_string(folder.join(case["files"][0].as_str().unwrap())).unwrap();
        let file = Arc::new(SourceFile::new(FileId(0), "case.yaml", text.as_str()));
        let got = events(&file);
        let expected = case["tree"].as_str().map(|tree| {
            let tree = std::fs::read_to_string(folder.join(tree)).unwrap();
            tree.lines().map(|line| format!("{}\n", line.trim_start())).collect::<String>()
        });
        count += 1;
        let agrees = match (&got, &expected) {
            (Ok(got), Some(expected)) => got == expected,
            (Err(_), None) => true,
            _ => false,
        };
        agree += usize::from(agrees);
        if !agrees {
            println!("{}: {text:?}\n expected {expected:?}\n got {got:?}", case["case"]);
        }
    }
    println!("{agree} of {count}");
    assert!(agree * 100 >= count * 95, "{agree} of {count}");
}

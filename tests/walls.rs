//! The walls of the house: which crate may import which. `docs/architecture.md` says why.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A crate, and the crates of ours that it may import.
const ALLOWED: &[(&str, &[&str])] = &[
    ("kubesift-source", &[]),
    ("kubesift-yaml", &["source"]),
    ("kubesift-schemas", &[]),
    ("kubesift-kustomize", &["source", "yaml", "schemas"]),
    ("kubesift-model", &["source", "yaml", "schemas"]),
    ("kubesift-engine", &["source", "yaml", "model"]),
    ("kubesift-checks", &["engine"]),
    ("kubesift-config", &["source", "yaml", "engine"]),
    ("kubesift-project", &["source", "yaml", "schemas", "kustomize", "model", "engine", "config"]),
    ("kubesift-ide", &["source", "yaml", "model", "engine", "project"]),
    ("kubesift-lsp", &["source", "engine", "project", "ide"]),
    ("kubesift-report", &["source", "engine"]),
    (
        "kubesift",
        &[
            "source",
            "yaml",
            "schemas",
            "kustomize",
            "model",
            "engine",
            "checks",
            "config",
            "project",
            "lsp",
            "report",
        ],
    ),
    ("xtask", &["source", "yaml"]),
];

fn manifests() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![
        root.join("Cargo.toml"),
        root.join("checks/Cargo.toml"),
        root.join("xtask/Cargo.toml"),
    ];
    let crates = fs::read_dir(root.join("crates")).expect("crates/");
    found.extend(crates.flatten().map(|entry| entry.path().join("Cargo.toml")));
    found.sort();
    found
}

/// Package name and the names of our crates among `[dependencies]`. Dev-dependencies may cross the
/// walls: a test of a leaf may need what stands above it.
fn edges(manifest: &Path) -> (String, Vec<String>) {
    let text = fs::read_to_string(manifest).expect("a manifest");
    let (mut section, mut name, mut found) = (String::new(), String::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']').to_owned();
        } else if section == "package" && name.is_empty() {
            if let Some(value) = line.strip_prefix("name = ") {
                name = value.trim_matches('"').to_owned();
            }
        } else if section == "dependencies" || section.starts_with("target.") {
            let key = line.split(['.', ' ', '=']).next().unwrap_or_default();
            found.extend(key.strip_prefix("kubesift-").map(str::to_owned));
        }
    }
    (name, found)
}

#[test]
fn crates_import_only_what_the_table_allows() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut seen = Vec::new();
    for manifest in manifests() {
        let (name, edges) = edges(&manifest);
        let may =
            allowed.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not in the table"));
        for edge in edges {
            assert!(may.contains(&edge.as_str()), "{name} must not import {edge}");
        }
        seen.push(name);
    }
    for (name, _) in ALLOWED {
        assert!(seen.iter().any(|one| one == name), "{name} is in the table and not in the house");
    }
}

#[test]
fn the_core_does_no_input_or_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [
        "crates/source",
        "crates/yaml",
        "crates/schemas",
        "crates/kustomize",
        "crates/model",
        "crates/engine",
        "crates/report",
        "checks",
    ] {
        let mut folders = vec![root.join(folder)];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path())
            {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() {
                    if !["tests", "benches", "examples", "target"].contains(&name.as_str()) {
                        folders.push(path);
                    }
                    continue;
                }
                if !name.ends_with(".rs") || ["build.rs", "tests.rs"].contains(&name.as_str()) {
                    continue;
                }
                let text = fs::read_to_string(&path).expect("a source file");
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                for word in [
                    "std::fs",
                    "TcpStream",
                    "UdpSocket",
                    "ToSocketAddrs",
                    "std::env",
                    "std::process",
                    "SystemTime",
                ] {
                    assert!(!code.contains(word), "{} uses {word}", path.display());
                }
            }
        }
    }
}

#[test]
fn every_source_file_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> =
        ["src", "crates", "checks", "xtask", "tests"].map(|f| root.join(f)).into();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                assert!(text.starts_with("//!"), "{} opens without its job", path.display());
            }
        }
    }
}

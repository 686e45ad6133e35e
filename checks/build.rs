//! Reads the folders of this crate and writes the registry: every `<family>/<check>.rs` becomes a
//! module and an entry, its doc comment the entry's docs. The folder is the list; no other is kept.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut modules = String::new();
    let mut entries = BTreeMap::new();
    println!("cargo::rerun-if-changed=.");
    for family in folders(&root)? {
        println!("cargo::rerun-if-changed={}", family.display());
        for file in rust_files(&family)? {
            let family = word(&family);
            let module = word(&file);
            let name = module.replace('_', "-");
            let docs = docs(&fs::read_to_string(&file)?);
            let path = format!("{}_{module}", family.replace('-', "_"));
            let source = format!("checks/{family}/{module}.rs");
            writeln!(modules, "#[path = {:?}]\nmod {path};", file.display().to_string())?;
            let entry = format!(
                "    Entry {{ name: {name:?}, family: {family:?}, docs: {docs:?}, source: {source:?}, \
                 check: &{path}::CHECK }},\n"
            );
            if entries.insert(name.clone(), entry).is_some() {
                return Err(format!("two checks are called {name}").into());
            }
        }
    }
    let all: String = entries.into_values().collect();
    let text = format!(
        "{modules}\n/// Every check, sorted by name.\npub static ALL: &[Entry] = &[\n{all}];\n"
    );
    fs::write(Path::new(&env::var("OUT_DIR")?).join("registry.rs"), text)?;
    Ok(())
}

fn folders(root: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_dir() && word(&path) != "target" {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn word(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn docs(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n")
}

//! Reads every YAML file below the given folders with the scanner and with granit-parser, and
//! prints where their trees differ, and how many documents the scanner declined.
//!
//! `cargo run --release -p kubesift-yaml --example differential -- FOLDER…`

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{parse, probe};

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    if folder.is_file() {
        return into.push(folder.to_owned());
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let yaml =
            path.extension().is_some_and(|ext| ["yaml", "yml", "json"].iter().any(|y| ext == *y));
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            files(&path, into);
        } else if yaml {
            into.push(path);
        }
    }
}

fn main() {
    let mut paths = Vec::new();
    std::env::args().skip(1).for_each(|folder| files(Path::new(&folder), &mut paths));
    let verbose = std::env::var_os("VERBOSE").is_some();
    let (mut documents, mut declined, mut broken, mut differ) = (0, 0, 0, 0);
    for path in &paths {
        let Ok(bytes) = std::fs::read(path) else { continue };
        let Ok(file) = SourceFile::decode(FileId(0), path.to_string_lossy(), bytes) else {
            continue;
        };
        let file = Arc::new(file);
        let (count, refused) = probe::declined(&file);
        documents += count;
        let tree = parse(file.clone());
        let second = probe::parse_with_granit(file.clone());
        let broken_here = tree.documents().filter(|document| document.is_broken()).count();
        broken += broken_here;
        declined += refused.len();
        if verbose {
            for (start, end) in &refused {
                println!("declined {}:{}", path.display(), file.lines().line_of(*start) + 1);
                let _ = end;
            }
            for error in tree.errors() {
                let at = file.position(error.span.start, kubesift_source::Column::Chars);
                println!(
                    "error {}:{}:{} {} | {}",
                    path.display(),
                    at.line,
                    at.column,
                    error.message,
                    error.help.as_deref().unwrap_or("")
                );
            }
        }
        if let Some(fault) = probe::fault(&tree).or_else(|| probe::fault(&second)) {
            println!("FAULT {}: {fault}", path.display());
        }
        let (first, second) = (probe::dump(&tree), probe::dump(&second));
        if first != second {
            differ += 1;
            println!("DIFFER {}", path.display());
            let lines = first.lines().zip(second.lines()).filter(|(a, b)| a != b);
            for (a, b) in lines.take(2) {
                println!("  scanner {a}\n  granit  {b}");
            }
        }
    }
    println!(
        "{} files, {documents} documents, {declined} declined, {broken} broken, {differ} files differ",
        paths.len()
    );
}

//! Real files: a sample of nodes of every document, every kind of edit, read again and compared.
//!
//! `KUBESIFT_FILES=/some/folder cargo test -p kubesift-yaml --release --test all -- --ignored`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{Tree, parse};

use super::Op;
use super::model::{Outcome, verify};
use super::property::random_op;
use super::writer::Dice;

#[derive(Default)]
struct Tally {
    files: usize,
    unread: usize,
    documents: usize,
    done: usize,
    meaningless: usize,
    refused: BTreeMap<&'static str, usize>,
    examples: Vec<String>,
    wrong: Vec<String>,
}

#[test]
#[ignore = "takes a folder of real files from KUBESIFT_FILES"]
fn edits_of_real_files() {
    let Ok(folder) = std::env::var("KUBESIFT_FILES") else { return };
    let mut files = Vec::new();
    walk(Path::new(&folder), &mut files);
    files.sort();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(path) =
                    files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    file(path, &tally);
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    let refused: Vec<String> =
        tally.refused.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
    println!(
        "{} files ({} with errors), {} documents: {} edits done, {} meaningless, refused: {}",
        tally.files,
        tally.unread,
        tally.documents,
        tally.done,
        tally.meaningless,
        refused.join(", ")
    );
    let show = std::env::var("KUBESIFT_REFUSED").ok().and_then(|count| count.parse().ok());
    for example in tally.examples.iter().take(show.unwrap_or(0)) {
        println!("refused: {example}");
    }
    let first: Vec<&str> = tally.wrong.iter().take(12).map(String::as_str).collect();
    assert!(tally.wrong.is_empty(), "{} wrong:\n{}", tally.wrong.len(), first.join("\n\n"));
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            walk(&path, files);
        } else if kind.is_file()
            && path.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json")
        {
            files.push(path);
        }
    }
}

fn file(path: &Path, tally: &Mutex<Tally>) {
    let Ok(bytes) = std::fs::read(path) else { return };
    // Every edit reads the file anew; larger files add time and no new forms.
    if bytes.len() > 200_000 {
        return;
    }
    let name = path.display().to_string();
    let Ok(source) = SourceFile::decode(FileId(0), name.as_str(), bytes) else { return };
    let tree = parse(Arc::new(source));
    {
        let mut tally = tally.lock().unwrap();
        tally.files += 1;
        tally.unread += usize::from(!tree.errors().is_empty());
        tally.documents += tree.documents().len();
    }
    let seed = name.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(31) ^ u64::from(byte));
    let mut dice = Dice::new(seed);
    // Files of a hundred documents are common: some edits for each of the first ten.
    let nodes = tree.node_count();
    let count = if nodes == 0 { 0 } else { 8 * tree.documents().len().min(10) };
    for _ in 0..count {
        one(&tree, &mut dice, &name, tally);
    }
}

fn one(tree: &Tree, dice: &mut Dice, name: &str, tally: &Mutex<Tally>) {
    let node = tree.node(dice.below(tree.node_count()) as u32);
    let op = random_op(dice);
    let outcome = verify(tree, node, &op);
    let mut tally = tally.lock().unwrap();
    match outcome {
        Ok(Outcome::Done) => tally.done += 1,
        Ok(Outcome::Meaningless) => tally.meaningless += 1,
        Ok(Outcome::Refused) => {
            let broken = tree.documents().any(|document| document.is_broken());
            let kind = match op {
                _ if broken => "in broken files",
                Op::Replace(_) => "replace",
                Op::Add(..) => "add",
                Op::Append(_) => "append",
                Op::Remove => "remove",
                Op::CommentAbove(_) | Op::CommentLine(_) => "comment",
            };
            *tally.refused.entry(kind).or_default() += 1;
            if !broken {
                tally.examples.push(format!("{name}: {op:?} at {node:?}"));
            }
        }
        Err(wrong) => tally.wrong.push(format!("{name}: {wrong}")),
    }
}

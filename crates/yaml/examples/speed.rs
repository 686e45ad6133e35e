//! Times this crate against serde_yaml and saphyr-parser on the YAML files below the given folders,
//! in one thread, and prints the ratios.
//!
//! `cargo run --release -p kubesift-yaml --example speed -- FOLDER…`

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{parse, probe};
use serde::Deserialize as _;

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "yaml" || ext == "yml") {
            into.push(path);
        }
    }
}

/// The best of several rounds over all files.
fn best(files: &[Arc<SourceFile>], rounds: u32, run: impl Fn(&Arc<SourceFile>)) -> Duration {
    let round = || {
        let start = Instant::now();
        files.iter().for_each(&run);
        start.elapsed()
    };
    (0..rounds).map(|_| round()).min().unwrap_or_default()
}

fn serde(file: &Arc<SourceFile>) -> bool {
    serde_yaml::Deserializer::from_str(file.text())
        .all(|document| black_box(serde_yaml::Value::deserialize(document)).is_ok())
}

fn main() {
    for folder in std::env::args().skip(1) {
        let mut paths = Vec::new();
        files(Path::new(&folder), &mut paths);
        let decoded = paths.iter().filter_map(|path| {
            SourceFile::decode(FileId(0), path.to_string_lossy(), std::fs::read(path).ok()?).ok()
        });
        // Files that serde_yaml refuses would flatter it: it stops at the error.
        let files: Vec<_> = decoded.map(Arc::new).filter(serde).collect();
        let bytes: usize = files.iter().map(|file| file.text().len()).sum();
        let tree: usize = files.iter().map(|file| probe::size(&parse(file.clone()))).sum();
        let ours = best(&files, 7, |file| {
            black_box(parse(file.clone()));
        });
        if std::env::var_os("ONLY_OURS").is_some() {
            best(&files, 400, |file| {
                black_box(parse(file.clone()));
            });
            continue;
        }
        let serde = best(&files, 3, |file| {
            black_box(serde(file));
        });
        let saphyr = best(&files, 3, |file| {
            // It repeats an error for ever.
            let events = saphyr_parser::Parser::new_from_str(file.text());
            black_box(events.take_while(Result::is_ok).count());
        });
        let granit = best(&files, 3, |file| {
            black_box(probe::parse_with_granit(file.clone()));
        });
        let rate = |time: Duration| bytes as f64 / time.as_secs_f64() / 1e6;
        let ratio = |time: Duration| time.as_secs_f64() / ours.as_secs_f64();
        println!(
            "{folder}: {} files, {bytes} bytes; tree {:.2} bytes per byte; {:.0} MB/s; \
             serde_yaml {:.0} MB/s = {:.1} times slower; saphyr events {:.1}; granit tree {:.1}",
            files.len(),
            tree as f64 / bytes as f64,
            rate(ours),
            rate(serde),
            ratio(serde),
            ratio(saphyr),
            ratio(granit),
        );
    }
}

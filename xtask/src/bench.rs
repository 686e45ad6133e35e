//! Compares speed and memory in one run on the same bytes: our scanner, saphyr, serde_yaml, and the
//! whole of `kubesift check`; and builds of kustomizations beside kubectl's (`kustomize`). The program
//! is the one that is shipped. Ratios within a run are what counts; absolute times vary by machine.

mod kustomize;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kubesift_source::{FileId, SourceFile};
use saphyr_parser::Parser;
use serde_yaml::Value;

use crate::{Failure, corpus, dist, root};

/// Prints the table.
pub fn run(
    documents: usize,
    folder: Option<PathBuf>,
    overlays: Option<PathBuf>,
    rounds: usize,
) -> Result<(), Failure> {
    let folder = match folder {
        Some(folder) => folder,
        None => generated(documents)?,
    };
    let program = dist::build()?;
    let texts = read(&folder)?;
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    println!("{} files, {:.1} MB of YAML in {}", texts.len(), bytes as f64 / 1e6, folder.display());

    let mut ours = Vec::new();
    let mut saphyr = Vec::new();
    let mut serde = Vec::new();
    let (mut one, mut two) = (Vec::new(), Vec::new());
    let (mut memory, mut empty, mut version) = (0, Vec::new(), Vec::new());
    let nothing = root().join("target/bench-empty");
    fs::create_dir_all(&nothing)?;
    for _ in 0..rounds.max(1) {
        ours.push(timed(|| texts.iter().for_each(|text| scan(text))));
        saphyr.push(timed(|| texts.iter().for_each(|text| saphyr_events(text))));
        serde.push(timed(|| texts.iter().for_each(|text| serde_values(text))));
        one.push(check(&program, &folder, 1)?.0);
        let (time, peak) = check(&program, &folder, 2)?;
        two.push(time);
        memory = memory.max(peak);
        empty.push(check(&program, &nothing, 2)?.0);
        version.push(started(&program)?);
    }
    let yardstick = median(&mut serde);
    let row = |name: &str, times: &mut Vec<Duration>| {
        let time = median(times);
        let speed = bytes as f64 / 1e6 / time.as_secs_f64();
        let ratio = yardstick.as_secs_f64() / time.as_secs_f64();
        println!("{name:<34} {:>9.1} ms {speed:>9.1} MB/s {ratio:>7.2} x serde_yaml", ms(time));
    };
    row("serde_yaml::Value, one thread", &mut serde);
    row("saphyr-parser events, one thread", &mut saphyr);
    row("our tree, one thread", &mut ours);
    row("kubesift check --jobs 1, process", &mut one);
    row("kubesift check --jobs 2, process", &mut two);
    let scaling = median(&mut one).as_secs_f64() / median(&mut two).as_secs_f64();
    println!("--jobs 2 over --jobs 1: {scaling:.2} x");
    let allowed = 4.0 * bytes as f64 / 1e6 + 40.0;
    println!("peak memory {:.1} MB (bound {allowed:.1} MB)", memory as f64 / 1e3);
    relations(&program, &folder, rounds)?;
    kustomize::rows(&program, overlays.as_deref(), rounds)?;
    println!(
        "empty run {:.1} ms, --version {:.1} ms",
        ms(median(&mut empty)),
        ms(median(&mut version))
    );
    Ok(())
}

/// The relations of the same documents: graph, references, reachability, rights and exposure on one
/// thread, beside the time that the trees of the same files take in the same process. Once as medians of
/// as many rounds, one after the other in one process; and once as a command makes them, for the first
/// time in a process: medians of as many processes.
fn relations(program: &Path, folder: &Path, rounds: usize) -> Result<(), Failure> {
    let rounds = rounds.max(1);
    let warm = Relations::of(&views(program, folder, rounds)?);
    for (name, time) in &warm.views {
        println!("relations: {name:<23} {:>9.1} ms", ms(*time));
    }
    println!(
        "relations, one thread {:>22.1} ms, {:.2} x our tree, {:.1} ms ({:.2} x with exposure)",
        ms(warm.whole),
        warm.ratio(),
        ms(warm.tree),
        (warm.whole + warm.exposure).as_secs_f64() / warm.tree.as_secs_f64()
    );
    let mut first = Vec::new();
    for _ in 0..rounds {
        first.push(Relations::of(&views(program, folder, 1)?));
    }
    first.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    let (least, most) = (first.first().map(Relations::ratio), first.last().map(Relations::ratio));
    if let Some(median) = first.get(first.len() / 2) {
        println!(
            "the first time in a process {:>16.1} ms, {:.2} x our tree, {:.1} ms ({:.2} to {:.2} in \
             {rounds} processes)",
            ms(median.whole),
            median.ratio(),
            ms(median.tree),
            least.unwrap_or_default(),
            most.unwrap_or_default(),
        );
    }
    Ok(())
}

/// What `debug relations` told.
struct Relations {
    /// The trees of all files.
    tree: Duration,
    /// Graph, references, reachability and rights.
    whole: Duration,
    /// Asked of all of them, and no part of what is compared with the trees.
    exposure: Duration,
    /// Each by itself.
    views: Vec<(String, Duration)>,
}

impl Relations {
    fn of(told: &[(String, Duration)]) -> Self {
        let one = |name: &str| told.iter().filter(|view| view.0 == name).map(|view| view.1).sum();
        let views: Vec<_> = told.iter().filter(|view| view.0 != "tree").cloned().collect();
        let (tree, exposure): (Duration, Duration) = (one("tree"), one("exposure"));
        let whole = views.iter().map(|view| view.1).sum::<Duration>() - exposure;
        Self { tree, whole, exposure, views }
    }

    fn ratio(&self) -> f64 {
        self.whole.as_secs_f64() / self.tree.as_secs_f64()
    }
}

/// The views that `debug relations` tells of, each with its time.
fn views(program: &Path, folder: &Path, times: usize) -> Result<Vec<(String, Duration)>, Failure> {
    let output = Command::new(program)
        .args(["debug", "relations", "--no-config", "--jobs", "1", "--times"])
        .arg(times.to_string())
        .arg(folder)
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let view = |line: &str| {
        let mut words = line.split_whitespace();
        let (Some(name), Some(Ok(time))) = (words.next(), words.next().map(str::parse::<f64>))
        else {
            return Err(format!("`debug relations` said {line:?}").into());
        };
        Ok((name.to_owned(), Duration::from_secs_f64(time / 1e3)))
    };
    said.lines().map(view).collect()
}

fn generated(documents: usize) -> Result<PathBuf, Failure> {
    let folder = root().join(format!("target/bench-corpus-{documents}"));
    if !folder.exists() {
        corpus::write(documents, 1, &folder)?;
    }
    Ok(folder)
}

/// The YAML files of a folder, hidden folders left out as the program leaves them out.
fn read(folder: &Path) -> Result<Vec<Box<str>>, Failure> {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml")
                && let Ok(text) = fs::read_to_string(&path)
            {
                texts.push(text.into_boxed_str());
            }
        }
    }
    Ok(texts)
}

fn scan(text: &str) {
    let file = Arc::new(SourceFile::new(FileId(0), "bench.yaml", text));
    black_box(kubesift_yaml::parse(file).node_count());
}

fn saphyr_events(text: &str) {
    for event in Parser::new_from_str(text) {
        if black_box(event).is_err() {
            return;
        }
    }
}

fn serde_values(text: &str) {
    for document in serde_yaml::Deserializer::from_str(text) {
        let value: Result<Value, _> = serde::Deserialize::deserialize(document);
        if black_box(value).is_err() {
            return;
        }
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Time of a whole run, and its peak memory in kilobytes as the program itself reports it.
fn check(program: &Path, folder: &Path, jobs: usize) -> Result<(Duration, u64), Failure> {
    let start = Instant::now();
    let output = Command::new(program)
        .args(["check", "--no-config", "--fail-on", "never", "--format", "concise", "--timings"])
        .args(["--jobs", &jobs.to_string()])
        .arg(folder)
        .stdout(Stdio::piped())
        .output()?;
    let time = start.elapsed();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let peak = said.lines().find_map(|line| {
        line.trim().strip_prefix("peak memory")?.split_whitespace().next()?.parse().ok()
    });
    Ok((time, peak.unwrap_or(0)))
}

fn started(program: &Path) -> Result<Duration, Failure> {
    let start = Instant::now();
    Command::new(program).arg("--version").output()?;
    Ok(start.elapsed())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

//! `kubesift debug`: looks inside, for bug reports and tests.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use kubesift_engine::model::{Graph, GraphPod};
use kubesift_project::{Analysis, Change, Disk, Host, Quiet};
use kubesift_source::{Column, FileId, SourceFile};
use kubesift_yaml::Tree;

use super::session;
use crate::args::{Debug_, Target};
use crate::{End, Usage};

/// Prints what was asked for.
pub fn run(debug: &Debug_) -> Result<End, Usage> {
    match debug {
        Debug_::YamlEvents { file } => {
            let name = file.display().to_string();
            let bytes = std::fs::read(file).map_err(|error| format!("{name}: {error}"))?;
            let source = SourceFile::decode(FileId(0), name.as_str(), bytes)
                .map_err(|error| format!("{name}: {error}"))?;
            let source = Arc::new(source);
            let events = kubesift_yaml::events(&source).map_err(|error| {
                let at = source.position(error.span.start, Column::Chars);
                format!("{name}:{}:{}: {}", at.line, at.column, error.message)
            })?;
            super::print(events.as_bytes())
        }
        Debug_::Edits { file, times, target } => edits(file, *times, target),
        Debug_::Relations { times, target } => relations(*times, target),
    }
}

/// Times what an editor waits for: the first look at a project, and each after an edit of one file.
fn edits(file: &Path, times: usize, target: &Target) -> Result<End, Usage> {
    let request = session::request(target, None, &Quiet)?;
    let path = request.folder.join(file);
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut host = Host::new(Disk, kubesift_checks::ALL);
    let mut out = String::new();
    let mut look = |host: &Host, what: &str| {
        let (start, snapshot) = (Instant::now(), host.snapshot());
        let ms = |start: Instant| start.elapsed().as_secs_f64() * 1e3;
        let first = snapshot.glance(&request).map_err(session::stopped)?.is_partial;
        let glance = ms(start);
        let analysis = snapshot.analyze(&request).map_err(session::stopped)?;
        let (whole, count) = (ms(start), analysis.outcome.findings.len());
        let first = if first { format!("{glance:>9.1} ms at a glance") } else { String::new() };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{what:<10} {whole:>9.1} ms {count:>8} findings {first}");
        Ok::<(), Usage>(())
    };
    look(&host, "first")?;
    let end = text.find('\n').unwrap_or(text.len());
    for at in 0..times {
        let mut text = text.clone();
        text.insert_str(end, &" ".repeat(at % 2));
        host.apply([Change::Open { path: path.clone(), text: text.into() }]);
        look(&host, "edit")?;
    }
    super::print(out.as_bytes())
}

/// Times what the checks over relations ask of a graph, each view over all builds on one thread:
/// the indexes, every reference, what policies let in for every pod, what the token of every pod
/// opens, and the ways in from outside; before them, for comparison, the trees of all files. Medians of
/// so many times, in milliseconds.
fn relations(times: usize, target: &Target) -> Result<End, Usage> {
    let request = session::request(target, None, &Quiet)?;
    let analysis = Host::new(Disk, kubesift_checks::ALL).load(&request);
    let analysis = analysis.map_err(session::stopped)?;
    let rounds: Vec<[View; 6]> = (0..times.max(1)).map(|_| views(&analysis)).collect();
    let mut out = String::new();
    for (at, (what, _, count)) in rounds.iter().flatten().take(6).enumerate() {
        let mut all: Vec<f64> = rounds.iter().filter_map(|round| Some(round.get(at)?.1)).collect();
        all.sort_by(f64::total_cmp);
        let median = all.get(all.len() / 2).copied().unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{what:<10} {median:>9.1} ms {count:>8}");
    }
    super::print(out.as_bytes())
}

/// A view of relations: what it is, how long it took in milliseconds, and what was counted.
type View = (&'static str, f64, usize);

/// Makes the trees of all files and the graphs of all builds, and asks these everything.
fn views(analysis: &Analysis) -> [View; 6] {
    let timed = |what, ask: &mut dyn FnMut() -> usize| {
        let start = Instant::now();
        let count = ask();
        (what, start.elapsed().as_secs_f64() * 1e3, count)
    };
    // Kept to the end, as a run keeps them.
    let mut trees: Vec<Tree> = Vec::new();
    let tree = timed("tree", &mut || {
        let files = analysis.outcome.files.iter().filter(|file| !file.text().is_empty());
        trees = files.map(|file| kubesift_yaml::parse(Arc::clone(file))).collect();
        trees.len()
    });
    let mut graphs: Vec<Graph<'_>> = Vec::new();
    let graph = timed("graph", &mut || {
        graphs = analysis.outcome.builds.iter().map(|build| analysis.graph(build)).collect();
        graphs.iter().map(|graph| graph.resources().len()).sum()
    });
    let links =
        timed("links", &mut || graphs.iter().map(|graph| graph.links().all().count()).sum());
    let pods = || graphs.iter().flat_map(|graph| graph.pods().iter().map(move |pod| (graph, pod)));
    let reach = timed("reach", &mut || {
        let is_open = |(graph, pod): &(&Graph<'_>, &GraphPod<'_>)| {
            let inside = graph.reach().from_other_namespaces(pod);
            let outside = graph.reach().from_outside(pod).any();
            !inside.possible.is_empty() || !outside.possible.is_empty()
        };
        pods().filter(is_open).count()
    });
    let rights = timed("rights", &mut || {
        pods().filter(|(graph, pod)| graph.takeover_of(pod).is_some()).count()
    });
    let ways = timed("exposure", &mut || pods().map(|(graph, pod)| graph.ways_to(pod).len()).sum());
    [tree, graph, links, reach, rights, ways]
}

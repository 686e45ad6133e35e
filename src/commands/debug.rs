//! `kubesift debug`: looks inside, for bug reports and tests.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use kubesift_engine::model::Graph;
use kubesift_project::{Change, Disk, Host, Quiet};
use kubesift_source::{Column, FileId, SourceFile};

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
        Debug_::Relations(target) => relations(target),
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
/// opens, and the ways in from outside.
fn relations(target: &Target) -> Result<End, Usage> {
    let request = session::request(target, None, &Quiet)?;
    let analysis = Host::new(Disk, kubesift_checks::ALL).load(&request);
    let analysis = analysis.map_err(session::stopped)?;
    let mut out = String::new();
    let mut say = |what: &str, count: usize, start: Instant| {
        let time = start.elapsed().as_secs_f64() * 1e3;
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{what:<10} {time:>9.1} ms {count:>8}");
    };
    let start = Instant::now();
    let graphs: Vec<Graph<'_>> =
        analysis.outcome.builds.iter().map(|build| analysis.graph(build)).collect();
    say("graph", graphs.iter().map(|graph| graph.resources().len()).sum(), start);

    let start = Instant::now();
    say("links", graphs.iter().map(|graph| graph.links().all().count()).sum(), start);

    let start = Instant::now();
    let mut asked = 0;
    for graph in &graphs {
        for pod in graph.pods() {
            let inside = graph.reach().from_other_namespaces(pod);
            let outside = graph.reach().from_outside(pod).any();
            asked += usize::from(!inside.possible.is_empty() || !outside.possible.is_empty());
        }
    }
    say("reach", asked, start);

    let start = Instant::now();
    let opened = graphs
        .iter()
        .map(|graph| graph.pods().iter().filter(|pod| graph.takeover_of(pod).is_some()).count());
    say("rights", opened.sum(), start);

    let start = Instant::now();
    let ways = graphs
        .iter()
        .map(|graph| graph.pods().iter().map(|pod| graph.ways_to(pod).len()).sum::<usize>());
    say("exposure", ways.sum(), start);
    super::print(out.as_bytes())
}

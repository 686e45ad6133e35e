//! `kubesift connectivity`: who reaches whom, as the network policies of each build have it.

use kubesift_engine::model::Graph;
use kubesift_engine::model::reach::{Assume, Reach};
use kubesift_engine::yaml::Node;
use kubesift_project::{Disk, Host, Quiet};
use kubesift_report::view::connectivity::{Format, Part, render};
use kubesift_source::Column;

use super::session;
use crate::args::{Connectivity, ConnectivityFormat};
use crate::{End, Usage, terminal};

/// Runs the command.
pub fn run(args: &Connectivity) -> Result<End, Usage> {
    session::heed_interrupt();
    let request = session::request(&args.target, None, &Quiet)?;
    let analysis = Host::new(Disk, kubesift_checks::ALL).load(&request);
    let analysis = analysis.map_err(session::stopped)?;
    session::say_problems(&analysis.problems, &analysis.outcome.files)?;

    let builds = &analysis.outcome.builds;
    let graphs: Vec<Graph<'_>> = builds.iter().map(|build| analysis.graph(build)).collect();
    let reaches: Vec<Reach<'_>> =
        graphs.iter().map(|graph| Reach::new(graph, Assume::Whole)).collect();
    let parts: Vec<Part<'_, '_>> = graphs
        .iter()
        .zip(&reaches)
        .zip(builds)
        .map(|((graph, reach), build)| Part { name: &build.name, graph, reach })
        .collect();
    let format = match args.format {
        ConnectivityFormat::Txt => Format::Txt,
        ConnectivityFormat::Json => Format::Json,
        ConnectivityFormat::Dot => Format::Dot,
        ConnectivityFormat::Mermaid => Format::Mermaid,
    };
    super::print(render(&parts, format)?.as_bytes())?;

    let mut complaints = complaints(&reaches);
    for trouble in &analysis.outcome.errors {
        let words = format!("{}: {}", trouble.path, trouble.message);
        complaints.push(Complaint { path: trouble.path.to_string(), offset: 0, words });
    }
    // A policy of several builds is complained of once.
    complaints.sort();
    complaints.dedup();
    complaints.iter().for_each(|complaint| terminal::complain(&complaint.words));
    Ok(if complaints.is_empty() { End::Clean } else { End::Incomplete })
}

/// Something that could not be judged, in the order of places.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Complaint {
    path: String,
    offset: u32,
    words: String,
}

impl Complaint {
    /// Of a place in a policy: what is wrong there, and what to do.
    fn new(at: Node<'_>, words: &str, help: &str) -> Self {
        let file = at.tree().file();
        let offset = at.place().start;
        let place = file.position(offset, Column::Chars);
        let words =
            format!("{}:{}:{}: {words}\n  help: {help}", file.path, place.line, place.column);
        Self { path: file.path.to_string(), offset, words }
    }
}

/// What could not be judged, or not as it is written: mistakes in policies, and values that are
/// filled in later. The connections leave them out, or say `perhaps`.
fn complaints(reaches: &[Reach<'_>]) -> Vec<Complaint> {
    let mut all = Vec::new();
    for reach in reaches {
        for error in reach.errors() {
            let (kind, name) = (&error.resource.kind.kind, error.resource.full_name());
            let words = format!("{kind} `{name}` {}", error.words);
            all.push(Complaint::new(error.at, &words, error.kind.advice()));
        }
        for (resource, node) in reach.doubts() {
            let (kind, name) = (&resource.kind.kind, resource.full_name());
            let value = node.text().or(node.key()).unwrap_or_default();
            let words =
                format!("{kind} `{name}` has the value `{value}`, which is filled in later");
            all.push(Complaint::new(*node, &words, "give the rendered manifests"));
        }
    }
    all
}

//! `kubesift graph`: analyses, and draws what relates to what with what was found.

use std::io::{IsTerminal, Write};
use std::path::Path;

use kubesift_project::{Disk, Host};
use kubesift_report::view::graph::{GraphFormat, GraphView};

use super::{output, session};
use crate::args::GraphArgs;
use crate::progress::Bar;
use crate::{End, Usage, terminal};

/// Runs the command.
pub fn run(args: &GraphArgs) -> Result<End, Usage> {
    let format = format(args)?;
    session::heed_interrupt();
    let bar = Bar::new(args.quiet);
    let request = session::request(&args.target, None, &bar)?;
    let analysis = Host::new(Disk, kubesift_checks::ALL).analyze(&request);
    bar.finish();
    let analysis = analysis.map_err(session::stopped)?;
    session::say_problems(&analysis.problems, &analysis.outcome.files)?;
    let builds = session::builds(&analysis, args.build.as_deref())?;
    session::say_troubles(&analysis.outcome.errors, &analysis.outcome.files);

    let graphs: Vec<_> = builds.into_iter().map(|build| analysis.graph(build)).collect();
    let view = GraphView::new(&analysis.outcome, &graphs, env!("CARGO_PKG_VERSION"));
    match &args.output {
        Some(path) => {
            let write = |out: &mut dyn Write| view.write(format, out);
            output::whole(path, &write)
                .map_err(|error| Usage(format!("cannot write {}: {error}", path.display())))?;
            say_written(&view, path, args.quiet);
        }
        None => {
            let mut bytes = Vec::new();
            view.write(format, &mut bytes)?;
            super::print(&bytes)?;
        }
    }
    let end = if analysis.outcome.errors.is_empty() { End::Clean } else { End::Incomplete };
    drop(graphs);
    // Giving millions of nodes back one by one takes longer than ending the process does.
    std::mem::forget(analysis);
    Ok(end)
}

/// The format that is asked for, or that the place of the output asks for.
fn format(args: &GraphArgs) -> Result<GraphFormat, Usage> {
    if let Some(word) = &args.format {
        return word.parse().map_err(|error| Usage(format!("--format: {error}")));
    }
    let Some(path) = &args.output else { return Ok(GraphFormat::Mermaid) };
    let ending = path.file_name().and_then(|name| GraphFormat::of_file(&name.to_string_lossy()));
    Ok(ending.unwrap_or(GraphFormat::Html))
}

fn say_written(view: &GraphView, path: &Path, quiet: bool) {
    if quiet || !std::io::stderr().is_terminal() {
        return;
    }
    let nodes: usize = view.builds.iter().map(|build| build.nodes().count()).sum();
    let builds = view.builds.len();
    let builds = if builds == 1 { "1 build".to_owned() } else { format!("{builds} builds") };
    terminal::note(&format!("wrote {}: {nodes} resources in {builds}", path.display()));
}

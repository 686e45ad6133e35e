//! `kubesift access`: who may do what, and why.

use kubesift_engine::model::Graph;
use kubesift_project::{Disk, Host, Quiet};
use kubesift_report::Options;
use kubesift_report::view::access::{AccessView, Wanted};

use super::session;
use crate::args::{Access, AccessFormat};
use crate::{End, Usage, terminal};

/// Runs the command.
pub fn run(args: &Access) -> Result<End, Usage> {
    let wanted: Vec<Wanted> =
        args.subject.iter().map(|text| Wanted::parse(text)).collect::<Result<_, _>>()?;
    session::heed_interrupt();
    let request = session::request(&args.target, None, &Quiet)?;
    let analysis = Host::new(Disk, kubesift_checks::ALL).load(&request);
    let analysis = analysis.map_err(session::stopped)?;
    session::say_problems(&analysis.problems, &analysis.outcome.files)?;

    let builds = &analysis.outcome.builds;
    let graphs: Vec<Graph<'_>> = builds.iter().map(|build| analysis.graph(build)).collect();
    let view = AccessView::new(&graphs, &wanted, env!("CARGO_PKG_VERSION"))?;
    let mut bytes = Vec::new();
    match args.format {
        AccessFormat::Json => view.write_json(&mut bytes)?,
        AccessFormat::Txt => {
            let color = terminal::colours_out(args.color);
            let options = Options { color, unicode: terminal::unicode(), ..Options::default() };
            view.write_txt(&options, &mut bytes)?;
        }
    }
    super::print(&bytes)?;
    for trouble in &analysis.outcome.errors {
        terminal::complain(&format!("{}: {}", trouble.path, trouble.message));
    }
    Ok(if analysis.outcome.errors.is_empty() { End::Clean } else { End::Incomplete })
}

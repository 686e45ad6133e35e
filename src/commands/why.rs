//! `kubesift why`: analyses, and tells everything about one resource.

use std::path::{Path, PathBuf};

use kubesift_project::{Disk, Host};
use kubesift_report::Options;
use kubesift_report::view::why::{BadName, Wanted, WhyView};

use super::session;
use crate::args::{Target, TextFormat, WhyArgs};
use crate::progress::Bar;
use crate::{End, Usage, terminal};

/// Runs the command.
pub fn run(args: WhyArgs) -> Result<End, Usage> {
    let WhyArgs { mut words, format, build, jobs, color, quiet, settings } = args;
    let Some(last) = words.pop() else { return Err(Usage("no resource is named".to_owned())) };
    let wanted = Wanted::parse(&last).map_err(|error| bad_name(error, &last))?;
    let paths: Vec<PathBuf> = match words.is_empty() {
        true => vec![PathBuf::from(".")],
        false => words.into_iter().map(PathBuf::from).collect(),
    };
    let target = Target { paths, stdin_filename: "stdin.yaml".to_owned(), jobs, settings };

    session::heed_interrupt();
    let bar = Bar::new(quiet);
    let request = session::request(&target, None, &bar)?;
    let analysis = Host::new(Disk, kubesift_checks::ALL).analyze(&request);
    bar.finish();
    let analysis = analysis.map_err(session::stopped)?;
    session::say_problems(&analysis.problems, &analysis.outcome.files)?;
    let builds = session::builds(&analysis, build.as_deref())?;
    session::say_troubles(&analysis.outcome.errors, &analysis.outcome.files);

    let graphs: Vec<_> = builds.into_iter().map(|build| analysis.graph(build)).collect();
    let named = wanted.find(&graphs).map_err(|error| bad_name(error, &last))?;
    let version = env!("CARGO_PKG_VERSION");
    let outcome = &analysis.outcome;
    let view = WhyView::new(outcome, named.graph, named.resource, &named.others, version);
    let mut bytes = Vec::new();
    match format {
        TextFormat::Json => view.write_json(&mut bytes)?,
        TextFormat::Txt => {
            let color = terminal::colours_out(color);
            let options = Options { color, unicode: terminal::unicode(), ..Options::default() };
            view.write_txt(&options, &mut bytes)?;
        }
    }
    super::print(&bytes)?;
    Ok(if outcome.errors.is_empty() { End::Clean } else { End::Incomplete })
}

/// What is wrong with the name of a resource. The last word may be a path, and no name follow it.
fn bad_name(error: BadName, word: &str) -> Usage {
    if !Path::new(word).exists() {
        return error.into();
    }
    Usage(format!(
        "`{word}` is a path, and no resource is named after it\n  \
         help: kubesift why {word} KIND/NAME, as in deploy/web"
    ))
}

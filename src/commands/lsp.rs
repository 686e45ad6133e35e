//! `kubesift lsp`: gives the language server what it must not know by itself, and standard input and
//! output.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_config::CommandLine;
use kubesift_engine::all_checks;
use kubesift_engine::model::BuildId;
use kubesift_lsp::{EditorSettings, Offer, serve};
use kubesift_project::{Analysis, ConfigFile, Disk, Request};
use kubesift_report::view::graph::{GraphFormat, GraphView};
use lsp_server::Connection;

use super::{explain, session};
use crate::{End, Usage};

/// Runs the command.
pub fn run() -> Result<End, Usage> {
    let (connection, threads) = Connection::stdio();
    let end = serve(connection, offer());
    match end {
        kubesift_lsp::End::Orderly => {
            // A client that is gone reads nothing any more.
            let _ = threads.join();
            Ok(End::Clean)
        }
        // What reads standard input may wait for ever.
        kubesift_lsp::End::Abrupt => std::process::exit(1),
    }
}

fn offer() -> Offer {
    Offer {
        version: env!("CARGO_PKG_VERSION"),
        checks: kubesift_checks::ALL,
        system: Arc::new(Disk),
        request,
        explain: page,
        graph,
    }
}

/// The request for a folder, with the layers of the environment and of the editor.
fn request(folder: &Path, settings: &EditorSettings) -> (Request<'static>, Vec<String>) {
    let mut request = Request::new(folder, session::today());
    let (environment, mut problems) = kubesift_config::environment(kubesift_checks::ALL);
    let line = CommandLine {
        profile: settings.profile.clone(),
        select: settings.select.clone(),
        extend_select: settings.extend_select.clone(),
        ignore: settings.ignore.clone(),
        min_severity: settings.min_severity.clone(),
        kubernetes_version: settings.kubernetes_version.clone(),
        ..CommandLine::default()
    };
    let (editor, more) = line.options(kubesift_checks::ALL);
    problems.extend(more);
    request.environment = environment;
    request.command_line = editor;
    request.config = match &settings.config {
        Some(path) => ConfigFile::At(PathBuf::from(path)),
        None => ConfigFile::Find,
    };
    let say = |problem: kubesift_config::Problem| match problem.help {
        Some(help) => format!("{}; {help}", problem.message),
        None => problem.message,
    };
    (request, problems.into_iter().map(say).collect())
}

fn page(name: &str) -> Option<String> {
    let entry = all_checks(kubesift_checks::ALL).find(|entry| entry.name == name)?;
    Some(explain::markdown(entry))
}

fn graph(analysis: &Analysis, build: BuildId) -> Option<String> {
    let build = analysis.outcome.builds.get(build.0 as usize)?;
    let graphs = [analysis.graph(build)];
    let view = GraphView::new(&analysis.outcome, &graphs, env!("CARGO_PKG_VERSION"));
    let mut page = Vec::new();
    view.write(GraphFormat::Html, &mut page).ok()?;
    String::from_utf8(page).ok()
}

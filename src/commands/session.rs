//! From flags to a request, and from what stops a run to words: what `check`, `fix` and
//! `config show` have in common.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use kubesift_config::{CommandLine, Level, Options, Problem};
use kubesift_engine::model::Build;
use kubesift_engine::{Date, Trouble, nearest};
use kubesift_project::{Analysis, ConfigFile, Progress, Request, Stop, relative};
use kubesift_source::{Column, SourceFile};

use crate::Usage;
use crate::args::{Settings, Target};
use crate::terminal;

/// Set by Ctrl-C.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Lets Ctrl-C end the run between two steps, so that no half-written file is left.
pub fn heed_interrupt() {
    // Without the handler Ctrl-C still ends the program, only less gently.
    let _ = ctrlc::set_handler(|| {
        if CANCELLED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}

/// The request that flags make.
pub fn request<'a>(
    target: &Target,
    fail_on: Option<&String>,
    progress: &'a dyn Progress,
) -> Result<Request<'a>, Usage> {
    let mut request = bare(&target.settings, fail_on, target.jobs)?;
    let default = target.paths == [PathBuf::from(".")];
    request.paths = if default { Vec::new() } else { target.paths.clone() };
    request.stdin_name = Some(target.stdin_filename.clone());
    request.progress = progress;
    request.cancel = Some(&CANCELLED);
    Ok(request)
}

/// A request without paths, for its settings.
pub fn bare<'a>(
    settings: &Settings,
    fail_on: Option<&String>,
    jobs: Option<usize>,
) -> Result<Request<'a>, Usage> {
    let folder = std::env::current_dir()
        .map_err(|error| format!("the current folder cannot be used: {error}"))?;
    let mut request = Request::new(folder, today());
    let (environment, mut problems) = kubesift_config::environment(kubesift_checks::ALL);
    let (command_line, more) = layer(settings, fail_on, jobs);
    problems.extend(more);
    say_problems(&problems, &[])?;
    request.environment = environment;
    request.command_line = command_line;
    request.config = match &settings.config {
        _ if settings.no_config => ConfigFile::Off,
        Some(path) => ConfigFile::At(path.clone()),
        None => ConfigFile::Find,
    };
    Ok(request)
}

fn layer(
    settings: &Settings,
    fail_on: Option<&String>,
    jobs: Option<usize>,
) -> (Options, Vec<Problem>) {
    let line = CommandLine {
        profile: settings.profile.clone(),
        select: settings.select.clone(),
        extend_select: settings.extend_select.clone(),
        ignore: settings.ignore.clone(),
        exclude: settings.exclude.clone(),
        kubernetes_version: settings.kubernetes_version.clone(),
        fail_on: fail_on.cloned(),
        min_severity: settings.min_severity.clone(),
        min_confidence: settings.min_confidence.clone(),
        baseline: settings.baseline.as_ref().map(|path| path.to_string_lossy().into_owned()),
        no_baseline: settings.no_baseline,
        jobs: jobs.map(|jobs| jobs.to_string()),
        ..CommandLine::default()
    };
    line.options(kubesift_checks::ALL)
}

/// Says warnings on standard error, and makes errors one usage error: each with its line in the
/// user's own file.
pub fn say_problems(problems: &[Problem], files: &[Arc<SourceFile>]) -> Result<(), Usage> {
    let mut errors = Vec::new();
    for problem in problems {
        let mut text = place(problem, files);
        text.push_str(&problem.message);
        if let Some(help) = &problem.help {
            text.push_str("\n  help: ");
            text.push_str(help);
        }
        match problem.level {
            Level::Warning => terminal::warn(&text),
            Level::Error => errors.push(text),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Usage(errors.join("\nerror: "))) }
}

fn place(problem: &Problem, files: &[Arc<SourceFile>]) -> String {
    let Some(span) = problem.span else { return String::new() };
    let Some(file) = files.get(span.file.0 as usize) else { return String::new() };
    let position = file.position(span.start, Column::Chars);
    format!("{}:{}:{}: ", file.path, position.line, position.column)
}

/// Says on standard error what could not be read or analysed, a line each, with its place.
pub fn say_troubles(troubles: &[Trouble], files: &[Arc<SourceFile>]) {
    for trouble in troubles {
        let file = trouble.at.and_then(|span| files.get(span.file.0 as usize).zip(Some(span)));
        let place = match file {
            Some((file, span)) => {
                let at = file.position(span.start, Column::Chars);
                format!("{}:{}:{}", file.path, at.line, at.column)
            }
            None => trouble.path.to_string(),
        };
        let help = trouble.help.as_ref().map(|help| format!("\n  help: {help}"));
        let message = &trouble.message;
        terminal::complain(&format!("{place}: {message}{}", help.unwrap_or_default()));
    }
}

/// The builds that are asked for: the one of a name, or all.
///
/// # Errors
/// When there is none of that name.
pub fn builds<'a>(analysis: &'a Analysis, name: Option<&str>) -> Result<Vec<&'a Build>, Usage> {
    let builds = &analysis.outcome.builds;
    let Some(name) = name else { return Ok(builds.iter().collect()) };
    let wanted = name.trim_end_matches('/');
    if let Some(build) = builds.iter().find(|build| *build.name == *wanted) {
        return Ok(vec![build]);
    }
    let meant = nearest(wanted, builds.iter().map(|build| &*build.name));
    let help = match (meant, builds.len()) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, 0) => "there is no build at all: no Kubernetes manifest was found".to_owned(),
        (None, _) => "`kubesift check --show-files` names the builds".to_owned(),
    };
    Err(Usage(format!("there is no build `{name}`\n  help: {help}")))
}

/// The way to a file (absolute, without links) from the folder that the program was started in.
pub fn way(path: &Path) -> String {
    let here = std::env::current_dir().and_then(std::fs::canonicalize);
    here.map_or_else(|_| path.display().to_string(), |here| relative(&here, path))
}

/// Why a run gave nothing, for the person at the keyboard.
pub fn stopped(stop: Stop) -> Usage {
    match stop {
        Stop::Usage(message) => Usage(message),
        Stop::Config(errors) => match say_problems(&errors.problems, &errors.files) {
            Err(usage) => usage,
            Ok(()) => Usage("the configuration is wrong".to_owned()),
        },
        // As a shell says of a program that an interrupt ended.
        Stop::Cancelled => std::process::exit(130),
    }
}

/// The day in UTC; a clock before 1970 is taken for 1970.
pub fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Date::from_unix(since.as_secs())
}

//! `kubesift check`: analyses, writes the reports, and says by its exit code what was found.

use std::time::{Duration, Instant};

use kubesift_config::Gate;
use kubesift_engine::Outcome;
use kubesift_project::{Disk, Host};
use kubesift_report::Options;

use super::{output, session};
use crate::args::Check;
use crate::progress::Bar;
use crate::{End, Usage, terminal};

/// Runs the command.
pub fn run(args: &Check) -> Result<End, Usage> {
    let start = Instant::now();
    let reports = output::reports(&args.format, args.output.as_ref())?;
    session::heed_interrupt();
    let bar = Bar::new(args.quiet);
    let request = session::request(&args.target, args.fail_on.as_ref(), &bar)?;
    let analysis = Host::new(Disk, kubesift_checks::ALL).analyze(&request);
    bar.finish();
    let analysis = analysis.map_err(session::stopped)?;
    session::say_problems(&analysis.problems, &analysis.outcome.files)?;

    let analysed = start.elapsed();
    let options = options(args, &request.folder);
    let outcome = &analysis.outcome;
    for report in &reports {
        if args.quiet && report.is_human_on_terminal() && has_nothing_to_say(outcome) {
            continue;
        }
        report.write(outcome, &options)?;
    }
    step_summary(outcome);
    if args.timings {
        say_timings(&bar, analysed, start.elapsed());
    }
    let end = end(args, outcome, analysis.settings.fail_on.value);
    // Giving millions of nodes back one by one takes longer than ending the process does.
    std::mem::forget(analysis);
    Ok(end)
}

fn has_nothing_to_say(outcome: &Outcome) -> bool {
    outcome.errors.is_empty() && outcome.open().next().is_none()
}

fn end(args: &Check, outcome: &Outcome, gate: Gate) -> End {
    if !outcome.errors.is_empty() && !args.allow_incomplete {
        return End::Incomplete;
    }
    let stopped = outcome.open().any(|finding| gate.stops(finding.severity));
    if stopped { End::Findings } else { End::Clean }
}

fn options(args: &Check, folder: &std::path::Path) -> Options {
    Options {
        color: terminal::colours_out(args.color),
        unicode: terminal::unicode(),
        hyperlinks: terminal::hyperlinks(),
        width: terminal::width(),
        show_suppressed: args.show_suppressed,
        max_diagnostics: args.max_diagnostics,
        statistics: args.statistics,
        show_files: args.show_files,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        folder: below_repository(folder),
        sarif_max_results: args.sarif_max_results,
        sarif_category: args.sarif_category.clone(),
        ..Options::default()
    }
}

/// The folder of the run, relative to the root of its git repository: code scanning wants paths
/// from there. Empty at the root and outside of repositories.
fn below_repository(folder: &std::path::Path) -> String {
    let root = folder.ancestors().find(|folder| folder.join(".git").exists());
    let below = root.and_then(|root| folder.strip_prefix(root).ok());
    let parts = below.into_iter().flat_map(std::path::Path::components);
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// In a workflow of GitHub Actions, a table on the run's page.
fn step_summary(outcome: &Outcome) {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return;
    };
    let text = kubesift_report::step_summary(outcome);
    let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
    let written = file.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    if let Err(error) = written {
        terminal::warn(&format!("cannot write the step summary: {error}"));
    }
}

fn say_timings(bar: &Bar, analysed: Duration, whole: Duration) {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    for (phase, time) in bar.timings() {
        terminal::note(&format!("{phase:<12} {:>9.1} ms", ms(time)));
    }
    terminal::note(&format!("{:<12} {:>9.1} ms", "reports", ms(whole - analysed)));
    terminal::note(&format!("{:<12} {:>9.1} ms", "whole", ms(whole)));
    // Linux tells; elsewhere nothing is said rather than something guessed.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    if let Some(peak) = peak {
        terminal::note(&format!("peak memory {}", peak.trim()));
    }
}

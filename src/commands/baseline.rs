//! `kubesift baseline`: lists the findings that are there, so that only new ones count, and keeps the
//! list true. What a baseline is stands in the engine, which entries a run can judge in the session.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kubesift_checks::ALL;
use kubesift_config::Options;
use kubesift_engine::Baseline;
use kubesift_project::{Analysis, Disk, Host, Request};

use super::{output, session};
use crate::args::{self, BaselineArgs};
use crate::progress::Bar;
use crate::{End, Usage};

/// Runs the command.
pub fn run(args: &args::Baseline) -> Result<End, Usage> {
    match args {
        args::Baseline::Create(args) => create(&args.common, args.force),
        args::Baseline::Update(args) => update(args),
        args::Baseline::Prune(args) => prune(args),
    }
}

fn create(args: &BaselineArgs, force: bool) -> Result<End, Usage> {
    let bar = Bar::new(false);
    let mut request = session::request(&args.target, None, &bar)?;
    request.ignore_baseline = true;
    let host = Host::new(Disk, ALL);
    let path = path(&host, &request)?;
    if path.exists() && !force && !args.check {
        let name = session::way(&path);
        return Err(Usage(format!(
            "{name} is there already\n  \
             help: `kubesift baseline update` renews it and tells what changes; --force replaces it"
        )));
    }
    let analysis = analyze(&host, &request, &bar)?;
    let work = Work { args, path: &path, old: None, complete: is_complete(&analysis) };
    work.finish(&analysis.new_baseline(&path))
}

fn update(args: &BaselineArgs) -> Result<End, Usage> {
    let (analysis, path) = analyze_all(args)?;
    let missing = || missing(&path);
    let held = analysis.held.as_ref().ok_or_else(missing)?;
    let renewed = analysis.renewed_baseline().ok_or_else(missing)?;
    let old = Some(&*held.baseline);
    Work { args, path: &path, old, complete: is_complete(&analysis) }.finish(&renewed)
}

fn prune(args: &BaselineArgs) -> Result<End, Usage> {
    let (analysis, path) = analyze_all(args)?;
    let held = analysis.held.as_ref().ok_or_else(|| missing(&path))?;
    let complete = is_complete(&analysis);
    if let Some(why) = held.doubt.filter(|_| complete) {
        return Err(Usage(format!(
            "it is not known which entries are stale: {why}\n  \
             help: without paths, all that the baseline was made of is looked at"
        )));
    }
    Work { args, path: &path, old: Some(&held.baseline), complete }.finish(&held.pruned())
}

/// Looks at what is asked for, or at what the baseline was made of, with the baseline in force.
fn analyze_all(args: &BaselineArgs) -> Result<(Analysis, PathBuf), Usage> {
    let bar = Bar::new(false);
    let mut request = session::request(&args.target, None, &bar)?;
    let host = Host::new(Disk, ALL);
    let path = path(&host, &request)?;
    let layers = [&request.command_line, &request.environment];
    let hides = |layer: &&Options| layer.min_severity.is_some() || layer.min_confidence.is_some();
    if layers.iter().any(hides) {
        return Err(Usage(
            "a least severity or confidence cannot be given here: what is not shown would be lost\n  \
             help: `kubesift baseline create` takes it"
                .to_owned(),
        ));
    }
    let scope = host.baseline_scope(&request).map_err(session::stopped)?;
    let scope = scope.ok_or_else(|| missing(&path))?;
    if args.target.paths.is_empty() {
        request.paths = scope;
    }
    Ok((analyze(&host, &request, &bar)?, path))
}

fn analyze(host: &Host, request: &Request<'_>, bar: &Bar) -> Result<Analysis, Usage> {
    session::heed_interrupt();
    let analysis = host.analyze(request);
    bar.finish();
    let analysis = analysis.map_err(session::stopped)?;
    let outcome = &analysis.outcome;
    session::say_problems(&analysis.problems, &outcome.files)?;
    session::say_troubles(&outcome.errors, &outcome.files);
    Ok(analysis)
}

/// Where the baseline lies or would lie.
fn path(host: &Host, request: &Request<'_>) -> Result<PathBuf, Usage> {
    let configured = host.settings(request).map_err(session::stopped)?;
    configured.baseline.ok_or_else(|| {
        Usage("the settings switch the baseline off, so there is none to write".to_owned())
    })
}

fn missing(path: &Path) -> Usage {
    let name = session::way(path);
    Usage(format!("there is no baseline {name}\n  help: `kubesift baseline create` makes it"))
}

fn is_complete(analysis: &Analysis) -> bool {
    analysis.outcome.errors.is_empty()
}

/// A baseline that is to be written.
struct Work<'a> {
    args: &'a BaselineArgs,
    path: &'a Path,
    /// The one that was there, when what changes is to be told.
    old: Option<&'a Baseline>,
    /// Everything could be read and analysed.
    complete: bool,
}

impl Work<'_> {
    /// Writes it, unless it is there as it should be or nothing is to be written, and says what it
    /// lists.
    fn finish(&self, new: &Baseline) -> Result<End, Usage> {
        let text = new.text();
        let changes = std::fs::read_to_string(self.path).ok().is_none_or(|there| there != text);
        if changes && !self.args.check {
            output::whole(self.path, &|out| out.write_all(text.as_bytes()))
                .map_err(|error| format!("cannot write {}: {error}", self.path.display()))?;
        }
        super::print(self.summary(new, changes).as_bytes())?;
        Ok(match (self.complete, changes && self.args.check) {
            (false, _) => End::Incomplete,
            (true, true) => End::Findings,
            (true, false) => End::Clean,
        })
    }

    fn summary(&self, new: &Baseline, changes: bool) -> String {
        let name = session::way(self.path);
        let verb = match (changes, self.args.check) {
            (false, _) => format!("{name} is up to date"),
            (true, true) => format!("{name} would change"),
            (true, false) => format!("wrote {name}"),
        };
        let count = new.count();
        let plural = if count == 1 { "" } else { "s" };
        let mut text = format!("{verb}: {count} finding{plural}\n");
        let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
        for entry in &new.entries {
            rows.entry(&entry.check).or_default().count += u64::from(entry.count);
        }
        if let Some(old) = self.old {
            for (check, came, went) in differences(old, new) {
                let row = rows.entry(check).or_default();
                (row.came, row.went) = (row.came + came, row.went + went);
            }
        }
        let width = rows.keys().map(|check| check.len()).max().unwrap_or_default();
        for (check, row) in rows {
            let _ = write!(text, "  {check:width$}  {:>5}", row.count);
            for (sign, number) in [('+', row.came), ('-', row.went)] {
                if number > 0 {
                    let _ = write!(text, "  {sign}{number}");
                }
            }
            text.push('\n');
        }
        text
    }
}

/// What there is to say of a check.
#[derive(Default)]
struct Row {
    count: u64,
    came: u64,
    went: u64,
}

/// What came and what went, by check: of each entry that is not as it was, how many more or fewer.
fn differences<'b>(old: &'b Baseline, new: &'b Baseline) -> Vec<(&'b str, u64, u64)> {
    let mut counts: BTreeMap<_, (&str, u64, u64)> = BTreeMap::new();
    for (baseline, is_old) in [(old, true), (new, false)] {
        for entry in &baseline.entries {
            let key = (entry.fingerprint, &*entry.file);
            let held = counts.entry(key).or_insert((&*entry.check, 0, 0));
            let count = u64::from(entry.count);
            *(if is_old { &mut held.1 } else { &mut held.2 }) += count;
        }
    }
    let changed = counts.into_values().filter(|(_, old, new)| old != new);
    changed
        .map(|(check, old, new)| (check, new.saturating_sub(old), old.saturating_sub(new)))
        .collect()
}

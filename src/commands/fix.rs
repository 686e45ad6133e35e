//! `kubesift fix`: applies the fixes that findings offer, and looks again until nothing changes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::{fs, io};

use kubesift_engine::{Finding, Fix, Outcome, Safety};
use kubesift_project::{Disk, Host, Quiet, Request};
use kubesift_source::{Edit, Found, PathKind, SourceFile, System, WalkOptions, apply};
use similar::TextDiff;

use super::{output, session};
use crate::args;
use crate::{End, Usage, terminal};

/// A fix can bring another finding's fix within reach; more rounds than this mean two fixes undo
/// each other.
const ROUNDS: usize = 10;

/// Texts that replace those on disk, by absolute path.
type Changed = Arc<Mutex<BTreeMap<PathBuf, String>>>;

/// The disk under texts that are changed but not written yet.
struct Overlay(Changed);

impl System for Overlay {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let changed = self.0.lock().ok().and_then(|changed| changed.get(path).cloned());
        changed.map_or_else(|| Disk.read(path), |text| Ok(text.into_bytes()))
    }

    fn read_stdin(&self) -> io::Result<Vec<u8>> {
        Disk.read_stdin()
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        Disk.kind(path)
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        Disk.real(path)
    }

    fn walk(&self, root: &Path, options: WalkOptions, each: &(dyn Fn(Found) -> bool + Sync)) {
        Disk.walk(root, options, each);
    }
}

/// Runs the command.
pub fn run(args: &args::Fix) -> Result<End, Usage> {
    if args.target.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Usage("standard input cannot be fixed; name files or folders".to_owned()));
    }
    session::heed_interrupt();
    let request = session::request(&args.target, None, &Quiet)?;
    let least = if args.unsafe_ { Safety::Unsafe } else { Safety::Safe };
    let wanted = Wanted { least, new_only: args.target.settings.baseline.is_some() };
    let changed = Changed::default();
    let host = Host::new(Overlay(Arc::clone(&changed)), kubesift_checks::ALL);
    let (mut applied, mut held_back, mut incomplete) = (0, 0, false);
    for _ in 0..ROUNDS {
        let analysis = host.analyze(&request).map_err(session::stopped)?;
        session::say_problems(&analysis.problems, &analysis.outcome.files)?;
        incomplete = !analysis.outcome.errors.is_empty();
        held_back = count_held_back(&analysis.outcome, wanted);
        let round = round(&analysis.outcome, wanted, &request, &changed);
        applied += round;
        if round == 0 {
            break;
        }
    }
    let changed = changed.lock().map(|changed| changed.clone()).unwrap_or_default();
    let text = if args.diff {
        diff(&changed, &request, terminal::colours_out(args.color))?
    } else {
        write(&changed)?;
        String::new()
    };
    super::print(text.as_bytes())?;
    terminal::note(&summary(args, applied, changed.len(), held_back));
    Ok(if incomplete { End::Incomplete } else { End::Clean })
}

/// Which fixes are to be applied.
#[derive(Clone, Copy)]
struct Wanted {
    least: Safety,
    /// What the baseline lists is left alone.
    new_only: bool,
}

impl Wanted {
    fn takes(self, finding: &Finding) -> bool {
        self.counts(finding) && finding.fix.as_ref().is_some_and(|fix| fix.safety >= self.least)
    }

    fn counts(self, finding: &Finding) -> bool {
        finding.is_open() || finding.is_in_baseline() && !self.new_only
    }
}

fn count_held_back(outcome: &Outcome, wanted: Wanted) -> usize {
    let offered = |finding: &&Finding| {
        let unsafe_ = |fix: &Fix| fix.safety < wanted.least && fix.safety > Safety::Shown;
        wanted.counts(finding) && finding.fix.as_ref().is_some_and(unsafe_)
    };
    outcome.findings.iter().filter(offered).count()
}

/// Applies every wanted fix that overlaps no other one of this round; gives their number.
fn round(outcome: &Outcome, wanted: Wanted, request: &Request<'_>, changed: &Changed) -> usize {
    let mut edits: BTreeMap<u32, Vec<Edit>> = BTreeMap::new();
    let mut applied = 0;
    let wanted = outcome.findings.iter().filter(|finding| wanted.takes(finding));
    for fix in wanted.filter_map(|finding| finding.fix.as_ref()) {
        let file = |edit: &Edit| edit.span.file.0;
        let taken = fix.edits.iter().any(|edit| {
            edits.get(&file(edit)).into_iter().flatten().any(|other| clash(edit, other))
        });
        if taken {
            continue;
        }
        for edit in &fix.edits {
            edits.entry(file(edit)).or_default().push(edit.clone());
        }
        applied += 1;
    }
    let Ok(mut changed) = changed.lock() else { return 0 };
    for (file, edits) in edits {
        let file: &SourceFile = &outcome.files[file as usize];
        if let Ok(text) = apply(file.text(), &edits) {
            changed.insert(absolute(request, &file.path), text);
        }
    }
    applied
}

/// Two edits that touch the same bytes, or put text at the same place.
fn clash(a: &Edit, b: &Edit) -> bool {
    let (a, b) = (a.span, b.span);
    a.start == b.start || (a.start < b.end && b.start < a.end)
}

fn absolute(request: &Request<'_>, path: &str) -> PathBuf {
    let path = request.folder.join(path);
    Disk.real(&path).unwrap_or(path)
}

fn write(changed: &BTreeMap<PathBuf, String>) -> Result<(), Usage> {
    for (path, text) in changed {
        output::whole(path, &|out| out.write_all(text.as_bytes()))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}

fn diff(
    changed: &BTreeMap<PathBuf, String>,
    request: &Request<'_>,
    colour: bool,
) -> Result<String, Usage> {
    let mut text = String::new();
    let root = Disk.real(&request.folder).unwrap_or_else(|_| request.folder.clone());
    for (path, after) in changed {
        let before = fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let shown = path.strip_prefix(&root).unwrap_or(path).display().to_string();
        let (old, new) = (format!("a/{shown}"), format!("b/{shown}"));
        let lines = TextDiff::from_lines(before.as_str(), after.as_str());
        for line in lines.unified_diff().header(&old, &new).to_string().lines() {
            let code = match line.as_bytes() {
                [b'-', ..] => "31",
                [b'+', ..] => "32",
                [b'@', ..] => "36",
                _ => "",
            };
            let _ = match colour && !code.is_empty() {
                true => writeln!(text, "\u{1b}[{code}m{line}\u{1b}[0m"),
                false => writeln!(text, "{line}"),
            };
        }
    }
    Ok(text)
}

fn summary(args: &args::Fix, applied: usize, files: usize, held_back: usize) -> String {
    let verb = if args.diff { "would apply" } else { "applied" };
    let mut text = format!("{verb} {applied} fixes in {files} files");
    if held_back > 0 {
        let _ = write!(
            text,
            "; {held_back} more may change how a workload behaves: --unsafe applies them"
        );
    }
    text
}

//! Real kustomizations of public repositories, and the hash of what kubectl printed for each, or why
//! it failed. Needs checkouts of the repositories.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::render::{Rendered, each, kubectl, ours};
use super::{Context, Reached};
use crate::Failure;

/// A line of the table.
struct Outcome {
    repository: String,
    folder: String,
    /// What kubectl did: `yes`, `no`, or `skip` where it would have fetched.
    ok: String,
    /// Why it failed; for one that did not, a remark.
    class: String,
    /// The first 16 hex digits of the SHA-256 of what was printed.
    hash: String,
}

/// What became of an outcome, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Same,
    SameFailure,
    RemoteSaid,
    Differs,
    Crashes,
    NotThere,
}

/// Agreeing outcomes by repository; none without the table or the repositories.
pub(super) fn run(context: &Context<'_>) -> Result<Option<Reached>, Failure> {
    let table = context.shared.join("data/kustomize-outcomes.csv");
    let Some(repos) = &context.options.repos else {
        println!("outcomes of real kustomizations need checkouts: --repos DIR");
        return Ok(None);
    };
    if !table.exists() {
        println!("no table of outcomes beside the checkout: nothing to measure");
        return Ok(None);
    }
    let outcomes = read(&fs::read_to_string(table)?)?;
    let mut reached = Reached::new();
    let mut total: BTreeMap<End, usize> = BTreeMap::new();
    let mut names: Vec<&str> = outcomes.iter().map(|one| one.repository.as_str()).collect();
    names.dedup();
    for name in names {
        let Some(checkout) = checkout(repos, name) else {
            println!("{name}: no checkout in {}", repos.display());
            continue;
        };
        let of_it: Vec<&Outcome> = outcomes.iter().filter(|one| one.repository == name).collect();
        let ends = each(&of_it, |outcome| judge(context.program, &checkout, outcome))?;
        let mut counts: BTreeMap<End, usize> = BTreeMap::new();
        for (end, _) in &ends {
            *counts.entry(*end).or_default() += 1;
            *total.entry(*end).or_default() += 1;
        }
        println!("{name}: {}", words(&counts));
        let bad = ends.iter().zip(&of_it).filter(|((end, _), _)| *end >= End::Differs);
        for ((end, why), outcome) in bad.take(context.options.failures) {
            println!("  {end:?} {}: {why}", outcome.folder);
        }
        let good = ends.iter().filter(|(end, _)| *end < End::Differs).count();
        reached.insert(format!("outcomes/{name}"), good as u64);
    }
    println!("all outcomes: {}", words(&total));
    Ok((!reached.is_empty()).then_some(reached))
}

/// The checkout of `owner/name`: a folder of either name.
fn checkout(repos: &Path, name: &str) -> Option<PathBuf> {
    let short = name.rsplit('/').next().unwrap_or(name);
    [name, short].into_iter().map(|name| repos.join(name)).find(|folder| folder.is_dir())
}

/// The table: comma-separated, without quotes, a line of heads first.
fn read(text: &str) -> Result<Vec<Outcome>, Failure> {
    let lines = text.lines().skip(1);
    let row = |line: &str| {
        let fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        match <[String; 7]>::try_from(fields) {
            Ok([repository, folder, ok, _, class, _, hash]) => {
                Ok(Outcome { repository, folder, ok, class, hash })
            }
            Err(_) => Err(format!("the table of outcomes has a line of another form: {line}")),
        }
    };
    lines.map(|line| row(line).map_err(Failure::from)).collect()
}

fn judge(program: &Path, checkout: &Path, outcome: &Outcome) -> Result<(End, String), Failure> {
    let folder = checkout.join(&outcome.folder);
    if !folder.is_dir() {
        return Ok((End::NotThere, "the checkout has no such folder".to_owned()));
    }
    let rendered = ours(program, &folder, &["--load-restrictor", "root-only"])?;
    let said = rendered.first_line().to_owned();
    if rendered.is_crash() {
        return Ok((End::Crashes, said));
    }
    Ok(match outcome.ok.as_str() {
        // Checkouts may lack files (archives, files that are made): kubectl says whether this one does.
        "yes" if rendered.classes().contains(&"missing") && kubectl_fails(&folder) => {
            (End::NotThere, said)
        }
        "yes" if !rendered.is_ok() => (End::Differs, format!("fails: {said}")),
        "yes" if hash(&rendered.text) == outcome.hash => (End::Same, String::new()),
        "yes" => (End::Differs, "other bytes".to_owned()),
        "skip" if rendered.classes().contains(&"remote") => (End::RemoteSaid, String::new()),
        "skip" => (End::Differs, format!("should say what is remote: {said}")),
        _ => failure(&rendered, &outcome.class),
    })
}

/// True when a kubectl is at hand and cannot build the folder either.
fn kubectl_fails(folder: &Path) -> bool {
    kubectl(Path::new("kubectl"), folder).is_ok_and(|rendered| !rendered.is_ok())
}

/// A failure of kubectl, by the classes of trouble that stand for it. What it would fetch or run is
/// said and left out by us, and the build is incomplete.
fn failure(rendered: &Rendered, class: &str) -> (End, String) {
    let wanted: &[&str] = match class {
        _ if class.contains("network") => &["remote", "chart"],
        _ if class.contains("enable-helm") => &["chart"],
        _ if class.contains("plugin") => &["plugin", "chart"],
        _ if class.contains("patch target") => &["patch-target"],
        _ if class.contains("missing") => &["missing"],
        _ if class.contains("invalid kustomization") => &["kustomization"],
        _ => &[],
    };
    if rendered.is_ok() {
        return (End::Differs, format!("succeeds; kubectl: {class}"));
    }
    let classes = rendered.classes();
    match wanted.iter().any(|class| classes.contains(class)) {
        true => (End::SameFailure, String::new()),
        false => (End::Differs, format!("{}; kubectl: {class}", rendered.first_line())),
    }
}

fn hash(text: &[u8]) -> String {
    let digest = Sha256::digest(text);
    digest.iter().take(8).fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn words(counts: &BTreeMap<End, usize>) -> String {
    let word = |end: &End| match end {
        End::Same => "same bytes",
        End::SameFailure => "same failure",
        End::RemoteSaid => "remote, and said",
        End::Differs => "differ",
        End::Crashes => "crash",
        End::NotThere => "not in the checkout",
    };
    let parts = counts.iter().map(|(end, count)| format!("{count} {}", word(end)));
    parts.collect::<Vec<_>>().join(", ")
}

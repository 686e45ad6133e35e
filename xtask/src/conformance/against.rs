//! Every kustomization below a folder, built by the program and by the kubectl that is at hand.

use std::path::Path;

use super::render::{each, first_difference, kubectl, kustomizations, ours};
use crate::Failure;

/// What two builds of a folder have in common.
enum End {
    Same,
    BothFail,
    Differs(String),
}

/// Prints the folders that differ, `failures` of them at most; fails when there are any.
pub(super) fn run(
    program: &Path,
    other: &Path,
    folder: &Path,
    failures: usize,
) -> Result<(), Failure> {
    let folders = kustomizations(folder)?;
    if folders.is_empty() {
        return Err(format!("no kustomization lies below {}", folder.display()).into());
    }
    let ends = each(&folders, |folder| compare(program, other, folder))?;
    let count = |like: fn(&End) -> bool| ends.iter().filter(|end| like(end)).count();
    let (same, fail) =
        (count(|end| matches!(end, End::Same)), count(|end| matches!(end, End::BothFail)));
    let differ = ends.len() - same - fail;
    println!("{} kustomizations: {same} same, {fail} fail in both, {differ} differ", ends.len());
    let mut listed = 0;
    for (end, path) in ends.iter().zip(&folders) {
        let End::Differs(why) = end else { continue };
        listed += 1;
        if listed <= failures {
            let below = path.strip_prefix(folder).unwrap_or(path);
            println!("  {}: {why}", below.display());
        }
    }
    if differ == 0 { Ok(()) } else { Err(format!("{differ} kustomizations differ").into()) }
}

fn compare(program: &Path, other: &Path, folder: &Path) -> Result<End, Failure> {
    let theirs = kubectl(other, folder)?;
    let ours = ours(program, folder, &["--load-restrictor", "root-only"])?;
    if ours.is_crash() {
        return Ok(End::Differs(format!("ours crashes: {}", ours.first_line())));
    }
    Ok(match (theirs.is_ok(), ours.is_ok()) {
        (true, true) if theirs.text == ours.text => End::Same,
        (true, true) => End::Differs(first_difference(&theirs.text, &ours.text)),
        (false, false) => End::BothFail,
        (true, false) => End::Differs(format!("ours fails: {}", ours.first_line())),
        (false, true) => {
            let said = theirs.said.lines().filter(|line| !line.starts_with("# Warning"));
            let said: String = said.take(1).collect();
            End::Differs(format!("kubectl fails: {}", said.chars().take(300).collect::<String>()))
        }
    })
}

//! The cases of kustomize's own tests: input trees, and the text or the failure that they expect.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::render::{Rendered, each, first_difference, ours};
use super::{Context, Reached};
use crate::{Failure, root};

/// The classes of cases, by what stands behind the expectation.
const SAME: &str = "krusty/kubectl";
const ERRORS: &str = "krusty/errors";
const NEWER: &str = "krusty/newer";
/// Cases that need a program, the network, or a chart that is fetched: never done, so not counted.
const ASIDE: &str = "set aside";

/// What became of a case.
struct Verdict {
    class: &'static str,
    name: String,
    /// Why it disagrees; none when it agrees.
    why: Option<String>,
}

/// Agreeing cases by class; none without the cases.
pub(super) fn run(context: &Context<'_>) -> Result<Option<Reached>, Failure> {
    let archive = context.shared.join("conformance/krusty.tar.gz");
    if !archive.exists() {
        println!("no krusty cases beside the checkout: nothing to measure");
        return Ok(None);
    }
    let cases = unpack(&archive)?;
    let verdicts = each(&cases, |case| judge(context.program, case))?;
    let mut reached = Reached::new();
    for class in [SAME, ERRORS, NEWER] {
        let of_class = || verdicts.iter().filter(|verdict| verdict.class == class);
        let agree = of_class().filter(|verdict| verdict.why.is_none()).count();
        println!("{class:<20} {agree:>4} of {}", of_class().count());
        let failed = of_class().filter_map(|verdict| Some((&verdict.name, verdict.why.as_ref()?)));
        for (name, why) in failed.take(context.options.failures) {
            println!("  {name}: {why}");
        }
        reached.insert(class.to_owned(), agree as u64);
    }
    let aside = || verdicts.iter().filter(|verdict| verdict.class == ASIDE);
    let names: Vec<&str> = aside().map(|verdict| verdict.name.as_str()).collect();
    println!("set aside: {} that run programs or fetch: {}", names.len(), names.join(", "));
    let crashed = aside().find_map(|verdict| Some((&verdict.name, verdict.why.as_ref()?)));
    if let Some((name, why)) = crashed {
        return Err(format!("{name}: {why}").into());
    }
    Ok(Some(reached))
}

/// Unpacks the archive anew and gives the folders of the cases, sorted.
fn unpack(archive: &Path) -> Result<Vec<PathBuf>, Failure> {
    let to = root().join("target/krusty");
    if to.exists() {
        fs::remove_dir_all(&to)?;
    }
    fs::create_dir_all(&to)?;
    let status = Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(&to).status()?;
    if !status.success() {
        return Err(format!("{} cannot be unpacked", archive.display()).into());
    }
    let mut cases = Vec::new();
    for entry in fs::read_dir(to.join("krusty"))? {
        let case = entry?.path();
        if case.join("case.json").exists() {
            cases.push(case);
        }
    }
    cases.sort();
    Ok(cases)
}

fn judge(program: &Path, folder: &Path) -> Result<Verdict, Failure> {
    let case: Value = serde_json::from_str(&fs::read_to_string(folder.join("case.json"))?)?;
    let word = |key: &str| case.get(key).and_then(Value::as_str).unwrap_or_default();
    let input = folder.join("input");
    root_of_its_own(folder, &input)?;
    let class = match word("oracle") {
        "same-as-kubectl-v5.5.0" => SAME,
        "error-expected" => ERRORS,
        _ if needs_more(&input)? => ASIDE,
        _ => NEWER,
    };
    let rendered = ours(program, &input.join(word("build")), &flags(&case))?;
    let why = match class {
        _ if rendered.is_crash() => Some(format!("crashes: {}", rendered.first_line())),
        ASIDE => None,
        ERRORS => failure(&rendered),
        _ => difference(&rendered, &expected(&fs::read_to_string(folder.join("expected.yaml"))?)),
    };
    Ok(Verdict { class, name: word("name").to_owned(), why })
}

/// The text that a case expects. A build of kustomize for tests names itself so in the label of what
/// it manages.
fn expected(text: &str) -> Vec<u8> {
    text.replace("managed-by: kustomize-(test)", "managed-by: kustomize-v5.5.0").into_bytes()
}

/// The tests run in a file system whose root is the input, where `..` leads no higher: what lies in
/// the root lies beside it, too.
fn root_of_its_own(folder: &Path, input: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(input)? {
        let entry = entry?;
        let link = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() && !link.exists() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(entry.path(), link)?;
        }
    }
    Ok(())
}

/// What the options of a case are on our command line.
fn flags(case: &Value) -> Vec<&'static str> {
    let option = |key: &str| case.get("options").and_then(|options| options.get(key));
    let word = |key: &str| option(key).and_then(Value::as_str);
    let mut flags = match word("Reorder") {
        Some("unspecified") => vec![],
        Some("legacy") => vec!["--reorder", "legacy"],
        _ => vec!["--reorder", "none"],
    };
    flags.push("--load-restrictor");
    flags.push(if word("LoadRestrictions") == Some("None") { "none" } else { "root-only" });
    if option("AddManagedbyLabel").and_then(Value::as_bool) == Some(true) {
        flags.push("--enable-managedby-label");
    }
    flags
}

/// True when a kustomization of the input needs what we never do: charts that are fetched, types
/// that are fetched, plugins that are programs.
fn needs_more(input: &Path) -> Result<bool, Failure> {
    const MARKS: [&str; 5] = [
        "helmCharts:",
        "helmChartInflationGenerator:",
        "kind: ChartInflator",
        "path: http",
        "kind: SedTransformer",
    ];
    let mut folders = vec![input.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            if MARKS.iter().any(|mark| text.contains(mark)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Why a run that must fail did not fail well.
fn failure(rendered: &Rendered) -> Option<String> {
    if rendered.is_ok() {
        return Some("succeeds, and must fail".to_owned());
    }
    let placed = rendered.has_place();
    (!placed).then(|| format!("fails without a place: {}", rendered.first_line()))
}

/// Why a run that must give a text did not give it.
fn difference(rendered: &Rendered, expected: &[u8]) -> Option<String> {
    if !rendered.is_ok() {
        return Some(format!("fails: {}", rendered.first_line()));
    }
    (rendered.text != expected).then(|| first_difference(expected, &rendered.text))
}

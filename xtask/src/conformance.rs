//! Holds the program against what others expect of the same input: the test suites of other tools
//! (`scorer`), the cases of kustomize's own tests (`krusty`), what kubectl printed for real
//! kustomizations (`outcomes`), and a kubectl that is at hand (`against`). What was reached is held
//! against the floors in `tests/conformance-floor.json`: none may fall, and a rise is committed.

mod against;
mod floors;
mod krusty;
mod outcomes;
mod render;
mod scorer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::{Failure, dist, root};

/// Agreeing cases by suite.
type Reached = BTreeMap<String, u64>;

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Raise the floors to what was reached
    #[arg(long)]
    raise: bool,
    /// Run only these: scorer, krusty, outcomes (repeatable); all that can run unless given
    #[arg(long, value_name = "NAME")]
    suite: Vec<String>,
    /// A folder with checkouts of the repositories that the outcomes are of, by their names
    #[arg(long, value_name = "DIR")]
    repos: Option<PathBuf>,
    /// Build every kustomization below a folder with kubectl as well, and say what differs
    #[arg(long, num_args = 2, value_names = ["PROGRAM", "DIR"], conflicts_with = "raise")]
    against: Option<Vec<PathBuf>>,
    /// Disagreements to list of each suite
    #[arg(long, value_name = "N", default_value_t = 20)]
    failures: usize,
}

/// A suite: its name, what runs it, and whether a floor is one of its floors.
struct Suite {
    name: &'static str,
    run: fn(&Context<'_>) -> Result<Option<Reached>, Failure>,
    owns: fn(&str) -> bool,
}

/// What a suite needs to run.
struct Context<'a> {
    /// The program.
    program: &'a Path,
    /// What lies beside the checkout.
    shared: &'a Path,
    options: &'a Options,
}

const SUITES: &[Suite] = &[
    Suite { name: "scorer", run: scorer::run, owns: |floor| !floor.contains('/') },
    Suite { name: "krusty", run: krusty::run, owns: |floor| floor.starts_with("krusty/") },
    Suite { name: "outcomes", run: outcomes::run, owns: |floor| floor.starts_with("outcomes/") },
];

/// Runs what was asked for and can be run.
pub fn run(options: &Options) -> Result<(), Failure> {
    let program = dist::build()?;
    if let Some([other, folder]) = options.against.as_deref() {
        return against::run(&program, other, folder, options.failures);
    }
    let shared = root().join("../shared");
    for name in &options.suite {
        if SUITES.iter().all(|suite| suite.name != name) {
            return Err(format!("there is no suite `{name}`").into());
        }
    }
    let context = Context { program: &program, shared: &shared, options };
    let mut reached = Reached::new();
    let mut ran: Vec<&Suite> = Vec::new();
    for suite in SUITES {
        if !options.suite.is_empty() && !options.suite.iter().any(|name| name == suite.name) {
            continue;
        }
        if let Some(counts) = (suite.run)(&context)? {
            reached.extend(counts);
            ran.push(suite);
        }
    }
    floors::settle(&reached, options.raise, |floor| ran.iter().any(|suite| (suite.owns)(floor)))
}

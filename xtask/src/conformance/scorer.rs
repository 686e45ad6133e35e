//! Runs the conformance scorer that lies beside the checkout: the test suites of other tools.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::{Context, Reached};
use crate::{Failure, root};

/// Agreeing cases by suite; none without a scorer.
pub(super) fn run(context: &Context<'_>) -> Result<Option<Reached>, Failure> {
    let score = context.shared.join("conformance/score");
    if !score.exists() {
        println!("no scorer beside the checkout: nothing to measure");
        return Ok(None);
    }
    let out = root().join("target/conformance.json");
    let ran = Command::new("python3")
        .arg(&score)
        .arg("--bin")
        .arg(context.program)
        .arg("--json")
        .arg(&out)
        .status()?;
    if !ran.success() {
        return Err("the scorer did not run".into());
    }
    let reached = agreements(&serde_json::from_str(&fs::read_to_string(&out)?)?);
    if reached.is_empty() {
        return Err(format!("{} names no suite", out.display()).into());
    }
    Ok(Some(reached))
}

fn agreements(report: &Value) -> Reached {
    let suites = report.get("suites").and_then(Value::as_object);
    let count = |suite: &Value| suite.get("agree").and_then(Value::as_u64);
    suites
        .into_iter()
        .flatten()
        .filter_map(|(name, suite)| Some((name.clone(), count(suite)?)))
        .collect()
}

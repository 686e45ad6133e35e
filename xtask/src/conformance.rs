//! Runs the conformance scorer that lies beside the checkout and holds its counts against the
//! floors committed in `tests/conformance-floor.json`: no suite may fall, and a rise is committed.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::{Failure, root};

/// Runs the scorer; `raise` writes what was reached as the new floors.
pub fn run(raise: bool) -> Result<(), Failure> {
    let root = root();
    let score = root.join("../shared/conformance/score");
    if !score.exists() {
        println!("no scorer beside the checkout: nothing to measure");
        return Ok(());
    }
    let built = Command::new("cargo")
        .args(["build", "--release", "--quiet"])
        .current_dir(&root)
        .status()?;
    if !built.success() {
        return Err("the program does not build".into());
    }
    let out = root.join("target/conformance.json");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), Into::into);
    let ran = Command::new("python3")
        .arg(&score)
        .arg("--bin")
        .arg(target.join("release/kubesift"))
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
    let path = root.join("tests/conformance-floor.json");
    let floors: BTreeMap<String, u64> = match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text)?,
        Err(_) => BTreeMap::new(),
    };
    if raise {
        fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&json!(reached))?))?;
        println!("floors written to {}", path.display());
        return Ok(());
    }
    hold(&floors, &reached)
}

/// Agreeing cases by suite.
fn agreements(report: &Value) -> BTreeMap<String, u64> {
    let suites = report.get("suites").and_then(Value::as_object);
    let count = |suite: &Value| suite.get("agree").and_then(Value::as_u64);
    suites
        .into_iter()
        .flatten()
        .filter_map(|(name, suite)| Some((name.clone(), count(suite)?)))
        .collect()
}

fn hold(floors: &BTreeMap<String, u64>, reached: &BTreeMap<String, u64>) -> Result<(), Failure> {
    let mut fallen = Vec::new();
    let mut risen = Vec::new();
    for (suite, floor) in floors {
        let now = reached.get(suite).copied().unwrap_or(0);
        match now.cmp(floor) {
            std::cmp::Ordering::Less => fallen.push(format!("{suite}: {now}, floor {floor}")),
            std::cmp::Ordering::Greater => risen.push(format!("{suite}: {now}, floor {floor}")),
            std::cmp::Ordering::Equal => {}
        }
    }
    if !fallen.is_empty() {
        return Err(format!("below the floor: {}", fallen.join("; ")).into());
    }
    if risen.is_empty() {
        println!("every suite is at its floor");
    } else {
        println!("above the floor: {}", risen.join("; "));
        println!("raise it in this change: cargo xtask conformance --raise");
    }
    Ok(())
}

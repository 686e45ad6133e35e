//! The committed floors: what each suite reached, which it must not fall below.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs;

use serde_json::json;

use super::Reached;
use crate::{Failure, root};

/// Holds what was reached against the floors of the suites that ran, or raises these floors.
pub(super) fn settle(
    reached: &Reached,
    raise: bool,
    ran: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    let path = root().join("tests/conformance-floor.json");
    let mut floors: BTreeMap<String, u64> = match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text)?,
        Err(_) => BTreeMap::new(),
    };
    if raise {
        floors.extend(reached.iter().map(|(suite, count)| (suite.clone(), *count)));
        fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&json!(floors))?))?;
        println!("floors written to {}", path.display());
        return Ok(());
    }
    floors.retain(|floor, _| ran(floor));
    hold(&floors, reached)
}

fn hold(floors: &BTreeMap<String, u64>, reached: &Reached) -> Result<(), Failure> {
    let mut fallen = Vec::new();
    let mut risen = Vec::new();
    for (suite, floor) in floors {
        let now = reached.get(suite).copied().unwrap_or(0);
        match now.cmp(floor) {
            Ordering::Less => fallen.push(format!("{suite}: {now}, floor {floor}")),
            Ordering::Greater => risen.push(format!("{suite}: {now}, floor {floor}")),
            Ordering::Equal => {}
        }
    }
    let new = reached.iter().filter(|(suite, _)| !floors.contains_key(*suite));
    risen.extend(new.map(|(suite, now)| format!("{suite}: {now}, no floor yet")));
    if !fallen.is_empty() {
        return Err(format!("below the floor: {}", fallen.join("; ")).into());
    }
    if risen.is_empty() {
        println!("every suite that ran is at its floor");
    } else {
        println!("above the floor: {}", risen.join("; "));
        println!("raise it in this change: cargo xtask conformance --raise");
    }
    Ok(())
}

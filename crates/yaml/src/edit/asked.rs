//! Edits that were asked for before. An editor judges ten thousand objects at each key stroke, nearly
//! all of them the ones that it judged before: what a fix writes is the same then, and to make it takes
//! twenty times as long as to find it here.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kubesift_source::Edit;

/// What was asked of one tree, by the position of the node.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<HashMap<u32, Vec<Answer>>>);

/// One question and what came of it.
#[derive(Debug)]
struct Answer {
    missing: Box<str>,
    yaml: Box<str>,
    edit: Option<Edit>,
}

impl Asked {
    /// The edit that gives the keys `missing` under a node the value `yaml`, made at the first
    /// question. What it is made from is the tree, and that never changes.
    pub fn edit(
        &self,
        node: u32,
        missing: &str,
        yaml: &str,
        make: impl FnOnce() -> Option<Edit>,
    ) -> Option<Edit> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |one: &&Answer| &*one.missing == missing && &*one.yaml == yaml;
        if let Some(held) = lock().get(&node).and_then(|all| all.iter().find(same)) {
            return held.edit.clone();
        }
        let edit = make();
        let (missing, yaml) = (missing.into(), yaml.into());
        let answer = Answer { missing, yaml, edit: edit.clone() };
        lock().entry(node).or_default().push(answer);
        edit
    }
}

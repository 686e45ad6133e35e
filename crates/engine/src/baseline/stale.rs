//! Entries of a baseline that nothing needs any more, as findings at their lines with the edit that
//! takes them out. Whether a run can tell is the caller's to say.

use kubesift_source::{Edit, Span};

use super::{Baseline, Listed};
use crate::check::Severity;
use crate::finding::{Finding, Fix, Safety};
use crate::suppress::unused_finding;

/// An entry that stands for more findings than there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Its position.
    pub entry: usize,
    /// How many it is too many, from 1 to its count.
    pub count: u32,
    /// An entry before it says the same, so it stands for nothing.
    pub is_twice: bool,
    /// The run looked at all that it could be needed for.
    pub is_stale: bool,
    /// The run cannot tell whether it is needed: who renews the baseline keeps it.
    pub is_kept: bool,
}

impl Baseline {
    /// Findings about stale entries, of the check `unused-suppression` at this severity. An entry
    /// that says again what another one says is in the baseline twice. `is_known` tells the names of
    /// checks that there are.
    pub fn stale(
        &self,
        left: &[Left],
        severity: Severity,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Vec<Finding> {
        let stale = left.iter().filter(|left| left.is_stale);
        let said = stale.filter_map(|left| {
            let entry = self.entries.get(left.entry)?;
            let message = self.message(left, entry, is_known(&entry.check));
            let fix = self.fix(left, entry);
            Some(unused_finding(severity, entry.at?, message, fix))
        });
        said.collect()
    }

    fn message(&self, left: &Left, entry: &Listed, is_known: bool) -> String {
        let words = format!("the baseline entry of `{}` for {}", entry.check, entry.words());
        if left.is_twice {
            return format!("{words} stands there twice");
        }
        match entry.count - left.count.min(entry.count) {
            0 if !is_known => format!("{words} names a check that there is not"),
            0 => format!("{words} matches no finding"),
            found => format!("{words} counts {} findings, and matches {found}", entry.count),
        }
    }

    fn fix(&self, left: &Left, entry: &Listed) -> Option<Fix> {
        let found = entry.count.saturating_sub(left.count);
        let (title, edit) = match found {
            0 => ("take the entry out of the baseline", self.removal(left.entry)?),
            _ => {
                let mut text = String::new();
                Listed { count: found, ..entry.clone() }.push(&mut text);
                ("count what is there", Edit { span: entry.at?, text })
            }
        };
        let title = title.to_owned();
        Some(Fix { title, safety: Safety::Safe, edits: vec![edit], changes: Vec::new() })
    }

    /// Takes an entry out together with the comma that parts it from the next one or, for the last,
    /// from the one before: what is left is JSON again, and its other lines are as they were.
    fn removal(&self, entry: usize) -> Option<Edit> {
        let at = |entry: usize| self.entries.get(entry).and_then(|entry| entry.at);
        let own = at(entry)?;
        let before = entry.checked_sub(1).and_then(at);
        let span = match (at(entry + 1), before) {
            (Some(next), _) => Span::new(own.file, own.start, next.start),
            (None, Some(before)) => Span::new(own.file, before.end, own.end),
            (None, None) => own,
        };
        Some(Edit { span, text: String::new() })
    }
}

//! Sets the fate of findings that a baseline lists.
//!
//! An entry speaks for its file first: a finding that was mended there must not make room for the
//! same one in another environment's copy of the object. Only when its file is gone, or holds the
//! object no more, the entry speaks for a finding that is the same elsewhere: the object was moved.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use kubesift_source::FileId;

use super::{Baseline, KIND, Left, Listed, identity};
use crate::finding::{Fate, Finding};
use crate::fingerprint::Fingerprint;

/// What a run knows of the file of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The run looked into it.
    Read,
    /// It is there, and the run did not look into it: nothing is known of its findings.
    Unread,
    /// It is not there.
    Gone,
}

/// What is to be known of the files of a run.
pub struct Ground<'g> {
    /// The path of a file from the folder of the baseline, with forward slashes.
    pub path: &'g dyn Fn(FileId) -> Arc<str>,
    /// What became of the file of an entry. Asked for entries only that no finding of it matches.
    pub seen: &'g dyn Fn(&str) -> Seen,
    /// True when the file of an entry holds an object of the same name as that of a finding, and it
    /// is another one.
    pub holds_another: &'g dyn Fn(&Listed, &Finding) -> bool,
}

impl Baseline {
    /// Holds back the open findings that are listed, of each identity no more than were counted and
    /// the first ones first. `findings` are final and in their order; `reason` is what their fate
    /// says. Gives the entries that stand for more findings than there are; what that means is for
    /// the caller to say.
    pub fn hold(&self, findings: &mut [Finding], ground: &Ground<'_>, reason: &str) -> Vec<Left> {
        let mut room = Room::new(self);
        let (mut elsewhere, mut settled) = (Vec::new(), Vec::new());
        let mut path: Option<(FileId, Arc<str>)> = None;
        for (at, finding) in findings.iter_mut().enumerate() {
            // Findings come by file.
            let (_, file) = match path.take() {
                Some(held) if held.0 == finding.at.file => path.insert(held),
                _ => path.insert((finding.at.file, (ground.path)(finding.at.file))),
            };
            let print = identity(finding, file);
            let Some(entries) = room.of(print) else { continue };
            let own = entries.iter().copied().find(|entry| self.is_in(*entry, file));
            match own {
                // What is suppressed otherwise takes no room from what is not.
                Some(entry) if !finding.is_open() => settled.push(entry),
                Some(entry) if room.take(entry) => finding.fate = fate(reason),
                _ if finding.is_open() => elsewhere.push((at, print)),
                _ => {}
            }
        }
        for (at, print) in elsewhere {
            let (Some(finding), Some(entries)) = (findings.get_mut(at), room.of(print)) else {
                continue;
            };
            let moved = entries.iter().copied().find(|entry| {
                room.has(*entry)
                    && self.entries.get(*entry).is_some_and(|one| moved(one, finding, ground))
            });
            if moved.is_some_and(|entry| room.take(entry)) {
                finding.fate = fate(reason);
            }
        }
        // A finding that a comment excuses too is there nevertheless: its entry is not stale.
        for entry in settled {
            room.take(entry);
        }
        room.rest()
    }

    fn is_in(&self, entry: usize, file: &str) -> bool {
        self.entries.get(entry).is_some_and(|entry| *entry.file == *file)
    }
}

/// True when the finding of an entry may be this one, which stands in another file.
fn moved(entry: &Listed, finding: &Finding, ground: &Ground<'_>) -> bool {
    match (ground.seen)(&entry.file) {
        Seen::Gone => true,
        Seen::Unread => false,
        Seen::Read => !(ground.holds_another)(entry, finding),
    }
}

fn fate(reason: &str) -> Fate {
    Fate::Suppressed { kind: KIND, reason: reason.to_owned() }
}

/// How many findings each entry may still hold back.
struct Room {
    by_print: HashMap<Fingerprint, Vec<usize>>,
    left: Vec<u32>,
    /// Entries that say what one before them says, in order.
    twice: Vec<usize>,
}

impl Room {
    fn new(baseline: &Baseline) -> Self {
        let mut by_print: HashMap<Fingerprint, Vec<usize>> =
            HashMap::with_capacity(baseline.entries.len());
        let mut twice = Vec::new();
        for (at, entry) in baseline.entries.iter().enumerate() {
            let known = by_print.entry(entry.fingerprint).or_default();
            // Of two entries that say the same the first counts.
            match known.iter().any(|known| baseline.is_in(*known, &entry.file)) {
                true => twice.push(at),
                false => known.push(at),
            }
        }
        let left = baseline.entries.iter().map(|entry| entry.count).collect();
        Self { by_print, left, twice }
    }

    fn of(&self, print: Fingerprint) -> Option<&[usize]> {
        self.by_print.get(&print).map(Vec::as_slice)
    }

    fn has(&self, entry: usize) -> bool {
        self.left.get(entry).is_some_and(|left| *left > 0)
    }

    /// Takes room for one finding; false when there is none.
    fn take(&mut self, entry: usize) -> bool {
        let Some(left) = self.left.get_mut(entry).filter(|left| **left > 0) else { return false };
        *left -= 1;
        true
    }

    /// The entries that have room left.
    fn rest(self) -> Vec<Left> {
        let left = self.left.iter().enumerate().filter(|(_, left)| **left > 0);
        let left = left.map(|(entry, count)| {
            let is_twice = self.twice.binary_search(&entry).is_ok();
            Left { entry, count: *count, is_twice, is_stale: is_twice, is_kept: false }
        });
        left.collect()
    }
}

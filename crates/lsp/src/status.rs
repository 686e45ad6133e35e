//! The state of the whole workspace in one line, for clients that show it: `kubesift/status`.

use std::sync::{Mutex, PoisonError};

use foldhash::HashMap;
use kubesift_engine::{Outcome, Severity};
use serde_json::json;

use crate::client::Client;

/// What each folder last said.
#[derive(Debug, Default)]
pub(crate) struct Status {
    folders: Mutex<HashMap<u32, State>>,
}

/// The state of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct State {
    checking: bool,
    /// By severity, the least first.
    counts: [usize; 5],
    files: u32,
    error: Option<String>,
}

impl Status {
    /// A folder is being analysed.
    pub fn checking(&self, client: &Client, folder: u32) {
        self.change(client, folder, |state| state.checking = true);
    }

    /// A folder was analysed.
    pub fn ready(&self, client: &Client, folder: u32, outcome: &Outcome) {
        let mut counts = [0; 5];
        for (severity, count) in Severity::ALL.iter().zip(&mut counts) {
            *count = outcome.count(*severity);
        }
        let files = outcome.summary.checked;
        self.change(client, folder, |state| {
            *state = State { checking: false, counts, files, error: None };
        });
    }

    /// A folder could not be analysed; what was counted before stands.
    pub fn failed(&self, client: &Client, folder: u32, message: &str) {
        self.change(client, folder, |state| {
            state.checking = false;
            state.error = Some(message.to_owned());
        });
    }

    /// A folder is no more.
    pub fn gone(&self, folder: u32) {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).remove(&folder);
    }

    fn change(&self, client: &Client, folder: u32, change: impl FnOnce(&mut State)) {
        if !client.features.status {
            return;
        }
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let before = folders.get(&folder).cloned();
        let state = folders.entry(folder).or_default();
        change(state);
        if before.as_ref() != Some(state) {
            // Sent under the lock, so that the last one said is the last one true.
            say(client, folders.values());
        }
    }
}

fn say<'a>(client: &Client, folders: impl Iterator<Item = &'a State>) {
    let (mut counts, mut files, mut checking, mut error) = ([0; 5], 0, false, None);
    for state in folders {
        counts.iter_mut().zip(state.counts).for_each(|(all, own)| *all += own);
        files += state.files;
        checking |= state.checking;
        error = error.or(state.error.as_ref());
    }
    let word = match (checking, error) {
        (true, _) => "checking",
        (false, Some(_)) => "error",
        (false, None) => "ready",
    };
    let [info, low, medium, high, critical] = counts;
    let mut params = json!({
        "state": word, "critical": critical, "high": high, "medium": medium, "low": low,
        "info": info, "files": files,
    });
    if let (Some(error), Some(params)) = (error, params.as_object_mut()) {
        params.insert("message".to_owned(), json!(error));
    }
    client.notify("kubesift/status", params);
}

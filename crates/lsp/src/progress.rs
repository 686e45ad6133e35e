//! How a scan goes on, for clients that show such things.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kubesift_project::{Phase, Progress};
use serde_json::{Value, json};

use crate::client::Client;

/// People do not read faster.
const PAUSE: Duration = Duration::from_millis(100);

/// A scan that is shown. It ends when it is dropped.
pub(crate) struct Scan {
    client: Arc<Client>,
    token: String,
    total: AtomicUsize,
    done: AtomicUsize,
    last: Mutex<(Instant, Phase)>,
}

impl Scan {
    /// Begins to show a scan; none when the client shows none.
    pub fn begin(client: &Arc<Client>, token: String, folder: &str) -> Option<Self> {
        if !client.features.progress {
            return None;
        }
        client.request("window/workDoneProgress/create", json!({ "token": token }));
        let scan = Self {
            client: Arc::clone(client),
            token,
            total: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            last: Mutex::new((Instant::now(), Phase::Walk)),
        };
        scan.say(json!({
            "kind": "begin", "title": "kubesift", "message": folder, "percentage": 0,
            "cancellable": false,
        }));
        Some(scan)
    }

    fn say(&self, value: Value) {
        self.client.notify("$/progress", json!({ "token": self.token, "value": value }));
    }

    fn report(&self, phase: Phase) {
        let (total, done) = (self.total.load(Ordering::Relaxed), self.done.load(Ordering::Relaxed));
        let (word, from, to) = match phase {
            Phase::Walk => ("looking for files", 0, 10),
            Phase::Read => ("reading", 10, 60),
            Phase::Check => ("checking", 60, 100),
        };
        let share = ((to - from) * done.min(total)).checked_div(total).unwrap_or(0);
        let message = if total == 0 { word.to_owned() } else { format!("{word} {done}/{total}") };
        self.say(json!({ "kind": "report", "message": message, "percentage": from + share }));
    }
}

impl Progress for Scan {
    fn begin(&self, phase: Phase, total: usize) {
        self.total.store(total, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), phase);
        self.report(phase);
    }

    fn step(&self, steps: usize) {
        self.done.fetch_add(steps, Ordering::Relaxed);
        // Whoever finds it taken leaves it to the one who has it.
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.0.elapsed() >= PAUSE {
            last.0 = Instant::now();
            self.report(last.1);
        }
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        self.say(json!({ "kind": "end" }));
    }
}

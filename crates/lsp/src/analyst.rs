//! The thread of a folder that analyses it whenever something has changed, and tells the client what
//! came of it. Of several moments that wait only the last is looked at.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, unbounded};
use foldhash::HashSet;
use kubesift_engine::{Finding, Fingerprint};
use kubesift_project::{Analysis, Request, Stop};
use kubesift_source::Span;
use serde_json::Value;

use crate::client::{Client, Kind};
use crate::diagnostics::{Report, of_configuration};
use crate::first;
use crate::progress::Scan;
use crate::publish::Published;
use crate::pull::Pulled;
use crate::status::Status;
use crate::view::{FolderView, View};

/// What the threads of all folders share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// What a client was told that does not ask.
    pub published: Published,
    /// What a client was told that asks.
    pub pulled: Pulled,
    /// The state of each folder.
    pub status: Status,
    looked: Mutex<HashSet<u32>>,
}

impl Shared {
    /// True when a folder was looked at to the end, whatever came of it.
    pub fn was_looked_at(&self, folder: u32) -> bool {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).contains(&folder)
    }

    fn note_look(&self, folder: u32) {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).insert(folder);
    }
}

/// A moment to look at.
pub(crate) struct Task {
    /// The moment.
    pub view: View,
    /// The number of the folder.
    pub folder: u32,
    /// The client does not know that something has changed: it is told to ask again.
    pub refresh: bool,
    /// It takes long enough to be shown.
    pub announce: bool,
}

/// The thread.
pub(crate) struct Analyst {
    sender: Sender<Task>,
    thread: Option<JoinHandle<()>>,
}

impl Analyst {
    /// Starts the thread.
    pub fn start() -> Self {
        let (sender, receiver) = unbounded();
        let work = move || Worker::default().work(&receiver);
        let thread = thread::Builder::new().name("analysis".to_owned()).spawn(work).ok();
        Self { sender, thread }
    }

    /// Has a moment looked at; what was to be looked at before is not, unless it is done already.
    pub fn look(&self, task: Task) {
        // The thread lives as long as this value.
        let _ = self.sender.send(task);
    }

    /// Waits for the end of what goes on, which should have been told that it is past.
    pub fn end(self) {
        drop(self.sender);
        if let Some(thread) = self.thread {
            let _ = thread.join();
        }
    }
}

/// What the thread keeps from one moment to the next.
#[derive(Default)]
struct Worker {
    scan: Option<Scan>,
    refresh: bool,
    announce: bool,
    has_panicked: bool,
}

impl Worker {
    fn work(&mut self, receiver: &Receiver<Task>) {
        while let Ok(mut task) = receiver.recv() {
            self.note(&task);
            while let Ok(newer) = receiver.try_recv() {
                self.note(&newer);
                task = newer;
            }
            if catch_unwind(AssertUnwindSafe(|| self.look(&task))).is_err() {
                self.say_panic(&task);
            }
        }
    }

    /// Of a moment that is passed over, what it owes to the client is owed by the next.
    fn note(&mut self, task: &Task) {
        self.refresh |= task.refresh;
        self.announce |= task.announce;
    }

    fn look(&mut self, task: &Task) {
        let view = &task.view;
        let Some(folder) = view.folders.iter().find(|one| one.id == task.folder) else { return };
        if folder.snapshot.is_past() {
            return;
        }
        view.shared.status.checking(&view.client, folder.id);
        if folder.place.alone.is_none() && !view.shared.was_looked_at(folder.id) {
            self.announce = true;
            say_first(view, folder);
        }
        if self.announce && self.scan.is_none() {
            let name = folder.place.given.file_name().unwrap_or_default().to_string_lossy();
            self.scan = Scan::begin(&view.client, format!("kubesift/scan/{}", folder.id), &name);
        }
        let glance = self.glance(view, folder);
        let analysis = self.analyze(folder);
        if matches!(analysis, Err(Stop::Cancelled)) || folder.snapshot.is_past() {
            return;
        }
        (self.scan, self.announce) = (None, false);
        view.shared.note_look(folder.id);
        match analysis {
            Ok(analysis) => {
                self.refresh |= glance.is_some_and(|glance| says_more(&analysis, &glance));
                say(view, folder, &analysis);
                view.shared.status.ready(&view.client, folder.id, &analysis.outcome);
            }
            Err(stop) => say_stop(view, folder, &stop),
        }
        if std::mem::take(&mut self.refresh) {
            refresh(&view.client);
        }
    }

    fn analyze(&self, folder: &FolderView) -> Result<Arc<Analysis>, Stop> {
        let mut request: Request<'_> = (*folder.request).clone();
        if let Some(scan) = &self.scan {
            request.progress = scan;
        }
        folder.snapshot.analyze(&request)
    }

    /// In a large build, what an edit is near to is said first. None where that is all there is.
    fn glance(&self, view: &View, folder: &FolderView) -> Option<Arc<Analysis>> {
        let glance = folder.glance().ok().filter(|glance| glance.is_partial)?;
        if !folder.snapshot.is_past() {
            say(view, folder, &glance);
        }
        Some(glance)
    }

    fn say_panic(&mut self, task: &Task) {
        self.scan = None;
        let client = &task.view.client;
        let message = "a defect of kubesift ended an analysis; the next change starts another one";
        client.log(Kind::Error, message);
        if !std::mem::replace(&mut self.has_panicked, true) {
            client.show(Kind::Error, message);
        }
        task.view.shared.status.failed(client, task.folder, message);
    }
}

/// True when a whole look finds other things than a glance did.
fn says_more(whole: &Analysis, glance: &Analysis) -> bool {
    fn said(finding: &Finding) -> (Fingerprint, Span, &str) {
        (finding.fingerprint, finding.at, &finding.message)
    }
    whole.outcome.open().map(said).ne(glance.outcome.open().map(said))
}

/// The open files of a folder of which nothing else is known yet, each by itself.
fn say_first(view: &View, folder: &FolderView) {
    if view.client.features.pull {
        return;
    }
    for path in view.opened.keys() {
        let own = view.folder(path).is_some_and(|owner| owner.id == folder.id);
        if !own || folder.snapshot.is_past() {
            continue;
        }
        if let Some(diagnostics) = first::diagnostics(view, folder, path) {
            let files = vec![(path.clone(), diagnostics)];
            view.shared.published.some(view, folder.id, files);
        }
    }
}

fn say(view: &View, folder: &FolderView, analysis: &Analysis) {
    if !view.client.features.pull {
        let report = Report::new(view, folder, analysis);
        view.shared.published.all(view, folder.id, &report);
    }
}

fn say_stop(view: &View, folder: &FolderView, stop: &Stop) {
    let message = match stop {
        Stop::Config(errors) => {
            if !view.client.features.pull {
                let files = of_configuration(view, folder, errors);
                view.shared.published.some(view, folder.id, files);
            }
            "the configuration is wrong".to_owned()
        }
        stop => stop.to_string(),
    };
    view.client.log(Kind::Warning, &format!("{}: {stop}", folder.place.given.display()));
    view.shared.status.failed(&view.client, folder.id, &message);
}

/// Has the client ask again for what it shows.
fn refresh(client: &Client) {
    let features = &client.features;
    for (can, method) in [
        (features.pull && features.refresh_diagnostics, "workspace/diagnostic/refresh"),
        (features.refresh_lenses, "workspace/codeLens/refresh"),
        (features.refresh_hints, "workspace/inlayHint/refresh"),
        (features.refresh_tokens, "workspace/semanticTokens/refresh"),
    ] {
        if can {
            client.request(method, Value::Null);
        }
    }
}

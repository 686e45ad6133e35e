//! Diagnostics for clients that do not ask: what changed since the client was last told, and nothing
//! else.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::{HashMap, HashSet, HashSetExt};
use kubesift_source::SourceFile;
use lsp_types::{Diagnostic, PublishDiagnosticsParams, Uri};
use rayon::prelude::*;
use serde_json::Value;

use crate::diagnostics::{Report, SHARE, Said, hash_of};
use crate::view::View;

/// What the client was told last. One for all folders.
#[derive(Debug, Default)]
pub(crate) struct Published {
    files: Mutex<HashMap<PathBuf, Told>>,
    /// By folder, what its last report spoke of: while it is alive, a glance at the next one tells
    /// what has not changed.
    sources: Mutex<HashMap<u32, Vec<Arc<SourceFile>>>>,
}

/// What it was told of a file.
#[derive(Debug)]
struct Told {
    /// The folder that spoke.
    by: u32,
    hash: u64,
    /// Of the report's glance; none when there was no report.
    glance: Option<u64>,
    version: Option<i32>,
    uri: Uri,
}

impl Published {
    fn lock(&self) -> MutexGuard<'_, HashMap<PathBuf, Told>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells all that a folder has to say: of files that it says nothing of any more, that too.
    pub fn all(&self, view: &View, folder: u32, report: &Report<'_>) {
        let all: Vec<Said<'_>> = report.files().collect();
        let glances = all.par_iter().with_min_len(SHARE).map(Said::glance);
        let glances: Vec<u64> = glances.collect();
        let mut told = self.lock();
        let mut seen: HashSet<&Path> = HashSet::new();
        for (said, glance) in all.iter().zip(glances) {
            seen.insert(said.path);
            let version = view.opened.get(said.path).map(|opened| opened.version);
            let is_same = |held: &Told| {
                held.by == folder && held.glance == Some(glance) && held.version == version
            };
            if told.get(said.path).is_some_and(is_same) {
                continue;
            }
            tell(&mut told, view, folder, said.path, said.hash(), || said.diagnostics());
            if let Some(held) = told.get_mut(said.path) {
                held.glance = Some(glance);
            }
        }
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let past = sources.insert(folder, report.sources().to_vec());
        drop((sources, past));
        let is_own = |path: &PathBuf| view.folder(path).is_some_and(|owner| owner.id == folder);
        let is_past = |path: &PathBuf, held: &Told| {
            let open = view.opened.contains_key(path) && is_own(path);
            held.by == folder && held.hash != 0 && !seen.contains(path.as_path()) && !open
        };
        let past: Vec<PathBuf> = told
            .iter()
            .filter(|(path, held)| is_past(path, held))
            .map(|(path, _)| path.clone())
            .collect();
        for path in past {
            clear(&mut told, view, folder, &path);
        }
        // Whoever waits for an answer to a change gets one, even when it is that nothing is wrong.
        for path in view.opened.keys().filter(|path| !seen.contains(path.as_path())) {
            if is_own(path) {
                tell(&mut told, view, folder, path, 0, Vec::new);
            }
        }
    }

    /// Tells of some files, and leaves the others as they are.
    pub fn some(&self, view: &View, folder: u32, files: Vec<(PathBuf, Vec<Diagnostic>)>) {
        let mut told = self.lock();
        for (path, diagnostics) in files {
            let hash = hash_of(&diagnostics);
            if hash != 0 || told.contains_key(&path) {
                tell(&mut told, view, folder, &path, hash, || diagnostics);
            }
        }
    }

    /// Takes back what a folder said that is no more.
    pub fn none(&self, view: &View, folder: u32) {
        let mut told = self.lock();
        let own = told.iter().filter(|(_, held)| held.by == folder);
        let own: Vec<PathBuf> = own.map(|(path, _)| path.clone()).collect();
        for path in own {
            clear(&mut told, view, folder, &path);
        }
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).remove(&folder);
    }
}

fn tell(
    told: &mut HashMap<PathBuf, Told>,
    view: &View,
    by: u32,
    path: &Path,
    hash: u64,
    diagnostics: impl FnOnce() -> Vec<Diagnostic>,
) {
    let version = view.opened.get(path).map(|opened| opened.version);
    if let Some(held) = told.get_mut(path) {
        // Of a file that was closed nothing has changed by that.
        let same = held.hash == hash && (version.is_none() || held.version == version);
        (held.by, held.hash, held.version) = (by, hash, version);
        held.glance = None;
        if same {
            return;
        }
    }
    let Some(uri) = view.uri(path) else { return };
    told.insert(path.to_path_buf(), Told { by, hash, glance: None, version, uri: uri.clone() });
    send(view, uri, version, diagnostics());
}

fn clear(told: &mut HashMap<PathBuf, Told>, view: &View, by: u32, path: &Path) {
    let Some(held) = told.remove(path) else { return };
    if held.by == by && held.hash != 0 {
        let version = view.opened.get(path).map(|opened| opened.version);
        // By the name it was told of: a document that is closed may have no other.
        send(view, held.uri, version, Vec::new());
    }
}

fn send(view: &View, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
    let version = version.filter(|_| view.client.features.versions);
    let params = PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version };
    let Ok(mut params) = serde_json::to_value(params) else { return };
    let diagnostics = diagnostics.into_par_iter().with_min_len(SHARE);
    let diagnostics = diagnostics.filter_map(|one| serde_json::to_value(one).ok());
    params["diagnostics"] = Value::Array(diagnostics.collect());
    view.client.tell("textDocument/publishDiagnostics", params);
}

//! Diagnostics for clients that ask: of a document, and of the workspace. An answer has the hash of
//! what it says for its id, so that the next one can be that nothing has changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use kubesift_project::{Analysis, Stop};
use lsp_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportKind,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
    WorkspaceDiagnosticParams, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};
use serde_json::json;

use crate::client::Failure;
use crate::diagnostics::{Report, hash_of, of_configuration};
use crate::first;
use crate::requests::{Answer, to_value};
use crate::view::{FolderView, View};

/// Reports in one message, where a client takes them in parts.
const PART: usize = 200;

/// What the client was told last of the open documents.
#[derive(Debug, Default)]
pub(crate) struct Pulled {
    told: Mutex<HashMap<PathBuf, u64>>,
}

impl Pulled {
    fn note(&self, path: &Path, hash: u64) -> Option<u64> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert(path.to_path_buf(), hash)
    }
}

/// What is said of one file.
struct Said {
    hash: u64,
    /// Made only where the client does not have it.
    diagnostics: Option<Vec<Diagnostic>>,
}

impl Said {
    fn nothing() -> Self {
        Self { hash: 0, diagnostics: Some(Vec::new()) }
    }

    fn of(diagnostics: Vec<Diagnostic>) -> Self {
        Self { hash: hash_of(&diagnostics), diagnostics: Some(diagnostics) }
    }
}

fn id(hash: u64) -> String {
    format!("{hash:016x}")
}

/// Answers `textDocument/diagnostic`.
///
/// # Errors
/// When the documents changed meanwhile.
pub(crate) fn document(view: &View, params: DocumentDiagnosticParams) -> Answer {
    let previous = params.previous_result_id;
    let (said, related) = match view.path(&params.text_document.uri) {
        Some(path) => of_path(view, &path, previous.as_deref())?,
        None => (Said::nothing(), None),
    };
    let result_id = id(said.hash);
    let report = match said.diagnostics {
        _ if previous.as_ref() == Some(&result_id) => {
            DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
                related_documents: related,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                    result_id,
                },
            })
        }
        diagnostics => DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: related,
            full_document_diagnostic_report: full(result_id, diagnostics.unwrap_or_default()),
        }),
    };
    to_value(report)
}

type Related = Option<HashMap<Uri, DocumentDiagnosticReportKind>>;

fn of_path(view: &View, path: &Path, previous: Option<&str>) -> Result<(Said, Related), Failure> {
    let Some(folder) = view.folder(path) else { return Ok((Said::nothing(), None)) };
    // The whole takes a while when it is looked at for the first time; the client is told then.
    let early = folder.place.alone.is_none() && view.client.features.refresh_diagnostics;
    if early && !view.shared.was_looked_at(folder.id) {
        let first = first::diagnostics(view, folder, path);
        return Ok((Said::of(first.unwrap_or_default()), None));
    }
    // A client that can be told to ask again gets what there is at a glance.
    let look = match view.client.features.refresh_diagnostics {
        true => folder.glance(),
        false => folder.analyze(),
    };
    match look {
        Ok(analysis) => {
            let report = Report::new(view, folder, &analysis);
            let said = of_report(&report, path, previous);
            view.shared.pulled.note(path, said.hash);
            Ok((said, related(view, folder, &report, path)))
        }
        Err(Stop::Cancelled) => Err(Failure::Retry),
        Err(stop) => Ok((of_stop(view, folder, &stop, path, previous), None)),
    }
}

fn of_report(report: &Report<'_>, path: &Path, previous: Option<&str>) -> Said {
    let hash = report.hash_of(path);
    let is_known = previous.is_some_and(|previous| previous == id(hash));
    Said { hash, diagnostics: (!is_known).then(|| report.diagnostics(path)) }
}

/// Under a configuration that is wrong: what is wrong with it, and of the other files what was said
/// before.
fn of_stop(
    view: &View,
    folder: &FolderView,
    stop: &Stop,
    path: &Path,
    previous: Option<&str>,
) -> Said {
    if let Stop::Config(errors) = stop {
        let files = of_configuration(view, folder, errors);
        if let Some((_, diagnostics)) = files.into_iter().find(|(file, _)| file == path) {
            return Said::of(diagnostics);
        }
    }
    match folder.snapshot.last() {
        Some((_, analysis)) => of_report(&Report::new(view, folder, &analysis), path, previous),
        None => Said::nothing(),
    }
}

/// The other open documents of a folder whose diagnostics are not what the client has.
fn related(view: &View, folder: &FolderView, report: &Report<'_>, asked: &Path) -> Related {
    if !view.client.features.related_documents {
        return None;
    }
    let mut related = HashMap::new();
    for (path, opened) in view.opened.iter().filter(|(path, _)| *path != asked) {
        if view.folder(path).is_none_or(|owner| owner.id != folder.id) {
            continue;
        }
        let hash = report.hash_of(path);
        if view.shared.pulled.note(path, hash) != Some(hash) {
            let report = full(id(hash), report.diagnostics(path));
            related.insert(opened.uri.clone(), DocumentDiagnosticReportKind::Full(report));
        }
    }
    (!related.is_empty()).then_some(related)
}

fn full(result_id: String, items: Vec<Diagnostic>) -> FullDocumentDiagnosticReport {
    FullDocumentDiagnosticReport { result_id: Some(result_id), items }
}

/// Answers `workspace/diagnostic`, in parts when the client takes them so.
///
/// # Errors
/// When the documents changed meanwhile.
pub(crate) fn workspace(view: &View, params: WorkspaceDiagnosticParams) -> Answer {
    let token = params.partial_result_params.partial_result_token;
    let mut previous: HashMap<String, String> = HashMap::new();
    for known in params.previous_result_ids {
        previous.insert(known.uri.as_str().to_owned(), known.value);
    }
    let mut items = Vec::new();
    for folder in view.folders.iter().filter(|folder| folder.place.alone.is_none()) {
        let analysis = match folder.analyze() {
            Ok(analysis) => analysis,
            Err(Stop::Cancelled) => return Err(Failure::Retry),
            Err(stop) => {
                add_stop(view, folder, &stop, &mut previous, &mut items);
                continue;
            }
        };
        add_analysis(view, folder, &analysis, &mut previous, &mut items);
    }
    for (uri, value) in previous {
        // What was said of a file that is clean now, or gone.
        if let (Ok(uri), true) = (uri.parse::<Uri>(), value != id(0)) {
            items.push(whole(view, uri, Said::nothing(), None));
        }
    }
    let Some(token) = token else { return Ok(json!({ "items": to_value(items)? })) };
    for part in items.chunks(PART) {
        let value = json!({ "items": to_value(part)? });
        view.client.notify("$/progress", json!({ "token": token, "value": value }));
    }
    Ok(json!({ "items": [] }))
}

fn add_analysis(
    view: &View,
    folder: &FolderView,
    analysis: &Analysis,
    previous: &mut HashMap<String, String>,
    items: &mut Vec<WorkspaceDocumentDiagnosticReport>,
) {
    let report = Report::new(view, folder, analysis);
    for (path, hash) in report.files() {
        let Some(uri) = view.uri(path) else { continue };
        let known = previous.remove(uri.as_str());
        let is_known = known.as_ref().is_some_and(|known| *known == id(hash));
        let said = Said { hash, diagnostics: (!is_known).then(|| report.diagnostics(path)) };
        items.push(whole(view, uri, said, Some(path)));
    }
}

fn add_stop(
    view: &View,
    folder: &FolderView,
    stop: &Stop,
    previous: &mut HashMap<String, String>,
    items: &mut Vec<WorkspaceDocumentDiagnosticReport>,
) {
    if let Stop::Config(errors) = stop {
        for (path, diagnostics) in of_configuration(view, folder, errors) {
            let Some(uri) = view.uri(&path) else { continue };
            previous.remove(uri.as_str());
            items.push(whole(view, uri, Said::of(diagnostics), Some(&path)));
        }
    }
    // What was said of the other files stands.
    let is_here = |uri: &String| {
        crate::uri::to_path(uri).is_some_and(|path| path.starts_with(&folder.place.given))
    };
    previous.retain(|uri, _| !is_here(uri));
}

fn whole(
    view: &View,
    uri: Uri,
    said: Said,
    path: Option<&Path>,
) -> WorkspaceDocumentDiagnosticReport {
    let version = path.and_then(|path| view.opened.get(path));
    let version = version.map(|opened| i64::from(opened.version));
    let result_id = id(said.hash);
    match said.diagnostics {
        Some(items) => {
            WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                uri,
                version,
                full_document_diagnostic_report: full(result_id, items),
            })
        }
        None => WorkspaceDocumentDiagnosticReport::Unchanged(
            WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                    result_id,
                },
            },
        ),
    }
}

//! `workspace/executeCommand`: what the server does when it is told to.

use kubesift_engine::all_checks;
use kubesift_engine::model::{BuildId, BuildKind};
use kubesift_project::{Analysis, Stop};
use kubesift_source::{Edit, FileId, Span};
use lsp_types::{ExecuteCommandParams, Uri};
use serde_json::{Value, json};

use crate::client::Failure;
use crate::edits::{create, workspace_edit};
use crate::fixes;
use crate::requests::{Answer, to_value};
use crate::view::View;

/// Everything is read again from disk. The server does it by itself: it changes its state.
pub(crate) const CHECK_WORKSPACE: &str = "kubesift.checkWorkspace";

/// All commands.
pub(crate) const NAMES: [&str; 8] = [
    "kubesift.explain",
    "kubesift.openDocs",
    CHECK_WORKSPACE,
    "kubesift.showGraph",
    "kubesift.render",
    "kubesift.fixAll",
    "kubesift.createBaseline",
    "kubesift.reveal",
];

/// Does what a command says.
///
/// # Errors
/// When there is no such command, or its arguments are not what it takes.
pub(crate) fn execute(view: &View, params: ExecuteCommandParams) -> Answer {
    let arguments = params.arguments.as_slice();
    match params.command.as_str() {
        "kubesift.explain" => {
            let name = arguments.first().and_then(Value::as_str);
            let name = name.ok_or_else(|| Failure::Invalid("name a check".to_owned()))?;
            Ok(json!((view.offer.explain)(name)))
        }
        "kubesift.openDocs" => open_docs(view, arguments),
        "kubesift.showGraph" => show_graph(view, &document(arguments)?),
        "kubesift.render" => render(view, &document(arguments)?),
        "kubesift.fixAll" => fix_all(view, &document(arguments)?),
        "kubesift.createBaseline" => create_baseline(view, arguments),
        "kubesift.reveal" => Ok(Value::Null),
        other => Err(Failure::Invalid(format!("there is no command `{other}`"))),
    }
}

/// Opens the page of a check in a browser, where the client can; gives its address.
fn open_docs(view: &View, arguments: &[Value]) -> Answer {
    let name = arguments.first().and_then(Value::as_str);
    let name = name.ok_or_else(|| Failure::Invalid("name a check".to_owned()))?;
    let Some(entry) = all_checks(view.offer.checks).find(|entry| entry.name == name) else {
        return Ok(Value::Null);
    };
    let url = entry.url();
    if view.client.features.show_document {
        let params = json!({ "uri": url, "external": true, "takeFocus": true });
        view.client.request("window/showDocument", params);
    }
    Ok(json!(url))
}

fn document(arguments: &[Value]) -> Result<Uri, Failure> {
    let uri = arguments.first().and_then(Value::as_str).and_then(|uri| uri.parse().ok());
    uri.ok_or_else(|| Failure::Invalid("name a document by its URI".to_owned()))
}

fn show_graph(view: &View, uri: &Uri) -> Answer {
    let Some(subject) = view.subject(uri)? else { return Ok(Value::Null) };
    let build = build_of(&subject.analysis, subject.file);
    Ok(json!(build.and_then(|build| (view.offer.graph)(&subject.analysis, build))))
}

/// Builds that are given for one file.
const RENDERED: usize = 16;

/// What the kustomizations that a file takes part in are built to: the name and the text of each, the
/// text being what `kubesift render` prints.
fn render(view: &View, uri: &Uri) -> Answer {
    let Some(subject) = view.subject(uri)? else { return Ok(Value::Null) };
    let (analysis, file) = (&subject.analysis, subject.file);
    let held = analysis.spots_in(file).into_iter().map(|spot| spot.build);
    let mut builds: Vec<BuildId> = build_of(analysis, file).into_iter().chain(held).collect();
    builds.sort_unstable();
    builds.dedup();
    let text = |id: &BuildId| {
        let build = analysis.outcome.builds.get(id.0 as usize)?;
        let text = analysis.built_text(*id)?;
        Some(json!({ "name": &*build.name, "text": text }))
    };
    Ok(builds.iter().filter_map(text).take(RENDERED).collect())
}

/// The first build that holds something of a file; of a kustomization, its own.
fn build_of(analysis: &Analysis, file: FileId) -> Option<BuildId> {
    let path = &analysis.outcome.files.get(file.0 as usize)?.path;
    let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let spots = analysis.spots_in(file);
    let own = analysis.outcome.builds.iter().find(|build| {
        build.kind == BuildKind::Kustomization && &*build.name == folder && spots.is_empty()
    });
    own.map(|build| build.id).or_else(|| spots.first().map(|spot| spot.build))
}

fn fix_all(view: &View, uri: &Uri) -> Answer {
    let Some(subject) = view.subject(uri)? else { return Ok(Value::Null) };
    let edits = fixes::all_safe(&subject.analysis, subject.file);
    let edit = workspace_edit(view, &subject.analysis, &edits, None);
    if let (Some(edit), true) = (edit, view.client.features.apply_edit) {
        let params = json!({ "label": "kubesift: fix all", "edit": to_value(edit)? });
        view.client.request("workspace/applyEdit", params);
    }
    Ok(Value::Null)
}

/// Lists the findings of a folder in its baseline, so that only new ones are shown; one that is there
/// is renewed. The folder is that of the document that is named, or the first one. Gives the text, and
/// whether the client was asked to write it.
fn create_baseline(view: &View, arguments: &[Value]) -> Answer {
    let folder = match arguments.is_empty() {
        true => view.folders.iter().find(|folder| folder.place.alone.is_none()),
        false => view.path(&document(arguments)?).and_then(|path| view.folder(&path)),
    };
    let folder = folder.filter(|folder| folder.place.alone.is_none());
    let folder = folder.ok_or_else(|| Failure::Invalid("no folder holds it".to_owned()))?;
    let analysis = folder.analyze().map_err(|stop| match stop {
        Stop::Cancelled => Failure::Modified,
        stop => Failure::Failed(stop.to_string()),
    })?;
    let path = analysis.baseline_path();
    let path = path.ok_or_else(|| Failure::Failed("the settings allow no baseline".to_owned()))?;
    let baseline = analysis.renewed_baseline().unwrap_or_else(|| analysis.new_baseline(path));
    let text = baseline.text();
    let edit = match analysis.held.as_ref() {
        Some(held) => {
            let length = analysis.outcome.files.get(held.file.0 as usize);
            let length = length.map_or(0, |file| file.text().len() as u32);
            let whole = Edit { span: Span::new(held.file, 0, length), text: text.clone() };
            workspace_edit(view, &analysis, &[whole], None)
        }
        // One that is there and cannot be read is for a person to look at.
        None if view.offer.system.kind(path).is_ok() => {
            let message = "the baseline that is there cannot be read: mend it, or remove it";
            return Err(Failure::Failed(message.to_owned()));
        }
        None => create(view, &analysis, path, &text, &[]),
    };
    let edit = edit.filter(|_| view.client.features.apply_edit);
    let is_asked = edit.is_some();
    if let Some(edit) = edit {
        let params = json!({ "label": "kubesift: create baseline", "edit": to_value(edit)? });
        view.client.request("workspace/applyEdit", params);
    }
    let (uri, findings) = (view.uri(path), baseline.count());
    Ok(json!({ "uri": uri, "findings": findings, "text": text, "applied": is_asked }))
}

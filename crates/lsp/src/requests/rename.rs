//! `textDocument/prepareRename` and `textDocument/rename`: another name, wherever it stands.

use kubesift_ide::{prepare_rename, rename};
use lsp_types::{RenameParams, TextDocumentPositionParams};
use serde_json::{Value, json};

use super::{Answer, at, to_value};
use crate::client::Failure;
use crate::edits::workspace_edit;
use crate::view::View;

pub(super) fn prepare(view: &View, params: TextDocumentPositionParams) -> Answer {
    let Some(at) = at(view, &params.text_document.uri, params.position)? else {
        return Ok(Value::Null);
    };
    let analysis = &at.subject.analysis;
    let found = prepare_rename(analysis, at.file(), at.offset).map_err(Failure::Failed)?;
    let range = view.range(analysis, found.at);
    Ok(json!({ "range": range, "placeholder": found.placeholder }))
}

pub(super) fn answer(view: &View, params: RenameParams) -> Answer {
    let place = params.text_document_position;
    let Some(at) = at(view, &place.text_document.uri, place.position)? else {
        return Ok(Value::Null);
    };
    let analysis = &at.subject.analysis;
    let edits = rename(analysis, at.file(), at.offset, &params.new_name);
    let edits = edits.map_err(Failure::Failed)?;
    to_value(workspace_edit(view, analysis, &edits, None))
}

//! `textDocument/documentHighlight`: the same name elsewhere in the file.

use kubesift_ide::highlights;
use lsp_types::DocumentHighlightParams;
use serde_json::{Value, json};

use super::{Answer, at};
use crate::view::View;

/// Kinds of the protocol.
const READ: i32 = 2;
const WRITE: i32 = 3;

pub(super) fn answer(view: &View, params: DocumentHighlightParams) -> Answer {
    let place = params.text_document_position_params;
    let Some(at) = at(view, &place.text_document.uri, place.position)? else {
        return Ok(Value::Null);
    };
    let analysis = &at.subject.analysis;
    let found = highlights(analysis, at.file(), at.offset);
    let all: Vec<Value> = found
        .iter()
        .filter_map(|one| {
            let kind = if one.declares { WRITE } else { READ };
            Some(json!({ "range": view.range(analysis, one.at)?, "kind": kind }))
        })
        .collect();
    Ok(Value::Array(all))
}

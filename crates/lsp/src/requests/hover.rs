//! `textDocument/hover`: what there is to say about a place.

use kubesift_ide::hover;
use lsp_types::HoverParams;
use serde_json::{Value, json};

use super::{Answer, at};
use crate::view::View;

pub(super) fn answer(view: &View, params: HoverParams) -> Answer {
    let place = params.text_document_position_params;
    if !view.settings.hover {
        return Ok(Value::Null);
    }
    let Some(at) = at(view, &place.text_document.uri, place.position)? else {
        return Ok(Value::Null);
    };
    let analysis = &at.subject.analysis;
    let Some(found) = hover(analysis, at.file(), at.offset) else { return Ok(Value::Null) };
    Ok(json!({
        "contents": { "kind": "markdown", "value": found.markdown },
        "range": view.range(analysis, found.at),
    }))
}

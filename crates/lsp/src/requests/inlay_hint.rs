//! `textDocument/inlayHint`: what holds although nobody wrote it. Only where the person wants it.

use kubesift_ide::hints;
use lsp_types::InlayHintParams;
use serde_json::{Value, json};

use super::Answer;
use crate::view::View;

pub(super) fn answer(view: &View, params: InlayHintParams) -> Answer {
    if !view.settings.inlay_hints {
        return Ok(Value::Null);
    }
    let Some(subject) = view.subject(&params.text_document.uri)? else { return Ok(Value::Null) };
    let Some(source) = subject.source() else { return Ok(Value::Null) };
    let bytes = view.encoding().span(source.text(), params.range);
    let found = hints(&subject.analysis, subject.file, bytes.start as u32..bytes.end as u32);
    let hint = |one: &kubesift_ide::Hint| {
        let position = view.encoding().position(source, one.at);
        json!({ "position": position, "label": one.text, "paddingLeft": true })
    };
    Ok(found.iter().map(hint).collect())
}

//! `textDocument/documentLink`: files and pages that are named in a file.

use kubesift_ide::{Opens, document_links};
use lsp_types::DocumentLinkParams;
use serde_json::{Value, json};

use super::Answer;
use crate::view::View;

pub(super) fn answer(view: &View, params: DocumentLinkParams) -> Answer {
    let Some(subject) = view.subject(&params.text_document.uri)? else { return Ok(Value::Null) };
    let link = |one: &kubesift_ide::DocumentLink| {
        let target = match &one.opens {
            Opens::File(path) => view.uri(path)?.as_str().to_owned(),
            Opens::Url(url) => url.clone(),
        };
        Some(json!({ "range": view.range(&subject.analysis, one.at)?, "target": target }))
    };
    let found = document_links(&subject.analysis, subject.file);
    Ok(found.iter().filter_map(link).collect())
}

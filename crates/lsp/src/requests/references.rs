//! `textDocument/references`: who refers to an object.

use kubesift_ide::references;
use lsp_types::{Location, ReferenceParams};
use serde_json::Value;

use super::{Answer, at, to_value};
use crate::view::View;

pub(super) fn answer(view: &View, params: ReferenceParams) -> Answer {
    let place = params.text_document_position;
    let Some(at) = at(view, &place.text_document.uri, place.position)? else {
        return Ok(Value::Null);
    };
    let declaration = params.context.include_declaration;
    let found = references(&at.subject.analysis, at.file(), at.offset, declaration);
    let locations = found.iter().filter_map(|one| view.location(&at.subject.analysis, one.at));
    to_value(locations.collect::<Vec<Location>>())
}

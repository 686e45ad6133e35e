//! `textDocument/definition`: where a reference leads.

use kubesift_ide::{Destination, definition};
use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, LocationLink};
use serde_json::Value;

use super::{Answer, at, to_value};
use crate::view::{Subject, View};

pub(super) fn answer(view: &View, params: GotoDefinitionParams) -> Answer {
    let place = params.text_document_position_params;
    let Some(at) = at(view, &place.text_document.uri, place.position)? else {
        return Ok(Value::Null);
    };
    let found = definition(&at.subject.analysis, at.file(), at.offset);
    if view.client.features.links {
        let links = found.iter().filter_map(|one| link(view, &at.subject, one)).collect();
        return to_value(GotoDefinitionResponse::Link(links));
    }
    let locations = found.iter().filter_map(|one| view.location(&at.subject.analysis, one.at));
    to_value(GotoDefinitionResponse::Array(locations.collect()))
}

fn link(view: &View, subject: &Subject<'_>, one: &Destination) -> Option<LocationLink> {
    let target = view.location(&subject.analysis, one.at)?;
    let target_range = view.range(&subject.analysis, one.whole)?;
    Some(LocationLink {
        origin_selection_range: None,
        target_uri: target.uri,
        target_range,
        target_selection_range: target.range,
    })
}

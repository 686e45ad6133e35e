//! `textDocument/prepareCallHierarchy` and what follows it: who routes to an object, and to whom it
//! leads.

use kubesift_ide::{Call, Party, incoming, outgoing, parties};
use kubesift_project::Analysis;
use kubesift_source::{FileId, Span};
use lsp_types::{
    CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCallsParams,
    CallHierarchyPrepareParams, Range,
};
use serde_json::{Value, json};

use super::{Answer, at};
use crate::view::View;

/// The protocol's kind of an object.
const OBJECT: i32 = 19;

pub(super) fn prepare(view: &View, params: CallHierarchyPrepareParams) -> Answer {
    let place = params.text_document_position_params;
    let Some(at) = at(view, &place.text_document.uri, place.position)? else {
        return Ok(Value::Null);
    };
    let analysis = &at.subject.analysis;
    let found = parties(analysis, at.file(), at.offset);
    Ok(found.iter().filter_map(|one| item(view, analysis, one)).collect())
}

fn item(view: &View, analysis: &Analysis, party: &Party) -> Option<Value> {
    let at = view.location(analysis, party.to.at)?;
    Some(json!({
        "name": party.name,
        "detail": party.detail,
        "kind": OBJECT,
        "uri": at.uri,
        "range": view.range(analysis, party.to.whole)?,
        "selectionRange": at.range,
    }))
}

pub(super) fn callers(view: &View, params: CallHierarchyIncomingCallsParams) -> Answer {
    let item: CallHierarchyItem = params.item;
    let Some(at) = at(view, &item.uri, item.selection_range.start)? else {
        return Ok(Value::Null);
    };
    let analysis = &at.subject.analysis;
    let found = incoming(analysis, at.file(), at.offset);
    // The places are in the text of the one who calls.
    let step = |call: &Call| step(view, analysis, "from", call, call.party.to.at.file);
    Ok(found.iter().filter_map(step).collect())
}

pub(super) fn called(view: &View, params: CallHierarchyOutgoingCallsParams) -> Answer {
    let item: CallHierarchyItem = params.item;
    let Some(at) = at(view, &item.uri, item.selection_range.start)? else {
        return Ok(Value::Null);
    };
    let analysis = &at.subject.analysis;
    let found = outgoing(analysis, at.file(), at.offset);
    let step = |call: &Call| step(view, analysis, "to", call, at.file());
    Ok(found.iter().filter_map(step).collect())
}

fn step(view: &View, analysis: &Analysis, key: &str, call: &Call, file: FileId) -> Option<Value> {
    let here = call.at.iter().filter(|at| at.file == file);
    let ranges: Vec<Range> = here.filter_map(|at: &Span| view.range(analysis, *at)).collect();
    Some(json!({ key: item(view, analysis, &call.party)?, "fromRanges": ranges }))
}

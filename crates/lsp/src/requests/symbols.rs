//! `textDocument/documentSymbol` and `workspace/symbol`: the objects, and what they consist of.

use kubesift_ide::{Symbol, SymbolKind, document_symbols, workspace_symbols};
use kubesift_project::Analysis;
use lsp_types::{DocumentSymbolParams, Uri, WorkspaceSymbolParams};
use serde_json::{Value, json};

use super::Answer;
use crate::view::View;

pub(super) fn of_document(view: &View, params: DocumentSymbolParams) -> Answer {
    let uri = params.text_document.uri;
    let Some(subject) = view.subject(&uri)? else { return Ok(Value::Null) };
    let symbols = document_symbols(&subject.analysis, subject.file);
    if view.client.features.symbol_tree {
        return Ok(symbols.iter().filter_map(|one| tree(view, &subject.analysis, one)).collect());
    }
    let mut flat = Vec::new();
    flatten(view, &subject.analysis, &uri, &symbols, &mut flat);
    Ok(Value::Array(flat))
}

/// A symbol with what it consists of; that is as deep as a pod is.
fn tree(view: &View, analysis: &Analysis, symbol: &Symbol) -> Option<Value> {
    let children: Vec<Value> =
        symbol.children.iter().filter_map(|one| tree(view, analysis, one)).collect();
    Some(json!({
        "name": symbol.name,
        "detail": symbol.detail,
        "kind": kind(symbol.kind),
        "range": view.range(analysis, symbol.whole)?,
        "selectionRange": view.range(analysis, symbol.at)?,
        "children": children,
    }))
}

fn flatten(view: &View, analysis: &Analysis, uri: &Uri, all: &[Symbol], flat: &mut Vec<Value>) {
    for symbol in all {
        if let Some(range) = view.range(analysis, symbol.whole) {
            flat.push(json!({
                "name": symbol.name, "kind": kind(symbol.kind),
                "location": { "uri": uri, "range": range },
            }));
        }
        flatten(view, analysis, uri, &symbol.children, flat);
    }
}

/// Answers `workspace/symbol`.
pub(super) fn of_workspace(view: &View, params: WorkspaceSymbolParams) -> Answer {
    let mut all = Vec::new();
    for folder in view.folders.iter().filter(|folder| folder.place.alone.is_none()) {
        let analysis = folder.analysis()?;
        for symbol in workspace_symbols(&analysis, &params.query) {
            let Some(location) = view.location(&analysis, symbol.at) else { continue };
            all.push(json!({
                "name": symbol.name, "kind": kind(SymbolKind::Object),
                "location": location, "containerName": *symbol.path,
            }));
        }
    }
    Ok(Value::Array(all))
}

/// Kinds of the protocol.
fn kind(kind: SymbolKind) -> i32 {
    match kind {
        SymbolKind::Object => 19,
        SymbolKind::Container => 2,
        SymbolKind::Port => 11,
        SymbolKind::Volume => 4,
        SymbolKind::Key => 20,
        SymbolKind::Rule => 12,
        SymbolKind::Subject => 13,
        SymbolKind::Host => 15,
        SymbolKind::Version => 22,
    }
}

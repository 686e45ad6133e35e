//! `textDocument/foldingRange` and `textDocument/selectionRange`: the parts of a file.

use kubesift_ide::{Fold, folds, selection};
use lsp_types::{FoldingRangeParams, SelectionRangeParams};
use serde_json::{Value, json};

use super::Answer;
use crate::view::View;

/// Selections around a place; a person does not grow one more often, and the answer nests as they do.
const MOST: usize = 64;

pub(super) fn folds_of(view: &View, params: FoldingRangeParams) -> Answer {
    let Some(subject) = view.subject(&params.text_document.uri)? else { return Ok(Value::Null) };
    let fold = |one: &Fold| {
        let range = view.range(&subject.analysis, one.at)?;
        // What ends with its line break ends on the line before.
        let end = range.end.line - u32::from(range.end.character == 0 && range.end.line > 0);
        let kind = if one.is_comment { "comment" } else { "region" };
        let there = range.start.line < end;
        there.then(|| json!({ "startLine": range.start.line, "endLine": end, "kind": kind }))
    };
    Ok(folds(&subject.analysis, subject.file).iter().filter_map(fold).collect())
}

/// Answers `textDocument/selectionRange`: of each position what is around it, the smallest first.
pub(super) fn selections(view: &View, params: SelectionRangeParams) -> Answer {
    let Some(subject) = view.subject(&params.text_document.uri)? else { return Ok(Value::Null) };
    let Some(source) = subject.source() else { return Ok(Value::Null) };
    let around = |position: &lsp_types::Position| {
        let offset = view.encoding().offset(source.text(), *position) as u32;
        let spans = selection(&subject.analysis, subject.file, offset);
        let outer = |outer: Value, span: &kubesift_source::Span| {
            let range = view.encoding().range(source, *span);
            match outer {
                Value::Null => json!({ "range": range }),
                outer => json!({ "range": range, "parent": outer }),
            }
        };
        match spans.iter().take(MOST).rev().fold(Value::Null, outer) {
            Value::Null => {
                let here = lsp_types::Range::new(*position, *position);
                json!({ "range": here })
            }
            found => found,
        }
    };
    Ok(params.positions.iter().map(around).collect())
}

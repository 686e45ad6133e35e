//! `textDocument/semanticTokens/full`: words that mean something beyond YAML. Only where the person
//! wants it, as editors colour YAML well enough for most.

use kubesift_ide::{TokenKind, tokens};
use lsp_types::SemanticTokensParams;
use serde_json::{Value, json};

use super::Answer;
use crate::view::View;

/// What words can be, in the order of their numbers: see [`number`].
pub(crate) const TYPES: [&str; 3] = ["class", "variable", "property"];

/// What else is said of them, in the order of their bits.
pub(crate) const MODIFIERS: [&str; 2] = ["declaration", "missing"];

pub(super) fn answer(view: &View, params: SemanticTokensParams) -> Answer {
    if !view.settings.semantic_tokens {
        return Ok(Value::Null);
    }
    let Some(subject) = view.subject(&params.text_document.uri)? else { return Ok(Value::Null) };
    let mut data: Vec<u32> = Vec::new();
    let (mut line, mut character) = (0, 0);
    for token in tokens(&subject.analysis, subject.file) {
        let Some(range) = view.range(&subject.analysis, token.at) else { continue };
        let (start, end) = (range.start, range.end);
        // A lone carriage return ends a line too.
        if start.line != end.line {
            continue;
        }
        // Each is told by how far it is from the one before.
        let down = start.line - line;
        let right = if down == 0 { start.character - character } else { start.character };
        let bits = u32::from(token.declares) | u32::from(token.is_missing) << 1;
        data.extend([down, right, end.character - start.character, number(token.kind), bits]);
        (line, character) = (start.line, start.character);
    }
    Ok(json!({ "data": data }))
}

fn number(kind: TokenKind) -> u32 {
    match kind {
        TokenKind::Kind => 0,
        TokenKind::Name => 1,
        TokenKind::Part => 2,
    }
}

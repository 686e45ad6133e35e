//! `textDocument/completion`: names and keys that there are. It never waits: what was known last is
//! near enough, and the text is the one of now.

use kubesift_ide::{Item, ItemKind, complete};
use lsp_types::{CompletionParams, Range};
use serde_json::{Value, json};

use super::Answer;
use crate::view::View;

pub(super) fn answer(view: &View, params: CompletionParams) -> Answer {
    let place = params.text_document_position;
    if !view.settings.completion {
        return Ok(Value::Null);
    }
    let Some(path) = view.path(&place.text_document.uri) else { return Ok(Value::Null) };
    let Some(folder) = view.folder(&path) else { return Ok(Value::Null) };
    let Some((_, analysis)) = folder.snapshot.last() else { return Ok(Value::Null) };
    let Some(text) = folder.snapshot.open_text(&path) else { return Ok(Value::Null) };
    let known = analysis.file_at(&path);
    let known = known.and_then(|file| analysis.outcome.files.get(file.0 as usize));
    let shown = match known {
        Some(file) => file.path.to_string(),
        // It was opened since.
        None => path.strip_prefix(&folder.place.real).unwrap_or(&path).display().to_string(),
    };
    let offset = view.encoding().offset(&text, place.position) as u32;
    let found = complete(&analysis, view.offer.checks, &shown, &text, offset);
    let mut ranges = Ranges { view, text: &text, last: None };
    let items = found.items.iter().enumerate().map(|(at, item)| ranges.item(at, item));
    let items: Vec<Value> = items.collect();
    Ok(json!({ "isIncomplete": found.is_incomplete, "items": items }))
}

/// Ranges of a text; most items of an answer have the same.
struct Ranges<'a> {
    view: &'a View,
    text: &'a str,
    last: Option<(std::ops::Range<u32>, Range)>,
}

impl Ranges<'_> {
    fn item(&mut self, at: usize, item: &Item) -> Value {
        let range = self.range(&item.replace);
        json!({
            "label": item.label,
            "kind": kind(item.kind),
            "detail": item.detail,
            "sortText": format!("{at:05}"),
            "filterText": item.label,
            "textEdit": { "range": range, "newText": item.insert },
        })
    }

    fn range(&mut self, bytes: &std::ops::Range<u32>) -> Range {
        if let Some((_, range)) = self.last.as_ref().filter(|(known, _)| known == bytes) {
            return *range;
        }
        let position = |at: u32| self.view.encoding().position_in(self.text, at as usize);
        let range = Range::new(position(bytes.start), position(bytes.end));
        self.last = Some((bytes.clone(), range));
        range
    }
}

/// Kinds of the protocol.
fn kind(kind: ItemKind) -> i32 {
    match kind {
        ItemKind::Object => 18,
        ItemKind::Key => 10,
        ItemKind::Port | ItemKind::Label => 12,
        ItemKind::Name => 6,
        ItemKind::Check => 21,
        ItemKind::File => 17,
        ItemKind::Folder => 19,
        ItemKind::Word => 14,
    }
}

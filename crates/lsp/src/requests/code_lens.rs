//! `textDocument/codeLens`: lines above objects that say what they are to others.

use kubesift_ide::{Lens, lenses};
use lsp_types::{CodeLensParams, Location};
use serde_json::{Value, json};

use super::Answer;
use crate::view::{Subject, View};

pub(super) fn answer(view: &View, params: CodeLensParams) -> Answer {
    if !view.settings.code_lens {
        return Ok(Value::Null);
    }
    let Some(subject) = view.subject(&params.text_document.uri)? else { return Ok(Value::Null) };
    let found = lenses(&subject.analysis, subject.file);
    Ok(found.iter().filter_map(|one| lens(view, &subject, one)).collect())
}

fn lens(view: &View, subject: &Subject<'_>, one: &Lens) -> Option<Value> {
    let here = view.location(&subject.analysis, one.at)?;
    let to = one.to.iter().filter_map(|to| view.location(&subject.analysis, to.at));
    let to: Vec<Location> = to.collect();
    let command = match view.client.features.show_references && !to.is_empty() {
        true => json!({
            "title": one.title,
            "command": "kubesift.showReferences",
            "arguments": [here.uri, here.range.start, to],
        }),
        // It can be read, and leads nowhere.
        false => json!({ "title": one.title, "command": "" }),
    };
    Some(json!({ "range": here.range, "command": command }))
}

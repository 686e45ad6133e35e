//! Edits of bytes as edits of the protocol.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use kubesift_project::Analysis;
use kubesift_source::{Edit, FileId};
use lsp_types::{
    AnnotatedTextEdit, ChangeAnnotation, CreateFile, CreateFileOptions, DocumentChangeOperation,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp,
    TextDocumentEdit, TextEdit, WorkspaceEdit,
};

use crate::view::View;

/// The name that an edit calls its annotation by.
const ANNOTATION: &str = "kubesift";

/// Edits of files of an analysis. With `confirm` a person is to look at them first, where the client
/// can ask; the text says why. None when a file is nowhere.
pub(crate) fn workspace_edit(
    view: &View,
    analysis: &Analysis,
    edits: &[Edit],
    confirm: Option<&str>,
) -> Option<WorkspaceEdit> {
    let mut files: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for edit in edits {
        let range = view.range(analysis, edit.span)?;
        let text = TextEdit { range, new_text: edit.text.clone() };
        files.entry(edit.span.file).or_default().push(text);
    }
    if files.is_empty() {
        return None;
    }
    if !view.client.features.document_changes {
        let mut changes = HashMap::new();
        for (file, edits) in files {
            changes.insert(view.uri(analysis.path_of(file)?)?, edits);
        }
        return Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
    }
    let confirm = confirm.filter(|_| view.client.features.annotations);
    let mut all = Vec::new();
    for (file, edits) in files {
        let path = analysis.path_of(file)?;
        let version = view.opened.get(path).map(|opened| opened.version);
        let text_document =
            OptionalVersionedTextDocumentIdentifier { uri: view.uri(path)?, version };
        let edits = edits.into_iter().map(|edit| annotated(edit, confirm.is_some())).collect();
        all.push(TextDocumentEdit { text_document, edits });
    }
    Some(WorkspaceEdit {
        changes: None,
        document_changes: Some(DocumentChanges::Edits(all)),
        change_annotations: confirm.map(annotation),
    })
}

fn annotated(text_edit: TextEdit, confirm: bool) -> OneOf<TextEdit, AnnotatedTextEdit> {
    match confirm {
        true => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: ANNOTATION.to_owned() }),
        false => OneOf::Left(text_edit),
    }
}

fn annotation(why: &str) -> HashMap<String, ChangeAnnotation> {
    let annotation = ChangeAnnotation {
        label: why.to_owned(),
        needs_confirmation: Some(true),
        description: None,
    };
    HashMap::from([(ANNOTATION.to_owned(), annotation)])
}

/// The edit that makes a file (`path` is absolute), and with it others. None when the client makes no
/// files, or this one is there already.
pub(crate) fn create(
    view: &View,
    analysis: &Analysis,
    path: &Path,
    text: &str,
    others: &[Edit],
) -> Option<WorkspaceEdit> {
    let features = &view.client.features;
    if !features.create_files || !features.document_changes {
        return None;
    }
    if view.offer.system.kind(path).is_ok() || view.opened.contains_key(path) {
        return None;
    }
    let uri = view.uri(path)?;
    let options = Some(CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) });
    let create = CreateFile { uri: uri.clone(), options, annotation_id: None };
    let range = Range::new(Position::new(0, 0), Position::new(0, 0));
    let edit = TextEdit { range, new_text: text.to_owned() };
    let text = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: vec![OneOf::Left(edit)],
    };
    let mut operations = vec![
        DocumentChangeOperation::Op(ResourceOp::Create(create)),
        DocumentChangeOperation::Edit(text),
    ];
    if !others.is_empty() {
        match workspace_edit(view, analysis, others, None)?.document_changes? {
            DocumentChanges::Edits(all) => {
                operations.extend(all.into_iter().map(DocumentChangeOperation::Edit));
            }
            DocumentChanges::Operations(all) => operations.extend(all),
        }
    }
    Some(WorkspaceEdit {
        document_changes: Some(DocumentChanges::Operations(operations)),
        ..WorkspaceEdit::default()
    })
}

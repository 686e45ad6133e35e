//! What the client can, and what it is told that the server can.

use lsp_types::Uri;
use serde_json::{Value, json};
use std::str::FromStr;

use crate::commands;
use crate::position::Encoding;
use crate::requests::semantic_tokens;

/// What a client said of itself. Read leniently: what it says in an unknown form it cannot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    /// It asks for diagnostics; they are not pushed then.
    pub pull: bool,
    /// An answer to it may speak of other documents.
    pub related_documents: bool,
    /// It can be told to ask for diagnostics again.
    pub refresh_diagnostics: bool,
    /// It can be told to ask for lenses again.
    pub refresh_lenses: bool,
    /// It can be told to ask for inlay hints again.
    pub refresh_hints: bool,
    /// It can be told to ask for semantic tokens again.
    pub refresh_tokens: bool,
    /// It opens pages for the server.
    pub show_document: bool,
    /// It answers `workspace/configuration`.
    pub configuration: bool,
    /// It can be asked to tell when settings change.
    pub tell_settings: bool,
    /// It can be asked to watch files.
    pub watch: bool,
    /// It shows how work goes on.
    pub progress: bool,
    /// Edits may say which version of a document they are for.
    pub document_changes: bool,
    /// Edits may create files.
    pub create_files: bool,
    /// Edits may ask for a confirmation.
    pub annotations: bool,
    /// Edits can be applied on the server's behalf.
    pub apply_edit: bool,
    /// A code action is more than a command.
    pub code_actions: bool,
    /// The edit of a code action may come later.
    pub resolve_edit: bool,
    /// Diagnostics may name other places.
    pub related_information: bool,
    /// Diagnostics may be about something needless or old; numbers of the protocol.
    pub tags: Vec<i64>,
    /// Diagnostics may lead to a page.
    pub code_description: bool,
    /// Diagnostics may say the version they are for.
    pub versions: bool,
    /// A definition may say how much belongs to it.
    pub links: bool,
    /// It asks whether something can be renamed before it asks for the name.
    pub prepare_rename: bool,
    /// Symbols may hold symbols.
    pub symbol_tree: bool,
    /// It wants `kubesift/status`.
    pub status: bool,
    /// It has the command `kubesift.showReferences`.
    pub show_references: bool,
    /// The agreed encoding of positions.
    pub encoding: Option<Encoding>,
}

impl Features {
    /// From the parameters of `initialize`.
    pub fn read(params: &Value) -> Self {
        let at = |path: &str| params.pointer(path);
        let is = |path: &str| {
            at(&format!("/capabilities/{path}")).and_then(Value::as_bool) == Some(true)
        };
        let has = |path: &str| at(&format!("/capabilities/{path}")).is_some_and(Value::is_object);
        let list = |path: &str| at(path).and_then(Value::as_array).cloned().unwrap_or_default();
        let holds =
            |path: &str, word: &str| list(path).iter().any(|one| one.as_str() == Some(word));
        let encodings = list("/capabilities/general/positionEncodings");
        let resolve = "/capabilities/textDocument/codeAction/resolveSupport/properties";
        let tags = list("/capabilities/textDocument/publishDiagnostics/tagSupport/valueSet");
        let pull = has("textDocument/diagnostic");
        Self {
            pull,
            related_documents: is("textDocument/diagnostic/relatedDocumentSupport"),
            refresh_diagnostics: is("workspace/diagnostics/refreshSupport")
                || is("workspace/diagnostic/refreshSupport"),
            refresh_lenses: is("workspace/codeLens/refreshSupport"),
            refresh_hints: is("workspace/inlayHint/refreshSupport"),
            refresh_tokens: is("workspace/semanticTokens/refreshSupport"),
            show_document: is("window/showDocument/support"),
            configuration: is("workspace/configuration"),
            tell_settings: is("workspace/didChangeConfiguration/dynamicRegistration"),
            watch: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
            progress: is("window/workDoneProgress"),
            document_changes: is("workspace/workspaceEdit/documentChanges"),
            create_files: holds(
                "/capabilities/workspace/workspaceEdit/resourceOperations",
                "create",
            ),
            annotations: has("workspace/workspaceEdit/changeAnnotationSupport"),
            apply_edit: is("workspace/applyEdit"),
            code_actions: has("textDocument/codeAction/codeActionLiteralSupport"),
            resolve_edit: holds(resolve, "edit"),
            // A client that pulls says these of pulled ones, or of pushed ones, or of both.
            related_information: is("textDocument/publishDiagnostics/relatedInformation")
                || is("textDocument/diagnostic/relatedInformation"),
            tags: tags.iter().filter_map(Value::as_i64).collect(),
            code_description: is("textDocument/publishDiagnostics/codeDescriptionSupport")
                || is("textDocument/diagnostic/codeDescriptionSupport"),
            versions: is("textDocument/publishDiagnostics/versionSupport"),
            links: is("textDocument/definition/linkSupport"),
            prepare_rename: is("textDocument/rename/prepareSupport"),
            symbol_tree: is("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            status: at("/initializationOptions/status").and_then(Value::as_bool) == Some(true),
            show_references: holds(
                "/initializationOptions/clientCommands",
                "kubesift.showReferences",
            ),
            encoding: Some(Encoding::agree(encodings.iter().filter_map(Value::as_str))),
        }
    }

    /// The encoding of positions.
    pub fn encoding(&self) -> Encoding {
        self.encoding.unwrap_or(Encoding::Utf16)
    }
}

/// The folders that the client works in, as it writes them.
pub(crate) fn folders(params: &Value) -> Vec<Uri> {
    let uri = |value: &Value| Uri::from_str(value.as_str()?).ok();
    let folders = params.get("workspaceFolders").and_then(Value::as_array);
    if let Some(folders) = folders.filter(|folders| !folders.is_empty()) {
        return folders.iter().filter_map(|folder| uri(folder.get("uri")?)).collect();
    }
    if let Some(root) = params.get("rootUri").and_then(uri) {
        return vec![root];
    }
    let root = params.get("rootPath").and_then(Value::as_str);
    root.and_then(|root| crate::uri::of_path(root.as_ref())).into_iter().collect()
}

/// The answer to `initialize`.
pub(crate) fn answer(features: &Features, version: &str) -> Value {
    let mut capabilities = json!({
        "positionEncoding": features.encoding().name(),
        "textDocumentSync": {
            "openClose": true,
            "change": 2,
            "save": { "includeText": false },
        },
        "codeActionProvider": {
            "codeActionKinds": ["quickfix", "source.fixAll.kubesift"],
            "resolveProvider": features.resolve_edit,
        },
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "codeLensProvider": { "resolveProvider": false },
        "documentLinkProvider": { "resolveProvider": false },
        "foldingRangeProvider": true,
        "selectionRangeProvider": true,
        "callHierarchyProvider": true,
        "renameProvider": if features.prepare_rename {
            json!({ "prepareProvider": true })
        } else {
            json!(true)
        },
        "hoverProvider": true,
        "completionProvider": {
            "triggerCharacters": [" ", "\"", "'", "[", ",", "/"],
            "resolveProvider": false,
        },
        "inlayHintProvider": true,
        "semanticTokensProvider": {
            "legend": {
                "tokenTypes": semantic_tokens::TYPES,
                "tokenModifiers": semantic_tokens::MODIFIERS,
            },
            "full": true,
        },
        "documentSymbolProvider": { "label": "kubesift" },
        "workspaceSymbolProvider": true,
        "executeCommandProvider": { "commands": commands::NAMES },
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
        },
    });
    if features.pull
        && let Some(all) = capabilities.as_object_mut()
    {
        let provider = json!({
            "identifier": "kubesift",
            "interFileDependencies": true,
            "workspaceDiagnostics": true,
        });
        all.insert("diagnosticProvider".to_owned(), provider);
    }
    json!({
        "capabilities": capabilities,
        "serverInfo": { "name": "kubesift", "version": version },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_says_nothing_can_nothing() {
        let features = Features::read(&json!({}));
        assert!(!features.pull && !features.watch && !features.code_actions);
        assert_eq!(features.encoding(), Encoding::Utf16);
        assert!(answer(&features, "1")["capabilities"].get("diagnosticProvider").is_none());
    }

    #[test]
    fn what_is_said_in_another_form_is_not_known() {
        let params = json!({"capabilities": {
            "general": {"positionEncodings": "utf-8"},
            "textDocument": {"diagnostic": true},
            "workspace": {"configuration": "yes"},
        }});
        let features = Features::read(&params);
        assert!(!features.pull && !features.configuration);
        assert_eq!(features.encoding(), Encoding::Utf16);
    }

    #[test]
    fn folders_come_in_three_forms() {
        let named = json!({"workspaceFolders": [{"uri": "file:///a", "name": "a"}], "rootUri": "file:///b"});
        assert_eq!(
            folders(&named).first().map(|uri| uri.as_str().to_owned()).as_deref(),
            Some("file:///a")
        );
        let root = json!({"workspaceFolders": null, "rootUri": "file:///b"});
        assert_eq!(
            folders(&root).first().map(|uri| uri.as_str().to_owned()).as_deref(),
            Some("file:///b")
        );
        let path = json!({"rootUri": null, "rootPath": "/c d"});
        assert_eq!(
            folders(&path).first().map(|uri| uri.as_str().to_owned()).as_deref(),
            Some("file:///c%20d")
        );
        assert!(folders(&json!({})).is_empty());
    }
}

//! Requests of the client, one file each: parameters of the protocol to a question, and the answer to
//! what the protocol wants.

mod call_hierarchy;
mod code_action;
mod code_lens;
mod completion;
mod definition;
mod document_link;
mod folding;
mod highlight;
mod hover;
mod inlay_hint;
mod references;
mod rename;
pub(crate) mod semantic_tokens;
mod symbols;

use kubesift_source::FileId;
use lsp_types::{Position, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::client::Failure;
use crate::pool::Lane;
use crate::view::{Subject, View};
use crate::{commands, pull};

/// What a request gives.
pub(crate) type Answer = Result<Value, Failure>;

/// Answers a request at one moment of the conversation.
pub(crate) type Handler = fn(&View, Value) -> Answer;

/// Who answers a request; none when it is not known.
pub(crate) fn handler(method: &str) -> Option<(Lane, Handler)> {
    let handler: Handler = match method {
        "textDocument/definition" => |view, params| definition::answer(view, read(params)?),
        "textDocument/references" => |view, params| references::answer(view, read(params)?),
        "textDocument/documentHighlight" => |view, params| highlight::answer(view, read(params)?),
        "textDocument/prepareRename" => |view, params| rename::prepare(view, read(params)?),
        "textDocument/rename" => |view, params| rename::answer(view, read(params)?),
        "textDocument/codeLens" => |view, params| code_lens::answer(view, read(params)?),
        "textDocument/documentLink" => |view, params| document_link::answer(view, read(params)?),
        "textDocument/foldingRange" => |view, params| folding::folds_of(view, read(params)?),
        "textDocument/selectionRange" => |view, params| folding::selections(view, read(params)?),
        "textDocument/prepareCallHierarchy" => {
            |view, params| call_hierarchy::prepare(view, read(params)?)
        }
        "callHierarchy/incomingCalls" => {
            |view, params| call_hierarchy::callers(view, read(params)?)
        }
        "callHierarchy/outgoingCalls" => |view, params| call_hierarchy::called(view, read(params)?),
        "textDocument/hover" => |view, params| hover::answer(view, read(params)?),
        "textDocument/completion" => |view, params| completion::answer(view, read(params)?),
        "textDocument/semanticTokens/full" => {
            |view, params| semantic_tokens::answer(view, read(params)?)
        }
        "textDocument/inlayHint" => |view, params| inlay_hint::answer(view, read(params)?),
        "textDocument/documentSymbol" => |view, params| symbols::of_document(view, read(params)?),
        "workspace/symbol" => |view, params| symbols::of_workspace(view, read(params)?),
        "textDocument/codeAction" => |view, params| code_action::answer(view, read(params)?),
        "codeAction/resolve" => |view, params| code_action::resolve(view, read(params)?),
        "textDocument/diagnostic" => |view, params| pull::document(view, read(params)?),
        "workspace/diagnostic" => |view, params| pull::workspace(view, read(params)?),
        "workspace/executeCommand" => |view, params| commands::execute(view, read(params)?),
        _ => return None,
    };
    let lane = match method {
        "textDocument/completion" => Lane::Quick,
        _ => Lane::Patient,
    };
    Some((lane, handler))
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, Failure> {
    serde_json::from_value(params).map_err(|error| Failure::Invalid(error.to_string()))
}

/// An answer as the protocol writes it.
///
/// # Errors
/// When it cannot be written, which no answer of ours is.
pub(crate) fn to_value(answer: impl Serialize) -> Answer {
    serde_json::to_value(answer).map_err(|error| Failure::Failed(error.to_string()))
}

/// A place of a document that a request is about.
struct At<'v> {
    subject: Subject<'v>,
    /// The byte in the file.
    offset: u32,
}

impl At<'_> {
    fn file(&self) -> FileId {
        self.subject.file
    }
}

/// The place of a position; none in a document that nobody looks at.
fn at<'v>(view: &'v View, uri: &Uri, position: Position) -> Result<Option<At<'v>>, Failure> {
    let Some(subject) = view.subject(uri)? else { return Ok(None) };
    let Some(source) = subject.source() else { return Ok(None) };
    let offset = view.encoding().offset(source.text(), position) as u32;
    Ok(Some(At { subject, offset }))
}

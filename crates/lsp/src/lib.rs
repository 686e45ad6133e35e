//! The language server: what a client says becomes changes of a session, and what the session finds
//! becomes messages.
//!
//! One thread owns the state and takes messages in order ([`serve`]); each folder has a thread that
//! analyses it; requests are answered by a few more, each from a snapshot. Nothing here waits for
//! anything on the thread that reads messages.
//!
//! Invariant: no YAML is parsed here and no finding is made; the text of a document is kept once, to
//! apply changes to. No message of a client makes the process end but `exit`.

#![allow(
    clippy::mutable_key_type,
    reason = "the protocol's types have URIs for keys; a URI never changes what it is hashed by"
)]

mod analyst;
mod capabilities;
mod client;
mod commands;
mod diagnostics;
mod documents;
mod edits;
mod first;
mod fixes;
mod folders;
mod pool;
mod position;
mod progress;
mod publish;
mod pull;
mod requests;
mod server;
mod settings;
mod status;
mod system;
mod uri;
mod view;
mod watched;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use kubesift_engine::Entry;
use kubesift_engine::model::BuildId;
use kubesift_project::{Analysis, Request};
use kubesift_source::System;

pub use server::serve;
pub use settings::EditorSettings;

/// What the program offers the server: everything that it must not know by itself.
pub struct Offer {
    /// The version of the program.
    pub version: &'static str,
    /// The registry of checks, sorted by name.
    pub checks: &'static [Entry],
    /// Files and folders.
    pub system: Arc<dyn System>,
    /// The request for a folder (absolute) under the settings of an editor, and what is wrong with
    /// them, a sentence each.
    pub request: fn(&Path, &EditorSettings) -> (Request<'static>, Vec<String>),
    /// The page of a check, as Markdown.
    pub explain: fn(&str) -> Option<String>,
    /// A build drawn as one HTML page that needs nothing else.
    pub graph: fn(&Analysis, BuildId) -> Option<String>,
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client shut the server down, or went away.
    Orderly,
    /// The client said `exit` without `shutdown` before.
    Abrupt,
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer").field("version", &self.version).finish_non_exhaustive()
    }
}

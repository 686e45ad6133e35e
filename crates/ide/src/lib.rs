//! Answers what a person asks about a place in a manifest: where it leads, who leads to it, what it
//! means, what fits there. One file a question.
//!
//! Invariant: an answer speaks of bytes that a person can edit ([`kubesift_source::Span`] of a file of
//! the analysis), never of text that only a build holds. No protocol is known here, nothing is read
//! from the machine, and no finding is made.

mod callers;
mod complete;
mod folding;
#[cfg(test)]
mod fuzz;
mod highlight;
mod hints;
mod hover;
mod kustomization;
mod legal;
mod lens;
mod links;
mod named;
mod navigate;
mod occurrences;
mod place;
mod policy;
mod rename;
mod seen;
mod selection;
mod selectors;
mod suppress;
mod symbols;
#[cfg(test)]
mod testing;
mod tokens;
mod words;

pub use callers::{Call, Party, incoming, outgoing, parties};
pub use complete::{Completion, Item, ItemKind, complete};
pub use folding::{Fold, folds};
pub use highlight::{Highlight, highlights};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover};
pub use lens::{Lens, lenses};
pub use links::{DocumentLink, Opens, document_links};
pub use navigate::{Destination, definition, references};
pub use policy::{NewFile, create_policy};
pub use rename::{Renamable, prepare_rename, rename};
pub use seen::{Seen, find_file};
pub use selection::selection;
pub use suppress::{Reach, ignore_in, new_config, suppress};
pub use symbols::{ObjectSymbol, Symbol, SymbolKind, document_symbols, workspace_symbols};
pub use tokens::{Token, TokenKind, tokens};

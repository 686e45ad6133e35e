//! Answers what a person asks about a place in a manifest: where it leads, who leads to it, what it
//! means, what fits there. One file a question.
//!
//! Invariant: an answer speaks of bytes that a person can edit ([`kubesift_source::Span`] of a file of
//! the analysis), never of text that only a build holds. No protocol is known here, nothing is read
//! from the machine, and no finding is made.

mod complete;
#[cfg(test)]
mod fuzz;
mod hints;
mod hover;
mod navigate;
mod place;
mod seen;
mod suppress;
mod symbols;
#[cfg(test)]
mod testing;
mod words;

pub use complete::{Item, ItemKind, complete};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover};
pub use navigate::{Destination, definition, references};
pub use seen::{Seen, find_file};
pub use suppress::{Reach, ignore_in, new_config, suppress};
pub use symbols::{ObjectSymbol, Symbol, SymbolKind, document_symbols, workspace_symbols};

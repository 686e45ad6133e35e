//! YAML read into a tree that keeps every byte's place.
//!
//! [`parse()`] takes one file and gives a [`Tree`]: all documents of the file in one arena, with the
//! byte span of every key, scalar, collection and comment, and the errors of the documents that
//! could not be read. It never fails and never panics: a broken document keeps what was understood
//! of it, and the other documents of its file are not concerned.
//!
//! What a document *means* is what the API server's reader (goyaml.v2 through sigs.k8s.io/yaml)
//! sees, not what YAML 1.2 says: scalar typing, merge keys, duplicate keys and alias bounds follow
//! it. Scalars are decoded and typed when asked for.
//!
//! Invariant: this crate knows nothing of Kubernetes' objects, does no I/O, and its recursion and
//! memory are bounded by constants, not by the input's nesting.

mod alias;
mod arena;
mod chars;
mod common;
mod decode;
mod directives;
mod duplicates;
pub mod edit;
mod events;
mod fallback;
mod field;
mod json;
mod node;
mod number;
mod parse;
#[doc(hidden)]
pub mod probe;
mod recover;
mod scalar;
mod scan;
mod split;
mod tree;
mod trouble;

pub use common::Common;
pub use events::events;
pub use field::{Boolean, Field};
pub use json::{push_string as push_json_string, to_json};
pub use node::{Entries, Items, List, Map, Node, Segment, Value};
pub use number::{push_json_float, push_yaml_float};
pub use parse::parse;
pub use scalar::{Scalar, resolve};
pub use tree::{Document, Duplicate, ErrorKind, Style, SyntaxError, Tree};

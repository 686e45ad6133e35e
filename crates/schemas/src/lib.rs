//! What the Kubernetes API is, as tables: its kinds with their groups, scopes and versions, and how
//! lists of its types are merged.
//!
//! Invariant: constant data and look-ups in it. Nothing here reads a manifest.

mod kinds;
mod merge_keys;

pub use kinds::*;
pub use merge_keys::{Field, Merge, Type, definition, type_of};

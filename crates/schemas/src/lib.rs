//! What the Kubernetes API is, as tables: its kinds with their groups, scopes and versions, and how
//! lists of its types are merged.
//!
//! Invariant: constant data and look-ups in it. Nothing here reads a manifest.

mod kinds;

pub use kinds::*;

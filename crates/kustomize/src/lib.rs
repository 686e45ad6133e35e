//! What `kustomize build` would give, with every value still knowing the bytes that set it.
//!
//! Invariant: no I/O but through [`Files`], no program is run, nothing is fetched, no input makes it
//! panic. A build gives what could be built *and* what went wrong.

mod embedded;
mod fieldspec;
mod files;
mod folded;
mod hash;
mod id;
mod json;
mod load;
mod metadata;
mod order;
mod paths;
mod pieces;
mod resmap;
mod resource;
mod scalar;
mod transform;
mod tree;
mod trouble;
mod write;

pub use files::{File, Files};
pub use paths::{Outside, Remote, Use};
pub use trouble::{Class, Trouble};

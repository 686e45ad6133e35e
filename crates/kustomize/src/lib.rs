//! What `kustomize build` would give, with every value still knowing the bytes that set it.
//!
//! Invariant: no I/O but through [`Files`], no program is run, nothing is fetched, no input makes it
//! panic. A build gives what could be built *and* what went wrong.

mod accumulate;
mod build;
mod charts;
mod config;
mod embedded;
mod expression;
mod fieldspec;
mod files;
mod folded;
mod generate;
mod hash;
mod id;
mod json;
mod json6902;
mod kustomization;
mod load;
mod merge;
mod metadata;
mod names;
mod order;
mod patches;
mod paths;
mod pieces;
mod plugins;
mod replacements;
mod resmap;
mod resource;
mod scalar;
mod schema;
mod selector;
mod shape;
mod shared;
mod steps;
mod transform;
mod tree;
mod trouble;
mod vars;
mod write;

pub use build::{Built, Idle, IdleKind, Object, Options, Part, Reorder, Session, build};
pub use charts::{Chart, Charts, RenderedChart};
pub use files::{File, Files};
pub use id::{Gvk, Id};
pub use kustomization::Deprecated;
pub use paths::{Outside, Remote, Use};
pub use trouble::{Class, Trouble};

//! What relates to what in a build, shown: one file (or folder) a command.
//!
//! Invariant: a view is made of names, places and findings. No value of a Secret or a ConfigMap is
//! ever looked at, so none can be shown.

pub mod about;
pub mod access;
pub mod connectivity;
pub mod finding;
pub mod graph;
pub mod spot;
pub mod why;
mod words;

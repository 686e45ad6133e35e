//! Settings, where each came from, and what is wrong with them.
//!
//! `.kubesift.yaml` is read with our own parser, so every mistake is a [`Problem`] at its bytes in
//! the user's file. [`Options`] are one layer as it is written; [`Settings`] are all layers
//! resolved: built in, profile, project file, files nearer to a manifest, environment, command
//! line. The files themselves are found and read by the caller.
//!
//! Invariant: the environment is read in [`environment()`] only, there is no clock, and checks are
//! known through the entries handed in, never by name.

mod environment;
mod file;
mod ignore;
mod init;
mod options;
mod pattern;
mod problem;
mod reader;
mod rules;
mod schema;
mod settings;
mod show;
mod sourced;
mod word;

pub use environment::{CommandLine, environment};
pub use file::{load, load_below};
pub use ignore::{Facts, Uses};
pub use init::init_text;
pub use kubesift_engine::Date;
pub use options::{BaselineFile, Checks, External, Gate, Ignore, Options, Override, Selector};
pub use pattern::{KindPattern, PathPattern, TextPattern};
pub use problem::{Level, Problem};
pub use rules::Scope;
pub use schema::schema;
pub use settings::{Layers, Settings};
pub use show::show;
pub use sourced::{Source, Sourced};
pub use word::Word;

/// The name of the configuration file.
pub const FILE_NAME: &str = ".kubesift.yaml";

#[cfg(test)]
mod tests;

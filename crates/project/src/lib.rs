//! From a tree of files to findings.
//!
//! [`Host::analyze`] walks, reads, classifies, forms builds, runs the checks and settles what became
//! of each finding. Every step is a function of its own with data in and data out, so that memo
//! tables can stand between them: `settings` (configuration), `inputs` (arguments to files), `sort`
//! (what a file is by its place), `files` (one file to its resources), `forming` and `builds` (which
//! resources belong together), `judge` (checks), `findings` (what becomes of them), `report` (the
//! outcome), `host` (the order of all this). `kustomize_files` reads for the builds of kustomizations.
//!
//! Invariant: every file that is looked at ends as checked, not Kubernetes, left out or failed; the
//! outcome is the same whatever the number of threads. No protocol and no report format is known.

mod builds;
mod charts;
mod disk;
mod files;
mod findings;
mod forming;
mod generators;
mod host;
mod inputs;
mod judge;
mod kustomizations;
mod kustomize_files;
mod memory;
mod report;
mod request;
mod settings;
mod shown;
mod sort;

pub use builds::{Group, Identity, Member, builds};
pub use disk::Disk;
pub use host::{Analysis, Host};
pub use kustomize_files::KustomizeFiles;
pub use memory::Memory;
pub use request::{ConfigErrors, ConfigFile, Phase, Progress, Quiet, Request, Stop};
pub use settings::Configured;

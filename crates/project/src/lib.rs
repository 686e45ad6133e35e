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

mod affected;
mod analysis;
mod baseline;
mod buffers;
mod builds;
mod carry;
mod charts;
mod disk;
mod facts;
mod files;
mod findings;
mod forming;
mod generators;
mod home;
mod host;
mod inputs;
mod judge;
mod kustomizations;
mod kustomize_files;
mod memo;
mod memory;
mod overlays;
mod relations;
mod report;
mod request;
mod rules;
mod run;
mod settings;
mod shown;
mod sort;
mod spots;
mod whole;

pub use analysis::Analysis;
pub use baseline::Held;
pub use builds::{Group, Identity, Member, builds};
pub use disk::Disk;
pub use home::Homes;
pub use host::{Change, Host, Snapshot};
pub use kustomizations::{NAMES as KUSTOMIZATION_NAMES, Use, is_kustomization_file, named_paths};
pub use kustomize_files::KustomizeFiles;
pub use memory::Memory;
pub use request::{ConfigErrors, ConfigFile, Phase, Progress, Quiet, Request, Stop};
pub use settings::Configured;
pub use shown::relative;
pub use spots::Spot;

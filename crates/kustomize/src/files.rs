//! The files that a build reads, as it sees them. Who implements this keeps what was read, so that a
//! base of twenty overlays is read and parsed once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_source::{PathKind, SourceFile};
use kubesift_yaml::Tree;

/// A file that was read.
#[derive(Debug, Clone)]
pub enum File {
    /// Text.
    Text(Arc<SourceFile>),
    /// Bytes that are no text: the data of a generator.
    Binary(Arc<[u8]>),
}

/// Reads files for builds. Paths are absolute or relative to one folder, the same for all of a run,
/// and have no `.` and `..` in them.
pub trait Files: Sync {
    /// What stands at a path, links followed; none when nothing does.
    fn kind(&self, path: &Path) -> Option<PathKind>;

    /// The path without links.
    fn real(&self, path: &Path) -> PathBuf;

    /// A file. The same path gives the same file throughout a run.
    ///
    /// # Errors
    /// When it is not there or cannot be read: why, for people.
    fn read(&self, path: &Path) -> Result<File, String>;

    /// A file read as YAML. The same path gives the same tree throughout a run.
    ///
    /// # Errors
    /// When it is not there, cannot be read, or is no text: why, for people.
    fn tree(&self, path: &Path) -> Result<Arc<Tree>, String>;
}

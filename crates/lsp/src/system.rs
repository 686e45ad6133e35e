//! One system for many sessions.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_source::{Found, PathKind, System, WalkOptions};

/// A system that is shared.
#[derive(Clone)]
pub(crate) struct Shared(pub Arc<dyn System>);

impl System for Shared {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    /// Standard input is the client's.
    fn read_stdin(&self) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        self.0.kind(path)
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        self.0.real(path)
    }

    fn walk(&self, root: &Path, options: WalkOptions, each: &(dyn Fn(Found) -> bool + Sync)) {
        self.0.walk(root, options, each);
    }
}

/// The path without links; of a file that is not there, as far as its folders are. The same that a
/// session takes it for.
pub(crate) fn real(system: &dyn System, path: &Path) -> PathBuf {
    if let Ok(real) = system.real(path) {
        return real;
    }
    let folder = path.parent().and_then(|folder| system.real(folder).ok());
    match folder.zip(path.file_name()) {
        Some((folder, name)) => folder.join(name),
        None => path.to_path_buf(),
    }
}

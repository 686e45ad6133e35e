//! The machine outside: disk for the command, disk under open buffers for the editor, a map for
//! tests. Only what implements this trait touches files.

use std::io;
use std::path::{Path, PathBuf};

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A device, a socket, a pipe.
    Other,
}

/// How a folder is walked.
#[derive(Debug, Clone, Copy)]
pub struct WalkOptions {
    /// `.gitignore` (in git repositories) and `.kubesiftignore` are heeded.
    pub heed_ignore_files: bool,
    /// Number of threads; 0 lets the implementation decide.
    pub threads: usize,
    /// Folders in the root are entered.
    pub deep: bool,
}

/// What a walk comes by. Folders are not told of.
#[derive(Debug)]
pub enum Found {
    /// A file, under the root as it was given.
    File(PathBuf),
    /// A symbolic link. It is not followed.
    Link(PathBuf),
    /// A folder that is left out by its name, and is not entered.
    Skipped(PathBuf),
    /// A file or folder that could not be looked at.
    Unreadable(PathBuf, io::Error),
}

impl Found {
    /// The path.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path)
            | Self::Link(path)
            | Self::Skipped(path)
            | Self::Unreadable(path, _) => path,
        }
    }
}

/// Reads files and folders. Paths are absolute, or relative to the folder the run started in.
pub trait System: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// When it is not there or may not be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// All of standard input.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_stdin(&self) -> io::Result<Vec<u8>>;

    /// What stands at a path, links followed.
    ///
    /// # Errors
    /// When nothing stands there, or it may not be looked at.
    fn kind(&self, path: &Path) -> io::Result<PathKind>;

    /// What stands at a path itself, for who asks for many paths of few folders: none when that is a
    /// link, or when links cannot be told from what they lead to. Then [`System::kind`] and
    /// [`System::real`] say.
    ///
    /// # Errors
    /// When nothing stands there, or it may not be looked at.
    fn kind_unless_link(&self, path: &Path) -> io::Result<Option<PathKind>> {
        let _ = path;
        Ok(None)
    }

    /// The absolute path without links and dots.
    ///
    /// # Errors
    /// When nothing stands there, or it may not be looked at.
    fn real(&self, path: &Path) -> io::Result<PathBuf>;

    /// Calls `each` for everything under the folder `root`, in no order and from several threads at
    /// once. It stops soon after `each` gives false.
    fn walk(&self, root: &Path, options: WalkOptions, each: &(dyn Fn(Found) -> bool + Sync));
}

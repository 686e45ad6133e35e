//! The disk under open buffers: what an editor holds and has not saved yet is what is read.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_source::{Found, PathKind, System, WalkOptions};

/// Texts that are open, by their paths: absolute, and without links where a file lies there.
pub(crate) type Open = BTreeMap<PathBuf, Arc<str>>;

/// A system with texts in front of it.
#[derive(Clone)]
pub(crate) struct Buffers {
    pub below: Arc<dyn System>,
    pub open: Arc<Open>,
}

impl Buffers {
    /// The text that is open at a path.
    pub fn text(&self, path: &Path) -> Option<&Arc<str>> {
        self.open.get(path)
    }

    fn holds_below(&self, folder: &Path) -> bool {
        let mut after = self.open.range(folder.to_path_buf()..);
        after.next().is_some_and(|(path, _)| path.starts_with(folder))
    }
}

impl System for Buffers {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.text(path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.below.read(path),
        }
    }

    fn read_stdin(&self) -> io::Result<Vec<u8>> {
        self.below.read_stdin()
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        if self.text(path).is_some() {
            return Ok(PathKind::File);
        }
        match self.below.kind(path) {
            Err(_) if self.holds_below(path) => Ok(PathKind::Folder),
            kind => kind,
        }
    }

    fn kind_unless_link(&self, path: &Path) -> io::Result<Option<PathKind>> {
        if self.text(path).is_some() {
            return Ok(Some(PathKind::File));
        }
        match self.below.kind_unless_link(path) {
            Err(_) if self.holds_below(path) => Ok(Some(PathKind::Folder)),
            kind => kind,
        }
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        match self.below.real(path) {
            Err(_) if self.kind(path).is_ok() => Ok(path.to_path_buf()),
            real => real,
        }
    }

    fn walk(&self, root: &Path, options: WalkOptions, each: &(dyn Fn(Found) -> bool + Sync)) {
        self.below.walk(root, options, each);
        // A text that was never saved is no part of any folder on disk.
        let unsaved = self.open.keys().filter(|path| {
            path.starts_with(root)
                && (options.deep || path.parent() == Some(root))
                && self.below.kind(path).is_err()
        });
        for path in unsaved {
            if !each(Found::File(path.clone())) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use std::sync::Mutex;

    fn buffers(open: &[(&str, &str)]) -> Buffers {
        let open = open.iter().map(|(path, text)| (PathBuf::from(path), Arc::from(*text)));
        let below = Memory::new([("/repo/a.yaml", "a: 1\n"), ("/repo/b.yaml", "b: 1\n")]);
        Buffers { below: Arc::new(below), open: Arc::new(open.collect()) }
    }

    #[test]
    fn what_is_open_is_read_instead_of_what_is_saved() {
        let buffers = buffers(&[("/repo/a.yaml", "a: 2\n")]);
        assert_eq!(buffers.read(Path::new("/repo/a.yaml")).expect("text"), b"a: 2\n");
        assert_eq!(buffers.read(Path::new("/repo/b.yaml")).expect("text"), b"b: 1\n");
    }

    #[test]
    fn a_text_that_was_never_saved_is_walked_and_its_folder_exists() {
        let buffers = buffers(&[("/repo/new/c.yaml", ""), ("/repo/a.yaml", "")]);
        let found = Mutex::new(Vec::new());
        let options = WalkOptions { heed_ignore_files: true, threads: 1, deep: true };
        buffers.walk(Path::new("/repo"), options, &|one| {
            found.lock().expect("found").push(one.path().display().to_string());
            true
        });
        let found = found.into_inner().expect("found");
        assert_eq!(found, ["/repo/a.yaml", "/repo/b.yaml", "/repo/new/c.yaml"]);
        assert_eq!(buffers.kind(Path::new("/repo/new")).expect("a folder"), PathKind::Folder);
        let real = buffers.real(Path::new("/repo/new/c.yaml")).expect("a path");
        assert_eq!(real, Path::new("/repo/new/c.yaml"));
        assert!(buffers.kind(Path::new("/repo/other")).is_err());
    }
}

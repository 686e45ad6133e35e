//! A system of files that live in a map: for tests, and for callers that hold texts themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};

use kubesift_source::{Found, PathKind, System, WalkOptions};

/// Files in a map. The folder a run starts in is `/`. Ignore files are not heeded.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
    links: BTreeMap<PathBuf, PathBuf>,
    locked: BTreeSet<PathBuf>,
    stdin: Vec<u8>,
}

impl Memory {
    /// Files by path, relative to `/`.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files.into_iter();
        let files = files.map(|(path, text)| (absolute(Path::new(path)), text.into())).collect();
        Self { files, ..Self::default() }
    }

    /// Adds or replaces a file.
    pub fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(absolute(Path::new(path)), bytes.into());
    }

    /// Adds a symbolic link; `target` is relative to `/`.
    pub fn link(&mut self, path: &str, target: &str) {
        self.links.insert(absolute(Path::new(path)), absolute(Path::new(target)));
    }

    /// Makes a file one that may not be read.
    pub fn lock(&mut self, path: &str) {
        self.locked.insert(absolute(Path::new(path)));
    }

    /// What standard input holds.
    pub fn set_stdin(&mut self, bytes: impl Into<Vec<u8>>) {
        self.stdin = bytes.into();
    }

    /// The path with the first links on its way followed, a few times over.
    fn follow(&self, path: &Path) -> PathBuf {
        let mut path = absolute(path);
        for _ in 0..8 {
            let link = self.links.iter().find_map(|(link, target)| {
                path.strip_prefix(link).ok().map(|rest| target.join(rest))
            });
            match link {
                Some(next) => path = absolute(&next),
                None => break,
            }
        }
        path
    }
}

/// The path from `/`, dots taken out.
fn absolute(path: &Path) -> PathBuf {
    let mut clean = PathBuf::from("/");
    for part in path.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::Normal(name) => clean.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    clean
}

impl System for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = self.follow(path);
        if self.locked.contains(&path) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        self.files.get(&path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn read_stdin(&self) -> io::Result<Vec<u8>> {
        Ok(self.stdin.clone())
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        let path = self.follow(path);
        if self.files.contains_key(&path) {
            return Ok(PathKind::File);
        }
        let inside =
            path == Path::new("/") || self.files.keys().any(|file| file.starts_with(&path));
        if inside { Ok(PathKind::Folder) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        self.kind(path)?;
        Ok(self.follow(path))
    }

    fn walk(&self, root: &Path, options: WalkOptions, each: &(dyn Fn(Found) -> bool + Sync)) {
        let root = self.follow(root);
        let inside = |path: &&PathBuf| {
            path.starts_with(&root) && (options.deep || path.parent() == Some(&root))
        };
        for path in self.files.keys().filter(inside) {
            if !each(Found::File(path.clone())) {
                return;
            }
        }
        for path in self.links.keys().filter(inside) {
            if !each(Found::Link(path.clone())) {
                return;
            }
        }
    }
}

//! The files of builds over the machine outside: each is looked at, read and parsed once in a run,
//! however many builds come by it and on whatever thread.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use kubesift_kustomize::{File, Files};
use kubesift_source::{FileId, PathKind, SourceFile, System};
use kubesift_yaml::Tree;

use crate::shown::shown;

/// Files of builds, read through a [`System`].
///
/// Files get their ids in the order in which they are read, after those that were there before.
pub struct KustomizeFiles<'s> {
    system: &'s dyn System,
    /// Absolute, without links: paths are shown relative to it.
    start: PathBuf,
    entries: RwLock<HashMap<PathBuf, Arc<Entry>>>,
    /// By id. What is no text has an empty text here, so that its path can be shown.
    files: Mutex<Vec<Arc<SourceFile>>>,
}

/// What is known of a path so far.
#[derive(Default)]
struct Entry {
    kind: OnceLock<Option<PathKind>>,
    real: OnceLock<PathBuf>,
    file: OnceLock<Result<File, String>>,
    tree: OnceLock<Result<Arc<Tree>, String>>,
}

impl<'s> KustomizeFiles<'s> {
    /// Nothing is read yet. Paths are shown relative to `start` where they lie in it.
    pub fn new(system: &'s dyn System, start: &Path) -> Self {
        let start = system.real(start).unwrap_or_else(|_| start.to_owned());
        Self { system, start, entries: RwLock::default(), files: Mutex::default() }
    }

    /// Takes in what a run has read already: all its files by id, and for those whose whole text is
    /// held, the path without links (absolute), the id and the tree.
    #[must_use]
    pub fn holding(
        self,
        files: Vec<Arc<SourceFile>>,
        whole: impl IntoIterator<Item = (PathBuf, FileId, Arc<Tree>)>,
    ) -> Self {
        for (path, id, tree) in whole {
            let Some(file) = files.get(id.0 as usize) else { continue };
            let entry = self.entry(&path);
            // The entry is new: nothing was set before.
            let _ = entry.file.set(Ok(File::Text(Arc::clone(file))));
            let _ = entry.tree.set(Ok(tree));
        }
        *self.files.lock().unwrap_or_else(PoisonError::into_inner) = files;
        self
    }

    /// All files that were read, by id.
    pub fn files(&self) -> Vec<Arc<SourceFile>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn entry(&self, path: &Path) -> Arc<Entry> {
        let held = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = held.get(path) {
            return Arc::clone(entry);
        }
        drop(held);
        let mut held = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.entry(path.to_owned()).or_default())
    }

    /// The path as it is shown: relative to the start, by `..` where it lies beside or above.
    fn name(&self, path: &Path) -> Arc<str> {
        let (mut own, mut other) = (self.start.components(), path.components());
        let mut common = 0;
        while let (Some(a), Some(b)) = (own.clone().next(), other.clone().next())
            && a == b
        {
            common += usize::from(matches!(a, Component::Normal(_)));
            own.next();
            other.next();
        }
        let up = own.count();
        if common == 0 || up == 0 {
            return shown(&self.start, path).into();
        }
        let mut name = PathBuf::from("../".repeat(up));
        name.push(other.as_path());
        crate::shown::below("", &name).into()
    }

    /// Gives a file its id and keeps it.
    fn keep(&self, make: impl FnOnce(FileId) -> SourceFile) -> Arc<SourceFile> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let file = Arc::new(make(FileId(files.len() as u32)));
        files.push(Arc::clone(&file));
        file
    }

    /// UTF-8 is text even with zero bytes in it, as for the generators of kustomize.
    fn load(&self, path: &Path) -> Result<File, String> {
        let bytes = self.system.read(path).map_err(|error| error.to_string())?;
        if u32::try_from(bytes.len()).is_err() {
            return Err(format!("{} bytes: files over 4 GiB cannot be read", bytes.len()));
        }
        let name = self.name(path);
        match String::from_utf8(bytes) {
            Ok(text) => Ok(File::Text(self.keep(|id| SourceFile::new(id, name, text)))),
            Err(error) => {
                self.keep(|id| SourceFile::new(id, name, ""));
                Ok(File::Binary(error.into_bytes().into()))
            }
        }
    }

    fn parse(&self, path: &Path) -> Result<Arc<Tree>, String> {
        let file = match self.read(path)? {
            File::Text(file) => file,
            // UTF-16, which a reader of YAML takes.
            File::Binary(bytes) => {
                let name = self.name(path);
                let file = SourceFile::decode(FileId(0), Arc::clone(&name), bytes.to_vec());
                let text = file.map_err(|error| error.to_string())?.text().to_owned();
                self.keep(|id| SourceFile::new(id, name, text))
            }
        };
        Ok(Arc::new(kubesift_yaml::parse(file)))
    }
}

impl Files for KustomizeFiles<'_> {
    fn kind(&self, path: &Path) -> Option<PathKind> {
        *self.entry(path).kind.get_or_init(|| self.system.kind(path).ok())
    }

    fn real(&self, path: &Path) -> PathBuf {
        let entry = self.entry(path);
        entry.real.get_or_init(|| self.system.real(path).unwrap_or_else(|_| path.into())).clone()
    }

    fn read(&self, path: &Path) -> Result<File, String> {
        self.entry(path).file.get_or_init(|| self.load(path)).clone()
    }

    fn tree(&self, path: &Path) -> Result<Arc<Tree>, String> {
        self.entry(path).tree.get_or_init(|| self.parse(path)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    #[test]
    fn a_file_is_read_once_and_keeps_its_id() {
        let memory = Memory::new([("srv/a.yaml", "a: 1\n"), ("srv/b.yaml", "b: 2\n")]);
        let files = KustomizeFiles::new(&memory, Path::new("/srv"));
        let tree = files.tree(Path::new("/srv/b.yaml")).expect("a tree");
        assert_eq!((&*tree.file().path, tree.file().id), ("b.yaml", FileId(0)));
        let again = files.tree(Path::new("/srv/b.yaml")).expect("a tree");
        assert!(Arc::ptr_eq(&tree, &again));
        let File::Text(text) = files.read(Path::new("/srv/a.yaml")).expect("a file") else {
            panic!("text")
        };
        assert_eq!((text.text(), text.id), ("a: 1\n", FileId(1)));
        assert_eq!(files.files().len(), 2);
        assert!(files.read(Path::new("/srv/c.yaml")).is_err());
        assert_eq!(files.kind(Path::new("/srv/c.yaml")), None);
        assert_eq!(files.kind(Path::new("/srv")), Some(PathKind::Folder));
    }

    #[test]
    fn paths_are_shown_as_one_would_type_them() {
        let memory = Memory::new([("srv/shop/base/a.yaml", ""), ("srv/shop/prod/b.yaml", "")]);
        let files = KustomizeFiles::new(&memory, Path::new("/srv/shop/prod"));
        let name = |path: &str| files.name(Path::new(path)).to_string();
        assert_eq!(name("/srv/shop/prod/b.yaml"), "b.yaml");
        assert_eq!(name("/srv/shop/base/a.yaml"), "../base/a.yaml");
        assert_eq!(name("/srv/c.yaml"), "../../c.yaml");
        assert_eq!(name("/etc/d.yaml"), "/etc/d.yaml");
    }

    #[test]
    fn what_is_no_utf8_is_binary_to_generators_and_utf16_is_yaml() {
        let mut memory = Memory::default();
        memory.put("logo.png", [0x89, b'P', 0xff]);
        memory.put("wide.yaml", [0xff, 0xfe, b'a', 0, b':', 0, b' ', 0, b'1', 0]);
        let files = KustomizeFiles::new(&memory, Path::new("/"));
        assert!(matches!(files.read(Path::new("/logo.png")), Ok(File::Binary(_))));
        assert!(files.tree(Path::new("/logo.png")).is_err());
        let tree = files.tree(Path::new("/wide.yaml")).expect("a tree");
        assert_eq!(tree.file().text(), "a: 1");
    }

    #[test]
    fn what_a_run_holds_is_not_read_again() {
        let memory = Memory::new([("a.yaml", "changed: true\n"), ("b.yaml", "b: 1\n")]);
        let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", "a: 1\n"));
        let tree = Arc::new(kubesift_yaml::parse(Arc::clone(&file)));
        let held = [(PathBuf::from("/a.yaml"), FileId(0), Arc::clone(&tree))];
        let files = KustomizeFiles::new(&memory, Path::new("/")).holding(vec![file], held);
        assert!(Arc::ptr_eq(&files.tree(Path::new("/a.yaml")).expect("a tree"), &tree));
        let tree = files.tree(Path::new("/b.yaml")).expect("a tree");
        assert_eq!(tree.file().id, FileId(1));
    }
}

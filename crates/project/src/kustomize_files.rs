//! The files of builds over the machine outside: each is looked at, read and parsed once in a run,
//! however many builds come by it and on whatever thread.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use kubesift_kustomize::{File, Files};
use kubesift_source::{FileId, PathKind, SourceFile, System};
use kubesift_yaml::Tree;

use crate::shown::shown;

/// Files of builds, read through a [`System`].
///
/// Files that the run knows have the ids it gave them; others get ids after those, in the order in
/// which they are read.
pub struct KustomizeFiles<'s> {
    system: &'s dyn System,
    /// Absolute, without links: paths are shown relative to it.
    start: PathBuf,
    /// By path. A path without dots is the same as another when its text is, which is compared in a
    /// fraction of the time.
    entries: RwLock<foldhash::HashMap<OsString, Arc<Entry>>>,
    /// The files that the run knows by their paths without links, with what they are shown as.
    known: HashMap<PathBuf, (FileId, Arc<str>)>,
    /// The id of the first file that the run does not know.
    first: u32,
    /// Files that the run does not know, by id. What is no text has an empty text here, so that its
    /// path can be shown.
    files: Mutex<Others>,
}

/// Files that a run does not know.
#[derive(Debug, Clone, Default)]
struct Others {
    files: Vec<Arc<SourceFile>>,
    by_name: HashMap<Arc<str>, usize>,
}

/// What a run leaves for the next one of its session.
#[derive(Default)]
pub(crate) struct Carried {
    entries: Vec<(PathBuf, Arc<Entry>)>,
    files: Others,
}

impl Carried {
    /// The paths that lead to a file that has changed. `changed` says it of paths without links.
    pub fn stale(&self, system: &dyn System, changed: impl Fn(&Path) -> bool) -> HashSet<PathBuf> {
        let leads = |(path, entry): &&(PathBuf, Arc<Entry>)| {
            changed(path)
                || match entry.real.get() {
                    Some(real) => changed(real),
                    None => {
                        entry.file.get().is_some()
                            && system.real(path).is_ok_and(|real| changed(&real))
                    }
                }
        };
        self.entries.iter().filter(leads).map(|(path, _)| path.clone()).collect()
    }
}

impl std::fmt::Debug for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carried").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

/// What is known of a path so far.
#[derive(Default)]
struct Entry {
    /// What stands at the path itself: nothing (an error), a link (none), or something else.
    itself: OnceLock<Result<Option<PathKind>, ()>>,
    kind: OnceLock<Option<PathKind>>,
    real: OnceLock<PathBuf>,
    file: OnceLock<Result<File, String>>,
    tree: OnceLock<Result<Arc<Tree>, String>>,
}

impl<'s> KustomizeFiles<'s> {
    /// Nothing is read yet. Paths are shown relative to `start` where they lie in it.
    pub fn new(system: &'s dyn System, start: &Path) -> Self {
        Self::in_folder(system, system.real(start).unwrap_or_else(|_| start.to_owned()))
    }

    /// As [`KustomizeFiles::new`], with a start that is absolute and has neither links nor dots in it:
    /// the current folder, as the operating system names it.
    pub fn in_folder(system: &'s dyn System, start: PathBuf) -> Self {
        let (entries, files) = (RwLock::default(), Mutex::default());
        Self { system, start, entries, known: HashMap::new(), first: 0, files }
    }

    /// Takes in which files the run knows: their paths without links (absolute), the ids they have
    /// whoever reads them, and what they are shown as. `first` is the id of the next file.
    #[must_use]
    pub fn knowing(
        mut self,
        known: impl IntoIterator<Item = (PathBuf, FileId, Arc<str>)>,
        first: u32,
    ) -> Self {
        self.known = known.into_iter().map(|(path, id, name)| (path, (id, name))).collect();
        self.first = first;
        self
    }

    /// Takes over what an earlier run of the session left, but for what has changed since. Both runs
    /// know the same files.
    #[must_use]
    pub(crate) fn carrying(mut self, held: Carried, stale: &HashSet<PathBuf>) -> Self {
        let entries = held.entries.into_iter().filter(|(path, _)| !stale.contains(path));
        let entries = entries.map(|(path, entry)| (path.into_os_string(), entry));
        self.entries = RwLock::new(entries.collect());
        self.files = Mutex::new(held.files);
        self
    }

    /// What the next run may take over.
    pub(crate) fn into_carried(self) -> Carried {
        let entries = self.entries.into_inner().unwrap_or_else(PoisonError::into_inner);
        let files = self.files.into_inner().unwrap_or_else(PoisonError::into_inner);
        let entries = entries.into_iter().map(|(path, entry)| (path.into(), entry));
        Carried { entries: entries.collect(), files }
    }

    /// Forgets everything but the paths for which `is_read` holds: what is left is what a run would
    /// come by that carries nothing.
    pub(crate) fn retain(&mut self, is_read: impl Fn(&Path) -> bool) {
        let entries = self.entries.get_mut().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|path, _| is_read(Path::new(path)));
    }

    /// The files that were read and that the run did not know, by id.
    pub fn files(&self) -> Vec<Arc<SourceFile>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).files.clone()
    }

    /// The trees that were read, in the order of their files' paths.
    pub fn trees(&self) -> Vec<Arc<Tree>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let tree = |entry: &Arc<Entry>| entry.tree.get()?.as_ref().ok().cloned();
        let mut trees: Vec<Arc<Tree>> = entries.values().filter_map(tree).collect();
        trees.sort_by(|a, b| a.file().path.cmp(&b.file().path));
        trees
    }

    /// The texts that were read, parsed or not, in the order of their paths.
    pub fn texts(&self) -> Vec<Arc<SourceFile>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let text = |entry: &Arc<Entry>| match entry.file.get()? {
            Ok(File::Text(file)) => Some(Arc::clone(file)),
            _ => None,
        };
        let mut texts: Vec<Arc<SourceFile>> = entries.values().filter_map(text).collect();
        texts.sort_by(|a, b| a.path.cmp(&b.path));
        texts
    }

    /// The file at a path, when it was read.
    pub fn held(&self, path: &Path) -> Option<Arc<SourceFile>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(path.as_os_str())?;
        if let Some(Ok(tree)) = entry.tree.get() {
            return Some(Arc::clone(tree.file()));
        }
        match entry.file.get() {
            Some(Ok(File::Text(file))) => Some(Arc::clone(file)),
            _ => None,
        }
    }

    /// A path as reports show it; empty for the folder the run starts in.
    pub fn shown(&self, path: &Path) -> String {
        shown(&self.start, path)
    }

    fn entry(&self, path: &Path) -> Arc<Entry> {
        let held = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = held.get(path.as_os_str()) {
            return Arc::clone(entry);
        }
        drop(held);
        let mut held = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.entry(path.as_os_str().to_owned()).or_default())
    }

    /// The path as it is shown: relative to the start, by `..` where it lies beside or above.
    fn name(&self, path: &Path) -> Arc<str> {
        let (mut own, mut rest) = (self.start.components(), path.components());
        let mut common = 0;
        let up = loop {
            let from_here = rest.clone();
            match (own.next(), rest.next()) {
                (Some(a), Some(b)) if a == b => {
                    common += usize::from(matches!(a, Component::Normal(_)));
                }
                (differs, _) => {
                    rest = from_here;
                    break usize::from(differs.is_some()) + own.count();
                }
            }
        };
        if common == 0 || up == 0 {
            return shown(&self.start, path).into();
        }
        let up = "..".to_owned() + &"/..".repeat(up - 1);
        crate::shown::below(&up, rest.as_path()).into()
    }

    /// Gives the file at a path its id. One that the run does not know is kept.
    fn keep(
        &self,
        path: &Path,
        make: impl FnOnce(FileId, Arc<str>) -> SourceFile,
    ) -> Arc<SourceFile> {
        if let Some((id, name)) = self.known.get(path) {
            return Arc::new(make(*id, Arc::clone(name)));
        }
        let mut others = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let name = self.name(path);
        // What was read before, in an earlier run of a session, is the same file.
        let at = others.by_name.get(&name).copied().unwrap_or(others.files.len());
        let file = Arc::new(make(FileId(self.first + at as u32), Arc::clone(&name)));
        match others.files.get_mut(at) {
            Some(held) => *held = Arc::clone(&file),
            None => {
                others.files.push(Arc::clone(&file));
                others.by_name.insert(name, at);
            }
        }
        file
    }

    /// One look at a path tells what it is and whether it is a link.
    fn itself(&self, entry: &Entry, path: &Path) -> Result<Option<PathKind>, ()> {
        *entry.itself.get_or_init(|| self.system.kind_unless_link(path).map_err(drop))
    }

    /// What is no link has its own name in the folder that it is really in, so that folders shared by
    /// many paths are resolved once.
    fn find_real(&self, entry: &Entry, path: &Path) -> PathBuf {
        // The start has no links in it, so what it lies in has none.
        if path.is_absolute() && self.start.starts_with(path) {
            return path.into();
        }
        let in_folder = path.parent().zip(path.file_name()).filter(|_| path.is_absolute());
        if let Some((folder, name)) = in_folder
            && let Ok(Some(_)) = self.itself(entry, path)
        {
            return self.real(folder).join(name);
        }
        self.system.real(path).unwrap_or_else(|_| path.into())
    }

    /// UTF-8 is text even with zero bytes in it, as for the generators of kustomize.
    fn load(&self, path: &Path) -> Result<File, String> {
        let bytes = self.system.read(path).map_err(|error| error.to_string())?;
        if u32::try_from(bytes.len()).is_err() {
            return Err(format!("{} bytes: files over 4 GiB cannot be read", bytes.len()));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(File::Text(self.keep(path, |id, name| SourceFile::new(id, name, text)))),
            Err(error) => {
                self.keep(path, |id, name| SourceFile::new(id, name, ""));
                Ok(File::Binary(error.into_bytes().into()))
            }
        }
    }

    fn parse(&self, path: &Path) -> Result<Arc<Tree>, String> {
        let file = match self.read(path)? {
            File::Text(file) => file,
            // UTF-16, which a reader of YAML takes.
            File::Binary(bytes) => {
                let file = SourceFile::decode(FileId(0), "", bytes.to_vec());
                let text = file.map_err(|error| error.to_string())?.text().to_owned();
                self.keep(path, |id, name| SourceFile::new(id, name, text))
            }
        };
        Ok(Arc::new(kubesift_yaml::parse(file)))
    }
}

impl Files for KustomizeFiles<'_> {
    fn kind(&self, path: &Path) -> Option<PathKind> {
        let entry = self.entry(path);
        match self.itself(&entry, path) {
            Ok(Some(kind)) => Some(kind),
            Ok(None) => *entry.kind.get_or_init(|| self.system.kind(path).ok()),
            Err(()) => None,
        }
    }

    fn real(&self, path: &Path) -> PathBuf {
        let entry = self.entry(path);
        entry.real.get_or_init(|| self.find_real(&entry, path)).clone()
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
    fn files_that_a_run_knows_keep_their_ids() {
        let memory = Memory::new([("a.yaml", "a: 1\n"), ("b.yaml", "b: 1\n")]);
        let known = [(PathBuf::from("/a.yaml"), FileId(4), Arc::from("./a.yaml"))];
        let files = KustomizeFiles::new(&memory, Path::new("/")).knowing(known, 7);
        let id = |path: &str| files.tree(Path::new(path)).expect("a tree").file().id;
        assert_eq!(id("/b.yaml"), FileId(7));
        assert_eq!(id("/a.yaml"), FileId(4));
        assert_eq!(files.files().len(), 1);
        assert_eq!(files.trees().len(), 2);
        assert_eq!(&*files.held(Path::new("/a.yaml")).expect("held").path, "./a.yaml");
    }
    #[cfg(target_os = "linux")]
    #[test]
    fn real_paths_are_those_of_the_disk() {
        let name = format!("kubesift-real-{}", std::process::id());
        let root = std::env::temp_dir().join(name);
        let path = |name: &str| root.join(name);
        std::fs::create_dir_all(path("base/deep")).expect("a folder");
        std::fs::write(path("base/deep/a.yaml"), "a: 1\n").expect("a file");
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, path(name));
        link("base", "linked").and_then(|()| link("nowhere", "broken")).expect("links");
        link("a.yaml", "base/deep/b.yaml").expect("a link");
        let files = KustomizeFiles::new(&crate::Disk, &root);
        for name in ["base/deep/a.yaml", "linked/deep/a.yaml", "linked/deep/b.yaml", "linked/.."] {
            let real = path(name).canonicalize().expect("a path");
            assert_eq!(files.real(&path(name)), real, "{name}");
        }
        assert_eq!(files.kind(&path("linked")), Some(PathKind::Folder));
        assert_eq!(files.kind(&path("linked/deep/b.yaml")), Some(PathKind::File));
        for name in ["broken", "linked/nothing", "base/deep/a.yaml/x"] {
            assert_eq!((files.kind(&path(name)), files.real(&path(name))), (None, path(name)));
        }
        std::fs::remove_dir_all(root).expect("removed");
    }
}

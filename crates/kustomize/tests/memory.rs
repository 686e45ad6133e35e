//! A folder of files in memory, of which one may be changed without a copy of the others.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use kubesift_kustomize::{File, Files};
use kubesift_source::{FileId, PathKind, SourceFile};
use kubesift_yaml::Tree;

/// Files that were read from disk once. Links on disk are followed.
#[derive(Clone)]
pub struct Memory {
    held: Arc<Held>,
    /// Stands in the place of the file with its id.
    changed: Option<Arc<SourceFile>>,
}

#[derive(Default)]
struct Held {
    by_path: HashMap<PathBuf, File>,
    ids: HashMap<PathBuf, FileId>,
    folders: HashSet<PathBuf>,
    files: Vec<Arc<SourceFile>>,
    trees: Mutex<HashMap<FileId, Arc<Tree>>>,
}

impl Memory {
    /// All files below a folder; ids in the order of their paths. `.git` is left out.
    pub fn load(root: &Path) -> Self {
        let root = fs::canonicalize(root).expect("the folder");
        let mut held = Held::default();
        let mut paths = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder") {
                let entry = entry.expect("an entry");
                let kind = entry.file_type().expect("a kind");
                if kind.is_dir() && entry.file_name() != ".git" {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    paths.push(entry.path());
                }
            }
            held.folders.insert(folder);
        }
        paths.sort();
        for path in paths {
            let bytes = fs::read(&path).expect("a file");
            let id = FileId(held.files.len() as u32);
            let shown = path.strip_prefix(&root).expect("below the root").display().to_string();
            let file = match String::from_utf8(bytes) {
                Ok(text) => {
                    let file = Arc::new(SourceFile::new(id, shown, text));
                    held.files.push(Arc::clone(&file));
                    File::Text(file)
                }
                Err(error) => {
                    held.files.push(Arc::new(SourceFile::new(id, shown, "")));
                    File::Binary(error.into_bytes().into())
                }
            };
            held.ids.insert(path.clone(), id);
            held.by_path.insert(path, file);
        }
        Self { held: Arc::new(held), changed: None }
    }

    /// The same files but for one.
    pub fn with(&self, id: FileId, text: String) -> Self {
        let path = Arc::clone(&self.file(id).path);
        let changed = Some(Arc::new(SourceFile::new(id, path, text)));
        Self { held: Arc::clone(&self.held), changed }
    }

    /// A file as it is now.
    pub fn file(&self, id: FileId) -> &Arc<SourceFile> {
        match &self.changed {
            Some(changed) if changed.id == id => changed,
            _ => &self.held.files[id.0 as usize],
        }
    }

    /// Folders that hold a kustomization, sorted.
    pub fn kustomizations(&self) -> Vec<PathBuf> {
        let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
        let is = |folder: &&PathBuf| {
            names.iter().any(|name| self.held.by_path.contains_key(&folder.join(name)))
        };
        let mut found: Vec<PathBuf> = self.held.folders.iter().filter(is).cloned().collect();
        found.sort();
        found
    }
}

impl Files for Memory {
    fn kind(&self, path: &Path) -> Option<PathKind> {
        let path = self.real(path);
        if self.held.by_path.contains_key(&path) {
            return Some(PathKind::File);
        }
        self.held.folders.contains(&path).then_some(PathKind::Folder)
    }

    fn real(&self, path: &Path) -> PathBuf {
        if self.held.by_path.contains_key(path) || self.held.folders.contains(path) {
            return path.to_owned();
        }
        fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
    }

    fn read(&self, path: &Path) -> Result<File, String> {
        let path = self.real(path);
        match self.held.by_path.get(&path) {
            Some(File::Text(file)) => Ok(File::Text(Arc::clone(self.file(file.id)))),
            Some(file) => Ok(file.clone()),
            None => Err("it is not there".to_owned()),
        }
    }

    fn tree(&self, path: &Path) -> Result<Arc<Tree>, String> {
        let File::Text(file) = self.read(path)? else { return Err("it is no text".to_owned()) };
        if self.changed.as_ref().is_some_and(|changed| changed.id == file.id) {
            return Ok(Arc::new(kubesift_yaml::parse(file)));
        }
        let mut trees = self.held.trees.lock().expect("no test panics while it parses");
        let tree = trees.entry(file.id).or_insert_with(|| Arc::new(kubesift_yaml::parse(file)));
        Ok(Arc::clone(tree))
    }
}

//! Files that a test writes down: paths and texts.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kubesift_kustomize::{File, Files};
use kubesift_source::{Column, FileId, PathKind, SourceFile, Span};
use kubesift_yaml::Tree;

/// Files at paths below `/`, and links.
#[derive(Default)]
pub struct Given {
    files: Vec<(PathBuf, Arc<SourceFile>)>,
    links: Vec<(PathBuf, PathBuf)>,
    trees: Mutex<HashMap<FileId, Arc<Tree>>>,
    /// How often a file was parsed.
    pub parsed: AtomicUsize,
}

impl Given {
    /// Files from one text: `# file: PATH` begins each.
    pub fn new(text: &str) -> Self {
        let mut given = Self::default();
        for part in text.split("# file: ").skip(1) {
            let (path, text) = part.split_once('\n').unwrap();
            let path = Path::new("/").join(path.trim());
            let id = FileId(given.files.len() as u32);
            let shown = path.display().to_string();
            given.files.push((path, Arc::new(SourceFile::new(id, shown, text))));
        }
        given
    }

    /// A link at one path to another.
    pub fn link(mut self, from: &str, to: &str) -> Self {
        self.links.push((from.into(), to.into()));
        self
    }

    /// `path:line:column` of a place.
    pub fn place(&self, at: Span) -> String {
        let (path, file) = &self.files[at.file.0 as usize];
        let position = file.position(at.start, Column::Chars);
        format!("{}:{}:{}", path.display(), position.line, position.column)
    }

    /// The bytes of a place.
    pub fn text(&self, at: Span) -> &str {
        self.files[at.file.0 as usize].1.slice(at)
    }

    fn file(&self, path: &Path) -> Option<&Arc<SourceFile>> {
        let path = self.real(path);
        self.files.iter().find(|file| file.0 == path).map(|file| &file.1)
    }
}

impl Files for Given {
    fn kind(&self, path: &Path) -> Option<PathKind> {
        if self.file(path).is_some() {
            return Some(PathKind::File);
        }
        let path = self.real(path);
        self.files.iter().any(|file| file.0.starts_with(&path)).then_some(PathKind::Folder)
    }

    fn real(&self, path: &Path) -> PathBuf {
        let link = self.links.iter().find_map(|(from, to)| {
            path.strip_prefix(from)
                .ok()
                .map(|rest| if rest == Path::new("") { to.clone() } else { to.join(rest) })
        });
        link.unwrap_or_else(|| path.to_path_buf())
    }

    fn read(&self, path: &Path) -> Result<File, String> {
        self.file(path)
            .map(|file| File::Text(file.clone()))
            .ok_or_else(|| "nothing there".to_owned())
    }

    fn tree(&self, path: &Path) -> Result<Arc<Tree>, String> {
        let file = self.file(path).ok_or("nothing there")?;
        let mut trees = self.trees.lock().unwrap();
        let tree = trees.entry(file.id).or_insert_with(|| {
            self.parsed.fetch_add(1, Ordering::Relaxed);
            Arc::new(kubesift_yaml::parse(file.clone()))
        });
        Ok(tree.clone())
    }
}

//! The configuration of a run: finds the files, reads them, resolves the layers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_config::{FILE_NAME, Layers, Level, Options, Problem, Settings, load, load_below};
use kubesift_engine::Entry;
use kubesift_source::{FileId, PathKind, SourceFile, System};

use crate::baseline;
use crate::inputs::repository;
use crate::request::{ConfigErrors, ConfigFile, Request, Stop};
use crate::shown::{below, shown};

/// The settings of a run, and what they came from.
#[derive(Debug)]
pub struct Configured {
    /// All layers resolved.
    pub settings: Settings,
    /// What is wrong with them without being an error.
    pub problems: Vec<Problem>,
    /// The configuration files; a [`FileId`] in a problem or a source is an index.
    pub files: Vec<Arc<SourceFile>>,
    /// The folder that paths in the configuration are relative to, absolute.
    pub root: PathBuf,
    /// Where the baseline lies or would lie, absolute; none when there is to be none.
    pub baseline: Option<PathBuf>,
}

/// Reads configuration files, one after the other, so that their ids are their order.
pub(crate) struct Loader<'a> {
    system: &'a dyn System,
    entries: &'static [Entry],
    request: &'a Request<'a>,
    start: PathBuf,
    root: PathBuf,
    layers: Layers,
    own: Option<PathBuf>,
    problems: Vec<Problem>,
    files: Vec<Arc<SourceFile>>,
}

impl<'a> Loader<'a> {
    /// Finds and reads the file of the project.
    ///
    /// # Errors
    /// When a file that was named cannot be read.
    pub fn new(
        system: &'a dyn System,
        entries: &'static [Entry],
        request: &'a Request<'a>,
    ) -> Result<Self, Stop> {
        let start = system.real(&request.folder).unwrap_or_else(|_| request.folder.clone());
        let anchor = anchor(system, request, &start);
        let (root, found) = find(system, &anchor);
        let layers = Layers {
            environment: request.environment.clone(),
            command_line: request.command_line.clone(),
            ..Layers::default()
        };
        let mut loader = Self {
            system,
            entries,
            request,
            start,
            root,
            layers,
            own: None,
            problems: Vec::new(),
            files: Vec::new(),
        };
        let own = match &request.config {
            ConfigFile::Find => found,
            ConfigFile::At(path) => Some(request.folder.join(path)),
            ConfigFile::Off => None,
        };
        if let Some(path) = own {
            let options = loader.file(&path, None)?;
            loader.layers.root = Some(options);
            loader.own = Some(path);
        }
        Ok(loader)
    }

    /// Reads the files in folders below the root that lie in or above the inputs.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn add_below(&mut self, paths: &[PathBuf]) -> Result<(), Stop> {
        if self.request.config != ConfigFile::Find {
            return Ok(());
        }
        for path in paths {
            let folder = path.parent().and_then(|folder| folder.strip_prefix(&self.root).ok());
            let Some(folder) = folder.map(|folder| below("", folder)) else { continue };
            if self.own.as_ref() != Some(path) {
                let options = self.file(path, Some(&folder))?;
                self.layers.below.push(options);
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, folder: Option<&str>) -> Result<Options, Stop> {
        let name = shown(&self.start, path);
        let stop = |error: &dyn std::fmt::Display| Stop::Usage(format!("{name}: {error}"));
        let bytes = self.system.read(path).map_err(|error| stop(&error))?;
        let id = FileId(self.files.len() as u32);
        let file = SourceFile::decode(id, name.as_str(), bytes).map_err(|error| stop(&error))?;
        let file = Arc::new(file);
        self.files.push(file.clone());
        let (options, problems) = match folder {
            Some(folder) => load_below(file, folder, self.entries),
            None => load(file, self.entries),
        };
        self.problems.extend(problems);
        Ok(options)
    }

    /// Resolves what was read so far.
    ///
    /// # Errors
    /// When something is wrong with it.
    pub fn resolve(&self) -> Result<Configured, Stop> {
        let (settings, more) =
            Settings::resolve(self.layers.clone(), self.entries, self.request.today);
        let problems: Vec<Problem> = self.problems.iter().cloned().chain(more).collect();
        if problems.iter().any(|problem| problem.level == Level::Error) {
            let files = self.files.clone();
            return Err(Stop::Config(Box::new(ConfigErrors { problems, files })));
        }
        let baseline = baseline::path(self.system, &settings, &self.root, &self.start);
        let (files, root) = (self.files.clone(), self.root.clone());
        Ok(Configured { settings, problems, files, root, baseline })
    }
}

/// The folder whose project is meant: the one the run starts in, unless paths lead out of it.
fn anchor(system: &dyn System, request: &Request<'_>, start: &Path) -> PathBuf {
    let paths = request.paths.iter().filter(|path| *path != Path::new("-"));
    let mut real = paths.filter_map(|path| system.real(&request.folder.join(path)).ok());
    let Some(outside) = real.find(|path| !path.starts_with(start)) else { return start.into() };
    match (system.kind(&outside), outside.parent()) {
        (Ok(PathKind::Folder), _) | (_, None) => outside,
        (_, Some(folder)) => folder.to_path_buf(),
    }
}

/// The root of the project and its configuration file. In a git repository the file that lies
/// highest, for one in a folder below says less; elsewhere the nearest. Without one, the root is
/// that of the repository, or the folder itself.
fn find(system: &dyn System, anchor: &Path) -> (PathBuf, Option<PathBuf>) {
    let repository = repository(system, anchor);
    let inside = |folder: &&Path| repository.as_ref().is_none_or(|root| folder.starts_with(root));
    let files = anchor.ancestors().take_while(inside).map(|folder| folder.join(FILE_NAME));
    let mut files = files.filter(|file| matches!(system.kind(file), Ok(PathKind::File)));
    let file = if repository.is_some() { files.last() } else { files.next() };
    let folder = file.as_deref().and_then(Path::parent).map(Path::to_path_buf);
    (folder.or(repository).unwrap_or_else(|| anchor.to_path_buf()), file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;

    fn found(files: &[&str], anchor: &str) -> (String, Option<String>) {
        let system = Memory::new(files.iter().map(|path| (*path, "")));
        let (root, file) = find(&system, Path::new(anchor));
        (root.display().to_string(), file.map(|file| file.display().to_string()))
    }

    #[test]
    fn the_project_file_is_the_highest_of_a_repository_and_the_nearest_elsewhere() {
        let files = ["/r/.kubesift.yaml", "/r/a/b/.kubesift.yaml", "/.kubesift.yaml"];
        let nearest = Some("/r/a/b/.kubesift.yaml".to_owned());
        assert_eq!(found(&files, "/r/a/b/c"), ("/r/a/b".to_owned(), nearest));
        let git = [&files[..], &["/r/.git/HEAD"]].concat();
        let highest = Some("/r/.kubesift.yaml".to_owned());
        assert_eq!(found(&git, "/r/a/b/c"), ("/r".to_owned(), highest));
        assert_eq!(found(&["/r/.git/HEAD", "/r/a/x"], "/r/a"), ("/r".to_owned(), None));
        assert_eq!(found(&["/r/a/x"], "/r/a"), ("/r/a".to_owned(), None));
    }
}

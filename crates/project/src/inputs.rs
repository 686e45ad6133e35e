//! From the command line to files: arguments are expanded, folders walked, links settled, and what
//! lies around the files (charts, kustomizations) is noted. Nothing is read here but folders.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use kubesift_config::FILE_NAME;
use kubesift_engine::{FileFate, FileReport, Trouble, TroubleKind};
use kubesift_source::{Found, PathKind, System, WalkOptions};
use rayon::slice::ParallelSliceMut;

use crate::charts::{Charts, is_chart_file};
use crate::kustomizations::is_kustomization_file;
use crate::request::{Phase, Request, Stop};
use crate::shown::{below, common, shown};

/// Where the bytes of a file come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum From {
    /// A file; the path is absolute and without links.
    Disk(PathBuf),
    /// Standard input.
    Stdin,
}

/// A file to look at.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub from: From,
    /// As reports show it.
    pub path: Arc<str>,
    /// Position of its scope.
    pub scope: usize,
    /// It was named on the command line.
    pub named: bool,
}

/// Files that may belong together.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// The folder that holds its files, as reports show it; empty for the folder of the run.
    pub folder: String,
    /// The same folder, absolute; none for standard input.
    pub root: Option<PathBuf>,
    /// Its files were named one by one: others may lie beside them.
    pub listed: bool,
    /// It goes on in the folders of its root.
    pub deep: bool,
}

/// Everything a run is to look at.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Sorted by path.
    pub files: Vec<Input>,
    pub scopes: Vec<Scope>,
    /// Paths that are settled without being read.
    pub settled: Vec<FileReport>,
    pub troubles: Vec<Trouble>,
    pub charts: Charts,
    /// Kustomization files above the inputs: they say what the inputs are, and are no inputs.
    pub above: Vec<PathBuf>,
    /// Configuration files in and above the inputs.
    pub configs: Vec<PathBuf>,
}

/// Expands the paths of a request.
///
/// # Errors
/// When a path does not exist, or the work is ended from outside.
pub(crate) fn gather(
    system: &dyn System,
    request: &Request<'_>,
    threads: usize,
) -> Result<Inputs, Stop> {
    request.progress.begin(Phase::Walk, 0);
    let start = system.real(&request.folder).unwrap_or_else(|_| request.folder.clone());
    let mut gather = Gather {
        system,
        request,
        threads,
        start,
        inputs: Inputs::default(),
        known: (request.paths.len() > 1).then(HashSet::new),
        links: Vec::new(),
        seen: HashSet::new(),
    };
    gather.run()?;
    request.go_on()?;
    Ok(gather.inputs)
}

struct Gather<'a> {
    system: &'a dyn System,
    request: &'a Request<'a>,
    threads: usize,
    start: PathBuf,
    inputs: Inputs,
    /// The real paths of the inputs so far; none for a single argument, which gives no file twice.
    known: Option<HashSet<PathBuf>>,
    /// Links to files: shown path, real path of the target, the folder it must not leave, scope.
    links: Vec<(String, PathBuf, PathBuf, usize)>,
    /// Folders that were searched for a chart or a kustomization.
    seen: HashSet<PathBuf>,
}

impl Gather<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        let here = [PathBuf::from(".")];
        let request = self.request;
        let paths = if request.paths.is_empty() { &here[..] } else { &request.paths };
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for path in paths {
            if path == Path::new("-") {
                self.add_stdin();
                continue;
            }
            let full = self.request.folder.join(path);
            match self.system.kind(&full) {
                Ok(PathKind::Folder) => folders.push((path, full)),
                Ok(PathKind::File | PathKind::Other) => files.push((path, full)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let message = format!("{}: no such file or folder", path.display());
                    return Err(Stop::Usage(message));
                }
                Err(error) => self.unreadable(&shown(&self.start, path), &error),
            }
        }
        self.add_folders(&folders)?;
        for (path, full) in files {
            self.add_file(path, &full);
        }
        self.settle_links();
        let inputs = &mut self.inputs;
        inputs.files.par_sort_by(|a, b| a.path.cmp(&b.path));
        inputs.settled.sort_by(|a, b| a.path.cmp(&b.path));
        inputs.settled.dedup();
        inputs.configs.sort();
        inputs.configs.dedup();
        Ok(())
    }

    fn add_stdin(&mut self) {
        if self.inputs.files.iter().any(|input| input.from == From::Stdin) {
            return;
        }
        let path: Arc<str> = self.request.stdin_name.as_deref().unwrap_or("-").into();
        let folder = crate::shown::folder(&path).to_owned();
        let scope = self.inputs.scopes.len();
        self.inputs.scopes.push(Scope { folder, root: None, listed: false, deep: false });
        self.inputs.files.push(Input { from: From::Stdin, path, scope, named: true });
    }

    /// All folders of a command line are one scope: whoever names two wants both in view.
    fn add_folders(&mut self, folders: &[(&PathBuf, PathBuf)]) -> Result<(), Stop> {
        let mut names = Vec::new();
        let scope = self.inputs.scopes.len();
        for (path, full) in folders {
            let name = shown(&self.start, path);
            match self.system.real(full) {
                Ok(root) => {
                    self.look_above(&root);
                    self.walk(&root, &name, scope)?;
                }
                Err(error) => self.unreadable(&name, &error),
            }
            names.push(name);
        }
        if !names.is_empty() {
            let folder = common(names.iter().map(String::as_str)).to_owned();
            let root = self.system.real(&self.request.folder.join(&folder)).ok();
            self.inputs.scopes.push(Scope { folder, root, listed: false, deep: true });
        }
        Ok(())
    }

    fn walk(&mut self, root: &Path, name: &str, scope: usize) -> Result<(), Stop> {
        let found = Mutex::new(Vec::new());
        let heed_ignore_files = self.request.heed_ignore_files;
        let options = WalkOptions { heed_ignore_files, threads: self.threads, deep: true };
        self.system.walk(root, options, &|entry| {
            if is_wanted(&entry) {
                let path = below(name, entry.path().strip_prefix(root).unwrap_or(entry.path()));
                let entry = (path, entry);
                found.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
                self.request.progress.step(1);
            }
            !self.request.is_cancelled()
        });
        self.request.go_on()?;
        let limit = repository(self.system, root).unwrap_or_else(|| root.to_path_buf());
        for (path, entry) in found.into_inner().unwrap_or_else(PoisonError::into_inner) {
            match entry {
                Found::File(real) => self.add(real, path, scope, false),
                Found::Link(link) => self.add_link(&link, path, &limit, scope),
                Found::Skipped(_) => {
                    self.settle(&path, "a folder of packages or caches".to_owned());
                }
                Found::Unreadable(_, error) => self.unreadable(&path, &error),
            }
        }
        Ok(())
    }

    fn add(&mut self, real: PathBuf, path: String, scope: usize, named: bool) {
        if self.known.as_mut().is_some_and(|known| !known.insert(real.clone())) {
            return;
        }
        if let Some(folder) = real.parent().filter(|_| is_chart_file(&real)) {
            self.inputs.charts.add(folder);
        }
        if is_config_file(&real) {
            self.inputs.configs.push(real.clone());
        }
        let path = path.into();
        self.inputs.files.push(Input { from: From::Disk(real), path, scope, named });
    }

    fn add_link(&mut self, link: &Path, path: String, limit: &Path, scope: usize) {
        let file = has_manifest_name(link);
        let target = self.system.real(link).and_then(|real| Ok((self.system.kind(&real)?, real)));
        match target {
            Ok((PathKind::File, real)) if file => {
                self.links.push((path, real, limit.into(), scope));
            }
            Ok((PathKind::Folder, real)) => {
                let inside = real.starts_with(limit);
                let where_to = shown(&self.start, &real);
                let reason = if inside {
                    format!("a link to the folder {where_to}, which is read where it lies")
                } else {
                    format!("a link to {where_to}, out of {}", limit.display())
                };
                self.settle(&path, reason);
            }
            Err(_) if file => self.settle(&path, "a link to nothing".to_owned()),
            Ok(_) | Err(_) => {}
        }
    }

    /// Every target of a link is read once, where it lies if it is an input there.
    fn settle_links(&mut self) {
        let mut links = std::mem::take(&mut self.links);
        links.sort();
        let mut inputs: HashMap<PathBuf, Arc<str>> = HashMap::new();
        for input in self.inputs.files.iter().filter(|_| !links.is_empty()) {
            if let From::Disk(real) = &input.from {
                inputs.insert(real.clone(), input.path.clone());
            }
        }
        for (path, real, limit, scope) in links {
            if let Some(same) = inputs.get(&real) {
                let reason = format!("a link to {same}, which is read itself");
                self.settle(&path, reason);
            } else if real.starts_with(&limit) {
                inputs.insert(real.clone(), path.as_str().into());
                self.add(real, path, scope, false);
            } else {
                let reason = format!("a link to {}, out of {}", real.display(), limit.display());
                self.settle(&path, reason);
            }
        }
    }

    /// A file that was named: it is read whatever its name and wherever a link leads. Files of one
    /// project (git repository) are one scope. Where there is no project, nothing but their place
    /// says which files belong together: those in one folder below the folder of the run do.
    fn add_file(&mut self, path: &Path, full: &Path) {
        let name = shown(&self.start, path);
        let real = match self.system.real(full) {
            // A pipe (`<(helm template .)`) has no path without links.
            Ok(real) => real,
            Err(_) => full.to_path_buf(),
        };
        let folder = real.parent().unwrap_or(&real).to_path_buf();
        self.look_above(&folder);
        let (root, folder, deep) = match repository(self.system, &folder) {
            Some(root) => {
                let shown = shown(&self.start, &root);
                // A repository that holds the folder of the run is shown as that folder.
                let folder = if self.start.starts_with(&root) { String::new() } else { shown };
                (root, folder, true)
            }
            None => match (folder.strip_prefix(&self.start), name.split_once('/')) {
                (Ok(_), Some((top, _))) => (self.start.join(top), top.to_owned(), true),
                (Ok(_), None) => (self.start.clone(), String::new(), false),
                (Err(_), _) => (folder, crate::shown::folder(&name).to_owned(), false),
            },
        };
        let same = |scope: &Scope| scope.listed && scope.root.as_ref() == Some(&root);
        let scope = self.inputs.scopes.iter().position(same).unwrap_or_else(|| {
            self.inputs.scopes.push(Scope { folder, root: Some(root), listed: true, deep });
            self.inputs.scopes.len() - 1
        });
        self.add(real, name, scope, true);
    }

    /// Charts and kustomizations in a folder and above it, up to the root of its repository.
    fn look_above(&mut self, folder: &Path) {
        for folder in folder.ancestors() {
            if !self.seen.insert(folder.to_path_buf()) {
                return;
            }
            let is_file =
                |name: &str| matches!(self.system.kind(&folder.join(name)), Ok(PathKind::File));
            if is_file("Chart.yaml") {
                self.inputs.charts.add(folder);
            }
            if is_file(FILE_NAME) {
                self.inputs.configs.push(folder.join(FILE_NAME));
            }
            for name in crate::kustomizations::NAMES.into_iter().filter(|name| is_file(name)) {
                self.inputs.above.push(folder.join(name));
            }
            if self.system.kind(&folder.join(".git")).is_ok() {
                return;
            }
        }
    }

    fn settle(&mut self, path: &str, reason: String) {
        let fate = FileFate::LeftOut(reason);
        self.inputs.settled.push(FileReport { path: path.into(), fate, builds: Vec::new() });
    }

    fn unreadable(&mut self, path: &str, error: &io::Error) {
        let path: Arc<str> = if path.is_empty() { ".".into() } else { path.into() };
        self.inputs.troubles.push(unreadable(&path, error));
        let report = FileReport { path, fate: FileFate::Failed, builds: Vec::new() };
        self.inputs.settled.push(report);
    }
}

/// The root of the git repository that holds a folder.
pub(crate) fn repository(system: &dyn System, folder: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| system.kind(&folder.join(".git")).is_ok();
    folder.ancestors().find(is_root).map(Path::to_path_buf)
}

/// True for a configuration file of ours.
pub(crate) fn is_config_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE_NAME)
}

/// The trouble of a file or folder that could not be read.
pub(crate) fn unreadable(path: &Arc<str>, error: &io::Error) -> Trouble {
    let (what, help) = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            ("permission denied", "make it readable, or list it in .kubesiftignore")
        }
        io::ErrorKind::NotFound => ("it went away while it was read", "run again"),
        _ => ("it cannot be read", "list it in .kubesiftignore if it is not meant to be read"),
    };
    let message = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => what.to_owned(),
        _ => format!("{what}: {error}"),
    };
    Trouble {
        kind: TroubleKind::Unreadable,
        message,
        help: Some(help.to_owned()),
        path: path.clone(),
        at: None,
    }
}

fn is_wanted(entry: &Found) -> bool {
    match entry {
        Found::File(path) => has_manifest_name(path) || is_kustomization_file(path),
        Found::Link(_) | Found::Skipped(_) | Found::Unreadable(..) => true,
    }
}

/// The extensions that are read without being named.
fn has_manifest_name(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// So many files are looked at to see whether those that were named are all there is.
const LOOK: u32 = 20_000;

/// True when every file of a scope that would be read by itself is among `known`: then the files
/// that were named are all there is.
pub(crate) fn is_whole(
    system: &dyn System,
    scope: &Scope,
    known: &HashSet<&Path>,
    heed_ignore_files: bool,
) -> bool {
    let Some(root) = &scope.root else { return false };
    let (whole, seen) = (AtomicBool::new(true), AtomicU32::new(0));
    let options = WalkOptions { heed_ignore_files, threads: 1, deep: scope.deep };
    system.walk(root, options, &|entry| {
        let other = match &entry {
            Found::File(path) => has_manifest_name(path) && !known.contains(path.as_path()),
            Found::Link(path) => has_manifest_name(path),
            Found::Skipped(_) => false,
            Found::Unreadable(..) => true,
        };
        let other = other || seen.fetch_add(1, Ordering::Relaxed) > LOOK;
        whole.fetch_and(!other, Ordering::Relaxed);
        !other
    });
    whole.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;
    use kubesift_engine::Date;

    const TODAY: Date = Date { year: 2026, month: 1, day: 1 };

    fn gathered(system: &Memory, paths: &[&str]) -> Inputs {
        let mut request = Request::new("/repo", TODAY);
        request.paths = paths.iter().map(PathBuf::from).collect();
        gather(system, &request, 1).expect("inputs")
    }

    /// `scope folder: path`, `*` after files that were named.
    fn listing(inputs: &Inputs) -> Vec<String> {
        let files = inputs.files.iter().map(|input| {
            let folder = &inputs.scopes[input.scope].folder;
            format!("{folder}: {}{}", input.path, if input.named { "*" } else { "" })
        });
        let reason = |report: &FileReport| match &report.fate {
            FileFate::LeftOut(reason) => reason.clone(),
            fate => format!("{fate:?}"),
        };
        let settled = inputs.settled.iter();
        files.chain(settled.map(|report| format!("{} {}", report.path, reason(report)))).collect()
    }

    #[test]
    fn a_folder_gives_its_manifests_and_nothing_else() {
        let system = Memory::new([
            ("/repo/a.yaml", ""),
            ("/repo/b/c.YML", ""),
            ("/repo/b/d.json", ""),
            ("/repo/b/Kustomization", ""),
            ("/repo/b/e.txt", ""),
            ("/other/f.yaml", ""),
        ]);
        let want = [": a.yaml", ": b/Kustomization", ": b/c.YML", ": b/d.json"];
        assert_eq!(listing(&gathered(&system, &[])), want);
        assert_eq!(
            listing(&gathered(&system, &["b/"])),
            ["b: b/Kustomization", "b: b/c.YML", "b: b/d.json"]
        );
        assert_eq!(listing(&gathered(&system, &["../other"])), ["../other: ../other/f.yaml"]);
    }

    #[test]
    fn a_named_file_is_read_whatever_its_name_and_once() {
        let system = Memory::new([("/repo/e.txt", ""), ("/repo/b/c.yaml", "")]);
        assert_eq!(listing(&gathered(&system, &["./e.txt", "e.txt", "/repo/e.txt"])), [": e.txt*"]);
        assert_eq!(listing(&gathered(&system, &["b", "b/c.yaml"])), ["b: b/c.yaml"]);
    }

    #[test]
    fn a_path_that_does_not_exist_is_an_error() {
        let mut request = Request::new("/repo", TODAY);
        request.paths = vec!["nope.yaml".into()];
        let stop = gather(&Memory::default(), &request, 1).expect_err("an error");
        assert_eq!(stop.to_string(), "nope.yaml: no such file or folder");
    }

    #[test]
    fn named_files_of_other_folders_are_other_scopes_unless_a_repository_holds_them() {
        let files = [
            ("/repo/u1/x/a.yaml", ""),
            ("/repo/u1/y/b.yaml", ""),
            ("/repo/u2/c.yaml", ""),
            ("/repo/d.yaml", ""),
        ];
        let mut system = Memory::new(files);
        let paths = ["u1/x/a.yaml", "u1/y/b.yaml", "u2/c.yaml", "d.yaml"];
        assert_eq!(
            listing(&gathered(&system, &paths)),
            [": d.yaml*", "u1: u1/x/a.yaml*", "u1: u1/y/b.yaml*", "u2: u2/c.yaml*"]
        );
        system.put("/repo/.git/HEAD", "");
        assert_eq!(gathered(&system, &paths).scopes.len(), 1);
    }

    #[test]
    fn links_are_read_once_and_never_out_of_the_root() {
        let mut system = Memory::new([
            ("/repo/a.yaml", ""),
            ("/repo/b/c.yaml", ""),
            ("/repo/tmpl.txt", ""),
            ("/etc/x.yaml", ""),
        ]);
        system.link("/repo/same.yaml", "/repo/a.yaml");
        system.link("/repo/other-name.yaml", "/repo/tmpl.txt");
        system.link("/repo/out.yaml", "/etc/x.yaml");
        system.link("/repo/gone.yaml", "/repo/nothing.yaml");
        system.link("/repo/folder", "/repo/b");
        system.link("/repo/outside", "/etc");
        assert_eq!(
            listing(&gathered(&system, &[])),
            [
                ": a.yaml",
                ": b/c.yaml",
                ": other-name.yaml",
                "folder a link to the folder b, which is read where it lies",
                "gone.yaml a link to nothing",
                "out.yaml a link to /etc/x.yaml, out of /repo",
                "outside a link to /etc, out of /repo",
                "same.yaml a link to a.yaml, which is read itself",
            ]
        );
    }

    #[test]
    fn charts_and_kustomizations_above_the_inputs_are_seen() {
        let system = Memory::new([
            ("/repo/.git/HEAD", ""),
            ("/repo/chart/Chart.yaml", ""),
            ("/repo/chart/templates/a.yaml", ""),
            ("/repo/k/kustomization.yaml", ""),
            ("/repo/k/patches/p.yaml", ""),
            ("/Chart.yaml", ""),
        ]);
        let inputs = gathered(&system, &["chart/templates", "k/patches/p.yaml"]);
        assert_eq!(inputs.charts.tops().collect::<Vec<_>>(), [Path::new("/repo/chart")]);
        assert_eq!(inputs.above, [Path::new("/repo/k/kustomization.yaml")]);
    }

    #[test]
    fn a_scope_is_whole_when_all_its_manifests_are_known() {
        let system =
            Memory::new([("/repo/u/a.yaml", ""), ("/repo/u/b.yaml", ""), ("/repo/u/c.md", "")]);
        let inputs = gathered(&system, &["u/a.yaml"]);
        let whole = |known: &[&str]| {
            let known = known.iter().map(Path::new).collect();
            is_whole(&system, &inputs.scopes[0], &known, true)
        };
        assert!(!whole(&["/repo/u/a.yaml"]));
        assert!(whole(&["/repo/u/a.yaml", "/repo/u/b.yaml"]));
    }
}

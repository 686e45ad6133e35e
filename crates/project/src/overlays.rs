//! Kustomizations to built texts: which are built (those that no other uses), in parallel, with every
//! file read once. What becomes of the files is said here too: a file that a build uses is judged in
//! what is built, not by itself.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_engine::{FileFate, Trouble, TroubleKind};
use kubesift_kustomize::{Built, Options, Session, Use};
use kubesift_source::{FileId, SourceFile, Span};
use kubesift_yaml::Tree;
use rayon::prelude::*;

use crate::facts;
use crate::kustomize_files::KustomizeFiles;

/// A kustomization among the inputs.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// Its folder, absolute and without links.
    pub folder: PathBuf,
    /// The folder as reports show it; `.` for the one the run starts in.
    pub name: Arc<str>,
    /// A component: it cannot be built by itself.
    pub is_component: bool,
    /// Another kustomization uses it.
    pub is_used: bool,
}

/// A kustomization that was built.
#[derive(Debug)]
pub(crate) struct Overlay {
    /// The folder, absolute and without links.
    pub folder: PathBuf,
    /// The folder as reports show it.
    pub name: Arc<str>,
    /// The files of the kustomizations that took part, the one that was built first.
    pub files: Vec<FileId>,
    /// For the file of a kustomization that another one names: the entry that does.
    pub named: HashMap<FileId, Span>,
    /// The folders from which its kustomizations take files, as reports show them, and the
    /// kustomization that does; each once.
    pub taken: Vec<(String, String)>,
    pub built: Built,
}

/// All builds of a run, in the order of their folders.
#[derive(Debug, Default)]
pub(crate) struct Overlays {
    pub all: Vec<Arc<Overlay>>,
    /// Files that builds read and that are no inputs, with their final ids, sorted by path.
    pub files: Vec<Arc<SourceFile>>,
    /// The trees of all files that builds read.
    pub trees: Vec<Arc<Tree>>,
    /// The inputs that builds read, parsed or not.
    pub texts: Vec<Arc<SourceFile>>,
    /// Files whose ids were given in the order in which threads came by, to those they have now.
    renumbered: HashMap<FileId, FileId>,
    /// How each input ends that a build used, and in which builds, by position.
    pub fates: BTreeMap<usize, (FileFate, Vec<Arc<str>>)>,
}

impl Overlays {
    /// Builds what is to be built. `inputs` gives the position of an input by its path without
    /// links; `first` is the id of the file after the last input; `held` are overlays of an earlier run
    /// by their folders, as far as nothing has changed that they were built from.
    pub fn build(
        files: &mut KustomizeFiles<'_>,
        candidates: &[Candidate],
        inputs: &HashMap<&Path, usize>,
        first: u32,
        held: &HashMap<PathBuf, Arc<Overlay>>,
    ) -> Self {
        let session = Session::new();
        let build = |one: &Candidate| {
            if let Some(overlay) = held.get(&one.folder) {
                return Arc::clone(overlay);
            }
            let files = &*files;
            let built = session.build(&one.folder, files, &Options::default());
            let (mut ids, mut named) = (Vec::new(), HashMap::new());
            for part in &built.parts {
                let Some(id) = files.held(&part.file).map(|file| file.id) else { continue };
                if let Some(at) = part.named_at {
                    named.entry(id).or_insert(at);
                }
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            let taken = taken(files, &built);
            let (folder, name) = (one.folder.clone(), one.name.clone());
            Arc::new(Overlay { folder, name, files: ids, named, taken, built })
        };
        let (used, roots): (Vec<&Candidate>, Vec<&Candidate>) =
            candidates.iter().filter(|one| !one.is_component).partition(|one| one.is_used);
        let mut all: Vec<Arc<Overlay>> = roots.into_par_iter().map(build).collect();
        // What only a circle uses, or a build that never came to it, is no part of any yet.
        let mut met = met(&all);
        for one in used {
            if met.contains(&*one.folder) {
                continue;
            }
            let overlay = build(one);
            met.extend(overlay.built.parts.iter().map(|part| part.folder.clone()));
            all.push(overlay);
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        if !held.is_empty() {
            let reads: HashSet<&Path> =
                all.iter().flat_map(|one| &one.built.reads).map(PathBuf::as_path).collect();
            files.retain(|path| reads.contains(path));
        }
        let mut overlays = Self { all, ..Self::default() };
        overlays.renumber(files, first);
        overlays.settle(files, inputs);
        overlays
    }

    /// Gives files that are no inputs ids in the order of their paths.
    fn renumber(&mut self, files: &KustomizeFiles<'_>, first: u32) {
        let mut others = files.files();
        others.sort_by(|a, b| a.path.cmp(&b.path));
        self.trees = files.trees();
        self.texts = files.texts();
        self.texts.retain(|file| file.id.0 < first);
        for (at, file) in others.into_iter().enumerate() {
            let id = FileId(first + at as u32);
            if id == file.id {
                self.files.push(file);
                continue;
            }
            self.renumbered.insert(file.id, id);
            self.files.push(Arc::new(SourceFile::new(id, file.path.clone(), file.text())));
        }
        if self.renumbered.is_empty() {
            return;
        }
        for tree in &mut self.trees {
            let Some(id) = self.renumbered.get(&tree.file().id) else { continue };
            if let Some(file) = self.files.get((id.0 - first) as usize) {
                *tree = Arc::new(kubesift_yaml::parse(Arc::clone(file)));
            }
        }
    }

    /// A place as a build gave it, in the numbers that files have now.
    pub fn place(&self, at: Span) -> Span {
        match self.renumbered.get(&at.file) {
            Some(id) => Span::new(*id, at.start, at.end),
            None => at,
        }
    }

    /// The number that a file has now.
    pub fn file(&self, id: FileId) -> FileId {
        self.renumbered.get(&id).copied().unwrap_or(id)
    }

    /// Says how the inputs end that builds used.
    fn settle(&mut self, files: &KustomizeFiles<'_>, inputs: &HashMap<&Path, usize>) {
        let objects: HashMap<&str, u32> = self
            .trees
            .iter()
            .map(|tree| {
                let roots = tree.documents().filter_map(|document| document.root());
                (&*tree.file().path, roots.filter(|root| root.is_map()).count() as u32)
            })
            .collect();
        let mut fates: BTreeMap<usize, (FileFate, Vec<Arc<str>>)> = BTreeMap::new();
        for overlay in &self.all {
            for (path, usage) in &overlay.built.uses {
                let Some(input) = inputs.get(&**path) else { continue };
                let resources = match usage {
                    Use::Resource => {
                        let file = files.held(path);
                        file.and_then(|file| objects.get(&*file.path).copied()).unwrap_or(0)
                    }
                    Use::Kustomization | Use::Component | Use::Patch | Use::Plugin => 0,
                    // They hold nothing that is judged; what they are was said by who names them.
                    Use::Data | Use::Settings | Use::Values => continue,
                };
                let fate = FileFate::Checked { resources, other: 0 };
                let held = fates.entry(*input).or_insert_with(|| (fate.clone(), Vec::new()));
                if let (FileFate::Checked { resources: kept, .. }, true) =
                    (&mut held.0, resources > 0)
                {
                    *kept = resources;
                }
                if held.1.last() != Some(&overlay.name) {
                    held.1.push(overlay.name.clone());
                }
            }
        }
        self.fates = fates;
    }

    /// What `kustomize build` would fail over, as errors of the run; without what checks judge.
    pub fn errors(&self, path: &dyn Fn(FileId) -> Arc<str>) -> Vec<Trouble> {
        let mut errors = Vec::new();
        for overlay in &self.all {
            let fails = |trouble: &&kubesift_kustomize::Trouble| {
                trouble.fatal && (facts::kind_of(trouble).is_none() || trouble.at.is_none())
            };
            for trouble in overlay.built.troubles.iter().filter(fails) {
                let at = trouble.at.map(|at| self.place(at));
                errors.push(Trouble {
                    kind: TroubleKind::Build,
                    message: trouble.message.clone(),
                    help: trouble.help.clone(),
                    path: at.map_or_else(|| overlay.name.clone(), |at| path(at.file)),
                    at,
                });
            }
        }
        errors
    }
}

/// Which overlays have files in common, directly or through others: environments of one application
/// do, two applications do not. Gives a number for each overlay, the same for those that belong
/// together.
pub(crate) fn families(overlays: &[Arc<Overlay>]) -> Vec<usize> {
    let mut of: Vec<usize> = (0..overlays.len()).collect();
    let mut first: HashMap<&Path, usize> = HashMap::new();
    for (at, overlay) in overlays.iter().enumerate() {
        for (path, usage) in &overlay.built.uses {
            // A patch or a component may be shared by applications that have nothing else in common.
            if !matches!(usage, Use::Resource | Use::Kustomization) {
                continue;
            }
            let other = *first.entry(path).or_insert(at);
            let (a, b) = (top(&of, other), top(&of, at));
            of[a.max(b)] = a.min(b);
        }
    }
    (0..of.len()).map(|at| top(&of, at)).collect()
}

fn top(of: &[usize], mut at: usize) -> usize {
    while of[at] != at {
        at = of[at];
    }
    at
}

/// The folders from which kustomizations take objects, each with the nearest kustomization at or
/// above it that took part. A folder of a kustomization counts even if it takes nothing from there.
fn taken(files: &KustomizeFiles<'_>, built: &Built) -> Vec<(String, String)> {
    let shown = |path: &Path| files.shown(path);
    let parts: HashSet<&Path> = built.parts.iter().map(|part| &*part.folder).collect();
    let mut folders: HashSet<&Path> = parts.clone();
    let uses = built.uses.iter().filter(|(_, usage)| *usage == Use::Resource);
    folders.extend(uses.filter_map(|(path, _)| path.parent()));
    let mut found = Vec::new();
    for folder in folders {
        let Some(part) = folder.ancestors().find(|above| parts.contains(above)) else { continue };
        let name = shown(part);
        found.push((shown(folder), if name.is_empty() { ".".to_owned() } else { name }));
    }
    found.sort();
    found
}

/// The folders that took part in some build.
fn met(overlays: &[Arc<Overlay>]) -> HashSet<PathBuf> {
    let parts = overlays.iter().flat_map(|overlay| &overlay.built.parts);
    parts.map(|part| part.folder.clone()).collect()
}

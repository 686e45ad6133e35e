//! What a run gives: the outcome that reporters see, and what stands behind it for those who ask on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use kubesift_config::{Problem, Settings};
use kubesift_engine::{Baseline, Outcome};
use kubesift_model::{Build, BuildId, Graph, Resource};
use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::Tree;

use crate::baseline::{self, Held};
use crate::home::BuiltText;
use crate::inputs::{From, Inputs};
use crate::overlays::Overlays;
use crate::relations::Relations;
use crate::shown::{joined, relative};
use crate::spots::WrittenIn;

/// What a run gives.
#[derive(Debug)]
pub struct Analysis {
    /// Everything that reporters may see.
    pub outcome: Outcome,
    /// The settings it was made with: the gate, for one.
    pub settings: Settings,
    /// What is wrong with the configuration without being an error; the files of their places are
    /// in the outcome.
    pub problems: Vec<Problem>,
    /// All resources; a [`kubesift_model::ResourceId`] is an index.
    pub resources: Arc<Vec<Resource>>,
    /// The look at a change that an editor shows first: of builds that changed, only what the change
    /// is near to was judged again with the build in view.
    pub is_partial: bool,
    /// The baseline that held.
    pub held: Option<Held>,
    pub(crate) material: Material,
    /// One for each build, made when somebody asks or left by the run.
    pub(crate) relations: Vec<OnceLock<Arc<Relations>>>,
}

/// What a run was made of, kept for those who ask on; a command that reports asks for none of it.
#[derive(Debug)]
pub(crate) struct Material {
    pub inputs: Arc<Inputs>,
    /// The id of the first input's file.
    pub first: u32,
    /// Number of resources that stand in files; those that were built come after.
    pub plain: usize,
    /// The folder of the run, without links.
    pub start: PathBuf,
    /// What was looked at: see [`baseline::scope`].
    pub scope: Vec<PathBuf>,
    /// Where the baseline lies or would lie.
    pub baseline: Option<PathBuf>,
    pub trees: Vec<Arc<Tree>>,
    pub overlays: Arc<Overlays>,
    pub texts: Vec<BuiltText>,
    /// Shared with the analyses before it, as long as the same files are there.
    pub places: Arc<OnceLock<Places>>,
    pub written: OnceLock<WrittenIn>,
    pub trees_by_id: OnceLock<HashMap<FileId, Arc<Tree>>>,
}

/// Where files lie: absolute paths without links.
#[derive(Debug, Default)]
pub(crate) struct Places {
    by_id: HashMap<FileId, PathBuf>,
    by_path: HashMap<PathBuf, FileId>,
}

impl Material {
    fn places(&self, configs: &[Arc<SourceFile>]) -> &Places {
        self.places.get_or_init(|| {
            let mut places = Places::default();
            for (at, input) in self.inputs.files.iter().enumerate() {
                if let From::Disk(path) = &input.from {
                    places.add(FileId(self.first + at as u32), path.clone());
                }
            }
            for file in configs.iter().chain(&self.overlays.files) {
                let path = crate::shown::joined(&self.start, &file.path);
                // A configuration file is an input too, which says nothing but that it is one.
                places.by_path.insert(path.clone(), file.id);
                places.by_id.insert(file.id, path);
            }
            places
        })
    }
}

impl Places {
    fn add(&mut self, file: FileId, path: PathBuf) {
        self.by_path.entry(path.clone()).or_insert(file);
        self.by_id.insert(file, path);
    }
}

impl Analysis {
    /// How the resources of a build relate. `build` is one of the outcome's.
    pub fn graph<'a>(&'a self, build: &'a Build) -> Graph<'a> {
        Graph::new(build, &self.resources)
    }

    /// Where the baseline lies or would lie, absolute; none when there is to be none.
    pub fn baseline_path(&self) -> Option<&Path> {
        self.material.baseline.as_deref()
    }

    /// The baseline that would lie at `path` (absolute) if it was made now: of everything that was
    /// found, but for what is suppressed otherwise.
    pub fn new_baseline(&self, path: &Path) -> Baseline {
        let folder = path.parent().unwrap_or(path);
        let start = &self.material.start;
        let own = self.held.as_ref().map(|held| held.file);
        let way = |file: FileId| {
            let shown =
                &self.outcome.files.get(file.0 as usize).filter(|_| own != Some(file))?.path;
            Some(relative(folder, &joined(start, shown)).into())
        };
        let paths = baseline::words_of(&self.material.scope, folder);
        Baseline::of(&self.outcome.findings, paths, &way)
    }

    /// The baseline that held, as it would be made now. Of what the run did not look at, its entries
    /// stay. None when none held.
    pub fn renewed_baseline(&self) -> Option<Baseline> {
        let (held, path) = self.held.as_ref().zip(self.baseline_path())?;
        let folder = path.parent().unwrap_or(path);
        let mut renewed = self.new_baseline(path);
        let mut scope = baseline::scope_of(&held.baseline, folder);
        scope.extend(self.material.scope.iter().cloned());
        renewed.paths = baseline::words_of(&baseline::outermost(scope), folder);
        held.add_kept(&mut renewed);
        Some(renewed)
    }

    /// Asks how the resources of a build relate; the graph is kept for the next who asks. In it
    /// resources are numbered by their position in the build. None when there is no such build.
    pub fn with_graph<R>(
        &self,
        build: BuildId,
        ask: impl for<'g, 'a> FnOnce(&'g Graph<'a>) -> R,
    ) -> Option<R> {
        let held = self.relations.get(build.0 as usize)?;
        let build = self.outcome.builds.get(build.0 as usize)?;
        let relations = held.get_or_init(|| Arc::new(Relations::new(build, &self.resources)));
        Some(relations.with(ask))
    }

    /// What a kustomization was built to, as YAML; none for a build of plain manifests.
    pub fn built_text(&self, build: BuildId) -> Option<&str> {
        let texts = &self.material.texts;
        // The builds of kustomizations come last, in the order of their texts.
        let first = self.outcome.builds.len().checked_sub(texts.len())?;
        let text = texts.get((build.0 as usize).checked_sub(first)?)?;
        Some(text.tree.file().text())
    }

    /// The file that lies at a path: absolute, without links.
    pub fn file_at(&self, path: &Path) -> Option<FileId> {
        self.places().by_path.get(path).copied()
    }

    /// Where a file lies: absolute, without links. None for standard input and for what was built.
    pub fn path_of(&self, file: FileId) -> Option<&Path> {
        self.places().by_id.get(&file).map(PathBuf::as_path)
    }

    /// What a file was read to, when something in it is of use; what builds were made from, and what
    /// they gave, has trees too.
    pub fn tree(&self, file: FileId) -> Option<&Arc<Tree>> {
        let trees = self.material.trees_by_id.get_or_init(|| {
            let built = self.material.texts.iter().map(|text| &text.tree);
            let parts = self.material.overlays.trees.iter();
            let all = parts.chain(&self.material.trees).chain(built).cloned();
            all.map(|tree| (tree.file().id, tree)).collect()
        });
        trees.get(&file)
    }

    fn places(&self) -> &Places {
        let configs = self.outcome.files.get(..self.material.first as usize);
        self.material.places(configs.unwrap_or_default())
    }
}

//! What a session remembers from one run to the next: what each file held, what checks said of each
//! object alone, and what they said of each build. Everything here is looked up by what it was made
//! from, so a run with a memory gives what a run without one gives.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_config::Scope as RuleScope;
use kubesift_engine::Finding;
use kubesift_model::{Build, BuildId, Resource, ResourceId};
use kubesift_source::FileId;
use kubesift_yaml::Tree;

use crate::files::Read;
use crate::inputs::Inputs;
use crate::judge::Judged;
use crate::kustomize_files::Carried;
use crate::overlays::Overlays;
use crate::relations::Relations;
use crate::sort::Sorted;
use crate::whole::Texts;

/// When a file last changed: the revision of the session in which somebody said so.
pub(crate) type Stamps = BTreeMap<PathBuf, u64>;

/// A file, and the revision in which it last changed.
pub(crate) type Stamped = (PathBuf, u64);

/// The rules of an object: the layers of settings that hold for it, and whether it is a kustomization.
pub(crate) type RuleKey = (RuleScope, bool);

/// The tables. An empty one is as good as none.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// What the settings were made from; when it changes, nothing else holds.
    settings: String,
    /// The files there are, and the revision in which files last came or went.
    pub inputs: Option<(u64, Arc<Inputs>)>,
    /// What each file is, for kustomizations of these stamps.
    pub sorted: Option<(Vec<Stamped>, Arc<Sorted>)>,
    pub reads: HashMap<FileId, Known>,
    pub built: Option<BuiltMemo>,
    alone: HashMap<FileId, Vec<Alone>>,
    linked: HashMap<Arc<str>, Linked>,
    /// Graphs of builds that nothing was said of yet.
    graphs: HashMap<Arc<str>, Arc<Relations>>,
}

/// What a file held.
#[derive(Debug)]
pub(crate) struct Known {
    pub path: Arc<str>,
    pub stamp: u64,
    pub read: Read,
}

/// What all kustomizations were built to.
#[derive(Debug)]
pub(crate) struct BuiltMemo {
    pub overlays: Arc<Overlays>,
    pub texts: Texts,
    /// What builds came by, in the files and beside them.
    pub carried: Carried,
    /// The revision it holds for.
    pub revision: u64,
}

/// What checks said of one object.
#[derive(Debug)]
struct Alone {
    tree: Arc<Tree>,
    root: u32,
    rules: RuleKey,
    judged: Judged,
}

/// What checks said of the objects of one build with all of it in view.
#[derive(Debug)]
pub(crate) struct Linked {
    rules: Vec<RuleKey>,
    pub relations: Arc<Relations>,
    /// One for each object, by position.
    pub judged: Arc<Vec<Judged>>,
}

impl Memo {
    /// Forgets everything when the settings are not those that it was made with.
    pub fn settle(&mut self, settings: String) {
        if self.settings != settings {
            *self = Self { settings, ..Self::default() };
        }
    }

    /// Forgets what was said of files and builds; what the files are called has changed.
    pub fn forget(&mut self) {
        *self = Self { settings: std::mem::take(&mut self.settings), ..Self::default() };
    }

    /// What checks said of an object alone, with the numbers of this run.
    pub fn alone(&self, resource: &Resource, rules: &RuleKey) -> Option<&Judged> {
        let held = self.alone.get(&resource.file().id)?;
        let root = resource.node().position();
        let at = held.binary_search_by_key(&root, |one| one.root).ok()?;
        let one = held.get(at)?;
        let same = std::ptr::eq(&*one.tree, resource.node().tree()) && one.rules == *rules;
        (same && resource.facts.is_empty()).then_some(&one.judged)
    }

    /// Remembers what was said of the objects of a file, in their order.
    pub fn keep_alone(&mut self, all: Vec<(&Resource, RuleKey, Judged)>) {
        let mut touched = HashSet::new();
        // What builds showed of an object may be another thing in the next run.
        for (resource, rules, judged) in all.into_iter().filter(|one| one.0.facts.is_empty()) {
            let file = resource.file().id;
            let rows = self.alone.entry(file).or_default();
            if touched.insert(file) {
                rows.retain(|row| std::ptr::eq(&*row.tree, resource.node().tree()));
            }
            let (tree, root) = (Arc::clone(resource.tree()), resource.node().position());
            let row = Alone { tree, root, rules, judged };
            match rows.binary_search_by_key(&root, |one| one.root) {
                Ok(at) => rows[at] = row,
                Err(at) => rows.insert(at, row),
            }
        }
    }

    /// What was made of a build that has not changed: the same objects under the same rules, and the
    /// same around them.
    pub fn linked(
        &self,
        build: &Build,
        all: &[Resource],
        rules: &dyn Fn(&Resource) -> RuleKey,
    ) -> Option<&Linked> {
        let held = self.before(build)?;
        let same = holds_same(&held.relations, build, all);
        let mut pairs = held.rules.iter().zip(&build.resources);
        let same = same
            && pairs.all(|(old, id)| all.get(id.0 as usize).is_some_and(|new| *old == rules(new)));
        same.then_some(held)
    }

    /// What was made of a build of this name, whatever has changed of its objects since.
    pub fn before(&self, build: &Build) -> Option<&Linked> {
        let held = self.linked.get(&build.name)?;
        is_alike(held.relations.build(), build).then_some(held)
    }

    /// The rules that an object of a build was judged by.
    pub fn rules_before(held: &Linked, position: u32) -> Option<&RuleKey> {
        held.rules.get(position as usize)
    }

    /// The graph of a build that has not changed.
    pub fn graph(&self, build: &Build, all: &[Resource]) -> Option<&Arc<Relations>> {
        let held = self.graphs.get(&build.name)?;
        let same = is_alike(held.build(), build) && holds_same(held, build, all);
        same.then_some(held)
    }

    /// Remembers a build, in place of the one of its name.
    pub fn keep_linked(
        &mut self,
        rules: Vec<RuleKey>,
        relations: Arc<Relations>,
        judged: Arc<Vec<Judged>>,
    ) {
        let name = relations.build().name.clone();
        self.graphs.remove(&name);
        self.linked.insert(name, Linked { rules, relations, judged });
    }

    /// Remembers the graph of a build of which only a part was judged.
    pub fn keep_graph(&mut self, relations: Arc<Relations>) {
        self.graphs.insert(relations.build().name.clone(), relations);
    }

    /// Forgets builds and files that are no more.
    pub fn retain(&mut self, builds: &[Build], resources: &[Resource]) {
        let names: HashSet<&str> = builds.iter().map(|build| &*build.name).collect();
        self.linked.retain(|name, _| names.contains(&**name));
        self.graphs.retain(|name, _| names.contains(&**name));
        let mut files: Vec<FileId> = resources.iter().map(|resource| resource.file().id).collect();
        files.dedup();
        files.sort_unstable();
        self.alone.retain(|file, _| files.binary_search(file).is_ok());
    }
}

/// True when all that is known of a build but its objects is as it was.
fn is_alike(old: &Build, new: &Build) -> bool {
    old.complete == new.complete && old.kind == new.kind && old.around == new.around
}

/// True when a build holds the objects that it held.
fn holds_same(held: &Relations, build: &Build, all: &[Resource]) -> bool {
    let held = held.resources();
    let same = |(old, id): (&Resource, &ResourceId)| {
        all.get(id.0 as usize).is_some_and(|new| is_same(old, new))
    };
    held.len() == build.resources.len() && held.iter().zip(&build.resources).all(same)
}

/// True when nothing that a check may see of an object has changed.
fn is_same(old: &Resource, new: &Resource) -> bool {
    std::ptr::eq(old.node().tree(), new.node().tree())
        && old.node().position() == new.node().position()
        && old.facts == new.facts
}

/// The revision in which a path last changed.
pub(crate) fn stamp(stamps: &Stamps, path: &Path) -> u64 {
    stamps.get(path).copied().unwrap_or(0)
}

/// A finding with the numbers of this run in place of those of the run it was made in.
pub(crate) fn renumber(
    mut finding: Finding,
    id: impl FnOnce(ResourceId) -> ResourceId,
    builds: &[BuildId],
) -> Finding {
    if let Some(subject) = &mut finding.subject {
        subject.id = id(subject.id);
    }
    finding.builds = builds.to_vec();
    finding
}

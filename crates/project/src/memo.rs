//! What a session remembers from one run to the next: what each file held, what checks said of each
//! object alone, and what they said of each build. Everything here is looked up by what it was made
//! from, so a run with a memory gives what a run without one gives.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use foldhash::HashMap;
use kubesift_config::Scope as RuleScope;
use kubesift_engine::Finding;
use kubesift_model::{Build, BuildId, Resource, ResourceId};
use kubesift_source::FileId;
use kubesift_yaml::Tree;

use crate::analysis::Places;
use crate::baseline::Loaded;
use crate::carry::Moves;
use crate::files::Read;
use crate::forming::Formed;
use crate::inputs::Inputs;
use crate::judge::Judged;
use crate::kustomize_files::Carried;
use crate::overlays::Overlays;
use crate::relations::Relations;
use crate::sort::Sorted;
use crate::whole::Texts;

/// When a file last changed: the revision of the session in which somebody said so.
///
/// Looked up by bytes: all files of a project are asked for at each look, and comparing paths part by
/// part takes longer than all the rest of that.
pub(crate) type Stamps = HashMap<OsString, u64>;

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
    /// The baseline: where it lies, the revisions in which it and the files there are last changed,
    /// the id of its file, and what reading it gave.
    pub baseline: Option<BaselineMemo>,
    /// What each file is, for kustomizations of these stamps.
    pub sorted: Option<(Vec<Stamped>, Arc<Sorted>)>,
    pub reads: HashMap<FileId, Known>,
    pub built: Option<BuiltMemo>,
    /// How resources were grouped.
    pub formed: Option<Formed>,
    alone: HashMap<FileId, Alone>,
    linked: HashMap<Arc<str>, Linked>,
    /// Graphs of builds that nothing was said of yet.
    graphs: HashMap<Arc<str>, Arc<Relations>>,
    /// Where the files of the last run lie.
    pub places: Option<PlacesMemo>,
    /// What the last run put something else in the place of.
    pub past: Vec<Past>,
}

/// What reading the baseline gave, and what that depends on.
#[derive(Debug, Clone)]
pub(crate) struct BaselineMemo {
    pub key: (PathBuf, u64, u64, FileId),
    pub loaded: Loaded,
}

/// What a file held.
#[derive(Debug)]
pub(crate) struct Known {
    pub path: Arc<str>,
    pub stamp: u64,
    pub read: Arc<Read>,
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

/// Where files lie, and which files those are.
#[derive(Debug)]
pub(crate) struct PlacesMemo {
    pub inputs: Arc<Inputs>,
    /// The id of the first input.
    pub first: u32,
    /// Configuration files, and what builds read beside the inputs.
    pub others: Vec<(FileId, Arc<str>)>,
    pub places: Arc<OnceLock<Places>>,
}

impl PlacesMemo {
    /// True when it speaks of the same files as another one.
    pub fn is_for(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inputs, &other.inputs)
            && self.first == other.first
            && self.others == other.others
    }
}

/// What checks said of the objects of one file.
#[derive(Debug)]
struct Alone {
    tree: Arc<Tree>,
    /// By the positions of their nodes.
    rows: Vec<(u32, RuleKey, Judged)>,
}

/// What checks said of the objects of one build with all of it in view.
#[derive(Debug)]
pub(crate) struct Linked {
    rules: Vec<RuleKey>,
    pub relations: Arc<Relations>,
    /// One for each object, by position.
    pub judged: Arc<Vec<Judged>>,
}

/// What is remembered no more. Giving back the memory of a large build takes a while, and nobody should
/// wait for it, so it is kept until the run is at its end.
#[derive(Debug)]
#[allow(dead_code, reason = "it is held for its end only")]
pub(crate) struct Past(Option<Linked>, Option<Arc<Relations>>);

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

    /// What an edit left as it was in the files that were read anew.
    pub fn moves<'a>(&self, now: impl IntoIterator<Item = &'a Resource>) -> Moves {
        Moves::new(|file| Some(&self.alone.get(&file)?.tree), now)
    }

    /// What checks said of an object alone, with the numbers of the run that said it. What is owned
    /// was said of an earlier reading of its file, and should be remembered for this one.
    pub fn alone(
        &self,
        resource: &Resource,
        rules: &RuleKey,
        moves: &Moves,
    ) -> Option<Cow<'_, Judged>> {
        if !resource.facts.is_empty() {
            return None;
        }
        let Alone { tree, rows } = self.alone.get(&resource.file().id)?;
        let is_same = std::ptr::eq(&**tree, resource.node().tree());
        let root = match is_same {
            true => resource.node().position(),
            false => moves.node_before(resource)?,
        };
        let at = rows.binary_search_by_key(&root, |row| row.0).ok()?;
        let (.., judged) = rows.get(at).filter(|(_, held, _)| held == rules)?;
        match is_same {
            true => Some(Cow::Borrowed(judged)),
            false => moves.carry(judged).map(Cow::Owned),
        }
    }

    /// Remembers what was said of objects, which come in the order of their files.
    pub fn keep_alone(&mut self, all: Vec<(&Resource, RuleKey, Judged)>) {
        // What builds showed of an object may be another thing in the next run.
        for (resource, rules, judged) in all.into_iter().filter(|one| one.0.facts.is_empty()) {
            let tree = resource.tree();
            let new = || Alone { tree: Arc::clone(tree), rows: Vec::new() };
            let held = self.alone.entry(resource.file().id).or_insert_with(new);
            if !Arc::ptr_eq(&held.tree, tree) {
                *held = new();
            }
            let root = resource.node().position();
            match held.rows.binary_search_by_key(&root, |row| row.0) {
                Ok(at) => held.rows[at] = (root, rules, judged),
                Err(at) => held.rows.insert(at, (root, rules, judged)),
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
        let held = self.linked.get(&build.name)?;
        let same = is_alike(held.relations.build(), build);
        let same = same && holds_same(&held.relations, build, all);
        let mut pairs = held.rules.iter().zip(&build.resources);
        let same = same
            && pairs.all(|(old, id)| all.get(id.0 as usize).is_some_and(|new| *old == rules(new)));
        same.then_some(held)
    }

    /// What was made of a build of this name, whatever has changed of its objects since, and whether
    /// it was known to be all or is now: half-typed text is no reason to say everything anew at once.
    pub fn before(&self, build: &Build) -> Option<&Linked> {
        let held = self.linked.get(&build.name)?;
        let old = held.relations.build();
        (old.kind == build.kind && old.around == build.around).then_some(held)
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
        let graph = self.graphs.remove(&name);
        let linked = self.linked.insert(name, Linked { rules, relations, judged });
        self.past.push(Past(linked, graph));
    }

    /// Remembers the graph of a build of which only a part was judged, in place of the one of its
    /// name.
    pub fn keep_graph(&mut self, relations: Arc<Relations>) {
        let graph = self.graphs.insert(relations.build().name.clone(), relations);
        self.past.push(Past(None, graph));
    }

    /// Forgets builds and files that are no more.
    pub fn retain(&mut self, builds: &[Build], resources: &[Resource]) {
        let names: HashSet<&str> = builds.iter().map(|build| &*build.name).collect();
        self.linked.retain(|name, _| names.contains(&**name));
        self.graphs.retain(|name, _| names.contains(&**name));
        let mut files: Vec<FileId> = resources.iter().map(|resource| resource.file().id).collect();
        files.dedup();
        // What is left of a file without objects takes room, and is never found again.
        if self.alone.len() <= files.len() {
            return;
        }
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
    stamps.get(path.as_os_str()).copied().unwrap_or(0)
}

/// A finding with the numbers of this run in place of those of the run it was made in.
pub(crate) fn renumber(
    mut finding: Finding,
    id: impl FnOnce(ResourceId) -> ResourceId,
    builds: &[BuildId],
) -> Finding {
    let held = finding.subject.as_ref().map(|subject| subject.id);
    let new = held.map(id);
    // What is said stays shared where the number is the same.
    if new != held
        && let Some((subject, new)) = finding.subject.as_mut().zip(new)
    {
        subject.id = new;
    }
    if finding.builds != builds {
        finding.builds = builds.to_vec();
    }
    finding
}

//! Everything that a run read, in one row: files by their ids, resources numbered in the order of
//! files and documents, and the builds that hold each.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::HashSet;
use kubesift_engine::may_hold_suppression;
use kubesift_model::{Build, BuildId, Resource, ResourceId, Workloads};
use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::Tree;
use rayon::prelude::*;

use crate::facts;
use crate::files::Read;
use crate::home::{self, BuiltText};
use crate::overlays::{Overlay, Overlays};

/// Files whose resources are not worth handing to another thread.
const SHARE: usize = 256;

/// Everything that was read, resources numbered in the order of files and documents.
pub(crate) struct Whole {
    /// The configuration files, then one for each input.
    pub files: Vec<Arc<SourceFile>>,
    pub trees: Vec<Arc<Tree>>,
    /// The files that suppressions may stand in.
    pub marked: HashSet<FileId>,
    /// Those of files, then those that were built, then the kustomizations.
    pub resources: Vec<Resource>,
    /// Number of resources that are no kustomizations.
    pub objects: usize,
    /// What each input gave; its resources are in the row of all.
    pub reads: Vec<Arc<Read>>,
}

impl Whole {
    pub fn new(mut files: Vec<Arc<SourceFile>>, mut reads: Vec<Arc<Read>>) -> Self {
        files.extend(reads.iter().map(|read| read.file.clone()));
        let trees = reads.iter().filter_map(|read| read.tree.clone()).collect();
        let marked = reads.iter().filter(|read| read.is_marked);
        let marked = marked.map(|read| read.file.id).collect();
        let mut resources = joined(&mut reads);
        for (at, resource) in resources.iter_mut().enumerate() {
            resource.id = ResourceId(at as u32);
        }
        let objects = resources.len();
        Self { files, trees, marked, resources, objects, reads }
    }

    /// Adds what overlays were built to: files that are no inputs from the id `past` on, and then
    /// one text for each overlay, which no file holds.
    pub fn add_built(&mut self, overlays: &Overlays, past: u32, made: Texts) -> Vec<BuiltText> {
        debug_assert_eq!(self.files.len(), past as usize);
        self.files.extend(overlays.files.iter().cloned());
        // Files that builds read were not read as inputs: their places hold nothing yet.
        for tree in &overlays.trees {
            let at = tree.file().id.0 as usize;
            self.files[at] = tree.file().clone();
            self.trees.push(tree.clone());
            if may_hold_suppression(tree.file().text()) {
                self.marked.insert(tree.file().id);
            }
        }
        for file in &overlays.texts {
            let at = file.id.0 as usize;
            self.files[at] = file.clone();
        }
        let mut texts = Vec::with_capacity(made.len());
        for (mut text, mut resources) in made {
            self.files.push(text.tree.file().clone());
            if text.is_marked {
                self.marked.insert(text.tree.file().id);
            }
            text.resources.start = self.resources.len() as u32;
            for (id, resource) in (text.resources.start..).zip(&mut resources) {
                resource.id = ResourceId(id);
            }
            self.resources.append(&mut resources);
            text.resources.end = self.resources.len() as u32;
            texts.push(text);
        }
        self.objects = self.resources.len();
        for mut resource in facts::kustomizations(overlays) {
            resource.id = ResourceId(self.resources.len() as u32);
            self.resources.push(resource);
        }
        texts
    }
}

/// The resources of all files, in their order. One large stream is not copied; files of any number are
/// joined in one allocation. What a session remembers is left to it, and copied on all cores.
fn joined(reads: &mut [Arc<Read>]) -> Vec<Resource> {
    let gives = |own: &mut Read| !own.resources.is_empty();
    if !reads.iter_mut().any(|read| Arc::get_mut(read).is_some_and(gives)) {
        let all = reads.par_iter().with_min_len(SHARE);
        return all.flat_map_iter(|read| read.resources.iter().cloned()).collect();
    }
    let count: usize = reads.iter().map(|read| read.resources.len()).sum();
    let mut resources = Vec::new();
    for read in reads {
        match Arc::get_mut(read) {
            Some(own) if own.resources.len() == count => {
                resources = std::mem::take(&mut own.resources);
            }
            Some(own) => {
                resources.reserve_exact(count - resources.len());
                resources.extend(std::mem::take(&mut own.resources));
            }
            None => {
                resources.reserve_exact(count - resources.len());
                resources.extend_from_slice(&read.resources);
            }
        }
    }
    resources
}

/// What overlays were built to: each text with its resources, whose ids are not set yet.
pub(crate) type Texts = Vec<(BuiltText, Vec<Resource>)>;

/// What an overlay was built to in an earlier run.
struct Held<'a> {
    overlay: &'a Arc<Overlay>,
    text: (BuiltText, Vec<Resource>),
}

/// Reads what overlays were built to. `next` is the id of the first text; `held` is what those of an
/// earlier run gave, `old`, in their order.
pub(crate) fn texts(
    overlays: &Overlays,
    next: u32,
    workloads: &Workloads,
    old: &Overlays,
    held: Texts,
) -> Texts {
    let held = old.all.iter().zip(held);
    let held: HashMap<&str, Held<'_>> =
        held.map(|(one, text)| (&*one.name, Held { overlay: one, text })).collect();
    let all = overlays.all.par_iter().enumerate();
    all.map(|(at, overlay)| {
        let id = FileId(next + at as u32);
        if let Some(Held { overlay: same, text: (text, resources) }) = held.get(&*overlay.name)
            && Arc::ptr_eq(same, overlay)
            && text.tree.file().id == id
        {
            return (BuiltText { overlay: at, ..text.clone() }, resources.clone());
        }
        let file = SourceFile::new(id, overlay.name.clone(), overlay.built.text.as_str());
        home::read(at, overlay, Arc::new(file), workloads)
    })
    .collect()
}

/// The builds that hold each resource.
pub(crate) struct Holders {
    /// Where the builds of a resource begin, and one more for the end of the last.
    starts: Vec<u32>,
    builds: Vec<BuildId>,
}

impl Holders {
    pub fn new(resources: usize, builds: &[Build]) -> Self {
        let mut starts = vec![0; resources + 1];
        for id in builds.iter().flat_map(|build| &build.resources) {
            starts[id.0 as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut held = vec![BuildId(0); starts.last().map_or(0, |end| *end as usize)];
        for build in builds {
            for id in &build.resources {
                let place = &mut next[id.0 as usize];
                held[*place as usize] = build.id;
                *place += 1;
            }
        }
        Self { starts, builds: held }
    }

    /// Those of one resource, in order.
    pub fn of(&self, resource: &Resource) -> &[BuildId] {
        let at = resource.id.0 as usize;
        &self.builds[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

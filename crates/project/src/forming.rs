//! From resources to builds: gives the rule of [`crate::builds()`] what it asks for, scope by scope,
//! and says which builds are known to hold all of what is applied.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use kubesift_engine::FileFate;
use kubesift_model::{
    Around, Build, BuildId, BuildKind, Declared, Kind, Resource, ResourceId, is_unknown,
};
use kubesift_source::System;
use rayon::prelude::*;

use crate::builds::{Identity, Member, builds};
use crate::files::Read;
use crate::home::BuiltText;
use crate::inputs::{From, Inputs, Scope, is_whole};
use crate::overlays::{Overlay, families};
use crate::shown::folder;
use crate::sort::Sorted;

/// What builds are formed from.
pub(crate) struct Material<'a> {
    pub system: &'a dyn System,
    pub heed_ignore_files: bool,
    pub inputs: &'a Arc<Inputs>,
    pub sorted: &'a Sorted,
    /// One for each input.
    pub reads: &'a [Arc<Read>],
    pub resources: &'a Arc<Vec<Resource>>,
    /// Number of those that stand in files: only these are grouped here.
    pub plain: usize,
    /// The id of the first input's file.
    pub first: u32,
    /// Some check asks whether a build is complete: then the disk is asked what lies beside files
    /// that were named.
    pub needs_completeness: bool,
    /// What the configuration says of objects that no manifest shows.
    pub declared: Declared,
    /// The kustomizations that were built, and their texts.
    pub overlays: &'a [Arc<Overlay>],
    pub texts: &'a [BuiltText],
}

/// How resources were grouped in an earlier run: it goes by where they lie and by what they are called,
/// which few edits change.
#[derive(Debug)]
pub(crate) struct Formed {
    inputs: Arc<Inputs>,
    resources: Arc<Vec<Resource>>,
    /// Number of those that stand in files.
    plain: usize,
    groups: Arc<Vec<Grouped>>,
}

/// A group of one scope.
#[derive(Debug)]
struct Grouped {
    /// The scope's position.
    scope: usize,
    folder: String,
    resources: Vec<ResourceId>,
}

impl Formed {
    /// The groups, when they are those of these resources too.
    fn of(&self, inputs: &Arc<Inputs>, resources: &[Resource]) -> Option<&Arc<Vec<Grouped>>> {
        let held = self.resources.get(..self.plain)?;
        let same = |(old, new): (&Resource, &Resource)| {
            old.file().id == new.file().id
                && is_same(&old.kind, &new.kind)
                && old.namespace == new.namespace
                && old.name == new.name
        };
        let all_same = || held.iter().zip(resources).all(same);
        let alike = Arc::ptr_eq(&self.inputs, inputs) && held.len() == resources.len();
        (alike && all_same()).then_some(&self.groups)
    }
}

fn is_same(one: &Arc<Kind>, other: &Arc<Kind>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

/// The builds of all scopes, and what to remember of how they were made.
pub(crate) fn form(material: Material<'_>, held: Option<&Formed>) -> (Vec<Build>, Formed) {
    let around = Arc::new(material.around());
    let plain = &material.resources[..material.plain];
    let groups = match held.and_then(|held| held.of(material.inputs, plain)) {
        Some(groups) => Arc::clone(groups),
        None => Arc::new(material.groups()),
    };
    // What overlays apply may be meant for the same cluster.
    let alone = material.overlays.is_empty();
    let is_complete = |at: usize| alone && material.is_complete(at, &material.inputs.scopes[at]);
    let mut complete: Vec<Option<bool>> = vec![None; material.inputs.scopes.len()];
    let mut all: Vec<Build> = Vec::new();
    for Grouped { scope, folder, resources } in &*groups {
        let named = |id: &ResourceId| material.sorted.named[material.input_of(*id)];
        let of_scope = *complete[*scope].get_or_insert_with(|| is_complete(*scope));
        let complete = of_scope && !resources.iter().any(named);
        let name = match (&material.inputs.scopes[*scope].root, folder.as_str()) {
            (None, _) => material.stdin_name(*scope),
            (_, "") => ".".into(),
            (_, folder) => folder.into(),
        };
        let id = BuildId(all.len() as u32);
        let (kind, around) = (BuildKind::Manifests, Arc::clone(&around));
        all.push(Build { id, kind, name, resources: resources.clone(), complete, around });
    }
    material.add_overlays(&mut all, &around);
    let (inputs, resources) = (Arc::clone(material.inputs), Arc::clone(material.resources));
    (all, Formed { inputs, resources, plain: material.plain, groups })
}

impl Material<'_> {
    /// Adds a build for each overlay. One is complete when it is all that the run sees, in several
    /// environments perhaps: where others are applied beside it, they may hold what it lacks.
    fn add_overlays(&self, all: &mut Vec<Build>, around: &Arc<Around>) {
        let alone = all.is_empty() && families(self.overlays).iter().all(|family| *family == 0);
        for (overlay, text) in self.overlays.iter().zip(self.texts) {
            let built = &overlay.built;
            all.push(Build {
                id: BuildId(all.len() as u32),
                kind: BuildKind::Kustomization,
                name: overlay.name.clone(),
                resources: text.resources.clone().map(ResourceId).collect(),
                complete: alone && built.complete && built.is_ok(),
                around: Arc::clone(around),
            });
        }
    }

    fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    fn around(&self) -> Around {
        let boxed = |folders: &[String]| folders.iter().map(|folder| (**folder).into()).collect();
        Around {
            declared: self.declared.clone(),
            generated: self.sorted.generated.clone(),
            remote: boxed(&self.sorted.remote),
            charts: boxed(&self.sorted.charts),
        }
    }

    fn input_of(&self, id: ResourceId) -> usize {
        (self.resource(id).file().id.0 - self.first) as usize
    }

    fn groups(&self) -> Vec<Grouped> {
        let mut all = Vec::new();
        for (at, ids) in self.by_scope().iter().enumerate().filter(|(_, ids)| !ids.is_empty()) {
            let members: Vec<Member<'_>> =
                ids.par_iter().map(|id| member(self.resource(*id))).collect();
            for group in builds(&self.inputs.scopes[at].folder, &members) {
                let resources = group.members.iter().map(|member| ids[*member as usize]).collect();
                all.push(Grouped { scope: at, folder: group.folder, resources });
            }
        }
        all
    }

    fn by_scope(&self) -> Vec<Vec<ResourceId>> {
        let mut by_scope = vec![Vec::new(); self.inputs.scopes.len()];
        for resource in &self.resources[..self.plain] {
            by_scope[self.inputs.files[self.input_of(resource.id)].scope].push(resource.id);
        }
        by_scope
    }

    fn stdin_name(&self, scope: usize) -> Arc<str> {
        let input = self.inputs.files.iter().find(|input| input.scope == scope);
        input.map_or_else(|| "-".into(), |input| input.path.clone())
    }

    /// True when everything that is applied with a scope's resources is known: all of its files
    /// could be read, and no others lie beside files that were named. A stream is complete when it
    /// is a rendering (several documents, or Helm's marks): `kubectl get -o yaml` gives one.
    fn is_complete(&self, at: usize, scope: &Scope) -> bool {
        let own =
            || self.inputs.files.iter().zip(self.reads).filter(|(input, _)| input.scope == at);
        let lost = |read: &Read| {
            !read.troubles.is_empty() || read.templates > 0 || read.fate == FileFate::Failed
        };
        if own().any(|(_, read)| lost(read)) {
            return false;
        }
        if scope.root.is_none() {
            let mut trees = own().filter_map(|(_, read)| read.tree.as_ref());
            let ids = self.resources[..self.plain].iter();
            return trees
                .any(|tree| tree.documents().filter(|one| one.root().is_some()).count() > 1)
                || ids
                    .filter(|one| self.inputs.files[self.input_of(one.id)].scope == at)
                    .any(|one| one.rendered_from.is_some());
        }
        if !scope.listed || !self.needs_completeness {
            return !scope.listed;
        }
        let known: HashSet<&Path> = own()
            .filter_map(|(input, _)| match &input.from {
                From::Disk(real) => Some(real.as_path()),
                From::Stdin => None,
            })
            .collect();
        is_whole(self.system, scope, &known, self.heed_ignore_files)
    }
}

fn member(resource: &Resource) -> Member<'_> {
    let known = |text: &&str| !is_unknown(text);
    let namespace = resource.namespace.as_deref();
    let name = resource.name.as_deref().filter(known);
    let identity = name.filter(|_| namespace.is_none_or(|text| known(&text)));
    Member {
        folder: folder(&resource.file().path),
        identity: identity.map(|name| Identity {
            group: &resource.kind.group,
            kind: &resource.kind.kind,
            namespace,
            name,
        }),
    }
}

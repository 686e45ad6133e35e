//! What builds showed about kustomizations and the files beside them, for the checks that judge
//! those: gathered over all builds, as a patch that does nothing in one overlay may be the point of
//! another.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use kubesift_kustomize::{Class, IdleKind, Remote, Trouble};
use kubesift_model::{BuildFact, FactKind, Resource, ResourceId};
use kubesift_source::{FileId, Span};
use kubesift_yaml::Tree;

use crate::overlays::{Overlay, Overlays};

/// The fact that a trouble is; none for what cannot be built for another reason, which is an error of
/// the run.
pub(crate) fn kind_of(trouble: &Trouble) -> Option<FactKind> {
    Some(match trouble.class {
        Class::Missing => FactKind::Missing,
        Class::Duplicate => FactKind::Duplicate,
        Class::PatchTarget => FactKind::PatchTarget,
        Class::Generator => FactKind::Generator,
        Class::Outside => FactKind::Outside,
        _ => return None,
    })
}

/// The facts of all kustomizations, by file, in the order of their places.
pub(crate) fn of_kustomizations(overlays: &Overlays) -> BTreeMap<FileId, Vec<BuildFact>> {
    let mut all: Vec<BuildFact> = Vec::new();
    for overlay in &overlays.all {
        all.extend(overlay.built.troubles.iter().filter_map(of_trouble));
        all.extend(overlay.built.remotes.iter().filter_map(of_remote));
        let deprecated = overlay.built.deprecated.iter();
        all.extend(deprecated.map(|field| BuildFact {
            kind: FactKind::Deprecated,
            at: field.key,
            message: field.field.to_owned(),
            help: Some(field.instead.to_owned()),
        }));
    }
    all.extend(idle(&overlays.all));
    let mut by_file: BTreeMap<FileId, Vec<BuildFact>> = BTreeMap::new();
    let mut seen = HashSet::new();
    for mut fact in all {
        fact.at = overlays.place(fact.at);
        if seen.insert((fact.at, fact.kind, fact.message.clone())) {
            by_file.entry(fact.at.file).or_default().push(fact);
        }
    }
    for facts in by_file.values_mut() {
        facts.sort_by(|a, b| (a.at, a.kind, &a.message).cmp(&(b.at, b.kind, &b.message)));
    }
    by_file
}

fn of_trouble(trouble: &Trouble) -> Option<BuildFact> {
    let kind = kind_of(trouble)?;
    let (message, help) = (trouble.message.clone(), trouble.help.clone());
    Some(BuildFact { kind, at: trouble.at?, message, help })
}

/// Names of branches: what they stand for changes.
const BRANCHES: [&str; 8] =
    ["main", "master", "HEAD", "develop", "development", "dev", "trunk", "latest"];

fn of_remote(remote: &Remote) -> Option<BuildFact> {
    let (kind, message) = match &remote.reference {
        None if remote.repository => (FactKind::RemoteUnpinned, "asks for no version".to_owned()),
        Some(reference) if BRANCHES.contains(&&**reference) => {
            (FactKind::RemoteMoving, format!("asks for the branch `{reference}`"))
        }
        // A file at a URL says its version in the path, if anywhere.
        _ => return None,
    };
    Some(BuildFact { kind, at: remote.at, message, help: None })
}

/// What did nothing in any build that it takes part in. A build without objects says nothing of it:
/// its files are placeholders that somebody fills (`flux bootstrap`).
fn idle(overlays: &[Arc<Overlay>]) -> Vec<BuildFact> {
    let mut counts: HashMap<(FactKind, Span), usize> = HashMap::new();
    let mut parts: HashMap<FileId, usize> = HashMap::new();
    for overlay in overlays.iter().filter(|overlay| !overlay.built.objects.is_empty()) {
        for file in &overlay.files {
            *parts.entry(*file).or_insert(0) += 1;
        }
        for idle in &overlay.built.idle {
            let kind = match idle.kind {
                IdleKind::Patch => FactKind::PatchTarget,
                IdleKind::Image => FactKind::IdleImage,
                IdleKind::Variable => FactKind::IdleVariable,
                IdleKind::Replacement => FactKind::IdleReplacement,
            };
            *counts.entry((kind, idle.at)).or_insert(0) += 1;
        }
    }
    let always = counts
        .into_iter()
        .filter(|((_, at), count)| parts.get(&at.file).is_none_or(|parts| count >= parts));
    let message = |kind| match kind {
        FactKind::PatchTarget => "the patch changes nothing: its target is no object of the build",
        FactKind::IdleImage => "no container has an image of this name",
        FactKind::IdleReplacement => "the replacement changes nothing: it selects no object",
        _ => "no field uses the variable",
    };
    always
        .map(|((kind, at), _)| BuildFact {
            kind,
            at,
            message: message(kind).to_owned(),
            help: None,
        })
        .collect()
}

/// The objects that the kustomizations of a run are, with what builds showed about them. Their ids
/// are not set yet; no build holds them.
pub(crate) fn kustomizations(overlays: &Overlays) -> Vec<Resource> {
    let mut facts = of_kustomizations(overlays);
    let files: BTreeSet<FileId> = overlays
        .all
        .iter()
        .flat_map(|overlay| &overlay.files)
        .map(|id| overlays.file(*id))
        .collect();
    let trees: HashMap<FileId, &Arc<Tree>> =
        overlays.trees.iter().map(|tree| (tree.file().id, tree)).collect();
    let mut found = Vec::new();
    for file in files {
        let Some(tree) = trees.get(&file) else { continue };
        let Some(root) = tree.documents().find_map(|document| document.root()) else { continue };
        let mut resource = Resource::new(ResourceId(0), tree, root, None);
        // Both may be left out.
        if resource.kind.kind.is_empty() {
            Arc::make_mut(&mut resource.kind).kind = "Kustomization".into();
        }
        if resource.kind.group.is_empty() {
            Arc::make_mut(&mut resource.kind).group = "kustomize.config.k8s.io".into();
        }
        resource.facts = facts.remove(&file).unwrap_or_default().into();
        found.push(resource);
    }
    found
}

/// Says of plain manifests that lie where a kustomization takes its own from that none takes them:
/// in its folder, or in one below it of which it takes files. `resources` are those of files that no
/// build uses, in order.
pub(crate) fn orphans(overlays: &Overlays, resources: &mut [Resource]) {
    let mut taken: HashMap<&str, &str> = HashMap::new();
    for overlay in &overlays.all {
        for (folder, name) in &overlay.taken {
            taken.entry(folder).or_insert(name);
        }
    }
    if taken.is_empty() {
        return;
    }
    let mut last = None;
    for resource in resources {
        let file = resource.file().clone();
        if last.replace(file.id) == Some(file.id) {
            continue;
        }
        let Some(name) = taken.get(crate::shown::folder(&file.path)) else { continue };
        let Some(kind) = resource.node().get("kind") else { continue };
        let message = format!("is in a file that no kustomization names, beside those of {name}");
        let at = kind.place();
        resource.facts = [BuildFact { kind: FactKind::Orphan, at, message, help: None }].into();
    }
}

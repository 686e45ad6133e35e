//! What fits in a kustomization: files and folders beside it, and the objects and images of its
//! build.

use std::collections::BTreeSet;

use kubesift_engine::FileReport;
use kubesift_model::{BuildId, Pod};
use kubesift_project::Analysis;
use kubesift_yaml::{Node, Segment};

use super::{ItemKind, Offer, builds_of};

/// Lists of files, and of those that take folders too.
const FILES: [&str; 8] = [
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "generators",
    "transformers",
    "validators",
];
const FOLDERS: [&str; 6] =
    ["resources", "bases", "components", "generators", "transformers", "validators"];

/// Lists whose items name a file in `path`.
const WITH_PATH: [&str; 3] = ["patches", "patchesJson6902", "replacements"];

/// What fits in a kustomization.
pub(super) fn offers(analysis: &Analysis, path: &str, node: Node<'_>, as_key: bool) -> Vec<Offer> {
    if as_key {
        return Vec::new();
    }
    let segments = node.segments();
    match segments.as_slice() {
        [Segment::Key("namespace")] => namespaces(analysis, path),
        [Segment::Key(list), Segment::Index(_)] if FILES.contains(list) => {
            files(analysis, path, node, FOLDERS.contains(list))
        }
        [Segment::Key("patchesStrategicMerge"), Segment::Index(_)] => {
            files(analysis, path, node, false)
        }
        [Segment::Key(list), Segment::Index(_), Segment::Key("path")]
            if WITH_PATH.contains(list) =>
        {
            files(analysis, path, node, false)
        }
        [.., Segment::Key("target"), Segment::Key("name")] => names(analysis, path, node),
        [.., Segment::Key("target"), Segment::Key("kind")] => kinds(analysis, path),
        [Segment::Key("replicas"), _, Segment::Key("name")] => workloads(analysis, path),
        [Segment::Key("images"), _, Segment::Key("name")] => images(analysis, path),
        _ => Vec::new(),
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_kustomization(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// Files in the folder and below it, and folders of other kustomizations, the nearest first; not
/// what the list names already.
fn files(analysis: &Analysis, path: &str, node: Node<'_>, folders: bool) -> Vec<Offer> {
    let own = folder_of(path);
    let reports = &analysis.outcome.reports;
    let taken = node.parent().into_iter().flat_map(Node::items).filter_map(Node::text);
    let taken: BTreeSet<&str> =
        taken.map(|way| way.strip_prefix("./").unwrap_or(way).trim_end_matches('/')).collect();
    // What lies in the folder of another kustomization is that one's.
    let others: BTreeSet<&str> = reports
        .iter()
        .filter(|report| is_kustomization(&report.path))
        .map(|report| folder_of(&report.path))
        .filter(|folder| *folder != own)
        .collect();
    let mut found: BTreeSet<(usize, bool, String)> = BTreeSet::new();
    for FileReport { path, .. } in reports {
        let Some(below) = below(own, path).filter(|_| !is_kustomization(path)) else { continue };
        let mut above = std::iter::successors(Some(folder_of(path)), |folder| {
            (folder.len() > own.len()).then(|| folder_of(folder))
        });
        if !above.any(|folder| others.contains(folder)) {
            found.insert((below.matches('/').count(), false, below.to_owned()));
        }
    }
    if folders {
        // One above this one uses it, most likely, and nothing can use itself.
        let above = |folder: &&str| {
            folder.is_empty() || own.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        for folder in others.into_iter().filter(|folder| !above(folder)) {
            let way = relative(own, folder);
            found.insert((way.matches('/').count(), true, way));
        }
    }
    let offers = found.into_iter().filter(|(_, _, way)| !taken.contains(way.as_str()));
    let offers = offers.map(|(_, folder, way)| match folder {
        true => Offer::new(way, "kustomization", ItemKind::Folder),
        false => Offer::new(way, "file", ItemKind::File),
    });
    offers.collect()
}

/// A path as it is said from a folder above it.
fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    match folder {
        "" | "." => (!path.starts_with("../") && !path.starts_with('/')).then_some(path),
        _ => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}

/// The way from one folder to another: `../base`.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        let parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
        parts.map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = from.iter().skip(same).map(|_| "..".to_owned());
    let way: Vec<String> = up.chain(to.into_iter().skip(same)).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

/// The builds of the kustomization: its own, or those that use it.
fn builds(analysis: &Analysis, path: &str) -> Vec<BuildId> {
    let folder = folder_of(path);
    let own = analysis.outcome.builds.iter().find(|build| *build.name == *folder);
    match own {
        Some(build) => vec![build.id],
        None => builds_of(analysis, path),
    }
}

fn namespaces(analysis: &Analysis, path: &str) -> Vec<Offer> {
    let mut names = BTreeSet::new();
    for build in builds(analysis, path) {
        analysis.with_graph(build, |graph| {
            names.extend(graph.namespaces().iter().filter_map(|one| one.name).map(str::to_owned));
        });
    }
    names.into_iter().map(|name| Offer::new(name, "namespace", ItemKind::Name)).collect()
}

/// Names of objects, of the kind that the target states where it states one.
fn names(analysis: &Analysis, path: &str, node: Node<'_>) -> Vec<Offer> {
    let kind = node.parent().and_then(|target| target.get("kind")).and_then(Node::str);
    objects(analysis, path, |resource| kind.is_none_or(|kind| *resource.kind.kind == *kind))
}

fn workloads(analysis: &Analysis, path: &str) -> Vec<Offer> {
    objects(analysis, path, |resource| {
        resource.field("spec.replicas").exists() || resource.pod.is_some()
    })
}

fn objects(
    analysis: &Analysis,
    path: &str,
    fits: impl Fn(&kubesift_model::Resource) -> bool,
) -> Vec<Offer> {
    let mut found = BTreeSet::new();
    for build in builds(analysis, path) {
        analysis.with_graph(build, |graph| {
            for resource in graph.resources().iter().filter(|one| fits(one)) {
                if let Some(name) = resource.written_name() {
                    found.insert((name.to_owned(), resource.kind.kind.to_string()));
                }
            }
        });
    }
    found.into_iter().map(|(name, kind)| Offer::new(name, kind, ItemKind::Object)).collect()
}

fn kinds(analysis: &Analysis, path: &str) -> Vec<Offer> {
    let mut found = BTreeSet::new();
    for build in builds(analysis, path) {
        analysis.with_graph(build, |graph| {
            found.extend(graph.resources().iter().map(|one| one.kind.kind.to_string()));
        });
    }
    found.into_iter().map(|kind| Offer::new(kind, "kind", ItemKind::Name)).collect()
}

/// Names of images, without registry tags and digests, as a transformer wants them.
fn images(analysis: &Analysis, path: &str) -> Vec<Offer> {
    let mut found = BTreeSet::new();
    for build in builds(analysis, path) {
        analysis.with_graph(build, |graph| {
            let pods = graph.pods().iter().map(|pod| pod.pod);
            for image in
                pods.flat_map(|pod: Pod<'_>| pod.containers()).filter_map(|one| one.image_ref())
            {
                let registry =
                    image.registry.map(|one| format!("{}/", one.text)).unwrap_or_default();
                found.insert(format!("{registry}{}", image.path.text));
            }
        });
    }
    found.into_iter().map(|name| Offer::new(name, "image", ItemKind::Name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_go_up_and_down() {
        for (from, to, way) in [
            ("prod", "base", "../base"),
            ("", "base", "base"),
            ("k/overlays/prod", "k/base", "../../base"),
            ("a", "a/b", "b"),
            ("a", "a", "."),
        ] {
            assert_eq!(relative(from, to), way);
        }
        assert_eq!(below("a", "a/b/c.yaml"), Some("b/c.yaml"));
        assert_eq!(below("a", "ab/c.yaml"), None);
    }
}

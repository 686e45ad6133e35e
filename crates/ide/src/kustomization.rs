//! Kustomizations as people write them: the files, folders and URLs that their entries name, and the
//! objects that their patches are for.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use kubesift_model::Resource;
use kubesift_project::{Analysis, KUSTOMIZATION_NAMES, Use, is_kustomization_file, named_paths};
use kubesift_source::{FileId, Span};
use kubesift_yaml::Node;

use crate::seen::touches;

/// A file that says what belongs to a kustomization.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kustomization<'a> {
    /// Its object.
    pub root: Node<'a>,
    /// The folder it lies in: absolute, without links.
    pub folder: &'a Path,
}

/// Where an entry leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Leads {
    /// To this file: the one that is named, or the kustomization of the folder that is.
    File(FileId),
    /// To a file that is no part of the analysis.
    Path(PathBuf),
    /// Out of the repository.
    Url(String),
}

impl<'a> Kustomization<'a> {
    /// The kustomization in a file, when it is one.
    pub fn of(analysis: &'a Analysis, file: FileId) -> Option<Self> {
        let path = analysis.path_of(file).filter(|path| is_kustomization_file(path))?;
        let root = analysis.tree(file)?.documents().find_map(|document| document.root())?;
        Some(Self { root, folder: path.parent()? })
    }

    /// Its entries that name something: the scalar, the bytes of the path in it, where it leads, and
    /// what for.
    pub fn entries(&self, analysis: &Analysis) -> Vec<(Node<'a>, Span, Leads, Use)> {
        let named = named_paths(self.root).into_iter();
        let entries = named.filter_map(|(node, path, usage)| {
            let leads = self.leads(analysis, path)?;
            Some((node, path_span(node, path), leads, usage))
        });
        entries.collect()
    }

    /// The entry at a place.
    pub fn entry_at(&self, analysis: &Analysis, at: Span) -> Option<Leads> {
        let named = named_paths(self.root).into_iter();
        let (_, path, _) = named
            .filter(|(node, _, _)| touches(node.span(), at))
            .min_by_key(|(node, _, _)| node.span().len())?;
        self.leads(analysis, path)
    }

    fn leads(&self, analysis: &Analysis, path: &str) -> Option<Leads> {
        if is_yaml(path) {
            return None;
        }
        if let Some(url) = crate::links::url_of(path) {
            return Some(Leads::Url(url));
        }
        let joined = join(self.folder, path);
        if let Some(file) = analysis.file_at(&joined) {
            return Some(Leads::File(file));
        }
        let inside =
            KUSTOMIZATION_NAMES.iter().find_map(|name| analysis.file_at(&joined.join(name)));
        Some(inside.map_or(Leads::Path(joined), Leads::File))
    }

    /// The fields that name an object: the mapping with `kind` and `name`, and its `name`.
    pub fn selections(&self) -> Vec<(Node<'a>, Node<'a>)> {
        let items = |node: Option<Node<'a>>| node.into_iter().flat_map(Node::items);
        let of = |key, inner: &'static str| {
            items(self.root.get(key)).filter_map(move |item| item.get(inner))
        };
        let patches = of("patches", "target").chain(of("patchesJson6902", "target"));
        let replaced = items(self.root.get("replacements")).flat_map(move |one| {
            let targets = items(one.get("targets"));
            let selects = targets.flat_map(move |target| {
                let select = target.get("select").into_iter();
                select.chain(items(target.get("reject"))).collect::<Vec<_>>()
            });
            one.get("source").into_iter().chain(selects).collect::<Vec<_>>()
        });
        let vars = of("vars", "objref");
        let replicas = items(self.root.get("replicas"));
        let all = patches.chain(replaced).chain(vars).chain(replicas);
        all.filter_map(|node| Some((node, node.get("name")?))).collect()
    }

    /// The names of what its generators make or add to, with the kind of that.
    pub fn generated(&self) -> Vec<(&'static str, Node<'a>)> {
        let kinds = [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")];
        let all = kinds.into_iter().flat_map(|(key, kind)| {
            let items = self.root.get(key).into_iter().flat_map(Node::items);
            items.filter_map(move |item| Some((kind, item.get("name")?)))
        });
        all.collect()
    }

    /// Texts in which a patch or a replacement names parts of objects: patches that stand in the
    /// kustomization itself, and paths of fields.
    pub fn written_out(&self) -> Vec<Node<'a>> {
        let items = |node: Option<Node<'a>>| node.into_iter().flat_map(Node::items);
        let lists = ["patches", "patchesJson6902", "patchesStrategicMerge"];
        let patches = lists.into_iter().flat_map(|key| items(self.root.get(key)));
        let inline =
            patches.filter_map(|item| if item.is_map() { item.get("patch") } else { Some(item) });
        let mut found: Vec<Node<'a>> =
            inline.filter(|node| node.text().is_some_and(is_yaml)).collect();
        for replacement in items(self.root.get("replacements")) {
            found.extend(replacement.at("source.fieldPath"));
            let targets = items(replacement.get("targets"));
            found.extend(targets.flat_map(|target| items(target.get("fieldPaths"))));
        }
        let vars = items(self.root.get("vars")).filter_map(|one| one.at("fieldref.fieldpath"));
        found.extend(vars);
        found
    }

    /// The mapping of a target at a place.
    pub fn selection_at(&self, at: Span) -> Option<Node<'a>> {
        let all = self.selections().into_iter().map(|(node, _)| node);
        all.filter(|node| touches(node.span(), at)).min_by_key(|node| node.span().len())
    }
}

/// More files than these of one build are not followed.
const MOST: usize = 10_000;

/// The files that a kustomization is made of, itself first: other kustomizations, patches, resources.
pub(crate) fn parts(analysis: &Analysis, root: FileId) -> Vec<FileId> {
    let mut found = vec![root];
    let mut seen = HashSet::from([root]);
    let mut next = 0;
    while let Some(file) = found.get(next).copied().filter(|_| found.len() < MOST) {
        next += 1;
        let Some(kustomization) = Kustomization::of(analysis, file) else { continue };
        for (_, _, leads, _) in kustomization.entries(analysis) {
            if let Leads::File(file) = leads
                && seen.insert(file)
            {
                found.push(file);
            }
        }
    }
    found
}

/// True when a target of a kustomization fits an object, by the names that are written: kind and
/// namespace where it states them, and the name when it is no pattern.
pub(crate) fn fits(target: Node<'_>, resource: &Resource) -> bool {
    let is = |key: &str, own: Option<&str>| {
        target.get(key).and_then(Node::text).is_none_or(|text| Some(text) == own)
    };
    is("kind", Some(&resource.kind.kind))
        && is("group", Some(&resource.kind.group))
        && is("version", Some(&resource.kind.version))
        && is("name", resource.written_name())
        && is("namespace", resource.written_namespace())
}

/// YAML in place of a path.
fn is_yaml(path: &str) -> bool {
    path.contains(['\n', '{', '[']) || path.contains(": ")
}

/// The bytes of a path in its scalar: all of it within quotes, behind the key of a generator's file.
fn path_span(node: Node<'_>, path: &str) -> Span {
    let span = node.span();
    let text = node.tree().file().slice(span);
    match text.rfind(path) {
        Some(at) => {
            let start = span.start + at as u32;
            Span::new(span.file, start, start + path.len() as u32)
        }
        None => span,
    }
}

/// `folder/path`, dots taken out without looking at the disk.
fn join(folder: &Path, path: &str) -> PathBuf {
    let mut joined = folder.to_path_buf();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                joined.pop();
            }
            Component::CurDir => {}
            part => joined.push(part),
        }
    }
    joined
}

//! Kustomizations by their fields: which files each names, and as what. Until kustomizations are
//! built, this says which files are manifests on their own and which are not.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use kubesift_yaml::Node;

/// What a kustomization takes a file for, the strongest last: a file that one kustomization names
/// as a resource is a resource, whatever others take it for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Data of a ConfigMap or Secret that is generated.
    Data,
    /// Values of a chart that is inflated.
    Values,
    /// Settings of Kustomize itself: name references, type definitions, replacements.
    Settings,
    /// The configuration of a generator, a transformer or a validator.
    Plugin,
    /// A patch, in any of the forms.
    Patch,
    /// A resource, or a folder of another kustomization.
    Resource,
}

impl Use {
    /// What such a file is, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Data => "data for a generator of",
            Self::Values => "values of a chart that is inflated by",
            Self::Settings => "settings of",
            Self::Plugin => "a generator or transformer of",
            Self::Patch => "a patch of",
            Self::Resource => "a resource of",
        }
    }
}

/// The names of the file that makes a folder a kustomization.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// True for such a file.
pub fn is_kustomization_file(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| NAMES.contains(&name))
}

/// True when the object in a kustomization file is one: its group is Kustomize's, or none is given.
pub(crate) fn is_kustomization(root: Node<'_>) -> bool {
    let group = root.get("apiVersion").and_then(Node::str);
    group.is_none_or(|group| group.starts_with("kustomize.config.k8s.io/"))
}

/// Which files kustomizations name, and as what. Paths are real.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    by_path: HashMap<PathBuf, (Use, Arc<str>)>,
    /// Every path that is named, and the folder of the kustomization that does.
    entries: Vec<(PathBuf, PathBuf)>,
}

impl Uses {
    /// Takes in what the kustomization in `folder`, shown as `name`, says.
    pub fn add(&mut self, root: Node<'_>, folder: &Path, name: &Arc<str>) {
        each_path(root, &mut |_, path, usage| {
            // A URL, or YAML in place.
            if path.contains("://") || path.contains(['\n', '{', '[']) || path.contains(": ") {
                return;
            }
            let path = join(folder, path);
            self.entries.push((path.clone(), folder.to_path_buf()));
            let held = self.by_path.entry(path).or_insert((usage, name.clone()));
            if held.0 < usage {
                *held = (usage, name.clone());
            }
        });
    }

    /// What a file is used for, and by which kustomization; none when no kustomization names it.
    pub fn of(&self, path: &Path) -> Option<(Use, &Arc<str>)> {
        self.by_path.get(path).map(|(usage, name)| (*usage, name))
    }
}

impl Uses {
    /// The folders of the kustomizations that take part in a build of a file: those that name it, or
    /// whose own it is, and those that name one of these.
    pub fn reaching(&self, file: &Path) -> HashSet<PathBuf> {
        let mut by_named: HashMap<&Path, Vec<&Path>> = HashMap::new();
        for (named, folder) in &self.entries {
            by_named.entry(named).or_default().push(folder);
        }
        let mut reaching = HashSet::new();
        let own = file.parent().filter(|_| is_kustomization_file(file));
        let mut front: Vec<&Path> =
            by_named.get(file).into_iter().flatten().copied().chain(own).collect();
        while let Some(folder) = front.pop() {
            if reaching.insert(folder.to_path_buf()) {
                front.extend(by_named.get(folder).into_iter().flatten());
            }
        }
        reaching
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

/// Fields that are lists of paths; YAML may stand in their place.
const LISTS: [(&str, Use); 11] = [
    ("resources", Use::Resource),
    ("bases", Use::Resource),
    ("components", Use::Resource),
    ("patches", Use::Patch),
    ("patchesStrategicMerge", Use::Patch),
    ("configurations", Use::Settings),
    ("crds", Use::Settings),
    ("generators", Use::Plugin),
    ("transformers", Use::Plugin),
    ("validators", Use::Plugin),
    ("replacements", Use::Settings),
];

/// The paths and URLs that a kustomization names, in the order of its fields: the scalar, what of it
/// is the path (all but the key of a generator's file), and what for. YAML in place of a path is
/// among them.
pub fn named_paths(root: Node<'_>) -> Vec<(Node<'_>, &str, Use)> {
    let mut found = Vec::new();
    each_path(root, &mut |node, path, usage| found.push((node, path, usage)));
    found
}

fn each_path<'t>(root: Node<'t>, each: &mut dyn FnMut(Node<'t>, &'t str, Use)) {
    let items = |key| root.get(key).into_iter().flat_map(Node::items);
    let mut whole = |node: Node<'t>, usage| {
        if let Some(path) = node.str() {
            each(node, path, usage);
        }
    };
    for (key, usage) in LISTS {
        items(key).for_each(|node| whole(node, usage));
    }
    for (key, usage) in
        [("patches", Use::Patch), ("patchesJson6902", Use::Patch), ("replacements", Use::Settings)]
    {
        items(key).filter_map(|item| item.get("path")).for_each(|node| whole(node, usage));
    }
    root.at("openapi.path").into_iter().for_each(|node| whole(node, Use::Settings));
    for chart in ["helmCharts", "helmChartInflationGenerator"].into_iter().flat_map(items) {
        let more = chart.get("additionalValuesFiles").into_iter().flat_map(Node::items);
        let one = ["valuesFile", "values"].into_iter().filter_map(|key| chart.get(key));
        more.chain(one).for_each(|node| whole(node, Use::Values));
    }
    for generator in ["configMapGenerator", "secretGenerator"].into_iter().flat_map(items) {
        let lists = ["files", "envs"].into_iter().filter_map(|key| generator.get(key));
        for node in lists.flat_map(Node::items).chain(generator.get("env")) {
            if let Some(text) = node.str() {
                let (_, path) = text.split_once('=').unwrap_or(("", text));
                each(node, path, Use::Data);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubesift_source::{FileId, SourceFile};

    fn uses(text: &str) -> Uses {
        let file = SourceFile::new(FileId(0), "k/kustomization.yaml", text);
        let tree = kubesift_yaml::parse(Arc::new(file));
        let mut uses = Uses::default();
        let root = tree.documents().next().and_then(|document| document.root()).expect("root");
        uses.add(root, Path::new("/k"), &"k".into());
        uses
    }

    #[test]
    fn what_is_built_from_a_file_is_found_through_bases_and_circles() {
        let mut all = uses("resources: [a.yaml, ../up]\n");
        for (folder, text) in [
            ("/base", "resources: [web.yaml]\npatches: [{path: p.yaml}]\n"),
            ("/dev", "resources: [../base]\n"),
            ("/all", "resources: [../dev/, ../k]\n"),
            ("/up", "components: [../k]\n"),
        ] {
            let file = SourceFile::new(FileId(0), "kustomization.yaml", text);
            let tree = kubesift_yaml::parse(Arc::new(file));
            let root = tree.documents().next().and_then(|document| document.root()).expect("root");
            all.add(root, Path::new(folder), &folder.into());
        }
        let reaching = |file: &str| {
            let found = all.reaching(Path::new(file));
            let mut found: Vec<String> =
                found.iter().map(|one| one.display().to_string()).collect();
            found.sort();
            found.join(" ")
        };
        assert_eq!(reaching("/base/web.yaml"), "/all /base /dev");
        assert_eq!(reaching("/base/p.yaml"), "/all /base /dev");
        assert_eq!(reaching("/dev/kustomization.yaml"), "/all /dev");
        assert_eq!(reaching("/k/a.yaml"), "/all /k /up");
        assert_eq!(reaching("/base/other.yaml"), "");
    }

    #[test]
    fn every_form_of_patch_is_known() {
        let uses = uses(
            "patches:\n- path: a.yaml\n- old.yaml\n- patch: |-\n    x\npatchesStrategicMerge:\n\
             - b.yaml\n- |-\n  kind: X\npatchesJson6902:\n- path: ../c.json\n",
        );
        for path in ["/k/a.yaml", "/k/old.yaml", "/k/b.yaml", "/c.json"] {
            assert_eq!(uses.of(Path::new(path)).map(|found| found.0), Some(Use::Patch), "{path}");
        }
        assert_eq!(uses.by_path.len(), 4);
    }

    #[test]
    fn a_resource_stays_one_when_it_is_also_a_patch() {
        let uses = uses("patches:\n- path: a.yaml\nresources:\n- ./a.yaml\n- https://x.y/z.yaml\n");
        assert_eq!(uses.of(Path::new("/k/a.yaml")).map(|found| found.0), Some(Use::Resource));
        assert_eq!(uses.by_path.len(), 1);
    }

    #[test]
    fn data_settings_plugins_and_values_are_told_apart() {
        let uses = uses(
            "configMapGenerator:\n- name: x\n  files:\n  - b.yaml=a.yaml\n  envs: [e.env]\n\
             configurations: [c.yaml]\ntransformers: [t.yaml]\nhelmCharts:\n- valuesFile: v.yaml\n\
             replacements:\n- path: r.yaml\nopenapi:\n  path: o.json\n",
        );
        let of = |path: &str| uses.of(Path::new(path)).map(|found| found.0);
        assert_eq!(of("/k/a.yaml"), Some(Use::Data));
        assert_eq!(of("/k/e.env"), Some(Use::Data));
        assert_eq!(of("/k/c.yaml"), Some(Use::Settings));
        assert_eq!(of("/k/t.yaml"), Some(Use::Plugin));
        assert_eq!(of("/k/v.yaml"), Some(Use::Values));
        assert_eq!(of("/k/r.yaml"), Some(Use::Settings));
        assert_eq!(of("/k/o.json"), Some(Use::Settings));
    }
}

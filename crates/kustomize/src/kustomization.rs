//! The file of a kustomization: found, held against its shape, its older fields turned into the ones
//! that took their place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_source::{Origin, PathKind, SourceFile, Span};
use kubesift_yaml::Tree;

use crate::files::Files;
use crate::shape;
use crate::tree::{Entry, Map, Node};
use crate::trouble::{Class, Trouble};

/// The names a kustomization may have; a folder has exactly one of them.
pub(crate) const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A field that kustomize still takes but has replaced by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deprecated {
    /// The field: `bases`, `configMapGenerator.env`.
    pub field: &'static str,
    /// What took its place.
    pub instead: &'static str,
    /// The key.
    pub key: Span,
    /// The value.
    pub value: Span,
}

/// A kustomization or a component.
#[derive(Debug)]
pub(crate) struct Kustomization {
    /// Its folder, without links.
    pub folder: PathBuf,
    /// The name of its file.
    pub file_name: &'static str,
    /// Its file.
    pub source: Arc<SourceFile>,
    /// Its file, from the first byte to the last.
    pub span: Span,
    /// Its fields, older ones turned into newer ones.
    map: Map,
    /// True for a component.
    pub is_component: bool,
    /// The older fields it uses.
    pub deprecated: Vec<Deprecated>,
    /// What is wrong with it.
    pub troubles: Vec<Trouble>,
}

/// Why there is no kustomization in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoKustomization {
    /// No file of a proper name is there.
    None,
    /// Several are.
    Several(Vec<PathBuf>),
    /// The only one cannot be read: why.
    Unreadable(PathBuf, String),
}

/// The file of the kustomization in a folder.
pub(crate) fn find(
    folder: &Path,
    files: &dyn Files,
) -> Result<(PathBuf, &'static str), NoKustomization> {
    let is_file = |name: &&str| files.kind(&folder.join(name)) == Some(PathKind::File);
    let mut found = NAMES.into_iter().filter(is_file);
    let Some(name) = found.next() else { return Err(NoKustomization::None) };
    let others: Vec<PathBuf> = found.map(|name| folder.join(name)).collect();
    if others.is_empty() {
        return Ok((folder.join(name), name));
    }
    let first = std::iter::once(folder.join(name));
    Err(NoKustomization::Several(first.chain(others).collect()))
}

/// The kustomization in a folder (without links).
pub(crate) fn load(folder: &Path, files: &dyn Files) -> Result<Kustomization, NoKustomization> {
    let (path, file_name) = find(folder, files)?;
    let tree = files.tree(&path).map_err(|why| NoKustomization::Unreadable(path, why))?;
    Ok(read(folder, file_name, &tree))
}

fn read(folder: &Path, file_name: &'static str, tree: &Arc<Tree>) -> Kustomization {
    let mut found = Kustomization {
        folder: folder.to_path_buf(),
        file_name,
        source: tree.file().clone(),
        span: tree.file().span(),
        map: Map::default(),
        is_component: false,
        deprecated: Vec::new(),
        troubles: Vec::new(),
    };
    // Only the first document counts, which may be an empty chunk before a separator.
    let document =
        tree.documents().find(|document| document.root().is_some() || document.is_broken());
    if let Some(document) = document {
        for error in document.errors() {
            let trouble = Trouble::fatal(Class::Kustomization, error.span, error.message.clone());
            found.troubles.push(match &error.help {
                Some(help) => trouble.help(help.to_string()),
                None => trouble,
            });
        }
        for double in tree.duplicates().iter().filter(|d| d.document == document.index()) {
            let message = "this field is there twice, and the last one counts";
            found.troubles.push(Trouble::note(Class::Kustomization, double.first, message));
        }
        if let Some(root) = document.root()
            && let Some(node) = shape::read(root, &shape::KUSTOMIZATION, "", &mut found.troubles)
            && let crate::tree::Value::Map(map) = node.value
        {
            found.map = map;
        }
    }
    found.kind();
    found.modernise();
    found.check_empty();
    found
}

impl Kustomization {
    /// A field's value.
    pub fn get(&self, field: &str) -> Option<&Node> {
        self.map.get(field)
    }

    /// The items of a list.
    pub fn list(&self, field: &str) -> &[Node] {
        self.map.get(field).and_then(Node::as_list).unwrap_or_default()
    }

    /// A text that is not empty.
    pub fn text(&self, field: &str) -> Option<&Node> {
        self.map.get(field).filter(|node| node.text().is_some_and(|text| !text.is_empty()))
    }

    fn kind(&mut self) {
        let kind = self.text("kind").and_then(Node::text).unwrap_or("Kustomization").to_owned();
        self.is_component = kind == "Component";
        if !matches!(kind.as_str(), "Kustomization" | "Component") {
            let message = format!("the kind is `{kind}`, not `Kustomization` or `Component`");
            self.wrong("kind", message);
        }
        let wanted = if self.is_component {
            "kustomize.config.k8s.io/v1alpha1"
        } else {
            "kustomize.config.k8s.io/v1beta1"
        };
        let version = self.text("apiVersion").and_then(Node::text);
        if let Some(version) = version.filter(|version| *version != wanted) {
            let kind = if self.is_component { "Component" } else { "Kustomization" };
            let message = format!("the apiVersion of a {kind} is `{wanted}`, not `{version}`");
            self.wrong("apiVersion", message);
        }
    }

    fn wrong(&mut self, field: &str, message: String) {
        let at = self.map.get(field).map_or(self.span, |node| node.origin.span);
        self.troubles.push(Trouble::fatal(Class::Kustomization, at, message));
    }

    /// Turns older fields into newer ones, as kustomize does, and remembers them.
    fn modernise(&mut self) {
        for (field, instead) in [
            ("commonLabels", "labels"),
            ("patchesStrategicMerge", "patches"),
            ("patchesJson6902", "patches"),
            ("vars", "replacements"),
        ] {
            self.deprecate(field, instead);
        }
        for (field, instead) in [("bases", "resources"), ("imageTags", "images")] {
            self.deprecate(field, instead);
            self.append(field, instead);
        }
        for (generator, field) in [
            ("configMapGenerator", "configMapGenerator.env"),
            ("secretGenerator", "secretGenerator.env"),
        ] {
            self.join_envs(generator, field);
        }
        self.deprecate("helmChartInflationGenerator", "helmCharts");
        self.charts();
    }

    fn deprecate(&mut self, field: &'static str, instead: &'static str) {
        let Some(entry) = self.map.entry(field) else { return };
        let (key, value) = (entry.key_origin.span, entry.value.origin.span);
        self.deprecated.push(Deprecated { field, instead, key, value });
    }

    /// Moves the items of `from` to the end of `to`.
    fn append(&mut self, from: &str, to: &str) {
        let Some(mut entry) = self.map.remove(from) else { return };
        let moved = entry.value.as_list_mut().map(std::mem::take).unwrap_or_default();
        if moved.is_empty() {
            return;
        }
        match self.map.get_mut(to).and_then(Node::as_list_mut) {
            Some(items) => items.extend(moved),
            None => {
                let list = Node::list(moved, entry.value.origin);
                self.map.insert(Entry::new(to, entry.key_origin, list));
            }
        }
    }

    /// Moves `env` of each generator to the end of its `envs`.
    fn join_envs(&mut self, generator: &str, field: &'static str) {
        let Some(items) = self.map.get_mut(generator).and_then(Node::as_list_mut) else { return };
        for map in items.iter_mut().filter_map(Node::as_map_mut) {
            let Some(entry) = map.remove("env") else { continue };
            let (key, value) = (entry.key_origin.span, entry.value.origin.span);
            self.deprecated.push(Deprecated { field, instead: "envs", key, value });
            if entry.value.text().is_none_or(str::is_empty) {
                continue;
            }
            match map.get_mut("envs").and_then(Node::as_list_mut) {
                Some(envs) => envs.push(entry.value),
                None => {
                    let origin = entry.value.origin.clone();
                    let list = Node::list(vec![entry.value], origin);
                    map.insert(Entry::new("envs", entry.key_origin, list));
                }
            }
        }
    }

    /// Turns `helmChartInflationGenerator` into `helmCharts` and `helmGlobals`.
    fn charts(&mut self) {
        let Some(mut old) = self.map.remove("helmChartInflationGenerator") else { return };
        let mut globals = Map::default();
        let mut charts = Vec::new();
        for mut item in old.value.as_list_mut().map(std::mem::take).unwrap_or_default() {
            let Some(map) = item.as_map_mut() else { continue };
            for (from, to) in [("helmHome", "configHome"), ("chartHome", "chartHome")] {
                if let Some(entry) = map.remove(from) {
                    globals.insert(Entry { key: to.into(), ..entry });
                }
            }
            let mut chart = Map::default();
            for (from, to) in [
                ("chartName", "name"),
                ("chartVersion", "version"),
                ("chartRepoUrl", "repo"),
                ("values", "valuesFile"),
                ("valuesLocal", "valuesInline"),
                ("valuesMerge", "valuesMerge"),
                ("releaseName", "releaseName"),
            ] {
                if let Some(entry) = map.remove(from) {
                    chart.insert(Entry { key: to.into(), ..entry });
                }
            }
            charts.push(Node::map(chart, item.origin));
        }
        if !globals.is_empty() && self.map.get("helmGlobals").is_none() {
            let origin = old.value.origin.clone();
            let globals = Node::map(globals, origin);
            self.map.insert(Entry::new("helmGlobals", old.key_origin.clone(), globals));
        }
        old.value.value = crate::tree::Value::List(charts);
        self.map.insert(old);
        self.append("helmChartInflationGenerator", "helmCharts");
    }

    fn check_empty(&mut self) {
        let says = |entry: &Entry| {
            !matches!(entry.key.as_str(), "apiVersion" | "kind")
                && entry.value.as_scalar().is_none_or(|scalar| !scalar.text.is_empty())
        };
        if self.map.entries().iter().any(says) || self.troubles.iter().any(|t| t.fatal) {
            return;
        }
        let message = "the kustomization is empty";
        let trouble = Trouble::fatal(Class::Kustomization, self.span, message);
        self.troubles.push(trouble.help("list what it is made of under `resources:`"));
    }

    /// The place of a whole field, for what is set by all of it.
    pub fn origin(&self, field: &str) -> Origin {
        self.map.get(field).map_or_else(|| Origin::plain(self.span), |node| node.origin.clone())
    }
}

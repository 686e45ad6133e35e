//! Generators, transformers and validators that have a configuration of their own: those that are
//! built into kustomize, and the fields of a kustomization in another dress. All others are programs,
//! containers and scripts, and are never run.

use kubesift_source::{Origin, PathKind, Span};

use crate::accumulate::{Accumulated, Builder, Visit};
use crate::charts::{self, RenderedChart};
use crate::embedded;
use crate::fieldspec::FieldSpec;
use crate::generate;
use crate::hash;
use crate::load;
use crate::metadata::{self, By};
use crate::names;
use crate::patches;
use crate::paths::Use;
use crate::resource::Resource;
use crate::transform::{affix, annotations, images, labels, namespace, replicas};
use crate::tree::{Entry, Map, Node, Value};
use crate::trouble::{Class, Trouble};

/// What a configuration is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Generator,
    Transformer,
}

/// The generators that are built in.
const GENERATORS: [&str; 4] =
    ["ConfigMapGenerator", "SecretGenerator", "HelmChartInflationGenerator", "IAMPolicyGenerator"];

impl Builder<'_> {
    /// What the generators under `generators` make.
    pub(crate) fn generator_plugins(&mut self, visit: Visit<'_>, done: &mut Accumulated) {
        for plugin in self.configurations(visit, "generators") {
            if !self.is_built_in(&plugin, Role::Generator) {
                continue;
            }
            let by = self.wanted.traced.then(|| by(&plugin));
            for object in self.generated(&plugin, visit) {
                self.absorb(Some(object), by.as_ref(), done);
            }
        }
    }

    /// What the transformers under `transformers` do.
    pub(crate) fn transformer_plugins(&mut self, visit: Visit<'_>, done: &mut Accumulated) {
        for plugin in self.configurations(visit, "transformers") {
            if !self.is_built_in(&plugin, Role::Transformer) {
                continue;
            }
            self.transform(&plugin, visit, done);
            if self.wanted.traced {
                metadata::transformed(done.resources.list_mut(), &by(&plugin));
            }
        }
    }

    /// What the validators find. A validator is a transformer that must change nothing.
    pub(crate) fn validators(&mut self, visit: Visit<'_>, done: &mut Accumulated) {
        for plugin in self.configurations(visit, "validators") {
            if !self.is_built_in(&plugin, Role::Transformer) {
                continue;
            }
            let before: Vec<Node> = values(done);
            self.transform(&plugin, visit, done);
            if !same(&before, &values(done)) {
                let message =
                    format!("the validator {} changes what it should look at", plugin.id());
                self.log.trouble(Trouble::fatal(Class::Validator, place(&plugin), message));
            }
        }
    }

    /// The configurations that a field holds: in the text of an entry, or in the files and folders
    /// that it names. Those in texts come first.
    fn configurations(&mut self, visit: Visit<'_>, field: &str) -> Vec<Resource> {
        let entries = visit.kustomization.list(field);
        if entries.is_empty() {
            return Vec::new();
        }
        let mut done = Accumulated::default();
        let mut paths = Vec::new();
        for entry in entries {
            let text = entry.text().unwrap_or_default();
            if text.trim().is_empty() {
                continue;
            }
            // A path can hold no mapping, and a mapping holds a colon.
            if !text.contains(':') || crate::paths::is_remote_file(text) {
                paths.push(entry.clone());
                continue;
            }
            match self.embedded(entry) {
                Ok(objects) => {
                    for node in objects {
                        let mut object = Resource::new(node, entry.origin.span);
                        if self.wanted.traced {
                            metadata::from_file(&mut object, &visit.file());
                        }
                        self.add(object, entry.origin.span, &mut done);
                    }
                }
                Err(_) if !text.contains('\n') => paths.push(entry.clone()),
                Err(troubles) => troubles.into_iter().for_each(|trouble| self.hole(trouble)),
            }
        }
        self.resources(visit, &paths, Use::Plugin, &mut done);
        done.resources.into_list()
    }

    /// The objects that a text of a kustomization holds.
    fn embedded(&self, entry: &Node) -> Result<Vec<Node>, Vec<Trouble>> {
        let Some(file) = self.log.source(entry.origin.span.file) else { return Ok(Vec::new()) };
        load::objects(embedded::documents(entry, &file, Class::Plugin)?)
    }

    /// True for a configuration of what is built in; says what it is otherwise.
    fn is_built_in(&self, plugin: &Resource, role: Role) -> bool {
        let gvk = plugin.gvk();
        let kind = gvk.kind.as_str();
        let is_generator = GENERATORS.contains(&kind);
        let is_known = is_generator || TRANSFORMERS.contains(&kind);
        if !gvk.group.is_empty() || gvk.version != "builtin" {
            let message = format!("{} is a plugin, and plugins are not run", plugin.id());
            self.hole(Trouble::fatal(Class::Plugin, place(plugin), message).help(
                "kustomize runs it with --enable-alpha-plugins only; the build goes on without it",
            ));
            return false;
        }
        let wrong = match (is_known, is_generator, role) {
            (false, _, _) => format!("nothing built in is called `{kind}`"),
            (_, true, Role::Transformer) => format!("`{kind}` is a generator, not a transformer"),
            (_, false, Role::Generator) => format!("`{kind}` is a transformer, not a generator"),
            _ => return true,
        };
        self.hole(Trouble::fatal(Class::Plugin, place(plugin), wrong));
        false
    }

    fn generated(&mut self, plugin: &Resource, visit: Visit<'_>) -> Vec<Resource> {
        let node = &plugin.node;
        let found = visit.kustomization;
        let mut made = match plugin.gvk().kind.as_str() {
            "ConfigMapGenerator" => {
                let entry = flattened(node);
                self.generate(generate::Kind::ConfigMap, &entry, None, found).into_iter().collect()
            }
            "SecretGenerator" => {
                let entry = flattened(node);
                self.generate(generate::Kind::Secret, &entry, None, found).into_iter().collect()
            }
            "HelmChartInflationGenerator" => self.chart(node, Some(node), visit),
            _ => match service_account(node) {
                Ok(object) => vec![Resource::new(object, plugin.entered_at)],
                Err(trouble) => {
                    self.log.trouble(*trouble);
                    Vec::new()
                }
            },
        };
        for object in &mut made {
            object.entered_at = plugin.entered_at;
        }
        made
    }

    /// What a chart renders to.
    pub(crate) fn chart(
        &mut self,
        entry: &Node,
        globals: Option<&Node>,
        visit: Visit<'_>,
    ) -> Vec<Resource> {
        let loader = self.loader(&visit.kustomization.folder);
        let at = entry.origin.span;
        let chart = match charts::chart(entry, globals, visit.namespace, &loader) {
            Ok(chart) => chart,
            Err(trouble) => {
                self.hole(trouble);
                return Vec::new();
            }
        };
        let name = &chart.name;
        let place = entry.get("name").map_or(at, |name| name.origin.span);
        let Some(charts) = self.options.charts else {
            let message = format!("the chart `{name}` is not rendered");
            let help = "kustomize renders it with --enable-helm; the build goes on without it";
            self.hole(Trouble::note(Class::Chart, place, message).help(help));
            return Vec::new();
        };
        self.log.read(&chart.path);
        let in_repository = self.files.kind(&chart.path) == Some(PathKind::Folder);
        let rendered = charts.render(&chart);
        match rendered {
            Ok(rendered) => self.rendered(rendered, at),
            Err(why) => {
                let message = format!("the chart `{name}` cannot be rendered: {why}");
                // What would have to be fetched is missing; what is there and fails is wrong.
                let mut trouble = Trouble::fatal(Class::Chart, place, message);
                trouble.fatal = in_repository;
                self.hole(trouble);
                Vec::new()
            }
        }
    }

    fn rendered(&self, rendered: RenderedChart, at: Span) -> Vec<Resource> {
        rendered.reads.iter().for_each(|path| self.log.read(path));
        match load::resources(&rendered.tree, at) {
            Ok(mut objects) => {
                objects.iter_mut().for_each(|object| home(&mut object.node, &rendered, at));
                objects
            }
            Err(troubles) => {
                for mut trouble in troubles {
                    trouble.at = Some(at);
                    self.hole(trouble);
                }
                Vec::new()
            }
        }
    }

    /// What a built-in transformer does.
    fn transform(&mut self, plugin: &Resource, visit: Visit<'_>, done: &mut Accumulated) {
        let node = &plugin.node;
        let kind = plugin.gvk().kind;
        let specs = match FieldSpec::parse_all(node.get("fieldSpecs")) {
            Ok(specs) => specs,
            Err(trouble) => {
                self.log.trouble(trouble);
                return;
            }
        };
        let specs = specs.as_slice();
        match kind.as_str() {
            "PatchTransformer" => {
                self.patch(patches::Form::Either, node, visit, done);
            }
            "PatchJson6902Transformer" => {
                let mut entry = node.clone();
                rename(&mut entry, "jsonOp", "patch");
                self.patch(patches::Form::Json6902, &entry, visit, done);
            }
            "PatchStrategicMergeTransformer" => self.merge_plugin(node, visit, done),
            "NamespaceTransformer" => self.namespace_plugin(node, specs, done),
            "LabelTransformer" => self.pairs_plugin(node.get("labels"), done, |pairs, all, out| {
                labels::apply(pairs, specs, all, out)
            }),
            "AnnotationsTransformer" => {
                self.pairs_plugin(node.get("annotations"), done, |pairs, all, out| {
                    annotations::apply(pairs, specs, all, out)
                });
            }
            "ImageTagTransformer" => {
                self.pairs_plugin(node.get("imageTag"), done, |entry, all, out| {
                    images::apply(entry, specs, all, out)
                })
            }
            "ReplicaCountTransformer" => {
                self.pairs_plugin(node.get("replica"), done, |entry, all, out| {
                    replicas::apply(entry, specs, all, out)
                });
            }
            "PrefixTransformer" => self.affix_plugin(plugin, specs, &[affix::Side::Prefix], done),
            "SuffixTransformer" => self.affix_plugin(plugin, specs, &[affix::Side::Suffix], done),
            "PrefixSuffixTransformer" => {
                let sides = [affix::Side::Prefix, affix::Side::Suffix];
                self.affix_plugin(plugin, specs, &sides, done);
            }
            "HashTransformer" => names::add_hashes(done.resources.list_mut(), hash::hash),
            "ReplacementTransformer" => {
                if let Some(list) = node.get("replacements") {
                    self.replace(list, visit.kustomization, done);
                }
            }
            _ => self.add_value(node, visit.kustomization, done),
        }
    }

    /// A transformer with one argument; without it there is nothing to do.
    fn pairs_plugin(
        &self,
        argument: Option<&Node>,
        done: &mut Accumulated,
        step: impl FnOnce(&Node, &mut Vec<Resource>, &mut Vec<Trouble>) -> usize,
    ) {
        if let Some(argument) = argument {
            self.step(done, |resources, troubles| step(argument, resources, troubles));
        }
    }

    fn affix_plugin(
        &self,
        plugin: &Resource,
        specs: &[FieldSpec],
        sides: &[affix::Side],
        done: &mut Accumulated,
    ) {
        if plugin.node.get("fieldSpecs").is_none_or(Node::is_null) {
            let message = format!("{} has no `fieldSpecs`", plugin.id());
            let help = "say which fields: `- path: metadata/name`";
            self.log.trouble(Trouble::fatal(Class::Plugin, place(plugin), message).help(help));
            return;
        }
        for side in sides {
            let key = match side {
                affix::Side::Prefix => "prefix",
                affix::Side::Suffix => "suffix",
            };
            if let Some(text) = plugin.node.get(key) {
                self.step(done, |resources, troubles| {
                    affix::apply(*side, text, specs, resources, troubles)
                });
            }
        }
    }

    fn namespace_plugin(&self, node: &Node, specs: &[FieldSpec], done: &mut Accumulated) {
        let Some(value) = node.at(&["metadata", "namespace"]) else { return };
        let subjects = match namespace::Subjects::parse(node.get("setRoleBindingSubjects")) {
            Ok(subjects) => subjects,
            Err(trouble) => {
                self.log.trouble(trouble);
                return;
            }
        };
        let unset_only = node.get("unsetOnly").and_then(Node::text) == Some("true");
        let arguments = namespace::Arguments { value, specs, unset_only, subjects };
        self.step(done, |resources, troubles| namespace::apply(arguments, resources, troubles));
    }

    fn merge_plugin(&mut self, node: &Node, visit: Visit<'_>, done: &mut Accumulated) {
        let paths = node.get("paths").and_then(Node::as_list).unwrap_or_default();
        let inline = node.get("patches");
        if paths.is_empty() && inline.is_none() {
            let message = "there is neither `paths` nor `patches`";
            self.log.trouble(Trouble::fatal(Class::Patch, load::place(node), message));
            return;
        }
        self.strategic_merges(paths.iter().chain(inline), load::place(node), visit, done);
    }
}

/// The transformers that are built in.
const TRANSFORMERS: [&str; 14] = [
    "AnnotationsTransformer",
    "HashTransformer",
    "ImageTagTransformer",
    "LabelTransformer",
    "NamespaceTransformer",
    "PatchJson6902Transformer",
    "PatchStrategicMergeTransformer",
    "PatchTransformer",
    "PrefixSuffixTransformer",
    "PrefixTransformer",
    "SuffixTransformer",
    "ReplacementTransformer",
    "ReplicaCountTransformer",
    "ValueAddTransformer",
];

/// A generator's configuration as an entry of a kustomization: name and namespace may stand in its
/// metadata.
fn flattened(node: &Node) -> Node {
    let mut entry = node.clone();
    let Some(map) = entry.as_map_mut() else { return entry };
    let metadata = map.remove("metadata").map(|entry| entry.value);
    for key in ["name", "namespace"] {
        let is_said = map.get(key).and_then(Node::text).is_some_and(|text| !text.is_empty());
        let other = metadata.as_ref().and_then(Node::as_map).and_then(|map| map.entry(key));
        if let Some(other) = other.filter(|_| !is_said) {
            map.insert(other.clone());
        }
    }
    map.remove("apiVersion");
    map.remove("kind");
    entry
}

fn rename(node: &mut Node, from: &str, to: &str) {
    let Some(map) = node.as_map_mut() else { return };
    if let Some(entry) = map.remove(from) {
        map.insert(Entry { key: to.into(), ..entry });
    }
}

/// The service account that `IAMPolicyGenerator` makes for GKE.
fn service_account(node: &Node) -> Result<Node, Box<Trouble>> {
    let word = |path: &[&str]| node.at(path).and_then(Node::text).unwrap_or_default();
    let cloud = word(&["cloud"]);
    if cloud != "gke" {
        let at = node.get("cloud").map_or_else(|| load::place(node), |cloud| cloud.origin.span);
        let message = format!("IAMPolicyGenerator knows the cloud `gke`, not `{cloud}`");
        return Err(Box::new(Trouble::fatal(Class::Generator, at, message)));
    }
    let whole = &node.origin;
    let at = |path: &[&str]| node.at(path).map_or(whole, |node| &node.origin);
    let account = format!(
        "{}@{}.iam.gserviceaccount.com",
        word(&["serviceAccount", "name"]),
        word(&["serviceAccount", "projectId"])
    );
    let text = |key: &str, text: &str, origin: &Origin| {
        Entry::new(key, origin.clone(), Node::string(text, origin.clone()))
    };
    let map = |entries: Vec<Entry>| Node::map(Map::from_iter(entries), whole.clone());
    let annotation =
        text("iam.gke.io/gcp-service-account", &account, at(&["serviceAccount", "name"]));
    let name = ["kubernetesService", "name"];
    let mut metadata = vec![
        Entry::new("annotations", whole.clone(), map(vec![annotation])),
        text("name", word(&name), at(&name)),
    ];
    let namespace = ["kubernetesService", "namespace"];
    if !word(&namespace).is_empty() {
        metadata.push(text("namespace", word(&namespace), at(&namespace)));
    }
    Ok(map(vec![
        text("apiVersion", "v1", whole),
        text("kind", "ServiceAccount", whole),
        Entry::new("metadata", whole.clone(), map(metadata)),
    ]))
}

/// Brings the places of a rendered chart home.
fn home(node: &mut Node, rendered: &RenderedChart, at: Span) {
    let origin =
        |span: Span| rendered.map.home(span.start, span.end).unwrap_or_else(|| Origin::plain(at));
    node.origin = origin(node.origin.span);
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::List(items) => items.iter_mut().for_each(|item| home(item, rendered, at)),
        Value::Map(map) => {
            for entry in map.entries_mut() {
                entry.key_origin = origin(entry.key_origin.span);
                home(&mut entry.value, rendered, at);
            }
        }
    }
}

/// Where a configuration says what it is.
fn place(plugin: &Resource) -> Span {
    plugin.node.get("kind").map_or(plugin.entered_at, |kind| kind.origin.span)
}

/// What is written of a configuration into the objects that it made or changed.
fn by(plugin: &Resource) -> By {
    let word = |key: &str| plugin.node.get(key).and_then(Node::text).unwrap_or_default().to_owned();
    By {
        file: metadata::file_of(plugin).unwrap_or_default(),
        api_version: word("apiVersion"),
        kind: word("kind"),
        name: plugin.name().to_owned(),
        namespace: plugin.namespace().to_owned(),
    }
}

fn values(done: &Accumulated) -> Vec<Node> {
    done.resources.list().iter().map(|resource| resource.node.clone()).collect()
}

fn same(before: &[Node], after: &[Node]) -> bool {
    before.len() == after.len()
        && before.iter().zip(after).all(|(a, b)| crate::json::json(a) == crate::json::json(b))
}

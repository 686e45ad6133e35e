//! What a kustomization does to the objects it has brought in, field by field, and what is done once
//! when all of it is done. Each step is at home in a module of its own; here is their order.

use kubesift_source::Span;

use crate::accumulate::{Accumulated, Builder, Visit};
use crate::build::{IdleKind, Reorder};
use crate::config::Config;
use crate::generate;
use crate::hash;
use crate::kustomization::Kustomization;
use crate::metadata::{self, By};
use crate::names;
use crate::order::{self, Order};
use crate::patches;
use crate::paths::Use;
use crate::replacements;
use crate::resource::{Behavior, Resource};
use crate::transform::{affix, annotations, images, labels, namespace, replicas, value_add};
use crate::tree::{Entry, Map, Node};
use crate::trouble::{Class, Trouble};

impl Builder<'_> {
    /// What the generators of a kustomization make.
    pub(crate) fn generators(&mut self, visit: Visit<'_>, done: &mut Accumulated) {
        let found = visit.kustomization;
        for (field, kind, by) in [
            ("configMapGenerator", generate::Kind::ConfigMap, "ConfigMapGenerator"),
            ("secretGenerator", generate::Kind::Secret, "SecretGenerator"),
        ] {
            let by = self.wanted.traced.then(|| By::field(&visit.file(), by));
            for entry in found.list(field) {
                let made = self.generate(kind, entry, found.get("generatorOptions"), found);
                self.absorb(made, by.as_ref(), done);
            }
        }
        let by =
            self.wanted.traced.then(|| By::field(&visit.file(), "HelmChartInflationGenerator"));
        for entry in found.list("helmCharts") {
            for object in self.chart(entry, found.get("helmGlobals"), visit) {
                self.absorb(Some(object), by.as_ref(), done);
            }
        }
        self.generator_plugins(visit, done);
    }

    /// The object of one entry of a generator.
    pub(crate) fn generate(
        &self,
        kind: generate::Kind,
        entry: &Node,
        options: Option<&Node>,
        found: &Kustomization,
    ) -> Option<Resource> {
        let loader = self.loader(&found.folder);
        let mut troubles = Vec::new();
        let mut load = |name: &str, at: Span| loader.file(name, at, Use::Data);
        let made = generate::generate(kind, entry, options, &mut load, &mut troubles);
        self.take(troubles);
        made
    }

    /// Lets a generated object join the others.
    pub(crate) fn absorb(&self, made: Option<Resource>, by: Option<&By>, done: &mut Accumulated) {
        let Some(mut made) = made else { return };
        if let Some(by) = by {
            metadata::generated(&mut made, by);
        }
        let joins = matches!(made.behavior, Behavior::Merge | Behavior::Replace);
        if let Err(mut trouble) = generate::absorb(done.resources.list_mut(), made) {
            // What it should join may be in the part that is missing.
            trouble.fatal &= !(joins && self.log.holes.get());
            self.log.trouble(trouble);
        }
    }

    /// Everything that a kustomization does to what it has.
    pub(crate) fn transformers(&mut self, visit: Visit<'_>, done: &mut Accumulated) {
        let found = visit.kustomization;
        let config = done.config.clone().unwrap_or_else(|| Config::built_in().clone());
        self.merges(visit, done);
        self.renames(visit, &config, done);
        self.pairs(visit, &config, done);
        for entry in found.list("patchesJson6902") {
            self.patch(patches::Form::Json6902, entry, visit, done);
            self.changed_by(visit, "PatchJson6902Transformer", done);
        }
        for entry in found.list("replicas") {
            self.step(done, |resources, troubles| {
                replicas::apply(entry, &config.replicas, resources, troubles)
            });
            self.changed_by(visit, "ReplicaCountTransformer", done);
        }
        for entry in found.list("images") {
            let changed = self.step(done, |resources, troubles| {
                images::apply(entry, &config.images, resources, troubles)
            });
            self.note_idle(IdleKind::Image, entry.origin.span, changed);
            self.changed_by(visit, "ImageTagTransformer", done);
        }
        if let Some(field) =
            found.get("replacements").filter(|_| !found.list("replacements").is_empty())
        {
            self.replace(field, found, done);
            self.changed_by(visit, "ReplacementTransformer", done);
        }
        self.transformer_plugins(visit, done);
    }

    /// `patchesStrategicMerge` and `patches`.
    fn merges(&mut self, visit: Visit<'_>, done: &mut Accumulated) {
        let found = visit.kustomization;
        let merges = found.list("patchesStrategicMerge");
        if let Some(first) = merges.first() {
            self.strategic_merges(merges.iter(), first.origin.span, visit, done);
            self.changed_by(visit, "PatchStrategicMergeTransformer", done);
        }
        for entry in found.list("patches") {
            self.patch(patches::Form::Either, entry, visit, done);
            self.changed_by(visit, "PatchTransformer", done);
        }
    }

    /// Texts of strategic merge patches, of which at least one must hold a patch.
    pub(crate) fn strategic_merges<'n>(
        &mut self,
        entries: impl Iterator<Item = &'n Node>,
        at: Span,
        visit: Visit<'_>,
        done: &mut Accumulated,
    ) {
        let form = patches::Form::StrategicMerge;
        let patches: Option<usize> =
            entries.map(|entry| self.patch(form, entry, visit, done)).sum();
        if patches == Some(0) {
            let message = "none of these texts holds a patch";
            self.log.trouble(Trouble::fatal(Class::Patch, at, message));
        }
    }

    /// `namespace`, `namePrefix` and `nameSuffix`.
    fn renames(&mut self, visit: Visit<'_>, config: &Config, done: &mut Accumulated) {
        let found = visit.kustomization;
        if let Some(value) = found.text("namespace") {
            let arguments = namespace::Arguments {
                value,
                specs: &config.namespace,
                unset_only: false,
                subjects: namespace::Subjects::default(),
            };
            self.step(done, |resources, troubles| namespace::apply(arguments, resources, troubles));
            self.changed_by(visit, "NamespaceTransformer", done);
        }
        for (field, side, specs, by) in [
            ("namePrefix", affix::Side::Prefix, &config.name_prefix, "PrefixTransformer"),
            ("nameSuffix", affix::Side::Suffix, &config.name_suffix, "SuffixTransformer"),
        ] {
            if let Some(text) = found.text(field) {
                self.step(done, |resources, troubles| {
                    affix::apply(side, text, specs, resources, troubles)
                });
                self.changed_by(visit, by, done);
            }
        }
    }

    /// `labels`, `commonLabels` and `commonAnnotations`.
    fn pairs(&mut self, visit: Visit<'_>, config: &Config, done: &mut Accumulated) {
        let found = visit.kustomization;
        let entries = found.list("labels");
        for entry in entries {
            let tables = labels::Tables {
                labels: &config.labels,
                common: &config.common_labels,
                template: &config.template_labels,
                volume_claim: &config.volume_claim_labels,
            };
            self.step(done, |resources, troubles| {
                labels::entry(entry, tables, resources, troubles)
            });
            self.changed_by(visit, "LabelTransformer", done);
        }
        let common = found.get("commonLabels");
        let has = |node: &Node| node.as_map().is_some_and(|map| !map.is_empty());
        if let Some(pairs) = common {
            self.step(done, |resources, troubles| {
                labels::apply(pairs, &config.common_labels, resources, troubles)
            });
        }
        if !entries.is_empty() || common.is_some_and(has) {
            self.changed_by(visit, "LabelTransformer", done);
        }
        if let Some(pairs) = found.get("commonAnnotations").filter(|pairs| has(pairs)) {
            self.step(done, |resources, troubles| {
                annotations::apply(pairs, &config.common_annotations, resources, troubles)
            });
            self.changed_by(visit, "AnnotationsTransformer", done);
        }
    }

    /// One step over all objects; its troubles are noted. Gives how much it changed.
    pub(crate) fn step(
        &self,
        done: &mut Accumulated,
        step: impl FnOnce(&mut Vec<Resource>, &mut Vec<Trouble>) -> usize,
    ) -> usize {
        let mut troubles = Vec::new();
        let changed = step(done.resources.list_mut(), &mut troubles);
        self.take(troubles);
        changed
    }

    /// Applies an entry of a field of patches. Gives the number of patches in it, if it can be read.
    pub(crate) fn patch(
        &mut self,
        form: patches::Form,
        entry: &Node,
        visit: Visit<'_>,
        done: &mut Accumulated,
    ) -> Option<usize> {
        let loader = self.loader(&visit.kustomization.folder);
        let file = self.log.source(entry.origin.span.file);
        let file = file.as_ref().unwrap_or(&visit.kustomization.source);
        let texts = patches::Source { loader: &loader, file };
        let resources = done.resources.list_mut();
        match patches::apply(form, entry, &texts, &self.schemas, resources) {
            Ok(applied) => {
                if applied.patches > 0 {
                    self.note_idle(IdleKind::Patch, entry.origin.span, applied.targets);
                }
                Some(applied.patches)
            }
            Err(troubles) => {
                self.take(troubles);
                None
            }
        }
    }

    /// Does what a list of replacements says.
    pub(crate) fn replace(&mut self, list: &Node, found: &Kustomization, done: &mut Accumulated) {
        let loader = self.loader(&found.folder);
        let mut troubles = Vec::new();
        let mut load = |path: &Node| self.settings_file(&loader, path);
        let applied =
            replacements::apply(list, &mut load, done.resources.list_mut(), &mut troubles);
        applied.idle.iter().for_each(|at| self.note_idle(IdleKind::Replacement, *at, 0));
        self.take(troubles);
    }

    /// What `ValueAddTransformer` does.
    pub(crate) fn add_value(
        &mut self,
        config: &Node,
        found: &Kustomization,
        done: &mut Accumulated,
    ) {
        let loader = self.loader(&found.folder);
        let folder = found.folder.file_name().unwrap_or_default().to_string_lossy();
        let mut troubles = Vec::new();
        let mut load = |path: &Node| self.settings_file(&loader, path);
        let resources = done.resources.list_mut();
        value_add::apply(config, &folder, &mut load, resources, &mut troubles);
        self.take(troubles);
    }

    /// Writes into the objects that a field of a kustomization was at work, where that is wanted.
    fn changed_by(&self, visit: Visit<'_>, kind: &str, done: &mut Accumulated) {
        if self.wanted.traced {
            metadata::transformed(done.resources.list_mut(), &By::field(&visit.file(), kind));
        }
    }

    /// What is done once, when the kustomization that is built is otherwise done.
    pub(crate) fn last_steps(
        &mut self,
        mut done: Accumulated,
        found: &Kustomization,
    ) -> Vec<Resource> {
        let config = done.config.clone().unwrap_or_else(|| Config::built_in().clone());
        let mut troubles = Vec::new();
        let resources = done.resources.list_mut();
        names::add_hashes(resources, hash::hash);
        names::fix(resources, &config, &mut troubles);
        let before = troubles.len();
        done.vars.resolve(resources, &config, &mut troubles);
        // Kustomize only warns of variables that nothing uses.
        for unused in troubles.extract_if(before.., |trouble| !trouble.fatal) {
            unused.at.into_iter().for_each(|at| self.note_idle(IdleKind::Variable, at, 0));
        }
        self.take(troubles);
        let mut resources = done.resources.into_list();
        resources.retain(|resource| !is_local(resource));
        match self.order(found) {
            Ok(order) => order::sort(&mut resources, &order),
            Err(trouble) => self.log.trouble(*trouble),
        }
        if self.wanted.managed_by {
            self.label(&mut resources, found);
        }
        for resource in &mut resources {
            metadata::settle(resource, self.wanted);
        }
        resources
    }

    fn label(&self, resources: &mut [Resource], found: &Kustomization) {
        let origin = found.origin("buildMetadata");
        let version = format!("kustomize-{}", self.options.version);
        let value = Node::string(version, origin.clone());
        let label = Entry::new("app.kubernetes.io/managed-by", origin.clone(), value);
        let pairs = Node::map(Map::from_iter([label]), origin);
        let spec = crate::fieldspec::FieldSpec::new(Default::default(), "metadata/labels", true);
        let mut troubles = Vec::new();
        labels::apply(&pairs, &[spec], resources, &mut troubles);
        self.take(troubles);
    }

    /// The order of the objects.
    fn order(&self, found: &Kustomization) -> Result<Order, Box<Trouble>> {
        let Some(options) = found.get("sortOptions") else {
            return Ok(match self.options.reorder {
                Reorder::Legacy => Order::legacy(),
                Reorder::None => Order::Fifo,
            });
        };
        let wrong = |node: &Node, message: &str| {
            Err(Box::new(Trouble::fatal(Class::Kustomization, node.origin.span, message)))
        };
        let legacy = options.get("legacySortOptions");
        let order = options.get("order");
        match (order.and_then(Node::text).unwrap_or(""), legacy) {
            ("fifo", None) => Ok(Order::Fifo),
            ("fifo", Some(legacy)) => wrong(
                legacy,
                "`legacySortOptions` is for the order `legacy`, and the order is `fifo`",
            ),
            ("legacy", None) => Ok(Order::legacy()),
            ("legacy", Some(legacy)) => {
                let kinds = |key: &str| {
                    let items = legacy.get(key).and_then(Node::as_list).unwrap_or_default();
                    items.iter().filter_map(Node::text).map(Into::into).collect()
                };
                Ok(Order::Legacy { first: kinds("orderFirst"), last: kinds("orderLast") })
            }
            _ => wrong(order.unwrap_or(options), "`sortOptions.order` is `legacy` or `fifo`"),
        }
    }
}

/// True for an object that only the build itself was to see.
fn is_local(resource: &Resource) -> bool {
    let path = ["metadata", "annotations", "config.kubernetes.io/local-config"];
    resource.node.at(&path).is_some_and(|value| value.text() != Some("false"))
}

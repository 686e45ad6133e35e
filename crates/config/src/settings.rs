//! All layers resolved.

use std::sync::Arc;

use kubesift_engine::model::{CustomWorkload, Declared, NamePattern, Resource};
use kubesift_engine::{
    Confidence, Date, Entry, Profile, Rule, Severity, SuppressionSettings, Version,
};

use crate::ignore::{Active, active};
use crate::options::{BaselineFile, External, Gate, Options};
use crate::pattern::PathPattern;
use crate::problem::Problem;
use crate::rules::{Layer, Scope, State, When, scope, states};
use crate::sourced::{Source, Sourced};

/// The layers, as they are written. The built-in one and the profile lie below them all.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// The file at the project root.
    pub root: Option<Options>,
    /// The files in folders below it.
    pub below: Vec<Options>,
    /// The environment.
    pub environment: Options,
    /// The command line.
    pub command_line: Options,
}

/// Settings of a run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The profile, unless checks were selected.
    pub profile: Sourced<Profile>,
    /// The version of Kubernetes to judge for.
    pub kubernetes_version: Sourced<Version>,
    /// From which severity on findings fail the run.
    pub fail_on: Sourced<Gate>,
    /// Findings below it are not shown.
    pub min_severity: Sourced<Severity>,
    /// Findings below it are not shown.
    pub min_confidence: Sourced<Confidence>,
    /// Suppressions must give a reason.
    pub require_reason: Sourced<bool>,
    /// Suppressions written for other tools count.
    pub foreign_suppressions: Sourced<bool>,
    /// Which baseline lists the findings that were there before.
    pub baseline: Sourced<BaselineFile>,
    /// Threads; as many as the machine has when nobody says.
    pub jobs: Option<Sourced<usize>>,
    /// Custom workload kinds, for [`kubesift_engine::model::Workloads`].
    pub workloads: Vec<Sourced<CustomWorkload>>,
    /// Objects that live outside the repository.
    pub external: Vec<Sourced<External>>,
    /// Namespaces of which the repository holds everything.
    pub complete: Vec<Sourced<NamePattern>>,
    pub(crate) include: Vec<Sourced<PathPattern>>,
    pub(crate) exclude: Vec<Sourced<PathPattern>>,
    pub(crate) layers: Vec<Layer>,
    pub(crate) ignores: Vec<Active>,
    pub(crate) entries: &'static [Entry],
    today: Date,
}

/// The highest layer that says something, or the built-in value.
fn pick<T: Clone>(
    layers: &[&Options],
    get: impl Fn(&Options) -> &Option<Sourced<T>>,
    built_in: T,
) -> Sourced<T> {
    let said = layers.iter().rev().find_map(|layer| get(layer).as_ref());
    said.cloned().unwrap_or(Sourced::new(built_in, Source::BuiltIn))
}

impl Settings {
    /// Resolves layers. `entries` are those the layers were read with. Problems are those that
    /// only all layers together, or the day, show.
    pub fn resolve(layers: Layers, entries: &'static [Entry], today: Date) -> (Self, Vec<Problem>) {
        let Layers { root, mut below, environment, command_line } = layers;
        let root = root.unwrap_or_default();
        // The nearer to a manifest, the later, so that it wins.
        below.sort_by(|a, b| {
            let depth = |options: &Options| options.folder.split('/').count();
            depth(a).cmp(&depth(b)).then_with(|| a.folder.cmp(&b.folder))
        });
        let whole = [&root, &environment, &command_line];
        let require_reason = pick(&whole, |options| &options.require_reason, false);
        let mut problems = Vec::new();
        let files: Vec<&Options> = std::iter::once(&root).chain(&below).collect();
        let ignores = active(&files, require_reason.value, today, &mut problems);
        let mut include = Vec::new();
        let mut exclude = Vec::new();
        for options in files.iter().copied().chain([&environment, &command_line]) {
            include.extend(options.include.iter().cloned());
            exclude.extend(options.exclude.iter().cloned());
        }
        let settings = Self {
            profile: pick(&whole, |options| &options.profile, Profile::Default),
            kubernetes_version: pick(
                &whole,
                |options| &options.kubernetes_version,
                Version::NEWEST,
            ),
            fail_on: pick(&whole, |options| &options.fail_on, Gate::At(Severity::Medium)),
            min_severity: pick(&whole, |options| &options.min_severity, Severity::Info),
            min_confidence: pick(&whole, |options| &options.min_confidence, Confidence::Low),
            require_reason,
            foreign_suppressions: pick(&whole, |options| &options.foreign_suppressions, true),
            baseline: pick(&whole, |options| &options.baseline, BaselineFile::Usual),
            jobs: whole.iter().rev().find_map(|layer| layer.jobs.clone()),
            workloads: root.workloads.clone(),
            external: root.external.clone(),
            complete: root.complete.clone(),
            include,
            exclude,
            layers: of_checks(root, below, [environment, command_line]),
            ignores,
            entries,
            today,
        };
        (settings, problems)
    }

    /// The settings that hold when nobody sets any.
    pub fn built_in(entries: &'static [Entry], today: Date) -> Self {
        Self::resolve(Layers::default(), entries, today).0
    }

    /// The scope of an object, or of a file without one. `path` is its file's path from the project
    /// root, with forward slashes. Nearly always the default one; collect the scopes that occur,
    /// and make one plan of rules for each.
    pub fn scope(&self, path: &str, resource: Option<&Resource>) -> Scope {
        scope(&self.layers, path, resource)
    }

    /// True when something of the settings goes by path or object: else every scope is the default one.
    pub fn has_scopes(&self) -> bool {
        self.layers.iter().any(|layer| !matches!(layer.when, When::Always))
    }

    /// What of the settings goes by path or object and holds for an object that was built: that of
    /// any of the paths it was built from.
    pub fn scope_of(&self, paths: &[Arc<str>], resource: &Resource) -> Scope {
        let mut all = Scope::default();
        for path in paths {
            all.add(scope(&self.layers, path, Some(resource)));
        }
        all
    }

    /// The rules of the whole project, those of the default scope.
    pub fn rules(&self) -> Vec<Rule> {
        self.rules_in(&Scope::default())
    }

    /// The rules of a scope: the checks that run, in the order of the entries, then the built-in
    /// ones.
    pub fn rules_in(&self, scope: &Scope) -> Vec<Rule> {
        self.states(scope).into_iter().filter_map(State::rule).collect()
    }

    pub(crate) fn states(&self, scope: &Scope) -> Vec<State> {
        states(&self.layers, scope, &self.profile, self.entries)
    }

    /// True for a file or folder that is left out: excluded, as one of `paths.exclude` says.
    pub fn is_excluded(&self, path: &str) -> bool {
        self.exclude.iter().any(|pattern| pattern.value.matches(path))
    }

    /// True for a file that is read: not excluded, and included where `paths.include` of the
    /// nearest file that has one says what is.
    pub fn reads(&self, path: &str) -> bool {
        let covering = self.include.iter().filter(|pattern| pattern.value.covers(path));
        let nearest =
            covering.clone().map(|pattern| pattern.value.folder()).max_by_key(|f| f.len());
        let included = nearest.is_none_or(|folder| {
            let mut nearest = covering.filter(|pattern| pattern.value.folder() == folder);
            nearest.any(|pattern| pattern.value.matches(path))
        });
        included && !self.is_excluded(path)
    }

    /// True for a finding of a severity and confidence that is shown.
    pub fn shows(&self, severity: Severity, confidence: Confidence) -> bool {
        severity >= self.min_severity.value && confidence >= self.min_confidence.value
    }

    /// What the project says about objects that no manifest of it shows.
    pub fn declared(&self) -> Declared {
        let external = self.external.iter().map(|said| said.value.objects.clone());
        let complete = self.complete.iter().map(|said| said.value.clone());
        Declared { external: external.collect(), complete: complete.collect() }
    }

    /// What holds for suppressions beside the thing.
    pub fn suppressions(&self) -> SuppressionSettings {
        SuppressionSettings {
            today: self.today,
            foreign: self.foreign_suppressions.value,
            require_reason: self.require_reason.value,
        }
    }
}

/// The layers of checks, lowest first: the root file and its overrides, nearer files, the rest.
fn of_checks(root: Options, below: Vec<Options>, above: [Options; 2]) -> Vec<Layer> {
    let whole = |options: Options| Layer {
        when: When::Always,
        profile: options.profile,
        checks: options.checks,
    };
    let overrides = root.overrides.clone();
    let mut layers = vec![whole(root)];
    layers.extend(overrides.into_iter().map(|over| Layer {
        when: When::Selected(over.selector),
        profile: None,
        checks: over.checks,
    }));
    layers.extend(below.into_iter().map(|options| Layer {
        when: When::Below(options.folder),
        profile: None,
        checks: options.checks,
    }));
    layers.extend(above.map(whole));
    layers
}

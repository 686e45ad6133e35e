//! The session: puts the steps from files to findings in their order.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_config::{Problem, Scope as RuleScope, Settings};
use kubesift_engine::{Entry, FileFate, Outcome, Plan, Version};
use kubesift_model::{Build, BuildId, Graph, Resource, ResourceId, Workloads};
use kubesift_source::{FileId, SourceFile, System};
use kubesift_yaml::Tree;
use rayon::prelude::*;

use crate::files::Read;
use crate::home::{self, BuiltText, Homes};
use crate::inputs::{From, Input, Inputs, gather};
use crate::judge::{Judged, alone, linked};
use crate::kustomize_files::KustomizeFiles;
use crate::overlays::Overlays;
use crate::report::{Parts, report};
use crate::request::{Phase, Request, Stop};
use crate::settings::{Configured, Loader};
use crate::sort::{Sorted, Task, sort};
use crate::{facts, files, findings, forming};

/// What a run gives.
#[derive(Debug)]
pub struct Analysis {
    /// Everything that reporters may see.
    pub outcome: Outcome,
    /// The settings it was made with: the gate, for one.
    pub settings: Settings,
    /// What is wrong with the configuration without being an error; the files of their places are
    /// in the outcome.
    pub problems: Vec<Problem>,
    /// All resources; a [`ResourceId`] is an index.
    pub resources: Vec<Resource>,
}

impl Analysis {
    /// How the resources of a build relate. `build` is one of the outcome's.
    pub fn graph<'a>(&'a self, build: &'a Build) -> Graph<'a> {
        Graph::new(build, &self.resources)
    }
}

/// A session over a system, with the checks that there are.
pub struct Host {
    system: Box<dyn System>,
    checks: &'static [Entry],
}

impl Host {
    /// A session. `checks` is the registry, sorted by name.
    pub fn new(system: impl System + 'static, checks: &'static [Entry]) -> Self {
        Self { system: Box::new(system), checks }
    }

    /// The settings that a run would start with. The project's file is the one that lies highest in
    /// the git repository, or the nearest above the folder of the run where there is none; files in
    /// folders below it are read by [`Host::analyze`], which comes by them.
    ///
    /// # Errors
    /// When the configuration is wrong or cannot be read.
    pub fn settings(&self, request: &Request<'_>) -> Result<Configured, Stop> {
        Loader::new(&*self.system, self.checks, request)?.resolve()
    }

    /// From files to findings.
    ///
    /// # Errors
    /// When a path does not exist, the configuration is wrong, or the run was cancelled. What
    /// cannot be read or parsed is no error: it is part of the outcome.
    pub fn analyze(&self, request: &Request<'_>) -> Result<Analysis, Stop> {
        self.go(request, true)
    }

    /// From files to resources and builds, without running a check: what commands that show how
    /// things relate begin with. The outcome has the troubles of reading, and no findings.
    ///
    /// # Errors
    /// As [`Host::analyze`].
    pub fn load(&self, request: &Request<'_>) -> Result<Analysis, Stop> {
        self.go(request, false)
    }

    fn go(&self, request: &Request<'_>, judge: bool) -> Result<Analysis, Stop> {
        let mut loader = Loader::new(&*self.system, self.checks, request)?;
        let jobs = loader.resolve()?.settings.jobs.map_or(0, |jobs| jobs.value);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
        let pool = pool.map_err(|error| Stop::Usage(format!("no threads: {error}")))?;
        pool.install(|| {
            let inputs = gather(&*self.system, request, rayon::current_num_threads())?;
            loader.add_below(&inputs.configs)?;
            self.run(request, inputs, loader.resolve()?, judge)
        })
    }

    fn run(
        &self,
        request: &Request<'_>,
        inputs: Inputs,
        configured: Configured,
        judge: bool,
    ) -> Result<Analysis, Stop> {
        let Configured { settings, mut problems, files: config_files, root } = configured;
        let start = self.system.real(&request.folder).unwrap_or_else(|_| request.folder.clone());
        let paths = project_paths(&inputs.files, &start, &root);
        let first = config_files.len() as u32;
        let id = |at: usize| FileId(first + at as u32);
        let mut sorted = sort(&*self.system, request, &inputs, &paths, &settings);
        let past = first + inputs.files.len() as u32;
        let overlays = self.build(&inputs, &sorted, &start, first, past);
        for (input, (fate, _)) in &overlays.fates {
            sorted.tasks[*input] = Task::Settled(fate.clone());
        }
        request.go_on()?;
        let reads = self.read(request, &inputs.files, &sorted, &settings, &id);
        request.go_on()?;

        let mut whole = Whole::new(config_files, reads);
        facts::orphans(&overlays, &mut whole.resources);
        let plain = whole.resources.len();
        let texts = whole.add_built(&overlays, past, &workloads(&settings));
        let homes = Homes::new(&texts, &overlays, &whole.files);
        let shown = |file: FileId| -> Arc<str> {
            let input = file.0.checked_sub(first).and_then(|at| paths.get(at as usize));
            input.unwrap_or(&whole.files[file.0 as usize].path).clone()
        };
        let rules = match judge {
            true => Rules::new(&settings, &whole.resources, &|one| {
                homes.files_of(one).into_iter().map(&shown).collect()
            }),
            false => Rules::none(settings.kubernetes_version.value),
        };
        let needs_graph = rules.plans.iter().any(Plan::needs_graph);
        let builds = forming::form(forming::Material {
            system: &*self.system,
            heed_ignore_files: request.heed_ignore_files,
            inputs: &inputs,
            sorted: &sorted,
            reads: &whole.reads,
            resources: &whole.resources[..plain],
            first,
            needs_completeness: needs_graph || !judge,
            declared: settings.declared(),
            overlays: &overlays.all,
            texts: &texts,
        });
        let holders = Holders::new(whole.resources.len(), &builds);
        // Indexing a build is the work of one thread; meanwhile the others judge resources alone.
        let (mut judged, linked) = rayon::join(
            || alone(&whole.resources, &holders, |one| rules.plan(Some(one)), request),
            || match needs_graph {
                true => linked(&whole.resources, &builds, |one| rules.plan(Some(one)), request),
                false => Judged::default(),
            },
        );
        judged.add(linked);
        request.go_on()?;

        let Judged { findings, mut troubles } = judged;
        let settled = findings::settle(findings::Material {
            findings,
            files: &whole.files,
            trees: &whole.trees,
            resources: &whole.resources,
            homes: &homes,
            path: &shown,
            entries: self.checks,
            settings: &settings,
            plan: &|one| rules.plan(one),
        });
        // On a part of the project nothing can be said about what matches no finding.
        if judge && request.paths.is_empty() && start == root {
            problems.extend(settings.unused(&settled.uses, |entry| rules.runs(entry)));
        }
        troubles.extend(overlays.errors(&|file| whole.files[file.0 as usize].path.clone()));
        drop(homes);
        troubles.extend(whole.reads.iter_mut().flat_map(|read| std::mem::take(&mut read.troubles)));
        let outcome = report(Parts {
            inputs,
            sorted: &sorted,
            overlays: &overlays,
            reads: whole.reads,
            files: whole.files,
            resources: &whole.resources,
            plain,
            objects: whole.objects,
            builds,
            first,
            findings: settled.findings,
            troubles,
            checks: rules.checks(),
            kubernetes_version: settings.kubernetes_version.value,
        });
        Ok(Analysis { outcome, settings, problems, resources: whole.resources })
    }

    /// Builds the kustomizations among the inputs.
    fn build(
        &self,
        inputs: &Inputs,
        sorted: &Sorted,
        start: &Path,
        first: u32,
        past: u32,
    ) -> Overlays {
        if sorted.kustomizations.is_empty() {
            return Overlays::default();
        }
        let real = |(at, input): (usize, &Input)| match &input.from {
            From::Disk(real) => Some((at, real.clone(), input.path.clone())),
            From::Stdin => None,
        };
        let known: Vec<_> = inputs.files.iter().enumerate().filter_map(real).collect();
        let positions = known.iter().map(|(at, path, _)| (&**path, *at)).collect();
        let ids = known
            .iter()
            .map(|(at, path, name)| (path.clone(), FileId(first + *at as u32), name.clone()));
        let files = KustomizeFiles::new(&*self.system, start).knowing(ids, past);
        Overlays::build(&files, &sorted.kustomizations, &positions, past)
    }

    /// Reads and parses in parallel; what a file gives depends on its bytes and its task only.
    fn read(
        &self,
        request: &Request<'_>,
        inputs: &[Input],
        sorted: &Sorted,
        settings: &Settings,
        id: &(dyn Fn(usize) -> FileId + Sync),
    ) -> Vec<Read> {
        request.progress.begin(Phase::Read, inputs.len());
        let workloads = workloads(settings);
        let read = |(at, input): (usize, &Input)| {
            let read = match &sorted.tasks[at] {
                Task::Settled(fate) => Read::nothing(id(at), &input.path, fate.clone()),
                Task::Failed(trouble) => Read::failed(id(at), &input.path, trouble.clone()),
                Task::Read if request.is_cancelled() => {
                    Read::nothing(id(at), &input.path, FileFate::Failed)
                }
                Task::Read => files::load(&*self.system, input, id(at), &workloads),
            };
            request.progress.step(1);
            read
        };
        inputs.par_iter().enumerate().with_max_len(16).map(read).collect()
    }
}

fn workloads(settings: &Settings) -> Workloads {
    Workloads::new(settings.workloads.iter().map(|own| own.value.clone()).collect())
}

/// Everything that was read, resources numbered in the order of files and documents.
struct Whole {
    /// The configuration files, then one for each input.
    files: Vec<Arc<SourceFile>>,
    trees: Vec<Arc<Tree>>,
    /// Those of files, then those that were built, then the kustomizations.
    resources: Vec<Resource>,
    /// Number of resources that are no kustomizations.
    objects: usize,
    reads: Vec<Read>,
}

impl Whole {
    fn new(mut files: Vec<Arc<SourceFile>>, mut reads: Vec<Read>) -> Self {
        files.extend(reads.iter().map(|read| read.file.clone()));
        let trees = reads.iter().filter_map(|read| read.tree.clone()).collect();
        let full = |read: &&mut Read| !read.resources.is_empty();
        let mut lists =
            reads.iter_mut().filter(full).map(|read| std::mem::take(&mut read.resources));
        // One large stream is not copied; files of any number are joined in one allocation.
        let mut resources = lists.next().unwrap_or_default();
        let rest: Vec<Vec<Resource>> = lists.collect();
        resources.reserve_exact(rest.iter().map(Vec::len).sum());
        rest.into_iter().for_each(|list| resources.extend(list));
        for (at, resource) in resources.iter_mut().enumerate() {
            resource.id = ResourceId(at as u32);
        }
        let objects = resources.len();
        Self { files, trees, resources, objects, reads }
    }

    /// Adds what overlays were built to: files that are no inputs from the id `past` on, and then
    /// one text for each overlay, which no file holds.
    fn add_built(
        &mut self,
        overlays: &Overlays,
        past: u32,
        workloads: &Workloads,
    ) -> Vec<BuiltText> {
        debug_assert_eq!(self.files.len(), past as usize);
        self.files.extend(overlays.files.iter().cloned());
        // Files that builds read were not read as inputs: their places hold nothing yet.
        for tree in &overlays.trees {
            let at = tree.file().id.0 as usize;
            self.files[at] = tree.file().clone();
            self.trees.push(tree.clone());
        }
        for file in &overlays.texts {
            let at = file.id.0 as usize;
            self.files[at] = file.clone();
        }
        let next = self.files.len() as u32;
        let made = overlays.all.par_iter().enumerate();
        let made: Vec<(BuiltText, Vec<Resource>)> = made
            .map(|(at, overlay)| {
                let id = FileId(next + at as u32);
                let file = SourceFile::new(id, overlay.name.clone(), overlay.built.text.as_str());
                home::read(at, overlay, Arc::new(file), workloads)
            })
            .collect();
        let mut texts = Vec::with_capacity(made.len());
        for (mut text, mut resources) in made {
            self.files.push(text.tree.file().clone());
            text.resources.start = self.resources.len() as u32;
            for resource in &mut resources {
                resource.id = ResourceId(self.resources.len() as u32);
                self.resources.push(resource.clone());
            }
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

/// The family of the checks of kustomizations.
const KUSTOMIZE: &str = "kustomize";

fn is_kustomization_kind(resource: &Resource) -> bool {
    &*resource.kind.group == "kustomize.config.k8s.io"
        && matches!(&*resource.kind.kind, "Kustomization" | "Component")
}

/// The plans of a run: nearly always one; overrides and nearer files make more.
struct Rules {
    plans: Vec<Plan>,
    /// The plan of each resource.
    of: Vec<u32>,
}

impl Rules {
    /// `paths` gives those that the settings may name for an object.
    fn new(
        settings: &Settings,
        resources: &[Resource],
        paths: &(dyn Fn(&Resource) -> Vec<Arc<str>> + Sync),
    ) -> Self {
        let version = settings.kubernetes_version.value;
        let mut plans = vec![Plan::new(settings.rules(), version)];
        let mut known: HashMap<(RuleScope, bool), u32> =
            HashMap::from([((RuleScope::default(), false), 0)]);
        let mut of = Vec::with_capacity(resources.len());
        let scope = |resource: &Resource| settings.scope_of(&paths(resource), resource);
        let scopes: Vec<RuleScope> = resources.par_iter().map(scope).collect();
        for (scope, resource) in scopes.into_iter().zip(resources) {
            // A kustomization is no object of a cluster: only what is made for it judges it.
            let own = is_kustomization_kind(resource);
            let key = (scope, own);
            let plan = match known.get(&key) {
                Some(plan) => *plan,
                None => {
                    let mut rules = settings.rules_in(&key.0);
                    rules.retain(|rule| !own || rule.entry.family == KUSTOMIZE);
                    plans.push(Plan::new(rules, version));
                    known.insert(key, plans.len() as u32 - 1);
                    plans.len() as u32 - 1
                }
            };
            of.push(plan);
        }
        Self { plans, of }
    }

    /// No check at all.
    fn none(version: Version) -> Self {
        Self { plans: vec![Plan::new(Vec::new(), version)], of: Vec::new() }
    }

    fn plan(&self, resource: Option<&Resource>) -> &Plan {
        let at = resource.and_then(|resource| self.of.get(resource.id.0 as usize));
        &self.plans[at.map_or(0, |at| *at as usize)]
    }

    /// The checks that ran for something, by name.
    fn checks(&self) -> Vec<&'static Entry> {
        let rules = self.plans.iter().flat_map(|plan| plan.rules());
        let checks: BTreeMap<_, _> = rules.map(|rule| (rule.entry.name, rule.entry)).collect();
        checks.into_values().collect()
    }

    /// True when a check ran for everything.
    fn runs(&self, entry: &Entry) -> bool {
        let held = |plan: &Plan| plan.rules().iter().any(|rule| rule.entry.name == entry.name);
        self.plans.iter().all(held)
    }
}

/// The builds that hold each resource.
pub(crate) struct Holders {
    /// Where the builds of a resource begin, and one more for the end of the last.
    starts: Vec<u32>,
    builds: Vec<BuildId>,
}

impl Holders {
    fn new(resources: usize, builds: &[Build]) -> Self {
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

/// The path of each input from the root of the project, which the configuration speaks of.
fn project_paths(inputs: &[Input], start: &Path, root: &Path) -> Vec<Arc<str>> {
    let path = |input: &Input| -> Arc<str> {
        if start == root {
            return input.path.clone();
        }
        let real = match &input.from {
            From::Disk(real) => real.clone(),
            From::Stdin => start.join(PathBuf::from(&*input.path)),
        };
        match real.strip_prefix(root) {
            Ok(rest) => crate::shown::below("", rest).into(),
            Err(_) => input.path.clone(),
        }
    };
    inputs.iter().map(path).collect()
}

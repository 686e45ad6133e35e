//! One run: puts the steps from files to findings in their order, each fed from what earlier runs
//! left where nothing has changed.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use kubesift_config::Settings;
use kubesift_engine::{Entry, FileFate, Plan};
use kubesift_model::{Build, Resource, Workloads};
use kubesift_source::{FileId, SourceFile, System};
use rayon::prelude::*;

use crate::analysis::{Analysis, Material, Places};
use crate::baseline::{self, Held, Holding, Loaded};
use crate::files::Read;
use crate::home::Homes;
use crate::inputs::{From, Input, Inputs, gather};
use crate::judge::{Bench, Judged, Judgement};
use crate::kustomize_files::{Carried, KustomizeFiles};
use crate::memo::{BaselineMemo, BuiltMemo, Known, Memo, PlacesMemo, Stamped, Stamps, stamp};
use crate::overlays::{Overlay, Overlays};
use crate::report::{Parts, report};
use crate::request::{Phase, Request, Stop};
use crate::rules::Rules;
use crate::settings::{Configured, Loader};
use crate::shown::joined;
use crate::sort::{Sorted, Task, sort};
use crate::whole::{self, Holders, Texts, Whole};
use crate::{facts, files, findings, forming, kustomizations};

/// What a session hands to a run.
pub(crate) struct Memory<'a> {
    pub memo: &'a mut Memo,
    pub pool: &'a mut Option<(usize, Arc<rayon::ThreadPool>)>,
    pub stamps: &'a Stamps,
    /// The revision in which a file last came or went.
    pub structure: u64,
    pub revision: u64,
    /// Of a build that changed, only what the change is near to is judged by the checks that want
    /// the build in view.
    pub glance: bool,
}

/// A run.
pub(crate) struct Run<'a> {
    pub system: &'a dyn System,
    pub checks: &'static [Entry],
    pub request: &'a Request<'a>,
    /// Checks are run.
    pub judge: bool,
    pub memory: Option<Memory<'a>>,
}

impl Run<'_> {
    /// From files to findings.
    ///
    /// # Errors
    /// When a path does not exist, the configuration is wrong, or the run was cancelled.
    pub fn go(mut self) -> Result<Analysis, Stop> {
        let (system, request) = (self.system, self.request);
        let mut loader = Loader::new(system, self.checks, request)?;
        let jobs = loader.resolve()?.settings.jobs.map_or(0, |jobs| jobs.value);
        let pool = self.pool(jobs)?;
        pool.install(|| {
            let inputs = self.inputs()?;
            loader.add_below(&inputs.configs)?;
            let configured = loader.resolve()?;
            let baseline = self.baseline(&configured);
            self.recall(&inputs, &configured, &baseline);
            self.run(inputs, configured, baseline)
        })
    }

    fn pool(&mut self, jobs: usize) -> Result<Arc<rayon::ThreadPool>, Stop> {
        let held = self.memory.as_ref().and_then(|memory| memory.pool.clone());
        if let Some((_, pool)) = held.filter(|(threads, _)| *threads == jobs) {
            return Ok(pool);
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
        let pool = Arc::new(pool.map_err(|error| Stop::Usage(format!("no threads: {error}")))?);
        if let Some(memory) = &mut self.memory {
            *memory.pool = Some((jobs, Arc::clone(&pool)));
        }
        Ok(pool)
    }

    /// The files there are: those of the last run, unless some came or went.
    fn inputs(&mut self) -> Result<Arc<Inputs>, Stop> {
        let walk = || gather(self.system, self.request, rayon::current_num_threads());
        let Some(memory) = &mut self.memory else { return Ok(Arc::new(walk()?)) };
        let held = memory.memo.inputs.clone();
        if let Some((_, inputs)) = held.filter(|(revision, _)| *revision == memory.structure) {
            return Ok(inputs);
        }
        let inputs = Arc::new(walk()?);
        let same = |old: &Inputs| {
            let paths = |inputs: &Inputs| -> Vec<Arc<str>> {
                inputs.files.iter().map(|input| input.path.clone()).collect()
            };
            paths(old) == paths(&inputs)
        };
        if !memory.memo.inputs.as_ref().is_some_and(|(_, old)| same(old)) {
            // Files have other numbers now, and everything that was kept speaks of the old ones.
            memory.memo.forget();
        }
        // A folder or a file that nobody reads as a manifest may be what a kustomization looked for.
        memory.memo.sorted = None;
        memory.memo.built = None;
        memory.memo.inputs = Some((memory.structure, Arc::clone(&inputs)));
        Ok(inputs)
    }

    /// The baseline that holds: as in the last run, unless its file or the files there are changed.
    fn baseline(&mut self, configured: &Configured) -> Loaded {
        let system = self.system;
        let Some(path) = configured.baseline.as_deref().filter(|_| self.judge) else {
            return Loaded::default();
        };
        if self.request.ignore_baseline {
            return Loaded { path: Some(path.to_path_buf()), ..Loaded::default() };
        }
        let start = system.real(&self.request.folder);
        let start = start.unwrap_or_else(|_| self.request.folder.clone());
        let id = FileId(configured.files.len() as u32);
        let load = || baseline::load(system, &configured.settings, path, &start, id);
        let Some(memory) = &mut self.memory else { return load() };
        let real = system.real(path).unwrap_or_else(|_| path.to_path_buf());
        let key = (path.to_path_buf(), stamp(memory.stamps, &real), memory.structure, id);
        if let Some(held) = memory.memo.baseline.as_ref().filter(|held| held.key == key) {
            return held.loaded.clone();
        }
        let loaded = load();
        memory.memo.baseline = Some(BaselineMemo { key, loaded: loaded.clone() });
        loaded
    }

    /// Lets the memory go that was made under other settings.
    fn recall(&mut self, inputs: &Inputs, configured: &Configured, baseline: &Loaded) {
        let Some(memory) = &mut self.memory else { return };
        let texts = configured.files.iter().map(|file| (&*file.path, file.text()));
        let texts: Vec<_> = texts.collect();
        let request = self.request;
        let key = format!(
            "{texts:?} {:?} {:?} {:?} {:?} {:?} {:?} {} {}",
            request.config,
            request.focus,
            request.environment,
            request.command_line,
            request.paths,
            request.folder,
            inputs.files.len(),
            // What it lists decides nothing that is remembered, but its file has a number.
            baseline.file.is_some(),
        );
        let held = (memory.memo.inputs.clone(), memory.memo.baseline.clone());
        memory.memo.settle(key);
        (memory.memo.inputs, memory.memo.baseline) = held;
    }

    fn run(
        &mut self,
        inputs: Arc<Inputs>,
        configured: Configured,
        baseline: Loaded,
    ) -> Result<Analysis, Stop> {
        let Configured { settings, mut problems, files: mut config_files, root, .. } = configured;
        problems.extend(baseline.problems.iter().cloned());
        config_files.extend(baseline.file.clone());
        let (system, request, judge) = (self.system, self.request, self.judge);
        let start = system.real(&request.folder).unwrap_or_else(|_| request.folder.clone());
        let paths = project_paths(&inputs.files, &start, &root);
        let first = config_files.len() as u32;
        let past = first + inputs.files.len() as u32;
        let workloads = workloads(&settings);
        let sorted = self.sorted(&inputs, &paths, &settings, baseline.path.as_deref());
        let (overlays, made) = self.built(&inputs, &sorted, &start, (first, past), &workloads);
        let mut sorted = Arc::unwrap_or_clone(sorted);
        for (input, (fate, _)) in &overlays.fates {
            sorted.tasks[*input] = Task::Settled(fate.clone());
        }
        request.go_on()?;
        let reads = self.read(&inputs.files, &sorted, &workloads, first);
        request.go_on()?;

        let mut whole = Whole::new(config_files, reads);
        facts::orphans(&overlays, &mut whole.resources);
        let plain = whole.resources.len();
        let texts = whole.add_built(&overlays, past, made);
        let resources = Arc::new(std::mem::take(&mut whole.resources));
        let homes = Homes::new(&texts, &overlays, &whole.files);
        let shown = |file: FileId| -> Arc<str> {
            let input = file.0.checked_sub(first).and_then(|at| paths.get(at as usize));
            input.unwrap_or(&whole.files[file.0 as usize].path).clone()
        };
        let rules = match judge {
            true => Rules::new(&settings, &resources, &|one| {
                homes.files_of(one).into_iter().map(&shown).collect()
            }),
            false => Rules::none(settings.kubernetes_version.value),
        };
        let needs_graph = rules.plans.iter().any(Plan::needs_graph);
        let formed = self.memory.as_mut().and_then(|memory| memory.memo.formed.take());
        let material = forming::Material {
            system,
            heed_ignore_files: request.heed_ignore_files,
            inputs: &inputs,
            sorted: &sorted,
            reads: &whole.reads,
            resources: &resources,
            plain,
            first,
            needs_completeness: needs_graph || !judge,
            declared: settings.declared(),
            overlays: &overlays.all,
            texts: &texts,
        };
        let (builds, formed) = forming::form(material, formed.as_ref());
        if let Some(memory) = &mut self.memory {
            memory.memo.formed = Some(formed);
        }
        let Judgement { judged, relations, is_partial } =
            self.judged(&resources, &builds, &rules, needs_graph);
        request.go_on()?;

        let Judged { findings, mut troubles } = judged;
        troubles.extend(overlays.errors(&|file| whole.files[file.0 as usize].path.clone()));
        troubles.extend(whole.reads.iter().flat_map(|read| read.troubles.iter().cloned()));
        let own = baseline.baseline.as_ref().zip(baseline.file.as_ref());
        let read = || looked_into(&inputs, &sorted, &overlays, &whole, &start);
        let holding = own.map(|(listed, own)| Holding {
            system,
            request,
            baseline: listed,
            own,
            folder: baseline.path.as_deref().and_then(Path::parent).unwrap_or(&root),
            root: &root,
            start: &start,
            files: &whole.files,
            read: &read,
            resources: &resources,
            builds: &builds,
            homes: &homes,
            rules: &rules,
            entries: self.checks,
            is_complete: troubles.is_empty() && inputs.troubles.is_empty(),
        });
        let settled = findings::settle(findings::Material {
            findings,
            files: &whole.files,
            trees: &whole.trees,
            marked: &whole.marked,
            resources: &resources,
            homes: &homes,
            path: &shown,
            entries: self.checks,
            settings: &settings,
            plan: &|one| rules.plan(one),
            baseline: holding.as_ref(),
        });
        // On a part of the project nothing can be said about what matches no finding.
        let is_part = !request.paths.is_empty() || request.focus.is_some();
        if judge && !is_part && start == root {
            problems.extend(settings.unused(&settled.uses, |entry| rules.runs(entry)));
        }
        drop(homes);
        let held = own.map(|(listed, own)| Held {
            file: own.id,
            baseline: Arc::clone(listed),
            left: settled.left,
            doubt: settled.doubt,
        });
        let outcome = report(Parts {
            inputs: &inputs,
            sorted: &sorted,
            overlays: &overlays,
            reads: whole.reads,
            files: whole.files,
            resources: &resources,
            plain,
            objects: whole.objects,
            builds,
            first,
            findings: settled.findings,
            troubles,
            checks: rules.checks(),
            kubernetes_version: settings.kubernetes_version.value,
            baseline: own.map(|(_, own)| own.path.clone()),
        });
        let scope = baseline::scope(system, request);
        let places = self.places(&inputs, first, &outcome.files, &overlays);
        let material = Material {
            inputs,
            first,
            start,
            scope,
            baseline: baseline.path,
            trees: whole.trees,
            plain,
            overlays,
            texts,
            places,
            written: OnceLock::new(),
            trees_by_id: OnceLock::new(),
        };
        Ok(Analysis {
            outcome,
            settings,
            problems,
            resources,
            is_partial,
            held,
            material,
            relations,
        })
    }

    /// Where files lie: as in the last run, where there were the same files.
    fn places(
        &mut self,
        inputs: &Arc<Inputs>,
        first: u32,
        files: &[Arc<SourceFile>],
        overlays: &Overlays,
    ) -> Arc<OnceLock<Places>> {
        let Some(memory) = &mut self.memory else { return Arc::default() };
        let configs = files.iter().take(first as usize);
        let others = configs.chain(&overlays.files).map(|file| (file.id, Arc::clone(&file.path)));
        let (inputs, others) = (Arc::clone(inputs), others.collect());
        let new = PlacesMemo { inputs, first, others, places: Arc::default() };
        let held = memory.memo.places.take().filter(|held| held.is_for(&new)).unwrap_or(new);
        Arc::clone(&memory.memo.places.insert(held).places)
    }

    /// What each file is by its place and by who names it: as in the last run, unless a
    /// kustomization changed since.
    fn sorted(
        &mut self,
        inputs: &Inputs,
        paths: &[Arc<str>],
        settings: &Settings,
        baseline: Option<&Path>,
    ) -> Arc<Sorted> {
        let sort = || Arc::new(sort(self.system, self.request, inputs, paths, settings, baseline));
        let Some(memory) = &mut self.memory else { return sort() };
        let on_disk = inputs.files.iter().filter_map(|input| match &input.from {
            From::Disk(path) => Some(path),
            From::Stdin => None,
        });
        let named = on_disk.chain(&inputs.above);
        let named = named.filter(|path| kustomizations::is_kustomization_file(path));
        let key: Vec<Stamped> =
            named.map(|path| (path.clone(), stamp(memory.stamps, path))).collect();
        if let Some((_, sorted)) = memory.memo.sorted.as_ref().filter(|(held, _)| *held == key) {
            return Arc::clone(sorted);
        }
        let sorted = sort();
        memory.memo.sorted = Some((key, Arc::clone(&sorted)));
        sorted
    }

    /// What the kustomizations are built to: as in the last run, where nothing has changed that a
    /// build looked at.
    fn built(
        &mut self,
        inputs: &Inputs,
        sorted: &Sorted,
        start: &Path,
        (first, past): (u32, u32),
        workloads: &Workloads,
    ) -> (Arc<Overlays>, Texts) {
        if sorted.kustomizations.is_empty() {
            return (Arc::default(), Texts::new());
        }
        let system = self.system;
        let held = self.memory.as_mut().and_then(|memory| memory.memo.built.take());
        let revision = held.as_ref().map_or(0, |held| held.revision);
        let stamps = self.memory.as_ref().map(|memory| memory.stamps);
        let changed = |path: &Path| stamps.is_some_and(|stamps| stamp(stamps, path) > revision);
        let (old, texts, carried) = match held {
            Some(held) => (held.overlays, held.texts, held.carried),
            None => (Arc::default(), Texts::new(), Carried::default()),
        };
        let stale = carried.stale(system, changed);
        let is_sound =
            |one: &&Arc<Overlay>| !one.built.reads.iter().any(|path| stale.contains(path));
        let sound = old.all.iter().filter(is_sound);
        let sound: HashMap<PathBuf, Arc<Overlay>> =
            sound.map(|one| (one.folder.clone(), Arc::clone(one))).collect();

        let (known, positions) = on_disk(inputs, first);
        let files = KustomizeFiles::new(system, start).knowing(known, past);
        let mut files = files.carrying(carried, &stale);
        let candidates = &sorted.kustomizations;
        let overlays = Overlays::build(&mut files, candidates, &positions, past, &sound);
        let overlays = Arc::new(overlays);
        let next = past + overlays.files.len() as u32;
        let texts = whole::texts(&overlays, next, workloads, &old, texts);
        if let Some(memory) = self.memory.as_mut().filter(|_| !self.request.is_cancelled()) {
            memory.memo.built = Some(BuiltMemo {
                overlays: Arc::clone(&overlays),
                texts: texts.clone(),
                carried: files.into_carried(),
                revision: memory.revision,
            });
        }
        (overlays, texts)
    }

    /// Reads and parses in parallel; what a file gives depends on its bytes and its task only.
    fn read(
        &mut self,
        inputs: &[Input],
        sorted: &Sorted,
        workloads: &Workloads,
        first: u32,
    ) -> Vec<Arc<Read>> {
        let (system, request) = (self.system, self.request);
        request.progress.begin(Phase::Read, inputs.len());
        let memory = self.memory.as_ref();
        let known = |id: FileId, input: &Input| -> Option<&Known> {
            let memory = memory?;
            let held = memory.memo.reads.get(&id)?;
            let From::Disk(path) = &input.from else { return None };
            (held.path == input.path && held.stamp == stamp(memory.stamps, path)).then_some(held)
        };
        let read = |(at, input): (usize, &Input)| {
            let id = FileId(first + at as u32);
            request.progress.step(1);
            let read = match &sorted.tasks[at] {
                Task::Settled(fate) => Read::nothing(id, &input.path, fate.clone()),
                Task::Failed(trouble) => Read::failed(id, &input.path, trouble.clone()),
                Task::Read if request.is_cancelled() => {
                    Read::nothing(id, &input.path, FileFate::Failed)
                }
                Task::Read => match known(id, input) {
                    Some(held) => return Arc::clone(&held.read),
                    None => files::load(system, input, id, workloads),
                },
            };
            Arc::new(read)
        };
        let reads = inputs.par_iter().enumerate().with_max_len(16).map(read).collect::<Vec<_>>();
        self.keep_reads(inputs, sorted, &reads, first);
        reads
    }

    /// Remembers what was read, unless the run was ended before the end.
    fn keep_reads(&mut self, inputs: &[Input], sorted: &Sorted, reads: &[Arc<Read>], first: u32) {
        let Some(memory) = self.memory.as_mut().filter(|_| !self.request.is_cancelled()) else {
            return;
        };
        for (at, (input, read)) in inputs.iter().zip(reads).enumerate() {
            let id = FileId(first + at as u32);
            let From::Disk(path) = &input.from else { continue };
            if !matches!(sorted.tasks[at], Task::Read) {
                memory.memo.reads.remove(&id);
                continue;
            }
            let stamp = stamp(memory.stamps, path);
            let same = |held: &Known| held.path == input.path && held.stamp == stamp;
            if !memory.memo.reads.get(&id).is_some_and(same) {
                if let Some(tree) = &read.tree {
                    tree.remember_edits();
                }
                let (path, read) = (input.path.clone(), Arc::clone(read));
                memory.memo.reads.insert(id, Known { path, stamp, read });
            }
        }
    }

    /// Runs the checks, where nothing is remembered.
    fn judged(
        &mut self,
        resources: &Arc<Vec<Resource>>,
        builds: &[Build],
        rules: &Rules,
        needs_graph: bool,
    ) -> Judgement {
        let request = self.request;
        let holders = Holders::new(resources.len(), builds);
        let bench = Bench { resources, builds, holders: &holders, rules, request };
        if let Some(memory) = &mut self.memory {
            return bench.judge_again(memory.memo, needs_graph, memory.glance);
        }
        bench.judge(needs_graph)
    }
}

/// The files that a run looked into, absolute: those that were read and those that builds read. Not
/// one of which some documents were passed over: nobody knows what is in them.
fn looked_into(
    inputs: &Inputs,
    sorted: &Sorted,
    overlays: &Overlays,
    whole: &Whole,
    start: &Path,
) -> HashSet<PathBuf> {
    let all = inputs.files.iter().zip(&sorted.tasks).zip(&whole.reads);
    let is_known = |task: &Task, read: &Read| {
        !task.is_unread() && read.templates == 0 && read.doubts.is_empty()
    };
    let read = all.filter(|((_, task), read)| is_known(task, read));
    let read = read.map(|((input, _), _)| match &input.from {
        From::Disk(path) => path.clone(),
        From::Stdin => joined(start, &input.path),
    });
    let built = overlays.trees.iter().map(|tree| joined(start, &tree.file().path));
    read.chain(built).collect()
}

/// The inputs that lie on disk: their paths with their ids and what they are shown as, and with their
/// positions.
#[allow(clippy::type_complexity)] // Both are what those who are called take.
fn on_disk(
    inputs: &Inputs,
    first: u32,
) -> (Vec<(PathBuf, FileId, Arc<str>)>, HashMap<&Path, usize>) {
    let known = inputs.files.iter().enumerate();
    let known: Vec<_> = known
        .filter_map(|(at, input)| match &input.from {
            From::Disk(real) => Some((at, real.as_path(), input.path.clone())),
            From::Stdin => None,
        })
        .collect();
    let positions = known.iter().map(|(at, path, _)| (*path, *at)).collect();
    let ids = known
        .into_iter()
        .map(|(at, path, name)| (path.to_path_buf(), FileId(first + at as u32), name));
    (ids.collect(), positions)
}

fn workloads(settings: &Settings) -> Workloads {
    Workloads::new(settings.workloads.iter().map(|own| own.value.clone()).collect())
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

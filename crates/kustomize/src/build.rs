//! One build from its folder to its text: what others see of this crate.

use std::ffi::{OsStr, OsString};
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::HashMap;
use kubesift_source::{SourceFile, SourceMap, Span};

use crate::accumulate::Builder;
use crate::charts::Charts;
use crate::files::Files;
use crate::id::Id;
use crate::kustomization::{self, Deprecated, Kustomization, NoKustomization};
use crate::metadata::Wanted;
use crate::paths::{Log, Outside, Remote, Use};
use crate::resource::Resource;
use crate::trouble::{Class, Trouble};

/// In which order a build gives its objects, where its kustomization does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reorder {
    /// By kind, what others need first: what `kustomize build` does.
    #[default]
    Legacy,
    /// As they came in.
    None,
}

/// How builds are made.
#[derive(Clone)]
pub struct Options<'a> {
    /// Files outside the folder of the kustomization that names them.
    pub outside: Outside,
    /// The order of the objects, where `sortOptions` does not say.
    pub reorder: Reorder,
    /// Every object gets the label `app.kubernetes.io/managed-by`, also without `buildMetadata`.
    pub managed_by_label: bool,
    /// The version of kustomize that is named in that label.
    pub version: &'a str,
    /// Only the text is wanted: [`Built::map`] stays empty.
    pub text_only: bool,
    /// Who renders charts. None leaves them out of the build, which is incomplete then.
    pub charts: Option<&'a dyn Charts>,
}

impl Default for Options<'_> {
    /// What `kustomize build` does, but that files outside are read.
    fn default() -> Self {
        Self {
            outside: Outside::default(),
            reorder: Reorder::default(),
            managed_by_label: false,
            version: "v5.5.0",
            text_only: false,
            charts: None,
        }
    }
}

/// An object that was built.
#[derive(Debug, Clone)]
pub struct Object {
    /// First byte of its document in the text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The identities it had, the oldest first; the last is what it is called in the text.
    pub ids: Vec<Id>,
    /// The entry of the kustomization that brings it in: in `resources`, or its generator.
    pub entered_at: Span,
}

/// A kustomization or component that took part in a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its folder, without links.
    pub folder: PathBuf,
    /// Its file.
    pub file: PathBuf,
    /// True for a component.
    pub is_component: bool,
    /// The entry that names it; none for the one that is built.
    pub named_at: Option<Span>,
}

/// What of a kustomization did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdleKind {
    /// A patch whose target is no object of the build.
    Patch,
    /// An entry of `images` whose name no container has.
    Image,
    /// A variable that no field uses.
    Variable,
    /// An entry of `targets` of a replacement that selects no object.
    Replacement,
}

/// Something that a kustomization says and that changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Idle {
    /// What it is.
    pub kind: IdleKind,
    /// Its entry.
    pub at: Span,
}

/// What a build came to.
#[derive(Debug, Clone, Default)]
pub struct Built {
    /// The objects as `kustomize build` prints them: YAML documents joined by `---`.
    pub text: String,
    /// From the text to the bytes that a person would edit.
    pub map: SourceMap,
    /// The objects of the text, in order.
    pub objects: Vec<Object>,
    /// What went wrong, in the order it was met; each is said once.
    pub troubles: Vec<Trouble>,
    /// Every file and folder that was read or looked for, there or not, each once: the build is the
    /// same as long as they are.
    pub reads: Vec<PathBuf>,
    /// What each file was used as. A file may be used as several things.
    pub uses: Vec<(PathBuf, Use)>,
    /// The kustomizations that took part, the one that is built first.
    pub parts: Vec<Part>,
    /// What would have to be fetched.
    pub remotes: Vec<Remote>,
    /// Older fields that the kustomizations use.
    pub deprecated: Vec<Deprecated>,
    /// What did nothing. Empty in a build that is not complete, as what is missing may have used it.
    pub idle: Vec<Idle>,
    /// Nothing is missing: all that is named was there and could be read, nothing is remote, a plugin
    /// or a chart that was not rendered.
    pub complete: bool,
}

impl Built {
    /// True when `kustomize build` would succeed, given what is remote and what charts render to.
    pub fn is_ok(&self) -> bool {
        !self.troubles.iter().any(|trouble| trouble.fatal)
    }
}

/// What builds of one run share: each file is read into objects once. Made for one state of the
/// files; once they change, a new one is due.
#[derive(Debug, Default)]
pub struct Session {
    /// Only one build is made: the objects of a file are handed over to it, and not kept.
    is_single: bool,
    kustomizations: Memo<Result<Kustomization, NoKustomization>>,
    resources: Memo<Result<Loaded, Vec<Trouble>>>,
}

/// The objects of a file.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub objects: Vec<Resource>,
    pub source: Arc<SourceFile>,
    /// Some of the objects are of kinds that Kubernetes does not have.
    pub has_unknown_kinds: bool,
}

impl Loaded {
    pub fn new(objects: Vec<Resource>, source: Arc<SourceFile>) -> Self {
        let is_unknown = |object: &Resource| {
            let gvk = object.gvk();
            kubesift_schemas::lookup(&gvk.group, &gvk.kind).is_none()
        };
        let has_unknown_kinds = objects.iter().any(is_unknown);
        Self { objects, source, has_unknown_kinds }
    }
}

/// Values made once a path. Two threads that ask at once may both make one; the first stays.
#[derive(Debug)]
struct Memo<V>(Mutex<HashMap<OsString, Arc<V>>>);

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V> Memo<V> {
    fn get(&self, path: &Path, make: impl FnOnce() -> V) -> Arc<V> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = lock().get(path.as_os_str()) {
            return value.clone();
        }
        let made = Arc::new(make());
        lock().entry(path.into()).or_insert(made).clone()
    }
}

impl Session {
    /// One that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds the kustomization in `folder`. Never fails: what could be built is given, and what went
    /// wrong.
    pub fn build(&self, folder: &Path, files: &dyn Files, options: &Options<'_>) -> Built {
        let log = Log::default();
        let folder = files.real(folder);
        log.read(&folder);
        let found = self.kustomization(&folder, files, &log);
        let found = match &*found {
            Ok(found) => found,
            Err(why) => {
                log.trouble(no_kustomization(why, &folder, None));
                log.holes.set(true);
                return finish(&[], log, Facts::default(), options);
            }
        };
        let mut wanted = Wanted::new(found.list("buildMetadata"));
        wanted.managed_by |= options.managed_by_label;
        let mut builder = Builder::new(self, files, options, &log, wanted);
        let accumulated = builder.root(found);
        let resources = builder.last_steps(accumulated, found);
        let facts = builder.into_facts();
        let built = finish(&resources, log, facts, options);
        if self.is_single {
            std::mem::forget(resources);
        }
        built
    }

    /// The kustomization in a folder (without links).
    pub(crate) fn kustomization(
        &self,
        folder: &Path,
        files: &dyn Files,
        log: &Log,
    ) -> Arc<Result<Kustomization, NoKustomization>> {
        for name in kustomization::NAMES {
            log.read(&folder.join(name));
        }
        self.kustomizations.get(folder, || kustomization::load(folder, files))
    }

    /// The objects of a file, made by `load` the first time, or whenever a single build comes by it.
    pub(crate) fn resources(
        &self,
        path: &Path,
        load: impl FnOnce() -> Result<Loaded, Vec<Trouble>>,
    ) -> Arc<Result<Loaded, Vec<Trouble>>> {
        if self.is_single { Arc::new(load()) } else { self.resources.get(path, load) }
    }
}

/// Builds one kustomization, for a process that ends soon after: the memory that the objects took is
/// not given back, as that would take longer than leaving it to the end. [`Session::build`] is for
/// several builds.
pub fn build(folder: &Path, files: &dyn Files, options: &Options<'_>) -> Built {
    Session { is_single: true, ..Session::default() }.build(folder, files, options)
}

/// What is said of a folder that has no kustomization. `entry` names the folder.
pub(crate) fn no_kustomization(
    why: &NoKustomization,
    folder: &Path,
    entry: Option<Span>,
) -> Trouble {
    let folder = folder.display();
    let (class, message) = match why {
        NoKustomization::None => {
            (Class::Missing, format!("the folder `{folder}` has no kustomization.yaml"))
        }
        NoKustomization::Several(paths) => {
            let names = paths.iter().filter_map(|path| path.file_name());
            let names: Vec<_> = names.map(|name| format!("`{}`", name.display())).collect();
            let names = names.join(" and ");
            (Class::Kustomization, format!("the folder `{folder}` has {names}; one is allowed"))
        }
        NoKustomization::Unreadable(path, why) => {
            (Class::Unreadable, format!("`{}` cannot be read: {why}", path.display()))
        }
    };
    Trouble { class, message, help: None, at: entry, fatal: true, related: Vec::new() }
}

/// What is known of the kustomizations of a build.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub parts: Vec<Part>,
    pub idle: Vec<Idle>,
    pub deprecated: Vec<Deprecated>,
}

fn finish(resources: &[Resource], log: Log, facts: Facts, options: &Options<'_>) -> Built {
    let (text, map) = crate::write::documents(resources, !options.text_only);
    let objects = resources.iter().zip(ranges(&text)).map(|(resource, (start, end))| Object {
        start,
        end,
        ids: resource.ids().collect(),
        entered_at: resource.entered_at,
    });
    let complete = !log.holes.get();
    Built {
        objects: objects.collect(),
        text,
        map,
        troubles: once(log.troubles.into_inner(), |trouble| {
            (trouble.class, trouble.at, trouble.message.clone())
        }),
        reads: paths_once(log.reads.into_inner(), |path| (path.as_os_str(), None)),
        uses: paths_once(log.uses.into_inner(), |(path, used)| (path.as_os_str(), Some(*used))),
        remotes: once(log.remotes.into_inner(), |remote| (remote.at, remote.url.clone())),
        deprecated: once(facts.deprecated, |deprecated| deprecated.key),
        idle: if complete { once(facts.idle, |idle| *idle) } else { Vec::new() },
        parts: facts.parts,
        complete,
    }
}

/// First and past-the-last byte of each document: between the lines `---`, which no document has.
fn ranges(text: &str) -> impl Iterator<Item = (u32, u32)> + '_ {
    const SEPARATOR: &str = "---\n";
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let end = match rest.find("\n---\n") {
            Some(at) => start + at + 1,
            None => text.len(),
        };
        let range = (start as u32, end as u32);
        start = (end + SEPARATOR.len()).min(text.len());
        Some(range)
    })
}

/// The items in order, of equal ones the first.
fn once<T, K: Hash + Eq>(items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut seen = foldhash::HashSet::default();
    items.into_iter().filter(|item| seen.insert(key(item))).collect()
}

/// As [`once`], of what is told apart by a path and what that was used as.
fn paths_once<T>(mut items: Vec<T>, key: impl Fn(&T) -> (&OsStr, Option<Use>)) -> Vec<T> {
    let mut seen = foldhash::HashSet::default();
    let first: Vec<bool> = items.iter().map(|item| seen.insert(key(item))).collect();
    let mut first = first.into_iter();
    items.retain(|_| first.next() == Some(true));
    items
}

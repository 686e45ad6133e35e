//! The baseline of a run: finds and reads the file, says what the run knows of the files that it
//! names, and renews it. What is held back, and how a stale entry is said, is the engine's.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_config::{BaselineFile, Options, Problem, Settings, Source};
use kubesift_engine::{
    BASELINE_FILE_NAME, Baseline, Finding, Ground, Left, Listed, Run, Seen, all_checks,
};
use kubesift_model::{Build, Resource, ResourceId};
use kubesift_source::{FileId, SourceFile, Span, System};

use crate::home::Homes;
use crate::request::{ConfigFile, Request};
use crate::rules::{Rules, is_kustomization_kind};
use crate::shown::{joined, relative};

/// Where the baseline of a run lies, and what reading it gave.
#[derive(Debug, Clone, Default)]
pub(crate) struct Loaded {
    /// Where it lies or would lie, absolute; none when there is to be none.
    pub path: Option<PathBuf>,
    /// Its text; none when there is no such file.
    pub file: Option<Arc<SourceFile>>,
    /// What it lists; none when something is wrong with it, too.
    pub baseline: Option<Arc<Baseline>>,
    /// What is wrong with it: all errors.
    pub problems: Vec<Problem>,
}

/// Where the baseline lies that settings speak of; absolute.
pub(crate) fn path(
    system: &dyn System,
    settings: &Settings,
    root: &Path,
    start: &Path,
) -> Option<PathBuf> {
    let path = match (&settings.baseline.value, &settings.baseline.source) {
        (BaselineFile::Off, _) => return None,
        (BaselineFile::Usual, _) => joined(root, BASELINE_FILE_NAME),
        (BaselineFile::At(path), Source::File(..)) => joined(root, path),
        (BaselineFile::At(path), _) => joined(start, path),
    };
    // Of a link it is the folder of the link that paths are relative to.
    let folder = path.parent().and_then(|folder| system.real(folder).ok());
    match folder.zip(path.file_name()) {
        Some((folder, name)) => Some(folder.join(name)),
        None => Some(path),
    }
}

/// Reads the baseline at `path`. `id` is the id of its file.
pub(crate) fn load(
    system: &dyn System,
    settings: &Settings,
    path: &Path,
    start: &Path,
    id: FileId,
) -> Loaded {
    let mut loaded = Loaded { path: Some(path.to_path_buf()), ..Loaded::default() };
    let name = relative(start, path);
    let span = settings.baseline.source.span();
    let real = system.real(path).unwrap_or_else(|_| path.to_path_buf());
    let read = system.read(&real);
    if read.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        if settings.baseline.value != BaselineFile::Usual {
            let problem = Problem::error(span, format!("there is no baseline {name}"));
            let help = "`kubesift baseline create` makes it".to_owned();
            loaded.problems.push(problem.help(help));
        }
        return loaded;
    }
    let decoded = read.map_err(|error| error.to_string()).and_then(|bytes| {
        SourceFile::decode(id, name.as_str(), bytes).map_err(|error| error.to_string())
    });
    let file = match decoded {
        Ok(file) => Arc::new(file),
        Err(error) => {
            let message = format!("the baseline cannot be read: {error}");
            loaded.problems.push(Problem::error(Span::new(id, 0, 0), message));
            loaded.file = Some(Arc::new(SourceFile::new(id, name.as_str(), "")));
            return loaded;
        }
    };
    match Baseline::read(&file) {
        Ok(baseline) => loaded.baseline = Some(Arc::new(baseline)),
        Err(flaws) => loaded.problems.extend(
            flaws.into_iter().map(|flaw| Problem::error(flaw.at, flaw.message).help(flaw.help)),
        ),
    }
    loaded.file = Some(file);
    loaded
}

/// The baseline that held in a run, and what it holds too much of.
#[derive(Debug)]
pub struct Held {
    /// Its file.
    pub file: FileId,
    /// What it lists.
    pub baseline: Arc<Baseline>,
    /// The entries that stand for more findings than there are.
    pub left: Vec<Left>,
    /// Why the run cannot tell which entries are stale, to go on from "it is not known"; none when
    /// it can.
    pub doubt: Option<&'static str>,
}

impl Held {
    /// True when a finding may be held back where more of the project is in view: an entry of
    /// another file has the same identity.
    pub fn may_hold(&self, finding: &Finding) -> bool {
        self.baseline.lists(finding)
    }

    /// The baseline without its stale entries.
    pub fn pruned(&self) -> Baseline {
        self.without(|left| left.is_stale)
    }

    fn without(&self, is_gone: impl Fn(&Left) -> bool) -> Baseline {
        let mut gone = self.left.iter().filter(|left| is_gone(left)).peekable();
        let mut rest = Baseline { paths: self.baseline.paths.clone(), entries: Vec::new() };
        for (at, entry) in self.baseline.entries.iter().enumerate() {
            let count = match gone.next_if(|left| left.entry == at) {
                Some(left) => entry.count.saturating_sub(left.count),
                None => entry.count,
            };
            if count > 0 {
                rest.add(entry.clone(), count);
            }
        }
        rest.settle();
        rest
    }

    /// Adds the entries that a run cannot tell to be needed no more.
    pub(crate) fn add_kept(&self, to: &mut Baseline) {
        for left in self.left.iter().filter(|left| left.is_kept) {
            if let Some(entry) = self.baseline.entries.get(left.entry) {
                to.add(entry.clone(), left.count);
            }
        }
        to.settle();
    }
}

/// The files and folders that a request looks at: absolute, sorted, none inside another; `-` is
/// standard input.
pub(crate) fn scope(system: &dyn System, request: &Request<'_>) -> Vec<PathBuf> {
    let real = |path: &PathBuf| match path.as_os_str() == "-" {
        true => path.clone(),
        false => {
            let path = request.folder.join(path);
            system.real(&path).unwrap_or(path)
        }
    };
    match request.paths.is_empty() {
        true => vec![real(&PathBuf::from("."))],
        false => outermost(request.paths.iter().map(real).collect()),
    }
}

/// The paths that lie in none of the others.
pub(crate) fn outermost(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.sort();
    // What lies in a folder comes right after it, before all that does not.
    paths.dedup_by(|later, kept| later.starts_with(&*kept));
    paths
}

/// What the paths of a baseline in `folder` lead to.
pub(crate) fn scope_of(baseline: &Baseline, folder: &Path) -> Vec<PathBuf> {
    let lead = |path: &String| match path.as_str() {
        "-" => PathBuf::from(path),
        path => joined(folder, path),
    };
    outermost(baseline.paths.iter().map(lead).collect())
}

/// A scope as a baseline in `folder` has it.
pub(crate) fn words_of(scope: &[PathBuf], folder: &Path) -> Vec<String> {
    let words = |path: &PathBuf| match path.as_os_str() == "-" {
        true => "-".to_owned(),
        false => Some(relative(folder, path)).filter(|path| !path.is_empty()).unwrap_or(".".into()),
    };
    scope.iter().map(words).collect()
}

/// What a run knows when its findings are to be held back.
pub(crate) struct Holding<'a> {
    pub system: &'a dyn System,
    pub request: &'a Request<'a>,
    pub baseline: &'a Baseline,
    /// The file of the baseline.
    pub own: &'a Arc<SourceFile>,
    /// The folder that the baseline lies in.
    pub folder: &'a Path,
    /// The root of the project: no file outside is looked for.
    pub root: &'a Path,
    /// The folder of the run.
    pub start: &'a Path,
    /// All files, by id.
    pub files: &'a [Arc<SourceFile>],
    /// The files that the run looked into.
    pub read: &'a dyn Fn() -> HashSet<PathBuf>,
    pub resources: &'a [Resource],
    pub builds: &'a [Build],
    pub homes: &'a Homes<'a>,
    pub rules: &'a Rules,
    pub entries: &'static [kubesift_engine::Entry],
    /// Everything could be read and analysed.
    pub is_complete: bool,
}

impl Holding<'_> {
    /// Sets the fate of findings that are listed, which are final and in their order. Gives the
    /// findings about entries that nothing needs, the entries that hold too much, and why nothing
    /// more is known of these.
    pub fn hold(
        &self,
        findings: &mut [Finding],
    ) -> (Vec<Finding>, Vec<Left>, Option<&'static str>) {
        let read = OnceCell::new();
        let seen = |file: &str| self.seen(read.get_or_init(|| (self.read)()), file);
        let objects = OnceCell::new();
        let objects = || objects.get_or_init(|| Objects::new(self));
        let ground = Ground {
            path: &|file| self.path(file).into(),
            seen: &seen,
            holds_another: &|entry, finding| self.holds_another(objects(), entry, finding),
        };
        let reason = format!("listed in {}", self.own.path);
        let left = self.baseline.hold(findings, &ground, &reason);
        let doubt = self.doubt();
        if left.is_empty() {
            return (Vec::new(), left, doubt);
        }
        let left = self.weighed(left, doubt, &seen, objects());
        let is_known = |name: &str| all_checks(self.entries).any(|entry| entry.name == name);
        let said = self.severity().map(|severity| self.baseline.stale(&left, severity, &is_known));
        (said.unwrap_or_default(), left, doubt)
    }

    fn severity(&self) -> Option<kubesift_engine::Severity> {
        let rules = self.rules.plan(None).rules().iter();
        let mut unused = rules.filter(|rule| rule.entry.name == "unused-suppression");
        unused.next().map(kubesift_engine::Rule::severity)
    }

    /// Says of entries that hold too much whether they are stale, and whether they are to be kept.
    fn weighed(
        &self,
        mut left: Vec<Left>,
        doubt: Option<&'static str>,
        seen: &dyn Fn(&str) -> Seen,
        objects: &Objects<'_>,
    ) -> Vec<Left> {
        let layers = [&self.request.environment, &self.request.command_line];
        let is_part = scope(self.system, self.request) != scope_of(self.baseline, self.folder);
        let is_part = is_part || layers.iter().any(|layer| !layer.exclude.is_empty());
        let is_choice = layers.iter().any(|layer| chooses(layer));
        for one in left.iter_mut().filter(|one| !one.is_twice) {
            let Some(entry) = self.baseline.entries.get(one.entry) else { continue };
            let seen = seen(&entry.file);
            let (is_unread, ran) = (seen == Seen::Unread, self.ran(objects, entry, seen));
            one.is_stale = doubt.is_none() && !is_unread && ran;
            one.is_kept = !self.is_complete || is_part && is_unread || is_choice && !ran;
        }
        left
    }

    /// Why it cannot be told which entries are stale.
    fn doubt(&self) -> Option<&'static str> {
        let request = self.request;
        let layers = [&request.environment, &request.command_line];
        let narrows =
            |layer: &Options| layer.kubernetes_version.is_some() || !layer.exclude.is_empty();
        let is_other = scope(self.system, request) != scope_of(self.baseline, self.folder);
        if request.focus.is_some() || is_other {
            return Some("other files and folders are looked at than the baseline was made of");
        }
        if request.config == ConfigFile::Off || layers.into_iter().any(narrows) {
            return Some("settings of the command line or the environment change what is found");
        }
        (!self.is_complete).then_some("something could not be read or analysed")
    }

    /// The path of a file from the folder of the baseline.
    fn path(&self, file: FileId) -> String {
        let path = self.files.get(file.0 as usize).map_or("", |file| &*file.path);
        relative(self.folder, &joined(self.start, path))
    }

    fn seen(&self, read: &HashSet<PathBuf>, file: &str) -> Seen {
        let path = joined(self.folder, file);
        if read.contains(&path) {
            return Seen::Read;
        }
        match path.starts_with(self.root) && self.system.kind(&path).is_err() {
            true => Seen::Gone,
            false => Seen::Unread,
        }
    }

    /// True when the check of an entry judged all that its file holds; one that there is not, too. Of
    /// what is encrypted nothing is known, and of a build with a hole not enough.
    fn ran(&self, objects: &Objects<'_>, entry: &Listed, seen: Seen) -> bool {
        let Some(check) = all_checks(self.entries).find(|one| *one.name == *entry.check) else {
            return true;
        };
        let is_linked = matches!(check.check.run, Run::Links(..));
        let is_judged = |resource: &&Resource| {
            let mut rules = self.rules.plan(Some(resource)).rules().iter();
            let is_holed = resource.is_built() && !self.homes.is_whole();
            let is_open = is_linked && objects.in_part.contains(&resource.id);
            rules.any(|rule| rule.entry.name == check.name)
                && !(resource.encrypted || is_holed || is_open)
        };
        match objects.by_path.get(&joined(self.folder, &entry.file)) {
            Some(held) => held.iter().all(is_judged),
            None if seen == Seen::Gone => self.rules.runs(check),
            None => {
                let is_open = is_linked && !objects.in_part.is_empty();
                self.rules.runs(check) && self.homes.is_whole() && !is_open
            }
        }
    }

    /// True when objects of an entry's file are in a build of a finding: what is said of these builds
    /// may be said at another object of them.
    fn shares_build(&self, objects: &Objects<'_>, entry: &Listed, finding: &Finding) -> bool {
        let held = objects.by_path.get(&joined(self.folder, &entry.file));
        let builds = finding.builds.iter().filter_map(|id| self.builds.get(id.0 as usize));
        let mut held = held.into_iter().flatten().map(|resource| resource.id);
        held.any(|id| builds.clone().any(|build| build.resources.contains(&id)))
    }

    fn holds_another(&self, objects: &Objects<'_>, entry: &Listed, finding: &Finding) -> bool {
        let Some(subject) = &finding.subject else { return true };
        if finding.about.is_some() {
            return !self.shares_build(objects, entry, finding);
        }
        let name = (subject.kind.as_str(), subject.namespace.as_deref(), subject.name.as_deref());
        let own = self.resources.get(subject.id.0 as usize).map(|one| objects.home(one));
        let held = objects.by_path.get(&joined(self.folder, &entry.file));
        held.into_iter().flatten().any(|one| {
            let other = (&*one.kind.kind, one.written_namespace(), one.written_name());
            other == name && Some(objects.home(one)) != own
        })
    }
}

/// True when a layer says which checks run.
fn chooses(layer: &Options) -> bool {
    layer.profile.is_some() || layer.checks.select.is_some() || !layer.checks.switches.is_empty()
}

/// The objects of a run by the files that they are written in.
struct Objects<'a> {
    homes: &'a Homes<'a>,
    by_path: HashMap<PathBuf, Vec<&'a Resource>>,
    /// Those in builds that may lack something.
    in_part: HashSet<ResourceId>,
}

impl<'a> Objects<'a> {
    fn new(holding: &'a Holding<'_>) -> Self {
        let part = holding.builds.iter().filter(|build| !build.complete);
        let in_part = part.flat_map(|build| build.resources.iter().copied()).collect();
        let mut objects = Self { homes: holding.homes, by_path: HashMap::new(), in_part };
        // A kustomization is judged by what is made for it; what it brings into objects is not.
        for resource in holding.resources.iter().filter(|one| !is_kustomization_kind(one)) {
            let file = objects.home(resource).file;
            let path = holding.files.get(file.0 as usize).map_or("", |file| &*file.path);
            objects.by_path.entry(joined(holding.start, path)).or_default().push(resource);
        }
        objects
    }

    /// Where an object is written.
    fn home(&self, resource: &Resource) -> Span {
        let node = resource.node();
        let kind = node.get("kind").and_then(kubesift_engine::yaml::Node::key_span);
        self.homes.span(kind.unwrap_or(node.place()))
    }
}

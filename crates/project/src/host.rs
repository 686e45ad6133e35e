//! The session: files as they are saved or open, run after run. The command asks once; an editor
//! says what changed and asks again.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubesift_engine::Entry;
use kubesift_source::{FileId, PathKind, System};

use crate::analysis::Analysis;
use crate::baseline;
use crate::buffers::{Buffers, Open};
use crate::memo::{Memo, Stamps};
use crate::request::{ConfigErrors, Request, Stop};
use crate::run::{Memory, Run};
use crate::settings::{Configured, Loader};

/// A session over a system, with the checks that there are.
pub struct Host {
    system: Arc<dyn System>,
    checks: &'static [Entry],
    open: Arc<Open>,
    stamps: Arc<Stamps>,
    revision: u64,
    /// The revision in which a file last came or went.
    structure: u64,
    /// Set when this revision is past.
    past: Arc<AtomicBool>,
    memo: Arc<Mutex<Remembered>>,
    last: Last,
}

/// Something that happened to a file. Paths are absolute.
#[derive(Debug, Clone)]
pub enum Change {
    /// An editor holds it, with this text; said again whenever the text changes.
    Open {
        /// The file; it need not be saved anywhere.
        path: PathBuf,
        /// All of it.
        text: Arc<str>,
    },
    /// The editor let go of it: what is saved counts.
    Close {
        /// The file.
        path: PathBuf,
    },
    /// What is saved changed.
    Disk {
        /// The file.
        path: PathBuf,
    },
    /// Files or folders came, went or got other names.
    Moved,
}

/// What the runs of a session leave for each other.
#[derive(Debug, Default)]
struct Remembered {
    memo: Memo,
    pool: Option<(usize, Arc<rayon::ThreadPool>)>,
}

/// The last run that came to its end, and its revision.
type Last = Arc<Mutex<Option<(u64, Arc<Analysis>)>>>;

/// The files of a session at one moment. It stays as it is while the session goes on.
#[derive(Clone)]
pub struct Snapshot {
    system: Buffers,
    checks: &'static [Entry],
    stamps: Arc<Stamps>,
    revision: u64,
    structure: u64,
    past: Arc<AtomicBool>,
    memo: Arc<Mutex<Remembered>>,
    last: Last,
}

impl Host {
    /// A session. `checks` is the registry, sorted by name.
    pub fn new(system: impl System + 'static, checks: &'static [Entry]) -> Self {
        Self {
            system: Arc::new(system),
            checks,
            open: Arc::default(),
            stamps: Arc::default(),
            revision: 1,
            structure: 1,
            past: Arc::default(),
            memo: Arc::default(),
            last: Last::default(),
        }
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

    /// The files and folders (absolute; `-` for standard input) that the baseline was made of which a
    /// run would heed; none when there is no such file.
    ///
    /// # Errors
    /// When the configuration or the baseline is wrong or cannot be read.
    pub fn baseline_scope(&self, request: &Request<'_>) -> Result<Option<Vec<PathBuf>>, Stop> {
        let Configured { settings, mut files, baseline: path, .. } = self.settings(request)?;
        let Some(path) = path else { return Ok(None) };
        let start = self.system.real(&request.folder).unwrap_or_else(|_| request.folder.clone());
        let id = FileId(files.len() as u32);
        let loaded = baseline::load(&*self.system, &settings, &path, &start, id);
        files.extend(loaded.file);
        if !loaded.problems.is_empty() {
            let problems = loaded.problems;
            return Err(Stop::Config(Box::new(ConfigErrors { problems, files })));
        }
        let folder = path.parent().unwrap_or(&path);
        Ok(loaded.baseline.map(|baseline| baseline::scope_of(&baseline, folder)))
    }

    /// From files to findings.
    ///
    /// # Errors
    /// When a path does not exist, the configuration is wrong, or the run was cancelled. What
    /// cannot be read or parsed is no error: it is part of the outcome.
    pub fn analyze(&self, request: &Request<'_>) -> Result<Analysis, Stop> {
        self.run(request, true)
    }

    /// From files to resources and builds, without running a check: what commands that show how
    /// things relate begin with. The outcome has the troubles of reading, and no findings.
    ///
    /// # Errors
    /// As [`Host::analyze`].
    pub fn load(&self, request: &Request<'_>) -> Result<Analysis, Stop> {
        self.run(request, false)
    }

    fn run(&self, request: &Request<'_>, judge: bool) -> Result<Analysis, Stop> {
        let system = Buffers { below: Arc::clone(&self.system), open: Arc::clone(&self.open) };
        Run { system: &system, checks: self.checks, request, judge, memory: None }.go()
    }

    /// Takes in what happened. Snapshots that were taken before are told that they are past: their
    /// runs end early.
    pub fn apply(&mut self, changes: impl IntoIterator<Item = Change>) {
        let mut changed = false;
        for change in changes {
            changed = true;
            self.revision += 1;
            match change {
                Change::Open { path, text } => {
                    let path = self.real(&path);
                    let known = self.open.contains_key(&path) || self.is_saved(&path);
                    self.touch(&path, !known);
                    Arc::make_mut(&mut self.open).insert(path, text);
                }
                Change::Close { path } => {
                    let path = self.real(&path);
                    let saved = self.is_saved(&path);
                    self.touch(&path, !saved);
                    Arc::make_mut(&mut self.open).remove(&path);
                }
                Change::Disk { path } => {
                    let path = self.real(&path);
                    // What an editor holds counts, whatever is saved.
                    if !self.open.contains_key(&path) {
                        let saved = self.is_saved(&path);
                        self.touch(&path, !saved);
                    }
                }
                Change::Moved => self.structure = self.revision,
            }
        }
        if changed {
            self.past.store(true, Ordering::Relaxed);
            self.past = Arc::default();
        }
    }

    fn is_saved(&self, path: &Path) -> bool {
        matches!(self.system.kind(path), Ok(PathKind::File))
    }

    fn touch(&mut self, path: &Path, moved: bool) {
        Arc::make_mut(&mut self.stamps).insert(path.as_os_str().to_owned(), self.revision);
        if moved {
            self.structure = self.revision;
        }
    }

    /// The path without links; of a file that is not there, as far as its folders are.
    fn real(&self, path: &Path) -> PathBuf {
        if let Ok(real) = self.system.real(path) {
            return real;
        }
        let name = path.file_name();
        let folder = path.parent().and_then(|folder| self.system.real(folder).ok());
        match folder.zip(name) {
            Some((folder, name)) => folder.join(name),
            None => path.to_path_buf(),
        }
    }

    /// Forgets what was read: everything is looked at again.
    pub fn refresh(&mut self) {
        self.revision += 1;
        self.structure = self.revision;
        self.memo = Arc::default();
        self.past.store(true, Ordering::Relaxed);
        self.past = Arc::default();
    }

    /// The files as they are now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            system: Buffers { below: Arc::clone(&self.system), open: Arc::clone(&self.open) },
            checks: self.checks,
            stamps: Arc::clone(&self.stamps),
            revision: self.revision,
            structure: self.structure,
            past: Arc::clone(&self.past),
            memo: Arc::clone(&self.memo),
            last: Arc::clone(&self.last),
        }
    }
}

impl Snapshot {
    /// Counts the changes of the session. A later snapshot has at least as much.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// True when something happened since.
    pub fn is_past(&self) -> bool {
        self.past.load(Ordering::Relaxed)
    }

    /// The text that an editor holds of a file; `path` is absolute.
    pub fn open_text(&self, path: &Path) -> Option<Arc<str>> {
        let real = self.system.real(path).unwrap_or_else(|_| path.to_path_buf());
        self.system.text(&real).cloned()
    }

    /// What the last run gave that came to its end, and its revision; without waiting for the one
    /// that goes on.
    pub fn last(&self) -> Option<(u64, Arc<Analysis>)> {
        self.lock_last().clone()
    }

    fn lock_last(&self) -> MutexGuard<'_, Option<(u64, Arc<Analysis>)>> {
        // Only whole values are put in, so one that panicked elsewhere left none half made.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From files to findings, as [`Host::analyze`] does it, with what earlier runs left. All
    /// requests of a session should ask for the same paths; two runs of a session wait for each
    /// other.
    ///
    /// # Errors
    /// As [`Host::analyze`]; [`Stop::Cancelled`] when the session went on meanwhile.
    pub fn analyze(&self, request: &Request<'_>) -> Result<Arc<Analysis>, Stop> {
        self.look(request, false)
    }

    /// A first look at what changed, for those who wait at a keyboard: in a large build, checks that
    /// want the build in view judge only what the change is near to, and the rest is as it was
    /// ([`Analysis::is_partial`] says whether there is such a rest). [`Snapshot::analyze`] has the
    /// last word.
    ///
    /// # Errors
    /// As [`Snapshot::analyze`].
    pub fn glance(&self, request: &Request<'_>) -> Result<Arc<Analysis>, Stop> {
        self.look(request, true)
    }

    fn look(&self, request: &Request<'_>, glance: bool) -> Result<Arc<Analysis>, Stop> {
        let mut held = match self.memo.lock() {
            Ok(held) => held,
            // A run that panicked may have left half of something.
            Err(poisoned) => {
                let mut held = poisoned.into_inner();
                *held = Remembered::default();
                self.memo.clear_poison();
                held
            }
        };
        let last = self.last().filter(|(revision, _)| *revision == self.revision);
        if let Some((_, analysis)) = last.filter(|(_, last)| glance || !last.is_partial) {
            return Ok(analysis);
        }
        if self.is_past() {
            return Err(Stop::Cancelled);
        }
        let mut request = request.clone();
        request.cancel = Some(&self.past);
        let Remembered { memo, pool } = &mut *held;
        let memory = Memory {
            memo,
            pool,
            stamps: &self.stamps,
            structure: self.structure,
            revision: self.revision,
            glance,
        };
        let run = Run {
            system: &self.system,
            checks: self.checks,
            request: &request,
            judge: true,
            memory: Some(memory),
        };
        let analysis = run.go();
        let past = std::mem::take(&mut memo.past);
        let analysis = Arc::new(analysis?);
        let new = Some((self.revision, Arc::clone(&analysis)));
        let old = std::mem::replace(&mut *self.lock_last(), new);
        // Giving back what ten thousand objects held takes a while; nobody should wait for it.
        rayon::spawn(move || drop((old, past)));
        Ok(analysis)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("revision", &self.revision).finish_non_exhaustive()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("revision", &self.revision).finish_non_exhaustive()
    }
}

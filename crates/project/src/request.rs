//! What a caller asks for, how it follows the work, and why it may get nothing.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kubesift_config::{Options, Problem};
use kubesift_engine::Date;
use kubesift_source::SourceFile;

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Folders are searched.
    Walk,
    /// Files are read and parsed.
    Read,
    /// Resources are checked.
    Check,
}

/// Told how the work goes on, from several threads at once. Every method may be left out.
pub trait Progress: Sync {
    /// A phase begins; `total` is the number of its steps, 0 when that is not known.
    fn begin(&self, phase: Phase, total: usize) {
        let _ = (phase, total);
    }

    /// So many steps of the phase are done.
    fn step(&self, steps: usize) {
        let _ = steps;
    }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {}

/// Which configuration files hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ConfigFile {
    /// Those of the project: see [`crate::Host::settings`].
    #[default]
    Find,
    /// This one and no other.
    At(PathBuf),
    /// None.
    Off,
}

/// What is to be analysed, and how.
#[derive(Clone)]
pub struct Request<'a> {
    /// The folder the run starts in, absolute: paths are relative to it, and shown so.
    pub folder: PathBuf,
    /// Files and folders; `-` is standard input; none is the folder the run starts in.
    pub paths: Vec<PathBuf>,
    /// Of all these, only this file (absolute, without links) and what is built from it is looked at:
    /// for a first look at it, before there is time for the rest.
    pub focus: Option<PathBuf>,
    /// The path that standard input is shown by; `-` when there is none.
    pub stdin_name: Option<String>,
    /// `.gitignore` (in git repositories) and `.kubesiftignore` are heeded.
    pub heed_ignore_files: bool,
    /// What the configuration excludes is left out even when it is named (for pre-commit).
    pub force_exclude: bool,
    /// Which configuration files hold.
    pub config: ConfigFile,
    /// What the baseline lists counts as if there was none: it is about to be made.
    pub ignore_baseline: bool,
    /// The layer of settings that the environment makes.
    pub environment: Options,
    /// The layer of settings that the command line or the editor makes.
    pub command_line: Options,
    /// The day that expiry dates are compared with.
    pub today: Date,
    /// Told how the work goes on.
    pub progress: &'a dyn Progress,
    /// Set from outside to end the work early.
    pub cancel: Option<&'a AtomicBool>,
}

impl Request<'_> {
    /// Everything in a folder, with the settings of the project.
    pub fn new(folder: impl Into<PathBuf>, today: Date) -> Self {
        Self {
            folder: folder.into(),
            paths: Vec::new(),
            focus: None,
            stdin_name: None,
            heed_ignore_files: true,
            force_exclude: false,
            config: ConfigFile::Find,
            ignore_baseline: false,
            environment: Options::default(),
            command_line: Options::default(),
            today,
            progress: &Quiet,
            cancel: None,
        }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed))
    }

    /// # Errors
    /// When the work is to end.
    pub(crate) fn go_on(&self) -> Result<(), Stop> {
        if self.is_cancelled() { Err(Stop::Cancelled) } else { Ok(()) }
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("folder", &self.folder)
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}

/// Why there is no outcome.
#[derive(Debug)]
pub enum Stop {
    /// What was asked for cannot be done: a path that does not exist. One sentence.
    Usage(String),
    /// The configuration is wrong.
    Config(Box<ConfigErrors>),
    /// The work was ended from outside.
    Cancelled,
}

/// What is wrong with the configuration, errors and warnings.
#[derive(Debug)]
pub struct ConfigErrors {
    /// At least one of them is an error.
    pub problems: Vec<Problem>,
    /// The files that they point into; a [`kubesift_source::FileId`] is an index.
    pub files: Vec<Arc<SourceFile>>,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => f.write_str(message),
            Self::Config(errors) => {
                for (at, problem) in errors.problems.iter().enumerate() {
                    let line = if at > 0 { "\n" } else { "" };
                    write!(f, "{line}{}", problem.message)?;
                }
                Ok(())
            }
            Self::Cancelled => f.write_str("stopped before the end"),
        }
    }
}

impl std::error::Error for Stop {}

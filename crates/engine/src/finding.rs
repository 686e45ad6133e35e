//! A finding: what is wrong, where, why, and what would mend it.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use kubesift_model::{BuildId, ResourceId};
use kubesift_source::{Edit, FileId, Span};

use crate::check::{Confidence, Entry, Severity};
use crate::fingerprint::Fingerprint;

/// May a fix be applied without a person looking?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// Shown only: it needs a decision (a name, a number).
    Shown,
    /// May change how the workload behaves.
    Unsafe,
    /// Does not change what the workload does.
    Safe,
}

impl Safety {
    /// The word for it in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// Edits that mend a finding, all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What they do, as an instruction: "run without privileges".
    pub title: String,
    /// May they be applied unseen?
    pub safety: Safety,
    /// The edits, none overlapping another.
    pub edits: Vec<Edit>,
    /// The same for an object that was built from others, whose text no file holds: what to do, to
    /// be turned into edits where it is written. Empty in an outcome.
    pub changes: Vec<Change>,
}

/// What a fix does to a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Give a field a value.
    Set {
        /// The tree's file.
        file: FileId,
        /// The field's node, or the deepest parent that exists: [`kubesift_yaml::Node::position`].
        node: u32,
        /// The keys below it that do not exist, joined by dots; empty to give the node itself a value.
        missing: &'static str,
        /// The value: a scalar, in brackets, or lines at column 0.
        yaml: String,
    },
    /// Take a node out.
    Remove {
        /// The tree's file.
        file: FileId,
        /// The node.
        node: u32,
    },
}

impl Change {
    /// The tree's file.
    pub fn file(&self) -> FileId {
        let (Self::Set { file, .. } | Self::Remove { file, .. }) = self;
        *file
    }
}

/// Another place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is there.
    pub message: String,
    /// Where.
    pub at: Span,
}

/// The object a finding is about, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The resource within the run.
    pub id: ResourceId,
    /// `apps/v1`
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// As the manifest states it.
    pub namespace: Option<String>,
    /// As the manifest states it.
    pub name: Option<String>,
    /// The container that is concerned, if it is one.
    pub container: Option<String>,
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It counts.
    Open,
    /// Suppressed: how, and why.
    Suppressed {
        /// `inline`, `annotation`, `config` or `baseline`.
        kind: &'static str,
        /// The reason that was given; empty when none was.
        reason: String,
    },
}

/// One thing that is wrong at one place.
///
/// What a check said of it is its [`Matter`], whose fields are read as if they were the finding's own.
/// It is shared by all copies: an editor takes over thousands of findings at each look, and changes of
/// hardly one more than what stands here.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The check.
    pub check: &'static Entry,
    /// How bad, settings applied.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The bytes a person would edit.
    pub at: Span,
    /// What is said. To change a field of it makes a copy of it first, where it is shared.
    pub matter: Arc<Matter>,
    /// Checks that found the same cause and yield to this one, sorted by name.
    pub covers: Vec<&'static str>,
    /// The builds it was found in.
    pub builds: Vec<BuildId>,
    /// Identity across runs.
    pub fingerprint: Fingerprint,
    /// What became of it.
    pub fate: Fate,
}

/// What a finding says.
#[derive(Debug, Clone, Default)]
pub struct Matter {
    /// One sentence that stands alone, without a full stop.
    pub message: String,
    /// The path inside the object, `spec.containers[0].image`; the full path of what is missing.
    pub object_path: Option<String>,
    /// The same path with `[name=web]` in place of positions, for identity across edits.
    pub stable_path: Option<String>,
    /// The object.
    pub subject: Option<Subject>,
    /// Other places that belong to it.
    pub related: Vec<Note>,
    /// The way that leads to it, step by step in the order in which it is walked: the hops of an
    /// attack, the links of a chain. Empty for most findings.
    pub hops: Vec<Note>,
    /// What is behind it, when findings at other places may have the same cause: see
    /// [`crate::Draft::cause`].
    pub cause: Option<Box<str>>,
    /// What it is about, when that is no object and the one that it is reported on only stands for
    /// it: see [`crate::Draft::about`].
    pub about: Option<Box<str>>,
    /// What would mend it.
    pub fix: Option<Fix>,
    /// For an object that was built from others: the places whose text takes part without being
    /// what a person would edit (what a patch took over from, the line that brings the object into
    /// the build). A suppression or an ignored path there counts for the finding.
    pub via: Vec<Span>,
}

impl Deref for Finding {
    type Target = Matter;

    fn deref(&self) -> &Matter {
        &self.matter
    }
}

impl DerefMut for Finding {
    fn deref_mut(&mut self) -> &mut Matter {
        Arc::make_mut(&mut self.matter)
    }
}

impl Finding {
    /// A finding as a check makes it: of no build yet, and open.
    pub fn new(check: &'static Entry, severity: Severity, at: Span, matter: Matter) -> Self {
        Self {
            check,
            severity,
            confidence: check.check.confidence,
            at,
            matter: Arc::new(matter),
            covers: Vec::new(),
            builds: Vec::new(),
            fingerprint: Fingerprint::NONE,
            fate: Fate::Open,
        }
    }

    /// Its own place, and those its value went through.
    pub fn places(&self) -> impl Iterator<Item = Span> + '_ {
        std::iter::once(self.at).chain(self.via.iter().copied())
    }

    /// True when it is not suppressed.
    pub fn is_open(&self) -> bool {
        self.fate == Fate::Open
    }
}

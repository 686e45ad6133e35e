//! One layer of settings, as it is written.

use kubesift_engine::model::{CustomWorkload, ExternalObjects, NamePattern};
use kubesift_engine::{Confidence, Date, Entry, Opt, OptValue, Profile, Severity, Version};
use kubesift_source::Span;

use crate::pattern::{KindPattern, PathPattern, TextPattern};
use crate::sourced::Sourced;
use crate::word::Word;

/// The severity from which on findings fail a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// This severity and all above.
    At(Severity),
    /// No finding fails a run.
    Never,
}

impl Gate {
    /// From `critical`, …, `info` or `never`.
    pub fn parse(word: &str) -> Option<Self> {
        if word == "never" {
            return Some(Self::Never);
        }
        Severity::parse(word).map(Self::At)
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::At(severity) => severity.name(),
            Self::Never => "never",
        }
    }

    /// True when a finding of this severity fails the run.
    pub fn stops(self, severity: Severity) -> bool {
        matches!(self, Self::At(gate) if severity >= gate)
    }
}

/// Which baseline lists the findings that were there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaselineFile {
    /// The one of the usual name at the project root, if it is there.
    Usual,
    /// The one at this path: from the project root when a file says so, from the folder of the run
    /// when the environment or the command line does. It must be there.
    At(String),
    /// None.
    Off,
}

impl BaselineFile {
    /// From a path.
    ///
    /// # Errors
    /// Why it cannot be one, to go on from its name.
    pub fn parse(path: &str) -> Result<Self, String> {
        // What watches files, and what walks them, knows it by its ending.
        match path.ends_with(".json") && !path.ends_with("/.json") {
            true => Ok(Self::At(path.to_owned())),
            false => Err(format!("should be the path of a `.json` file, not `{path}`")),
        }
    }
}

/// One layer of settings, as it is written: a file, the environment or the command line.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder that it is for, from the project root; empty for the whole project.
    pub folder: String,
    /// `profile`
    pub profile: Option<Sourced<Profile>>,
    /// `kubernetesVersion`
    pub kubernetes_version: Option<Sourced<Version>>,
    /// `failOn`
    pub fail_on: Option<Sourced<Gate>>,
    /// `minSeverity`
    pub min_severity: Option<Sourced<Severity>>,
    /// `minConfidence`
    pub min_confidence: Option<Sourced<Confidence>>,
    /// `requireReason`
    pub require_reason: Option<Sourced<bool>>,
    /// `foreignSuppressions`
    pub foreign_suppressions: Option<Sourced<bool>>,
    /// `baseline`, `--baseline`, `--no-baseline`
    pub baseline: Option<Sourced<BaselineFile>>,
    /// `--jobs`; of the machine, not of the project, so no key of the file.
    pub jobs: Option<Sourced<usize>>,
    /// `checks`, `--select`, `--extend-select`, `--ignore`
    pub checks: Checks,
    /// `paths.include`
    pub include: Vec<Sourced<PathPattern>>,
    /// `paths.exclude`
    pub exclude: Vec<Sourced<PathPattern>>,
    /// `overrides`
    pub overrides: Vec<Override>,
    /// `ignore`
    pub ignores: Vec<Sourced<Ignore>>,
    /// `workloads`
    pub workloads: Vec<Sourced<CustomWorkload>>,
    /// `external`
    pub external: Vec<Sourced<External>>,
    /// `complete`
    pub complete: Vec<Sourced<NamePattern>>,
}

/// An item of `external`: objects that live outside the repository.
#[derive(Debug, Clone)]
pub struct External {
    /// As it is written.
    pub text: String,
    /// Which.
    pub objects: ExternalObjects,
}

/// What a layer says about checks.
#[derive(Debug, Clone, Default)]
pub struct Checks {
    /// These and no others.
    pub select: Option<Sourced<Vec<Word>>>,
    /// On or off, in the order they are written.
    pub switches: Vec<Sourced<(Word, bool)>>,
    /// Severities, in the order they are written.
    pub severities: Vec<Sourced<(Word, Severity)>>,
    /// Values of checks' options.
    pub values: Vec<Sourced<(&'static Entry, &'static Opt, OptValue)>>,
}

/// An item of `overrides`: other settings of checks for some objects.
#[derive(Debug, Clone)]
pub struct Override {
    /// Which.
    pub selector: Selector,
    /// What holds for them.
    pub checks: Checks,
}

/// An item of `ignore`: findings that are known.
#[derive(Debug, Clone)]
pub struct Ignore {
    /// The checks; all when there is none.
    pub checks: Vec<Word>,
    /// The objects.
    pub selector: Selector,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<(Date, Span)>,
}

/// Which objects, containers and files. All that is given must match; of a list, one.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    /// The file, or the template that rendered the object.
    pub paths: Vec<PathPattern>,
    /// The kind.
    pub kinds: Vec<KindPattern>,
    /// The namespace that the manifest states.
    pub namespaces: Vec<TextPattern>,
    /// The object's name.
    pub names: Vec<TextPattern>,
    /// The object's labels.
    pub labels: Vec<(String, TextPattern)>,
    /// The container's name.
    pub containers: Vec<TextPattern>,
    /// The container's image.
    pub images: Vec<TextPattern>,
}

impl Selector {
    /// True when it says nothing.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
            && self.kinds.is_empty()
            && self.namespaces.is_empty()
            && self.names.is_empty()
            && self.labels.is_empty()
            && self.containers.is_empty()
            && self.images.is_empty()
    }
}

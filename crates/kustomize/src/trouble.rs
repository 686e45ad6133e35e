//! What goes wrong in a build, said at the place that a person would edit.

use kubesift_source::Span;

/// What kind of thing went wrong. Stable: checks and reports go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The kustomization itself cannot be read: YAML, an unknown field, a wrong type, none or several
    /// files, an empty one.
    Kustomization,
    /// A file or folder that is named is not there.
    Missing,
    /// A file that is named cannot be read as what it is named for.
    Unreadable,
    /// A file outside the folder of its kustomization, which kustomize refuses unless told otherwise.
    Outside,
    /// A folder that leads back to itself.
    Cycle,
    /// A remote resource: not fetched.
    Remote,
    /// A plugin, a container or a program: not run.
    Plugin,
    /// A chart: not rendered.
    Chart,
    /// Two objects with one identity.
    Duplicate,
    /// What a patch is for is not there, or is not one.
    PatchTarget,
    /// A patch that cannot be read or does not fit its target.
    Patch,
    /// A generator that cannot be read, or collides with what is there.
    Generator,
    /// A transformer that fails: replicas for nothing, a namespace that makes two objects one.
    Transformer,
    /// A replacement that fails.
    Replacement,
    /// A variable that fails, or collides.
    Variable,
    /// A name that may mean several objects.
    Reference,
    /// A validator that says no, or changed something.
    Validator,
}

/// One thing that went wrong in a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What kind of thing.
    pub class: Class,
    /// What is wrong, for the person who wrote it; one sentence without a full stop.
    pub message: String,
    /// What to do about it, where that can be said.
    pub help: Option<String>,
    /// The bytes concerned. None only when there are none: a folder without a kustomization.
    pub at: Option<Span>,
    /// True when `kustomize build` fails over it. What is not (remote resources that are not fetched,
    /// a chart that is not rendered, a file outside that is taken anyway) leaves the build incomplete
    /// or is said for information.
    pub fatal: bool,
    /// Other places that belong to it, and what each is.
    pub related: Vec<(Span, String)>,
}

impl Trouble {
    /// A trouble that kustomize fails over.
    pub fn fatal(class: Class, at: Span, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            help: None,
            at: Some(at),
            fatal: true,
            related: Vec::new(),
        }
    }

    /// A trouble that the build goes on after.
    pub fn note(class: Class, at: Span, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            help: None,
            at: Some(at),
            fatal: false,
            related: Vec::new(),
        }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with one more place that belongs to it.
    #[must_use]
    pub fn related(mut self, at: Span, what: impl Into<String>) -> Self {
        self.related.push((at, what.into()));
        self
    }
}

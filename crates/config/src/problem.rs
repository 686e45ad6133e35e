//! Something that is wrong with the configuration.

use kubesift_source::Span;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth a line; the run goes on.
    Warning,
    /// The settings are not what was meant: the run must not start.
    Error,
}

impl Level {
    /// True when the settings are not what was meant.
    pub const fn is_error(self) -> bool {
        matches!(self, Self::Error)
    }
}

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub level: Level,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where; none for what came from the environment or the command line.
    pub span: Option<Span>,
}

impl Problem {
    /// An error.
    pub fn error(span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self { level: Level::Error, message: message.into(), help: None, span: span.into() }
    }

    /// A warning.
    pub fn warning(span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(span, message) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }
}

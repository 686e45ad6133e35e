//! Values that know where they came from.

use std::sync::Arc;

use kubesift_engine::Profile;
use kubesift_source::{Column, SourceFile, Span};

/// Where a value came from.
#[derive(Debug, Clone)]
pub enum Source {
    /// Nobody set it.
    BuiltIn,
    /// The profile.
    Profile(Profile),
    /// A configuration file, at these bytes.
    File(Arc<SourceFile>, Span),
    /// The environment variable of this name.
    Environment(&'static str),
    /// This flag of the command line.
    CommandLine(&'static str),
}

impl Source {
    /// The place, for a value of a file.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::File(_, span) => Some(*span),
            _ => None,
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::Profile(profile) => write!(f, "profile {profile}"),
            Self::File(file, span) => {
                write!(f, "{}:{}", file.path, file.position(span.start, Column::Chars).line)
            }
            Self::Environment(name) | Self::CommandLine(name) => f.write_str(name),
        }
    }
}

/// A value and where it came from.
#[derive(Debug, Clone)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
}

impl<T> Sourced<T> {
    /// A value from a source.
    pub fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }

    /// A value that nobody set.
    pub fn built_in(value: T) -> Self {
        Self { value, source: Source::BuiltIn }
    }
}

//! Findings to bytes: one file a format.
//!
//! Invariant: the [`Outcome`] is final. Nothing here sorts, drops or judges a finding, except that
//! suppressed ones are listed only when asked for; the same outcome and options give the same
//! bytes. Texts of secrets are never written, whatever the format (a built text that
//! is asked for is printed as it is: see [`built`]).

pub mod built;
mod checks;
mod concise;
mod diff;
mod excerpt;
mod github;
mod hide;
mod human;
mod json;
mod line_hash;
mod paint;
mod place;
mod prose;
mod sarif;
pub mod view;

use std::io;
use std::str::FromStr;

use kubesift_engine::{Finding, Outcome, Severity};

pub use checks::checks_json;
pub use github::step_summary;

/// The JSON Schema of [`Format::Json`], version 1.
pub const REPORT_SCHEMA: &str = include_str!("../schema/report-1.schema.json");

/// The JSON Schema of [`checks_json`], version 1.
pub const CHECKS_SCHEMA: &str = include_str!("../schema/checks-1.schema.json");

/// A form of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Excerpts and advice, for a terminal.
    Human,
    /// One line a finding.
    Concise,
    /// The JSON report, version 1.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
}

impl Format {
    /// All formats.
    pub const ALL: &'static [Self] =
        &[Self::Human, Self::Concise, Self::Json, Self::Sarif, Self::Github];

    /// The word for it on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }

    /// Writes the report.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(
        self,
        outcome: &Outcome,
        options: &Options,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        match self {
            Self::Human => human::write(outcome, options, out),
            Self::Concise => concise::write(outcome, options, out),
            Self::Json => json::write(outcome, options, out),
            Self::Sarif => sarif::write(outcome, options, out),
            Self::Github => github::write(outcome, options, out),
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.iter().copied().find(|format| format.name() == word);
        found.ok_or_else(|| UnknownFormat { word: word.to_owned() })
    }
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat {
    /// The word.
    pub word: String,
}

impl std::fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        write!(f, "`{}` is no format; it is one of {}", self.word, words.join(", "))
    }
}

impl std::error::Error for UnknownFormat {}

/// The repository that was looked at, for SARIF's `versionControlProvenance`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionControl {
    /// An absolute URI without credentials: `https://github.com/acme/shop`.
    pub repository_uri: String,
    /// The commit.
    pub revision_id: Option<String>,
    /// The branch.
    pub branch: Option<String>,
}

/// How a report is written. What does not concern a format is ignored by it.
#[derive(Debug, Clone)]
pub struct Options {
    /// Human: ANSI colours.
    pub color: bool,
    /// Human: line drawing beyond ASCII.
    pub unicode: bool,
    /// Human: the name of a check is a link to its page (OSC 8).
    pub hyperlinks: bool,
    /// Human: columns of the terminal, held between 40 and 200.
    pub width: usize,
    /// List suppressed findings too.
    pub show_suppressed: bool,
    /// Human: how many findings are shown; the rest is counted. `None` shows all.
    pub max_diagnostics: Option<usize>,
    /// Human: a table of counts by check in place of the findings.
    pub statistics: bool,
    /// Human: how each file ended, before everything else.
    pub show_files: bool,
    /// The version of the program.
    pub version: String,
    /// SARIF and GitHub: the folder the run was started in, relative to the root of the repository,
    /// with forward slashes; empty for the root itself. Put before every path.
    pub folder: String,
    /// SARIF: the most results in the run; the rest is counted in a notification.
    pub sarif_max_results: usize,
    /// SARIF: the category that keeps two uploads of one workflow apart.
    pub sarif_category: String,
    /// SARIF: list the checks that found something, rather than all that ran.
    pub sarif_rules_hit_only: bool,
    /// SARIF: the repository.
    pub version_control: Option<VersionControl>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            unicode: true,
            hyperlinks: false,
            width: 100,
            show_suppressed: false,
            max_diagnostics: Some(50),
            statistics: false,
            show_files: false,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            folder: String::new(),
            sarif_max_results: 5_000,
            sarif_category: "kubesift".to_owned(),
            sarif_rules_hit_only: false,
            version_control: None,
        }
    }
}

impl Options {
    /// The findings to list, in their order.
    fn listed<'o>(&self, outcome: &'o Outcome) -> impl Iterator<Item = &'o Finding> + use<'o> {
        let all = self.show_suppressed;
        outcome.findings.iter().filter(move |finding| all || finding.is_open())
    }
}

/// Severities from worst to mildest, the order in which people read them.
const WORST_FIRST: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

/// The three levels that SARIF and GitHub know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Note,
}

impl Level {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Info => Self::Note,
        }
    }
}

/// `1 file`, `2 files`.
fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_formats_are_each_others_inverse() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(*format));
        }
        let error = Format::from_str("xml").expect_err("no format");
        assert_eq!(
            error.to_string(),
            "`xml` is no format; it is one of human, concise, json, sarif, github"
        );
    }
}

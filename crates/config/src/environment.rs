//! The layers that are words and not a file: the environment and the command line.

use kubesift_engine::{Confidence, Entry, Profile, Severity, Version, nearest};

use crate::options::{BaselineFile, Gate, Options};
use crate::pattern::PathPattern;
use crate::problem::Problem;
use crate::reader::listed;
use crate::sourced::{Source, Sourced};
use crate::word::{Word, did_you_mean};

/// What the command line says, as text; the program fills it.
#[derive(Debug, Clone, Default)]
pub struct CommandLine {
    /// `--profile`
    pub profile: Option<String>,
    /// `--select`, each possibly several words joined by commas.
    pub select: Vec<String>,
    /// `--extend-select`
    pub extend_select: Vec<String>,
    /// `--ignore`
    pub ignore: Vec<String>,
    /// `--exclude`
    pub exclude: Vec<String>,
    /// `--kubernetes-version`
    pub kubernetes_version: Option<String>,
    /// `--fail-on`
    pub fail_on: Option<String>,
    /// `--min-severity`
    pub min_severity: Option<String>,
    /// `--min-confidence`
    pub min_confidence: Option<String>,
    /// `--require-reason`
    pub require_reason: Option<String>,
    /// `--foreign-suppressions`
    pub foreign_suppressions: Option<String>,
    /// `--baseline`
    pub baseline: Option<String>,
    /// `--no-baseline`
    pub no_baseline: bool,
    /// `--jobs`
    pub jobs: Option<String>,
}

/// A flag, and the variable that stands for it.
type Name = (&'static str, &'static str);

const PROFILE: Name = ("--profile", "KUBESIFT_PROFILE");
const SELECT: Name = ("--select", "KUBESIFT_SELECT");
const EXTEND_SELECT: Name = ("--extend-select", "KUBESIFT_EXTEND_SELECT");
const IGNORE: Name = ("--ignore", "KUBESIFT_IGNORE");
const EXCLUDE: Name = ("--exclude", "KUBESIFT_EXCLUDE");
const KUBERNETES_VERSION: Name = ("--kubernetes-version", "KUBESIFT_KUBERNETES_VERSION");
const FAIL_ON: Name = ("--fail-on", "KUBESIFT_FAIL_ON");
const MIN_SEVERITY: Name = ("--min-severity", "KUBESIFT_MIN_SEVERITY");
const MIN_CONFIDENCE: Name = ("--min-confidence", "KUBESIFT_MIN_CONFIDENCE");
const REQUIRE_REASON: Name = ("--require-reason", "KUBESIFT_REQUIRE_REASON");
const FOREIGN: Name = ("--foreign-suppressions", "KUBESIFT_FOREIGN_SUPPRESSIONS");
const BASELINE: Name = ("--baseline", "KUBESIFT_BASELINE");
const NO_BASELINE: Name = ("--no-baseline", "KUBESIFT_NO_BASELINE");
const JOBS: Name = ("--jobs", "KUBESIFT_JOBS");

const PREFIX: &str = "KUBESIFT_";

const NAMES: [Name; 14] = [
    PROFILE,
    SELECT,
    EXTEND_SELECT,
    IGNORE,
    EXCLUDE,
    KUBERNETES_VERSION,
    FAIL_ON,
    MIN_SEVERITY,
    MIN_CONFIDENCE,
    REQUIRE_REASON,
    FOREIGN,
    BASELINE,
    NO_BASELINE,
    JOBS,
];

/// Reads `KUBESIFT_*`. The only place where the environment is read.
pub fn environment(entries: &'static [Entry]) -> (Options, Vec<Problem>) {
    let all = std::env::vars_os();
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    };
    from_variables(all.filter_map(text).collect(), entries)
}

fn from_variables(
    all: Vec<(String, String)>,
    entries: &'static [Entry],
) -> (Options, Vec<Problem>) {
    // A variable that is set to nothing counts as not set, as CI systems cannot unset one.
    let get = |name: Name| {
        let found = all.iter().find(|(key, value)| key == name.1 && !value.trim().is_empty());
        found.map(|(_, value)| value.trim().to_owned())
    };
    let list = |name| get(name).into_iter().collect();
    let line = CommandLine {
        profile: get(PROFILE),
        select: list(SELECT),
        extend_select: list(EXTEND_SELECT),
        ignore: list(IGNORE),
        exclude: list(EXCLUDE),
        kubernetes_version: get(KUBERNETES_VERSION),
        fail_on: get(FAIL_ON),
        min_severity: get(MIN_SEVERITY),
        min_confidence: get(MIN_CONFIDENCE),
        require_reason: get(REQUIRE_REASON),
        foreign_suppressions: get(FOREIGN),
        baseline: get(BASELINE),
        no_baseline: false,
        jobs: get(JOBS),
    };
    let mut layer = Layer { environment: true, entries, problems: Vec::new() };
    let no_baseline =
        layer.one_of(NO_BASELINE, &get(NO_BASELINE), boolean, ["true", "false"].into_iter());
    let line = CommandLine { no_baseline: no_baseline.is_some_and(|one| one.value), ..line };
    let (options, mut problems) = layer.read(&line);
    // Others may keep variables of their own under our name; only likely slips are said.
    let own = |name: &'static str| name.strip_prefix(PREFIX).unwrap_or(name);
    for (name, _) in &all {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        if NAMES.iter().any(|known| known.1 == name) {
            continue;
        }
        if let Some(meant) = nearest(rest, NAMES.iter().map(|name| own(name.1))) {
            let message = format!("the environment variable {name} is not one of ours");
            let help = did_you_mean(&format!("{PREFIX}{meant}"));
            problems.push(Problem::warning(None, message).help(help));
        }
    }
    (options, problems)
}

impl CommandLine {
    /// The layer that the command line makes.
    pub fn options(&self, entries: &'static [Entry]) -> (Options, Vec<Problem>) {
        Layer { environment: false, entries, problems: Vec::new() }.read(self)
    }
}

struct Layer {
    environment: bool,
    entries: &'static [Entry],
    problems: Vec<Problem>,
}

impl Layer {
    fn name(&self, name: Name) -> &'static str {
        if self.environment { name.1 } else { name.0 }
    }

    fn sourced<T>(&self, name: Name, value: T) -> Sourced<T> {
        let source = match self.environment {
            true => Source::Environment(name.1),
            false => Source::CommandLine(name.0),
        };
        Sourced::new(value, source)
    }

    fn error(&mut self, message: String, help: Option<String>) {
        self.problems.push(Problem::error(None, message).help(help));
    }

    fn read(mut self, line: &CommandLine) -> (Options, Vec<Problem>) {
        let severities = || Severity::ALL.iter().rev().map(|word| word.name());
        let booleans = || ["true", "false"].into_iter();
        let mut options = Options {
            profile: self.one_of(
                PROFILE,
                &line.profile,
                Profile::parse,
                Profile::ALL.iter().map(|word| word.name()),
            ),
            kubernetes_version: self.version(&line.kubernetes_version),
            fail_on: self.one_of(
                FAIL_ON,
                &line.fail_on,
                Gate::parse,
                severities().chain(["never"]),
            ),
            min_severity: self.one_of(
                MIN_SEVERITY,
                &line.min_severity,
                Severity::parse,
                severities(),
            ),
            min_confidence: self.one_of(
                MIN_CONFIDENCE,
                &line.min_confidence,
                Confidence::parse,
                Confidence::ALL.iter().map(|word| word.name()),
            ),
            require_reason: self.one_of(REQUIRE_REASON, &line.require_reason, boolean, booleans()),
            foreign_suppressions: self.one_of(
                FOREIGN,
                &line.foreign_suppressions,
                boolean,
                booleans(),
            ),
            baseline: self.baseline(line),
            jobs: self.jobs(&line.jobs),
            ..Options::default()
        };
        if let Some(profile) = &options.profile
            && !self.entries.iter().any(|entry| entry.is_in(profile.value))
        {
            let message = format!("profile `{}` has no checks yet", profile.value);
            self.error(message, None);
        }
        if !line.select.is_empty() {
            let words = self.words(SELECT, &line.select);
            if words.is_empty() && self.problems.is_empty() {
                self.error(format!("{} names no check", self.name(SELECT)), None);
            }
            options.checks.select = Some(self.sourced(SELECT, words));
        }
        for (name, texts, on) in
            [(EXTEND_SELECT, &line.extend_select, true), (IGNORE, &line.ignore, false)]
        {
            for word in self.words(name, texts) {
                options.checks.switches.push(self.sourced(name, (word, on)));
            }
        }
        for text in &line.exclude {
            match PathPattern::new(text, "") {
                Ok(pattern) => options.exclude.push(self.sourced(EXCLUDE, pattern)),
                Err(why) => {
                    let message = format!("{}: `{text}` is not a glob: {why}", self.name(EXCLUDE));
                    self.error(message, None);
                }
            }
        }
        (options, self.problems)
    }

    fn one_of<'k, T>(
        &mut self,
        name: Name,
        text: &Option<String>,
        parse: impl Fn(&str) -> Option<T>,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> Option<Sourced<T>> {
        let text = text.as_deref()?;
        if let Some(value) = parse(text) {
            return Some(self.sourced(name, value));
        }
        let hint = nearest(text, known.clone()).map(did_you_mean);
        let message = format!("{} should be {}, not `{text}`", self.name(name), listed(known));
        self.error(message, hint);
        None
    }

    fn words(&mut self, name: Name, texts: &[String]) -> Vec<Word> {
        let mut words = Vec::new();
        for text in texts.iter().flat_map(|text| text.split(',')).map(str::trim) {
            if text.is_empty() {
                continue;
            }
            match Word::parse(text, self.entries) {
                Ok(word) => words.push(word),
                Err((message, help)) => {
                    let message = format!("{}: {message}", self.name(name));
                    self.error(message, help);
                }
            }
        }
        words
    }

    fn version(&mut self, text: &Option<String>) -> Option<Sourced<Version>> {
        let text = text.as_deref()?;
        let version = Version::parse(text);
        if version.is_none() {
            let name = self.name(KUBERNETES_VERSION);
            let help = format!("write it as `{}`, or `latest`", Version::NEWEST);
            self.error(format!("{name}: `{text}` is not a version of Kubernetes"), Some(help));
        }
        version.map(|version| self.sourced(KUBERNETES_VERSION, version))
    }

    fn baseline(&mut self, line: &CommandLine) -> Option<Sourced<BaselineFile>> {
        if line.no_baseline {
            return Some(self.sourced(NO_BASELINE, BaselineFile::Off));
        }
        match BaselineFile::parse(line.baseline.as_deref()?) {
            Ok(file) => Some(self.sourced(BASELINE, file)),
            Err(why) => {
                self.error(format!("{} {why}", self.name(BASELINE)), None);
                None
            }
        }
    }

    fn jobs(&mut self, text: &Option<String>) -> Option<Sourced<usize>> {
        let text = text.as_deref()?;
        let jobs = text.parse().ok().filter(|jobs| *jobs > 0);
        if jobs.is_none() {
            let message = format!("{} should be a number from 1 on, not `{text}`", self.name(JOBS));
            self.error(message, None);
        }
        jobs.map(|jobs| self.sourced(JOBS, jobs))
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::ENTRIES;

    fn read(pairs: &[(&str, &str)]) -> (Options, Vec<String>) {
        let pairs = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let (options, problems) = from_variables(pairs.collect(), &ENTRIES);
        let shown = problems.into_iter().map(|problem| match problem.help {
            Some(help) => format!("{} ({help})", problem.message),
            None => problem.message,
        });
        (options, shown.collect())
    }

    #[test]
    fn variables_are_flags() {
        let (options, problems) = read(&[
            ("KUBESIFT_PROFILE", "all"),
            ("KUBESIFT_SELECT", "host-network, images"),
            ("KUBESIFT_FAIL_ON", "never"),
            ("KUBESIFT_JOBS", "3"),
            ("KUBESIFT_REQUIRE_REASON", "1"),
            ("KUBESIFT_IGNORE", ""),
            ("KUBESIFT_LOG", "debug"),
            ("HOME", "/"),
        ]);
        assert_eq!(problems, [""; 0]);
        assert_eq!(options.profile.map(|profile| profile.value), Some(Profile::All));
        assert_eq!(options.checks.select.map(|select| select.value.len()), Some(2));
        assert_eq!(options.fail_on.map(|gate| gate.value), Some(Gate::Never));
        assert_eq!(
            options.jobs.map(|jobs| jobs.source.to_string()).as_deref(),
            Some("KUBESIFT_JOBS")
        );
    }

    #[test]
    fn wrong_words_name_their_variable() {
        for (name, value, message) in [
            (
                "KUBESIFT_PROFILE",
                "defualt",
                "KUBESIFT_PROFILE should be `default`, `pss-baseline`, `pss-restricted`, `cis`, `nsa`, `reliability`, `hygiene` or `all`, not `defualt` (did you mean `default`?)",
            ),
            ("KUBESIFT_PROFILE", "nsa", "profile `nsa` has no checks yet"),
            (
                "KUBESIFT_SELECT",
                "host_network",
                "KUBESIFT_SELECT: no check, family or profile is called `host_network` (did you mean `host-network`?)",
            ),
            (
                "KUBESIFT_SELECT",
                "profile:csi",
                "KUBESIFT_SELECT: no profile is called `csi` (did you mean `profile:cis`?)",
            ),
            (
                "KUBESIFT_BASELINE",
                "known",
                "KUBESIFT_BASELINE should be the path of a `.json` file, not `known`",
            ),
            (
                "KUBESIFT_NO_BASELINE",
                "maybe",
                "KUBESIFT_NO_BASELINE should be `true` or `false`, not `maybe`",
            ),
            ("KUBESIFT_JOBS", "0", "KUBESIFT_JOBS should be a number from 1 on, not `0`"),
            (
                "KUBESIFT_KUBERNETES_VERSION",
                "1.x",
                "KUBESIFT_KUBERNETES_VERSION: `1.x` is not a version of Kubernetes (write it as `1.37`, or `latest`)",
            ),
            (
                "KUBESIFT_EXCLUDE",
                "a[",
                "KUBESIFT_EXCLUDE: `a[` is not a glob: unclosed character class; missing ']'",
            ),
            (
                "KUBESIFT_FAILON",
                "low",
                "the environment variable KUBESIFT_FAILON is not one of ours (did you mean `KUBESIFT_FAIL_ON`?)",
            ),
        ] {
            assert_eq!(read(&[(name, value)]).1, [message], "{name}={value}");
        }
    }

    #[test]
    fn the_command_line_names_its_flags() {
        let line = CommandLine {
            fail_on: Some("hihg".to_owned()),
            ignore: vec!["host-network,nothing-like-it".to_owned()],
            ..CommandLine::default()
        };
        let (options, problems) = line.options(&ENTRIES);
        assert_eq!(options.checks.switches.len(), 1);
        let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "--fail-on should be `critical`, `high`, `medium`, `low`, `info` or `never`, not `hihg`",
                "--ignore: no check, family or profile is called `nothing-like-it`",
            ]
        );
    }
}

//! Reads `.kubesift.yaml` into [`Options`].

use std::sync::Arc;

use kubesift_engine::model::{CustomWorkload, ExternalObjects, NamePattern};
use kubesift_engine::{
    Confidence, Date, Entry, Opt, OptDefault, OptValue, Profile, Severity, Version, nearest,
};
use kubesift_source::{Column, SourceFile};
use kubesift_yaml::{Node, Tree, parse};

use crate::options::{BaselineFile, Checks, External, Gate, Ignore, Options, Override, Selector};
use crate::pattern::{KindPattern, PathPattern, TextPattern};
use crate::problem::Problem;
use crate::reader::{Reader, listed};
use crate::sourced::Sourced;
use crate::word::{Word, did_you_mean};

/// The keys of the project's file.
pub(crate) const KEYS: [&str; 15] = [
    "profile",
    "kubernetesVersion",
    "failOn",
    "minSeverity",
    "minConfidence",
    "requireReason",
    "foreignSuppressions",
    "baseline",
    "checks",
    "paths",
    "overrides",
    "ignore",
    "workloads",
    "external",
    "complete",
];

/// The keys of a file in a folder below.
const KEYS_BELOW: [&str; 3] = ["checks", "paths", "ignore"];

/// The selectors of an item of `overrides`: what is known before the checks run.
pub(crate) const SELECTORS: [&str; 5] = ["paths", "kinds", "namespaces", "names", "labels"];

/// The selectors that `ignore` has besides: what only a finding has.
pub(crate) const FINDING_SELECTORS: [&str; 2] = ["containers", "images"];

/// An item of `external`.
fn external(text: &str) -> Result<External, String> {
    let objects = ExternalObjects::parse(text)?;
    Ok(External { text: text.to_owned(), objects })
}

/// An item of `complete`.
fn complete(text: &str) -> Result<NamePattern, String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-.*".contains(letter);
    match text.chars().find(|letter| !allowed(*letter)) {
        Some(letter) => Err(format!("`{letter}` is in no name, and only `*` is special")),
        None => Ok(NamePattern::new(text)),
    }
}

/// Reads the file at the project root. What cannot be used is left out and among the problems,
/// which are in the order of their places.
pub fn load(file: Arc<SourceFile>, entries: &'static [Entry]) -> (Options, Vec<Problem>) {
    read(file, "", entries)
}

/// Reads a file in `folder`, a path from the project root with forward slashes. It holds for the
/// files below, and may say less.
pub fn load_below(
    file: Arc<SourceFile>,
    folder: &str,
    entries: &'static [Entry],
) -> (Options, Vec<Problem>) {
    read(file, folder.trim_matches('/'), entries)
}

fn read(file: Arc<SourceFile>, folder: &str, entries: &'static [Entry]) -> (Options, Vec<Problem>) {
    let tree = parse(Arc::clone(&file));
    let mut options = Options { folder: folder.to_owned(), ..Options::default() };
    let mut reader = Reader { file, entries, folder: folder.to_owned(), problems: Vec::new() };
    broken(&tree, &mut reader);
    // What follows from broken text is noise beside the place where it broke.
    if reader.problems.is_empty() {
        twice(&tree, &mut reader);
        let mut roots = tree.documents().filter_map(|document| document.root());
        if let Some(root) = roots.next() {
            reader.options(root, &mut options);
        }
        if let Some(second) = roots.next() {
            let message = "a configuration file is one document".to_owned();
            reader.error(second.place(), message, Some("remove the `---`".to_owned()));
        }
    }
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| problem.span);
    (options, problems)
}

fn broken(tree: &Tree, reader: &mut Reader) {
    for error in tree.errors() {
        reader.error(error.span, error.message.clone(), error.help.clone());
    }
}

fn twice(tree: &Tree, reader: &mut Reader) {
    for duplicate in tree.duplicates() {
        let first = tree.file().position(duplicate.first.start, Column::Chars).line;
        let key = tree.file().slice(duplicate.second);
        let message = format!("`{key}` is written twice; it stands in line {first} already");
        reader.error(duplicate.second, message, Some("remove one of them".to_owned()));
    }
}

impl Reader {
    fn options(&mut self, root: Node<'_>, options: &mut Options) {
        for (key, node) in self.fields(root, "", &KEYS) {
            if !self.folder.is_empty() && !KEYS_BELOW.contains(&key) {
                let message = format!("`{key}` can be set in the file at the project root only");
                let help = format!("here may stand {}", listed(KEYS_BELOW));
                self.error(node.key_span().unwrap_or(node.place()), message, Some(help));
                continue;
            }
            self.option(key, node, options);
        }
    }

    fn option(&mut self, key: &'static str, node: Node<'_>, options: &mut Options) {
        match key {
            "profile" => {
                let known = Profile::ALL.iter().map(|profile| profile.name());
                options.profile = self.one_of(node, key, Profile::parse, known);
                if let Some(profile) = &options.profile
                    && !self.entries.iter().any(|entry| entry.is_in(profile.value))
                {
                    let message = format!("profile `{}` has no checks yet", profile.value);
                    self.error(node.place(), message, None);
                }
            }
            "kubernetesVersion" => options.kubernetes_version = self.version(node, key),
            "failOn" => {
                let known = Severity::ALL.iter().rev().map(|word| word.name()).chain(["never"]);
                options.fail_on = self.one_of(node, key, Gate::parse, known);
            }
            "minSeverity" => options.min_severity = self.severity(node, key),
            "minConfidence" => {
                let known = Confidence::ALL.iter().map(|word| word.name());
                options.min_confidence = self.one_of(node, key, Confidence::parse, known);
            }
            "requireReason" => options.require_reason = self.flag(node, key),
            "foreignSuppressions" => options.foreign_suppressions = self.flag(node, key),
            "baseline" => options.baseline = self.baseline(node, key),
            "checks" => options.checks = self.checks(node, key),
            "paths" => {
                for (key, node) in self.fields(node, key, &["include", "exclude"]) {
                    let patterns = self.path_patterns(node, key);
                    match key {
                        "include" => options.include = patterns,
                        _ => options.exclude = patterns,
                    }
                }
            }
            "overrides" => {
                for item in self.items(node, key) {
                    options.overrides.extend(self.over(item));
                }
            }
            "ignore" => {
                for item in self.items(node, key) {
                    options.ignores.extend(self.ignore(item));
                }
            }
            "external" => options.external = self.list(node, key, "an object", external),
            "complete" => {
                options.complete = self.list(node, key, "a namespace", complete);
            }
            _ => {
                for item in self.items(node, key) {
                    options.workloads.extend(self.workload(item));
                }
            }
        }
    }

    fn version(&mut self, node: Node<'_>, name: &str) -> Option<Sourced<Version>> {
        let text = self.text(node, name)?;
        let version = Version::parse(text);
        if version.is_none() {
            let message = format!("`{text}` is not a version of Kubernetes");
            let help = format!("write it as `\"{}\"`, or `latest`", Version::NEWEST);
            self.error(node.place(), message, Some(help));
        }
        version.map(|version| self.sourced(node, version))
    }

    fn baseline(&mut self, node: Node<'_>, name: &str) -> Option<Sourced<BaselineFile>> {
        match BaselineFile::parse(self.text(node, name)?) {
            Ok(file) => Some(self.sourced(node, file)),
            Err(why) => {
                self.error(node.place(), format!("`{name}` {why}"), None);
                None
            }
        }
    }

    fn severity(&mut self, node: Node<'_>, name: &str) -> Option<Sourced<Severity>> {
        let known = Severity::ALL.iter().rev().map(|word| word.name());
        self.one_of(node, name, Severity::parse, known)
    }

    fn path_patterns(&mut self, node: Node<'_>, name: &str) -> Vec<Sourced<PathPattern>> {
        let folder = self.folder.clone();
        self.list(node, name, "a glob", |text| PathPattern::new(text, &folder))
    }

    /// `checks`: names, families and profiles with what holds for them; and two lists of them.
    fn checks(&mut self, node: Node<'_>, name: &str) -> Checks {
        let mut checks = Checks::default();
        for (key, node) in self.entries(node, name) {
            match key {
                "select" => {
                    let words = self.words(node, key).into_iter().map(|word| word.value).collect();
                    checks.select = Some(self.sourced(node, words));
                }
                "ignore" => {
                    let words = self.words(node, key).into_iter();
                    let off = |word: Sourced<Word>| Sourced::new((word.value, false), word.source);
                    checks.switches.extend(words.map(off));
                }
                _ => {
                    let span = node.key_span().unwrap_or(node.place());
                    if let Some(word) = self.word(key, span) {
                        self.setting(word, node, &mut checks);
                    }
                }
            }
        }
        checks
    }

    /// What holds for a check, family or profile.
    fn setting(&mut self, word: Word, node: Node<'_>, checks: &mut Checks) {
        // Naming one check is wanting it; a family is wanted as a whole only when `on` says so.
        let wanted = matches!(word, Word::Check(_));
        if node.is_map() {
            if wanted {
                checks.switches.push(self.sourced(node, (word, true)));
            }
            self.values(word, node, checks);
            return;
        }
        let switch = match (node.bool(), node.text()) {
            (Some(on), _) => Some(on),
            (_, Some("on")) => Some(true),
            (_, Some("off")) => Some(false),
            _ => None,
        };
        if let Some(on) = switch {
            checks.switches.push(self.sourced(node, (word, on)));
        } else if let Some(severity) = node.text().and_then(Severity::parse) {
            checks.severities.push(self.sourced(node, (word, severity)));
            if wanted {
                checks.switches.push(self.sourced(node, (word, true)));
            }
        } else {
            let known =
                || ["off", "on"].into_iter().chain(Severity::ALL.iter().map(|word| word.name()));
            let hint = node.text().and_then(|text| nearest(text, known())).map(did_you_mean);
            let found = node.text().map_or("this".to_owned(), |text| format!("`{text}`"));
            let message = format!("{found} cannot be said of `{word}`");
            let all = listed(known());
            let help =
                hint.or(Some(format!("write {all}, or a mapping with `severity` and options")));
            self.error(node.place(), message, help);
        }
    }

    fn values(&mut self, word: Word, node: Node<'_>, checks: &mut Checks) {
        let options = match word {
            Word::Check(entry) => entry.check.options,
            _ => &[],
        };
        for (key, node) in self.entries(node, &word.to_string()) {
            if key == "severity" {
                if let Some(severity) = self.severity(node, key) {
                    let value = (word, severity.value);
                    checks.severities.push(Sourced::new(value, severity.source));
                }
                continue;
            }
            let (Word::Check(entry), Some(opt)) =
                (word, options.iter().find(|option| option.name == key))
            else {
                let known =
                    || ["severity"].into_iter().chain(options.iter().map(|option| option.name));
                let help = match nearest(key, known()) {
                    Some(meant) => did_you_mean(meant),
                    None => format!("known here: {}", listed(known())),
                };
                let message = format!("`{word}` has no option `{key}`");
                self.error(node.key_span().unwrap_or(node.place()), message, Some(help));
                continue;
            };
            if let Some(value) = self.value(opt, node) {
                checks.values.push(self.sourced(node, (entry, *opt, value)));
            }
        }
    }

    fn value(&mut self, opt: &'static Opt, node: Node<'_>) -> Option<OptValue> {
        let value = match opt.default {
            OptDefault::Bool(_) => self.flag(node, opt.name).map(|flag| OptValue::Bool(flag.value)),
            OptDefault::Int(_) => {
                if node.int().is_none() {
                    let found = node.text().map_or("this".to_owned(), |text| format!("`{text}`"));
                    let message = format!("`{}` should be a whole number, not {found}", opt.name);
                    self.error(node.place(), message, None);
                }
                node.int().map(OptValue::Int)
            }
            OptDefault::Text(_) => {
                self.text(node, opt.name).map(|text| OptValue::Text(text.to_owned()))
            }
            OptDefault::List(_) => {
                let texts = self.texts(node, opt.name);
                Some(OptValue::List(texts.into_iter().map(|(text, _)| text.to_owned()).collect()))
            }
        };
        value.filter(|value| opt.takes(value))
    }

    fn over(&mut self, item: Node<'_>) -> Option<Override> {
        let known: Vec<&'static str> = SELECTORS.into_iter().chain(["checks"]).collect();
        let mut selector = Selector::default();
        let mut checks = None;
        let before = self.problems.len();
        for (key, node) in self.item_fields(item, "overrides", &known) {
            match key {
                "checks" => checks = Some(self.checks(node, key)),
                _ => self.selector(key, node, &mut selector),
            }
        }
        if selector.is_empty() && self.problems.len() == before {
            let message = "this override is for everything".to_owned();
            let help = format!("say for what: {}", listed(SELECTORS));
            self.error(item.place(), message, Some(help));
        }
        if checks.is_none() && self.problems.len() == before {
            let message = "this override says nothing of `checks`".to_owned();
            self.error(item.place(), message, None);
        }
        (!selector.is_empty()).then_some(Override { selector, checks: checks? })
    }

    fn selector(&mut self, key: &str, node: Node<'_>, selector: &mut Selector) {
        fn bare<T>(list: Vec<Sourced<T>>) -> Vec<T> {
            list.into_iter().map(|item| item.value).collect()
        }
        let mut names = |node| bare(self.list(node, key, "a glob", TextPattern::new));
        match key {
            "namespaces" => selector.namespaces = names(node),
            "names" => selector.names = names(node),
            "containers" => selector.containers = names(node),
            "images" => selector.images = names(node),
            "kinds" => selector.kinds = bare(self.list(node, key, "a glob", KindPattern::new)),
            "paths" => selector.paths = bare(self.path_patterns(node, key)),
            _ => {
                for (label, value) in self.entries(node, key) {
                    let Some(text) = self.text(value, label) else { continue };
                    match TextPattern::new(text) {
                        Ok(pattern) => selector.labels.push((label.to_owned(), pattern)),
                        Err(why) => {
                            let message = format!("`{text}` is not a glob: {why}");
                            self.error(value.place(), message, None);
                        }
                    }
                }
            }
        }
    }

    fn ignore(&mut self, item: Node<'_>) -> Option<Sourced<Ignore>> {
        let known: Vec<&'static str> = ["checks"]
            .into_iter()
            .chain(SELECTORS)
            .chain(FINDING_SELECTORS)
            .chain(["reason", "until"])
            .collect();
        let mut ignore = Ignore {
            checks: Vec::new(),
            selector: Selector::default(),
            reason: String::new(),
            until: None,
        };
        let before = self.problems.len();
        for (key, node) in self.item_fields(item, "ignore", &known) {
            match key {
                "checks" => {
                    let words = self.words(node, key).into_iter();
                    ignore.checks = words.map(|word| word.value).collect();
                }
                "reason" => {
                    let reason = self.text(node, key).unwrap_or_default();
                    reason.trim().clone_into(&mut ignore.reason);
                }
                "until" => {
                    let Some(text) = self.text(node, key) else { continue };
                    ignore.until = Date::parse(text).map(|date| (date, node.place()));
                    if ignore.until.is_none() {
                        let message = format!("`{text}` is not a day");
                        let help = "write it as `2027-01-31`".to_owned();
                        self.error(node.place(), message, Some(help));
                    }
                }
                _ => self.selector(key, node, &mut ignore.selector),
            }
        }
        // What was meant narrowly and is wrong must not become wide.
        if self.problems.len() > before {
            return None;
        }
        if ignore.checks.is_empty() && ignore.selector.is_empty() {
            let message = "this entry ignores everything".to_owned();
            let help = "name `checks`, `paths`, `kinds`, `names` or another selector".to_owned();
            self.error(item.place(), message, Some(help));
            return None;
        }
        Some(self.sourced(item, ignore))
    }

    fn workload(&mut self, item: Node<'_>) -> Option<Sourced<CustomWorkload>> {
        let (mut group, mut kind, mut path) = ("", None, None);
        for (key, node) in self.item_fields(item, "workloads", &["group", "kind", "podTemplate"]) {
            let text = self.text(node, key);
            match key {
                "group" => group = text.unwrap_or_default(),
                "kind" => kind = text,
                _ => {
                    let broken = |text: &&str| text.split('.').any(str::is_empty);
                    if let Some(text) = text.filter(broken) {
                        let message = format!("`{text}` is not a path of keys joined by dots");
                        let help = "write it as `spec.template`".to_owned();
                        self.error(node.place(), message, Some(help));
                    }
                    path = text;
                }
            }
        }
        for (key, missing) in [("kind", kind.is_none()), ("podTemplate", path.is_none())] {
            if missing && item.is_map() {
                self.error(item.place(), format!("this workload has no `{key}`"), None);
            }
        }
        if !item.is_map() {
            return None;
        }
        let workload =
            CustomWorkload { group: group.into(), kind: kind?.into(), pod_template: path?.into() };
        Some(self.sourced(item, workload))
    }
}

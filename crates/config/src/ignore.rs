//! The entries of `ignore`: which findings they settle, and which of them settle none.

use std::collections::BTreeSet;

use kubesift_engine::model::{Container, Pod, Resource};
use kubesift_engine::{Date, Entry, Fate, Finding, all_checks};
use kubesift_source::Span;
use kubesift_yaml::Node;

use crate::options::{Ignore, Options, Selector};
use crate::pattern::{PathPattern, TextPattern, below};
use crate::problem::Problem;
use crate::settings::Settings;
use crate::sourced::Sourced;

/// What an entry of `ignore` may ask about a finding.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Its file, as a path from the project root with forward slashes.
    pub path: &'a str,
    /// Its object, if it has one.
    pub resource: Option<&'a Resource>,
}

/// The entries of `ignore` that settled a finding in a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses(BTreeSet<usize>);

impl Uses {
    /// Adds those of another part of the run.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// An entry that is in force, and the folder it is for.
#[derive(Debug, Clone)]
pub(crate) struct Active {
    folder: String,
    ignore: Sourced<Ignore>,
}

fn any(patterns: &[TextPattern], name: Option<&str>) -> bool {
    patterns.is_empty()
        || name.is_some_and(|name| patterns.iter().any(|pattern| pattern.matches(name)))
}

fn at_path(patterns: &[PathPattern], path: &str, resource: Option<&Resource>) -> bool {
    let template = resource.and_then(|resource| resource.rendered_from.as_ref());
    patterns.is_empty()
        || patterns.iter().any(|pattern| {
            pattern.matches(path)
                || template.is_some_and(|from| pattern.matches_template(&from.template))
        })
}

impl Selector {
    /// True for an object that it selects; what it says of containers is left out.
    pub fn takes(&self, path: &str, resource: Option<&Resource>) -> bool {
        if !at_path(&self.paths, path, resource) {
            return false;
        }
        let label = |(key, wanted): &(String, TextPattern)| {
            let value = resource.and_then(|resource| resource.label(key)).and_then(Node::text);
            value.is_some_and(|value| wanted.matches(value))
        };
        let kind = resource.map(|resource| &resource.kind);
        (self.kinds.is_empty()
            || kind.is_some_and(|kind| self.kinds.iter().any(|wanted| wanted.matches(kind))))
            && any(&self.namespaces, resource.and_then(|resource| resource.namespace.as_deref()))
            && any(&self.names, resource.and_then(|resource| resource.name.as_deref()))
            && self.labels.iter().all(label)
    }

    /// True for a finding that it selects.
    pub fn takes_finding(&self, facts: &Facts<'_>) -> bool {
        if !self.takes(facts.path, facts.resource) {
            return false;
        }
        if self.containers.is_empty() && self.images.is_empty() {
            return true;
        }
        container(facts).is_some_and(|container| {
            any(&self.containers, Some(container.name())) && any(&self.images, container.image())
        })
    }
}

/// The container that a finding is about, or stands in.
fn container<'a>(facts: &Facts<'a>) -> Option<Container<'a>> {
    let named = facts.finding.subject.as_ref().and_then(|subject| subject.container.as_deref());
    let pod = Pod::of(facts.resource?)?;
    pod.containers().into_iter().find(|container| match named {
        Some(name) => container.name() == name,
        None => container.node.entry_span().contains(facts.finding.at),
    })
}

/// The entries that are in force today; the others are among the problems.
pub(crate) fn active(
    files: &[&Options],
    require_reason: bool,
    today: Date,
    problems: &mut Vec<Problem>,
) -> Vec<Active> {
    let mut active = Vec::new();
    for options in files {
        for ignore in &options.ignores {
            let span = ignore.source.span();
            match ignore.value.until {
                Some((date, at)) if date < today => {
                    let message =
                        format!("this entry of `ignore` ended on {date}; its findings count again");
                    let help = "remove the entry, or give it another day".to_owned();
                    problems.push(Problem::warning(at, message).help(help));
                    continue;
                }
                _ => {}
            }
            if require_reason && ignore.value.reason.is_empty() {
                let message =
                    "this entry of `ignore` gives no `reason`, and `requireReason` asks for one";
                problems.push(Problem::error(span, message));
                continue;
            }
            active.push(Active { folder: options.folder.clone(), ignore: ignore.clone() });
        }
    }
    active
}

impl Settings {
    /// Whether an entry of `ignore` is there, so that findings may have another fate.
    pub fn has_ignores(&self) -> bool {
        !self.ignores.is_empty()
    }

    /// The fate that the configuration gives to a finding; none leaves it as it is. Ask for
    /// suppressed findings too, so that entries that would settle them count as used.
    pub fn fate(&self, facts: &Facts<'_>, uses: &mut Uses) -> Option<Fate> {
        let mut fate = None;
        for (at, Active { folder, ignore }) in self.ignores.iter().enumerate() {
            let Ignore { checks, selector, reason, .. } = &ignore.value;
            let named =
                checks.is_empty() || checks.iter().any(|word| word.takes(facts.finding.check));
            if named && below(facts.path, folder).is_some() && selector.takes_finding(facts) {
                uses.0.insert(at);
                fate.get_or_insert_with(|| Fate::Suppressed {
                    kind: "config",
                    reason: reason.clone(),
                });
            }
        }
        fate
    }

    /// The entries of `ignore` that settled nothing although all their checks ran. To be asked
    /// after a run over the whole project only: on a part of it nothing can be said.
    pub fn unused(&self, uses: &Uses, ran: impl Fn(&'static Entry) -> bool) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (at, Active { ignore, .. }) in self.ignores.iter().enumerate() {
            let Ignore { checks, .. } = &ignore.value;
            let mut named = all_checks(self.entries)
                .filter(|entry| checks.iter().any(|word| word.takes(entry)));
            if uses.0.contains(&at) || !named.all(&ran) {
                continue;
            }
            let span: Option<Span> = ignore.source.span();
            let message = "this entry of `ignore` matches no finding";
            problems.push(Problem::warning(span, message).help("remove it".to_owned()));
        }
        problems
    }
}

//! Runs checks over resources: each resource is visited once, by the checks that want its kind.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use kubesift_model::{BuildId, Graph, Pod, Resource};
use kubesift_source::SourceFile;
use rayon::prelude::*;

use crate::check::{Entry, Run, Severity, Version};
use crate::finding::Finding;
use crate::fingerprint::Fingerprint;
use crate::opt::OptValue;
use crate::out::Out;
use crate::outcome::{Trouble, TroubleKind};

/// A check as it is to run: with the settings of this run.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The check.
    pub entry: &'static Entry,
    /// The severity that the configuration gives it.
    pub severity: Option<Severity>,
    /// The options that the configuration sets, by name.
    pub options: Vec<(&'static str, OptValue)>,
    /// The run names this check (`--select NAME`), rather than a profile that holds it.
    pub asked: bool,
}

impl Rule {
    /// A check with its own settings.
    pub fn new(entry: &'static Entry) -> Self {
        Self { entry, severity: None, options: Vec::new(), asked: false }
    }

    /// The severity of its findings.
    pub fn severity(&self) -> Severity {
        self.severity.unwrap_or(self.entry.check.severity)
    }

    pub(crate) fn option(&self, name: &str) -> Option<&OptValue> {
        self.options.iter().find(|option| option.0 == name).map(|option| &option.1)
    }
}

/// The checks of a run, grouped by what they look at.
#[derive(Debug)]
pub struct Plan {
    rules: Vec<Rule>,
    version: Version,
    every: Vec<usize>,
    by_kind: ByKind,
    pods: Vec<usize>,
    containers: Vec<usize>,
    every_link: Vec<usize>,
    links_by_kind: ByKind,
}

/// Positions of rules under the bare kinds they look at, each with the name that says which group is
/// meant.
type ByKind = HashMap<&'static str, Vec<(usize, &'static str)>>;

impl Plan {
    /// Groups `rules`.
    pub fn new(rules: Vec<Rule>, version: Version) -> Self {
        let mut plan = Self {
            rules: Vec::new(),
            version,
            every: Vec::new(),
            by_kind: HashMap::new(),
            pods: Vec::new(),
            containers: Vec::new(),
            every_link: Vec::new(),
            links_by_kind: HashMap::new(),
        };
        for (at, rule) in rules.iter().enumerate() {
            match rule.entry.check.run {
                Run::Resource(&["*"], _) => plan.every.push(at),
                Run::Resource(names, _) => note(&mut plan.by_kind, names, at),
                Run::Pod(_) => plan.pods.push(at),
                Run::Container(_) => plan.containers.push(at),
                Run::Links(&["*"], _) => plan.every_link.push(at),
                Run::Links(names, _) => note(&mut plan.links_by_kind, names, at),
            }
        }
        plan.rules = rules;
        plan
    }

    /// The checks of the plan.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The version of Kubernetes to judge for.
    pub fn version(&self) -> Version {
        self.version
    }

    /// True when some check needs the graph of a build.
    pub fn needs_graph(&self) -> bool {
        !self.every_link.is_empty() || !self.links_by_kind.is_empty()
    }

    /// Runs every check that looks at a resource alone. `builds` are those that hold it.
    pub fn judge(
        &self,
        resource: &Resource,
        builds: &[BuildId],
        findings: &mut Vec<Finding>,
        troubles: &mut Vec<Trouble>,
    ) {
        for at in meant(&self.every, &self.by_kind, resource) {
            let rule = &self.rules[at];
            let Run::Resource(_, run) = rule.entry.check.run else { continue };
            guard(resource, rule.entry, findings, troubles, |findings| {
                run(resource, &mut Out::new(rule, self.version, resource, builds, findings));
            });
        }
        if let Some(pod) = Pod::of(resource) {
            self.judge_pod(&pod, builds, findings, troubles);
        }
    }

    fn judge_pod(
        &self,
        pod: &Pod<'_>,
        builds: &[BuildId],
        findings: &mut Vec<Finding>,
        troubles: &mut Vec<Trouble>,
    ) {
        let resource = pod.resource;
        for at in &self.pods {
            let rule = &self.rules[*at];
            let Run::Pod(run) = rule.entry.check.run else { continue };
            guard(resource, rule.entry, findings, troubles, |findings| {
                run(pod, &mut Out::new(rule, self.version, resource, builds, findings));
            });
        }
        let containers = pod.containers();
        for at in &self.containers {
            let rule = &self.rules[*at];
            let Run::Container(run) = rule.entry.check.run else { continue };
            guard(resource, rule.entry, findings, troubles, |findings| {
                for container in &containers {
                    let out = Out::new(rule, self.version, resource, builds, findings);
                    run(container, &mut out.on(container));
                }
            });
        }
    }

    /// Runs every check that looks at a resource with its build in view.
    pub fn judge_links(
        &self,
        resource: &Resource,
        graph: &Graph<'_>,
        findings: &mut Vec<Finding>,
        troubles: &mut Vec<Trouble>,
    ) {
        let builds = [graph.build().id];
        for at in meant(&self.every_link, &self.links_by_kind, resource) {
            let rule = &self.rules[at];
            let Run::Links(_, run) = rule.entry.check.run else { continue };
            guard(resource, rule.entry, findings, troubles, |findings| {
                let mut out = Out::new(rule, self.version, resource, &builds, findings);
                run(resource, graph, &mut out);
            });
        }
    }
}

/// Notes a check under each of its kinds, by their names without groups.
fn note(by_kind: &mut ByKind, names: &[&'static str], at: usize) {
    for name in names {
        let kind = name.rsplit_once('/').map_or(*name, |(_, kind)| kind);
        by_kind.entry(kind).or_default().push((at, name));
    }
}

/// The rules for a resource: those for every kind, then those for its own, each once.
fn meant<'p>(
    every: &'p [usize],
    by_kind: &'p ByKind,
    resource: &'p Resource,
) -> impl Iterator<Item = usize> + 'p {
    let kinds = by_kind.get(&*resource.kind.kind).map_or(&[][..], Vec::as_slice);
    // A rule may name several groups of one kind, one after the other.
    let mut last = None;
    let own = kinds.iter().filter_map(move |(at, name)| {
        let wanted = last != Some(*at) && resource.is(name);
        last = if wanted { Some(*at) } else { last };
        wanted.then_some(*at)
    });
    every.iter().copied().chain(own)
}

/// A panic in a check costs that check on that resource, and is said.
fn guard(
    resource: &Resource,
    entry: &'static Entry,
    findings: &mut Vec<Finding>,
    troubles: &mut Vec<Trouble>,
    run: impl FnOnce(&mut Vec<Finding>),
) {
    let before = findings.len();
    if catch_unwind(AssertUnwindSafe(|| run(findings))).is_ok() {
        return;
    }
    findings.truncate(before);
    let name = resource.full_name();
    troubles.push(Trouble {
        kind: TroubleKind::Panic,
        message: format!(
            "check {} stopped unexpectedly on {} {name}; its other checks ran",
            entry.name, resource.kind.kind
        ),
        help: Some("please report this with the manifest".to_owned()),
        path: resource.file().path.clone(),
        at: Some(resource.node().place()),
    });
}

/// Brings findings into their final order (path, offset, check), joins those that say the same of
/// the same place from several builds, lets those that another one covers give way, and gives each
/// its fingerprint.
pub fn merge(mut findings: Vec<Finding>, files: &[Arc<SourceFile>]) -> Vec<Finding> {
    fold_causes(&mut findings);
    let path = |finding: &Finding| &*files[finding.at.file.0 as usize].path;
    findings.par_sort_by(|a, b| {
        let key = |finding: &Finding| (finding.at.start, finding.at.end, finding.check.name);
        path(a)
            .cmp(path(b))
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.message.cmp(&b.message))
            .then_with(|| a.builds.cmp(&b.builds))
    });
    findings.dedup_by(|later, kept| {
        let same = later.check.name == kept.check.name
            && later.at == kept.at
            && (later.message == kept.message
                || later.cause.is_some() && later.cause == kept.cause);
        if same {
            join(kept, later);
        }
        same
    });
    give_way(&mut findings);
    findings.par_iter_mut().for_each(|finding| {
        finding.fingerprint = Fingerprint::of_finding(finding, path(finding), 0);
    });
    let mut seen: HashMap<Fingerprint, usize> = HashMap::with_capacity(findings.len());
    for finding in &mut findings {
        let first = finding.fingerprint;
        let ordinal = seen.entry(first).or_insert(0);
        if *ordinal > 0 {
            finding.fingerprint = Fingerprint::of_finding(finding, path(finding), *ordinal);
        }
        *ordinal += 1;
    }
    findings
}

/// Takes what an equal finding of other builds adds. One that is open in some builds is open, and
/// names those: where it is suppressed it is settled.
fn join(kept: &mut Finding, later: &mut Finding) {
    if kept.is_open() && !later.is_open() {
        return;
    }
    if !kept.is_open() && later.is_open() {
        std::mem::swap(kept, later);
        return;
    }
    kept.builds.append(&mut later.builds);
    kept.builds.sort_unstable();
    kept.builds.dedup();
}

/// Drops each finding whose check yields to another one with a finding of the same named cause in
/// the same builds, and names it there.
fn fold_causes(findings: &mut Vec<Finding>) {
    let mut causes: HashMap<(&str, &[BuildId]), Vec<usize>> = HashMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if let Some(cause) = &finding.cause {
            causes.entry((cause, &finding.builds)).or_default().push(at);
        }
    }
    let mut folded: Vec<Option<usize>> = vec![None; findings.len()];
    for found in causes.values() {
        let mut first: HashMap<&str, usize> = HashMap::new();
        for at in found {
            first.entry(findings[*at].check.name).or_insert(*at);
        }
        // One that stays, where there is a choice, so that no name is lost with it.
        let yields = |at: usize| findings[at].check.check.yields_to;
        let stays = |at: &usize| !yields(*at).iter().any(|name| first.contains_key(name));
        for at in found {
            let winners = || yields(*at).iter().filter_map(|name| first.get(name).copied());
            folded[*at] = winners().find(stays).or_else(|| winners().next());
        }
    }
    fold(findings, &folded);
}

/// Drops the findings for which `folded` says into which other one they go, and names their checks
/// there.
fn fold(findings: &mut Vec<Finding>, folded: &[Option<usize>]) {
    for (at, winner) in folded.iter().enumerate() {
        let Some(winner) = winner else { continue };
        let name = findings[at].check.name;
        let covers = &mut findings[*winner].covers;
        if let Err(place) = covers.binary_search(&name) {
            covers.insert(place, name);
        }
    }
    let mut folded = folded.iter();
    let goes = |_: &mut Finding| folded.next().is_some_and(Option::is_some);
    let gone: Vec<Finding> = findings.extract_if(.., goes).collect();
    // Most findings of a bad corpus end here; giving their memory back takes longer than the fold.
    rayon::spawn(move || drop(gone));
}

/// Drops each finding whose check yields to another one with a finding at the very same place, and
/// names it there. Findings must be sorted by place.
fn give_way(findings: &mut Vec<Finding>) {
    let mut folded: Vec<Option<usize>> = Vec::with_capacity(findings.len());
    while folded.len() < findings.len() {
        let start = folded.len();
        let at = findings[start].at;
        let run = findings[start..].iter().take_while(|finding| finding.at == at).count();
        let place = start..start + run;
        folded.extend(place.clone().map(|index| winner(findings, place.clone(), index)));
    }
    fold(findings, &folded);
}

/// The finding among those of one place that the one at `index` gives way to: one that stays, where
/// there is a choice, so that no name is lost with it.
fn winner(findings: &[Finding], place: std::ops::Range<usize>, index: usize) -> Option<usize> {
    let subject = |at: usize| findings[at].subject.as_ref().map(|subject| subject.id);
    let beats = |other: usize, at: usize| {
        findings[at].check.check.yields_to.contains(&findings[other].check.name)
            && subject(other) == subject(at)
    };
    let winners = || place.clone().filter(|other| beats(*other, index));
    let stays = |at: &usize| !place.clone().any(|other| beats(other, *at));
    winners().find(stays).or_else(|| winners().next())
}

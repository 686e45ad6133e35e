//! Runs the checks: over resources alone, and over resources with their build in view. Data in, data
//! out, in the order of the resources whatever the number of threads, and whatever is remembered.

use std::sync::{Arc, OnceLock};

use kubesift_engine::{Finding, Trouble};
use kubesift_model::{Build, Graph, Resource, ResourceId};
use rayon::prelude::*;

use crate::memo::{Memo, RuleKey, renumber};
use crate::relations::Relations;
use crate::request::{Phase, Request};
use crate::rules::Rules;
use crate::whole::Holders;

/// What checks gave.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judged {
    pub findings: Vec<Finding>,
    pub troubles: Vec<Trouble>,
}

impl Judged {
    pub fn add(&mut self, mut other: Self) {
        self.findings.append(&mut other.findings);
        self.troubles.append(&mut other.troubles);
    }

    fn join(parts: Vec<Self>) -> Self {
        let mut whole = Self::default();
        parts.into_iter().for_each(|part| whole.add(part));
        whole
    }
}

/// All that was judged, and the graphs that it was judged with.
pub(crate) struct Judgement {
    pub judged: Judged,
    /// One for each build; empty where no graph was kept.
    pub relations: Vec<OnceLock<Arc<Relations>>>,
}

/// Resources judged in one go by one thread: few enough that two threads end together, enough that
/// handing them out costs nothing.
const CHUNK: usize = 64;

/// What lies ready to be judged.
pub(crate) struct Bench<'a> {
    pub resources: &'a Arc<Vec<Resource>>,
    pub builds: &'a [Build],
    pub holders: &'a Holders,
    pub rules: &'a Rules,
    pub request: &'a Request<'a>,
}

impl Bench<'_> {
    /// Judges everything.
    pub fn judge(&self, needs_graph: bool) -> Judgement {
        self.request.progress.begin(Phase::Check, self.resources.len());
        // Indexing a build is the work of one thread; meanwhile the others judge resources alone.
        let (mut judged, linked) = rayon::join(
            || {
                let chunks = self.resources.par_chunks(CHUNK).map(|chunk| {
                    let parts = chunk.iter().map(|resource| self.alone(resource));
                    let judged = Judged::join(parts.collect());
                    self.request.progress.step(chunk.len());
                    judged
                });
                Judged::join(chunks.collect())
            },
            || {
                let builds = self.builds.par_iter().filter(|_| needs_graph);
                let parts = builds
                    .map(|build| self.linked(&Graph::new(build, self.resources), &build.resources));
                Judged::join(parts.collect())
            },
        );
        judged.add(linked);
        let relations = self.builds.iter().map(|_| OnceLock::new()).collect();
        Judgement { judged, relations }
    }

    /// Judges what has changed since the memory was filled, and takes the rest from there.
    pub fn judge_again(&self, memo: &mut Memo, needs_graph: bool) -> Judgement {
        self.request.progress.begin(Phase::Check, self.resources.len());
        let held = &*memo;
        let (alone, linked) = rayon::join(
            || self.alone_again(held),
            || {
                let builds = self.builds.par_iter().filter(|_| needs_graph);
                builds.map(|build| self.linked_again(held, build)).collect::<Vec<_>>()
            },
        );
        let (mut judged, fresh) = alone;
        let mut relations: Vec<OnceLock<Arc<Relations>>> = Vec::new();
        let mut new = Vec::new();
        for (build, one) in self.builds.iter().zip(linked) {
            judged.add(one.numbered(build));
            relations.push(OnceLock::from(Arc::clone(&one.relations)));
            if one.is_new {
                new.push(one);
            }
        }
        relations.resize_with(self.builds.len(), OnceLock::new);
        if !self.request.is_cancelled() {
            memo.retain(self.builds, self.resources);
            memo.keep_alone(fresh);
            for Linked { rules, relations, judged, .. } in new {
                memo.keep_linked(rules, relations, judged);
            }
        }
        Judgement { judged, relations }
    }

    /// One resource, by the checks that look at it alone.
    fn alone(&self, resource: &Resource) -> Judged {
        let mut judged = Judged::default();
        if self.request.is_cancelled() {
            return judged;
        }
        let builds = self.holders.of(resource);
        let Judged { findings, troubles } = &mut judged;
        self.rules.plan(Some(resource)).judge(resource, builds, findings, troubles);
        judged
    }

    /// Every resource alone; what is not remembered is given apart as well.
    fn alone_again<'s>(&'s self, memo: &Memo) -> (Judged, Vec<(&'s Resource, RuleKey, Judged)>) {
        let chunks = self.resources.par_chunks(CHUNK).map(|chunk| {
            let (mut all, mut fresh) = (Judged::default(), Vec::new());
            for resource in chunk {
                let rules = self.rules.key(resource);
                if let Some(held) = memo.alone(resource, rules) {
                    let builds = self.holders.of(resource);
                    let again = held.findings.iter().cloned();
                    all.findings.extend(again.map(|one| renumber(one, |_| resource.id, builds)));
                    all.troubles.extend(held.troubles.iter().cloned());
                    continue;
                }
                let judged = self.alone(resource);
                all.add(judged.clone());
                fresh.push((resource, rules.clone(), judged));
            }
            self.request.progress.step(chunk.len());
            (all, fresh)
        });
        let (mut all, mut fresh) = (Judged::default(), Vec::new());
        for (part, new) in chunks.collect::<Vec<_>>() {
            all.add(part);
            fresh.extend(new);
        }
        (all, fresh)
    }

    /// Every resource of a build, by the checks that want the build in view.
    /// `ids` are their numbers in the run, whatever they are in the graph.
    fn linked(&self, graph: &Graph<'_>, ids: &[ResourceId]) -> Judged {
        let both = graph.resources().par_iter().zip(ids).with_min_len(CHUNK);
        let judge = |mut judged: Judged, (resource, id): (&&Resource, &ResourceId)| {
            if !self.request.is_cancelled() {
                let Judged { findings, troubles } = &mut judged;
                self.rules.plan_of(*id).judge_links(resource, graph, findings, troubles);
            }
            judged
        };
        Judged::join(both.fold(Judged::default, judge).collect())
    }

    fn linked_again(&self, memo: &Memo, build: &Build) -> Linked {
        let key = |one: &Resource| self.rules.key(one).clone();
        if let Some(held) = memo.linked(build, self.resources, &key) {
            let (relations, judged) = (Arc::clone(&held.relations), Arc::clone(&held.judged));
            return Linked { relations, judged, rules: Vec::new(), is_new: false };
        }
        let relations = Arc::new(Relations::new(build, self.resources));
        let of = |id: &ResourceId| self.resources.get(id.0 as usize).map(key);
        let rules: Vec<RuleKey> = build.resources.iter().filter_map(of).collect();
        let judged = Arc::new(relations.with(|graph| self.linked(graph, &build.resources)));
        Linked { relations, judged, rules, is_new: true }
    }
}

/// A build, judged now or before.
struct Linked {
    relations: Arc<Relations>,
    judged: Arc<Judged>,
    /// The rules of its resources, when it was judged now.
    rules: Vec<RuleKey>,
    is_new: bool,
}

impl Linked {
    /// What was found, with the numbers of this run.
    fn numbered(&self, build: &Build) -> Judged {
        let id =
            |local: ResourceId| build.resources.get(local.0 as usize).copied().unwrap_or(local);
        let findings = self.judged.findings.iter().cloned();
        let findings = findings.map(|finding| renumber(finding, id, &[build.id]));
        Judged { findings: findings.collect(), troubles: self.judged.troubles.clone() }
    }
}

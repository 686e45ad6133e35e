//! Runs the checks: over resources alone, and over resources with their build in view. Data in, data
//! out, in the order of the resources whatever the number of threads, and whatever is remembered.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use kubesift_engine::{Finding, Trouble};
use kubesift_model::{Build, BuildId, Graph, Resource, ResourceId};
use rayon::prelude::*;

use crate::affected::Affected;
use crate::memo::{self, Memo, RuleKey, renumber};
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

    /// The same with another number for the object, and one build.
    fn numbered(mut self, id: impl Fn(ResourceId) -> ResourceId, build: BuildId) -> Self {
        let number = |finding| renumber(finding, &id, &[build]);
        self.findings = self.findings.into_iter().map(number).collect();
        self
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
    /// Of some build only a part was judged again.
    pub is_partial: bool,
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
                let parts = builds.map(|build| self.linked(build));
                Judged::join(parts.collect())
            },
        );
        judged.add(linked);
        let relations = self.builds.iter().map(|_| OnceLock::new()).collect();
        Judgement { judged, relations, is_partial: false }
    }

    /// Judges what has changed since the memory was filled, and takes the rest from there. At a
    /// glance, of a build that changed only what the change is near to is judged.
    pub fn judge_again(&self, memo: &mut Memo, needs_graph: bool, glance: bool) -> Judgement {
        self.request.progress.begin(Phase::Check, self.resources.len());
        let held = &*memo;
        let (alone, linked) = rayon::join(
            || self.alone_again(held),
            || {
                let builds = self.builds.par_iter().filter(|_| needs_graph);
                builds.map(|build| self.linked_again(held, build, glance)).collect::<Vec<_>>()
            },
        );
        let (mut judged, fresh) = alone;
        let mut relations: Vec<OnceLock<Arc<Relations>>> = Vec::new();
        let (mut new, mut is_partial) = (Vec::new(), false);
        for (build, mut one) in self.builds.iter().zip(linked) {
            judged.add(one.numbered(build));
            relations.push(OnceLock::from(Arc::clone(&one.relations)));
            is_partial |= matches!(one.said, Said::Partial(_));
            if !matches!(one.said, Said::Held(_)) {
                new.push(one);
            }
        }
        relations.resize_with(self.builds.len(), OnceLock::new);
        if !self.request.is_cancelled() {
            memo.retain(self.builds, self.resources);
            memo.keep_alone(fresh);
            for Linked { rules, relations, said } in new {
                match said {
                    Said::Partial(_) => memo.keep_graph(relations),
                    Said::Held(judged) | Said::Whole(judged) => {
                        memo.keep_linked(rules, relations, judged);
                    }
                }
            }
        }
        Judgement { judged, relations, is_partial }
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
        let moves = memo.moves(self.resources.iter());
        let chunks = self.resources.par_chunks(CHUNK).map(|chunk| {
            let (mut all, mut fresh) = (Judged::default(), Vec::new());
            for resource in chunk {
                let rules = self.rules.key(resource);
                let held = memo.alone(resource, rules, &moves);
                if let Some(held) = &held {
                    let builds = self.holders.of(resource);
                    let again = held.findings.iter().cloned();
                    all.findings.extend(again.map(|one| renumber(one, |_| resource.id, builds)));
                    all.troubles.extend(held.troubles.iter().cloned());
                }
                let judged = match held {
                    Some(Cow::Borrowed(_)) => continue,
                    Some(Cow::Owned(judged)) => judged,
                    None => {
                        let judged = self.alone(resource);
                        all.add(judged.clone());
                        judged
                    }
                };
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
    fn linked(&self, build: &Build) -> Judged {
        let graph = Graph::new(build, self.resources);
        let chunks = graph.resources().par_chunks(CHUNK).map(|chunk| {
            let judge = |resource: &&Resource| self.in_view(&graph, resource, resource.id);
            Judged::join(chunk.iter().map(judge).collect())
        });
        Judged::join(chunks.collect())
    }

    fn linked_again(&self, memo: &Memo, build: &Build, glance: bool) -> Linked {
        let key = |one: &Resource| self.rules.key(one).clone();
        if let Some(held) = memo.linked(build, self.resources, &key) {
            let (relations, said) =
                (Arc::clone(&held.relations), Said::Held(Arc::clone(&held.judged)));
            return Linked { relations, said, rules: Vec::new() };
        }
        let relations = match memo.graph(build, self.resources) {
            Some(held) => Arc::clone(held),
            None => Arc::new(Relations::new(build, self.resources)),
        };
        let of = |id: &ResourceId| self.resources.get(id.0 as usize).map(key);
        let rules: Vec<RuleKey> = build.resources.iter().filter_map(of).collect();
        let before = memo.before(build).filter(|_| glance);
        if let Some(judged) = before.and_then(|held| self.glance(held, &relations, build, &rules)) {
            return Linked { relations, said: Said::Partial(judged), rules };
        }
        let judged = relations.with(|graph| {
            let both = graph.resources().par_iter().zip(&build.resources).with_min_len(CHUNK);
            let judged = both.map(|(resource, id)| self.in_view(graph, resource, *id)).collect();
            // Who refers to what is asked at the next glance.
            graph.resources().first().map(|first| graph.links().to(first).count());
            judged
        });
        Linked { relations, said: Said::Whole(Arc::new(judged)), rules }
    }

    /// Judges what a change is near to, and takes the rest as it was; with the numbers of this run.
    /// None when there is no telling them apart.
    fn glance(
        &self,
        held: &memo::Linked,
        relations: &Relations,
        build: &Build,
        rules: &[RuleKey],
    ) -> Option<Judged> {
        relations.with(|graph| {
            // Each is made at the first question for it, so the threads share the work.
            let all = graph.resources().par_iter().with_min_len(CHUNK);
            all.for_each(|resource| {
                graph.links().from(resource);
            });
            let affected = Affected::new(&held.relations, graph);
            if affected.is_most() {
                return None;
            }
            let all = graph.resources().par_iter().zip(&build.resources).enumerate();
            let judge = |(at, (resource, id)): (usize, (&&Resource, &ResourceId))| {
                let known = affected.known.get(at).copied().flatten();
                let same = known.filter(|old| Memo::rules_before(held, *old) == rules.get(at));
                let judged = same.and_then(|old| held.judged.get(old as usize));
                let judged = judged.and_then(|judged| affected.moves.carry(judged));
                let judged = judged.unwrap_or_else(|| self.in_view(graph, resource, *id));
                judged.numbered(|_| *id, build.id)
            };
            // In parts, each put behind the one before it.
            let joined = |mut whole: Judged, part: Judged| {
                whole.add(part);
                whole
            };
            let parts = all.with_min_len(CHUNK).map(judge).fold(Judged::default, joined);
            Some(parts.reduce(Judged::default, joined))
        })
    }

    /// One resource with its build in view.
    fn in_view(&self, graph: &Graph<'_>, resource: &Resource, id: ResourceId) -> Judged {
        let mut judged = Judged::default();
        if !self.request.is_cancelled() {
            let Judged { findings, troubles } = &mut judged;
            self.rules.plan_of(id).judge_links(resource, graph, findings, troubles);
        }
        judged
    }
}

/// What was said of a build.
enum Said {
    /// In an earlier run, of each of its objects, which have their positions in it for numbers.
    Held(Arc<Vec<Judged>>),
    /// Now, of each of its objects.
    Whole(Arc<Vec<Judged>>),
    /// Of those that a change is near to now, of the others before; with the numbers of this run.
    Partial(Judged),
}

/// A build, judged now or before.
struct Linked {
    relations: Arc<Relations>,
    said: Said,
    /// The rules of its resources, when it was judged now.
    rules: Vec<RuleKey>,
}

impl Linked {
    /// What was found, with the numbers of this run. What is not to be remembered is handed over.
    fn numbered(&mut self, build: &Build) -> Judged {
        let all = match &mut self.said {
            Said::Partial(judged) => return std::mem::take(judged),
            Said::Held(all) | Said::Whole(all) => all,
        };
        let id =
            |local: ResourceId| build.resources.get(local.0 as usize).copied().unwrap_or(local);
        let number = |finding| renumber(finding, id, &[build.id]);
        let each = all.par_iter().with_min_len(CHUNK);
        let findings = each.flat_map_iter(|one| one.findings.iter().cloned().map(number));
        let troubles = all.iter().flat_map(|one| &one.troubles).cloned();
        Judged { findings: findings.collect(), troubles: troubles.collect() }
    }
}

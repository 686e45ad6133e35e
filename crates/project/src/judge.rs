//! Runs the checks: over resources alone, and over resources with their build in view. Data in, data
//! out, in the order of the resources whatever the number of threads.

use kubesift_engine::{Finding, Plan, Trouble};
use kubesift_model::{Build, Graph, Resource};
use rayon::prelude::*;

use crate::host::Holders;
use crate::request::{Phase, Request};

/// What checks gave.
#[derive(Debug, Default)]
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

/// Resources judged in one go by one thread: few enough that two threads end together, enough that
/// handing them out costs nothing.
const CHUNK: usize = 64;

/// Every resource, by the checks that look at it alone.
pub(crate) fn alone<'p>(
    resources: &[Resource],
    holders: &Holders,
    plan: impl Fn(&Resource) -> &'p Plan + Sync,
    request: &Request<'_>,
) -> Judged {
    request.progress.begin(Phase::Check, resources.len());
    let chunks = resources.par_chunks(CHUNK).map(|chunk| {
        let mut judged = Judged::default();
        for resource in chunk {
            if request.is_cancelled() {
                break;
            }
            let builds = holders.of(resource);
            let Judged { findings, troubles } = &mut judged;
            plan(resource).judge(resource, builds, findings, troubles);
        }
        request.progress.step(chunk.len());
        judged
    });
    Judged::join(chunks.collect())
}

/// Every resource of every build, by the checks that want the build in view.
pub(crate) fn linked<'p>(
    resources: &[Resource],
    builds: &[Build],
    plan: impl Fn(&Resource) -> &'p Plan + Sync,
    request: &Request<'_>,
) -> Judged {
    let parts = builds.par_iter().map(|build| {
        let graph = Graph::new(build, resources);
        let chunks = graph.resources().par_chunks(CHUNK).map(|chunk| {
            let mut judged = Judged::default();
            for resource in chunk {
                if request.is_cancelled() {
                    break;
                }
                let Judged { findings, troubles } = &mut judged;
                plan(resource).judge_links(resource, &graph, findings, troubles);
            }
            judged
        });
        Judged::join(chunks.collect())
    });
    Judged::join(parts.collect())
}

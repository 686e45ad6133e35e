//! Which objects of a build an edit may have something to do with: those that changed, what they
//! refer to and what refers to them, before and after. A look at these is what an editor shows first;
//! a look at all of them follows, and has the last word.

use std::sync::Arc;

use foldhash::{HashMap, HashSet, HashSetExt};
use kubesift_model::{Graph, Link, LinkTarget, Resource};
use kubesift_source::FileId;
use kubesift_yaml::Tree;

use crate::carry::{Moves, trees};
use crate::relations::Relations;

/// Objects are added to those that changed up to this number.
const MANY: usize = 400;

/// The kinds that mean others by labels or by name within their namespace: any of them may mean an
/// object now that it did not mean before.
const SELECTING: [&str; 12] = [
    "Service",
    "PodDisruptionBudget",
    "NetworkPolicy",
    "HorizontalPodAutoscaler",
    "ScaledObject",
    "VerticalPodAutoscaler",
    "ServiceMonitor",
    "PodMonitor",
    "Ingress",
    "HTTPRoute",
    "RoleBinding",
    "CiliumNetworkPolicy",
];

/// What is known of a build from before, by position, and what of it holds now.
pub(crate) struct Affected {
    /// For each object of the build its position in the one before; none when it must be judged
    /// again.
    pub known: Vec<Option<u32>>,
    /// What an edit left as it was in the files that were read anew.
    pub moves: Moves,
}

impl Affected {
    /// Compares a build with the one before.
    pub fn new(before: &Relations, now: &Graph<'_>) -> Self {
        let trees: HashMap<FileId, &Arc<Tree>> = trees(before.resources()).collect();
        let moves = Moves::new(|file| trees.get(&file).copied(), now.resources().iter().copied());
        let known = kept(before.resources(), now.resources(), &trees, &moves);
        let mut back: Vec<Option<u32>> = vec![None; before.resources().len()];
        for (at, old) in (0..).zip(&known) {
            if let Some(place) = old.and_then(|old| back.get_mut(old as usize)) {
                *place = Some(at);
            }
        }
        let mut affected = Self { known, moves };
        let mut near = affected.near_before(before, &back);
        near.extend(affected.near_now(now));
        for at in near {
            if let Some(known) = affected.known.get_mut(at) {
                *known = None;
            }
        }
        affected
    }

    /// True when so much changed that the rest is not worth telling apart.
    pub fn is_most(&self) -> bool {
        let known = self.known.iter().flatten().count();
        known * 2 < self.known.len()
    }

    fn changed(&self) -> impl Iterator<Item = usize> + '_ {
        self.known.iter().enumerate().filter(|(_, old)| old.is_none()).map(|(at, _)| at)
    }

    /// What the objects referred to that are no more as they were, and what referred to them, and to
    /// that again; positions now. `back` leads from positions before.
    fn near_before(&self, before: &Relations, back: &[Option<u32>]) -> HashSet<usize> {
        before.with(|graph| {
            let now = |at: u32| back.get(at as usize).copied().flatten();
            let gone = (0..graph.resources().len() as u32).filter(|at| now(*at).is_none());
            let mut seen: HashSet<u32> = gone.collect();
            let mut front: Vec<u32> = seen.iter().copied().collect();
            // A route leads to a Service and that to a workload: two steps are one way.
            for _ in 0..2 {
                let mut next = Vec::new();
                for at in front {
                    let Some(resource) = graph.resources().get(at as usize) else { continue };
                    let to = graph.links().to(resource).map(|link| link.from);
                    let from = graph.links().from(resource).iter().flat_map(targets);
                    for other in to.chain(from) {
                        if seen.len() < MANY && seen.insert(other.id.0) {
                            next.push(other.id.0);
                        }
                    }
                }
                front = next;
            }
            seen.iter().filter_map(|at| Some(now(*at)? as usize)).collect()
        })
    }

    /// What the objects refer to that changed, and what may refer to them.
    fn near_now(&self, now: &Graph<'_>) -> HashSet<usize> {
        let all = now.resources();
        let changed: HashSet<u32> = self.changed().map(|at| at as u32).collect();
        let mut near = HashSet::new();
        let mut namespaces: HashSet<Option<&str>> = HashSet::new();
        for at in self.changed() {
            let Some(resource) = all.get(at) else { continue };
            namespaces.insert(resource.namespace.as_deref());
            for target in now.links().from(resource).iter().flat_map(targets) {
                near.insert(target.id.0 as usize);
                near.extend(
                    now.links().from(target).iter().flat_map(targets).map(|one| one.id.0 as usize),
                );
            }
        }
        for kind in SELECTING {
            for resource in now.of_bare_kind(kind) {
                if near.len() > MANY || !namespaces.contains(&resource.namespace.as_deref()) {
                    continue;
                }
                let mut targets = now.links().from(resource).iter().flat_map(targets);
                if targets
                    .any(|one| changed.contains(&one.id.0) || near.contains(&(one.id.0 as usize)))
                {
                    near.insert(resource.id.0 as usize);
                }
            }
        }
        // What is said of a namespace is said at its object, or at its first workload.
        for namespace in now.namespaces().iter().filter(|one| namespaces.contains(&one.name)) {
            near.extend(namespace.object.map(|one| one.id.0 as usize));
            let pods = namespace.pods.first().and_then(|at| now.pods().get(*at as usize));
            near.extend(pods.map(|pod| pod.pod.resource.id.0 as usize));
        }
        near
    }
}

/// For each object of `now` its position in `before`, when it is the same there: the same node of the
/// same tree, or of a document that an edit only moved; with the same facts.
fn kept(
    before: &[Resource],
    now: &[&Resource],
    trees: &HashMap<FileId, &Arc<Tree>>,
    moves: &Moves,
) -> Vec<Option<u32>> {
    let own = |one: &Resource| (std::ptr::from_ref(one.node().tree()), one.node().position());
    let place = |one: &Resource| match moves.node_before(one) {
        Some(node) => trees.get(&one.file().id).map(|tree| (Arc::as_ptr(tree), node)),
        None => Some(own(one)),
    };
    // Nearly all stand where they stood, or as far from there as the one before does.
    let mut shift = 0_isize;
    let mut index: Option<HashMap<_, usize>> = None;
    let find = |(at, one): (usize, &&Resource)| {
        let place = place(one)?;
        let same = |at: usize| {
            before.get(at).is_some_and(|old| own(old) == place && old.facts == one.facts)
        };
        if let Some(guess) = at.checked_add_signed(shift).filter(|guess| same(*guess)) {
            return Some(guess as u32);
        }
        let index = index.get_or_insert_with(|| {
            before.iter().enumerate().map(|(at, old)| (own(old), at)).collect()
        });
        let found = index.get(&place).copied().filter(|found| same(*found))?;
        shift = found as isize - at as isize;
        Some(found as u32)
    };
    now.iter().enumerate().map(find).collect()
}

fn targets<'a>(link: &Link<'a>) -> Vec<&'a Resource> {
    match &link.to {
        LinkTarget::Resource(one) | LinkTarget::Perhaps(one) | LinkTarget::MadeBy(one) => {
            vec![*one]
        }
        LinkTarget::Selected(all) => all.iter().take(MANY).copied().collect(),
        _ => Vec::new(),
    }
}

//! Objects that configure the proxies of the same workloads, of which one counts: Sidecar, and each
//! part of Telemetry.

use foldhash::{HashMap, HashMapExt};
use kubesift_source::FileId;

use crate::graph::{Graph, GraphPod};
use crate::mesh::MeshPolicy;
use crate::resource::{Resource, ResourceId};
use crate::selector::Match;

/// An earlier object of the same kind for the same workloads.
#[derive(Debug, Clone, Copy)]
pub enum Rival<'g, 'a> {
    /// Both are for all pods of a namespace.
    Namespace(&'a Resource),
    /// Both surely select this pod.
    Pod(&'a Resource, &'g GraphPod<'a>),
}

/// What the earlier objects of a build are for: the first one of each part.
#[derive(Debug, Default)]
pub(crate) struct Rivals<'a> {
    of: HashMap<ResourceId, (&'a Resource, Option<u32>)>,
}

/// The parts of Telemetry that are decided one by one.
const PARTS: [&str; 3] = ["spec.metrics", "spec.tracing", "spec.accessLogging"];

impl<'a> Rivals<'a> {
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut rivals = Self::default();
        // Objects that state no namespace are compared within their file: others of the kind are
        // often alternatives.
        let mut wide: HashMap<(&str, Option<&str>, Option<FileId>), &'a Resource> = HashMap::new();
        let mut pods: HashMap<(&str, u32, Option<FileId>), &'a Resource> = HashMap::new();
        let sidecars = graph.of("networking.istio.io/Sidecar");
        for resource in sidecars.chain(graph.of("telemetry.istio.io/Telemetry")) {
            let policy = MeshPolicy::of(resource);
            if !policy.targets.is_empty() {
                continue;
            }
            let selected: Vec<u32> = graph
                .pods_of_mesh_policy(&policy)
                .into_iter()
                .filter(|one| one.1 == Match::Yes)
                .map(|one| one.0.at)
                .collect();
            let namespace = resource.namespace.as_deref();
            let file = namespace.is_none().then(|| resource.file().id);
            for part in parts(resource) {
                if policy.is_wide() {
                    let first = *wide.entry((part, namespace, file)).or_insert(resource);
                    rivals.meet(resource, first, None);
                }
                for at in &selected {
                    let first = *pods.entry((part, *at, file)).or_insert(resource);
                    rivals.meet(resource, first, Some(*at));
                }
            }
        }
        rivals
    }

    fn meet(&mut self, resource: &'a Resource, first: &'a Resource, pod: Option<u32>) {
        // The same name twice is another mistake.
        let same = first.name == resource.name && first.namespace == resource.namespace;
        if first.id != resource.id && !same {
            self.of.entry(resource.id).or_insert((first, pod));
        }
    }
}

/// What an object decides.
fn parts(resource: &Resource) -> Vec<&'static str> {
    if resource.is("networking.istio.io/Sidecar") {
        return vec!["sidecar"];
    }
    PARTS.into_iter().filter(|part| resource.field(part).exists()).collect()
}

impl<'a> Graph<'a> {
    /// The earlier Sidecar or Telemetry that is for the same workloads as this one.
    pub fn rival_of(&self, resource: &Resource) -> Option<Rival<'_, 'a>> {
        let (other, pod) = self.mesh().rivals(self).of.get(&resource.id)?;
        match pod {
            None => Some(Rival::Namespace(other)),
            Some(at) => Some(Rival::Pod(other, self.pods().get(*at as usize)?)),
        }
    }
}

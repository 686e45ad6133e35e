//! The graph of a build together with the resources that it points into, so that both can be kept as
//! long as somebody asks.

use std::fmt;
use std::sync::Arc;

use kubesift_model::{Build, Graph, Resource, ResourceId};
use self_cell::self_cell;

/// What a graph points into.
struct Owner {
    build: Build,
    resources: Arc<Vec<Resource>>,
}

self_cell!(
    struct Cell {
        owner: Owner,
        #[not_covariant]
        dependent: Graph,
    }
);

/// How the resources of a build relate, kept beside the run that it was made in.
///
/// Resources have ids of their own here, their positions in the build, so that the same graph serves
/// later runs in which other files have more or fewer of them.
pub(crate) struct Relations(Cell);

impl Relations {
    /// Indexes a build. `all` are the resources of the run.
    pub fn new(build: &Build, all: &Arc<Vec<Resource>>) -> Self {
        let whole = build.resources.len() == all.len();
        let resources = if whole { Arc::clone(all) } else { Arc::new(own(build, all)) };
        let ids = (0..resources.len() as u32).map(ResourceId).collect();
        let build = Build { resources: ids, ..build.clone() };
        Self(Cell::new(Owner { build, resources }, |owner| {
            Graph::new(&owner.build, &owner.resources)
        }))
    }

    /// The build, its resources by position.
    pub fn build(&self) -> &Build {
        &self.0.borrow_owner().build
    }

    /// The resources, by position in the build.
    pub fn resources(&self) -> &[Resource] {
        &self.0.borrow_owner().resources
    }

    /// Asks the graph.
    pub fn with<R>(&self, ask: impl for<'g, 'a> FnOnce(&'g Graph<'a>) -> R) -> R {
        self.0.with_dependent(|_, graph| ask(graph))
    }
}

fn own(build: &Build, all: &[Resource]) -> Vec<Resource> {
    let held = build.resources.iter().filter_map(|id| all.get(id.0 as usize));
    let numbered = held.enumerate().map(|(at, resource)| {
        let mut resource = resource.clone();
        resource.id = ResourceId(at as u32);
        resource
    });
    numbered.collect()
}

impl fmt::Debug for Relations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Relations").field(&self.build().name).finish()
    }
}

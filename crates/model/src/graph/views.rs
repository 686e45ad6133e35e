//! The views of a build's relations: each is made by the module that owns it at the first question,
//! and kept beside the graph. What they say stands there; here is only where they are found.

use std::sync::OnceLock;

use crate::exposure::Exposure;
use crate::gateway::GatewayIndex;
use crate::graph::Graph;
use crate::holders::Holders;
use crate::ingress::IngressIndex;
use crate::limit_range::LimitRanges;
use crate::links::{self, Links};
use crate::mesh::Mesh;
use crate::pull_secret::PullSecrets;
use crate::reach::{Assume, Reach};
use crate::rights::Rights;
use crate::routed::Routed;
use crate::scoped::Indexes;

/// What was asked for so far.
#[derive(Debug, Default)]
pub(super) struct Views<'a> {
    limit_ranges: OnceLock<LimitRanges<'a>>,
    rights: OnceLock<Rights<'a>>,
    indexes: Indexes<'a>,
    links: links::Store<'a>,
    gateways: OnceLock<GatewayIndex<'a>>,
    ingresses: OnceLock<IngressIndex<'a>>,
    holders: OnceLock<Holders<'a>>,
    routed: OnceLock<Routed<'a>>,
    mesh: OnceLock<Mesh<'a>>,
    pull_secrets: OnceLock<PullSecrets<'a>>,
    exposure: OnceLock<Exposure<'a>>,
    reach: OnceLock<Box<Reach<'a>>>,
}

impl<'a> Graph<'a> {
    pub(crate) fn limit_ranges(&self) -> &LimitRanges<'a> {
        self.views.limit_ranges.get_or_init(|| LimitRanges::new(self.of("LimitRange")))
    }

    /// The roles and bindings: who may do what.
    pub fn rights(&self) -> &Rights<'a> {
        self.views.rights.get_or_init(|| Rights::new(self))
    }

    /// The indexes of views that lie in files of their own.
    pub(crate) fn indexes(&self) -> &Indexes<'a> {
        &self.views.indexes
    }

    /// The references of the build's resources, and what makes them.
    pub fn links(&self) -> Links<'_, 'a> {
        Links::new(self, &self.views.links)
    }

    pub(crate) fn gateways(&self) -> &GatewayIndex<'a> {
        self.views.gateways.get_or_init(|| GatewayIndex::new(self))
    }

    pub(crate) fn ingresses(&self) -> &IngressIndex<'a> {
        self.views.ingresses.get_or_init(|| IngressIndex::new(self))
    }

    pub(crate) fn holders(&self) -> &Holders<'a> {
        self.views.holders.get_or_init(|| Holders::new(self))
    }

    pub(crate) fn routed(&self) -> &Routed<'a> {
        self.views.routed.get_or_init(|| Routed::new(self))
    }

    /// What the build says about service meshes.
    pub fn mesh(&self) -> &Mesh<'a> {
        self.views.mesh.get_or_init(|| Mesh::new(self))
    }

    /// Secrets that images are pulled with, and who uses them.
    pub fn pull_secrets(&self) -> &PullSecrets<'a> {
        self.views.pull_secrets.get_or_init(|| PullSecrets::new(self))
    }

    /// The ways from outside into the pods.
    pub fn exposure(&self) -> &Exposure<'a> {
        self.views.exposure.get_or_init(|| Exposure::new(self))
    }

    /// Who reaches whom, with nothing assumed about what the build does not show.
    pub fn reach(&self) -> &Reach<'a> {
        self.views.reach.get_or_init(|| Box::new(Reach::new(self, Assume::Nothing)))
    }
}

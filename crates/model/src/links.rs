//! The references of a build: from the field that makes one to the object it means, or to which half
//! of it is missing and how sure that is. Read from one table of fields ([`fields`]), resolved
//! through hash maps, made for a resource when somebody asks for it. How bad a broken one is, is
//! left to checks.

mod backends;
mod built_in;
mod fields;
mod makers;
mod missing;
mod near;
mod path;
mod pods;
mod read;
mod resolve;
mod selects;
#[cfg(test)]
mod tests;
mod used;
mod words;

use std::sync::{Mutex, OnceLock};

use foldhash::{HashMap, HashMapExt};
use kubesift_yaml::Node;

use crate::declared::Generated;
use crate::graph::Graph;
use crate::resource::{Resource, ResourceId};

pub use missing::{Half, Missing, Sureness};
pub use near::NearName;
pub use path::{BrokenHop, NoPods, target_port_cause};
pub(crate) use pods::{PodReference, pod_references};

/// What a reference is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// A selector, to what it selects.
    Selects,
    /// An autoscaler, to the workload it scales.
    ScaleTarget,
    /// A trigger of KEDA, to its credentials.
    Authentication,
    /// An environment variable, to the key its value comes from.
    EnvKey,
    /// `envFrom`, to what all variables come from.
    EnvFrom,
    /// A volume, to what it shows.
    Volume,
    /// A source of a projected volume.
    Projected,
    /// A volume or claim of a CSI driver, to its Secret or SecretProviderClass.
    Csi,
    /// A volume, to its PersistentVolumeClaim.
    Claim,
    /// A claim, to its PersistentVolume or the object its data comes from.
    ClaimSource,
    /// A pod, to the account it runs as.
    ServiceAccount,
    /// A pod or an account, to the credentials of a registry.
    ImagePullSecret,
    /// A ServiceAccount, to a Secret it lists.
    AccountSecret,
    /// A pod, to its PriorityClass.
    PriorityClass,
    /// A pod, to its RuntimeClass.
    RuntimeClass,
    /// A claim, to its StorageClass.
    StorageClass,
    /// A StatefulSet, to the Service that names its pods.
    GoverningService,
    /// An Ingress, to its class.
    IngressClass,
    /// An Ingress, to the Service it sends to.
    IngressBackend,
    /// An Ingress, to the Secret it serves TLS with.
    IngressTls,
    /// A route, to the Gateway it attaches to.
    RouteParent,
    /// A route, to the Service it sends to.
    RouteBackend,
    /// A policy of a backend, to the Service it is for.
    PolicyTarget,
    /// A route, to a middleware or a filter.
    RouteFilter,
    /// A Gateway, to its class.
    GatewayClass,
    /// A Gateway or a route, to the Secret or ConfigMap it takes certificates from.
    Certificate,
    /// A binding, to the role it grants.
    RoleRef,
    /// A binding, to the account it is for.
    Subject,
    /// A webhook, to the Service that answers.
    WebhookService,
    /// An APIService, to the Service that serves it.
    ApiService,
    /// A custom resource, to the CustomResourceDefinition of its kind.
    CrdOf,
    /// A VirtualService or DestinationRule, to a Service by its plain name.
    MeshDestination,
    /// A VirtualService, to a Gateway.
    MeshGateway,
    /// A Gateway of Istio, to the Secret it serves TLS with.
    CertificateSecret,
    /// A Certificate, to its issuer.
    Issuer,
    /// An ExternalSecret, to the store it reads from.
    SecretStore,
    /// A rollout, to a Service it steers.
    RolloutService,
    /// A custom resource, to data or credentials it reads.
    Data,
    /// An object, to one that its controller makes.
    Makes,
    /// An object, to its owner.
    Owner,
}

/// Where the object of a reference is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scoped<'a> {
    /// It has no namespace.
    Cluster,
    /// In this namespace; none is the one that the manifest does not state.
    In(Option<&'a str>),
    /// In a namespace that the reference does not say.
    Any,
}

/// A part of the object that a reference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// A key of a ConfigMap or Secret.
    Key(&'a str),
    /// A Service's port by number.
    Port(i64),
    /// A Service's port by name.
    PortName(&'a str),
}

/// What a reference asks for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The API group; none when the reference leaves it open.
    pub group: Option<&'a str>,
    /// The kind.
    pub kind: &'a str,
    /// Where it is looked for.
    pub scope: Scoped<'a>,
    /// The name.
    pub name: &'a str,
    /// The part of it, and where that is written.
    pub part: Option<(Part<'a>, Node<'a>)>,
}

impl Wanted<'_> {
    /// True for a kind named as in [`crate::Kind::is`].
    pub fn is(&self, name: &str) -> bool {
        let (group, kind) = name.rsplit_once('/').unwrap_or(("", name));
        self.kind == kind && self.group.is_none_or(|own| own == group)
    }

    /// The namespace it is looked for in, when it is one.
    pub fn namespace(&self) -> Option<&str> {
        match self.scope {
            Scoped::In(namespace) => namespace,
            Scoped::Cluster | Scoped::Any => None,
        }
    }
}

/// Where a reference leads.
#[derive(Debug, Clone)]
pub enum Target<'a> {
    /// To this object.
    Resource(&'a Resource),
    /// Most likely to this one: a namespace that is not stated, or filled in later, decides.
    Perhaps(&'a Resource),
    /// To what a selector selects; the first few hundred of it.
    Selected(Box<[&'a Resource]>),
    /// To an object that this one makes: an ExternalSecret, a Certificate, an operator's resource.
    MadeBy(&'a Resource),
    /// To an object that a kustomization generates.
    Generated(&'a Generated),
    /// To an object that every cluster has.
    BuiltIn,
    /// To an object that the configuration declares to live elsewhere.
    External,
    /// Nobody can say: a part of the reference is filled in later, or the object is made at run time.
    Unknown,
    /// To nothing.
    Missing(Box<Missing<'a>>),
}

/// One reference from a resource to another object.
#[derive(Debug, Clone)]
pub struct Link<'a> {
    /// The resource that refers.
    pub from: &'a Resource,
    /// The field that does: the name's scalar, or the selector.
    pub at: Node<'a>,
    /// What for.
    pub relation: Relation,
    /// What it asks for. Of a selector, the kind it selects and no name.
    pub wanted: Wanted<'a>,
    /// Where it leads.
    pub to: Target<'a>,
    /// The manifest says that the object need not be there.
    pub optional: bool,
}

impl<'a> Link<'a> {
    /// The object it leads to, when the build holds it.
    pub fn resource(&self) -> Option<&'a Resource> {
        match self.to {
            Target::Resource(resource) | Target::Perhaps(resource) => Some(resource),
            _ => None,
        }
    }

    /// What is missing, when something is.
    pub fn missing(&self) -> Option<&Missing<'a>> {
        match &self.to {
            Target::Missing(missing) => Some(missing),
            _ => None,
        }
    }

    /// Where the next link of the same resource leads as well, whatever part it wants: to the same
    /// object, which nobody has. Variables take key after key of one Secret.
    fn target_of_whole(&self, next: &Self) -> Option<Target<'a>> {
        let (own, other) = (&self.wanted, &next.wanted);
        let same = own.name == other.name
            && (own.group, own.kind, own.scope) == (other.group, other.kind, other.scope)
            && self.relation == next.relation;
        let lost = self.missing().is_some_and(|missing| !missing.half.is_part());
        (same && lost).then(|| self.to.clone())
    }

    /// True when the object is there and lacks the key or port that is wanted.
    pub fn is_part_missing(&self) -> bool {
        self.missing().is_some_and(|missing| missing.half.is_part())
    }

    /// The node that is wrong when it leads nowhere: where the name stands, or the key or port when
    /// the object is there and lacks it.
    pub fn place(&self) -> Node<'a> {
        match (&self.to, self.wanted.part) {
            (Target::Missing(missing), Some((_, at))) if missing.half.is_part() => at,
            _ => self.at,
        }
    }
}

/// The links from one resource, made at the first question.
type Slot<'a> = OnceLock<Box<[Link<'a>]>>;

/// Links that were made, and the indexes they are made with.
#[derive(Debug, Default)]
pub(crate) struct Store<'a> {
    /// Those from each resource, by its position in [`Graph::resources`].
    from: OnceLock<Box<[Slot<'a>]>>,
    /// Where those to a resource are: positions in `from`, and in the list there.
    to: OnceLock<HashMap<ResourceId, Vec<(u32, u32)>>>,
    makers: OnceLock<makers::Makers<'a>>,
    near: OnceLock<near::Names<'a>>,
    missing: OnceLock<missing::Evidence<'a>>,
    mentions: OnceLock<used::Mentions<'a>>,
    /// Empty: memory in which links are gathered, for whoever needs it first.
    scratch: Mutex<Vec<Link<'a>>>,
}

/// The references of a build.
#[derive(Debug, Clone, Copy)]
pub struct Links<'g, 'a> {
    graph: &'g Graph<'a>,
    store: &'g Store<'a>,
}

impl<'g, 'a> Links<'g, 'a> {
    /// Links over what was read of a graph.
    pub(crate) fn new(graph: &'g Graph<'a>, store: &'g Store<'a>) -> Self {
        Self { graph, store }
    }

    /// The links from a resource, in the order of its fields. Made at the first question for this
    /// resource, so threads that judge different resources share the work.
    pub fn from(&self, resource: &Resource) -> &'g [Link<'a>] {
        self.graph.position_of(resource.id).map_or(&[], |at| self.at(at))
    }

    fn at(&self, position: usize) -> &'g [Link<'a>] {
        let all = self.graph.resources();
        if all.get(position).is_none_or(|resource| refers_to_nothing(resource)) {
            return &[];
        }
        let slots = self.store.from.get_or_init(|| all.iter().map(|_| OnceLock::new()).collect());
        let (Some(slot), Some(resource)) = (slots.get(position), all.get(position)) else {
            return &[];
        };
        slot.get_or_init(|| {
            let pod = resource.pod.as_ref().and_then(|_| self.graph.pod_of(resource));
            let kept = self.store.scratch.try_lock();
            let scratch = kept.map(|mut kept| std::mem::take(&mut *kept)).unwrap_or_default();
            let mut links = read::links_of(resource, pod.map(|pod| pod.pod), scratch);
            for at in 0..links.len() {
                let (before, rest) = links.split_at_mut(at);
                let Some(link) = rest.first_mut() else { break };
                let same = before.last().and_then(|last| last.target_of_whole(link));
                link.to = same.unwrap_or_else(|| self.resolve(link));
            }
            links.extend(selects::links_of(self.graph, resource));
            let made = links.drain(..).collect();
            if let Ok(mut kept) = self.store.scratch.try_lock() {
                *kept = links;
            }
            made
        })
    }

    /// All links of the build, in the order of its resources.
    pub fn all(self) -> impl Iterator<Item = &'g Link<'a>> {
        (0..self.graph.resources().len()).flat_map(move |position| self.at(position))
    }

    /// The links that lead to a resource, surely or perhaps. The first question makes the links of
    /// the whole build.
    pub fn to(self, resource: &Resource) -> impl Iterator<Item = &'g Link<'a>> {
        let index = self.store.to.get_or_init(|| self.index());
        let found = index.get(&resource.id).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(move |(from, at)| self.at(*from as usize).get(*at as usize))
    }

    fn index(&self) -> HashMap<ResourceId, Vec<(u32, u32)>> {
        let mut index: HashMap<ResourceId, Vec<(u32, u32)>> = HashMap::new();
        for from in 0..self.graph.resources().len() {
            for (at, link) in self.at(from).iter().enumerate() {
                let mut add = |resource: &Resource| {
                    index.entry(resource.id).or_default().push((from as u32, at as u32));
                };
                match &link.to {
                    Target::Resource(resource) | Target::Perhaps(resource) => add(resource),
                    Target::Selected(all) => all.iter().for_each(|resource| add(resource)),
                    _ => {}
                }
            }
        }
        index
    }

    fn makers(&self) -> &'g makers::Makers<'a> {
        self.store.makers.get_or_init(|| makers::Makers::new(self.graph))
    }

    fn names(&self) -> &'g near::Names<'a> {
        self.store.near.get_or_init(|| near::Names::new(self.graph))
    }

    fn evidence(&self) -> &'g missing::Evidence<'a> {
        self.store.missing.get_or_init(|| missing::Evidence::new(self.graph))
    }
}

/// True for a resource of a kind without fields that refer: data, roles, namespaces. A build has
/// thousands of them.
fn refers_to_nothing(resource: &Resource) -> bool {
    let kind = &*resource.kind.kind;
    resource.pod.is_none()
        && fields::fields_of(kind).is_empty()
        && !backends::may_have(kind)
        && !selects::may_have(kind)
        && resource.owners().next().is_none()
}

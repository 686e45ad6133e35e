//! The resources of one build, indexed so that a check can ask how they relate: which pods a
//! selector means, which policies cover a pod, which Service a route leads to. Indexes are made at
//! first use; no question compares all with all.

mod behind;
mod index;
mod labels;
mod views;

use std::borrow::Cow;
use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use kubesift_yaml::Node;

use crate::build::Build;
use crate::pod::Pod;
use crate::policy::{Cover, Coverage, Policy};
use crate::resource::{Resource, ResourceId};
use crate::selector::{Labels, Match, Selector};
use crate::service::{makes_pods, node_ports, services_by_pod};
use crate::unknown::is_unknown;
pub(crate) use index::is_custom;
use index::{ByKind, ByName};
pub(crate) use labels::{LabelIndex, Need};
use views::Views;

/// A traffic direction, seen from a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Into the pod.
    Ingress,
    /// Out of the pod.
    Egress,
}

/// A workload's pod within a graph.
#[derive(Debug, Clone, Copy)]
pub struct GraphPod<'a> {
    /// The pod.
    pub pod: Pod<'a>,
    /// The namespace it will run in; none when nothing says it. Two unknown namespaces of one build
    /// count as equal.
    pub namespace: Option<&'a str>,
    /// Its position in [`Graph::pods`].
    pub at: u32,
    networked: bool,
}

impl<'a> GraphPod<'a> {
    fn new(pod: Pod<'a>, at: u32) -> Self {
        let namespace = pod.resource.namespace.as_deref();
        let own = pod.host_network().is_none_or(|host| host.bool() == Some(false));
        let networked = own && !is_template(pod.resource) && !pod.is_test_hook();
        Self { pod, namespace, at, networked }
    }

    /// True when the pod stays in a network of its own, which policies govern: not `hostNetwork`, not
    /// a template that something else makes pods from, not a pod that Helm runs as a test.
    pub fn is_networked(&self) -> bool {
        self.networked
    }

    /// True when nothing runs until something else makes pods from it.
    pub fn is_template(&self) -> bool {
        is_template(self.pod.resource)
    }
}

fn is_template(workload: &Resource) -> bool {
    matches!(
        &*workload.kind.kind,
        "PodTemplate" | "WorkflowTemplate" | "ClusterWorkflowTemplate" | "Task" | "ClusterTask"
    )
}

/// A namespace of a build: declared, or stated by a resource, or the one that is not stated.
#[derive(Debug, Clone)]
pub struct Namespace<'a> {
    /// Its name; none for the namespace of resources that state none.
    pub name: Option<&'a str>,
    /// The Namespace object, when the build holds it.
    pub object: Option<&'a Resource>,
    /// Positions of its pods in [`Graph::pods`].
    pub pods: Vec<u32>,
    /// Resources that are in it.
    pub resources: Vec<&'a Resource>,
    /// Something in it makes pods that the build does not show, or whose labels nobody can read.
    pub(crate) makes_pods: bool,
    /// Its name is filled in later.
    unknown: bool,
}

impl<'a> Namespace<'a> {
    /// Its labels. Those of a namespace that the build does not hold are unknown, but for its name.
    pub fn labels(&self) -> Labels<'a> {
        let Some(name) = self.name else { return Labels::default().and_more() };
        match self.object {
            Some(object) => Labels::of_namespace(object.labels(), name),
            None => Labels::of_namespace(None, name).and_more(),
        }
    }

    /// The name for messages.
    pub fn words(&self) -> String {
        match self.name {
            Some(name) => format!("namespace `{name}`"),
            None => "this build".to_owned(),
        }
    }
}

/// The pods that a selector means.
#[derive(Debug, Clone, Default)]
pub struct Selected<'g, 'a> {
    /// Those it selects.
    pub sure: Vec<&'g GraphPod<'a>>,
    /// Those it may select: something that is filled in later decides.
    pub unsure: Vec<&'g GraphPod<'a>>,
}

impl Selected<'_, '_> {
    /// Whether it selects any pod.
    pub fn any(&self) -> Match {
        match (self.sure.is_empty(), self.unsure.is_empty()) {
            (false, _) => Match::Yes,
            (true, false) => Match::Unknown,
            (true, true) => Match::No,
        }
    }
}

/// How the resources of a build relate.
#[derive(Debug)]
pub struct Graph<'a> {
    build: &'a Build,
    resources: Vec<&'a Resource>,
    by_kind: ByKind<'a>,
    by_name: ByName<'a>,
    pods: Vec<GraphPod<'a>>,
    /// For each of the resources its position in `pods`; [`NO_POD`] for one that is no workload.
    pod_at: Vec<u32>,
    namespaces: Vec<Namespace<'a>>,
    namespace_at: HashMap<Option<&'a str>, u32>,
    /// Namespaces that may be another one under a name not known yet.
    unclear: Vec<u32>,
    /// The only namespace that the build states, if it is one.
    sole: Option<&'a str>,
    /// See [`Graph::namespaces_like`], by positions in `namespaces`.
    like: Vec<OnceLock<Like>>,
    labels: OnceLock<PodLabels<'a>>,
    policies: OnceLock<Vec<Policy<'a>>>,
    cover: OnceLock<Cover>,
    node_ports: OnceLock<HashMap<(i64, &'a str), &'a Resource>>,
    services: OnceLock<Vec<Vec<&'a Resource>>>,
    claims: OnceLock<Claims<'a>>,
    words: OnceLock<HashSet<(u32, &'a str)>>,
    behind: behind::Behind,
    views: Views<'a>,
}

/// The labels of the pods, by their positions in [`Graph::pods`], and an index of them.
#[derive(Debug)]
struct PodLabels<'a> {
    labels: Vec<Labels<'a>>,
    index: LabelIndex<'a>,
}

/// Positions of namespaces, and whether they are the one in question.
type Like = Box<[(u32, Match)]>;

/// With more namespaces than these that are not known, nothing is kept of which may be which.
const UNCLEAR_KEPT: usize = 16;

/// No position in [`Graph::pods`].
const NO_POD: u32 = u32::MAX;

/// Positions of the pods that mount a PersistentVolumeClaim, by namespace and name.
type Claims<'a> = HashMap<(Option<&'a str>, String), Vec<u32>>;

impl<'a> Graph<'a> {
    /// The graph of `build`, whose resources are looked up in `all` by their id.
    pub fn new(build: &'a Build, all: &'a [Resource]) -> Self {
        let resources: Vec<&Resource> =
            build.resources.iter().filter_map(|id| all.get(id.0 as usize)).collect();
        let mut graph = Self {
            build,
            by_kind: ByKind::default(),
            by_name: ByName::with_capacity(resources.len()),
            pods: Vec::new(),
            pod_at: vec![NO_POD; resources.len()],
            namespaces: Vec::new(),
            namespace_at: HashMap::new(),
            unclear: Vec::new(),
            sole: None,
            like: Vec::new(),
            labels: OnceLock::new(),
            policies: OnceLock::new(),
            cover: OnceLock::new(),
            node_ports: OnceLock::new(),
            services: OnceLock::new(),
            claims: OnceLock::new(),
            words: OnceLock::new(),
            behind: OnceLock::new(),
            views: Views::default(),
            resources: Vec::new(),
        };
        for (at, resource) in resources.iter().enumerate() {
            graph.add(at, resource);
        }
        graph.by_name.close();
        graph.resources = resources;
        graph.look_at_namespaces();
        graph
    }

    fn add(&mut self, at: usize, resource: &'a Resource) {
        let custom = self.by_kind.push(resource);
        self.by_name.push(resource);
        let declared = resource.name.as_deref().filter(|_| resource.is("Namespace"));
        let home = self.namespace_entry(declared.or(resource.namespace.as_deref()));
        let pod = Pod::of(resource).or_else(|| Pod::without_spec(resource));
        let Some(namespace) = self.namespaces.get_mut(home as usize) else { return };
        if declared.is_some() {
            namespace.object = namespace.object.or(Some(resource));
            return;
        }
        namespace.resources.push(resource);
        namespace.makes_pods |= custom && makes_pods(resource);
        namespace.makes_pods |= pod.is_none() && Pod::is_hidden(resource);
        if let Some(pod) = pod {
            let place = self.pods.len() as u32;
            namespace.pods.push(place);
            if let Some(slot) = self.pod_at.get_mut(at) {
                *slot = place;
            }
            self.pods.push(GraphPod::new(pod, place));
        }
    }

    fn namespace_entry(&mut self, name: Option<&'a str>) -> u32 {
        *self.namespace_at.entry(name).or_insert_with(|| {
            let (pods, resources) = (Vec::new(), Vec::new());
            let (object, makes_pods, unknown) = (None, false, name.is_some_and(is_unknown));
            self.namespaces.push(Namespace { name, object, pods, resources, makes_pods, unknown });
            self.namespaces.len() as u32 - 1
        })
    }

    fn look_at_namespaces(&mut self) {
        let mut stated: HashSet<&str> = HashSet::new();
        for (at, namespace) in self.namespaces.iter().enumerate() {
            if namespace.name.is_none() || namespace.unknown {
                self.unclear.push(at as u32);
            }
            if !namespace.resources.is_empty() || namespace.object.is_some() {
                stated.extend(namespace.name);
            }
        }
        let mut names = stated.into_iter();
        self.sole = names.next().filter(|_| names.next().is_none());
        self.like = self.namespaces.iter().map(|_| OnceLock::new()).collect();
    }

    /// The build.
    pub fn build(&self) -> &'a Build {
        self.build
    }

    /// All resources, in the order of files and documents.
    pub fn resources(&self) -> &[&'a Resource] {
        &self.resources
    }

    /// Where a resource stands in [`Graph::resources`].
    pub(crate) fn position_of(&self, id: ResourceId) -> Option<usize> {
        let first = self.resources.first()?.id.0;
        let guess = id.0.checked_sub(first)? as usize;
        // Most builds hold all resources of a run, or a folder of them, without gaps.
        if self.resources.get(guess).is_some_and(|held| held.id == id) {
            return Some(guess);
        }
        self.resources.binary_search_by_key(&id, |held| held.id).ok()
    }

    /// All workloads' pods, in the order of files and documents.
    pub fn pods(&self) -> &[GraphPod<'a>] {
        &self.pods
    }

    /// The pod of a workload.
    pub fn pod_of(&self, workload: &Resource) -> Option<&GraphPod<'a>> {
        self.pods.get(*self.pod_at.get(self.position_of(workload.id)?)? as usize)
    }

    /// The resources of a kind, named as in [`crate::Kind::is`].
    pub fn of(&self, name: &str) -> impl Iterator<Item = &'a Resource> {
        let (_, kind) = name.rsplit_once('/').unwrap_or(("", name));
        self.of_bare_kind(kind).iter().copied().filter(move |resource| resource.is(name))
    }

    /// The resources of a bare kind, of whatever group.
    pub fn of_bare_kind(&self, kind: &str) -> &[&'a Resource] {
        self.by_kind.of(kind)
    }

    /// All bare kinds of the build, in no order.
    pub(crate) fn bare_kinds(&self) -> impl Iterator<Item = &'a str> {
        self.by_kind.kinds()
    }

    /// The resources of the kinds that `is_meant` holds for, which is given group and bare kind; in
    /// the order of files and documents. It is asked once for each kind: a build has thousands of
    /// resources of a few dozen.
    pub(crate) fn of_kinds(&self, is_meant: impl Fn(&str, &str) -> bool) -> Vec<&'a Resource> {
        self.by_kind.meant(is_meant)
    }

    /// The only namespace that the build states, if it is one.
    pub(crate) fn sole(&self) -> Option<&'a str> {
        self.sole
    }

    /// The resource of a kind, namespace and name.
    pub fn find(&self, kind: &str, namespace: Option<&str>, name: &str) -> Option<&'a Resource> {
        let (_, bare) = kind.rsplit_once('/').unwrap_or(("", kind));
        let found = self.by_name.get(bare, name);
        found
            .iter()
            .copied()
            .find(|resource| resource.is(kind) && resource.namespace.as_deref() == namespace)
    }

    /// All resources of a bare kind and name, of any group and namespace.
    pub(crate) fn all_named<'s>(&'s self, kind: &'s str, name: &'s str) -> &'s [&'a Resource] {
        self.by_name.get(kind, name)
    }

    /// The resources of a kind and name, in whatever namespace.
    pub fn anywhere(&self, kind: &str, name: &str) -> Vec<&'a Resource> {
        let (_, bare) = kind.rsplit_once('/').unwrap_or(("", kind));
        let found = self.all_named(bare, name).iter().copied();
        found.filter(|resource| resource.is(kind)).collect()
    }

    /// The ServiceAccount object that a pod runs as, when the build holds it.
    pub fn service_account(&self, pod: &GraphPod<'a>) -> Option<&'a Resource> {
        let name = pod.pod.service_account().and_then(Node::str).unwrap_or("default");
        self.find("ServiceAccount", pod.namespace, name)
    }

    /// All namespaces, in the order in which they appear.
    pub fn namespaces(&self) -> &[Namespace<'a>] {
        &self.namespaces
    }

    /// The namespace of a name; `None` is the one of the resources that state none.
    pub fn namespace(&self, name: Option<&str>) -> Option<&Namespace<'a>> {
        self.namespaces.get(self.namespace_position(name)? as usize)
    }

    /// The namespace that a resource stands for, where something is said of all of it: its
    /// Namespace object, or its first workload when the build does not hold one.
    pub fn namespace_led_by(&self, resource: &Resource) -> Option<&Namespace<'a>> {
        let is_object = resource.is("Namespace");
        let name = if is_object { resource.name.as_deref() } else { resource.namespace.as_deref() };
        let namespace = self.namespace(name)?;
        let lead = match namespace.object {
            Some(object) => object.id,
            None => self.networked_pods(namespace).next()?.pod.resource.id,
        };
        (lead == resource.id).then_some(namespace)
    }

    /// The pods of a namespace that policies govern.
    pub fn networked_pods(&self, namespace: &Namespace<'a>) -> impl Iterator<Item = &GraphPod<'a>> {
        let pods = namespace.pods.clone().into_iter().filter_map(|at| self.pods.get(at as usize));
        pods.filter(|pod| pod.is_networked())
    }

    /// True when the build surely holds pods of a namespace, and nothing in it makes others: then
    /// what is not found there is not there. The cluster itself runs pods in `kube-system`.
    pub fn shows_all_pods(&self, namespace: Option<&str>) -> bool {
        if namespace.is_some_and(|name| name == "kube-system" || name.starts_with("openshift-")) {
            return false;
        }
        let held = self.namespace(namespace).is_some_and(|namespace| !namespace.pods.is_empty());
        held && self.build.complete && !self.may_run_other_pods(namespace)
    }

    /// True when a pod of a resource's namespace seems to belong to it: they have a word of their
    /// names in common (`web` and `web-service`), or each is the only one of its kind there.
    pub fn has_pod_named_like(&self, resource: &Resource) -> bool {
        let namespace = resource.namespace.as_deref();
        let name = resource.name.as_deref().unwrap_or_default();
        let words = self.words.get_or_init(|| self.read_words());
        let like = self.namespaces_like(namespace);
        let alike = like.iter().any(|(at, _)| {
            words.contains(&(*at, name))
                || name_words(name).any(|word| words.contains(&(*at, word)))
        });
        let same_kind = |other: &&&Resource| other.kind == resource.kind;
        alike
            || self.namespace(namespace).is_some_and(|found| {
                found.pods.len() == 1 && found.resources.iter().filter(same_kind).count() == 1
            })
    }

    /// The names of the workloads of each namespace, and the words in them.
    fn read_words(&self) -> HashSet<(u32, &'a str)> {
        let mut words = HashSet::new();
        for pod in &self.pods {
            let Some(name) = pod.pod.resource.name.as_deref() else { continue };
            let at = self.namespace_position(pod.namespace).unwrap_or_default();
            words.insert((at, name));
            words.extend(name_words(name).map(|word| (at, word)));
        }
        words
    }

    /// Pods that come near to what a selector asks for, to look for a mistake in it: some that have
    /// one of its labels, and some others of the namespace. A few hundred at most.
    pub fn pods_like(
        &self,
        namespace: Option<&str>,
        selector: &Selector<'_>,
    ) -> Vec<&GraphPod<'a>> {
        let needs = Need::of(selector.requirements());
        let mut places: Vec<u32> = Vec::new();
        for &(at, _) in self.namespaces_like(namespace).iter() {
            for need in &needs {
                self.labels()
                    .index
                    .find(at, need, &mut |list| places.extend(list.iter().take(NEARBY)));
            }
            let pods = self.namespaces.get(at as usize).map_or(&[][..], |found| &found.pods);
            places.extend(pods.iter().take(NEARBY));
        }
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|at| self.pods.get(at as usize)).collect()
    }

    /// The position of a namespace in [`Graph::namespaces`].
    pub(crate) fn namespace_position(&self, name: Option<&str>) -> Option<u32> {
        self.namespace_at.get(&name).copied()
    }

    /// Whether two resources are in the same namespace. One that is not stated may be `default`, or
    /// the only one that the build states; `kubectl apply` refuses to put it beside several others.
    pub fn same_namespace(&self, one: Option<&str>, other: Option<&str>) -> Match {
        match (one, other) {
            (Some(one), Some(other)) if is_unknown(one) || is_unknown(other) => {
                if one == other {
                    Match::Yes
                } else {
                    Match::Unknown
                }
            }
            (Some(stated), None) | (None, Some(stated)) => {
                let may_be = stated == "default" || is_unknown(stated) || self.sole == Some(stated);
                if may_be { Match::Unknown } else { Match::No }
            }
            (one, other) => (one == other).into(),
        }
    }

    /// The namespaces that are, or may be, the one of this name: their positions.
    pub(crate) fn namespaces_like(&self, name: Option<&str>) -> Cow<'_, [(u32, Match)]> {
        let held = self.namespace_position(name).map(|at| at as usize);
        let kept = held.and_then(|at| Some((self.namespaces.get(at)?, self.like.get(at)?)));
        match kept {
            // One that is filled in later may be any: that is too much to keep for each of them.
            Some((found, like)) if !found.unknown && self.unclear.len() <= UNCLEAR_KEPT => {
                Cow::Borrowed(like.get_or_init(|| self.find_like(name).into()))
            }
            _ => Cow::Owned(self.find_like(name)),
        }
    }

    fn find_like(&self, name: Option<&str>) -> Vec<(u32, Match)> {
        let mut all: Vec<u32> = match name {
            Some(name) if is_unknown(name) => (0..self.namespaces.len() as u32).collect(),
            Some(_) => self.namespace_position(name).into_iter().collect(),
            None => {
                let default = self.namespace_position(Some("default"));
                default.into_iter().chain(self.namespace_position(self.sole)).collect()
            }
        };
        all.extend(&self.unclear);
        all.sort_unstable();
        all.dedup();
        let like = all.into_iter().filter_map(|at| {
            let found = self.namespaces.get(at as usize)?;
            let same = self.same_namespace(name, found.name);
            (same != Match::No).then_some((at, same))
        });
        like.collect()
    }

    /// The labels of a pod. An operator may add some to the pods it makes.
    pub fn labels_of(&self, pod: &GraphPod<'a>) -> Labels<'a> {
        self.labels().labels.get(pod.at as usize).cloned().unwrap_or_default()
    }

    /// The pods of a namespace that a selector matches. An empty selector matches all of them.
    pub fn select(&self, namespace: Option<&str>, selector: &Selector<'_>) -> Selected<'_, 'a> {
        let mut selected = Selected::default();
        let needs = Need::of(selector.requirements());
        for &(at, same) in self.namespaces_like(namespace).iter() {
            for place in self.candidates(at, &needs) {
                let Some(labels) = self.labels().labels.get(place as usize) else { continue };
                let Some(pod) = self.pods.get(place as usize) else { continue };
                match same.and(selector.matches(labels)) {
                    Match::Yes => selected.sure.push(pod),
                    Match::Unknown => selected.unsure.push(pod),
                    Match::No => {}
                }
            }
        }
        selected
    }

    /// Positions of the pods of a namespace that may have what is needed: by the need that leaves
    /// the fewest.
    fn candidates(&self, namespace: u32, needs: &[Need<'_>]) -> Vec<u32> {
        let all = || {
            let found = self.namespaces.get(namespace as usize);
            found.map_or(&[][..], |namespace| &namespace.pods)
        };
        self.labels().index.narrow(namespace, needs).unwrap_or_else(|| all().to_vec())
    }

    fn labels(&self) -> &PodLabels<'a> {
        self.labels.get_or_init(|| {
            let labels = self.pods.iter().map(|pod| {
                let labels = Labels::of(pod.pod.labels());
                if pod.pod.is_partial() { labels.and_more() } else { labels }
            });
            let labels: Vec<Labels<'a>> = labels.collect();
            let home = |pod: &GraphPod<'a>| self.namespace_position(pod.namespace);
            let groups = self.pods.iter().map(|pod| home(pod).unwrap_or_default());
            let index = LabelIndex::new(groups.zip(&labels));
            PodLabels { labels, index }
        })
    }

    /// The pods that mount a PersistentVolumeClaim: by its name, or as a StatefulSet that makes it
    /// from a template (`data-web-0`).
    pub fn pods_with_claim(&self, namespace: Option<&str>, claim: &str) -> Vec<&GraphPod<'a>> {
        let claims = self.claims.get_or_init(|| self.read_claims());
        let template = claim.rsplit_once('-').filter(|(_, ordinal)| {
            !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit())
        });
        let made = template.map(|(base, _)| format!("{base}-*"));
        let names = std::iter::once(claim.to_owned()).chain(made);
        let found = names.filter_map(|name| claims.get(&(namespace, name)));
        found.flatten().filter_map(|at| self.pods.get(*at as usize)).collect()
    }

    fn read_claims(&self) -> Claims<'a> {
        let mut claims = Claims::new();
        for pod in &self.pods {
            let named = pod.pod.volumes().filter_map(|volume| {
                volume.field("persistentVolumeClaim.claimName").str().map(str::to_owned)
            });
            let workload = pod.pod.resource;
            let made = workload.field("spec.volumeClaimTemplates").items().filter_map(|template| {
                let name = template.field("metadata.name").str()?;
                Some(format!("{name}-{}-*", workload.name.as_deref()?))
            });
            for name in named.chain(made) {
                claims.entry((pod.namespace, name)).or_default().push(pod.at);
            }
        }
        claims
    }

    /// The Services that ask for a port of the nodes, by number and protocol.
    pub(crate) fn node_ports(&self) -> &HashMap<(i64, &'a str), &'a Resource> {
        self.node_ports.get_or_init(|| node_ports(self))
    }

    /// The Services that surely select a pod.
    pub fn services_of(&self, pod: &GraphPod<'a>) -> &[&'a Resource] {
        let all = self.services.get_or_init(|| services_by_pod(self));
        all.get(pod.at as usize).map_or(&[], Vec::as_slice)
    }

    /// All policies that say who may talk to pods, of every kind that is known.
    pub fn policies(&self) -> &[Policy<'a>] {
        self.policies.get_or_init(|| {
            let held = self.of_kinds(Policy::may_be).into_iter();
            held.flat_map(Policy::all_of).collect()
        })
    }

    /// The policies that a resource holds.
    pub fn policies_of(&self, resource: &Resource) -> impl Iterator<Item = &Policy<'a>> {
        let id = resource.id;
        let start = self.policies().partition_point(|policy| policy.resource.id < id);
        let rest = self.policies().get(start..).unwrap_or_default();
        rest.iter().take_while(move |policy| policy.resource.id == id)
    }

    /// Which policies govern a pod.
    pub fn coverage(&self, pod: &GraphPod<'a>) -> Coverage {
        self.cover().of_pod(pod.at, self.namespace_position(pod.namespace))
    }

    /// Whether some policy closes a direction for every pod of a namespace, but for what it and
    /// others allow.
    pub fn is_closed(&self, namespace: &Namespace<'a>, direction: Direction) -> Match {
        let at = self.namespace_position(namespace.name);
        at.map_or(Match::No, |at| self.cover().is_closed(at, direction))
    }

    /// Whether any policy is made for a namespace, whatever it selects there.
    pub fn has_policy(&self, namespace: &Namespace<'a>) -> Match {
        let at = self.namespace_position(namespace.name);
        at.map_or(Match::No, |at| self.cover().has_policy(at))
    }

    fn cover(&self) -> &Cover {
        self.cover.get_or_init(|| {
            let mut cover = Cover::new(self.pods.len(), self.namespaces.len());
            for policy in self.policies() {
                self.add_to(&mut cover, policy);
            }
            cover
        })
    }

    fn add_to(&self, cover: &mut Cover, policy: &Policy<'a>) {
        let needs = policy.needs();
        for &(at, same) in self.namespaces_of(policy).iter() {
            cover.meet(at, same);
            if policy.takes_all_pods() {
                cover.add_to_namespace(at, policy, same);
                continue;
            }
            if policy.is_unreadable() {
                cover.may_close(at);
            }
            let Some(namespace) = self.namespaces.get(at as usize) else { continue };
            for place in self.candidates(at, &needs) {
                let Some(labels) = self.labels().labels.get(place as usize) else { continue };
                let matches = same.and(policy.matches(labels, namespace));
                cover.add_to_pod(place, policy, matches);
            }
        }
    }

    /// The namespaces that a policy has to do with.
    fn namespaces_of(&self, policy: &Policy<'a>) -> Cow<'_, [(u32, Match)]> {
        if !policy.is_cluster_wide() {
            return self.namespaces_like(policy.resource.namespace.as_deref());
        }
        let all = self
            .namespaces
            .iter()
            .enumerate()
            .map(|(at, namespace)| (at as u32, policy.matches_namespace(namespace)));
        let met: Vec<_> = all.filter(|(_, matches)| *matches != Match::No).collect();
        Cow::Owned(met)
    }

    /// The pods that a policy selects.
    pub fn pods_of_policy(&self, policy: &Policy<'a>) -> Selected<'_, 'a> {
        let mut selected = Selected::default();
        let needs = policy.needs();
        for &(at, same) in self.namespaces_of(policy).iter() {
            let Some(namespace) = self.namespaces.get(at as usize) else { continue };
            for place in self.candidates(at, &needs) {
                let Some(labels) = self.labels().labels.get(place as usize) else { continue };
                let Some(pod) = self.pods.get(place as usize) else { continue };
                match same.and(policy.matches(labels, namespace)) {
                    Match::Yes => selected.sure.push(pod),
                    Match::Unknown => selected.unsure.push(pod),
                    Match::No => {}
                }
            }
        }
        selected
    }
}

/// Words in names that say nothing of whose they are.
const COMMON_WORDS: [&str; 16] = [
    "allow",
    "api",
    "app",
    "default",
    "deny",
    "deployment",
    "from",
    "headless",
    "http",
    "network",
    "pod",
    "policy",
    "server",
    "service",
    "svc",
    "test",
];

/// The words of a name that say whose it is.
fn name_words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '.', '_']).filter(|word| {
        word.len() > 1
            && !COMMON_WORDS.contains(word)
            && !word.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Pods of one list that are compared letter by letter: comparing is slow, and what comes near
/// usually lies near.
const NEARBY: usize = 50;

#[cfg(test)]
pub(crate) mod tests;

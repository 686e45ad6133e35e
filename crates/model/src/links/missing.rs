//! What is missing of a reference that leads nowhere, and how sure that is: what in view speaks for
//! a mistake, and what for an object that lives elsewhere.

use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt, HashSet};

use super::near::NearName;
use super::resolve::{folder_of, in_scope, of_group};
use super::{Link, Links, Part, Scoped};
use crate::graph::Graph;
use crate::resource::Resource;
use crate::selector::Match;
use crate::service::{kind_makes_pods, makes_pods};

/// Which half of a reference is wrong.
#[derive(Debug, Clone, Copy)]
pub enum Half<'a> {
    /// Nothing of that name.
    Object,
    /// The namespace: an object of that name is in another one.
    Namespace(&'a Resource),
    /// The kind: an object of that name is of another one.
    Kind(&'a Resource),
    /// The key: this object has others.
    Key(&'a Resource),
    /// The port: this Service has others.
    Port(&'a Resource),
}

/// How sure it is that something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sureness {
    /// The build is a part of what is applied, or something in view (a chart, a release, an
    /// operator) makes objects that no manifest shows.
    Open,
    /// It may live in another repository, or be made by hand.
    Unsure,
    /// Something in view speaks for a mistake.
    Likely,
    /// All of the namespace, or of the object, is in view.
    Sure,
}

/// What a reference lacks.
#[derive(Debug, Clone)]
pub struct Missing<'a> {
    /// Which half of it.
    pub half: Half<'a>,
    /// The object, key or port that is named most like it.
    pub near: Option<NearName<'a>>,
    /// How sure that is.
    pub sureness: Sureness,
}

/// Namespaces, each with a folder that holds objects of it.
type Folders<'a> = HashSet<(Option<&'a str>, &'a str)>;

/// What a build shows beside the objects themselves.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    /// For each namespace something in it that makes objects which no manifest shows.
    makers: HashMap<Option<&'a str>, &'a Resource>,
    /// For each kind of [`KEPT_TOGETHER`] the namespaces and folders that hold objects of it; gathered
    /// when one of the kind is missing.
    kept: [OnceLock<Folders<'a>>; KEPT_TOGETHER.len()],
}

impl<'a> Evidence<'a> {
    /// Gathers what decides how sure it is that something is missing.
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut makers = HashMap::new();
        let may_make =
            |group: &str, kind: &str| kind_makes_pods(group, kind) || is_release(group, kind);
        for resource in graph.of_kinds(may_make) {
            if !makes_pods(resource) && !is_release(&resource.kind.group, &resource.kind.kind) {
                continue;
            }
            makers.entry(resource.namespace.as_deref()).or_insert(resource);
            for path in ["spec.targetNamespace", "spec.destination.namespace"] {
                if let Some(target) = resource.node().at(path).and_then(kubesift_yaml::Node::str) {
                    makers.entry(Some(target)).or_insert(resource);
                }
            }
        }
        Self { makers, kept: Default::default() }
    }

    /// True when a folder holds objects of a kind that are kept together, and of a namespace.
    fn is_kept(
        &self,
        graph: &Graph<'a>,
        kind: &str,
        namespace: Option<&str>,
        folder: &str,
    ) -> bool {
        let mut kinds = KEPT_TOGETHER.iter().zip(&self.kept);
        let Some((kind, kept)) = kinds.find(|(own, _)| **own == kind) else { return false };
        let kept = kept.get_or_init(|| {
            let held = graph.of_bare_kind(kind).iter();
            held.map(|one| (one.namespace.as_deref(), folder_of(one))).collect()
        });
        kept.contains(&(namespace, folder))
    }

    /// True when something in a namespace makes objects that no manifest shows.
    pub fn has_maker(&self, namespace: Option<&str>) -> bool {
        self.makers.contains_key(&namespace)
    }
}

/// The kinds of objects that apply others from somewhere. What makes others is of a custom kind,
/// whose group is a domain.
fn is_release(group: &str, kind: &str) -> bool {
    let known = matches!(
        kind,
        "Application"
            | "ApplicationSet"
            | "Bundle"
            | "GitRepo"
            | "HelmChart"
            | "HelmRelease"
            | "Kustomization"
            | "Subscription"
    );
    known && group.contains('.')
}

/// Kinds that are kept beside what refers to them: where a folder holds some, one that it lacks is
/// most likely a mistake. Not so ConfigMaps: some are made of files by hand, beside others.
const KEPT_TOGETHER: [&str; 7] = [
    "DaemonSet",
    "Deployment",
    "PersistentVolumeClaim",
    "Role",
    "Service",
    "ServiceAccount",
    "StatefulSet",
];

impl<'a> Links<'_, 'a> {
    /// What is missing of a link to an object that is not there.
    pub(super) fn judge(&self, link: &Link<'a>) -> Missing<'a> {
        let half = self.half(link);
        let near = self.names().nearest(self.graph, link);
        let sureness = self.sureness(link, half, near.as_ref());
        Missing { half, near, sureness }
    }

    fn half(&self, link: &Link<'a>) -> Half<'a> {
        let wanted = &link.wanted;
        let mut same_kind = self.graph.all_named(wanted.kind, wanted.name).iter().copied();
        let elsewhere = same_kind.find(|one| of_group(wanted, one));
        if let Some(elsewhere) = elsewhere {
            return Half::Namespace(elsewhere);
        }
        let kinds: &[&str] = match wanted.kind {
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Rollout" => {
                &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"]
            }
            "Role" | "ClusterRole" => &["Role", "ClusterRole"],
            "Issuer" | "ClusterIssuer" => &["Issuer", "ClusterIssuer"],
            "SecretStore" | "ClusterSecretStore" => &["SecretStore", "ClusterSecretStore"],
            "ConfigMap" | "Secret" => &["ConfigMap", "Secret"],
            _ => &[],
        };
        let others = kinds.iter().flat_map(|kind| self.graph.all_named(kind, wanted.name));
        let mut others =
            others.copied().filter(|one| of_group(wanted, one) || wanted.kind != "ConfigMap");
        let here = |one: &&Resource| in_scope(wanted.scope, one) != Match::No;
        others.find(here).map_or(Half::Object, Half::Kind)
    }

    /// What is missing of a link to an object that lacks the part which is wanted.
    pub(super) fn lacks(&self, link: &Link<'a>, found: &'a Resource) -> Missing<'a> {
        let half = match link.wanted.part {
            Some((Part::Key(_), _)) => Half::Key(found),
            _ => Half::Port(found),
        };
        let beside = found.file().id == link.from.file().id;
        let sure = beside || self.graph.build().complete || self.is_declared(link);
        let sureness = if sure { Sureness::Sure } else { Sureness::Open };
        Missing { half, near: NearName::of_part(link, found), sureness }
    }

    fn is_declared(&self, link: &Link<'a>) -> bool {
        let declared = &self.graph.build().around.declared;
        match link.wanted.scope {
            Scoped::Any => declared.is_complete(None),
            _ => declared.is_complete(link.wanted.namespace()),
        }
    }

    fn sureness(&self, link: &Link<'a>, half: Half<'a>, near: Option<&NearName<'a>>) -> Sureness {
        let build = self.graph.build();
        if self.is_declared(link) {
            return Sureness::Sure;
        }
        if !build.complete {
            return Sureness::Open;
        }
        if near.is_some_and(|near| near.is_typo) || matches!(half, Half::Kind(_)) {
            return Sureness::Likely;
        }
        if self.is_in_one_other_namespace(link, half) {
            return Sureness::Likely;
        }
        let namespace = link.wanted.namespace();
        let (from, folder) = (link.from.namespace.as_deref(), folder_of(link.from));
        let evidence = self.evidence();
        let made = [namespace, from].into_iter().any(|one| evidence.has_maker(one));
        let around = !build.around.charts.is_empty() || build.around.may_hold_more(folder);
        if made || around || namespace.is_some_and(is_of_cluster) {
            return Sureness::Open;
        }
        let kept = matches!(link.wanted.scope, Scoped::In(_))
            && evidence.is_kept(self.graph, link.wanted.kind, namespace, folder);
        if kept { Sureness::Likely } else { Sureness::Unsure }
    }

    /// True when exactly one other namespace has the object, and nothing copies it to others.
    fn is_in_one_other_namespace(&self, link: &Link<'a>, half: Half<'a>) -> bool {
        let Half::Namespace(found) = half else { return false };
        let wanted = &link.wanted;
        let all = self.graph.all_named(wanted.kind, wanted.name).iter();
        let mut others =
            all.filter(|one| of_group(wanted, one)).map(|one| one.namespace.as_deref());
        let own = found.namespace.as_deref();
        others.all(|namespace| namespace == own)
    }
}

/// Namespaces whose objects the cluster makes itself.
pub(super) fn is_of_cluster(namespace: &str) -> bool {
    matches!(namespace, "kube-system" | "kube-public" | "kube-node-lease")
        || namespace.starts_with("openshift-")
}

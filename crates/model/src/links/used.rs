//! Whether something of a build refers to an object, or seems to: by a reference, or by its name in
//! a place where programs and controllers find names (command lines, annotations, custom resources,
//! rights, settings). What nothing seems to use may still be read by its name at run time, which is
//! left to who judges.

use foldhash::HashMap;
use kubesift_yaml::Node;

use super::makers::names_in;
use super::{Links, Relation};
use crate::graph::Graph;
use crate::resource::{Resource, ResourceId};

/// Names that are mentioned, and by which resource; none for several.
pub(super) type Mentions<'a> = HashMap<&'a str, Option<ResourceId>>;

/// Bytes of one text that are looked through for names.
const LOOKED_AT: usize = 64 * 1024;

/// Nodes of one resource that are looked through: aliases can make many of few.
const BUDGET: usize = 100_000;

/// Labels that say whose an object is. Any other may be what a sidecar or a controller finds it by.
const PLAIN_LABELS: [&str; 18] = [
    "app",
    "chart",
    "component",
    "env",
    "environment",
    "heritage",
    "instance",
    "io.kompose.service",
    "k8s-app",
    "kubernetes.io/cluster-service",
    "name",
    "owner",
    "part-of",
    "release",
    "service",
    "team",
    "tier",
    "version",
];

/// Beginnings of such labels.
const PLAIN_PREFIXES: [&str; 6] = [
    "addonmanager.kubernetes.io/",
    "app.kubernetes.io/",
    "argocd.argoproj.io/instance",
    "helm.sh/",
    "helm.toolkit.fluxcd.io/",
    "kustomize.toolkit.fluxcd.io/",
];

impl Links<'_, '_> {
    /// Whether anything refers to an object, mentions its name where a reference may stand, or may
    /// find it by a label or annotation that it carries.
    pub fn is_used(self, resource: &Resource) -> bool {
        let refers = self.to(resource).any(|link| {
            let other = link.from.id != resource.id;
            other && !matches!(link.relation, Relation::Owner | Relation::Makes)
        });
        refers
            || is_found_by_mark(resource)
            || resource.name.as_deref().is_some_and(|name| self.is_mentioned(resource, name))
    }

    fn is_mentioned(self, resource: &Resource, name: &str) -> bool {
        let mentions = self.store.mentions.get_or_init(|| mentions(self.graph));
        mentions.get(name).is_some_and(|by| by.is_none_or(|by| by != resource.id))
    }

    /// True when nothing can be said of what uses an object: only a part of the build is known, a
    /// release or an operator in its namespace brings objects that no manifest shows, or the cluster
    /// itself uses it.
    pub fn may_be_used_unseen(self, resource: &Resource) -> bool {
        let build = self.graph.build();
        !build.complete
            || !build.around.charts.is_empty()
            || build.around.may_hold_more(super::resolve::folder_of(resource))
            || self.evidence().has_maker(resource.namespace.as_deref())
            || super::missing::is_of_cluster(resource.namespace.as_deref().unwrap_or_default())
    }
}

/// True for an object with a label or annotation that something may find it by.
fn is_found_by_mark(resource: &Resource) -> bool {
    let keys = |path| {
        resource.node().at(path).into_iter().flat_map(|node| node.entries().map(|(key, _)| key))
    };
    let mut labels = keys("metadata.labels");
    let mut annotations = keys("metadata.annotations");
    let plain = |key: &str| {
        PLAIN_LABELS.contains(&key) || PLAIN_PREFIXES.iter().any(|start| key.starts_with(start))
    };
    labels.any(|key| !plain(key))
        || annotations.any(|key| {
            !plain(key)
                && !key.starts_with("kubectl.kubernetes.io/")
                && !key.contains("description")
        })
}

/// Words that may be names, wherever a name has a meaning that no table of fields knows.
fn mentions<'a>(graph: &Graph<'a>) -> Mentions<'a> {
    let mut mentions = Mentions::default();
    for resource in graph.resources().iter().copied() {
        let mut add = |text: &'a str| {
            let end = text.floor_char_boundary(LOOKED_AT.min(text.len()));
            for name in names_in(text.get(..end).unwrap_or_default()) {
                let by = mentions.entry(name).or_insert(Some(resource.id));
                if by.is_some_and(|by| by != resource.id) {
                    *by = None;
                }
            }
        };
        for path in roots(resource) {
            if let Some(node) = resource.node().at(path) {
                scalars(node, &mut add);
            }
        }
    }
    mentions
}

/// Where in a resource names are looked for.
fn roots(resource: &Resource) -> &'static [&'static str] {
    let group = &*resource.kind.group;
    if group.contains('.') && !kubesift_schemas::is_builtin_group(group) {
        return &["metadata.annotations", "spec", "data", "settings", "parameters"];
    }
    match &*resource.kind.kind {
        "ConfigMap" => &["metadata.annotations", "data"],
        "Role" | "ClusterRole" => &["metadata.annotations", "rules"],
        "StorageClass" => &["metadata.annotations", "parameters"],
        "Pod" => &["metadata.annotations", "spec.containers", "spec.initContainers"],
        "CronJob" => &["metadata.annotations", "spec.jobTemplate.spec.template"],
        "Secret" => &["metadata.annotations"],
        _ if resource.pod.is_some() => &["metadata.annotations", "spec.template"],
        _ => &["metadata.annotations"],
    }
}

/// Calls `each` with the texts below a node, but for names and labels: an object that is called the
/// same is no mention.
fn scalars<'a>(top: Node<'a>, each: &mut dyn FnMut(&'a str)) {
    let built_in = ["name", "labels", "matchLabels", "volumes", "image", "mountPath"];
    let mut work = vec![top];
    let mut budget = BUDGET;
    while let Some(node) = work.pop() {
        let Some(rest) = budget.checked_sub(1) else { return };
        budget = rest;
        if let Some(text) = node.text() {
            each(text);
            continue;
        }
        work.extend(node.items());
        for (key, value) in node.entries() {
            // The name of a container or a port; that of a reference stands in a field of the table.
            let own = built_in.contains(&key) && (key != "name" || is_listed(node));
            if !own {
                work.push(value);
            }
        }
    }
}

/// True for an item of a list that is no reference: containers, ports, variables.
fn is_listed(node: Node<'_>) -> bool {
    let list = node.parent().and_then(Node::key);
    matches!(list, Some("containers" | "initContainers" | "ports" | "env" | "volumeMounts"))
}

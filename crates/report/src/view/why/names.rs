//! Names as people type them, `deploy/web` or `Deployment/shop/web`, and the resources they mean.

use std::collections::HashSet;
use std::fmt;

use kubesift_engine::model::{self, Build, Graph, Kind, Resource, ResourceId};
use kubesift_engine::nearest;

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    kind: String,
    namespace: Option<String>,
    name: String,
}

/// A resource that was found, and the graph of the first build that holds it.
#[derive(Debug)]
pub struct Named<'g, 'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// The graph.
    pub graph: &'g Graph<'a>,
    /// Further builds that hold it.
    pub others: Vec<&'a Build>,
}

/// Why a name gives no resource: ready to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadName(pub String);

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Short names as `kubectl` has them, of the API's own kinds and of custom ones that are common.
const SHORT: &[(&str, &str)] = &[
    ("anp", "AdminNetworkPolicy"),
    ("banp", "BaselineAdminNetworkPolicy"),
    ("ccnp", "CiliumClusterwideNetworkPolicy"),
    ("cert", "Certificate"),
    ("cj", "CronJob"),
    ("cm", "ConfigMap"),
    ("cnp", "CiliumNetworkPolicy"),
    ("crd", "CustomResourceDefinition"),
    ("deploy", "Deployment"),
    ("dr", "DestinationRule"),
    ("ds", "DaemonSet"),
    ("ep", "Endpoints"),
    ("es", "ExternalSecret"),
    ("gtw", "Gateway"),
    ("gw", "Gateway"),
    ("hpa", "HorizontalPodAutoscaler"),
    ("ing", "Ingress"),
    ("ksvc", "Service"),
    ("limits", "LimitRange"),
    ("netpol", "NetworkPolicy"),
    ("ns", "Namespace"),
    ("pc", "PriorityClass"),
    ("pdb", "PodDisruptionBudget"),
    ("po", "Pod"),
    ("pv", "PersistentVolume"),
    ("pvc", "PersistentVolumeClaim"),
    ("quota", "ResourceQuota"),
    ("rc", "ReplicationController"),
    ("ro", "Rollout"),
    ("rs", "ReplicaSet"),
    ("sa", "ServiceAccount"),
    ("sc", "StorageClass"),
    ("so", "ScaledObject"),
    ("sts", "StatefulSet"),
    ("svc", "Service"),
    ("vpa", "VerticalPodAutoscaler"),
    ("vs", "VirtualService"),
];

/// Names of other resources that an error lists.
const MOST: usize = 8;

impl Wanted {
    /// Reads `KIND/NAME` or `KIND/NAMESPACE/NAME`.
    ///
    /// # Errors
    /// When it has another form.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        let parts: Vec<&str> = text.split('/').collect();
        let (kind, namespace, name) = match parts.as_slice() {
            [kind, name] => (*kind, None, *name),
            [kind, namespace, name] => (*kind, Some(*namespace), *name),
            _ => ("", None, ""),
        };
        if kind.is_empty() || name.is_empty() || namespace.is_some_and(str::is_empty) {
            return Err(BadName(format!(
                "`{text}` names no resource\n  help: write KIND/NAME or KIND/NAMESPACE/NAME, as in \
                 deploy/web or Deployment/shop/web"
            )));
        }
        let namespace = namespace.map(str::to_owned);
        Ok(Self { kind: kind.to_owned(), namespace, name: name.to_owned() })
    }

    /// The resource that is meant among those of some builds.
    ///
    /// # Errors
    /// When none or several are meant: names what may have been.
    pub fn find<'g, 'a>(&self, graphs: &'g [Graph<'a>]) -> Result<Named<'g, 'a>, BadName> {
        let mut seen: HashSet<ResourceId> = HashSet::new();
        let mut found: Vec<Named<'g, 'a>> = Vec::new();
        for graph in graphs {
            for resource in graph.resources().iter().copied().filter(|one| self.means(one)) {
                if seen.insert(resource.id) {
                    found.push(Named { resource, graph, others: Vec::new() });
                    continue;
                }
                let held = found.iter_mut().find(|held| held.resource.id == resource.id);
                if let Some(held) = held {
                    held.others.push(graph.build());
                }
            }
        }
        if found.len() > 1 {
            return Err(self.ambiguous(&found));
        }
        found.pop().ok_or_else(|| self.unknown(graphs))
    }

    /// The name that was typed.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// True when an object is called so: its kind, its namespace as it is stated, its name. An empty
    /// name asks for the kind alone.
    pub(crate) fn is_called(&self, kind: &Kind, namespace: &str, name: &str) -> bool {
        let beside = self.namespace.as_deref().is_none_or(|wanted| wanted == namespace);
        self.is_kind(kind) && (name.is_empty() || beside && name == self.name)
    }

    fn means(&self, resource: &Resource) -> bool {
        let namespace = self.namespace.as_deref();
        resource.name.as_deref() == Some(&*self.name)
            && (namespace.is_none() || namespace == resource.namespace.as_deref())
            && self.is_kind(&resource.kind)
    }

    /// True for a kind by its name, plural or short name; a group may follow after a dot.
    fn is_kind(&self, kind: &Kind) -> bool {
        let typed = self.kind.to_lowercase();
        let (word, group) = match typed.split_once('.') {
            Some((word, group)) => (word, Some(group)),
            None => (&*typed, None),
        };
        if group.is_some_and(|group| !kind.group.eq_ignore_ascii_case(group)) {
            return false;
        }
        // Knative calls its kind Service too, and has a short name to tell it apart.
        let knative = *kind.group == *"serving.knative.dev";
        if word == "ksvc" || word == "svc" && &*kind.kind == "Service" {
            return knative == (word == "ksvc") && &*kind.kind == "Service";
        }
        let name = kind.kind.to_lowercase();
        let plural = model::lookup(&kind.group, &kind.kind).map(|info| info.plural);
        let short = SHORT.iter().any(|(short, long)| *short == word && *long == &*kind.kind);
        word == name || short || plural == Some(word) || plural.is_none() && is_plural(word, &name)
    }

    fn ambiguous(&self, found: &[Named<'_, '_>]) -> BadName {
        let mut message = format!("{self} may be one of {}:", found.len());
        for named in found.iter().take(MOST) {
            let resource = named.resource;
            let file = resource.file();
            let line = file.lines().line_of(resource.node().span().start) + 1;
            let build = &named.graph.build().name;
            message.push_str(&format!(
                "\n    {} at {}:{line}, build `{build}`",
                typed(resource),
                file.path
            ));
        }
        if let more @ 1.. = found.len().saturating_sub(MOST) {
            message.push_str(&format!("\n    and {more} more"));
        }
        message.push_str("\n  help: name its namespace, a narrower path, or a build with --build");
        BadName(message)
    }

    fn unknown(&self, graphs: &[Graph<'_>]) -> BadName {
        let all = || graphs.iter().flat_map(Graph::resources).copied();
        let same_kind: Vec<String> =
            all().filter(|one| self.is_kind(&one.kind)).map(typed).collect();
        let same_name = all().find(|one| one.name.as_deref() == Some(&*self.name)).map(typed);
        let near = |names: &[String]| {
            let bare = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
            let found = nearest(
                &self.name,
                names.iter().map(|name| name.rsplit('/').next().unwrap_or_default()),
            )?;
            names.iter().find(|name| bare(name) == found).cloned()
        };
        let meant = near(&same_kind).or(same_name);
        let mut names: Vec<String> = same_kind;
        names.sort();
        names.dedup();
        let help = match (meant, names.len()) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, 0) => format!("no resource of kind `{}` is here", self.kind),
            (None, number @ 1..=MOST) => match number {
                1 => format!("there is {}", names.join(", ")),
                _ => format!("there are {}", names.join(", ")),
            },
            (None, number) => {
                let some = names.get(..MOST).unwrap_or_default().join(", ");
                format!("there are {some} and {} more", number - MOST)
            }
        };
        BadName(format!("there is no {self}\n  help: {help}"))
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "`{}/{namespace}/{}`", self.kind, self.name),
            None => write!(f, "`{}/{}`", self.kind, self.name),
        }
    }
}

/// A resource as it would be typed.
fn typed(resource: &Resource) -> String {
    format!("{}/{}", resource.kind.kind, resource.full_name())
}

/// True for the plural that custom kinds mostly have.
fn is_plural(word: &str, name: &str) -> bool {
    let stem = name.strip_suffix('y').map(|stem| format!("{stem}ies"));
    stem.as_deref() == Some(word)
        || word.strip_suffix('s') == Some(name)
        || word.strip_suffix("es") == Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(word: &str, api_version: &str, kind: &str) -> bool {
        let wanted = Wanted::parse(&format!("{word}/web")).expect("a name");
        wanted.is_kind(&Kind::new(api_version, kind))
    }

    #[test]
    fn kinds_by_all_their_names() {
        for word in ["deploy", "Deployment", "deployments", "DEPLOYMENT", "deployment.apps"] {
            assert!(is(word, "apps/v1", "Deployment"), "{word}");
        }
        assert!(!is("deployment.batch", "apps/v1", "Deployment"));
        assert!(is("netpol", "networking.k8s.io/v1", "NetworkPolicy"));
        assert!(is("svc", "v1", "Service") && !is("svc", "serving.knative.dev/v1", "Service"));
        assert!(is("ksvc", "serving.knative.dev/v1", "Service") && !is("ksvc", "v1", "Service"));
        assert!(is("certificates", "cert-manager.io/v1", "Certificate"));
        assert!(is("policies", "example.com/v1", "Policy"));
        assert!(!is("web", "apps/v1", "Deployment"));
    }

    #[test]
    fn short_names_are_sorted_and_mean_one_kind() {
        assert!(SHORT.is_sorted());
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "web", "deploy/", "/web", "a/b/c/d", "deploy//web"] {
            assert!(Wanted::parse(text).is_err(), "{text}");
        }
    }
}

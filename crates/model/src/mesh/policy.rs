//! Policies of a mesh: the pods that they select, and what in them needs HTTP.

use kubesift_yaml::Node;

use crate::graph::{Graph, GraphPod};
use crate::resource::Resource;
use crate::selector::{Match, Selector};

/// An object of Istio that is for some workloads: an AuthorizationPolicy, a RequestAuthentication,
/// a PeerAuthentication, a Telemetry, a Sidecar.
#[derive(Debug, Clone)]
pub struct MeshPolicy<'a> {
    /// The object.
    pub resource: &'a Resource,
    /// The selector of pods; none when it is for all of them.
    pub selector: Option<Selector<'a>>,
    /// What it is attached to in place of pods (`targetRefs`, `targetRef`).
    pub targets: Vec<Node<'a>>,
}

impl<'a> MeshPolicy<'a> {
    /// The workloads that an object says it is for.
    pub fn of(resource: &'a Resource) -> Self {
        let labels = resource.field("spec.selector.matchLabels").node();
        let labels = labels.or(resource.field("spec.workloadSelector.labels").node());
        let selector = labels.map(Selector::from_map).filter(|selector| !selector.is_empty());
        let one = resource.field("spec.targetRef").node();
        let targets = resource.field("spec.targetRefs").items().chain(one).collect();
        Self { resource, selector, targets }
    }

    /// True when it is for all pods of its namespace, or of the mesh.
    pub fn is_wide(&self) -> bool {
        self.selector.is_none() && self.targets.is_empty()
    }

    /// Its selector in one order of labels; none for one without.
    pub(crate) fn sorted(&self) -> Option<String> {
        let requirements = self.selector.as_ref()?.requirements();
        let mut words: Vec<String> = requirements.iter().map(ToString::to_string).collect();
        words.sort_unstable();
        Some(words.join(","))
    }
}

impl<'a> Graph<'a> {
    /// The pods of all namespaces that a selector matches, or may match.
    pub(crate) fn select_everywhere(&self, selector: &Selector<'_>) -> Vec<(&GraphPod<'a>, Match)> {
        let mut found: Vec<(&GraphPod<'a>, Match)> = Vec::new();
        for namespace in self.namespaces() {
            let selected = self.select(namespace.name, selector);
            found.extend(selected.sure.into_iter().map(|pod| (pod, Match::Yes)));
            found.extend(selected.unsure.into_iter().map(|pod| (pod, Match::Unknown)));
        }
        // A namespace that is not stated may be any: the surer answer counts.
        found.sort_by_key(|(pod, matches)| (pod.at, *matches != Match::Yes));
        found.dedup_by_key(|(pod, _)| pod.at);
        found
    }

    /// The pods that the selector of a mesh policy matches or may match: of its namespace, or of
    /// all where it holds for the whole mesh. Empty for a policy without a selector.
    pub fn pods_of_mesh_policy(&self, policy: &MeshPolicy<'_>) -> Vec<(&GraphPod<'a>, Match)> {
        let Some(selector) = &policy.selector else { return Vec::new() };
        let namespace = policy.resource.namespace.as_deref();
        if namespace == Some(self.mesh().root()) {
            return self.select_everywhere(selector);
        }
        let selected = self.select(namespace, selector);
        let sure = selected.sure.into_iter().map(|pod| (pod, Match::Yes));
        sure.chain(selected.unsure.into_iter().map(|pod| (pod, Match::Unknown))).collect()
    }
}

/// A part of a rule that only HTTP has.
#[derive(Debug, Clone, Copy)]
pub struct HttpField<'a> {
    /// Its node.
    pub node: Node<'a>,
    /// Its name: `methods`, or the key of a condition.
    pub name: &'a str,
}

/// Fields of `to[].operation` that only HTTP has.
const OPERATION: [&str; 6] = ["hosts", "notHosts", "methods", "notMethods", "paths", "notPaths"];

/// Fields of `from[].source` that only HTTP has.
const SOURCE: [&str; 2] = ["requestPrincipals", "notRequestPrincipals"];

/// The parts of a rule of an AuthorizationPolicy that only HTTP has.
pub fn http_fields(rule: Node<'_>) -> Vec<HttpField<'_>> {
    let mut found = Vec::new();
    let mut look = |list: &'static str, inner: &'static str, names: &[&'static str]| {
        for item in rule.field(list).items() {
            let fields = item.get(inner).into_iter().flat_map(Node::entries);
            found.extend(
                fields
                    .filter(|(key, node)| names.contains(key) && node.items().next().is_some())
                    .map(|(name, node)| HttpField { node, name }),
            );
        }
    };
    look("from", "source", &SOURCE);
    look("to", "operation", &OPERATION);
    for condition in rule.field("when").items() {
        let Some(name) = condition.field("key").str() else { continue };
        if name.starts_with("request.") {
            found.push(HttpField { node: condition, name });
        }
    }
    found
}

/// Whether an AuthorizationPolicy looks at who a token of the request says it is from.
pub(crate) fn needs_token(policy: &Resource) -> bool {
    policy.field("spec.action").str() == Some("CUSTOM")
        || policy
            .field("spec.rules")
            .items()
            .flat_map(http_fields)
            .any(|field| SOURCE.contains(&field.name) || field.name.starts_with("request.auth."))
}

/// What Istio takes the traffic of a Service's port for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Traffic<'a> {
    /// HTTP in plain text: the word that says so.
    Http(&'a str),
    /// Something else, TLS included: the word that says so.
    Other(&'a str),
    /// Nothing says it, and the proxy looks at the bytes.
    Unstated,
}

/// What a port of a Service carries: its `appProtocol`, else the part of its name before the first
/// dash.
pub fn traffic(port: Node<'_>) -> Traffic<'_> {
    let of_name = || {
        let name = port.field("name").str()?;
        Some(name.split_once('-').map_or(name, |(start, _)| start))
    };
    let word = port.field("appProtocol").str().or_else(of_name).unwrap_or_default();
    match word.to_ascii_lowercase().as_str() {
        "http" | "http2" | "grpc" | "h2c" | "kubernetes.io/h2c" | "kubernetes.io/ws" => {
            Traffic::Http(word)
        }
        "tcp" | "https" | "tls" | "mongo" | "mysql" | "redis" | "udp" | "kubernetes.io/wss" => {
            Traffic::Other(word)
        }
        _ => Traffic::Unstated,
    }
}

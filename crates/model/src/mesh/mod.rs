//! Service meshes as a build configures them: which mesh a pod is in, which hosts a name means,
//! how strict mutual TLS is at a port, which pods a policy of the mesh selects. Whether that is
//! wanted is left to checks.
//!
//! The rules are those of Istio (sidecars and ambient) and Linkerd; of Cilium, which has no
//! membership, only policies that ask for authentication count.

mod gateways;
mod hosts;
mod injection;
mod mtls;
mod policy;
mod rivals;
mod routes;
mod tokens;

use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use kubesift_yaml::{Node, Value};

pub use gateways::{GatewayServer, ServerHost};
pub use hosts::{Host, HostFound, is_in_mesh};
pub use injection::{Dataplane, Membership, Sign};
pub use mtls::{ClientTls, Mtls, MtlsMode, client_tls};
pub use policy::{HttpField, MeshPolicy, Traffic, http_fields, traffic};
pub use rivals::Rival;
pub use routes::{Before, Destination, Unreached, destinations, unreached};

use crate::graph::Graph;
use crate::mesh::gateways::Gateways;
use crate::mesh::hosts::Hosts;
use crate::mesh::injection::Injection;
use crate::mesh::mtls::Peers;
use crate::mesh::rivals::Rivals;
use crate::mesh::tokens::Tokens;
use crate::resource::Resource;
use crate::unknown::{is_unknown, known_node};

/// The namespace that holds the configuration of the whole mesh, unless Istio is told otherwise.
const ROOT: &str = "istio-system";

/// What a build says about meshes, read once.
#[derive(Debug)]
pub struct Mesh<'a> {
    root: String,
    uses_istio: bool,
    uses_linkerd: bool,
    /// Istio's own configuration, or its control plane, is a part of the build.
    has_control_plane: bool,
    hosts: Hosts<'a>,
    gateways: Gateways<'a>,
    injection: Injection,
    peers: Peers<'a>,
    rivals: OnceLock<Rivals<'a>>,
    tokens: OnceLock<Tokens<'a>>,
    /// Namespaces whose objects of a kind are in view: it holds some, and nothing in it makes
    /// others.
    shown: HashSet<(Option<&'a str>, &'a str)>,
    /// Folders that hold objects of a kind which state no namespace.
    folders: HashSet<(&'a str, &'a str)>,
    /// Namespaces with policies that say who may call, by the API group of these.
    guarded: HashSet<(Option<&'a str>, &'a str)>,
    /// Services that the API server calls: webhooks, aggregated APIs.
    called: HashSet<(Option<&'a str>, &'a str)>,
    /// Policies of the mesh by kind.
    policies: HashMap<&'a str, Vec<&'a Resource>>,
}

/// Kinds that say who may call.
const GUARDS: [&str; 3] = ["AuthorizationPolicy", "Server", "ServerAuthorization"];

impl<'a> Mesh<'a> {
    pub(crate) fn new(graph: &Graph<'a>) -> Self {
        let mut mesh = Self {
            root: root_namespace(graph),
            uses_istio: false,
            uses_linkerd: false,
            has_control_plane: false,
            hosts: Hosts::new(graph),
            gateways: Gateways::new(graph),
            injection: Injection::new(graph),
            peers: Peers::default(),
            rivals: OnceLock::new(),
            tokens: OnceLock::new(),
            shown: HashSet::new(),
            folders: HashSet::new(),
            guarded: HashSet::new(),
            called: HashSet::new(),
            policies: HashMap::new(),
        };
        for resource in graph.resources() {
            mesh.look_at(resource);
        }
        mesh.uses_istio |= mesh.injection.uses_istio;
        mesh.uses_linkerd |= mesh.injection.uses_linkerd;
        mesh.peers = Peers::new(graph, &mesh.root);
        mesh.look_at_namespaces(graph);
        mesh
    }

    fn look_at(&mut self, resource: &'a Resource) {
        let group = &*resource.kind.group;
        if group.ends_with(".istio.io") {
            self.uses_istio = true;
            self.has_control_plane |= matches!(&*resource.kind.kind, "IstioOperator" | "Istio");
        }
        if group == "linkerd.io" || group.ends_with(".linkerd.io") {
            self.uses_linkerd = true;
        }
        if matches!(group, "security.istio.io" | "policy.linkerd.io") {
            self.policies.entry(&resource.kind.kind).or_default().push(resource);
            if GUARDS.contains(&&*resource.kind.kind) {
                self.guarded.insert((resource.namespace.as_deref(), group));
            }
        }
        self.look_at_webhooks(resource);
        self.has_control_plane |= resource.is("apps/Deployment")
            && resource.label("app").and_then(Node::str) == Some("istiod");
    }

    fn look_at_webhooks(&mut self, resource: &'a Resource) {
        let hooks = resource.field("webhooks").items();
        let hooks = hooks.filter_map(|hook| hook.field("clientConfig.service").node());
        let conversion = "spec.conversion.webhook.clientConfig.service";
        let one = match &*resource.kind.kind {
            "CustomResourceDefinition" => resource.field(conversion).node(),
            "APIService" => resource.field("spec.service").node(),
            _ => None,
        };
        for service in hooks.chain(one) {
            if let Some(name) = service.field("name").str() {
                self.called.insert((service.field("namespace").str(), name));
            }
        }
    }

    fn look_at_namespaces(&mut self, graph: &Graph<'a>) {
        for namespace in graph.namespaces() {
            if graph.may_run_other_pods(namespace.name) {
                continue;
            }
            for resource in &namespace.resources {
                if matches!(&*resource.kind.kind, "Service" | "Gateway" | "ServiceEntry" | "Server")
                {
                    self.shown.insert((namespace.name, &resource.kind.kind));
                    if namespace.name.is_none() {
                        self.folders.insert((folder(resource), &resource.kind.kind));
                    }
                }
            }
        }
    }

    /// True when the build has objects of Istio, or puts pods into its mesh.
    pub fn uses_istio(&self) -> bool {
        self.uses_istio
    }

    /// True when the build has objects of Linkerd, or puts pods into its mesh.
    pub fn uses_linkerd(&self) -> bool {
        self.uses_linkerd
    }

    /// True when Istio's control plane, or its settings, are a part of the build, so that what
    /// holds for the whole mesh should stand there too.
    pub fn has_control_plane(&self) -> bool {
        self.has_control_plane
    }

    /// The namespace whose policies hold for the whole mesh.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// True when the build surely shows all objects of a kind (`Service`, `Gateway`,
    /// `ServiceEntry`, `Server`) that a namespace has, seen from a resource that names one. Where no
    /// namespace is stated, its folder must hold some: the others may be of something else.
    pub fn shows(&self, kind: &str, namespace: Option<&str>, from: &Resource) -> bool {
        self.shown.contains(&(namespace, kind))
            && (namespace.is_some() || self.folders.contains(&(folder(from), kind)))
    }

    /// True for a Service that the API server calls, which has no identity of the mesh: of a webhook
    /// or an aggregated API.
    pub fn is_called_by_api_server(&self, service: &Resource) -> bool {
        let name = service.name.as_deref().unwrap_or_default();
        self.called.contains(&(service.namespace.as_deref(), name))
    }

    /// Whether a policy of a mesh says who may call the pods of a namespace: one of its own, or one
    /// for the whole mesh. Without a namespace: whether there is one anywhere.
    pub fn is_guarded(&self, dataplane: Dataplane, namespace: Option<Option<&str>>) -> bool {
        let group = match dataplane {
            Dataplane::Sidecar | Dataplane::Ambient => "security.istio.io",
            Dataplane::Linkerd => "policy.linkerd.io",
            // Whoever asks for authentication says who.
            Dataplane::Cilium => return true,
        };
        match namespace {
            Some(name) => {
                self.guarded.contains(&(name, group))
                    || self.guarded.contains(&(Some(self.root.as_str()), group))
            }
            None => self.guarded.iter().any(|guard| guard.1 == group),
        }
    }

    /// The policies of Istio (`security.istio.io`) and Linkerd (`policy.linkerd.io`) of a kind, in
    /// the order of files and documents.
    pub fn policies(&self, kind: &str) -> &[&'a Resource] {
        self.policies.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Hosts, and what answers to them.
    pub(crate) fn hosts(&self) -> &Hosts<'a> {
        &self.hosts
    }

    /// Servers of gateways.
    pub(crate) fn servers(&self) -> &Gateways<'a> {
        &self.gateways
    }

    pub(crate) fn injection(&self) -> &Injection {
        &self.injection
    }

    /// Needs the graph itself: the root namespace is known only once the mesh is read.
    pub(crate) fn rivals(&self, graph: &Graph<'a>) -> &Rivals<'a> {
        self.rivals.get_or_init(|| Rivals::new(graph))
    }

    pub(crate) fn tokens(&self, graph: &Graph<'a>) -> &Tokens<'a> {
        self.tokens.get_or_init(|| Tokens::new(graph, self))
    }

    pub(crate) fn peers(&self) -> &Peers<'a> {
        &self.peers
    }
}

/// The root namespace as the mesh's settings name it: an IstioOperator, or the ConfigMap `istio`.
fn root_namespace(graph: &Graph<'_>) -> String {
    let operator = graph
        .of("install.istio.io/IstioOperator")
        .find_map(|operator| operator.field("spec.meshConfig.rootNamespace").str());
    let of_map = || {
        graph.of("ConfigMap").find_map(|map| {
            let name = map.name.as_deref()?;
            let text = map.field("data.mesh").str().filter(|_| name.starts_with("istio"))?;
            let line = text.lines().find_map(|line| line.strip_prefix("rootNamespace:"))?;
            let value = line.trim().trim_matches(['"', '\'']);
            (!value.is_empty()).then_some(value)
        })
    };
    operator.or_else(of_map).unwrap_or(ROOT).to_owned()
}

/// Whether a resource may be seen from a namespace: `exportTo`, a list in its spec, or for a
/// Service a list in its annotation. All namespaces when nothing is stated.
pub fn is_exported(resource: &Resource, to: Option<&str>) -> bool {
    let stated = export_to(resource);
    let own = resource.namespace.as_deref();
    stated.is_empty()
        || stated.iter().any(|word| match *word {
            "*" => true,
            "." => own == to || own.is_none() || to.is_none(),
            name => Some(name) == to || to.is_none() || is_unknown(name),
        })
}

/// The folder that an object's file lies in.
fn folder(resource: &Resource) -> &str {
    resource.file().path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether two objects are likely meant for each other: both say in which namespace they are, or
/// their files lie in one folder. In a build of alternatives, others may be of different ones.
pub fn are_near(one: &Resource, other: &Resource) -> bool {
    one.namespace.is_some() && other.namespace.is_some() || folder(one) == folder(other)
}

/// Whether two objects surely end up beside each other: both say in which namespace they are, or
/// they stand in one file. Others are often alternatives.
pub fn are_placed(one: &Resource, other: &Resource) -> bool {
    one.namespace.is_some() && other.namespace.is_some() || one.file().id == other.file().id
}

/// Whether some namespace sees both of two resources.
pub fn are_seen_together(one: &Resource, other: &Resource) -> bool {
    let sees = |resource: &Resource, stated: &[&str], namespace: Option<&str>| {
        stated.is_empty()
            || stated.iter().any(|word| {
                *word == "*"
                    || *word == "." && resource.namespace.as_deref() == namespace
                    || Some(*word) == namespace
            })
    };
    let (first, second) = (export_to(one), export_to(other));
    let open = |stated: &[&str]| stated.is_empty() || stated.contains(&"*");
    let hidden = |stated: &[&str]| stated.iter().all(|word| *word == "~") && !stated.is_empty();
    if hidden(&first) || hidden(&second) {
        return false;
    }
    if open(&first) || open(&second) {
        return true;
    }
    let place = |resource: &'_ Resource, word: &str| match word {
        "." => resource.namespace.as_deref().map(str::to_owned),
        name => Some(name.to_owned()),
    };
    first.iter().any(|word| sees(other, &second, place(one, word).as_deref()))
}

fn export_to(resource: &Resource) -> Vec<&str> {
    if resource.is("Service") {
        let text = resource.annotation("networking.istio.io/exportTo").and_then(Node::str);
        return text
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|w| !w.is_empty())
            .collect();
    }
    resource.field("spec.exportTo").items().filter_map(Node::str).collect()
}

/// True when a node and everything in it is known: no placeholder, no template.
pub fn is_literal(node: Node<'_>) -> bool {
    let mut rest = vec![node];
    while let Some(next) = rest.pop() {
        if !known_node(next).is_literal() {
            return false;
        }
        match next.value() {
            Value::Map(map) => {
                for (key, value) in map.entries() {
                    if is_unknown(key) {
                        return false;
                    }
                    rest.push(value);
                }
            }
            Value::List(list) => rest.extend(list.items()),
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests;

//! How strict mutual TLS is at a port of a workload: Istio's PeerAuthentications of the mesh, of
//! the namespace and of the workload, the nearest that says something first.

use foldhash::{HashMap, HashSet};
use kubesift_yaml::{Field, Node};

use crate::graph::{Graph, GraphPod};
use crate::resource::Resource;
use crate::selector::Selector;

/// What a port takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MtlsMode {
    /// Mutual TLS only.
    Strict,
    /// Mutual TLS and plain text.
    Permissive,
    /// Plain text only.
    Disable,
    /// It is filled in later, or two policies of one level differ and the older one counts.
    Unknown,
}

impl MtlsMode {
    /// The word of the API; none for a mode that says nothing (`UNSET`, absent).
    pub fn of(field: Field<'_>) -> Option<Self> {
        match field.str() {
            Some("STRICT") => Some(Self::Strict),
            Some("PERMISSIVE") => Some(Self::Permissive),
            Some("DISABLE") => Some(Self::Disable),
            Some("UNSET") => None,
            _ if !field.exists() => None,
            _ => Some(Self::Unknown),
        }
    }
}

/// The mode of a port, and what says so.
#[derive(Debug, Clone, Copy)]
pub struct Mtls<'a> {
    /// The mode.
    pub mode: MtlsMode,
    /// The policy that decides, and the place in it; none when nothing is said and Istio's default
    /// (permissive) holds.
    pub by: Option<(&'a Resource, Node<'a>)>,
}

const DEFAULT: Mtls<'static> = Mtls { mode: MtlsMode::Permissive, by: None };

/// The PeerAuthentications of a build by what they are for.
#[derive(Debug, Default)]
pub(crate) struct Peers<'a> {
    mesh: Option<Mtls<'a>>,
    namespaces: HashMap<Option<&'a str>, Mtls<'a>>,
    /// Those with a selector, by the position of each pod they select.
    pods: HashMap<u32, Vec<&'a Resource>>,
    /// Pods that one of them may select.
    unsure: HashSet<u32>,
}

impl<'a> Peers<'a> {
    pub fn new(graph: &Graph<'a>, root: &str) -> Self {
        let mut peers = Self::default();
        for peer in graph.of("security.istio.io/PeerAuthentication") {
            let labels = peer.field("spec.selector.matchLabels");
            let empty = labels.node().is_none_or(|node| Selector::from_map(node).is_empty());
            if empty {
                peers.add_wide(peer, root);
                continue;
            }
            let Some(node) = labels.node() else { continue };
            let selected = graph.select(peer.namespace.as_deref(), &Selector::from_map(node));
            peers.unsure.extend(selected.unsure.iter().map(|pod| pod.at));
            for pod in selected.sure {
                peers.pods.entry(pod.at).or_default().push(peer);
            }
        }
        peers
    }

    fn add_wide(&mut self, peer: &'a Resource, root: &str) {
        let field = peer.field("spec.mtls.mode");
        let Some((mode, node)) = MtlsMode::of(field).zip(field.node()) else { return };
        let found = Mtls { mode, by: Some((peer, node)) };
        let namespace = peer.namespace.as_deref();
        let level = if namespace == Some(root) {
            self.mesh.get_or_insert(found)
        } else {
            self.namespaces.entry(namespace).or_insert(found)
        };
        if level.mode != mode {
            level.mode = MtlsMode::Unknown;
        }
    }
}

impl<'a> Graph<'a> {
    /// What a workload takes at a port of its pods; none asks about ports that no policy names.
    pub fn mtls(&self, pod: &GraphPod<'a>, port: Option<i64>) -> Mtls<'a> {
        let peers = self.mesh().peers();
        if peers.unsure.contains(&pod.at) {
            return Mtls { mode: MtlsMode::Unknown, by: None };
        }
        let own = peers.pods.get(&pod.at).map_or(&[][..], Vec::as_slice);
        let mut found: Option<Mtls<'a>> = None;
        for peer in own {
            let Some(one) = port_mode(peer, port) else { continue };
            match &mut found {
                Some(held) if held.mode != one.mode => held.mode = MtlsMode::Unknown,
                Some(_) => {}
                None => found = Some(one),
            }
        }
        found
            .or_else(|| peers.namespaces.get(&pod.namespace).copied())
            .or(peers.mesh)
            .unwrap_or(DEFAULT)
    }

    /// What holds for a namespace where no workload has a policy of its own.
    pub fn mtls_of_namespace(&self, namespace: Option<&str>) -> Mtls<'a> {
        let peers = self.mesh().peers();
        peers.namespaces.get(&namespace).copied().or(peers.mesh).unwrap_or(DEFAULT)
    }
}

/// What a policy with a selector says of a port: the port's own mode, else the workload's.
fn port_mode(peer: &Resource, port: Option<i64>) -> Option<Mtls<'_>> {
    let ports = peer.field("spec.portLevelMtls").node();
    let named = port.and_then(|port| ports?.get(&port.to_string()));
    let own = named.map(|node| node.field("mode"));
    let whole = peer.field("spec.mtls.mode");
    let field = own.filter(|field| MtlsMode::of(*field).is_some()).unwrap_or(whole);
    let (mode, node) = MtlsMode::of(field).zip(field.node())?;
    Some(Mtls { mode, by: Some((peer, node)) })
}

/// TLS as the clients of a host are told to speak it by a DestinationRule.
#[derive(Debug, Clone, Copy)]
pub struct ClientTls<'a> {
    /// The `tls` object.
    pub node: Node<'a>,
    /// The port of the host that it is for; none for all of them.
    pub port: Option<i64>,
    /// The subset that it is for.
    pub subset: Option<&'a str>,
}

/// The TLS settings of a DestinationRule: of the host, of its ports, of its subsets.
pub fn client_tls(rule: &Resource) -> Vec<ClientTls<'_>> {
    let mut found = Vec::new();
    if let Some(policy) = rule.field("spec.trafficPolicy").node() {
        push_tls(policy, None, &mut found);
    }
    for subset in rule.field("spec.subsets").items() {
        if let Some(policy) = subset.get("trafficPolicy") {
            push_tls(policy, subset.field("name").str(), &mut found);
        }
    }
    found
}

fn push_tls<'a>(policy: Node<'a>, subset: Option<&'a str>, found: &mut Vec<ClientTls<'a>>) {
    found.extend(policy.get("tls").map(|node| ClientTls { node, port: None, subset }));
    for item in policy.field("portLevelSettings").items() {
        let port = item.field("port.number").int();
        let tls = item.get("tls").filter(|_| port.is_some());
        found.extend(tls.map(|node| ClientTls { node, port, subset }));
    }
}

//! Servers of Istio's gateways: what listens where, for which hosts, with which certificate.

use foldhash::HashMap;
use kubesift_yaml::Node;

use crate::graph::Graph;
use crate::resource::Resource;
use crate::selector::{Match, Selector};
use crate::unknown::is_unknown;

/// A server of a Gateway.
#[derive(Debug, Clone)]
pub struct GatewayServer<'a> {
    /// The Gateway.
    pub gateway: &'a Resource,
    /// The item of `servers`.
    pub node: Node<'a>,
    /// `port.number`
    pub port: Option<i64>,
    /// `port.protocol`, in capitals.
    pub protocol: Option<String>,
    /// Its hosts, as far as they are known.
    pub hosts: Vec<ServerHost<'a>>,
}

/// A host of a server: `shop.example.com`, `*.example.com`, or either after `namespace/`.
#[derive(Debug, Clone, Copy)]
pub struct ServerHost<'a> {
    /// The item of `hosts`.
    pub node: Node<'a>,
    /// The namespace whose VirtualServices it is for; none for all.
    pub namespace: Option<&'a str>,
    /// The host without the namespace.
    pub name: &'a str,
}

impl<'a> GatewayServer<'a> {
    /// The servers of a Gateway.
    pub fn all_of(gateway: &'a Resource) -> Vec<Self> {
        let servers = gateway.field("spec.servers").items().filter(|node| node.is_map());
        servers
            .map(|node| {
                let protocol = node.field("port.protocol").str().filter(|text| !is_unknown(text));
                let hosts = node.field("hosts").items();
                Self {
                    gateway,
                    node,
                    port: node.field("port.number").int(),
                    protocol: protocol.map(str::to_uppercase),
                    hosts: hosts.filter_map(|host| ServerHost::of(host, gateway)).collect(),
                }
            })
            .collect()
    }

    /// True when the gateway itself ends TLS, or sorts connections by the name asked for in TLS: a
    /// host can then be served once only.
    pub fn is_tls(&self) -> bool {
        matches!(self.protocol.as_deref(), Some("HTTPS" | "TLS"))
    }

    /// True when the protocol is HTTP in plain text, of which several servers may share a port.
    pub fn is_plain_http(&self) -> bool {
        matches!(self.protocol.as_deref(), Some("HTTP" | "HTTP2" | "GRPC" | "GRPC-WEB"))
    }

    /// The name of the Secret with its certificate.
    pub fn credential(&self) -> Option<Node<'a>> {
        let node = self.node.field("tls.credentialName").node()?;
        node.str().is_some_and(|text| !text.is_empty() && !is_unknown(text)).then_some(node)
    }

    /// True when it listens at an address or socket of its own.
    pub fn has_address(&self) -> bool {
        self.node.get("bind").is_some()
    }
}

impl<'a> ServerHost<'a> {
    fn of(node: Node<'a>, gateway: &'a Resource) -> Option<Self> {
        let text = node.str().filter(|text| !is_unknown(text))?;
        let (namespace, name) = match text.split_once('/') {
            Some(("*", name)) => (None, name),
            Some((".", name)) => (gateway.namespace.as_deref(), name),
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, text),
        };
        Some(Self { node, namespace, name })
    }

    /// Whether a host of a VirtualService in a namespace is one of those it stands for, or the
    /// other way round.
    pub fn covers(&self, host: &str, namespace: Option<&str>) -> bool {
        let near = self.namespace.is_none_or(|own| namespace.is_none_or(|name| name == own));
        near && (is_within(host, self.name) || is_within(self.name, host))
    }
}

/// Whether a host is one of those that a pattern with a leading `*` stands for.
fn is_within(host: &str, pattern: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => host.ends_with(end),
        None => host == pattern,
    }
}

/// The servers of a build by selector and port.
#[derive(Debug, Default)]
pub(crate) struct Gateways<'a> {
    ports: HashMap<(String, i64), Port<'a>>,
    /// Positions of the pods that each selector surely matches.
    pods: HashMap<String, Vec<u32>>,
}

/// The servers at one port of the same proxies: positions in the order of files and documents.
#[derive(Debug, Default)]
struct Port<'a> {
    servers: Vec<GatewayServer<'a>>,
    by_host: HashMap<&'a str, Vec<usize>>,
    by_credential: HashMap<&'a str, Vec<usize>>,
}

/// More servers of one host or certificate than these say nothing new.
const MANY: usize = 32;

impl<'a> Port<'a> {
    fn add(&mut self, server: GatewayServer<'a>) {
        let at = self.servers.len();
        for host in &server.hosts {
            self.by_host.entry(host.name).or_default().push(at);
        }
        if let Some(name) = server.credential().and_then(Node::str) {
            self.by_credential.entry(name).or_default().push(at);
        }
        self.servers.push(server);
    }

    /// The first few servers, and those that have a host or the certificate in common with one.
    fn beside(&self, server: &GatewayServer<'_>) -> Vec<usize> {
        let hosts = server.hosts.iter().filter_map(|host| self.by_host.get(host.name));
        let credential = server.credential().and_then(Node::str);
        let same = credential.and_then(|name| self.by_credential.get(name));
        let lists = hosts.chain(same).flat_map(|list| list.iter().take(MANY).copied());
        let mut found: Vec<usize> = (0..self.servers.len().min(MANY)).chain(lists).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl<'a> Gateways<'a> {
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut gateways = Self::default();
        for gateway in graph.of("networking.istio.io/Gateway") {
            let Some(selector) = selector_of(gateway) else { continue };
            if !gateways.pods.contains_key(&selector) {
                gateways.pods.insert(selector.clone(), pods_of(graph, gateway));
            }
            for server in GatewayServer::all_of(gateway) {
                let Some(port) = server.port else { continue };
                gateways.ports.entry((selector.clone(), port)).or_default().add(server);
            }
        }
        gateways
    }
}

fn pods_of(graph: &Graph<'_>, gateway: &Resource) -> Vec<u32> {
    let selector = gateway.field("spec.selector").node().map(Selector::from_map);
    let Some(selector) = selector.filter(|selector| !selector.is_empty()) else {
        return Vec::new();
    };
    let selected = graph.select_everywhere(&selector);
    selected.into_iter().filter(|one| one.1 == Match::Yes).map(|one| one.0.at).collect()
}

/// The selector in one order of keys; none when a part of it is filled in later.
fn selector_of(gateway: &Resource) -> Option<String> {
    let node = gateway.field("spec.selector").node()?;
    let mut words: Vec<String> = Vec::new();
    for (key, value) in node.entries() {
        let text = value.text().filter(|text| !is_unknown(text) && !is_unknown(key))?;
        words.push(format!("{key}={text}"));
    }
    words.sort_unstable();
    Some(words.join(","))
}

impl<'a> Graph<'a> {
    /// Servers of other Gateways for the same proxies and the same port, in the order of files: the
    /// first ones, and those that have a host or the certificate in common with this one.
    pub fn servers_beside(&self, server: &GatewayServer<'_>) -> Vec<&GatewayServer<'a>> {
        let Some(selector) = selector_of(server.gateway) else { return Vec::new() };
        let Some(number) = server.port else { return Vec::new() };
        let Some(port) = self.mesh().servers().ports.get(&(selector, number)) else {
            return Vec::new();
        };
        let places = port.beside(server);
        let found = places.into_iter().filter_map(|at| port.servers.get(at));
        found.filter(|one| one.gateway.id != server.gateway.id).collect()
    }

    /// The pods that a Gateway configures. Its selector holds in all namespaces.
    pub fn pods_of_gateway(&self, gateway: &Resource) -> Vec<&crate::GraphPod<'a>> {
        let Some(selector) = selector_of(gateway) else { return Vec::new() };
        let places = self.mesh().servers().pods.get(&selector);
        places.into_iter().flatten().filter_map(|at| self.pods().get(*at as usize)).collect()
    }

    /// The Gateway that a VirtualService names: `name` in its own namespace, `namespace/name`, or
    /// the old `name.namespace.svc.cluster.local`. None for `mesh`, and for one that is filled in
    /// later or made by Istio.
    pub fn gateway_name<'t>(
        &self,
        text: &'t str,
        own: Option<&'t str>,
    ) -> Option<(Option<&'t str>, &'t str)> {
        if text == "mesh" || text.contains('~') || is_unknown(text) {
            return None;
        }
        if let Some((namespace, name)) = text.split_once('/') {
            let namespace = if namespace == "." { own } else { Some(namespace) };
            return Some((namespace, name));
        }
        let mut parts = text.splitn(3, '.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(name), Some(namespace), Some(rest)) if rest.starts_with("svc") => {
                Some((Some(namespace), name))
            }
            _ => Some((own, text)),
        }
    }
}

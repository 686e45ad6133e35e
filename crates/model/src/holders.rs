//! What only one object should have: a host and path, a hostname of DNS, a selector, a port of a
//! node. Each index is made once for a build, in one pass. Whether a second holder is wrong is left
//! to checks.

use foldhash::HashMap;
use kubesift_yaml::Node;

use crate::graph::Graph;
use crate::ingress::{INGRESS, IngressClass, ingress_paths, is_auxiliary_ingress};
use crate::pod::Role;
use crate::resource::Resource;
use crate::service::{protocol, service_ports};
use crate::unknown::is_unknown;

/// An object that has something, and where it says so.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// The object.
    pub resource: &'a Resource,
    /// Where it says so.
    pub at: Node<'a>,
}

/// Who has what, by a key in words.
type Held<'a> = HashMap<String, Vec<Holder<'a>>>;

/// More holders than these of one thing say nothing new.
const MANY: usize = 64;

/// All that only one object of a build should have.
#[derive(Debug, Default)]
pub(crate) struct Holders<'a> {
    paths: Held<'a>,
    route_hosts: Held<'a>,
    dns_names: Held<'a>,
    selectors: Held<'a>,
    host_ports: Held<'a>,
}

impl<'a> Holders<'a> {
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut holders = Self::default();
        for ingress in graph.of(INGRESS).filter(|ingress| !is_auxiliary_ingress(ingress)) {
            for path in ingress_paths(ingress) {
                let key = path_key(ingress, path.host(), path.path(), path.is_exact());
                add(&mut holders.paths, key, ingress, path.node);
            }
        }
        for route in graph.of("route.openshift.io/Route") {
            if let Some(host) = route.field("spec.host").node() {
                add(&mut holders.route_hosts, route_key(route), route, host);
            }
        }
        for service in graph.of("Service") {
            for (name, at) in dns_names(service) {
                add(&mut holders.dns_names, Some(name), service, at);
            }
            if let Some(at) = service.field("spec.selector").node() {
                add(&mut holders.selectors, selector_key(service), service, at);
            }
        }
        for pod in graph.pods() {
            for port in host_ports(&pod.pod) {
                add(&mut holders.host_ports, Some(port.key()), pod.pod.resource, port.at);
            }
        }
        holders
    }
}

fn add<'a>(held: &mut Held<'a>, key: Option<String>, resource: &'a Resource, at: Node<'a>) {
    let Some(key) = key else { return };
    let list = held.entry(key).or_default();
    if list.len() < MANY {
        list.push(Holder { resource, at });
    }
}

fn path_key(
    ingress: &Resource,
    host: Option<&str>,
    path: Option<&str>,
    exact: bool,
) -> Option<String> {
    let class = IngressClass::of(ingress);
    let class = match (class, class.name()) {
        (IngressClass::Unstated, _) => "",
        (_, name) => name?,
    };
    let path = path?.trim_end_matches('/');
    let host = host?.to_ascii_lowercase();
    Some(format!("{class} {host} {} {path}", u8::from(exact)))
}

fn route_key(route: &Resource) -> Option<String> {
    let known = |text: &&str| !is_unknown(text);
    let host = route.field("spec.host").str().filter(|text| !text.is_empty() && known(text))?;
    let path = match route.field("spec.path").node() {
        None => "",
        Some(node) => node.text().filter(known)?,
    };
    let path = path.trim_end_matches('/');
    Some(format!("{} {path}", host.to_ascii_lowercase()))
}

/// The hostnames that a Service or an Ingress asks external-dns for, in lower case.
pub fn dns_names(resource: &Resource) -> Vec<(String, Node<'_>)> {
    let Some(at) = resource.annotation("external-dns.alpha.kubernetes.io/hostname") else {
        return Vec::new();
    };
    let words = at.text().unwrap_or_default().split(',').map(str::trim);
    let known = words.filter(|word| !word.is_empty() && !is_unknown(word));
    known.map(|word| (word.trim_end_matches('.').to_ascii_lowercase(), at)).collect()
}

fn selector_key(service: &Resource) -> Option<String> {
    let node = service.field("spec.selector").node()?;
    let mut labels: Vec<(&str, &str)> = Vec::new();
    for (key, value) in node.entries() {
        let value = value.text()?;
        if is_unknown(key) || is_unknown(value) {
            return None;
        }
        labels.push((key, value));
    }
    if labels.is_empty() || service.field("spec.type").str() == Some("ExternalName") {
        return None;
    }
    labels.sort_unstable();
    let namespace = service.namespace.as_deref().unwrap_or_default();
    Some(format!("{namespace} {labels:?}"))
}

/// A port of its node that a pod takes.
#[derive(Debug, Clone, Copy)]
pub struct HostPort<'a> {
    /// Its number.
    pub number: i64,
    /// Its protocol.
    pub protocol: &'a str,
    /// The address it is taken on; none for all of them.
    pub address: Option<&'a str>,
    /// Where the pod says so.
    pub at: Node<'a>,
}

impl HostPort<'_> {
    fn key(&self) -> String {
        format!("{} {}", self.number, self.protocol)
    }

    /// True when both cannot be taken on one node.
    pub fn clashes_with(&self, address: Option<&str>) -> bool {
        let any = |address: Option<&str>| matches!(address, None | Some("" | "0.0.0.0" | "::"));
        any(self.address) || any(address) || self.address == address
    }
}

/// The ports of its node that a pod takes by `hostPort`, or by declaring a port in the node's
/// network.
pub fn host_ports<'a>(pod: &crate::pod::Pod<'a>) -> Vec<HostPort<'a>> {
    let host = pod.host_network().and_then(Node::bool) == Some(true);
    let mut found = Vec::new();
    for container in pod.containers().into_iter().filter(|one| one.role != Role::Init) {
        for port in container.ports() {
            let own = port.field("hostPort");
            let field = if host && !own.exists() { port.field("containerPort") } else { own };
            let (Some(number), Some(at)) = (field.int().filter(|port| *port > 0), field.node())
            else {
                continue;
            };
            let Some(protocol) = protocol(port) else { continue };
            let address = port.field("hostIP").str();
            found.push(HostPort { number, protocol, address, at });
        }
    }
    found
}

impl<'a> Graph<'a> {
    /// The Ingresses that claim the host and path of a path, in the order of files.
    pub fn path_holders(
        &self,
        ingress: &Resource,
        path: &crate::ingress::IngressPath<'_>,
    ) -> &[Holder<'a>] {
        let key = path_key(ingress, path.host(), path.path(), path.is_exact());
        of(&self.holders().paths, key.as_deref())
    }

    /// The OpenShift Routes that claim the host and path of a Route.
    pub fn route_holders(&self, route: &Resource) -> &[Holder<'a>] {
        of(&self.holders().route_hosts, route_key(route).as_deref())
    }

    /// The Services that ask external-dns for a hostname, in lower case.
    pub fn dns_holders(&self, name: &str) -> &[Holder<'a>] {
        of(&self.holders().dns_names, Some(name))
    }

    /// The Services of a namespace with the selector of a Service.
    pub fn selector_holders(&self, service: &Resource) -> &[Holder<'a>] {
        of(&self.holders().selectors, selector_key(service).as_deref())
    }

    /// The workloads whose pods take a port of their node.
    pub fn host_port_holders(&self, port: &HostPort<'_>) -> &[Holder<'a>] {
        of(&self.holders().host_ports, Some(&port.key()))
    }
}

/// True when two resources may well belong together: they stand in one folder, or in a folder and
/// one inside it. Folders side by side are often variants of one thing.
pub fn in_line(one: &Resource, other: &Resource) -> bool {
    let (one, other) = (folder(one), folder(other));
    one.starts_with(other) || other.starts_with(one)
}

/// The folder of a resource's file, with the slash at its end; empty for the root.
fn folder(resource: &Resource) -> &str {
    let path = &resource.file().path;
    path.rfind('/').and_then(|slash| path.get(..=slash)).unwrap_or_default()
}

fn of<'s, 'a>(held: &'s Held<'a>, key: Option<&str>) -> &'s [Holder<'a>] {
    key.and_then(|key| held.get(key)).map_or(&[], Vec::as_slice)
}

/// What tells two Services with one selector apart: the ports, where they send, and how they are
/// reached.
pub fn service_shape(service: &Resource) -> String {
    let mut ports: Vec<String> = service_ports(service)
        .iter()
        .map(|port| format!("{:?} {:?} {:?}", port.number, port.target, port.protocol))
        .collect();
    ports.sort_unstable();
    let kind = service.field("spec.type").str().unwrap_or("ClusterIP");
    let headless = service.field("spec.clusterIP").str() == Some("None");
    let early = service.field("spec.publishNotReadyAddresses").is_true();
    format!("{kind} {headless} {early} {ports:?}")
}

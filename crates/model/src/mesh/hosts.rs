//! Hosts as the configuration of Istio names them, and what answers to them: a Service of the
//! build, a ServiceEntry, or nothing that is in view.

use foldhash::HashMap;
use kubesift_yaml::Node;

use crate::graph::Graph;
use crate::mesh::is_exported;
use crate::resource::Resource;
use crate::selector::Match;
use crate::unknown::is_unknown;

/// A host: of a VirtualService, of a destination, of a DestinationRule.
///
/// A name without a dot means a Service of the namespace that the configuration is in. Only the
/// full `name.namespace.svc.cluster.local` means a Service of another one: Istio takes `name.shop`
/// and `name.shop.svc` for hosts like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Host<'a> {
    /// A Service of Kubernetes.
    Service {
        /// Its namespace, as far as it is stated.
        namespace: Option<&'a str>,
        /// Its name.
        name: &'a str,
    },
    /// Another name: of a ServiceEntry, or of the world outside.
    Dns(&'a str),
    /// `*`, or a name that begins with `*.`.
    Wildcard(&'a str),
    /// It is filled in later, or spans clusters.
    Unknown,
}

impl<'a> Host<'a> {
    /// What a host means in the configuration of a namespace.
    pub fn of(text: &'a str, namespace: Option<&'a str>) -> Self {
        if text.is_empty() || is_unknown(text) || text.ends_with(".svc.clusterset.local") {
            return Self::Unknown;
        }
        if text.starts_with('*') {
            return Self::Wildcard(text);
        }
        if !text.contains('.') {
            return Self::Service { namespace, name: text };
        }
        let mut parts = text.splitn(4, '.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(name), Some(of), Some("svc"), Some(domain)) if !domain.is_empty() => {
                Self::Service { namespace: Some(of), name }
            }
            _ => Self::Dns(text),
        }
    }

    /// For a host that Istio takes for one outside, though a Service of Kubernetes is likely meant
    /// (`name.namespace`, `name.namespace.svc`): that Service's name and namespace.
    pub fn meant(self) -> Option<(&'a str, &'a str)> {
        let Self::Dns(text) = self else { return None };
        let text = text.strip_suffix(".svc").unwrap_or(text);
        let (name, namespace) = text.split_once('.')?;
        (!namespace.contains('.')).then_some((name, namespace))
    }
}

/// What answers to a host.
#[derive(Debug, Clone, Copy)]
pub enum HostFound<'a> {
    /// This Service or ServiceEntry of the build.
    Here(&'a Resource),
    /// One of the build, which `exportTo` keeps from the namespace that asks.
    Hidden(&'a Resource),
    /// Something that is filled in later decides, or the host is a wildcard.
    Maybe,
    /// Nothing of the build.
    Nothing,
}

/// Hosts of ServiceEntries and DestinationRules, and those that VirtualServices claim in the mesh.
#[derive(Debug, Default)]
pub(crate) struct Hosts<'a> {
    entries: HashMap<Host<'a>, Vec<&'a Resource>>,
    /// ServiceEntries with `*.example.com`, by `.example.com`; with `*`, by the empty text.
    wild_entries: HashMap<&'a str, Vec<&'a Resource>>,
    rules: HashMap<Host<'a>, Vec<&'a Resource>>,
    claims: HashMap<Host<'a>, Vec<(&'a Resource, Node<'a>)>>,
}

impl<'a> Hosts<'a> {
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut hosts = Self::default();
        for entry in graph.of("networking.istio.io/ServiceEntry") {
            for text in entry.field("spec.hosts").items().filter_map(Node::str) {
                if let Some(suffix) = text.strip_prefix('*') {
                    hosts.wild_entries.entry(suffix).or_default().push(entry);
                }
                let host = Host::of(text, entry.namespace.as_deref());
                hosts.entries.entry(host).or_default().push(entry);
            }
        }
        for rule in graph.of("networking.istio.io/DestinationRule") {
            let Some(text) = rule.field("spec.host").str() else { continue };
            let host = Host::of(text, rule.namespace.as_deref());
            hosts.rules.entry(host).or_default().push(rule);
        }
        for service in graph.of("networking.istio.io/VirtualService") {
            if !is_in_mesh(service) {
                continue;
            }
            for node in service.field("spec.hosts").items() {
                let Some(text) = node.str() else { continue };
                let host = Host::of(text, service.namespace.as_deref());
                hosts.claims.entry(host).or_default().push((service, node));
            }
        }
        hosts
    }
}

/// True for a VirtualService that holds for traffic inside the mesh, not for gateways alone.
pub fn is_in_mesh(service: &Resource) -> bool {
    let gateways = service.field("spec.gateways");
    !gateways.exists() || gateways.items().any(|node| node.str() == Some("mesh"))
}

impl<'a> Graph<'a> {
    /// What answers to a host, for configuration in the namespace `from`.
    pub fn find_host(&self, host: Host<'_>, from: Option<&str>) -> HostFound<'a> {
        let found = match host {
            Host::Unknown => return HostFound::Maybe,
            Host::Service { namespace, name } => self.find_service(namespace, name, from),
            Host::Dns(_) | Host::Wildcard(_) => HostFound::Nothing,
        };
        if matches!(found, HostFound::Here(_) | HostFound::Maybe) {
            return found;
        }
        match self.find_entry(host, from) {
            HostFound::Nothing => found,
            entry => entry,
        }
    }

    fn find_service(
        &self,
        namespace: Option<&str>,
        name: &str,
        from: Option<&str>,
    ) -> HostFound<'a> {
        let mut maybe = false;
        for service in self.all_named("Service", name).iter().copied() {
            match self.same_namespace(namespace, service.namespace.as_deref()) {
                Match::Yes if is_exported(service, from) => return HostFound::Here(service),
                Match::Yes => return HostFound::Hidden(service),
                Match::Unknown => maybe = true,
                // It is applied into a namespace that nothing states: perhaps this one.
                Match::No => maybe |= service.namespace.is_none(),
            }
        }
        if maybe || namespace.is_some_and(is_unknown) {
            return HostFound::Maybe;
        }
        HostFound::Nothing
    }

    fn find_entry(&self, host: Host<'_>, from: Option<&str>) -> HostFound<'a> {
        let hosts = self.mesh().hosts();
        let exact = hosts.entries.get(&host).into_iter().flatten();
        let text = match host {
            Host::Dns(text) => text,
            _ => "",
        };
        // `*.example.com` is for a.example.com and a.b.example.com, `*` for everything.
        let dots = text.match_indices('.').map(|(at, _)| text.get(at..).unwrap_or_default());
        let ends = dots.chain((!text.is_empty()).then_some(""));
        let wild = ends.filter_map(|end| hosts.wild_entries.get(end)).flatten();
        let mut hidden = None;
        for entry in exact.chain(wild) {
            if is_exported(entry, from) {
                return HostFound::Here(entry);
            }
            hidden = hidden.or(Some(*entry));
        }
        match (hidden, host) {
            (Some(entry), _) => HostFound::Hidden(entry),
            (None, Host::Wildcard(_)) => HostFound::Maybe,
            (None, _) => HostFound::Nothing,
        }
    }

    /// The ServiceEntries of a host, as it is written.
    pub fn entries_of_host(&self, host: Host<'_>) -> Vec<&'a Resource> {
        first_of(self.mesh().hosts().entries.get(&host))
    }

    /// The DestinationRules of a host, as it is written.
    pub fn rules_of_host(&self, host: Host<'_>) -> Vec<&'a Resource> {
        first_of(self.mesh().hosts().rules.get(&host))
    }

    /// The VirtualServices that hold for traffic to a host inside the mesh, and where each says so.
    pub fn claims_of_host(&self, host: Host<'_>) -> Vec<(&'a Resource, Node<'a>)> {
        first_of(self.mesh().hosts().claims.get(&host))
    }
}

/// More holders of one host than these say nothing new.
const MANY: usize = 64;

fn first_of<T: Copy>(list: Option<&Vec<T>>) -> Vec<T> {
    list.into_iter().flatten().take(MANY).copied().collect()
}

//! Services and what leads to them: their ports, how far they are published, and the backends of
//! Ingresses, Gateway routes and OpenShift Routes. Whether that is wanted is left to checks.

use std::collections::HashSet;
use std::net::IpAddr;

use foldhash::{HashMap, HashMapExt};
use kubesift_yaml::{Field, Node};

use crate::graph::{Graph, GraphPod};
use crate::pod::{Container, Pod};
use crate::resource::Resource;
use crate::selector::{Match, Selector};
use crate::unknown::{is_unknown, known_node};

/// How a Service is reached from outside the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// A port of every node.
    NodePort,
    /// A load balancer, and a port of every node.
    LoadBalancer,
    /// Only inside the cluster, or not known.
    Not,
}

/// How a Service is reached from outside, by its type.
pub fn published(service: &Resource) -> Published {
    match service.field("spec.type").str() {
        Some("NodePort") => Published::NodePort,
        Some("LoadBalancer") => Published::LoadBalancer,
        _ => Published::Not,
    }
}

/// A port of a Service.
#[derive(Debug, Clone, Copy)]
pub struct ServicePort<'a> {
    /// The item of `ports`.
    pub node: Node<'a>,
    /// `port`
    pub number: Option<i64>,
    /// Where it sends to.
    pub target: Target<'a>,
    /// `protocol`, TCP when it is not stated; none when it is not known.
    pub protocol: Option<&'a str>,
}

/// Where a port of a Service sends to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// A port's number.
    Number(i64),
    /// The name of a port that the pod declares.
    Name(&'a str),
    /// Something that is filled in later, or no port.
    Unknown,
}

/// The ports of a Service. A `targetPort` that is not stated, or 0, is the `port`.
pub fn service_ports(service: &Resource) -> Vec<ServicePort<'_>> {
    let ports = service.field("spec.ports").items().filter(|port| port.is_map());
    ports
        .map(|node| {
            let number = node.field("port").int();
            let target = node.field("targetPort");
            let target = match (target.node(), number) {
                (None, Some(number)) => Target::Number(number),
                (None, None) => Target::Unknown,
                (Some(node), _) => target_of(node, number),
            };
            ServicePort { node, number, target, protocol: protocol(node) }
        })
        .collect()
}

fn target_of(node: Node<'_>, number: Option<i64>) -> Target<'_> {
    if let Some(target) = node.int() {
        let target = if target == 0 { number.unwrap_or_default() } else { target };
        return Target::Number(target);
    }
    match node.str() {
        Some(name) if !name.is_empty() && !is_unknown(name) => Target::Name(name),
        _ => Target::Unknown,
    }
}

/// The protocol of a port of a Service, a container or a policy: TCP when it is not stated.
pub(crate) fn protocol(port: Node<'_>) -> Option<&str> {
    match port.field("protocol").node() {
        None => Some("TCP"),
        Some(node) => node.str().filter(|text| !is_unknown(text)),
    }
}

impl<'a> Container<'a> {
    /// Whether it declares a port of this name and protocol. The kubelet does not mind the case of
    /// neither, so it must be the same.
    pub fn declares(&self, port: &ServicePort<'_>) -> Match {
        let list = self.field("ports");
        let mut found = match list.node() {
            Some(node) if !node.is_list() || !known_node(node).is_literal() => Match::Unknown,
            _ => Match::No,
        };
        for declared in list.items() {
            found = found.or(declared_is(declared, port));
        }
        found
    }
}

/// Whether an item of a container's `ports` is the one that a port of a Service sends to.
pub(crate) fn declared_is(declared: Node<'_>, port: &ServicePort<'_>) -> Match {
    if !declared.is_map() || !known_node(declared).is_literal() {
        return Match::Unknown;
    }
    let (name, number) = (declared.field("name"), declared.field("containerPort"));
    let same = match port.target {
        Target::Number(wanted) => match (number.node(), number.int()) {
            (_, Some(found)) => (found == wanted).into(),
            (Some(_), None) => Match::Unknown,
            (None, None) => Match::No,
        },
        Target::Name(wanted) => match (name.node(), name.str()) {
            (_, Some(found)) if found == wanted => Match::Yes,
            (_, Some(found)) if is_unknown(found) => Match::Unknown,
            (Some(node), None) if node.text().is_none() => Match::Unknown,
            _ => Match::No,
        },
        Target::Unknown => Match::Unknown,
    };
    same.and(match (protocol(declared), port.protocol) {
        (Some(one), Some(other)) => (one == other).into(),
        _ => Match::Unknown,
    })
}

impl<'a> Pod<'a> {
    /// Whether a container that lives as long as the pod declares the port that a Service sends to.
    pub fn declares_port(&self, port: &ServicePort<'_>) -> Match {
        let start = if self.is_partial() { Match::Unknown } else { Match::No };
        let long_lived = self.containers().into_iter().filter(Container::is_long_lived);
        long_lived.fold(start, |found, container| found.or(container.declares(port)))
    }

    /// How many ports of a protocol its long-lived containers declare.
    pub fn declared_ports(&self, protocol: &str) -> usize {
        let containers = self.containers();
        let ports = containers.iter().filter(|one| one.is_long_lived()).flat_map(Container::ports);
        ports.filter(|port| self::protocol(*port) == Some(protocol)).count()
    }

    /// Names and numbers of the ports that its long-lived containers declare.
    pub fn port_names(&self) -> Vec<String> {
        let containers = self.containers();
        let ports = containers.iter().filter(|one| one.is_long_lived()).flat_map(Container::ports);
        let words = ports.filter_map(|port| {
            let number = port.field("containerPort").int()?;
            Some(match port.field("name").str() {
                Some(name) => format!("`{name}` ({number})"),
                None => number.to_string(),
            })
        });
        words.collect()
    }
}

/// Annotations that keep a load balancer inside a network: the name, and the value that does, in
/// lower case; `*` is any value.
const INTERNAL: &[(&str, &str)] = &[
    ("cloud.google.com/load-balancer-type", "internal"),
    ("load-balancer.hetzner.cloud/disable-public-network", "true"),
    ("networking.gke.io/load-balancer-type", "internal"),
    ("oci-network-load-balancer.oraclecloud.com/internal", "true"),
    ("service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", "intranet"),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "0.0.0.0/0"),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/cce-load-balancer-internal-vpc", "true"),
    ("service.beta.kubernetes.io/do-loadbalancer-network", "internal"),
    ("service.beta.kubernetes.io/oci-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/openstack-internal-load-balancer", "true"),
    ("service.beta.kubernetes.io/scw-loadbalancer-private", "true"),
    ("service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type", "private"),
    ("service.kubernetes.io/qcloud-loadbalancer-internal-subnetid", "*"),
    ("yandex.cloud/load-balancer-type", "internal"),
];

/// Annotations of load balancers in one's own network, whose addresses are whatever its pools hold.
const OWN_NETWORK: &[&str] = &[
    "io.cilium/",
    "kube-vip.io/",
    "lb.kubesphere.io/",
    "lbipam.cilium.io/",
    "metallb.io/",
    "metallb.universe.tf/",
    "purelb.io/",
    "service.purelb.io/",
];

/// The classes of such load balancers.
const OWN_CLASSES: &[&str] =
    &["io.cilium/", "kube-vip.io/", "metallb", "purelb.io/", "tailscale", "openelb"];

/// Annotations that say who may reach a load balancer.
const SOURCES: &[&str] = &[
    "oci.oraclecloud.com/oci-network-security-groups",
    "service.beta.kubernetes.io/aws-load-balancer-security-group-prefix-lists",
    "service.beta.kubernetes.io/aws-load-balancer-security-groups",
    "service.beta.kubernetes.io/azure-allowed-ip-ranges",
    "service.beta.kubernetes.io/azure-allowed-service-tags",
    "service.beta.kubernetes.io/do-loadbalancer-allow-rules",
    "service.beta.kubernetes.io/linode-loadbalancer-firewall-acl",
    "service.beta.kubernetes.io/linode-loadbalancer-firewall-id",
    "service.beta.kubernetes.io/load-balancer-source-ranges",
];

/// Whether the load balancer of a Service has a private address only. Unknown for one whose address
/// comes from a pool in one's own network.
pub fn is_internal_load_balancer(service: &Resource) -> Match {
    let mut result = Match::No;
    for (name, node) in annotations(service) {
        let value = node.text().unwrap_or_default().trim().to_lowercase();
        if INTERNAL.iter().any(|row| row.0 == name && (row.1 == value || row.1 == "*")) {
            return Match::Yes;
        }
        if OWN_NETWORK.iter().any(|start| name.starts_with(start)) {
            result = result.or(address_is_private(&value));
        }
        if is_unknown(&value) && INTERNAL.iter().any(|row| row.0 == name) {
            result = result.or(Match::Unknown);
        }
    }
    if let Some(address) = service.field("spec.loadBalancerIP").str() {
        return address_is_private(address);
    }
    result.or(by_class(service)).or(by_aws_controller(service))
}

fn by_class(service: &Resource) -> Match {
    match service.field("spec.loadBalancerClass").str() {
        Some("tailscale") => Match::Yes,
        Some(class) if OWN_CLASSES.iter().any(|start| class.starts_with(start)) => Match::Unknown,
        Some(class) if is_unknown(class) => Match::Unknown,
        _ => Match::No,
    }
}

/// The AWS load balancer controller makes internal ones unless it is told otherwise.
fn by_aws_controller(service: &Resource) -> Match {
    let annotation = |name: &str| service.annotation(name).and_then(Node::text);
    let scheme = annotation("service.beta.kubernetes.io/aws-load-balancer-scheme");
    let kind = annotation("service.beta.kubernetes.io/aws-load-balancer-type");
    let class = service.field("spec.loadBalancerClass").str();
    let takes = matches!(kind, Some("external" | "nlb-ip"))
        || matches!(class, Some("service.k8s.aws/nlb" | "eks.amazonaws.com/nlb"));
    (takes && scheme.is_none()).into()
}

fn annotations(resource: &Resource) -> impl Iterator<Item = (&str, Node<'_>)> {
    resource.annotations().into_iter().flat_map(Node::entries)
}

/// Whether the addresses in a text, joined by commas, are all private. Unknown without any.
fn address_is_private(text: &str) -> Match {
    let mut found: Option<bool> = None;
    for word in text.split(',').map(str::trim) {
        let Ok(address) = word.parse::<IpAddr>() else { return Match::Unknown };
        found = Some(found.unwrap_or(true) && is_private(address));
    }
    found.map_or(Match::Unknown, Match::from)
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            // Shared space of carriers (100.64.0.0/10) is not routed either.
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || a == 100 && (64..128).contains(&b)
        }
        IpAddr::V6(address) => {
            let start = address.segments()[0];
            address.is_loopback() || start & 0xfe00 == 0xfc00 || start & 0xffc0 == 0xfe80
        }
    }
}

/// Who may reach a load balancer.
#[derive(Debug, Clone, Copy)]
pub enum Sources<'a> {
    /// Nothing says it: everyone.
    Unstated(Field<'a>),
    /// This value lets everyone in.
    Everyone(Node<'a>),
    /// Some addresses only, or something that is filled in later.
    Limited,
}

/// Who may reach the load balancer of a Service, as far as it says.
pub fn load_balancer_sources(service: &Resource) -> Sources<'_> {
    let field = service.field("spec.loadBalancerSourceRanges");
    let mut ranges = field.items().peekable();
    if ranges.peek().is_some() {
        let everyone = ranges.find(|range| range.str().is_some_and(is_everyone));
        return everyone.map_or(Sources::Limited, Sources::Everyone);
    }
    if field.node().is_some_and(|node| !node.is_list()) {
        return Sources::Limited;
    }
    let stated = annotations(service).find(|(name, _)| SOURCES.contains(name));
    match stated {
        Some((_, node)) if node.text().unwrap_or_default().split(',').any(is_everyone) => {
            Sources::Everyone(node)
        }
        Some(_) => Sources::Limited,
        None => Sources::Unstated(field),
    }
}

fn is_everyone(range: &str) -> bool {
    matches!(range.trim(), "0.0.0.0/0" | "::/0")
}

/// Ports of databases, of administration and of debuggers: the number and what listens there.
pub const SENSITIVE_PORTS: &[(i64, &str)] = &[
    (22, "SSH"),
    (23, "Telnet"),
    (445, "SMB"),
    (1433, "SQL Server"),
    (1521, "Oracle Database"),
    (2049, "NFS"),
    (2181, "ZooKeeper"),
    (2375, "the Docker API"),
    (2379, "etcd"),
    (2380, "etcd's peers"),
    (3306, "MySQL"),
    (3389, "RDP"),
    (5005, "the Java debugger"),
    (5432, "PostgreSQL"),
    (5900, "VNC"),
    (5984, "CouchDB"),
    (6379, "Redis"),
    (7001, "Cassandra's peers"),
    (9042, "Cassandra"),
    (9200, "Elasticsearch"),
    (9229, "the Node.js debugger"),
    (9300, "Elasticsearch's peers"),
    (10250, "the kubelet"),
    (10255, "the kubelet's read-only port"),
    (11211, "memcached"),
    (27017, "MongoDB"),
];

/// What listens at a sensitive port.
pub fn sensitive_port(number: i64) -> Option<&'static str> {
    let at = SENSITIVE_PORTS.binary_search_by_key(&number, |row| row.0).ok()?;
    SENSITIVE_PORTS.get(at).map(|row| row.1)
}

/// A Service that an Ingress or a route sends to.
#[derive(Debug, Clone, Copy)]
pub struct Backend<'a> {
    /// Where its name stands.
    pub name: Node<'a>,
    /// The namespace it is in, when the route names another one than its own.
    pub namespace: Option<&'a str>,
    /// The Service's port: a number or a name.
    pub port: Option<Node<'a>>,
}

/// The kinds of Gateway API that send to Services.
pub const ROUTE_KINDS: &[&str] = &["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

/// The Services that a route sends to: an Ingress of any version, a route of Gateway API, an
/// OpenShift Route. Empty for any other kind.
pub fn backends(route: &Resource) -> Vec<Backend<'_>> {
    if route.is("networking.k8s.io/Ingress") {
        return ingress_backends(route);
    }
    if route.is("route.openshift.io/Route") {
        let one = route.field("spec.to").node().into_iter();
        let targets = one.chain(route.field("spec.alternateBackends").items());
        let port = route.field("spec.port.targetPort").node();
        let named = targets.filter_map(|to| to.field("name").node());
        return named.map(|name| Backend { name, namespace: None, port }).collect();
    }
    if &*route.kind.group == "gateway.networking.k8s.io" && ROUTE_KINDS.contains(&&*route.kind.kind)
    {
        let rules = route.field("spec.rules").items();
        return rules
            .flat_map(|rule| rule.field("backendRefs").items())
            .filter_map(of_ref)
            .collect();
    }
    Vec::new()
}

/// The Services of a build that ask for a port of the nodes, by number and protocol: the first of
/// each.
pub(crate) fn node_ports<'a>(graph: &Graph<'a>) -> HashMap<(i64, &'a str), &'a Resource> {
    let mut found = HashMap::new();
    for service in graph.of("Service").filter(|service| published(service) != Published::Not) {
        for port in service_ports(service) {
            let number = port.node.field("nodePort").int().filter(|number| *number != 0);
            if let (Some(number), Some(protocol)) = (number, port.protocol) {
                found.entry((number, protocol)).or_insert(service);
            }
        }
    }
    found
}

/// The Services of a build that select each of its pods, by the pods' positions.
pub(crate) fn services_by_pod<'a>(graph: &Graph<'a>) -> Vec<Vec<&'a Resource>> {
    let mut found = vec![Vec::new(); graph.pods().len()];
    for service in graph.of("Service") {
        if service.field("spec.type").str() == Some("ExternalName") {
            continue;
        }
        let Some(node) = service.field("spec.selector").node() else { continue };
        let selector = Selector::from_map(node);
        if selector.is_empty() {
            continue;
        }
        for pod in graph.select(service.namespace.as_deref(), &selector).sure {
            if let Some(held) = found.get_mut(pod.at as usize).filter(|held| held.len() < MANY) {
                held.push(service);
            }
        }
    }
    found
}

/// More Services than these before one pod say nothing new.
const MANY: usize = 16;

fn of_ref(node: Node<'_>) -> Option<Backend<'_>> {
    let group = node.field("group").str().unwrap_or_default();
    if !group.is_empty() || !matches!(node.field("kind").str(), None | Some("Service")) {
        return None;
    }
    let name = node.field("name").node()?;
    Some(Backend {
        name,
        namespace: node.field("namespace").str(),
        port: node.field("port").node(),
    })
}

fn ingress_backends(ingress: &Resource) -> Vec<Backend<'_>> {
    let spec = ["spec.defaultBackend", "spec.backend"];
    let own = spec.into_iter().filter_map(|path| ingress.field(path).node());
    let rules = ingress.field("spec.rules").items();
    let paths = rules.flat_map(|rule| rule.field("http.paths").items());
    let all = own.chain(paths.filter_map(|path| path.field("backend").node()));
    all.filter_map(|backend| {
        if let Some(service) = backend.get("service") {
            let port = service.field("port.number").node().or(service.field("port.name").node());
            return Some(Backend { name: service.get("name")?, namespace: None, port });
        }
        let port = backend.field("servicePort").node();
        Some(Backend { name: backend.get("serviceName")?, namespace: None, port })
    })
    .collect()
}

impl<'a> Graph<'a> {
    /// The Service that a route sends to, when the build holds it.
    pub fn service_of(&self, route: &Resource, backend: &Backend<'_>) -> Option<&'a Resource> {
        let namespace = backend.namespace.or(route.namespace.as_deref());
        self.find("Service", namespace, backend.name.str()?)
    }

    /// The first Service of the build that asks for a port of the nodes.
    pub fn node_port_holder(&self, number: i64, protocol: &str) -> Option<&'a Resource> {
        self.node_ports().get(&(number, protocol)).copied()
    }

    /// True when a namespace may run pods that the build does not show: something in it (a Helm
    /// release, a custom resource) makes them.
    pub fn may_run_other_pods(&self, namespace: Option<&str>) -> bool {
        self.namespace(namespace).is_some_and(|namespace| namespace.makes_pods)
    }

    /// The pods that a Service selects, for messages: the first one's workload, and how many more.
    /// Several definitions of one name (variants, test data) are told once.
    pub fn workloads_in_words(pods: &[&GraphPod<'a>]) -> String {
        let mut names: Vec<(&str, &str)> = Vec::new();
        for resource in pods.iter().map(|pod| pod.pod.resource) {
            let name = resource.name.as_deref().unwrap_or("(no name)");
            names.push((&resource.kind.kind, name));
        }
        let mut told = HashSet::new();
        names.retain(|name| told.insert(*name));
        let words = |(kind, name): &(&str, &str)| format!("{kind} `{name}`");
        match &*names {
            [] => "no pod".to_owned(),
            [one] => words(one),
            [one, other] => format!("{} and {}", words(one), words(other)),
            [one, rest @ ..] => format!("{} and {} more", words(one), rest.len()),
        }
    }
}

/// API groups of custom kinds that make no pods.
const WITHOUT_PODS: &[&str] = &[
    "acme.cert-manager.io",
    "bitnami.com",
    "cert-manager.io",
    "cilium.io",
    "crd.projectcalico.org",
    "extensions.istio.io",
    "external-secrets.io",
    "external.metrics.k8s.io",
    "externaldns.k8s.io",
    "gateway.envoyproxy.io",
    "gateway.networking.k8s.io",
    "generators.external-secrets.io",
    "image.openshift.io",
    "kustomize.config.k8s.io",
    "kyverno.io",
    "linkerd.io",
    "metallb.io",
    "multicluster.linkerd.io",
    "networking.istio.io",
    "policies.kyverno.io",
    "policy.linkerd.io",
    "policy.networking.k8s.io",
    "projectcalico.org",
    "projectcontour.io",
    "route.openshift.io",
    "secrets-store.csi.x-k8s.io",
    "security.istio.io",
    "security.openshift.io",
    "snapshot.storage.k8s.io",
    "telemetry.istio.io",
    "traefik.containo.us",
    "traefik.io",
    "volsync.backube",
];

/// Kinds that make no pods, of groups that also hold some that do.
const KINDS_WITHOUT_PODS: &[&str] = &[
    "AnalysisTemplate",
    "AppProject",
    "ClusterTriggerAuthentication",
    "GrafanaDashboard",
    "GrafanaDatasource",
    "GrafanaFolder",
    "PodMonitor",
    "PrometheusRule",
    "Receiver",
    "ScaledObject",
    "ServiceMonitor",
    "TriggerAuthentication",
    "VerticalPodAutoscaler",
];

/// True for a custom resource whose controller may make pods, and other objects with them.
pub(crate) fn makes_pods(resource: &Resource) -> bool {
    resource.pod.as_ref().is_none_or(|shape| shape.partial)
        && kind_makes_pods(&resource.kind.group, &resource.kind.kind)
}

/// The same of a group and a bare kind, for resources that are not seen to have pods of their own.
pub(crate) fn kind_makes_pods(group: &str, kind: &str) -> bool {
    let built_in = !group.contains('.') || kubesift_schemas::is_builtin_group(group);
    !built_in
        && WITHOUT_PODS.binary_search(&group).is_err()
        && KINDS_WITHOUT_PODS.binary_search(&kind).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(SENSITIVE_PORTS.is_sorted_by_key(|row| row.0));
        assert!(WITHOUT_PODS.is_sorted());
        assert!(KINDS_WITHOUT_PODS.is_sorted());
        assert!(INTERNAL.is_sorted_by_key(|row| row.0));
        assert!(SOURCES.is_sorted());
    }

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("10.0.0.7", Match::Yes),
            ("192.168.1.4, fd00::7", Match::Yes),
            ("100.100.2.3", Match::Yes),
            ("8.8.8.8", Match::No),
            ("10.0.0.7,8.8.8.8", Match::No),
            ("2001:db8::1", Match::No),
            ("${ADDRESS}", Match::Unknown),
            ("my-pool", Match::Unknown),
            ("", Match::Unknown),
        ] {
            assert_eq!(address_is_private(text), expected, "{text}");
        }
    }
}

//! Gateway API: listeners, the routes that attach to them, and the grants that let a reference cross
//! namespaces. Whether an attachment is wanted is left to checks.
//!
//! Rules of gateway-api.sigs.k8s.io/reference/spec: `Listener`, `ParentReference`, `AllowedRoutes`,
//! `ReferenceGrant`.

use foldhash::{HashMap, HashSet};
use kubesift_yaml::Node;

use crate::graph::Graph;
use crate::hostname::hostnames_meet;
use crate::resource::{Kind, Resource, ResourceId};
use crate::selector::{Labels, Match, Selector};
use crate::service::ROUTE_KINDS;
use crate::unknown::is_unknown;

/// The API group of Gateway API.
pub const GATEWAY_GROUP: &str = "gateway.networking.k8s.io";

/// The group of its experimental kinds.
const EXPERIMENTAL_GROUP: &str = "gateway.networking.x-k8s.io";

/// Kinds that have listeners, named as in [`Kind::is`].
pub const LISTENER_KINDS: &[&str] = &[
    "gateway.networking.k8s.io/Gateway",
    "gateway.networking.k8s.io/ListenerSet",
    "gateway.networking.x-k8s.io/XListenerSet",
];

/// The routes of Gateway API, named as in [`Kind::is`].
pub const GATEWAY_ROUTES: &[&str] = &[
    "gateway.networking.k8s.io/HTTPRoute",
    "gateway.networking.k8s.io/GRPCRoute",
    "gateway.networking.k8s.io/TLSRoute",
    "gateway.networking.k8s.io/TCPRoute",
    "gateway.networking.k8s.io/UDPRoute",
];

/// True for a route of Gateway API.
pub fn is_gateway_route(resource: &Resource) -> bool {
    *resource.kind.group == *GATEWAY_GROUP && ROUTE_KINDS.contains(&&*resource.kind.kind)
}

/// True for a kind that has listeners: a Gateway, or a set of listeners that extends one.
pub fn has_listeners(resource: &Resource) -> bool {
    LISTENER_KINDS.iter().any(|kind| resource.is(kind))
}

/// A reference of Gateway API to another object: a parent, a backend, a certificate.
#[derive(Debug, Clone, Copy)]
pub struct ObjectRef<'a> {
    /// The reference.
    pub node: Node<'a>,
    /// Its group; the core group is empty.
    pub group: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// The namespace it names; none when it means the one it stands in.
    pub namespace: Option<&'a str>,
    /// The name.
    pub name: &'a str,
}

impl<'a> ObjectRef<'a> {
    /// Reads a reference, whose group and kind may be left out. None without a name, and where
    /// something in it is filled in later.
    pub fn read(node: Node<'a>, group: &'a str, kind: &'a str) -> Option<Self> {
        let group = node.field("group").str().unwrap_or(group);
        let kind = node.field("kind").str().unwrap_or(kind);
        let namespace = node.field("namespace").node();
        let name = node.field("name").node().and_then(Node::text)?;
        let text = namespace.and_then(Node::text);
        let unreadable = namespace.is_some() && text.is_none();
        let hidden = [Some(group), Some(kind), text, Some(name)].into_iter().flatten();
        if unreadable || name.is_empty() || hidden.into_iter().any(is_unknown) {
            return None;
        }
        Some(Self { node, group, kind, namespace: text.filter(|text| !text.is_empty()), name })
    }

    /// True for a kind, named as in [`Kind::is`].
    pub fn is(&self, name: &str) -> bool {
        let (group, kind) = name.rsplit_once('/').unwrap_or(("", name));
        self.group == group && self.kind == kind
    }

    /// Its kind as [`Kind::is`] takes it: `Secret`, `gateway.networking.k8s.io/Gateway`.
    pub fn kind_name(&self) -> String {
        if self.group.is_empty() {
            return self.kind.to_owned();
        }
        format!("{}/{}", self.group, self.kind)
    }

    /// True when it names another namespace than that of the resource it stands in.
    pub fn crosses(&self, from: &Resource) -> bool {
        self.namespace.is_some_and(|namespace| from.namespace.as_deref() != Some(namespace))
    }
}

/// What a route wants to attach to.
#[derive(Debug, Clone, Copy)]
pub struct ParentRef<'a> {
    /// The parent.
    pub object: ObjectRef<'a>,
    /// The one listener that is meant; none for all of them.
    pub section: Option<&'a str>,
    /// The port of the listeners that are meant; none for all of them.
    pub port: Option<i64>,
}

/// The parents that a route names, those that something is filled into later left out.
pub fn parent_refs(route: &Resource) -> impl Iterator<Item = ParentRef<'_>> {
    route.field("spec.parentRefs").items().filter_map(|node| {
        let object = ObjectRef::read(node, GATEWAY_GROUP, "Gateway")?;
        let section = node.field("sectionName").node();
        let text = section.and_then(Node::text);
        if section.is_some() && text.is_none_or(is_unknown) {
            return None;
        }
        let port = node.field("port");
        if port.exists() && port.int().is_none() {
            return None;
        }
        Some(ParentRef { object, section: text, port: port.int() })
    })
}

/// Everything that a route sends to, with mirrors: those that something is filled into later left
/// out. The kind is Service when it is not stated.
pub fn route_targets(route: &Resource) -> Vec<ObjectRef<'_>> {
    let mut found = Vec::new();
    for rule in route.field("spec.rules").items() {
        let filters = rule.field("filters").items();
        found.extend(filters.filter_map(|filter| filter.field("requestMirror.backendRef").node()));
        for backend in rule.field("backendRefs").items() {
            found.push(backend);
            let filters = backend.field("filters").items();
            found.extend(
                filters.filter_map(|filter| filter.field("requestMirror.backendRef").node()),
            );
        }
    }
    found.into_iter().filter_map(|node| ObjectRef::read(node, "", "Service")).collect()
}

/// The hostnames that a route is for: nodes with their text. None for a route of every hostname.
pub fn route_hostnames(route: &Resource) -> impl Iterator<Item = Node<'_>> {
    route.field("spec.hostnames").items()
}

/// A listener of a Gateway, or of a set of listeners.
#[derive(Debug, Clone, Copy)]
pub struct GatewayListener<'a> {
    /// What it belongs to.
    pub owner: &'a Resource,
    /// The item of `listeners`.
    pub node: Node<'a>,
}

/// The listeners of a Gateway or a set of listeners; none of any other kind.
pub fn gateway_listeners(owner: &Resource) -> impl Iterator<Item = GatewayListener<'_>> {
    let found = has_listeners(owner).then(|| owner.field("spec.listeners"));
    let items = found.into_iter().flat_map(|field| field.items());
    items.filter(|node| node.is_map()).map(move |node| GatewayListener { owner, node })
}

impl<'a> GatewayListener<'a> {
    /// Its name, when it is known.
    pub fn name(&self) -> Option<&'a str> {
        self.text("name")
    }

    /// The hostname it is for; empty for all, none when it is not known.
    pub fn hostname(&self) -> Option<&'a str> {
        match self.node.field("hostname").node() {
            None => Some(""),
            Some(node) => node.text().filter(|text| !is_unknown(text)),
        }
    }

    /// Its port.
    pub fn port(&self) -> Option<i64> {
        self.node.field("port").int()
    }

    /// Its protocol, when it is known: HTTP, HTTPS, TLS, TCP, UDP, or one of the implementation.
    pub fn protocol(&self) -> Option<&'a str> {
        self.text("protocol")
    }

    /// True when it passes TLS on without ending it.
    pub fn is_passthrough(&self) -> bool {
        self.node.field("tls.mode").str() == Some("Passthrough")
    }

    /// The certificates it serves. The kind is Secret when it is not stated.
    pub fn certificates(&self) -> impl Iterator<Item = ObjectRef<'a>> + use<'a> {
        let refs = self.node.field("tls.certificateRefs").items();
        refs.filter_map(|node| ObjectRef::read(node, "", "Secret"))
    }

    /// The words for it in messages.
    pub fn words(&self) -> String {
        match (self.name(), self.port()) {
            (Some(name), _) => format!("listener `{name}`"),
            (None, Some(port)) => format!("the listener at port {port}"),
            (None, None) => "a listener".to_owned(),
        }
    }

    /// Whether a reference means it, by its name and port.
    pub fn is_meant_by(&self, parent: &ParentRef<'_>) -> Match {
        let section = match (parent.section, self.name()) {
            (None, _) => Match::Yes,
            (Some(wanted), Some(name)) => (wanted == name).into(),
            (Some(_), None) => Match::Unknown,
        };
        section.and(match (parent.port, self.port()) {
            (None, _) => Match::Yes,
            (Some(wanted), Some(port)) => (wanted == port).into(),
            (Some(_), None) => Match::Unknown,
        })
    }

    /// Whether it takes routes of a kind: those it lists, or those that its protocol carries.
    pub fn takes(&self, kind: &Kind) -> Match {
        let by_protocol = match (self.protocol(), &*kind.kind) {
            (Some("HTTP" | "HTTPS"), route) => matches!(route, "HTTPRoute" | "GRPCRoute").into(),
            (Some("TLS"), route) => matches!(route, "TLSRoute" | "TCPRoute").into(),
            (Some("TCP"), route) => (route == "TCPRoute").into(),
            (Some("UDP"), route) => (route == "UDPRoute").into(),
            _ => Match::Unknown,
        };
        let listed = self.node.field("allowedRoutes.kinds");
        let mut found = if listed.items().next().is_some() { Match::No } else { Match::Yes };
        for item in listed.items() {
            let group = item.field("group").str().unwrap_or(GATEWAY_GROUP);
            let name = item.field("kind").node().and_then(Node::text);
            found = found.or(match name {
                Some(name) if is_unknown(name) || is_unknown(group) => Match::Unknown,
                Some(name) => (*kind.kind == *name && *kind.group == *group).into(),
                None => Match::Unknown,
            });
        }
        by_protocol.and(found)
    }

    /// Whether it is for one of the hostnames of a route.
    pub fn meets_hostnames(&self, route: &Resource) -> Match {
        // TCP and UDP have no hostnames.
        if matches!(self.protocol(), Some("TCP" | "UDP")) {
            return Match::Yes;
        }
        let own = self.hostname();
        let mut names = route_hostnames(route).peekable();
        if names.peek().is_none() {
            let unreadable =
                route.field("spec.hostnames").node().is_some_and(|node| !node.is_list());
            return if unreadable { Match::Unknown } else { Match::Yes };
        }
        names.fold(Match::No, |found, name| {
            found.or(match (own, name.text()) {
                (Some(own), Some(name)) => hostnames_meet(own, name),
                _ => Match::Unknown,
            })
        })
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.node.get(key).and_then(Node::text).filter(|text| !is_unknown(text))
    }
}

/// A route and one of the parents it names, which the build holds.
#[derive(Debug, Clone, Copy)]
pub struct Attachment<'a> {
    /// The route.
    pub route: &'a Resource,
    /// How it names its parent.
    pub parent: ParentRef<'a>,
    /// The Gateway, or the set of listeners.
    pub to: &'a Resource,
}

/// Whether a listener takes a route, condition by condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// The reference means the listener.
    pub meant: Match,
    /// The listener takes routes of this kind.
    pub kind: Match,
    /// The listener takes routes from this namespace.
    pub namespace: Match,
    /// The listener is for one of the route's hostnames.
    pub hostname: Match,
}

impl Fit {
    /// Whether the route attaches.
    pub fn all(self) -> Match {
        self.meant.and(self.kind).and(self.namespace).and(self.hostname)
    }
}

/// What a build knows of Gateway API.
#[derive(Debug, Default)]
pub(crate) struct GatewayIndex<'a> {
    attachments: HashMap<ResourceId, Vec<Attachment<'a>>>,
    /// What ReferenceGrants let through, word by word.
    granted: HashSet<Passage<'a>>,
    /// Namespaces that hold a ReferenceGrant.
    granting: HashSet<&'a str>,
    /// Grants in which something is filled in later, or whose namespace nothing states.
    loose_grants: Vec<&'a Resource>,
}

/// What a ReferenceGrant lets through: from a group, kind and namespace to a namespace, group, kind
/// and name; an empty name is every one.
type Passage<'a> = [&'a str; 7];

/// `from` and `to` of a ReferenceGrant have at most so many items.
const MOST_ITEMS: usize = 16;

/// Grants that are looked at one by one; where there are more, what they grant is unknown.
const LOOKED_AT: usize = 64;

impl<'a> GatewayIndex<'a> {
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut index = Self::default();
        for grant in graph.of("gateway.networking.k8s.io/ReferenceGrant") {
            index.granting.extend(grant.namespace.as_deref());
            match passages(grant) {
                Some(passages) => index.granted.extend(passages),
                None => index.loose_grants.push(grant),
            }
        }
        for route in GATEWAY_ROUTES.iter().flat_map(|kind| graph.of(kind)) {
            for parent in parent_refs(route) {
                if let Some(to) = graph.gateway_parent(route, &parent) {
                    let attachment = Attachment { route, parent, to };
                    index.attachments.entry(to.id).or_default().push(attachment);
                }
            }
        }
        index
    }
}

/// What a grant lets through; none when something in it is not known.
fn passages(grant: &Resource) -> Option<Vec<Passage<'_>>> {
    let namespace = grant.namespace.as_deref().filter(|name| !is_unknown(name))?;
    let items = |path: &'static str| -> Vec<Node<'_>> {
        grant.field(path).items().take(MOST_ITEMS).collect()
    };
    let mut passages = Vec::new();
    for from in items("spec.from") {
        let (group, kind, own) =
            (word(from, "group")?, word(from, "kind")?, word(from, "namespace")?);
        for to in items("spec.to") {
            let (to_group, to_kind, name) =
                (word(to, "group")?, word(to, "kind")?, word(to, "name")?);
            passages.push([group, kind, own, namespace, to_group, to_kind, name]);
        }
    }
    Some(passages)
}

/// The text of an entry, empty when it is absent; none when it is filled in later.
fn word<'a>(item: Node<'a>, key: &str) -> Option<&'a str> {
    let text = item.get(key).and_then(Node::text).unwrap_or_default();
    (!is_unknown(text)).then_some(text)
}

/// Whether a grant may let a kind of a namespace refer to an object, where something in it is not
/// known.
fn may_permit(grant: &Resource, from: &Kind, namespace: &str, to: &ObjectRef<'_>) -> Match {
    let there = match grant.namespace.as_deref().filter(|name| !is_unknown(name)) {
        Some(own) => (Some(own) == to.namespace).into(),
        None => Match::Unknown,
    };
    let froms = grant.field("spec.from").items().fold(Match::No, |found, item| {
        found.or(is_text(item, "group", &from.group)
            .and(is_text(item, "kind", &from.kind))
            .and(is_text(item, "namespace", namespace)))
    });
    let tos = grant.field("spec.to").items().fold(Match::No, |found, item| {
        let name = match item.field("name").node() {
            None => Match::Yes,
            Some(_) => is_text(item, "name", to.name),
        };
        found.or(is_text(item, "group", to.group).and(is_text(item, "kind", to.kind)).and(name))
    });
    there.and(froms).and(tos)
}

/// Whether an entry, which counts as empty when it is absent, holds a text.
fn is_text(item: Node<'_>, key: &str, wanted: &str) -> Match {
    let text = item.get(key).and_then(Node::text).unwrap_or_default();
    if text != wanted && is_unknown(text) { Match::Unknown } else { (text == wanted).into() }
}

impl<'a> Graph<'a> {
    /// The Gateway or set of listeners that a route names, when the build holds it: the one of its
    /// namespace, or one whose namespace is not stated.
    pub fn gateway_parent(&self, route: &Resource, parent: &ParentRef<'_>) -> Option<&'a Resource> {
        let object = &parent.object;
        if object.group != GATEWAY_GROUP && object.group != EXPERIMENTAL_GROUP {
            return None;
        }
        let namespace = object.namespace.or(route.namespace.as_deref());
        let kind = object.kind_name();
        let found = self.find(&kind, namespace, object.name).or_else(|| {
            self.anywhere(&kind, object.name).into_iter().find(|other| {
                self.same_namespace(namespace, other.namespace.as_deref()) != Match::No
            })
        });
        found.filter(|found| has_listeners(found))
    }

    /// The routes that name a Gateway or a set of listeners as their parent, in the order of kinds
    /// and files; whether it takes them is [`Graph::fit`].
    pub fn attachments(&self, gateway: &Resource) -> &[Attachment<'a>] {
        self.gateways().attachments.get(&gateway.id).map_or(&[], Vec::as_slice)
    }

    /// Whether a listener takes a route that names its owner.
    pub fn fit(&self, attachment: &Attachment<'_>, listener: &GatewayListener<'_>) -> Fit {
        let route = attachment.route;
        Fit {
            meant: listener.is_meant_by(&attachment.parent),
            kind: listener.takes(&route.kind),
            namespace: self.takes_namespace(listener, route),
            hostname: listener.meets_hostnames(route),
        }
    }

    /// Whether a listener takes routes from the namespace of a route.
    pub fn takes_namespace(&self, listener: &GatewayListener<'_>, route: &Resource) -> Match {
        let namespaces = listener.node.field("allowedRoutes.namespaces");
        let from = namespaces.node().map(|node| node.field("from"));
        let from = from.and_then(|field| field.node());
        let (own, other) = (listener.owner.namespace.as_deref(), route.namespace.as_deref());
        match from.map_or(Some("Same"), Node::str) {
            Some("All") => Match::Yes,
            Some("None") => Match::No,
            Some("Same") => self.same_namespace(own, other),
            Some("Selector") => {
                let selector = namespaces.node().and_then(|node| node.get("selector"));
                let Some(selector) = selector.map(Selector::from_label_selector) else {
                    return Match::No;
                };
                let labels = self.namespace(other).map(super::graph::Namespace::labels);
                let unseen = || match other {
                    Some(name) => Labels::of_namespace(None, name).and_more(),
                    None => Labels::default().and_more(),
                };
                selector.matches(&labels.unwrap_or_else(unseen))
            }
            _ => Match::Unknown,
        }
    }

    /// Whether a reference from a kind of a namespace may go to an object of another one: a
    /// ReferenceGrant there says so. Unknown when either namespace is not known.
    pub fn is_granted(&self, from: &Resource, to: &ObjectRef<'_>) -> Match {
        let (Some(own), Some(target)) = (from.namespace.as_deref(), to.namespace) else {
            return Match::Unknown;
        };
        if is_unknown(own) || is_unknown(target) {
            return if own == target { Match::Yes } else { Match::Unknown };
        }
        if own == target {
            return Match::Yes;
        }
        let index = self.gateways();
        let kind = &from.kind;
        let passage = |name| [&*kind.group, &*kind.kind, own, target, to.group, to.kind, name];
        if index.granted.contains(&passage(to.name)) || index.granted.contains(&passage("")) {
            return Match::Yes;
        }
        if index.loose_grants.len() > LOOKED_AT {
            return Match::Unknown;
        }
        let loose = index.loose_grants.iter();
        loose.fold(Match::No, |found, grant| found.or(may_permit(grant, kind, own, to)))
    }

    /// True when the build holds a ReferenceGrant in a namespace.
    pub fn has_reference_grants(&self, namespace: &str) -> bool {
        self.gateways().granting.contains(namespace)
    }
}

#[cfg(test)]
mod tests;

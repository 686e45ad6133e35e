//! From a resource to the references it makes, as its fields say them; where they lead is left to
//! [`super::resolve`].

use std::cell::OnceCell;

use kubesift_yaml::Node;

use super::fields::{Form, Row, fields_of};
use super::{Link, Part, Relation, Scoped, Target, Wanted, backends, pods};
use crate::pod::Pod;
use crate::resource::Resource;
use crate::unknown::is_unknown;
use kubesift_schemas::{Scope, scope};

/// All references of a resource but those of selectors, in the order of its fields; none is
/// resolved yet. `pod` is its pod, when it is a workload; `links` is empty, and its memory is used.
pub(super) fn links_of<'a>(
    resource: &'a Resource,
    pod: Option<Pod<'a>>,
    links: Vec<Link<'a>>,
) -> Vec<Link<'a>> {
    let mut reader = Reader { from: resource, links, cluster: OnceCell::new() };
    for fields in fields_of(&resource.kind.kind) {
        if resource.is(fields.0) {
            fields.1.iter().for_each(|row| reader.row(row));
        }
    }
    if let Some(pod) = pod.filter(Pod::has_spec) {
        pods::read(&mut reader, &pod);
    }
    backends::read(&mut reader);
    reader.owners();
    reader.links.sort_by_key(|link| link.at.position());
    reader.links
}

/// Collects the references of one resource.
pub(super) struct Reader<'a> {
    /// The resource.
    pub from: &'a Resource,
    links: Vec<Link<'a>>,
    /// The resource itself lives in no namespace.
    cluster: OnceCell<bool>,
}

/// True for kinds that live in no namespace. The kinds that nearly all references are to are known
/// without a look into the table.
fn is_of_cluster(group: &str, kind: &str) -> bool {
    let common = ["ConfigMap", "PersistentVolumeClaim", "Secret", "Service", "ServiceAccount"];
    let known = group.is_empty() && common.contains(&kind);
    !known && scope(group, kind) == Some(Scope::Cluster)
}

/// `group/Kind` as the API group and the kind.
fn parts_of(kind: &'static str) -> (&'static str, &'static str) {
    kind.rsplit_once('/').unwrap_or(("", kind))
}

impl<'a> Reader<'a> {
    fn row(&mut self, row: &Row) {
        let Row(path, relation, form, kind) = *row;
        let mut found = Vec::new();
        let (start, rest) = self.from.start_of(path);
        walk(start, rest, &mut |node| found.push(node));
        for node in found {
            match form {
                Form::Name => self.name(relation, node, kind),
                Form::Object => self.object(relation, node, kind, None),
                Form::Key => {
                    let key = node.get("key");
                    let part = key.and_then(|at| Some((Part::Key(at.text()?), at)));
                    self.object(relation, node, kind, part);
                }
                Form::Webhook => self.object(relation, node, kind, webhook_port(node)),
                Form::Typed => self.typed(relation, node, kind),
                Form::Account => {
                    if node.get("kind").and_then(Node::str) == Some("ServiceAccount") {
                        self.object(relation, node, kind, None);
                    }
                }
                Form::Host => self.host(relation, node, kind),
                Form::SecretRefs => self.secret_refs(relation, node, kind),
            }
        }
    }

    /// A name in the resource's own namespace; of a kind without one, in none.
    pub fn name(&mut self, relation: Relation, at: Node<'a>, kind: &'static str) {
        let Some(text) = at.text().filter(|_| !at.is_null()) else { return };
        let (group, kind) = parts_of(kind);
        let (namespace, name) = match text.split_once('/') {
            Some((namespace, name)) if !is_unknown(text) => (Some(namespace), name),
            _ => (None, text),
        };
        let scope = match relation {
            // It lies where the pods of the gateway run, in whatever namespace that is.
            Relation::CertificateSecret => Scoped::Any,
            _ => self.scope(group, kind, namespace),
        };
        let wanted = Wanted { group: Some(group), kind, scope, name, part: None };
        self.add(relation, at, wanted, false);
    }

    /// A name in the resource's own namespace, with all that is said beside it.
    pub fn plain(
        &mut self,
        relation: Relation,
        at: Node<'a>,
        kind: &'static str,
        part: Option<(Part<'a>, Node<'a>)>,
        optional: bool,
    ) {
        let Some(name) = at.text().filter(|_| !at.is_null()) else { return };
        let (group, kind) = parts_of(kind);
        let scope = self.scope(group, kind, None);
        self.add(relation, at, Wanted { group: Some(group), kind, scope, name, part }, optional);
    }

    /// A mapping with `name`, and perhaps `namespace` and `optional`.
    pub fn object(
        &mut self,
        relation: Relation,
        node: Node<'a>,
        kind: &'static str,
        part: Option<(Part<'a>, Node<'a>)>,
    ) {
        let (group, kind) = parts_of(kind);
        self.of_kind(relation, node, Some(group), kind, part);
    }

    /// A mapping that says its kind, or leaves it to `default`.
    fn typed(&mut self, relation: Relation, node: Node<'a>, default: &'static str) {
        let (default_group, default_kind) = parts_of(default);
        let text = |key: &str| node.get(key).and_then(Node::str).filter(|text| !text.is_empty());
        let kind = text("kind").unwrap_or(default_kind);
        let version = text("apiVersion");
        let stated = node.get("group").or(node.get("apiGroup")).and_then(Node::text);
        let group = match (stated, version) {
            (Some(group), _) => Some(group),
            (None, Some(version)) => Some(version.split_once('/').map_or("", |(group, _)| group)),
            (None, None) if kind == default_kind => Some(default_group),
            // A cluster-wide sister kind is of the same group; any other may be of any.
            (None, None) if kind.strip_prefix("Cluster") == Some(default_kind) => {
                Some(default_group)
            }
            (None, None) => None,
        };
        // Filters of Traefik, subjects of bindings: words of their own for what is no object.
        if !is_unknown(kind) {
            self.of_kind(relation, node, group, kind, typed_port(relation, node));
        }
    }

    fn of_kind(
        &mut self,
        relation: Relation,
        node: Node<'a>,
        group: Option<&'a str>,
        kind: &'a str,
        part: Option<(Part<'a>, Node<'a>)>,
    ) {
        let Some(at) = node.get("name") else { return };
        let Some(name) = at.text().filter(|_| !at.is_null()) else { return };
        let namespace = node.get("namespace").and_then(Node::str).filter(|text| !text.is_empty());
        let optional = node.get("optional").and_then(Node::bool) == Some(true);
        let scope = self.scope(group.unwrap_or_default(), kind, namespace);
        self.add(relation, at, Wanted { group, kind, scope, name, part }, optional);
    }

    /// Where an object of a kind is looked for: in the namespace that the reference says, else in
    /// the resource's own, else nobody says where.
    fn scope(&self, group: &str, kind: &str, namespace: Option<&'a str>) -> Scoped<'a> {
        if is_of_cluster(group, kind) {
            return Scoped::Cluster;
        }
        let own = &self.from.kind;
        match namespace {
            Some(namespace) => Scoped::In(Some(namespace)),
            None if *self.cluster.get_or_init(|| is_of_cluster(&own.group, &own.kind)) => {
                Scoped::Any
            }
            None => Scoped::In(self.from.namespace.as_deref()),
        }
    }

    /// A destination of a mesh: `web` and `web.shop.svc.cluster.local` are Services, other hosts
    /// may be anything.
    fn host(&mut self, relation: Relation, at: Node<'a>, kind: &'static str) {
        let Some(host) = at.str().filter(|host| !host.is_empty()) else { return };
        let mut labels = host.split('.');
        let name = labels.next().unwrap_or_default();
        let namespace = match (labels.next(), labels.next()) {
            (None, _) => None,
            (Some(namespace), Some("svc")) => Some(namespace),
            _ => return,
        };
        if name.contains('*') {
            return;
        }
        let scope = self.scope("", kind, namespace);
        self.add(relation, at, Wanted { group: Some(""), kind, scope, name, part: None }, false);
    }

    fn secret_refs(&mut self, relation: Relation, top: Node<'a>, kind: &'static str) {
        let mut work = vec![top];
        let mut budget = BUDGET;
        while let Some(node) = work.pop() {
            budget -= 1;
            if budget == 0 {
                return;
            }
            for (key, value) in node.entries() {
                if key == "privateKeySecretRef" && value.get("key").is_none() {
                    // The issuer that names it makes the key of its account.
                    self.object(Relation::Makes, value, kind, None);
                } else if key.ends_with("SecretRef") || key == "secretRef" {
                    let key = value.get("key");
                    let part = key.and_then(|at| Some((Part::Key(at.text()?), at)));
                    self.object(relation, value, kind, part);
                } else if value.is_map() {
                    work.push(value);
                } else {
                    work.extend(value.items().filter(|item| item.is_map()));
                }
            }
        }
    }

    /// `metadata.ownerReferences`, which every kind may have.
    fn owners(&mut self) {
        for owner in self.from.owners() {
            if owner.get("kind").is_some() {
                self.typed(Relation::Owner, owner, "");
            }
        }
    }

    /// Adds a reference as it is.
    pub fn add(&mut self, relation: Relation, at: Node<'a>, wanted: Wanted<'a>, optional: bool) {
        let to = Target::Unknown;
        self.links.push(Link { from: self.from, at, relation, wanted, to, optional });
    }
}

/// Mappings of one resource that are looked through for credentials: aliases can make many of few.
const BUDGET: usize = 10_000;

/// The port of a webhook's Service: 443 when none is stated.
fn webhook_port(node: Node<'_>) -> Option<(Part<'_>, Node<'_>)> {
    match node.get("port") {
        Some(port) => port_of(port),
        None => Some((Part::Port(443), node.get("name")?)),
    }
}

/// The port of a reference to a Service.
fn typed_port(relation: Relation, node: Node<'_>) -> Option<(Part<'_>, Node<'_>)> {
    node.get("port").filter(|_| relation == Relation::RouteBackend).and_then(port_of)
}

/// A Service's port by number or name; none for one that is filled in later.
pub(super) fn port_of(port: Node<'_>) -> Option<(Part<'_>, Node<'_>)> {
    if let Some(number) = port.int() {
        return Some((Part::Port(number), port));
    }
    let name = port.str().filter(|name| !name.is_empty() && !is_unknown(name))?;
    Some((name.parse().map_or(Part::PortName(name), Part::Port), port))
}

/// Calls `each` with every node at a path of keys joined by dots, in which `[]` goes through the
/// items of a list. As deep as the path is long.
pub(super) fn walk<'a>(node: Node<'a>, path: &str, each: &mut dyn FnMut(Node<'a>)) {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let (key, list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
    let Some(next) = node.get(key) else { return };
    let mut go_on =
        |node: Node<'a>| if rest.is_empty() { each(node) } else { walk(node, rest, each) };
    if list {
        next.items().for_each(go_on);
    } else {
        go_on(next);
    }
}

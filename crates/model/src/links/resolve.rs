//! Where a reference leads. An object of the build wins over one that something makes, that over
//! what is built in or declared; what is filled in later leads nowhere that can be said.

use super::makers::keys_made;
use super::{Half, Link, Links, Part, Scoped, Target, Wanted, built_in};
use crate::resource::Resource;
use crate::selector::Match;
use crate::service::service_ports;
use crate::unknown::{is_unknown, known_node};

impl<'a> Links<'_, 'a> {
    /// Where a link leads.
    pub(super) fn resolve(&self, link: &Link<'a>) -> Target<'a> {
        let wanted = &link.wanted;
        if is_filled_in(wanted) || is_unknown(wanted.kind) {
            return Target::Unknown;
        }
        if let Some(found) = self.find(link) {
            return found;
        }
        if let Some(made) = self.makers().find(link) {
            return self.part_made(link, made);
        }
        if built_in::is_built_in(wanted) {
            return Target::BuiltIn;
        }
        if self.is_external(wanted) {
            return Target::External;
        }
        if wanted.namespace().is_some_and(is_no_name) || self.is_out_of_view(link) {
            return Target::Unknown;
        }
        Target::Missing(Box::new(self.judge(link)))
    }

    /// The object of the build that is meant, or may be; none when the build holds none.
    fn find(&self, link: &Link<'a>) -> Option<Target<'a>> {
        let wanted = &link.wanted;
        let named = self.graph.all_named(wanted.kind, wanted.name);
        let fits = |resource: &Resource| match of_group(wanted, resource) {
            true => in_scope(wanted.scope, resource),
            false => Match::No,
        };
        // Nearly every name is one object's.
        if let [only] = named {
            return match fits(only) {
                Match::Yes => Some(self.part_of(link, named)),
                Match::Unknown => Some(Target::Perhaps(only)),
                Match::No => None,
            };
        }
        let (mut sure, mut perhaps) = (Vec::new(), Vec::new());
        for resource in named.iter().copied() {
            match fits(resource) {
                Match::Yes => sure.push(resource),
                Match::Unknown => perhaps.push(resource),
                Match::No => {}
            }
        }
        if !sure.is_empty() {
            return Some(self.part_of(link, &sure));
        }
        nearest_by_folder(link.from, &perhaps).map(Target::Perhaps)
    }

    /// The object, when one of several definitions has the part that is wanted.
    fn part_of(&self, link: &Link<'a>, found: &[&'a Resource]) -> Target<'a> {
        let nearest = nearest_by_folder(link.from, found);
        let Some((part, _)) = link.wanted.part else {
            return nearest.map_or(Target::Unknown, Target::Resource);
        };
        let having = found.iter().copied().filter(|one| has_part(one, part) != Match::No);
        let having: Vec<&'a Resource> = having.collect();
        if let Some(nearest) = nearest_by_folder(link.from, &having) {
            return Target::Resource(nearest);
        }
        if self.makers().find(link).is_some() {
            return nearest.map_or(Target::Unknown, Target::Resource);
        }
        match nearest {
            Some(nearest) => Target::Missing(Box::new(self.lacks(link, nearest))),
            None => Target::Unknown,
        }
    }

    /// The object that something makes, unless it lists the keys and has not the one that is wanted.
    fn part_made(&self, link: &Link<'a>, made: Target<'a>) -> Target<'a> {
        let (Target::MadeBy(by), Some((Part::Key(key), _))) = (&made, link.wanted.part) else {
            return made;
        };
        let lacking = keys_made(by).is_some_and(|keys| keys.iter().all(|(held, _)| *held != key));
        if lacking && self.makers().is_only_one(link) && link.from.id != by.id {
            return Target::Missing(Box::new(self.lacks(link, by)));
        }
        made
    }

    fn is_external(&self, wanted: &Wanted<'_>) -> bool {
        let declared = &self.graph.build().around.declared;
        declared
            .external
            .iter()
            .any(|objects| objects.hold(wanted.group, wanted.kind, wanted.namespace(), wanted.name))
    }

    /// An owner or a kind that nobody keeps in files.
    fn is_out_of_view(&self, link: &Link<'a>) -> bool {
        matches!(link.wanted.kind, "Node" | "Pod" | "ReplicaSet")
            && link.relation == super::Relation::Owner
    }
}

/// True for a name that somebody fills in: the syntax of a template, or letters that no object has
/// in its name. Roles may have any letters.
fn is_filled_in(wanted: &Wanted<'_>) -> bool {
    let role = wanted.kind.ends_with("Role");
    wanted.name.is_empty() || if role { is_unknown(wanted.name) } else { is_no_name(wanted.name) }
}

/// True for a text that is not the name of an object: `${NAME}`, `NAMESPACE_PLACEHOLDER`, `a@file`.
fn is_no_name(text: &str) -> bool {
    let allowed = |letter: u8| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, b'-' | b'.')
    };
    is_unknown(text) || !text.bytes().all(allowed)
}

/// True for a resource of the group that is wanted. `extensions` stands for the groups its kinds
/// moved to.
pub(super) fn of_group(wanted: &Wanted<'_>, resource: &Resource) -> bool {
    group_is(wanted, &resource.kind.group)
}

/// The same of an API group.
pub(super) fn group_is(wanted: &Wanted<'_>, own: &str) -> bool {
    wanted.group.is_none_or(|group| {
        group == own
            || group == "extensions" && kubesift_schemas::is_builtin_group(own)
            || own == "extensions" && kubesift_schemas::is_builtin_group(group)
    })
}

/// Whether a resource is where a reference looks. A namespace that is not stated may be any: a
/// kustomization, a release or `kubectl -n` says it.
pub(super) fn in_scope(scope: Scoped<'_>, resource: &Resource) -> Match {
    namespace_in(scope, resource.namespace.as_deref())
}

/// The same of a namespace.
pub(super) fn namespace_in(scope: Scoped<'_>, namespace: Option<&str>) -> Match {
    match (scope, namespace) {
        (Scoped::Cluster | Scoped::Any, _) | (Scoped::In(None), None) => Match::Yes,
        (Scoped::In(Some(one)), Some(other)) if one == other => Match::Yes,
        (Scoped::In(Some(one)), Some(other)) => {
            if is_unknown(one) || is_unknown(other) {
                Match::Unknown
            } else {
                Match::No
            }
        }
        (Scoped::In(_), _) => Match::Unknown,
    }
}

/// Whether an object has a part. Unknown for one that something fills in later.
fn has_part(resource: &Resource, part: Part<'_>) -> Match {
    match part {
        Part::Key(key) => has_key(resource, key),
        Part::Port(_) | Part::PortName(_) => has_port(resource, part),
    }
}

/// The fields that hold the data of a ConfigMap or Secret.
pub(super) const DATA: [&str; 3] = ["data", "stringData", "binaryData"];

/// Annotations and labels of data that something writes into an object after it is applied.
const FILLED: [&str; 9] = [
    "cert-manager.io/inject-",
    "config.openshift.io/inject-",
    "controller.cert-manager.io/fao",
    "kubed.appscode.com/",
    "kubernetes.io/service-account.name",
    "reflector.v1.k8s.emberstack.com/reflects",
    "replicator.v1.mittwald.de/replicate-from",
    "service.beta.openshift.io/inject-cabundle",
    "vault.",
];

fn has_key(resource: &Resource, key: &str) -> Match {
    if !matches!(&*resource.kind.kind, "ConfigMap" | "Secret") {
        return Match::Unknown;
    }
    let (mut any, mut open) = (false, is_filled_later(resource));
    for field in DATA {
        let Some(data) = resource.node().get(field) else { continue };
        if data.get(key).is_some() {
            return Match::Yes;
        }
        open |= !data.is_map() && !data.is_null() || !known_node(data).is_literal();
        for (key, _) in data.entries() {
            any = true;
            open |= is_unknown(key);
        }
    }
    // One without any data is there to be filled.
    if open || !any { Match::Unknown } else { Match::No }
}

fn is_filled_later(resource: &Resource) -> bool {
    let lists = [resource.annotations(), resource.labels()].into_iter().flatten();
    let mut marks = lists.flat_map(|node| node.entries().map(|(key, _)| key));
    marks.any(|mark| FILLED.iter().any(|start| mark.starts_with(start)))
        || resource.node().get("type").and_then(kubesift_yaml::Node::str)
            == Some("kubernetes.io/service-account-token")
}

fn has_port(service: &Resource, part: Part<'_>) -> Match {
    if !service.is("Service") {
        return Match::Unknown;
    }
    // An alias forwards whatever port is asked for.
    if service.field("spec.type").str() == Some("ExternalName") {
        return Match::Unknown;
    }
    let ports = service_ports(service);
    if ports.is_empty() {
        return Match::Unknown;
    }
    let mut result = Match::No;
    for port in ports {
        let name = port.node.get("name");
        result = result.or(match (part, port.number, name.and_then(kubesift_yaml::Node::text)) {
            (Part::Port(wanted), Some(number), _) => (wanted == number).into(),
            (Part::Port(_), None, _) => Match::Unknown,
            (Part::PortName(wanted), _, Some(name)) if wanted == name => Match::Yes,
            (Part::PortName(_), _, Some(name)) if is_unknown(name) => Match::Unknown,
            _ => Match::No,
        });
    }
    result
}

/// Of several objects the one in the resource's own file, else the one whose folder has most in
/// common with the resource's; of equals the first.
fn nearest_by_folder<'a>(from: &Resource, found: &[&'a Resource]) -> Option<&'a Resource> {
    if let [only] = found {
        return Some(only);
    }
    let own = folder_of(from);
    let common = |resource: &Resource| {
        let folders = own.split('/').zip(folder_of(resource).split('/'));
        let same_file = resource.file().id == from.file().id;
        (same_file, folders.take_while(|(one, other)| one == other).count())
    };
    found.iter().copied().rev().max_by_key(|resource| common(resource))
}

/// The folder of a resource's file, as reports show it.
pub(super) fn folder_of(resource: &Resource) -> &str {
    resource.file().path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl Half<'_> {
    /// True when the object is there and lacks what is wanted of it.
    pub fn is_part(&self) -> bool {
        matches!(self, Self::Key(_) | Self::Port(_))
    }
}

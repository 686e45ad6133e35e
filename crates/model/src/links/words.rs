//! References in words, for messages: what a resource does with what it refers to, and what of it is
//! missing.

use super::near::keys_of;
use super::{Half, Link, Missing, Part, Relation, Scoped};
use crate::resource::Resource;
use crate::service::service_ports;

impl Relation {
    /// What a resource does with what it refers to, before its kind and name: "mounts".
    pub fn verb(self) -> &'static str {
        match self {
            Self::Selects => "selects",
            Self::ScaleTarget => "scales",
            Self::Authentication => "authenticates with",
            Self::EnvKey => "takes an environment variable from",
            Self::EnvFrom => "takes its environment from",
            Self::Volume | Self::Projected | Self::Claim => "mounts",
            Self::Csi => "mounts a volume with",
            Self::ClaimSource => "is bound to",
            Self::ServiceAccount => "runs as",
            Self::ImagePullSecret => "pulls images with",
            Self::AccountSecret => "lists",
            Self::PriorityClass => "has",
            Self::RuntimeClass => "runs with",
            Self::StorageClass => "asks for",
            Self::GoverningService => "is governed by",
            Self::IngressClass | Self::GatewayClass => "is of",
            Self::IngressBackend | Self::RouteBackend | Self::MeshDestination => "sends to",
            Self::IngressTls | Self::Certificate | Self::CertificateSecret => "serves TLS with",
            Self::RouteParent => "attaches to",
            Self::RouteFilter => "sends through",
            Self::RoleRef => "grants",
            Self::Subject | Self::PolicyTarget => "is for",
            Self::WebhookService => "calls",
            Self::ApiService => "is served by",
            Self::CrdOf => "is of",
            Self::MeshGateway => "is for",
            Self::Issuer => "is issued by",
            Self::SecretStore | Self::Data => "reads from",
            Self::RolloutService => "steers",
            Self::Makes => "makes",
            Self::Owner => "is owned by",
        }
    }
}

impl Link<'_> {
    /// The object a link wants: "ConfigMap `web`", or "ConfigMap `web` of namespace `shop`" when it
    /// is looked for in another namespace than the resource's own.
    pub fn wanted_in_words(&self) -> String {
        let (kind, name) = (self.wanted.kind, self.wanted.name);
        match self.wanted.scope {
            Scoped::In(Some(namespace)) if self.from.namespace.as_deref() != Some(namespace) => {
                format!("{kind} `{name}` of namespace `{namespace}`")
            }
            _ => format!("{kind} `{name}`"),
        }
    }

    /// What a link that leads nowhere says of its resource: "mounts ConfigMap `web-confg`, which no
    /// file defines; the nearest is `web-config`".
    pub fn broken_in_words(&self, missing: &Missing<'_>) -> String {
        let (verb, object) = (self.relation.verb(), self.wanted_in_words());
        let near = match &missing.near {
            Some(near) => format!("; the nearest is `{}`", near.name),
            None => String::new(),
        };
        let part = self.wanted.part.map(|(part, _)| part);
        match missing.half {
            Half::Object => format!("{verb} {object}, which no file defines{near}"),
            Half::Namespace(other) => {
                let there = namespace_in_words(other);
                format!("{verb} {object}, which is in {there} only{near}")
            }
            Half::Kind(other) => {
                let (kind, name) = (&*other.kind.kind, self.wanted.name);
                let of = match self.wanted.group.filter(|_| kind == self.wanted.kind) {
                    Some("") => " of the core group".to_owned(),
                    Some(group) => format!(" of group `{group}`"),
                    None => String::new(),
                };
                let is = match &*other.kind.group {
                    group if !of.is_empty() && !group.is_empty() => format!(" of `{group}`"),
                    _ => String::new(),
                };
                format!("{verb} {object}{of}, which no file defines; `{name}` is a {kind}{is}")
            }
            Half::Key(found) => {
                let key = match part {
                    Some(Part::Key(key)) => key,
                    _ => "",
                };
                let held = listed(keys_of(found).map(|(key, _)| format!("`{key}`")));
                let near = if near.is_empty() { format!(", only {held}") } else { near };
                format!("{verb} key `{key}` of {object}, which it does not have{near}")
            }
            Half::Port(found) => {
                let port = match part {
                    Some(Part::Port(number)) => number.to_string(),
                    Some(Part::PortName(name)) => format!("`{name}`"),
                    _ => String::new(),
                };
                let held = listed(ports_of(found));
                format!("{verb} port {port} of {object}, which it does not have, only {held}{near}")
            }
        }
    }
}

fn namespace_in_words(resource: &Resource) -> String {
    match &resource.namespace {
        Some(namespace) => format!("namespace `{namespace}`"),
        None => "no namespace that is stated".to_owned(),
    }
}

/// Ports by number, and name where they have one.
fn ports_of(service: &Resource) -> impl Iterator<Item = String> {
    service_ports(service).into_iter().filter_map(|port| {
        let number = port.number?;
        Some(match port.node.get("name").and_then(kubesift_yaml::Node::text) {
            Some(name) => format!("{number} (`{name}`)"),
            None => number.to_string(),
        })
    })
}

/// More words than these are counted.
const LISTED: usize = 6;

/// `a`, `b` and 3 more.
fn listed(words: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = words.collect();
    if all.len() > LISTED + 1 {
        let shown = all.get(..LISTED).unwrap_or_default().join(", ");
        return format!("{shown} and {} more", all.len() - LISTED);
    }
    match all.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

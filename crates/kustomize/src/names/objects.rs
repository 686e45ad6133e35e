//! What the search for names knows of the objects: of those that were renamed, every identity that
//! they had; of those that refer to them, what they can see.

use foldhash::{HashMap, HashSet};
use kubesift_source::{Origin, Span};
use smol_str::SmolStr;

use crate::id::{Gvk, Id};
use crate::resource::Resource;
use crate::tree::Node;

/// An object that had another identity before.
pub(super) struct Target {
    /// The identities it had, the oldest first.
    pub previous: Vec<Id>,
    /// The one it has.
    pub id: Id,
    /// The namespace that counts; none for an object of the cluster.
    pub scope: Option<SmolStr>,
    /// The same, of its first identity.
    pub first_scope: Option<SmolStr>,
    /// As the resource has them.
    pub prefixes: Vec<SmolStr>,
    /// As the resource has them.
    pub suffixes: Vec<SmolStr>,
    /// Where its name stands.
    pub name_at: Span,
    /// What gave it that name.
    pub name_by: Span,
    /// Where its namespace comes from.
    pub namespace: Option<Origin>,
}

fn scope(id: &Id) -> Option<SmolStr> {
    let namespace = id.effective_namespace();
    (!namespace.is_empty()).then(|| namespace.into())
}

/// What changed a value last, or where it stands.
pub(super) fn changed_by(origin: &Origin) -> Span {
    origin.trail.steps().next().map_or(origin.span, |step| step.span)
}

impl Target {
    /// From an object that was renamed.
    pub fn new(resource: &Resource) -> Self {
        let id = resource.id();
        let metadata = resource.node.get("metadata");
        let origin = |key| metadata.and_then(|node| node.get(key)).map(|node| node.origin.clone());
        let name = origin("name").unwrap_or_else(|| resource.node.origin.clone());
        let (name_at, name_by) = (name.span, changed_by(&name));
        Self {
            scope: scope(&id),
            first_scope: scope(resource.previous.first().unwrap_or(&id)),
            previous: resource.previous.clone(),
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
            name_at,
            name_by,
            namespace: origin("namespace"),
            id,
        }
    }

    /// True when it was of a kind that `gvk` selects.
    pub fn was(&self, gvk: &Gvk) -> bool {
        self.previous.iter().any(|id| id.gvk.is_selected(gvk))
    }

    /// True when both got the same prefixes and suffixes, as far as both got any.
    pub fn has_affixes_of(&self, referrer: &Referrer, allow_none: bool) -> bool {
        let agree = |mine: &[SmolStr], theirs: &[SmolStr]| {
            let none = mine.is_empty() || theirs.is_empty();
            if none { allow_none || mine.len() == theirs.len() } else { ends_alike(mine, theirs) }
        };
        agree(&self.prefixes, &referrer.prefixes) && agree(&self.suffixes, &referrer.suffixes)
    }
}

/// True when the shorter list is the end of the longer one.
fn ends_alike(a: &[SmolStr], b: &[SmolStr]) -> bool {
    a.iter().rev().zip(b.iter().rev()).all(|(a, b)| a == b)
}

/// The objects that had other identities, by the names that they had.
pub(super) struct Renamed {
    /// All of them, in the order of the build.
    pub targets: Vec<Target>,
    /// Where in `targets` those are that had a name.
    pub by_name: HashMap<SmolStr, Vec<usize>>,
    /// Every namespace that an object had at first, with the namespaces that count and as they are
    /// stated that its objects have now.
    pub first_namespaces: HashMap<SmolStr, HashSet<(Option<SmolStr>, SmolStr)>>,
}

impl Renamed {
    /// Of all objects of a build.
    pub fn new(resources: &[Resource]) -> Self {
        let renamed = resources.iter().filter(|resource| !resource.previous.is_empty());
        let targets: Vec<Target> = renamed.map(Target::new).collect();
        let mut by_name: HashMap<SmolStr, Vec<usize>> = HashMap::default();
        for (at, target) in targets.iter().enumerate() {
            for id in &target.previous {
                let places = by_name.entry(id.name.clone()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        let mut first_namespaces: HashMap<SmolStr, HashSet<_>> = HashMap::default();
        if !targets.is_empty() {
            for resource in resources {
                let Some(first) = scope(&resource.original_id()) else { continue };
                let id = resource.id();
                first_namespaces.entry(first).or_default().insert((scope(&id), id.namespace));
            }
        }
        Self { targets, by_name, first_namespaces }
    }
}

/// An object that may refer to others.
pub(super) struct Referrer {
    /// The namespace that counts; none for an object of the cluster.
    pub scope: Option<SmolStr>,
    /// As the resource has them.
    pub prefixes: Vec<SmolStr>,
    /// As the resource has them.
    pub suffixes: Vec<SmolStr>,
    /// What `roleRef` says it refers to.
    pub role: Option<Gvk>,
    /// The namespaces of the service accounts that it binds.
    pub account_namespaces: HashSet<SmolStr>,
}

impl Referrer {
    /// What counts of an object that has references.
    pub fn new(resource: &Resource) -> Self {
        let word = |key| resource.node.at(&["roleRef", key]).and_then(Node::as_scalar);
        let role = word("apiGroup").zip(word("kind")).map(|(group, kind)| Gvk {
            group: group.text.clone(),
            version: SmolStr::default(),
            kind: kind.text.clone(),
        });
        let id = resource.id();
        let is_binding = id.gvk.kind == "RoleBinding";
        let subjects = resource.node.get("subjects").and_then(Node::as_list).filter(|_| is_binding);
        let account_namespaces = subjects.unwrap_or_default().iter().filter_map(|subject| {
            let kind = subject.get("kind").and_then(Node::text);
            let namespace = subject.get("namespace").and_then(Node::text);
            namespace.filter(|_| kind == Some("ServiceAccount")).map(SmolStr::from)
        });
        Self {
            scope: scope(&id),
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
            role,
            account_namespaces: account_namespaces.collect(),
        }
    }

    /// True for objects that one in this namespace may name: all for an object of the cluster;
    /// otherwise those of the cluster, those beside it, and those of the accounts that it binds.
    pub fn sees(&self, scope: Option<&SmolStr>, namespace: &SmolStr) -> bool {
        self.is_beside(scope) || self.account_namespaces.contains(namespace)
    }

    /// True when one of both is of the cluster, or both are in one namespace.
    pub fn is_beside(&self, scope: Option<&SmolStr>) -> bool {
        self.scope.is_none() || scope.is_none() || self.scope.as_ref() == scope
    }
}

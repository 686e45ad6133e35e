//! What an object is called: group, version, kind, namespace and name, and when two of these mean the
//! same to kustomize.

use smol_str::SmolStr;

/// Group, version and kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Gvk {
    /// The API group; empty for the core group, or for any where a selector says nothing.
    pub group: SmolStr,
    /// The version.
    pub version: SmolStr,
    /// The kind.
    pub kind: SmolStr,
}

impl Gvk {
    /// From `apiVersion` and `kind` as they stand in a manifest.
    pub fn new(api_version: &str, kind: &str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self { group: group.into(), version: version.into(), kind: kind.into() }
    }

    /// True when each part that `filter` states is the same here.
    pub fn is_selected(&self, filter: &Gvk) -> bool {
        (filter.group.is_empty() || filter.group == self.group)
            && (filter.version.is_empty() || filter.version == self.version)
            && (filter.kind.is_empty() || filter.kind == self.kind)
    }

    /// True for a kind of Kubernetes whose objects live in no namespace. Kinds that Kubernetes does
    /// not have count as living in one, as for kustomize.
    pub fn is_cluster_scoped(&self) -> bool {
        kubesift_schemas::lookup(&self.group, &self.kind)
            .is_some_and(|info| info.scope == kubesift_schemas::Scope::Cluster)
    }
}

/// The identity of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Id {
    /// What it is.
    pub gvk: Gvk,
    /// The namespace as it is stated; empty when none is.
    pub namespace: SmolStr,
    /// The name.
    pub name: SmolStr,
}

impl Id {
    /// The namespace that counts: none for objects of the cluster, `default` where none is stated.
    pub fn effective_namespace(&self) -> &str {
        if self.gvk.is_cluster_scoped() {
            return "";
        }
        if self.namespace.is_empty() { "default" } else { &self.namespace }
    }

    /// True when both live in one namespace.
    pub fn is_beside(&self, other: &Id) -> bool {
        self.effective_namespace() == other.effective_namespace()
    }

    /// True when both mean the same object.
    pub fn is_same(&self, other: &Id) -> bool {
        self.gvk == other.gvk && self.name == other.name && self.is_beside(other)
    }
}

impl std::fmt::Display for Id {
    /// `Deployment shop/web`, for people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { gvk, namespace, name } = self;
        if namespace.is_empty() {
            return write!(f, "{} {name}", gvk.kind);
        }
        write!(f, "{} {namespace}/{name}", gvk.kind)
    }
}

//! What is known of objects that no manifest of a build shows: declared by the configuration, made
//! by a kustomization's generators, or somewhere in what kubesift does not render. What follows for
//! a reference is left to [`crate::Links`].

/// A name in which `*` stands for any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern(Box<str>);

impl NamePattern {
    /// From a text with any number of `*`.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// True when it stands for every name.
    pub fn is_all(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte == b'*')
    }

    /// True when the whole name matches.
    pub fn matches(&self, name: &str) -> bool {
        let (pattern, name) = (self.0.as_bytes(), name.as_bytes());
        let (mut at, mut next) = (0, 0);
        // Where the last star stands, and how far what it stands for reaches.
        let mut star: Option<(usize, usize)> = None;
        while next < name.len() {
            if pattern.get(at) == Some(&b'*') {
                star = Some((at, next));
                at += 1;
            } else if pattern.get(at) == name.get(next) {
                at += 1;
                next += 1;
            } else if let Some((place, reach)) = star {
                star = Some((place, reach + 1));
                at = place + 1;
                next = reach + 1;
            } else {
                return false;
            }
        }
        pattern.iter().skip(at).all(|byte| *byte == b'*')
    }
}

/// Objects that live outside the repository: `Kind/name`, `Kind/namespace/name`, or
/// `group/Kind/namespace/name`; each part a [`NamePattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalObjects {
    group: Option<NamePattern>,
    kind: NamePattern,
    namespace: Option<NamePattern>,
    name: NamePattern,
}

impl ExternalObjects {
    /// Reads the form that the configuration has.
    ///
    /// # Errors
    /// When it has another form: which it should have.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let parts: Vec<&str> = text.split('/').collect();
        if parts.iter().any(|part| part.is_empty() || part.contains(char::is_whitespace)) {
            return Err("it has an empty part");
        }
        let pattern = |at: usize| parts.get(at).copied().map(NamePattern::new);
        let (group, kind, namespace, name) = match parts.len() {
            2 => (None, pattern(0), None, pattern(1)),
            3 => (None, pattern(0), pattern(1), pattern(2)),
            4 => (pattern(0), pattern(1), pattern(2), pattern(3)),
            _ => return Err("it is not `kind/name` or `kind/namespace/name`"),
        };
        match (kind, name) {
            (Some(kind), Some(name)) => Ok(Self { group, kind, namespace, name }),
            _ => Err("it is not `kind/name` or `kind/namespace/name`"),
        }
    }

    /// Whether an object is among them. A namespace that is not known matches any.
    pub fn hold(
        &self,
        group: Option<&str>,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> bool {
        let in_namespace = match (&self.namespace, namespace) {
            (Some(pattern), Some(namespace)) => pattern.matches(namespace),
            _ => true,
        };
        let of_group = match (&self.group, group) {
            (Some(pattern), Some(group)) => pattern.matches(group),
            _ => true,
        };
        self.kind.matches(kind) && self.name.matches(name) && in_namespace && of_group
    }
}

/// What the configuration says about objects that no manifest shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// `external`: objects that live elsewhere and are never missing.
    pub external: Vec<ExternalObjects>,
    /// `complete`: namespaces of which the repository holds everything.
    pub complete: Vec<NamePattern>,
}

impl Declared {
    /// True when the repository is declared to hold everything of a namespace. Of objects without
    /// a namespace, and where none is stated, only a declaration for all namespaces says so.
    pub fn is_complete(&self, namespace: Option<&str>) -> bool {
        self.complete.iter().any(|pattern| match namespace {
            Some(name) => pattern.matches(name),
            None => pattern.is_all(),
        })
    }
}

/// An object that a kustomization's generator makes. Its name gets a hash when it is built, and so
/// does every reference to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// `ConfigMap` or `Secret`.
    pub kind: &'static str,
    /// Its name, without prefix, suffix and hash.
    pub name: Box<str>,
    /// The namespace that the generator or its kustomization states.
    pub namespace: Option<Box<str>>,
    /// The folder of the kustomization, as reports show it.
    pub folder: Box<str>,
    /// The keys; none when a file says them that was not read.
    pub keys: Option<Box<[Box<str>]>>,
}

/// What is known of a project besides the resources of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// What the configuration declares.
    pub declared: Declared,
    /// What generators make.
    pub generated: Vec<Generated>,
    /// Folders, as reports show them, of kustomizations that bring in what is not in view: a
    /// repository at a URL, a chart.
    pub remote: Vec<Box<str>>,
    /// Folders of charts that are not rendered.
    pub charts: Vec<Box<str>>,
}

impl Around {
    /// True when a file in `folder` may be applied together with objects that are not in view: a
    /// kustomization above it, or beside it, brings some in.
    pub fn may_hold_more(&self, folder: &str) -> bool {
        self.remote.iter().any(|remote| {
            let parent = remote.rsplit_once('/').map_or(&**remote, |(parent, _)| parent);
            is_below(folder, parent)
        })
    }
}

/// True for the folder itself and those below it; `.` and the empty one hold all.
fn is_below(folder: &str, above: &str) -> bool {
    matches!(above, "" | ".")
        || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("*", "shop", true),
            ("shop", "shop", true),
            ("shop", "shops", false),
            ("shop-*", "shop-web", true),
            ("shop-*", "shop", false),
            ("*-prod", "shop-prod", true),
            ("*-prod", "shop-prod-2", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXcYb", false),
            ("**", "x", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(NamePattern::new(pattern).matches(name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn external_objects_have_two_to_four_parts() {
        let holds = |text: &str, namespace| {
            let objects = ExternalObjects::parse(text).expect("a pattern");
            objects.hold(Some(""), "Secret", namespace, "tls")
        };
        assert!(holds("Secret/tls", Some("shop")));
        assert!(holds("Secret/*/t*", Some("shop")));
        assert!(holds("Secret/shop/tls", Some("shop")));
        assert!(holds("Secret/shop/tls", None));
        assert!(!holds("Secret/shop/tls", Some("web")));
        assert!(!holds("ConfigMap/tls", None));
        assert!(!holds("cert-manager.io/Secret/shop/tls", Some("shop")));
        for wrong in ["Secret", "Secret//tls", "a/b/c/d/e", "", "Secret/my tls"] {
            assert!(ExternalObjects::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn unstated_namespaces_are_complete_only_when_all_are() {
        let declared =
            |text: &str| Declared { complete: vec![NamePattern::new(text)], external: Vec::new() };
        assert!(declared("shop-*").is_complete(Some("shop-web")));
        assert!(!declared("shop-*").is_complete(None));
        assert!(declared("*").is_complete(None));
    }

    #[test]
    fn remote_kustomizations_reach_what_lies_beside_them() {
        let around = Around { remote: vec!["k/overlays/prod".into()], ..Around::default() };
        assert!(around.may_hold_more("k/overlays/dev"));
        assert!(!around.may_hold_more("k/base"));
        let around = Around { remote: vec!["argocd".into()], ..Around::default() };
        assert!(around.may_hold_more("argocd/sub"));
        assert!(!around.may_hold_more("argocd2"));
    }
}

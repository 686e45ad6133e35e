//! Which objects a target means: patterns over what it is and what it is called, and selectors over
//! its labels and annotations.

use crate::expression::Expression;
use crate::id::Id;
use crate::resource::Resource;
use crate::tree::{Map, Node};
use crate::trouble::{Class, Trouble};

mod labels;

use labels::Labels;

/// What kustomize takes for the namespace of objects that live in none.
const NO_NAMESPACE: &str = "_non_namespaceable_";

/// A target of a patch or a replacement.
#[derive(Debug, Clone)]
pub(crate) struct Selector {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: Labels,
    annotations: Labels,
}

/// What one field of a target says.
#[derive(Debug, Clone)]
enum Pattern {
    /// Nothing.
    Any,
    Of(Expression),
}

impl Selector {
    /// Reads the mapping of a target. What else stands in the mapping is left to others.
    ///
    /// # Errors
    /// When a pattern cannot be used as a regular expression, or a label selector cannot be read.
    pub(crate) fn parse(node: &Node) -> Result<Self, Trouble> {
        let pattern = |key: &str| Pattern::parse(node.get(key));
        let labels = |key: &str| Labels::parse(node.get(key));
        Ok(Self {
            group: pattern("group")?,
            version: pattern("version")?,
            kind: pattern("kind")?,
            name: pattern("name")?,
            namespace: pattern("namespace")?,
            labels: labels("labelSelector")?,
            annotations: labels("annotationSelector")?,
        })
    }

    /// True when an object is meant, by the name and namespace that it was read with or those that it
    /// has now.
    pub(crate) fn matches(&self, resource: &Resource) -> bool {
        let current = resource.id();
        let original = resource.previous.first().unwrap_or(&current);
        self.namespace.matches_any(namespace(original), namespace(&current))
            && self.name.matches_any(&original.name, &current.name)
            && self.group.matches(&current.gvk.group)
            && self.version.matches(&current.gvk.version)
            && self.kind.matches(&current.gvk.kind)
            && self.labels.matches(map(resource, "labels"))
            && self.annotations.matches(map(resource, "annotations"))
    }
}

fn map<'r>(resource: &'r Resource, key: &str) -> Option<&'r Map> {
    resource.node.at(&["metadata", key]).and_then(Node::as_map)
}

fn namespace(id: &Id) -> &str {
    match id.effective_namespace() {
        "" => NO_NAMESPACE,
        namespace => namespace,
    }
}

impl Pattern {
    fn parse(node: Option<&Node>) -> Result<Self, Trouble> {
        let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) else {
            return Ok(Self::Any);
        };
        if text.is_empty() {
            return Ok(Self::Any);
        }
        Expression::parse(text).map(Self::Of).map_err(|error| {
            let message = format!("`{text}` cannot be used as a regular expression: {error}");
            Trouble::fatal(Class::PatchTarget, node.origin.span, message)
                .help("put a backslash before each character that is meant as itself")
        })
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Of(expression) => expression.is_match(text),
        }
    }

    fn matches_any(&self, one: &str, other: &str) -> bool {
        self.matches(one) || self.matches(other)
    }
}

#[cfg(test)]
mod tests {
    use kubesift_source::{FileId, Origin, Span};

    use super::*;
    use crate::tree::Entry;

    fn origin() -> Origin {
        Origin::plain(Span::new(FileId(0), 0, 0))
    }

    fn of(entries: &[(&str, Node)]) -> Node {
        let entry = |(key, node): &(&str, Node)| Entry::new(*key, origin(), node.clone());
        Node::map(entries.iter().map(entry).collect(), origin())
    }

    fn words(entries: &[(&str, &str)]) -> Node {
        let entry =
            |(key, text): &(&str, &str)| Entry::new(*key, origin(), Node::string(*text, origin()));
        Node::map(entries.iter().map(entry).collect(), origin())
    }

    fn deployment() -> Resource {
        let labels = words(&[("app", "web"), ("tier", "2")]);
        let name = Node::string("pre-web", origin());
        let metadata = of(&[("name", name), ("labels", labels)]);
        let word = |text: &str| Node::string(text, origin());
        let node = of(&[
            ("apiVersion", word("apps/v1")),
            ("kind", word("Deployment")),
            ("metadata", metadata),
        ]);
        let mut resource = Resource::new(node, origin().span);
        let mut before = resource.id();
        before.name = "web".into();
        resource.previous.push(before);
        resource
    }

    fn check(target: &[(&str, &str)]) -> bool {
        Selector::parse(&words(target)).expect("can be read").matches(&deployment())
    }

    #[test]
    fn patterns_match_the_whole_of_old_and_new_names() {
        assert!(check(&[]));
        assert!(check(&[("kind", "Deployment"), ("name", "web")]));
        assert!(check(&[("name", "pre-web"), ("group", "apps"), ("version", "v1")]));
        assert!(check(&[("name", ".*web"), ("namespace", "default")]));
        assert!(!check(&[("kind", "Deploy")]));
        assert!(!check(&[("name", "we")]));
        assert!(check(&[("kind", "Deployment|StatefulSet")]));
        assert!(!check(&[("namespace", "shop")]));
    }

    #[test]
    fn labels_are_selected() {
        assert!(check(&[("labelSelector", "app=web")]));
        assert!(check(&[("labelSelector", "app==web,tier!=3")]));
        assert!(check(&[("labelSelector", "app in (web, db), !gone")]));
        assert!(check(&[("labelSelector", "app notin (db), tier")]));
        assert!(check(&[("labelSelector", "tier>1,tier<3")]));
        assert!(!check(&[("labelSelector", "app in (db)")]));
        assert!(!check(&[("labelSelector", "!app")]));
        assert!(!check(&[("labelSelector", "app=")]));
        assert!(!check(&[("annotationSelector", "app")]));
        assert!(check(&[("annotationSelector", "app!=web")]));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (key, text) in [
            ("name", "("),
            ("labelSelector", "app in web"),
            ("labelSelector", "app=a=b"),
            ("labelSelector", "app,,tier"),
            ("labelSelector", "app web"),
            ("labelSelector", "a/b/c"),
            ("labelSelector", "app=-x"),
            ("labelSelector", "tier>x"),
            ("labelSelector", "(a)"),
        ] {
            assert!(Selector::parse(&words(&[(key, text)])).is_err(), "{key}: {text}");
        }
    }
}

//! Which value a replacement takes, and which fields of which objects it goes to.

use kubesift_source::Origin;

use super::Options;
use super::path::{Astray, Path};
use crate::expression::Expression;
use crate::pieces::Pieces;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::tree::{Map, Node, Value};
use crate::trouble::{Class, Trouble};

/// Where a value is taken from when no path is said, and where it goes to.
const NAME: &str = "metadata.name";

/// The namespace under which kustomize remembers objects that live in none.
const NO_NAMESPACE: &str = "_non_namespaceable_";

fn fatal(node: &Node, message: impl Into<String>) -> Trouble {
    Trouble::fatal(Class::Replacement, node.origin.span, message)
}

/// One identity of an object, borrowed.
#[derive(Debug, Clone, Copy)]
struct Identity<'r> {
    group: &'r str,
    version: &'r str,
    kind: &'r str,
    name: &'r str,
    /// As it is stated now; as it counted before.
    namespace: &'r str,
}

/// The identities an object has and had. Group and version are those that it has now.
fn identities(resource: &Resource) -> impl Iterator<Item = Identity<'_>> {
    let word = |key| resource.node.get(key).and_then(Node::text).unwrap_or_default();
    let api_version = word("apiVersion");
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let current = Identity {
        group,
        version,
        kind: word("kind"),
        name: resource.name(),
        namespace: resource.namespace(),
    };
    let previous = resource.previous.iter().map(move |id| Identity {
        group,
        version,
        kind: &id.gvk.kind,
        name: &id.name,
        namespace: match id.effective_namespace() {
            "" => NO_NAMESPACE,
            namespace => namespace,
        },
    });
    std::iter::once(current).chain(previous)
}

/// The object and field that a value is taken from.
pub(super) struct Source<'a> {
    entry: &'a Node,
}

impl<'a> Source<'a> {
    pub(super) fn parse(entry: &'a Node) -> Result<Self, Trouble> {
        match entry.as_map() {
            Some(_) => Ok(Self { entry }),
            None => Err(fatal(entry, "a source is a mapping that says which object")),
        }
    }

    fn word(&self, key: &str) -> &'a str {
        self.entry.get(key).and_then(Node::text).unwrap_or_default()
    }

    /// The value.
    pub(super) fn value(&self, resources: &[Resource]) -> Result<Node, Trouble> {
        let object = self.object(resources)?;
        let at = self.entry.get("fieldPath").unwrap_or(self.entry);
        let path = Some(self.word("fieldPath")).filter(|path| !path.is_empty()).unwrap_or(NAME);
        let found = Path::parse(path)
            .find(&object.node)
            .map_err(|Astray(why)| fatal(at, format!("in {} this path {why}", object.id())))?;
        let is_empty = |node: &Node| match &node.value {
            Value::Scalar(_) => node.is_null(),
            Value::List(items) => items.is_empty(),
            Value::Map(map) => map.is_empty(),
        };
        let Some(found) = found.filter(|found| !is_empty(found)) else {
            return Err(fatal(at, format!("{} has no `{path}`, or it is empty", object.id())));
        };
        part(found, self.entry.get("options"))
    }

    fn object<'r>(&self, resources: &'r [Resource]) -> Result<&'r Resource, Trouble> {
        let mut found = resources.iter().filter(|resource| self.is_for(resource));
        let Some(first) = found.next() else {
            let help = "give kind and name as they are in the manifests, before or after renaming";
            return Err(fatal(self.entry, "the source selects no object").help(help));
        };
        let Some(second) = found.next() else { return Ok(first) };
        let message =
            format!("the source selects several objects: {}, {}", first.id(), second.id());
        Err(fatal(self.entry, message).help("add what tells them apart: group, kind, namespace"))
    }

    fn is_for(&self, resource: &Resource) -> bool {
        let is =
            |key, has: &str| Some(self.word(key)).is_none_or(|want| want.is_empty() || want == has);
        let or_default =
            |namespace: &'static str, has: &str| has.is_empty() && namespace == "default";
        identities(resource).any(|id| {
            is("name", id.name)
                && is("kind", id.kind)
                && is("group", id.group)
                && is("version", id.version)
                && (is("namespace", id.namespace)
                    || self.word("namespace") == "default" && or_default("default", id.namespace))
        })
    }
}

/// The part of a text that the options of a source choose.
fn part(found: &Node, options: Option<&Node>) -> Result<Node, Trouble> {
    let place = options.unwrap_or(found);
    let options = Options::parse(options);
    if options.delimiter.is_empty() {
        return Ok(found.clone());
    }
    let Some(scalar) = found.as_scalar() else {
        return Err(fatal(place, "`delimiter` is for text, and the source is none"));
    };
    let mut start = 0;
    for (number, part) in scalar.text.split(options.delimiter.as_str()).enumerate() {
        if i64::try_from(number) != Ok(options.index) {
            start += part.len() + options.delimiter.len();
            continue;
        }
        let mut pieces = Pieces::default();
        pieces.push_part(found, start..start + part.len());
        let mut chosen = pieces.finish(scalar.quoted);
        chosen.tag = scalar.tag;
        return Ok(Node::scalar(chosen, found.origin.clone()));
    }
    let message = format!("`{}` has no part {} (counted from 0)", scalar.text, options.index);
    Err(fatal(place, message))
}

/// A field of a target.
pub(super) struct Field<'a> {
    pub(super) path: Path,
    /// The path in the kustomization; the target when no path is said.
    pub(super) at: &'a Origin,
}

/// The fields of the objects that a value goes to.
pub(super) struct Target<'a> {
    select: Filter,
    reject: Vec<Filter>,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) options: Options,
}

impl<'a> Target<'a> {
    pub(super) fn parse(entry: &'a Node) -> Result<Self, Trouble> {
        let Some(select) = entry.get("select").filter(|select| select.as_map().is_some()) else {
            let help = "add `select` with at least `kind` or `name`";
            return Err(fatal(entry, "a target says which objects it is for").help(help));
        };
        let reject = entry.get("reject").and_then(Node::as_list).unwrap_or_default();
        let paths = entry.get("fieldPaths").and_then(Node::as_list).unwrap_or_default();
        let mut fields: Vec<Field<'a>> = paths
            .iter()
            .map(|path| Field {
                path: Path::parse(path.text().unwrap_or_default()),
                at: &path.origin,
            })
            .collect();
        if fields.is_empty() {
            fields.push(Field { path: Path::parse(NAME), at: &entry.origin });
        }
        Ok(Self {
            select: Filter::parse(select)?,
            reject: reject.iter().map(Filter::parse).collect::<Result<_, _>>()?,
            fields,
            options: Options::parse(entry.get("options")),
        })
    }

    pub(super) fn is_for(&self, resource: &Resource) -> bool {
        let is_rejected = |reject: &Filter| {
            reject.says_pairs && reject.pairs.matches(resource)
                || reject.says_id && identities(resource).any(|id| reject.is_id(id))
        };
        identities(resource).any(|id| self.select.is_id(id))
            && self.select.pairs.matches(resource)
            && !self.reject.iter().any(is_rejected)
    }
}

/// One `select` or `reject`. What it says of identity must be true of one identity as a whole.
struct Filter {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    says_id: bool,
    /// Labels and annotations alone.
    pairs: Selector,
    says_pairs: bool,
}

impl Filter {
    fn parse(node: &Node) -> Result<Self, Trouble> {
        let says = |keys: &[&str]| {
            keys.iter()
                .any(|key| node.get(key).and_then(Node::text).is_some_and(|text| !text.is_empty()))
        };
        let keys = ["labelSelector", "annotationSelector"];
        let entries = node.as_map().map(Map::entries).unwrap_or_default();
        let pairs = entries.iter().filter(|entry| keys.contains(&entry.key.as_str())).cloned();
        let pattern = |key| Pattern::parse(node.get(key));
        Ok(Self {
            group: pattern("group")?,
            version: pattern("version")?,
            kind: pattern("kind")?,
            name: pattern("name")?,
            namespace: pattern("namespace")?,
            says_id: says(&["group", "version", "kind", "name", "namespace"]),
            pairs: Selector::parse(&Node::map(pairs.collect(), node.origin.clone()))?,
            says_pairs: says(&keys),
        })
    }

    fn is_id(&self, id: Identity<'_>) -> bool {
        self.kind.is(id.kind)
            && self.name.is(id.name)
            && self.group.is(id.group)
            && self.version.is(id.version)
            && (self.namespace.is(id.namespace)
                || id.namespace.is_empty() && self.namespace.is("default"))
    }
}

/// What one field says.
enum Pattern {
    /// Nothing.
    Any,
    Of(Expression),
}

impl Pattern {
    fn parse(node: Option<&Node>) -> Result<Self, Trouble> {
        let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) else {
            return Ok(Self::Any);
        };
        if text.is_empty() {
            return Ok(Self::Any);
        }
        Expression::parse(text)
            .map(Self::Of)
            .map_err(|why| fatal(node, format!("`{text}` is no regular expression: {why}")))
    }

    fn is(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Of(expression) => expression.is_match(text),
        }
    }
}

//! What a type says about merging: which lists are merged by element, and by which fields. From the
//! table of built-in types, or from the OpenAPI document that a kustomization names, which takes the
//! table's place.

use std::collections::HashMap;
use std::sync::Arc;

use kubesift_schemas::{Field, Merge, Type};
use kubesift_source::Span;
use smol_str::SmolStr;

use crate::load;
use crate::paths::{Loader, Use};
use crate::tree::Node;
use crate::trouble::{Class, Trouble};

/// The version of the built-in types, the only one that `openapi.version` may name.
const VERSION: &str = "v1.21.2";

/// References that are followed from one definition to the next before it is given up.
const MOST_REFERENCES: usize = 32;

/// The types that a build goes by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schemas {
    custom: Option<Arc<Custom>>,
}

/// An OpenAPI document of the user.
#[derive(Debug)]
struct Custom {
    document: Node,
    /// `apiVersion` and `kind`, and the name of the definition that describes them.
    kinds: HashMap<(SmolStr, SmolStr), SmolStr>,
    /// Built-in types are known beside it.
    beside_built_in: bool,
}

/// What is known of the value at one place of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Schema<'s> {
    /// Nothing.
    Unknown,
    /// An object of a built-in type.
    Object(&'static Type),
    /// The value of a field of a built-in type.
    Field(&'static Field),
    /// A schema of the user's document.
    Custom(CustomSchema<'s>),
}

/// A schema and the document that its references lead into.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CustomSchema<'s> {
    custom: &'s Custom,
    node: &'s Node,
}

impl Schemas {
    /// The built-in types.
    pub(crate) fn built_in() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// The types of a user's OpenAPI document, JSON or YAML. Built-in types take no part in it, unless
    /// kustomize came to know them before it met the document.
    ///
    /// # Errors
    /// When it is no OpenAPI document with definitions.
    pub(crate) fn custom(document: Node, beside_built_in: bool) -> Result<Self, Trouble> {
        if document.as_map().is_none() {
            let message = "this is no OpenAPI document: it is not a mapping";
            return Err(Trouble::fatal(Class::Unreadable, document.origin.span, message)
                .help("write it with `kustomize openapi fetch`"));
        }
        let kinds = kinds(&document);
        Ok(Self { custom: Some(Arc::new(Custom { document, kinds, beside_built_in })) })
    }

    /// The built-in types, when `version` is theirs.
    ///
    /// # Errors
    /// When kustomize has no types of that version.
    pub(crate) fn version(version: &str, at: Span) -> Result<Self, Trouble> {
        if version == VERSION {
            return Ok(Self::default());
        }
        let message = format!("kustomize has no built-in OpenAPI document `{version}`");
        Err(Trouble::fatal(Class::Kustomization, at, message)
            .help(format!("leave `openapi.version` out, or say `{VERSION}`")))
    }

    /// The type of an object.
    pub(crate) fn of(&self, api_version: &str, kind: &str) -> Schema<'_> {
        let custom = self.custom.as_deref();
        let of_user = custom.and_then(|custom| {
            let name = custom.kinds.get(&(api_version.into(), kind.into()))?;
            let node = custom.document.at(&["definitions", name])?;
            Some(Schema::Custom(CustomSchema { custom, node }))
        });
        if let Some(schema) = of_user {
            return schema;
        }
        if custom.is_some_and(|custom| !custom.beside_built_in) {
            return Schema::Unknown;
        }
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        kubesift_schemas::type_of(group, version, kind).map_or(Schema::Unknown, Schema::Object)
    }

    /// The type that an object says it has.
    pub(crate) fn of_node(&self, node: &Node) -> Schema<'_> {
        let word = |key| node.get(key).and_then(Node::text).filter(|text| !text.is_empty());
        match (word("apiVersion"), word("kind")) {
            (Some(api_version), Some(kind)) => self.of(api_version, kind),
            _ => Schema::Unknown,
        }
    }
}

/// What the field `openapi` of a kustomization says; none when it says nothing.
///
/// # Errors
/// When it says two things, names a version that kustomize does not have, or a file that is not there
/// or is no OpenAPI document.
pub(crate) fn open_api(
    field: &Node,
    loader: &Loader<'_>,
    beside_built_in: bool,
) -> Result<Option<Arc<Schemas>>, Vec<Trouble>> {
    let word = |key: &str| field.get(key).and_then(|node| Some((node, node.text()?)));
    let filled = |key: &str| word(key).filter(|(_, text)| !text.is_empty());
    let one = |trouble| vec![trouble];
    match (word("version"), filled("path")) {
        (Some((node, _)), Some(_)) => {
            let message = "`openapi` has both `version` and `path`";
            let trouble = Trouble::fatal(Class::Kustomization, node.origin.span, message);
            Err(vec![trouble.help("remove one of them")])
        }
        (Some((node, version)), None) if !version.is_empty() => {
            let schemas = Schemas::version(version, node.origin.span).map_err(one)?;
            Ok(Some(Arc::new(schemas)))
        }
        (_, None) => Ok(None),
        (None, Some((node, path))) => {
            let at = node.origin.span;
            let tree = loader.tree(path, at, Use::Settings).map_err(one)?;
            let document = load::documents(&tree, Class::Unreadable)?.into_iter().next();
            let empty = || Node::string("", node.origin.clone());
            Ok(Some(Arc::new(
                Schemas::custom(document.unwrap_or_else(empty), beside_built_in).map_err(one)?,
            )))
        }
    }
}

/// The kinds that a document's definitions say they describe.
fn kinds(document: &Node) -> HashMap<(SmolStr, SmolStr), SmolStr> {
    let mut kinds = HashMap::new();
    let definitions = document.get("definitions").and_then(Node::as_map);
    for entry in definitions.map(|map| map.entries()).unwrap_or_default() {
        let named = entry.value.get("x-kubernetes-group-version-kind").and_then(Node::as_list);
        for gvk in named.unwrap_or_default() {
            let word = |key| gvk.get(key).and_then(Node::text).unwrap_or_default();
            let (group, version) = (word("group"), word("version"));
            let api_version = match group {
                "" => SmolStr::new(version),
                group => format!("{group}/{version}").into(),
            };
            kinds.insert((api_version, word("kind").into()), entry.key.clone());
        }
    }
    kinds
}

impl<'s> Schema<'s> {
    /// True when nothing is known.
    pub(crate) fn is_unknown(self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The schema of a mapping's value.
    pub(crate) fn field(self, key: &str) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Object(of) => of.field(key).map_or(Self::Unknown, Self::Field),
            Self::Field(field) => field.of.field(key).map_or(Self::Unknown, Self::Field),
            Self::Custom(schema) => schema.field(key).unwrap_or(Self::Unknown),
        }
    }

    /// The schema of a list's elements.
    pub(crate) fn elements(self) -> Self {
        match self {
            Self::Unknown | Self::Object(_) => Self::Unknown,
            Self::Field(field) => Self::Object(field.of),
            Self::Custom(schema) => schema.elements().unwrap_or(Self::Unknown),
        }
    }

    /// The fields by which elements of a list are the same, when the list is merged at all; no
    /// fields for a list of plain values.
    pub(crate) fn keys(self) -> Option<Vec<&'s str>> {
        match self {
            Self::Unknown | Self::Object(_) => None,
            Self::Field(field) => match field.merge {
                Merge::Replace => None,
                Merge::By(keys) => Some(keys.to_vec()),
            },
            Self::Custom(schema) => schema.keys(),
        }
    }
}

impl<'s> CustomSchema<'s> {
    /// A schema of the document, its references followed.
    fn with(self, node: &'s Node) -> Option<Schema<'s>> {
        let mut node = node;
        for _ in 0..MOST_REFERENCES {
            let Some(reference) = node.get("$ref").and_then(Node::text) else {
                return Some(Schema::Custom(Self { custom: self.custom, node }));
            };
            node = match pointed(&self.custom.document, reference) {
                Some(node) => node,
                None => return self.built_in(reference),
            };
        }
        None
    }

    /// The built-in type that a reference names.
    fn built_in(self, reference: &str) -> Option<Schema<'s>> {
        let name = reference.strip_prefix("#/definitions/").filter(|_| self.custom.beside_built_in);
        kubesift_schemas::definition(name?).map(Schema::Object)
    }

    fn field(self, key: &str) -> Option<Schema<'s>> {
        let own = self.node.get("properties").and_then(|properties| properties.get(key));
        let any = || self.node.get("additionalProperties").filter(|node| node.as_map().is_some());
        self.with(own.or_else(any)?)
    }

    fn elements(self) -> Option<Schema<'s>> {
        let kind = self.node.get("type")?;
        let kind = match kind.as_list() {
            Some([only]) => only,
            Some(_) => return None,
            None => kind,
        };
        if kind.text() != Some("array") {
            return None;
        }
        self.with(self.node.get("items")?)
    }

    fn keys(self) -> Option<Vec<&'s str>> {
        let strategy = self.node.get("x-kubernetes-patch-strategy").and_then(Node::text)?;
        if !strategy.split(',').any(|one| one == "merge") {
            return None;
        }
        if let Some(keys) = self.node.get("x-kubernetes-list-map-keys").and_then(Node::as_list) {
            return Some(keys.iter().filter_map(Node::text).collect());
        }
        let key = self.node.get("x-kubernetes-patch-merge-key").and_then(Node::text);
        Some(key.into_iter().collect())
    }
}

/// What a reference `#/definitions/Name` of a document leads to.
fn pointed<'n>(document: &'n Node, reference: &str) -> Option<&'n Node> {
    let mut node = document;
    for part in reference.strip_prefix("#/")?.split('/') {
        node = node.get(&part.replace("~1", "/").replace("~0", "~"))?;
    }
    Some(node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::node;

    const DOCUMENT: &str = "
definitions:
  x.Foo:
    x-kubernetes-group-version-kind: [{group: x.io, version: v1, kind: Foo}]
    properties:
      spec: {$ref: '#/definitions/x.Spec'}
      loop: {$ref: '#/definitions/x.Loop'}
  x.Spec:
    additionalProperties: {$ref: '#/definitions/x.List'}
  x.List:
    type: array
    x-kubernetes-patch-strategy: merge,retainKeys
    x-kubernetes-patch-merge-key: name
    items: {$ref: '#/definitions/x.Item'}
  x.Item:
    properties:
      both:
        type: [array]
        x-kubernetes-patch-strategy: merge
        x-kubernetes-list-map-keys: [a, b]
      atomic:
        type: array
        x-kubernetes-patch-merge-key: name
  x.Loop: {$ref: '#/definitions/x.Loop'}
";

    #[test]
    fn a_document_of_the_user_takes_the_place_of_the_built_in_types() {
        let schemas = Schemas::custom(node(DOCUMENT), false).expect("a document");
        let list = schemas.of("x.io/v1", "Foo").field("spec").field("any");
        assert_eq!(list.keys(), Some(vec!["name"]));
        assert_eq!(list.elements().field("both").keys(), Some(vec!["a", "b"]));
        assert_eq!(list.elements().field("atomic").keys(), None);
        assert!(schemas.of("x.io/v1", "Foo").field("loop").is_unknown());
        assert!(schemas.of("apps/v1", "Deployment").is_unknown());
        assert!(Schemas::custom(node("[1]"), false).is_err());
    }

    #[test]
    fn built_in_types_may_stand_beside_a_document() {
        let text = "
definitions:
  x.Foo:
    x-kubernetes-group-version-kind: [{group: x.io, version: v1, kind: Foo}]
    properties: {pod: {$ref: '#/definitions/io.k8s.api.core.v1.PodTemplateSpec'}}
";
        for (beside, keys) in [(true, Some(vec!["name"])), (false, None)] {
            let schemas = Schemas::custom(node(text), beside).expect("a document");
            let containers = |of: Schema<'_>| {
                of.field("spec").field("containers").keys().map(|keys| keys.join(","))
            };
            let keys = keys.map(|keys: Vec<&str>| keys.join(","));
            assert_eq!(containers(schemas.of("x.io/v1", "Foo").field("pod")), keys);
            assert_eq!(containers(schemas.of("v1", "Pod")), keys);
        }
    }

    #[test]
    fn built_in_types() {
        let schemas = Schemas::built_in();
        let pod = schemas.of("v1", "Pod").field("spec");
        assert_eq!(pod.field("containers").keys(), Some(vec!["name"]));
        let ports = pod.field("containers").elements().field("ports");
        assert_eq!(ports.keys(), Some(vec!["containerPort", "protocol"]));
        let finalizers = schemas.of("apps/v1", "Deployment").field("metadata").field("finalizers");
        assert_eq!(finalizers.keys(), Some(Vec::new()));
        assert!(schemas.of("apps/v1beta1", "Deployment").is_unknown());
        assert!(Schemas::version("v1.20.4", node("a").origin.span).is_err());
    }
}

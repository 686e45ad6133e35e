//! A file named under `crds`: OpenAPI definitions whose extensions say which fields of a custom
//! resource are labels, annotations, names, and names of other objects.

use super::{Config, Conflict, List};
use crate::fieldspec::FieldSpec;
use crate::id::Gvk;
use crate::tree::{Map, Node};
use crate::trouble::{Class, Trouble};

/// Properties looked at for one file: definitions that refer to each other twice over would double
/// with every step.
const MOST_PROPERTIES: usize = 20_000;
/// Definitions one in the other.
const DEEPEST: usize = 60;

impl Config {
    /// Adds what a file of definitions says. The file is JSON or YAML: a mapping from the name of a
    /// type to its definition.
    pub fn add_definitions(&mut self, root: &Node, troubles: &mut Vec<Trouble>) {
        let Some(definitions) = root.as_map() else {
            let message = "this is no mapping from names of types to OpenAPI definitions";
            troubles.push(Trouble::fatal(Class::Kustomization, root.origin.span, message));
            return;
        };
        let mut reader = Reader { config: self, definitions, left: MOST_PROPERTIES };
        for entry in definitions.entries() {
            let Some(properties) = properties(&entry.value) else { continue };
            let is_object = ["apiVersion", "kind", "metadata"];
            if !is_object.into_iter().all(|key| properties.get(key).is_some()) {
                continue;
            }
            let kind = entry.key.rsplit('.').next().unwrap_or_default();
            let gvk = Gvk { kind: kind.into(), ..Gvk::default() };
            if let Err(trouble) = reader.read(&gvk, properties, &mut Vec::new(), 0) {
                troubles.push(*trouble);
            }
        }
        self.sort();
    }
}

struct Reader<'a> {
    config: &'a mut Config,
    definitions: &'a Map,
    /// Properties that may still be looked at.
    left: usize,
}

/// The properties of a definition, which stands under `Schema` as Go wrote it, or `schema`.
fn properties(definition: &Node) -> Option<&Map> {
    let schema = definition.get("Schema").or_else(|| definition.get("schema"))?;
    schema.get("properties")?.as_map()
}

impl<'a> Reader<'a> {
    fn read(
        &mut self,
        gvk: &Gvk,
        properties_of: &'a Map,
        path: &mut Vec<&'a str>,
        depth: usize,
    ) -> Result<(), Box<Trouble>> {
        for entry in properties_of.entries() {
            let property = &entry.value;
            let at = entry.key_origin.span;
            if self.left == 0 || depth > DEEPEST {
                let message = "these definitions refer to each other without end";
                return Err(Box::new(Trouble::fatal(Class::Kustomization, at, message)));
            }
            self.left -= 1;
            path.push(&entry.key);
            self.note(gvk, property, path).map_err(|conflict| {
                let message =
                    format!("`{}` is configured already, with another `create`", conflict.path);
                Box::new(Trouble::fatal(Class::Kustomization, at, message))
            })?;
            let inner = property.get("$ref").and_then(Node::text);
            let inner = inner.and_then(|name| self.definitions.get(name));
            if let Some(inner) = inner.and_then(properties) {
                self.read(gvk, inner, path, depth + 1)?;
            }
            path.pop();
        }
        Ok(())
    }

    /// Adds what the extensions of one property say.
    fn note(&mut self, gvk: &Gvk, property: &Node, path: &[&str]) -> Result<(), Conflict> {
        let extension = |name: &str| {
            property.get(name).and_then(|node| {
                let scalar = node.as_scalar()?;
                (scalar.kind() == crate::scalar::Tag::Str).then_some(scalar.text.as_str())
            })
        };
        let whole = path.join("/");
        let spec = |path: &str| FieldSpec::new(gvk.clone(), path, false);
        for (name, list) in [
            ("x-kubernetes-annotation", List::CommonAnnotations),
            ("x-kubernetes-label-selector", List::CommonLabels),
            ("x-kubernetes-identity", List::NamePrefix),
        ] {
            if extension(name).is_some() {
                self.config.add(list, spec(&whole))?;
            }
        }
        let version = extension("x-kubernetes-object-ref-api-version");
        let kind = extension("x-kubernetes-object-ref-kind");
        let (Some(version), Some(kind)) = (version, kind) else { return Ok(()) };
        let key = extension("x-kubernetes-object-ref-name-key").unwrap_or("name");
        let target = Gvk { version: version.into(), kind: kind.into(), ..Gvk::default() };
        self.config.add_reference(&target, spec(&format!("{whole}/{key}")))
    }
}

//! A file named under `configurations`: lists of fields that are added to kustomize's own.

use super::{Config, Conflict, List};
use crate::fieldspec::FieldSpec;
use crate::id::Gvk;
use crate::tree::{Entry, Map, Node};
use crate::trouble::{Class, Trouble};

impl Config {
    /// Adds what a configuration file says. What is wrong with it is told at its place in the file,
    /// and the rest is added.
    pub fn add_file(&mut self, root: &Node, troubles: &mut Vec<Trouble>) {
        if root.is_null() {
            return;
        }
        let Some(map) = root.as_map() else {
            troubles.push(wrong(root, "a configuration is a mapping of lists of fields"));
            return;
        };
        for entry in map.entries() {
            self.add_entry(entry, troubles);
        }
        self.sort();
    }

    fn add_entry(&mut self, entry: &Entry, troubles: &mut Vec<Trouble>) {
        // Go reads the keys of settings whatever their case.
        if entry.key.eq_ignore_ascii_case("nameReference") {
            for reference in items(&entry.value, troubles) {
                self.add_name_reference(reference, troubles);
            }
            return;
        }
        let named = |list: &List| entry.key.eq_ignore_ascii_case(list.name());
        let Some(list) = List::ALL.into_iter().find(named) else {
            let message = format!("`{}` is no field of a configuration", entry.key);
            troubles.push(
                Trouble::fatal(Class::Kustomization, entry.key_origin.span, message).help(
                    "the fields are nameReference, varReference, commonLabels, images and the like",
                ),
            );
            return;
        };
        for item in items(&entry.value, troubles) {
            let Some(spec) = spec(item, troubles) else { continue };
            if let Err(conflict) = self.add(list, spec) {
                troubles.push(disagrees(item, list.name(), &conflict));
            }
        }
    }

    fn add_name_reference(&mut self, node: &Node, troubles: &mut Vec<Trouble>) {
        let Some(map) = mapping(node, troubles) else { return };
        known_keys(map, &["group", "version", "kind", "fieldSpecs"], troubles);
        let Some(target) = gvk(map, troubles) else { return };
        let Some(specs) = field(map, "fieldSpecs") else { return };
        for item in items(specs, troubles) {
            let Some(spec) = spec(item, troubles) else { continue };
            if let Err(conflict) = self.add_reference(&target, spec) {
                troubles.push(disagrees(item, "nameReference", &conflict));
            }
        }
    }
}

fn wrong(node: &Node, message: &str) -> Trouble {
    Trouble::fatal(Class::Kustomization, node.origin.span, message)
}

fn disagrees(node: &Node, list: &str, conflict: &Conflict) -> Trouble {
    let message = format!("`{}` is in `{list}` already, with another `create`", conflict.path);
    wrong(node, &message).help("say `create` as kustomize or the other file does, or leave it out")
}

/// The items of a list; none for null.
fn items<'n>(node: &'n Node, troubles: &mut Vec<Trouble>) -> &'n [Node] {
    if node.is_null() {
        return &[];
    }
    node.as_list().unwrap_or_else(|| {
        troubles.push(wrong(node, "a list is expected here"));
        &[]
    })
}

fn mapping<'n>(node: &'n Node, troubles: &mut Vec<Trouble>) -> Option<&'n Map> {
    let map = node.as_map();
    if map.is_none() {
        troubles.push(wrong(node, "a mapping is expected here"));
    }
    map
}

fn known_keys(map: &Map, known: &[&str], troubles: &mut Vec<Trouble>) {
    let is_known = |entry: &Entry| known.iter().any(|key| entry.key.eq_ignore_ascii_case(key));
    for entry in map.entries().iter().filter(|entry| !is_known(entry)) {
        let message = format!("`{}` is not known here", entry.key);
        let help = format!("known are {}", known.join(", "));
        let trouble = Trouble::fatal(Class::Kustomization, entry.key_origin.span, message);
        troubles.push(trouble.help(help));
    }
}

fn field<'n>(map: &'n Map, key: &str) -> Option<&'n Node> {
    let is_key = |entry: &&Entry| entry.key.eq_ignore_ascii_case(key);
    let entry = map.entry(key).or_else(|| map.entries().iter().find(is_key))?;
    Some(&entry.value).filter(|node| !node.is_null())
}

/// The text of a field; empty where it is missing or null.
fn word<'n>(map: &'n Map, key: &str, troubles: &mut Vec<Trouble>) -> Option<&'n str> {
    let Some(node) = field(map, key) else { return Some("") };
    let text = node.as_scalar().filter(|scalar| scalar.kind() == crate::scalar::Tag::Str);
    if text.is_none() {
        troubles.push(wrong(node, &format!("`{key}` is text")));
    }
    text.map(|scalar| scalar.text.as_str())
}

fn gvk(map: &Map, troubles: &mut Vec<Trouble>) -> Option<Gvk> {
    Some(Gvk {
        group: word(map, "group", troubles)?.into(),
        version: word(map, "version", troubles)?.into(),
        kind: word(map, "kind", troubles)?.into(),
    })
}

fn spec(node: &Node, troubles: &mut Vec<Trouble>) -> Option<FieldSpec> {
    let map = mapping(node, troubles)?;
    known_keys(map, &["group", "version", "kind", "path", "create"], troubles);
    let gvk = gvk(map, troubles)?;
    let path = word(map, "path", troubles)?;
    let create = field(map, "create").map_or(Some(false), truth);
    if create.is_none() {
        troubles.push(wrong(field(map, "create").unwrap_or(node), "`create` is true or false"));
    }
    let create = create?;
    Some(FieldSpec::new(gvk, path, create))
}

/// True or false, in any of the words of YAML 1.1, which settings are read with.
fn truth(node: &Node) -> Option<bool> {
    let scalar = node.as_scalar().filter(|scalar| !scalar.quoted)?;
    match scalar.text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" => Some(true),
        "false" | "no" | "off" | "n" => Some(false),
        _ => None,
    }
}

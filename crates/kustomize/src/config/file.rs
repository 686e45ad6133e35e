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
        if entry.key == "nameReference" {
            for reference in items(&entry.value, troubles) {
                self.add_name_reference(reference, troubles);
            }
            return;
        }
        let Some(list) = List::ALL.into_iter().find(|list| list.name() == entry.key) else {
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
        let Some(specs) = map.get("fieldSpecs") else { return };
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
    for entry in map.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
        let message = format!("`{}` is not known here", entry.key);
        let help = format!("known are {}", known.join(", "));
        let trouble = Trouble::fatal(Class::Kustomization, entry.key_origin.span, message);
        troubles.push(trouble.help(help));
    }
}

/// The text of a field; empty where it is missing or null.
fn word<'n>(map: &'n Map, key: &str, troubles: &mut Vec<Trouble>) -> Option<&'n str> {
    let Some(node) = map.get(key).filter(|node| !node.is_null()) else { return Some("") };
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
    let create = match map.get("create").filter(|node| !node.is_null()) {
        None => false,
        Some(node) => match node.as_scalar().map(|scalar| (scalar.kind(), scalar.text.as_str())) {
            Some((crate::scalar::Tag::Bool, text)) => text.eq_ignore_ascii_case("true"),
            _ => {
                troubles.push(wrong(node, "`create` is true or false"));
                return None;
            }
        },
    };
    Some(FieldSpec::new(gvk, path, create))
}

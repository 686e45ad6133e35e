//! The objects that a build has gathered: in order, no two with one identity.

use foldhash::HashMap;
use kubesift_source::Span;
use smol_str::SmolStr;

use crate::id::{Gvk, Id};
use crate::resource::Resource;
use crate::trouble::{Class, Trouble};

/// What makes two objects the same.
type Key = (Gvk, SmolStr, SmolStr);

fn key(id: Id) -> Key {
    let namespace = SmolStr::new(id.effective_namespace());
    (id.gvk, namespace, id.name)
}

/// Objects in the order they were added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resources {
    list: Vec<Resource>,
    /// Where each identity is in the list. None when someone may have changed the list since.
    index: Option<HashMap<Key, usize>>,
}

impl Resources {
    /// All of them.
    pub fn list(&self) -> &[Resource] {
        &self.list
    }

    /// All of them, to be changed, added to and taken from at will.
    pub fn list_mut(&mut self) -> &mut Vec<Resource> {
        self.index = None;
        &mut self.list
    }

    /// All of them.
    pub fn into_list(self) -> Vec<Resource> {
        self.list
    }

    /// Adds an object. When one of its identity is there, neither is changed.
    ///
    /// # Errors
    /// When one of its identity is there; said at `entry`, which brings it in, unless that brings
    /// both in: then at the second object's name.
    pub fn add(&mut self, resource: Resource, entry: Span) -> Result<(), Box<Trouble>> {
        let list = &self.list;
        let index = self.index.get_or_insert_with(|| {
            list.iter().enumerate().map(|(at, resource)| (key(resource.id()), at)).collect()
        });
        let id = resource.id();
        let slot = match index.entry(key(id.clone())) {
            std::collections::hash_map::Entry::Vacant(slot) => slot,
            std::collections::hash_map::Entry::Occupied(there) => {
                let there = self.list.get(*there.get());
                return Err(Box::new(duplicate(&id, there, &resource, entry)));
            }
        };
        slot.insert(self.list.len());
        self.list.push(resource);
        Ok(())
    }
}

fn duplicate(id: &Id, there: Option<&Resource>, second: &Resource, entry: Span) -> Trouble {
    let place = |resource: &Resource| {
        let name = resource.node.at(&["metadata", "name"]);
        name.map_or(resource.node.origin.span, |name| name.origin.span)
    };
    let from_one_entry = there.is_some_and(|there| there.entered_at == entry);
    let at = if from_one_entry { place(second) } else { entry };
    let message = format!("{id} is in the build twice");
    let mut trouble = Trouble::fatal(Class::Duplicate, at, message)
        .help("an object may come in once only: take one out, or give them different names");
    if let Some(there) = there {
        trouble = trouble.related(place(there), "the first is here");
    }
    if !from_one_entry {
        trouble = trouble.related(place(second), "the second is here");
    }
    trouble
}

#[cfg(test)]
mod tests {
    use kubesift_source::{FileId, Origin};

    use super::*;
    use crate::tree::{Entry, Map, Node};

    fn object(version: &str, kind: &str, namespace: &str, name: &str) -> Resource {
        let origin = Origin::plain(Span::new(FileId(0), 0, 0));
        let text = |key: &str, text: &str| {
            Entry::new(key, origin.clone(), Node::string(text, origin.clone()))
        };
        let names = Map::from_iter([text("name", name), text("namespace", namespace)]);
        let map = Map::from_iter([
            text("apiVersion", version),
            text("kind", kind),
            Entry::new("metadata", origin.clone(), Node::map(names, origin.clone())),
        ]);
        Resource::new(Node::map(map, origin.clone()), origin.span)
    }

    #[test]
    fn one_identity_comes_in_once() {
        let entry = Span::new(FileId(1), 0, 1);
        let mut resources = Resources::default();
        for (version, kind, namespace, name, is_new) in [
            ("v1", "Secret", "", "a", true),
            ("v1", "Secret", "default", "a", false),
            ("v1", "Secret", "b", "a", true),
            ("v1", "ConfigMap", "", "a", true),
            ("v1", "Namespace", "", "a", true),
            ("v1", "Namespace", "b", "a", false),
            ("example.org/v1", "Namespace", "b", "a", true),
        ] {
            let added = resources.add(object(version, kind, namespace, name), entry);
            assert_eq!(added.is_ok(), is_new, "{version} {kind} {namespace}/{name}");
        }
        if let Some(first) = resources.list_mut().first_mut() {
            first.node = object("v1", "Secret", "", "c").node;
        }
        assert!(resources.add(object("v1", "Secret", "", "a"), entry).is_ok());
        assert!(resources.add(object("v1", "Secret", "", "c"), entry).is_err());
    }
}

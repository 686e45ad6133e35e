//! How a generated object meets the objects that are there.

use crate::resource::{Behavior, Resource};
use crate::tree::{Entry, Map, Node};
use crate::trouble::{Class, Trouble};

/// Lets a generated object join those that are there, as its behaviour says.
///
/// # Errors
/// When it is to merge with or replace an object that is not there, is to be new and is there, or
/// may mean several.
pub(crate) fn absorb(resources: &mut Vec<Resource>, new: Resource) -> Result<(), Trouble> {
    let id = new.id();
    let is_known = |resource: &Resource| {
        let has_name = resource.name() == id.name
            || resource.previous.iter().any(|previous| previous.name == id.name);
        has_name && resource.ids().any(|known| known.is_same(&id))
    };
    let mut places = resources.iter().enumerate().filter(|(_, known)| is_known(known));
    let found = places.next().map(|(at, _)| at);
    let is_ambiguous = places.next().is_some();
    let fail = |message: String, help: &str| {
        Err(Trouble::fatal(Class::Generator, new.entered_at, message).help(help))
    };
    let joins = matches!(new.behavior, Behavior::Merge | Behavior::Replace);
    let Some(at) = found else {
        if joins {
            let message = format!("{id} is not there to be merged with or replaced");
            return fail(message, "name an object that the resources or an earlier generator have");
        }
        resources.push(new);
        return Ok(());
    };
    let there = resources.get(at).map_or(new.entered_at, |known| known.entered_at);
    if is_ambiguous {
        let message = format!("{id} may mean several objects that are there");
        return fail(message, "state the namespace of the one that is meant");
    }
    if !joins {
        let message = format!("{id} is there already");
        let help = "say `behavior: merge` or `behavior: replace`, or take another name";
        return fail(message, help).map_err(|trouble| trouble.related(there, "it comes in here"));
    }
    if let Some(old) = resources.get_mut(at) {
        let new = join(old, new);
        *old = new;
    }
    Ok(())
}

/// A generated object in the place of one that is there: it keeps its own data and takes over name,
/// namespace, labels and annotations; when merging also the data that it does not have itself.
fn join(old: &Resource, mut new: Resource) -> Resource {
    let merges = new.behavior == Behavior::Merge;
    for field in ["labels", "annotations"] {
        take_over(old.node.at(&["metadata", field]), new.node.at_mut(&["metadata"]), field);
    }
    // The old place of an object is kept by what was merged into it.
    if merges {
        let origin_key = "config.kubernetes.io/origin";
        let kept = old.node.at(&["metadata", "annotations"]).and_then(Node::as_map);
        let kept = kept.and_then(|map| map.entry(origin_key)).cloned();
        let annotations = new.node.at_mut(&["metadata", "annotations"]).and_then(Node::as_map_mut);
        if let (Some(entry), Some(map)) = (kept, annotations) {
            map.insert(entry);
        }
        for field in ["data", "binaryData"] {
            take_over(old.node.get(field), Some(&mut new.node), field);
        }
    }
    if let Some(metadata) = new.node.get_mut("metadata").and_then(Node::as_map_mut) {
        for field in ["name", "namespace"] {
            metadata.remove(field);
            let kept = old.node.get("metadata").and_then(Node::as_map);
            if let Some(entry) = kept.and_then(|map| map.entry(field)) {
                metadata.insert(entry.clone());
            }
        }
    }
    new.previous.clone_from(&old.previous);
    new.prefixes.clone_from(&old.prefixes);
    new.suffixes.clone_from(&old.suffixes);
    new.variables.clone_from(&old.variables);
    new.behavior = old.behavior;
    new.needs_hash &= old.needs_hash;
    new
}

/// Puts the texts of an old mapping under a field of a new object, below those that it has there.
fn take_over(old: Option<&Node>, new: Option<&mut Node>, field: &str) {
    let Some(new) = new.and_then(Node::as_map_mut) else { return };
    let entries = old.and_then(Node::as_map).map(Map::entries).unwrap_or_default();
    if let (Some(first), false) = (old, entries.is_empty()) {
        let map = new.map_at(field, &first.origin);
        for entry in entries {
            add_below(map, entry);
        }
    }
    if new.get(field).and_then(Node::as_map).is_some_and(Map::is_empty) {
        new.remove(field);
    }
}

fn add_below(node: &mut Node, old: &Entry) {
    let Some(map) = node.as_map_mut() else { return };
    if let Some(new) = map.entry_mut(&old.key) {
        new.value.origin = new.value.origin.over(&old.value.origin);
        return;
    }
    let text = old.value.text().unwrap_or_default();
    let value = Node::string(text, old.value.origin.clone());
    map.insert(Entry::new(old.key.clone(), old.key_origin.clone(), value));
}

#[cfg(test)]
mod tests {
    use kubesift_source::Origin;

    use super::*;
    use crate::generate::Kind;
    use crate::generate::tests::made;
    use crate::transform::sample::{show, show_at};

    fn absorbed(entries: &[&str]) -> (Vec<Resource>, Vec<String>) {
        let (mut list, mut troubles) = (Vec::new(), Vec::new());
        for entry in entries {
            let Some(resource) = made(Kind::ConfigMap, entry, "").0 else { continue };
            troubles.extend(absorb(&mut list, resource).err().map(|trouble| trouble.message));
        }
        (list, troubles)
    }

    #[test]
    fn behaviours_say_how_objects_meet() {
        let check = |entries: &[&str], expected: &str, needs_hash: bool| {
            let (list, troubles) = absorbed(entries);
            assert_eq!(troubles, <[&str; 0]>::default());
            let shown: Vec<_> = list.iter().map(|it| (show(&it.node), it.needs_hash)).collect();
            assert_eq!(shown, [(expected.to_owned(), needs_hash)]);
        };
        let first = "{name: a, literals: [a=1, b=1], options: {labels: {x: y}}}";
        check(
            &[first, "{name: a, behavior: merge, literals: [b=2, c=2]}"],
            r#"{apiVersion: v1, data: {a: "1", b: "2", c: "2"}, kind: ConfigMap, metadata: {labels: {x: y}, name: a}}"#,
            true,
        );
        check(
            &[first, "{name: a, behavior: replace, literals: [c=2], options: {labels: {x: z}}}"],
            r#"{apiVersion: v1, data: {c: "2"}, kind: ConfigMap, metadata: {labels: {x: z}, name: a}}"#,
            true,
        );
        let plain =
            "{name: a, behavior: merge, literals: [a=1], options: {disableNameSuffixHash: true}}";
        check(
            &["{name: a, namespace: default}", plain],
            r#"{apiVersion: v1, data: {a: "1"}, kind: ConfigMap, metadata: {name: a, namespace: default}}"#,
            false,
        );
    }

    #[test]
    fn objects_that_do_not_meet_as_they_say_are_told() {
        let fails = |entries: &[&str]| absorbed(entries).1;
        let merge = "{name: a, behavior: merge}";
        assert_eq!(fails(&[merge]), ["ConfigMap a is not there to be merged with or replaced"]);
        assert_eq!(fails(&["{name: a}", "{name: a}"]), ["ConfigMap a is there already"]);
        assert_eq!(fails(&["{name: a, namespace: n}", "{name: a}"]), <[&str; 0]>::default());
    }

    #[test]
    fn an_object_is_met_by_its_old_name_and_keeps_the_new_one() {
        let (mut list, _) = absorbed(&["{name: a, literals: [a=1]}"]);
        list[0].remember();
        let origin = Origin::plain(list[0].entered_at);
        if let Some(metadata) = list[0].node.get_mut("metadata").and_then(Node::as_map_mut) {
            metadata.insert(Entry::new("name", origin.clone(), Node::string("p-a", origin)));
        }
        let new = made(Kind::ConfigMap, "{name: a, behavior: merge, literals: [b=1]}", "").0;
        assert_eq!(new.map(|new| absorb(&mut list, new)), Some(Ok(())));
        assert_eq!(show_at(&list[0].node, "metadata/name"), "p-a");
        assert_eq!(list[0].previous.len(), 1);
    }
}

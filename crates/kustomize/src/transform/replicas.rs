//! `replicas` and ReplicaCountTransformer.

use crate::fieldspec::{FieldSpec, Leaf, visit};
use crate::resource::Resource;
use crate::scalar::Tag;
use crate::tree::Node;
use crate::trouble::{Class, Trouble};

/// Sets the number of replicas of the objects that have, or had, the name of `entry`. Gives the number
/// of fields set; that none is there is a trouble.
pub(crate) fn apply(
    entry: &Node,
    specs: &[FieldSpec],
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> usize {
    let name = entry.get("name").and_then(Node::text).unwrap_or_default();
    let place = entry.get("count").map_or(&entry.origin, |count| &count.origin);
    let written = entry.get("count").and_then(Node::text).unwrap_or("0");
    let Ok(replicas) = written.parse::<i64>() else {
        let message = format!("`count` is a whole number, not `{written}`");
        troubles.push(Trouble::fatal(Class::Transformer, place.span, message));
        return 0;
    };
    let (mut count, mut is_found) = (0, false);
    for resource in resources {
        if !resource.ids().any(|id| id.name == name) {
            continue;
        }
        for spec in specs {
            if !resource.ids().any(|id| id.name == name && spec.is_for(&id.gvk)) {
                continue;
            }
            is_found = true;
            if !spec.is_for(&resource.gvk()) {
                continue;
            }
            let text = replicas.to_string();
            let done = visit(&mut resource.node, spec, Leaf::Scalar(place), &mut |node| {
                count += 1;
                super::set_scalar(node, &text, Tag::Int, place)
            });
            if let Err(misfit) = done {
                troubles.push(misfit.trouble(Class::Transformer, "the number of replicas"));
            }
        }
    }
    if !is_found {
        troubles.push(nothing(entry, name, specs));
    }
    count
}

fn nothing(entry: &Node, name: &str, specs: &[FieldSpec]) -> Trouble {
    let place = entry.get("name").unwrap_or(entry).origin.span;
    let kinds: Vec<&str> = specs.iter().map(|spec| spec.gvk.kind.as_str()).collect();
    let message = format!("no object named `{name}` has replicas to set");
    Trouble::fatal(Class::Transformer, place, message)
        .help(format!("name an object of one of these kinds: {}", kinds.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Gvk;
    use crate::transform::sample::{node, places, resources, show_at};

    const OBJECTS: &str = "\
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: web}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: other}, spec: {replicas: 1}}
---
{apiVersion: v1, kind: Service, metadata: {name: lone}}
";

    fn built(text: &str) -> (Vec<Resource>, usize, Vec<Trouble>) {
        let specs = ["Deployment", "StatefulSet"].map(|kind| {
            FieldSpec::new(Gvk { kind: kind.into(), ..Gvk::default() }, "spec/replicas", true)
        });
        let mut objects = resources(OBJECTS);
        let mut troubles = Vec::new();
        let count = apply(&node(text), &specs, &mut objects, &mut troubles);
        (objects, count, troubles)
    }

    #[test]
    fn objects_of_the_name_get_the_number() {
        let text = "{name: web, count: 3}";
        let (objects, count, troubles) = built(text);
        assert_eq!((count, troubles), (2, vec![]));
        let shown: Vec<String> =
            objects.iter().map(|object| show_at(&object.node, "spec/replicas")).collect();
        assert_eq!(shown, ["3", "3", "1", "nothing"]);
        let replicas = objects[0].node.at(&["spec", "replicas"]).expect("replicas");
        assert_eq!(places(replicas, [OBJECTS, text]), ["1:3"]);
        assert_eq!(replicas.origin.trail.steps().count(), 1);
        let made = objects[1].node.at(&["spec", "replicas"]).expect("replicas");
        assert_eq!(made.origin.trail.steps().count(), 0);
    }

    #[test]
    fn a_former_name_counts() {
        let mut objects = resources(OBJECTS);
        objects[0].remember();
        let name = objects[0].node.at_mut(&["metadata", "name"]).and_then(Node::as_scalar_mut);
        name.expect("a name").set_text("renamed");
        let specs = [FieldSpec::new(Gvk::default(), "spec/replicas", true)];
        let count = apply(&node("{name: web, count: 3}"), &specs, &mut objects[..1], &mut vec![]);
        assert_eq!(count, 1);
    }

    #[test]
    fn a_name_that_nothing_has_is_told() {
        for text in ["{name: nothing, count: 3}", "{name: lone, count: 3}"] {
            let (_, count, troubles) = built(text);
            assert_eq!(count, 0);
            assert!(troubles.iter().all(|trouble| trouble.message.contains("has replicas")));
            assert_eq!(troubles.len(), 1);
        }
        assert!(built("{name: web, count: x}").2[0].message.contains("`x`"));
    }
}

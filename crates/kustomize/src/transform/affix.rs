//! `namePrefix`, `nameSuffix`, PrefixTransformer and SuffixTransformer. What is put around a name is
//! remembered with the object: references between objects of one layer go by it.

use kubesift_source::How;
use smol_str::SmolStr;

use crate::fieldspec::{FieldSpec, Leaf, Misfit, visit};
use crate::id::Gvk;
use crate::pieces::Pieces;
use crate::resource::Resource;
use crate::tree::{Node, Value};
use crate::trouble::{Class, Trouble};

/// Where a text is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Before the name.
    Prefix,
    /// Behind the name.
    Suffix,
}

/// Puts a text before or behind the fields that the specs lead to: `metadata/name` of every kind,
/// unless configured otherwise. Gives the number of fields changed.
pub(crate) fn apply(
    side: Side,
    affix: &Node,
    specs: &[FieldSpec],
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> usize {
    let Some(text) = affix.text().filter(|text| !text.is_empty()) else { return 0 };
    let mut count = 0;
    for resource in resources {
        // The kind that it was read with decides whether it is left alone.
        let original = resource.original_id().gvk;
        if is_left_alone(&original) {
            continue;
        }
        for spec in specs.iter().filter(|spec| spec.is_for(&original)) {
            if spec.path == "metadata/name" {
                remember(side, text, resource);
            }
            if !spec.is_for(&resource.gvk()) {
                continue;
            }
            let leaf = Leaf::Scalar(&affix.origin);
            let done = visit(&mut resource.node, spec, leaf, &mut |node| {
                count += 1;
                put(side, affix, text, node)
            });
            if let Err(misfit) = done {
                let who = match side {
                    Side::Prefix => "the name prefix",
                    Side::Suffix => "the name suffix",
                };
                troubles.push(misfit.trouble(Class::Transformer, who));
            }
        }
    }
    count
}

/// Kinds whose names mean something to the cluster.
fn is_left_alone(gvk: &Gvk) -> bool {
    match gvk.kind.as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

fn remember(side: Side, text: &str, resource: &mut Resource) {
    let list = match side {
        Side::Prefix => &mut resource.prefixes,
        Side::Suffix => &mut resource.suffixes,
    };
    list.push(SmolStr::new(text));
    resource.remember();
}

fn put(side: Side, affix: &Node, text: &str, node: &mut Node) -> Result<(), Misfit> {
    let Value::Scalar(old) = &node.value else { return Err(Misfit::new(node, "a scalar")) };
    let quoted = old.quoted;
    let mut pieces = Pieces::default();
    if side == Side::Prefix {
        pieces.push(text, &affix.origin);
    }
    pieces.push_all(node);
    if side == Side::Suffix {
        pieces.push(text, &affix.origin);
    }
    node.value = Value::Scalar(pieces.finish(quoted));
    node.origin = node.origin.then(How::Transformer, affix.origin.span);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::{node, places, resources, show_at};

    fn around(objects: &mut [Resource], prefix: &str, suffix: &str) -> (usize, Vec<Trouble>) {
        let specs = [FieldSpec::new(Gvk::default(), "metadata/name", false)];
        let mut troubles = Vec::new();
        let before = apply(Side::Prefix, &node(prefix), &specs, objects, &mut troubles);
        let behind = apply(Side::Suffix, &node(suffix), &specs, objects, &mut troubles);
        (before + behind, troubles)
    }

    #[test]
    fn names_of_all_kinds_but_three_change() {
        let mut objects = resources(
            "{apiVersion: v1, kind: Service, metadata: {name: web}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: a.b}}
---
{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.a}}
---
{apiVersion: example.com/v1, kind: APIService, metadata: {name: other}}
---
{apiVersion: v1, kind: Pod, metadata: {generateName: x}}",
        );
        assert_eq!(around(&mut objects, "a-", "-z"), (4, vec![]));
        let names: Vec<&str> = objects.iter().map(Resource::name).collect();
        assert_eq!(names, ["a-web-z", "shop", "a.b", "v1.a", "a-other-z", ""]);
    }

    #[test]
    fn each_layer_is_remembered() {
        let mut objects = resources("{apiVersion: v1, kind: Service, metadata: {name: web}}");
        around(&mut objects, "a-", "-y");
        around(&mut objects, "b-", "-z");
        let object = &objects[0];
        assert_eq!(object.name(), "b-a-web-y-z");
        assert_eq!(object.prefixes, ["a-", "b-"]);
        assert_eq!(object.suffixes, ["-y", "-z"]);
        let names: Vec<SmolStr> = object.previous.iter().map(|id| id.name.clone()).collect();
        assert_eq!(names, ["web", "a-web", "a-web-y", "b-a-web-y"]);
    }

    #[test]
    fn a_name_that_becomes_a_number_is_one() {
        let mut objects = resources(
            "{apiVersion: v1, kind: A, metadata: {name: e5}}\n---\n{apiVersion: v1, kind: A, metadata: {name: 'e5'}}",
        );
        around(&mut objects, "'1'", "''");
        assert_eq!(show_at(&objects[0].node, "metadata/name"), "1e5");
        assert_eq!(show_at(&objects[1].node, "metadata/name"), "\"1e5\"");
    }

    #[test]
    fn a_name_keeps_the_place_of_each_part() {
        let text = "{apiVersion: v1, kind: Service, metadata: {name: web}}";
        let mut objects = resources(text);
        around(&mut objects, "a-", "-z");
        let name = objects[0].node.at(&["metadata", "name"]).expect("a name");
        // Both affixes are the whole of a file 1 here.
        assert_eq!(places(name, [text, "a-"]), ["0:web", "1:a-", "0:web", "1:a-"]);
    }

    #[test]
    fn a_name_that_is_a_mapping_is_refused() {
        let mut objects = resources("{apiVersion: v1, kind: A, metadata: {name: {a: b}}}");
        assert_eq!(around(&mut objects, "a-", "''").1.len(), 1);
    }
}

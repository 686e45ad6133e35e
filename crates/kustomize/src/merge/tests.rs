//! Every expectation is what kustomize 5.5.0 gives.

use super::{Outcome, merge};
use crate::schema::Schemas;
use crate::transform::sample::{in_file, node, places, show, show_at};
use crate::tree::Node;

const DEPLOYMENT: &str = "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: ";

fn merged(target: &str, patch: &str) -> Result<Node, String> {
    let mut target = in_file(0, target).remove(0);
    match merge(&mut target, &node(patch), &Schemas::default()) {
        Ok(Outcome::Kept) => Ok(target),
        Ok(Outcome::Deleted) => Err("deleted".into()),
        Err(trouble) => Err(trouble.message),
    }
}

/// A merge without types.
fn plain(target: &str, patch: &str) -> String {
    merged(target, patch).map_or_else(|outcome| outcome, |node| show(&node))
}

/// A merge of the specs of two deployments' pods.
fn pod(target: &str, patch: &str) -> String {
    let whole = |spec: &str| format!("{DEPLOYMENT}{spec}}}}}}}");
    let merged = merged(&whole(target), &whole(patch));
    merged.map_or_else(|outcome| outcome, |node| show_at(&node, "spec/template/spec"))
}

/// A merge of containers' ports.
fn ports(target: &str, patch: &str) -> String {
    let whole =
        |ports: &str| format!("{DEPLOYMENT}{{containers: [{{name: a, ports: {ports}}}]}}}}}}}}");
    let merged = merged(&whole(target), &whole(patch));
    merged.map_or_else(
        |outcome| outcome,
        |node| show_at(&node, "spec/template/spec/containers/0/ports"),
    )
}

#[test]
fn mappings_unite_and_scalars_of_the_patch_win() {
    assert_eq!(plain("{a: 1, b: {c: 2}}", "{a: '1', b: {d: 3}}"), "{a: \"1\", b: {c: 2, d: 3}}");
    assert_eq!(plain("{a: '1', b: x, c: 1}", "{a: 2, b: 2, c: '2'}"), "{a: \"2\", b: 2, c: \"2\"}");
    assert_eq!(plain("{a: 1}", "{b: {c: ~, d: {e: null}}}"), "{a: 1, b: {d: {}}}");
}

#[test]
fn null_removes() {
    assert_eq!(plain("{a: 1, b: [1], c: {d: 1}}", "{a: null, b: ~, c: null}"), "{}");
    assert_eq!(plain("{a: null, b: 1}", "{a: null}"), "{b: 1}");
    assert_eq!(plain("{a: null, b: 1}", "{a: {c: 1}}"), "{a: {c: 1}, b: 1}");
}

#[test]
fn keys_without_a_value_go_and_written_nulls_stay() {
    assert_eq!(plain("a:\nb: null\nc: ~\nd: {e: }", "{f: 1}"), "{b: ~, c: ~, d: {}, f: 1}");
}

#[test]
fn lists_without_a_type_are_replaced() {
    assert_eq!(plain("{a: [{name: x}, {name: y}]}", "{a: [{name: z}]}"), "{a: [{name: z}]}");
    let kept = plain("{a: [1]}", "{a: [{$patch: replace}, 2]}");
    assert_eq!(kept, "{a: [{$patch: replace}, 2]}");
}

#[test]
fn directives_of_mappings() {
    assert_eq!(plain("{a: {b: 1}}", "{a: {$patch: delete}}"), "{}");
    assert_eq!(plain("{a: {b: 1}}", "{a: {$patch: replace, c: 2}}"), "{a: {c: 2}}");
    assert_eq!(plain("{a: {b: 1}}", "{a: {$patch: merge, c: 2}}"), "{a: {b: 1, c: 2}}");
    assert_eq!(plain("{a: 1}", "{b: {$patch: delete, c: 2}}"), "{a: 1}");
    assert_eq!(plain("{a: 1}", "{b: {$patch: foo, c: 2}}"), "{a: 1, b: {$patch: foo, c: 2}}");
    assert_eq!(plain("{a: 1}", "{$patch: delete}"), "deleted");
    assert_eq!(plain("{a: {}}", "{a: {$patch: foo}}"), "there is no directive `$patch: foo`");
}

#[test]
fn what_does_not_fit_is_refused() {
    let message = "the patch has a mapping where the object has a scalar";
    assert_eq!(plain("{a: 1}", "{a: {b: 1}}"), message);
    assert_eq!(plain("{a: {}}", "{a: [1]}"), "the patch has a list where the object has a mapping");
}

#[test]
fn elements_of_the_patch_come_first() {
    let containers = "{containers: [{name: a}, {name: b}, {name: c, image: x}]}";
    assert_eq!(
        pod(containers, "{containers: [{name: n}, {name: c, image: y}]}"),
        "{containers: [{name: n}, {image: y, name: c}, {name: a}, {name: b}]}"
    );
}

#[test]
fn directives_of_elements_and_lists() {
    let containers = "{containers: [{name: a}, {name: b}]}";
    let patched = |patch: &str| pod(containers, patch);
    assert_eq!(patched("{containers: [{name: a, $patch: delete}]}"), "{containers: [{name: b}]}");
    assert_eq!(
        patched("{containers: [{$patch: replace}, {name: z}]}"),
        "{containers: [{name: z}]}"
    );
    assert_eq!(patched("{containers: [{$patch: delete}]}"), "{}");
    assert_eq!(
        patched("{containers: [{$patch: merge}, {name: z}]}"),
        "{containers: [{name: z}, {name: a}, {name: b}]}"
    );
    // The new element is made, and the old one is put in its place.
    assert_eq!(
        patched("{containers: [{name: b, $patch: replace, image: x}]}"),
        "{containers: [{name: b}, {name: a}]}"
    );
    // Where there is no list, directives of lists are elements like others.
    assert_eq!(
        patched("{hostAliases: [{$patch: replace}, {ip: 1}]}"),
        "{containers: [{name: a}, {name: b}], hostAliases: [{$patch: replace}]}"
    );
    assert_eq!(
        patched("{volumes: [{name: x, $patch: delete}, {name: y}]}"),
        "{containers: [{name: a}, {name: b}], volumes: [{name: y}]}"
    );
}

#[test]
fn elements_without_their_key_destroy_the_list() {
    assert_eq!(pod("{containers: [{name: a}]}", "{containers: [{image: x}]}"), "{containers: []}");
}

#[test]
fn of_elements_with_the_same_key_the_last_stays() {
    let doubled = "{containers: [{name: a, env: [{name: A, value: 1}, {name: A, value: 2}]}]}";
    assert_eq!(
        pod(doubled, "{hostname: h}"),
        "{containers: [{env: [{name: A, value: 2}], name: a}], hostname: h}"
    );
}

#[test]
fn ports_are_told_apart_by_protocol_too() {
    assert_eq!(
        ports("[{containerPort: 80}, {containerPort: 81}]", "[{containerPort: 80, name: q}]"),
        "[{containerPort: 80, name: q}, {containerPort: 81}]"
    );
    assert_eq!(
        ports(
            "[{containerPort: 53, protocol: UDP}, {containerPort: 53, protocol: TCP}]",
            "[{containerPort: 53, protocol: TCP, name: q}, {containerPort: 9, protocol: TCP}]"
        ),
        "[{containerPort: 9, protocol: TCP}, {containerPort: 53, protocol: UDP}, \
         {containerPort: 53, name: q, protocol: TCP}]"
    );
    // The one with a protocol is found, and the one without is put in its place.
    assert_eq!(
        ports("[{containerPort: 80}]", "[{containerPort: 80, protocol: UDP}]"),
        "[{containerPort: 80}]"
    );
    assert_eq!(
        ports("[{containerPort: 80, protocol: UDP}]", "[{containerPort: 80, name: q}]"),
        "[{containerPort: 80, protocol: UDP}]"
    );
}

#[test]
fn plain_values_are_united() {
    let of = |finalizers: &str| {
        format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{finalizers: {finalizers}}}}}")
    };
    let merged = merged(&of("[a, b]"), &of("[c, b]")).expect("fits");
    assert_eq!(show_at(&merged, "metadata/finalizers"), "[c, b, a]");
}

#[test]
fn objects_in_objects_say_their_own_type() {
    let of = |spec: &str| {
        format!(
            "{{apiVersion: x/v1, kind: Foo, inner: {{apiVersion: v1, kind: Pod, spec: {spec}}}}}"
        )
    };
    let base = of("{containers: [{name: a}, {name: b}]}");
    let merged = merged(&base, &of("{containers: [{name: b, image: x}]}")).expect("fits");
    assert_eq!(show_at(&merged, "inner/spec/containers"), "[{image: x, name: b}, {name: a}]");
}

#[test]
fn values_know_where_they_come_from() {
    let (base, patch) = ("{a: {b: old, c: kept}, l: [1]}", "{a: {b: new, d: {e: more}}, l: [2]}");
    let node = merged(base, patch).expect("fits");
    let place = |path: &[&str]| places(node.at(path).expect("is there"), [base, patch]);
    assert_eq!(place(&["a", "b"]), ["1:new"]);
    assert_eq!(place(&["a", "c"]), ["0:kept"]);
    assert_eq!(place(&["a", "d", "e"]), ["1:more"]);
    assert_eq!(place(&["l"]), ["1:[2]"]);
    let a = node.get("a").and_then(Node::as_map).expect("a mapping");
    let key = a.entry("b").expect("is there").key_origin.clone();
    assert_eq!((key.span.file.0, key.trail.steps().count()), (1, 1));
    let value = a.get("b").expect("is there");
    let before = value.origin.trail.steps().next().expect("what it was").span;
    assert_eq!(base.get(before.start as usize..before.end as usize), Some("old"));
}

#[test]
fn a_hostile_list_comes_to_an_end() {
    let many = "{name: a}, ".repeat(5000);
    let message = "this list is too long to be merged: its elements cannot be told apart";
    assert_eq!(pod(&format!("{{containers: [{many}]}}"), "{containers: [{name: b}]}"), message);
}

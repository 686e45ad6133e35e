//! Every expectation is what kustomize 5.5.0 gives.

use super::{Language, apply};
use crate::transform::sample::{in_file, node, places, show};
use crate::tree::Node;

const TARGET: &str = "{a: 1, l: [1, 2, 3], m: {x: 1.0, z: 1000000}, none: null}";

fn patched(operations: &str, language: Language) -> Result<Node, String> {
    let mut target = in_file(0, TARGET).remove(0);
    let operations = node(operations);
    let operations = operations.as_list().expect("a list");
    apply(&mut target, operations, language).map_err(|trouble| trouble.message)?;
    Ok(target)
}

/// What a patch in YAML makes of one field.
fn check(operations: &str, field: &str, expected: &str) {
    let found = patched(operations, Language::Yaml).expect(operations);
    assert_eq!(found.get(field).map_or("nothing".into(), show), expected, "{operations}");
}

fn fails(operations: &str, message: &str) {
    assert_eq!(patched(operations, Language::Yaml).err().as_deref(), Some(message));
}

#[test]
fn adds() {
    check("[{op: add, path: /b, value: {c: [1]}}]", "b", "{c: [1]}");
    check("[{op: add, path: /a, value: 2}]", "a", "2");
    check("[{op: add, path: /b}]", "b", "~");
    check("[{op: add, path: /l/-, value: 9}]", "l", "[1, 2, 3, 9]");
    check("[{op: add, path: /l/1, value: 9}]", "l", "[1, 9, 2, 3]");
    check("[{op: add, path: /l/3, value: 9}]", "l", "[1, 2, 3, 9]");
    check("[{op: add, path: /l/-1, value: 9}]", "l", "[1, 2, 3, 9]");
    check("[{op: add, path: /l/-4, value: 9}]", "l", "[9, 1, 2, 3]");
    check("[{op: add, path: /l/+1, value: 9}]", "l", "[1, 9, 2, 3]");
    check("[{op: add, path: /l/01, value: 9}]", "l", "[1, 9, 2, 3]");
    check("[{op: add, path: /x~1y~0z, value: 9}]", "x/y~z", "9");
    check("[{op: add, path: /m/, value: 9}]", "m", "{: 9, x: 1, z: 1e+06}");
    check("[{op: add, path: ignored/b, value: 9}]", "b", "9");
    fails(
        "[{op: add, path: /l/4, value: 9}]",
        "`add` does not apply: `/l/4` is no place in a list of 3",
    );
    fails(
        "[{op: add, path: /l/-5, value: 9}]",
        "`add` does not apply: `/l/-5` is no place in a list of 3",
    );
    fails("[{op: add, path: '', value: 9}]", "`add` does not apply: `` leads to nothing");
    fails(
        "[{op: add, path: /none/x, value: 9}]",
        "`add` does not apply: `/none/x` leads to nothing",
    );
    fails("[{op: add, path: /a/x, value: 9}]", "`add` does not apply: `/a/x` leads to nothing");
    fails("[{op: add, path: /z/x, value: 9}]", "`add` does not apply: `/z/x` leads to nothing");
}

#[test]
fn removes_and_replaces() {
    check("[{op: remove, path: /a}]", "a", "nothing");
    check("[{op: remove, path: /none}]", "none", "nothing");
    check("[{op: remove, path: /l/-1}]", "l", "[1, 2]");
    check("[{op: replace, path: /l/-1, value: 7}]", "l", "[1, 2, 7]");
    check("[{op: replace, path: /z, value: 7}]", "z", "7");
    check("[{op: replace, path: /none, value: 7}]", "none", "7");
    fails("[{op: remove, path: /z}]", "`remove` does not apply: `/z` is not there");
    fails(
        "[{op: remove, path: /l/3}]",
        "`remove` does not apply: `/l/3` is no place in a list of 3",
    );
    fails(
        "[{op: replace, path: /l/-, value: 7}]",
        "`replace` does not apply: `/l/-` is no place in a list of 3",
    );
}

#[test]
fn moves_and_copies() {
    check("[{op: move, from: /l/0, path: /l/-}]", "l", "[2, 3, 1]");
    check("[{op: copy, from: /l, path: /b}]", "b", "[1, 2, 3]");
    check("[{op: copy, from: /z, path: /b}]", "b", "~");
    fails("[{op: move, from: /z, path: /b}]", "`move` does not apply: `/z` is not there");
    fails("[{op: move, path: /b}]", "this `move` has no `from`");
}

#[test]
fn tests() {
    check("[{op: test, path: /a, value: 1}, {op: add, path: /b, value: 2}]", "b", "2");
    check("[{op: test, path: /m, value: {z: 1000000, x: 1}}]", "a", "1");
    check("[{op: test, path: /z, value: null}, {op: test, path: /none, value: null}]", "a", "1");
    fails("[{op: test, path: /a, value: '1'}]", "`test` does not apply: `/a` has another value");
    fails(
        "[{op: test, path: /l/7, value: ~}]",
        "`test` does not apply: `/l/7` is no place in a list of 3",
    );
}

#[test]
fn operations_that_cannot_be_read() {
    fails("[{op: foo, path: /a}]", "there is no operation `foo`");
    fails("[{op: Add, path: /a}]", "there is no operation `Add`");
    fails("[{path: /a}]", "this operation has no `op`");
    fails("[{op: add, value: 1}]", "this `add` has no `path`");
}

#[test]
fn yaml_is_typed_as_yaml_1_1() {
    let value = "[y, OFF, yes, 'yes', 017, 1_000, 0x10, 1e3, 2001-01-01, 1:30, ~]";
    check(
        &format!("[{{op: add, path: /b, value: {value}}}]"),
        "b",
        "[true, false, true, yes, 15, 1000, 16, 1000, \"2001-01-01\", 1:30, ~]",
    );
}

#[test]
fn so_are_keys() {
    let target = "{}";
    let mut target = in_file(0, target).remove(0);
    let texts = "- {op: add, path: /b, value: {y: 1, Off: 2, 'n': 3, yes: 4}}";
    let tree = kubesift_yaml::parse(std::sync::Arc::new(kubesift_source::SourceFile::new(
        kubesift_source::FileId(1),
        "patch.yaml",
        texts,
    )));
    let documents = crate::load::documents(&tree, crate::trouble::Class::Patch).expect("reads");
    let operations = documents[0].as_list().expect("a list");
    apply(&mut target, operations, Language::Yaml).expect("applies");
    assert_eq!(show(&target), "{b: {false: 2, n: 3, true: 4}}");
}

#[test]
fn numbers_are_floats_on_the_way() {
    check("[{op: add, path: /b, value: 12345678901234567}]", "b", "1.2345678901234568e+16");
    check("[]", "m", "{x: 1, z: 1e+06}");
    check(
        "[{op: add, path: /b, value: [123456, 1234567, 0.5, -3]}]",
        "b",
        "[123456, 1.234567e+06, 0.5, -3]",
    );
}

#[test]
fn quotes_that_are_not_needed_go() {
    let mut target = in_file(0, "{a: 'x', b: '1', c: 'no', d: ''}").remove(0);
    apply(&mut target, &[], Language::Json).expect("nothing to do");
    let quoted = |key| target.get(key).and_then(Node::as_scalar).map(|scalar| scalar.quoted);
    assert_eq!(["a", "b", "c", "d"].map(quoted), [Some(false), Some(true), Some(true), Some(true)]);
}

#[test]
fn values_come_from_the_patch() {
    let patch = "[{op: replace, path: /a, value: new}, {op: copy, from: /l/0, path: /c}]";
    let found = patched(patch, Language::Yaml).expect("applies");
    let place = |key: &str| places(found.get(key).expect("is there"), [TARGET, patch]);
    assert_eq!(place("a"), ["1:new"]);
    assert_eq!(place("c"), ["0:1"]);
    let key = found.as_map().and_then(|map| map.entry("a")).expect("is there").key_origin.span;
    assert_eq!(patch.get(key.start as usize..key.end as usize), Some("/a"));
}

#[test]
fn a_hostile_patch_comes_to_an_end() {
    let doubling =
        "{op: copy, from: /m, path: /m/x}, {op: copy, from: /m, path: /m/z}, ".repeat(64);
    assert!(patched(&format!("[{doubling}]"), Language::Yaml).is_err());
    let deep: String = (0..400).map(|_| "{op: add, path: PATH, value: {}}, ").collect();
    let mut path = String::new();
    let deep = deep.split("PATH").fold(String::new(), |text, part| {
        path.push_str("/d");
        if text.is_empty() { part.to_owned() } else { text + &path[2..] + part }
    });
    assert!(patched(&format!("[{deep}]"), Language::Yaml).is_err());
}

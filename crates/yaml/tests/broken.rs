//! Texts that are wrong, each named after what is wrong: where the error points, what it says, and
//! what is still read.

use kubesift_yaml::{ErrorKind, Style, Tree};

use crate::tree;

/// The bytes that the only error points at, and its message.
fn only_error(tree: &Tree) -> (&str, &str) {
    assert_eq!(tree.errors().len(), 1, "{:?}", tree.errors());
    let error = &tree.errors()[0];
    (tree.file().slice(error.span), &error.message)
}

/// Checks one error and the value of `ok`, which stands after what is wrong.
fn check(text: &str, place: &str, message: &str) {
    let tree = tree(text);
    let (pointed, said) = only_error(&tree);
    assert_eq!(pointed, place, "{said}");
    assert!(said.contains(message), "{said}");
    assert!(tree.documents().next().unwrap().is_broken());
    if text.contains("ok: 1") {
        let root = tree.document(0).unwrap().root().unwrap();
        assert_eq!(root.get("ok").and_then(|node| node.int()), Some(1), "{text:?}");
    }
}

#[test]
fn double_quote_never_closed() {
    check("v: \"a b\nok: 1\n", "\"a b", "never closed");
}

#[test]
fn single_quote_never_closed() {
    check("v: 'a\nok: 1\n", "'a", "never closed");
}

#[test]
fn quote_closed_by_the_next_one() {
    check("v: 'a\nw: 1\nx: 'b'\nok: 1\n", "'a", "not closed on its line");
}

#[test]
fn text_after_a_quote() {
    check("v: \"a\" b\nok: 1\n", "b", "follows the closing quote");
}

#[test]
fn tab_as_indentation() {
    check("v:\n\ta: 1\nok: 1\n", "\t", "tab");
}

#[test]
fn tab_in_a_block() {
    check("v: |\n  \ta\nok: 1\n", "\t", "tab");
}

#[test]
fn second_colon() {
    check("v: a: b\nok: 1\n", ":", "second colon");
}

#[test]
fn key_too_deep() {
    check("v: 1\n  w: 2\nok: 1\n", "w: 2", "deeper");
}

#[test]
fn indentation_between_two_levels() {
    check("v:\n    a: 1\n  b: 2\nok: 1\n", "b: 2", "indentation");
}

#[test]
fn item_among_keys() {
    check("v: 1\n- a\nok: 1\n", "- a", "list item");
}

#[test]
fn item_on_its_keys_line() {
    check("v: - a\nok: 1\n", "- a", "list item");
}

#[test]
fn key_without_colon() {
    check("v: 1\nfoo\nok: 1\n", "foo", "without a colon");
}

#[test]
fn bracket_never_closed() {
    check("v: [a\nok: 1\n", "[", "never closed");
    check("v: {a: 1\nok: 1\n", "{", "never closed");
}

#[test]
fn brackets_mismatched() {
    check("v: {a: 1]\nok: 1\n", "{a: 1]", "closed by");
}

#[test]
fn bracket_closes_nothing() {
    check("v: ]\nok: 1\n", "]", "closes nothing");
}

#[test]
fn two_commas() {
    check("v: [a,,b]\nok: 1\n", ",b]", "between brackets");
}

#[test]
fn question_mark_between_brackets() {
    check("v: [a?b]\nok: 1\n", "?", "question mark");
}

#[test]
fn reserved_character() {
    check("v: @a\nok: 1\n", "@a", "cannot begin");
    check("v: `a`\nok: 1\n", "`a`", "cannot begin");
    check("v: %a\nok: 1\n", "%a", "cannot begin");
}

#[test]
fn alias_without_name() {
    check("v: *\nok: 1\n", "*", "a name must follow");
}

#[test]
fn alias_without_anchor() {
    let text = "v: *x\nok: 1\n";
    check(text, "*x", "no anchor");
    assert_eq!(tree(text).errors()[0].kind, ErrorKind::UnknownAlias);
}

#[test]
fn alias_inside_its_anchor() {
    check("v: &x [*x]\nok: 1\n", "*x", "own anchor");
}

#[test]
fn unknown_escape() {
    check("v: \"a\\d\"\nok: 1\n", "\\d", "escape");
    check("v: \"\\ud83d\"\nok: 1\n", "\\ud83d", "no character");
}

#[test]
fn template_expression() {
    check("v: {{ .Values.x }}\nok: 1\n", "{ .Values.x }", "{{");
    check("{{- if x }}\nok: 1\n", "{{- if x }}", "template");
    let tree = tree("v: {{ x }}\n");
    let value = tree.document(0).unwrap().root().unwrap().get("v").unwrap();
    assert_eq!(value.style(), Style::Error);
}

#[test]
fn control_character() {
    check("v: \u{7}\nok: 1\n", "\u{7}", "control character");
}

#[test]
fn infinity_and_not_a_number() {
    check("v: .inf\nok: 1\n", ".inf", "JSON");
    check("v: -.INF\nok: 1\n", "-.INF", "JSON");
    check("v: [.nan]\nok: 1\n", ".nan", "JSON");
}

#[test]
fn null_as_key() {
    check("~: 1\nok: 1\n", "~", "null");
    check(": 1\nok: 1\n", ":", "key is missing");
}

#[test]
fn list_as_key() {
    check("? [a]\n: 1\nok: 1\n", "[a]", "single value");
}

#[test]
fn merge_of_a_scalar() {
    check("<<: 1\nok: 1\n", "<<", "merge key");
    check("<<: [1]\nok: 1\n", "<<", "merge key");
}

#[test]
fn tag_that_does_not_fit() {
    check("v: !!int abc\nok: 1\n", "abc", "!!int");
}

#[test]
fn directive_unknown() {
    check("%FOO x\n---\nok: 1\n", "%FOO x", "%YAML");
    check("%YAML 1.2\n---\nok: 1\n", "%YAML 1.2", "1.1");
}

#[test]
fn content_on_the_separator() {
    let tree = tree("--- {a: 1}\n");
    assert_eq!(only_error(&tree).0, "--- {a: 1}");
}

#[test]
fn too_deep() {
    let tree = tree(&"[".repeat(20_000));
    assert_eq!(tree.errors()[0].kind, ErrorKind::TooDeep);
}

#[test]
fn aliases_without_bound() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..9 {
        let alias = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 9].join(",")));
    }
    let tree = tree(&text);
    assert_eq!(tree.errors()[0].kind, ErrorKind::AliasBomb);
}

#[test]
fn an_error_hides_no_other_document() {
    let tree = tree("a: 'x\n---\nb: 1\n---\nc: [\n---\nd: 2\n");
    let broken: Vec<bool> = tree.documents().map(|document| document.is_broken()).collect();
    assert_eq!(broken, [true, false, true, false]);
    let documents: Vec<u32> = tree.errors().iter().map(|error| error.document).collect();
    assert_eq!(documents, [0, 2]);
}

#[test]
fn several_errors_in_one_document() {
    let tree = tree("a: 'x\nb: 1\nc: @d\ne: 2\nf: [\ng: 3\n");
    let root = tree.document(0).unwrap().root().unwrap();
    for (key, value) in [("b", 1), ("e", 2), ("g", 3)] {
        assert_eq!(root.get(key).and_then(|node| node.int()), Some(value), "{key}");
    }
    for key in ["a", "c", "f"] {
        assert_eq!(root.get(key).map(|node| node.style()), Some(Style::Error), "{key}");
    }
    assert_eq!(tree.errors().len(), 3);
}

/// A prototype of the scanner took `b` for the value of `a`.
#[test]
fn plain_line_at_the_mappings_own_indent_is_not_a_value() {
    let tree = tree("m:\n  a:\n  b\nok: 1\n");
    assert_eq!(only_error(&tree).0, "b");
    let a = tree.document(0).unwrap().root().unwrap().at("m.a").unwrap();
    assert!(a.is_null());
}

//! Documents of a file, and what its trees know beside values.

use kubesift_yaml::to_json;

use crate::tree;

/// The JSON of every document.
fn documents(text: &str) -> Vec<String> {
    let tree = tree(text);
    tree.documents()
        .map(|document| to_json(document).unwrap_or_else(|error| error.message))
        .collect()
}

#[test]
fn separators() {
    assert_eq!(documents("---\na: 1\n--- # two\nb: 2\n---\n"), ["{\"a\":1}", "{\"b\":2}", "null"]);
    assert_eq!(documents("# header\n---\na: 1\n"), ["{\"a\":1}"]);
    assert_eq!(documents("a: 1\n---\n# nothing\n---\nb: 2"), ["{\"a\":1}", "null", "{\"b\":2}"]);
    assert_eq!(documents("a: 1\r\n---\r\nb: 2\r\n"), ["{\"a\":1}", "{\"b\":2}"]);
    assert_eq!(documents("---\n---\n"), ["null", "null"]);
    assert_eq!(documents(""), ["null"]);
    assert_eq!(documents("a: |\n  ---\n  b\n---\nc: 1\n"), ["{\"a\":\"---\\nb\\n\"}", "{\"c\":1}"]);
}

#[test]
fn a_separator_may_end_the_text_without_a_line_break() {
    let tree = tree("a: 1\n---");
    assert!(tree.errors().is_empty());
    assert_eq!(documents("a: 1\n---"), ["{\"a\":1}", "null"]);
}

#[test]
fn text_after_the_end_mark_is_dropped() {
    assert_eq!(documents("a: 1\n...\nb: 2\n---\nc: 3\n"), ["{\"a\":1}", "{\"c\":3}"]);
}

#[test]
fn directives_belong_to_the_document_below() {
    assert_eq!(documents("%YAML 1.1\n---\na: 1\n---\nb: 2\n"), ["{\"a\":1}", "{\"b\":2}"]);
}

#[test]
fn anchors_do_not_cross_documents() {
    let tree = tree("a: &x 1\n---\nb: *x\n");
    assert_eq!(tree.errors().len(), 1);
    assert_eq!(tree.errors()[0].document, 1);
}

#[test]
fn byte_order_mark_keeps_offsets() {
    let tree = tree("\u{feff}a: 1\n");
    let a = tree.document(0).unwrap().root().unwrap().get("a").unwrap();
    assert_eq!((a.key_span().unwrap().start, a.span().start), (3, 6));
}

#[test]
fn header_comments_are_kept() {
    let tree = tree("# licence\n---\na: 1 # one\n");
    let comments: Vec<_> = tree.comments().map(|span| tree.file().slice(span)).collect();
    assert_eq!(comments, ["# licence", "# one"]);
    assert_eq!(tree.documents().len(), 1);
}

#[test]
fn duplicates_are_found_by_typed_key() {
    let pairs = |text: &str| -> Vec<(String, String)> {
        let tree = tree(text);
        let shown = |span| tree.file().slice(span).to_owned();
        tree.duplicates().iter().map(|pair| (shown(pair.first), shown(pair.second))).collect()
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(pairs("a: 1\nb: 2\na: 3\n"), [pair("a", "a")]);
    assert_eq!(pairs("16: 1\n0x10: 2\n"), [pair("16", "0x10")]);
    assert_eq!(pairs("a: 1\n\"a\": 2\n'a': 3\n"), [pair("a", "\"a\""), pair("\"a\"", "'a'")]);
    assert_eq!(pairs("yes: 1\n\"true\": 2\n"), []);
    assert_eq!(pairs("x: {a: 1, a: 2}\ny: [{a: 1}, {a: 2}]\n"), [pair("a", "a")]);
    let many: String = (0..100).map(|key| format!("k{}: 1\n", key % 99)).collect();
    assert_eq!(pairs(&many), [pair("k0", "k0")]);
}

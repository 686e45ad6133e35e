//! One case per awkward form: text before, what is asked, text after (none: refused).

use std::sync::Arc;

use kubesift_source::{FileId, SourceFile, apply};
use kubesift_yaml::{edit, parse};

use super::{Op, edited, find};
use crate::tree;

/// Name, text, path of the node, text after.
type Case = (&'static str, &'static str, &'static str, Option<&'static str>);

fn check(op: &Op, cases: &[Case]) {
    let mut wrong = Vec::new();
    for (name, text, path, expected) in cases {
        let tree = tree(text);
        assert!(tree.errors().is_empty(), "{name}: {:?}", tree.errors());
        let got = edited(text, &tree, find(&tree, path), op);
        if got.as_deref() != *expected {
            wrong.push(format!(
                "{name}\n--- got\n{}\n--- expected\n{}",
                show(&got),
                show(expected)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn show(text: &Option<impl AsRef<str>>) -> String {
    text.as_ref().map_or("refused".to_owned(), |text| text.as_ref().replace('\r', "\\r"))
}

#[test]
fn replace_with_a_boolean() {
    check(
        &Op::Replace("false".into()),
        &[
            ("plain", "a: true\nb: 1\n", "a", Some("a: false\nb: 1\n")),
            ("comment behind", "a: true # c\n", "a", Some("a: false # c\n")),
            ("quoted string becomes a boolean", "a: \"true\"\n", "a", Some("a: false\n")),
            ("nothing there", "a:\nb: 1\n", "a", Some("a: false\nb: 1\n")),
            ("nothing there, blank behind the colon", "a: \nb: 1\n", "a", Some("a: false\nb: 1\n")),
            ("nothing there but a comment", "a: # c\nb: 1\n", "a", Some("a: false # c\nb: 1\n")),
            ("nothing there at the end of the text", "a:", "a", Some("a: false")),
            ("nothing there, CRLF", "a:\r\nb: 1\r\n", "a", Some("a: false\r\nb: 1\r\n")),
            ("tilde", "a: ~ # c\n", "a", Some("a: false # c\n")),
            ("null", "a: null\n", "a", Some("a: false\n")),
            ("item", "- x\n- y # c\n", "1", Some("- x\n- false # c\n")),
            ("item that is not written", "-\n- y\n", "0", Some("- false\n- y\n")),
            ("last item that is not written", "- y\n- # c\n", "1", Some("- y\n- false # c\n")),
            ("root", "true\n", "", Some("false\n")),
            (
                "value on the next line",
                "a:\n  # why\n  true\n",
                "a",
                Some("a:\n  # why\n  false\n"),
            ),
            ("literal", "a: |\n  x\n  y\nb: 1\n", "a", Some("a: false\nb: 1\n")),
            (
                "literal with comment",
                "a: |- # c\n  x\n\nb: 1\n",
                "a",
                Some("a: false # c\n\nb: 1\n"),
            ),
            ("literal without content", "a: |\nb: 1\n", "a", Some("a: false\nb: 1\n")),
            ("literal at the end of the text", "a: >\n  x", "a", Some("a: false")),
            ("plain over lines", "a: x\n  y\nb: 1\n", "a", Some("a: false\nb: 1\n")),
            ("mapping", "a:\n  x: 1\n  w: 2 # c\nb: 1\n", "a", Some("a: false\nb: 1\n")),
            (
                "mapping with comments before it",
                "a: # note\n  # about\n  x: 1\nb: 1\n",
                "a",
                Some("a: false # note\n  # about\nb: 1\n"),
            ),
            ("indentless list", "a:\n- x\n- y\nb: 1\n", "a", Some("a: false\nb: 1\n")),
            ("item mapping", "- x: 1\n  w: 2\n- z\n", "0", Some("- false\n- z\n")),
            ("mapping in brackets", "a: {x: 1} # c\n", "a", Some("a: false # c\n")),
            ("in brackets", "{a: true, b: 1}\n", "a", Some("{a: false, b: 1}\n")),
            ("nothing there in brackets", "{a: , b: 1}\n", "a", Some("{a: false , b: 1}\n")),
            ("bare key in brackets", "{a, b: 1}\n", "a", Some("{a: false, b: 1}\n")),
            ("JSON", "{\"a\": true}", "a", Some("{\"a\": false}")),
            ("value of an alias", "x: &x true\na: *x\n", "a", None),
            ("value that an alias refers to", "x: &x true\na: *x\n", "x", None),
            ("inside what an alias refers to", "x: &x {w: 1}\na: *x\n", "x.w", None),
            ("behind a merge key", "x: &x\n  w: 1\na:\n  <<: *x\n", "a.w", None),
            ("holds what an alias refers to", "x:\n  w: &y 1\na: *y\n", "x", None),
            ("anchor that nobody refers to", "x: &x true\n", "x", Some("x: &x false\n")),
            ("tagged", "a: !!str 1\n", "a", None),
            ("tagged mapping", "a: !!map\n  x: 1\n", "a", None),
            ("byte order mark", "\u{feff}a: true\n", "a", Some("\u{feff}a: false\n")),
            ("second document", "a: true\n---\na: true\n", "1:a", Some("a: true\n---\na: false\n")),
        ],
    );
}

#[test]
fn replace_with_a_string() {
    check(
        &Op::Replace("RuntimeDefault".into()),
        &[
            ("single quotes stay", "a: 'x'\n", "a", Some("a: 'RuntimeDefault'\n")),
            ("double quotes stay", "a: \"x\"\n", "a", Some("a: \"RuntimeDefault\"\n")),
            ("plain stays", "a: x\n", "a", Some("a: RuntimeDefault\n")),
            ("JSON", "{\"a\": 1}", "a", Some("{\"a\": \"RuntimeDefault\"}")),
            ("JSON null", "{\"a\": null}", "a", Some("{\"a\": \"RuntimeDefault\"}")),
        ],
    );
    check(
        &Op::Replace("\"it's\"".into()),
        &[
            ("single quotes are doubled", "a: 'x'\n", "a", Some("a: 'it''s'\n")),
            ("plain stays plain where it may", "a: x\n", "a", Some("a: it's\n")),
            ("nothing there: as it is given", "a:\n", "a", Some("a: \"it's\"\n")),
        ],
    );
    check(
        &Op::Replace("\"no\"".into()),
        &[("plain would be a boolean", "a: x\n", "a", Some("a: \"no\"\n"))],
    );
    check(
        &Op::Replace("a, b".into()),
        &[
            ("plain in block style", "a: x\n", "a", Some("a: a, b\n")),
            ("quoted in brackets", "{a: x}\n", "a", Some("{a: \"a, b\"}\n")),
        ],
    );
}

#[test]
fn replace_with_brackets() {
    check(
        &Op::Replace("{drop: [ALL]}".into()),
        &[
            ("scalar", "a: x # c\n", "a", Some("a: {drop: [ALL]} # c\n")),
            ("JSON", "{\"a\":1}", "a", Some("{\"a\":{\"drop\": [\"ALL\"]}}")),
            (
                "JSON over lines",
                "{\n  \"a\": 1\n}\n",
                "a",
                Some("{\n  \"a\": {\n    \"drop\": [\n      \"ALL\"\n    ]\n  }\n}\n"),
            ),
        ],
    );
}

#[test]
fn replace_with_lines() {
    check(
        &Op::Replace("drop:\n- ALL\nadd:\n- X\n".into()),
        &[
            (
                "scalar",
                "a: x\nb: 1\n",
                "a",
                Some("a:\n  drop:\n    - ALL\n  add:\n    - X\nb: 1\n"),
            ),
            (
                "as the file indents",
                "a: x\nb:\n    c:\n    - 1\n",
                "a",
                Some("a:\n    drop:\n    - ALL\n    add:\n    - X\nb:\n    c:\n    - 1\n"),
            ),
            (
                "comment moves to the key",
                "a: x # c\n",
                "a",
                Some("a: # c\n  drop:\n    - ALL\n  add:\n    - X\n"),
            ),
            ("nothing there", "a:", "a", Some("a:\n  drop:\n    - ALL\n  add:\n    - X")),
            (
                "item",
                "l:\n  - x\n  - y\n",
                "l.0",
                Some("l:\n  - drop:\n      - ALL\n    add:\n      - X\n  - y\n"),
            ),
            (
                "mapping",
                "a:\n  x: 1\nb: 1\n",
                "a",
                Some("a:\n  drop:\n    - ALL\n  add:\n    - X\nb: 1\n"),
            ),
            ("in brackets", "{a: 1}\n", "a", Some("{a: {drop: [ALL], add: [X]}}\n")),
            ("CRLF", "a: x\r\n", "a", Some("a:\r\n  drop:\r\n    - ALL\r\n  add:\r\n    - X\r\n")),
            ("root", "a: 1\n", "", Some("drop:\n  - ALL\nadd:\n  - X\n")),
        ],
    );
    check(
        &Op::Replace("|\n  one\n\n  two\n".into()),
        &[
            ("literal", "a:\n  b: x # c\n", "a.b", Some("a:\n  b: | # c\n    one\n\n    two\n")),
            ("literal between brackets", "{a: x}\n", "a", Some("{a: \"one\\n\\ntwo\\n\"}\n")),
            ("comment below would be swallowed", "a:\n  b: x\n     # c\n", "a.b", None),
        ],
    );
}

#[test]
fn add_one_key() {
    check(
        &Op::Add("new".into(), "1".into()),
        &[
            ("root", "a: 1\n", "", Some("a: 1\nnew: 1\n")),
            ("no line break at the end", "a: 1", "", Some("a: 1\nnew: 1")),
            ("CRLF", "a: 1\r\nb: 2\r\n", "", Some("a: 1\r\nb: 2\r\nnew: 1\r\n")),
            ("CRLF without a last one", "a: 1\r\nb: 2", "", Some("a: 1\r\nb: 2\r\nnew: 1")),
            ("trailing blank lines", "a: 1\n\n\n", "", Some("a: 1\nnew: 1\n\n\n")),
            ("comment behind the last", "a: 1 # c\nb: 1\n", "", Some("a: 1 # c\nb: 1\nnew: 1\n")),
            ("comment behind the last one", "a: 1 # c\n# d\n", "", Some("a: 1 # c\nnew: 1\n# d\n")),
            (
                "comments that belong to what follows",
                "a:\n  x: 1\n# about b\nb: 2\n",
                "a",
                Some("a:\n  x: 1\n  new: 1\n# about b\nb: 2\n"),
            ),
            (
                "comments that belong to the last entry",
                "a:\n  x:\n    w: 1\n    # z: 1\nb: 2\n",
                "a",
                Some("a:\n  x:\n    w: 1\n    # z: 1\n  new: 1\nb: 2\n"),
            ),
            (
                "item mapping",
                "l:\n- name: app\n- name: b\n",
                "l.0",
                Some("l:\n- name: app\n  new: 1\n- name: b\n"),
            ),
            ("wide dash", "l:\n-   name: app\n", "l.0", Some("l:\n-   name: app\n    new: 1\n")),
            ("list in list", "- - a: 1\n", "0.0", Some("- - a: 1\n    new: 1\n")),
            ("literal last", "a: |\n  x\n\nb: 2\n", "", Some("a: |\n  x\n\nb: 2\nnew: 1\n")),
            ("literal is last", "a: |\n  x\n\n", "", Some("a: |\n  x\nnew: 1\n\n")),
            ("literal that keeps", "a: |+\n  x\n\n", "", Some("a: |+\n  x\n\nnew: 1\n")),
            (
                "literal that keeps before a separator",
                "a: |+\n  x\n\n---\nb: 1\n",
                "",
                Some("a: |+\n  x\n\nnew: 1\n---\nb: 1\n"),
            ),
            (
                "literal without a last line break: above it",
                "a: 1\n# data\nb: |\n  x",
                "",
                Some("a: 1\nnew: 1\n# data\nb: |\n  x"),
            ),
            ("literal that strips, no break", "b: |-\n  x", "", Some("b: |-\n  x\nnew: 1")),
            ("item with such a literal", "- b: |\n    x", "0", None),
            (
                "literal with spaces in it",
                "a: |\n  x\n     \n",
                "",
                Some("a: |\n  x\n     \nnew: 1\n"),
            ),
            ("literal with a digit", "a: |1\n  x\n y\n", "", Some("a: |1\n  x\n y\nnew: 1\n")),
            ("before a separator", "a: 1\n---\nb: 2\n", "", Some("a: 1\nnew: 1\n---\nb: 2\n")),
            ("before an end mark", "a: 1\n...\n", "", Some("a: 1\nnew: 1\n...\n")),
            ("second document", "a: 1\n---\nb: 2\n", "1:", Some("a: 1\n---\nb: 2\nnew: 1\n")),
            ("last is not written", "a:\n  b:\nc: 1\n", "a", Some("a:\n  b:\n  new: 1\nc: 1\n")),
            ("last item is not written", "a:\n  -\nc: 1\n", "", Some("a:\n  -\nc: 1\nnew: 1\n")),
            ("list with an empty item last", "c:\n- x\n-\n", "", Some("c:\n- x\n-\nnew: 1\n")),
            (
                "flow over lines last",
                "a: {x: 1,\n  w: 2} # c\n",
                "",
                Some("a: {x: 1,\n  w: 2} # c\nnew: 1\n"),
            ),
            ("brackets", "a: {x: 1}\n", "a", Some("a: {x: 1, new: 1}\n")),
            ("brackets with blanks", "a: { x: 1 }\n", "a", Some("a: { x: 1, new: 1 }\n")),
            ("trailing comma", "a: {x: 1, }\n", "a", Some("a: {x: 1, new: 1, }\n")),
            ("bare key", "a: {x}\n", "a", Some("a: {x, new: 1}\n")),
            ("colon without value", "a: {x: }\n", "a", Some("a: {x: , new: 1 }\n")),
            (
                "brackets over lines",
                "a: {\n  x: 1 # c\n}\n",
                "a",
                Some("a: {\n  x: 1, # c\n  new: 1\n}\n"),
            ),
            (
                "brackets over lines, trailing comma",
                "a: {\n  x: 1, # c\n}\n",
                "a",
                Some("a: {\n  x: 1, # c\n  new: 1,\n}\n"),
            ),
            (
                "empty brackets become a line",
                "a: {} # c\nb: 1\n",
                "a",
                Some("a: # c\n  new: 1\nb: 1\n"),
            ),
            ("empty brackets of an item", "- {}\n", "0", Some("- new: 1\n")),
            ("empty brackets between brackets", "{a: {}}\n", "a", Some("{a: {new: 1}}\n")),
            ("empty root", "{}\n", "", Some("{new: 1}\n")),
            ("null", "a:\nb: 1\n", "a", Some("a:\n  new: 1\nb: 1\n")),
            ("null with comment", "a: # note\nb: 1\n", "a", Some("a: # note\n  new: 1\nb: 1\n")),
            ("tilde", "a: ~ # note\nb: 1\n", "a", Some("a: # note\n  new: 1\nb: 1\n")),
            ("null at the end", "a:", "a", Some("a:\n  new: 1")),
            ("null item", "-\n- 1\n", "0", Some("- new: 1\n- 1\n")),
            ("key is there", "new: 2\n", "", None),
            ("no mapping", "a: 1\n", "a", None),
            ("alias", "x: &x {w: 1}\na: *x\n", "a", None),
            ("referred to", "x: &x {w: 1}\na: *x\n", "x", None),
            (
                "with a merge key",
                "x: &x\n  w: 1\na:\n  <<: *x\n",
                "a",
                Some("x: &x\n  w: 1\na:\n  <<: *x\n  new: 1\n"),
            ),
            ("JSON", "{\"a\": 1}", "", Some("{\"a\": 1, \"new\": 1}")),
            ("tight JSON", "{\"a\":1,\"b\":2}", "", Some("{\"a\":1,\"b\":2,\"new\":1}")),
            (
                "JSON over lines",
                "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n",
                "",
                Some("{\n\t\"a\": {\n\t\t\"b\": 1\n\t},\n\t\"new\": 1\n}\n"),
            ),
            ("complex key last", "? a\n: b\n", "", None),
            ("quoted key", "\"a\": 1\n", "", Some("\"a\": 1\nnew: 1\n")),
            ("byte order mark", "\u{feff}a: 1\n", "", Some("\u{feff}a: 1\nnew: 1\n")),
            ("lone CR", "a: 1\rb: 2\n", "", None),
        ],
    );
}

#[test]
fn add_with_parents() {
    check(
        &Op::Add("securityContext.capabilities.drop".into(), "[ALL]".into()),
        &[
            (
                "container",
                "spec:\n  containers:\n    - name: app\n      image: x\n  other: 1\n",
                "spec.containers.0",
                Some(
                    "spec:\n  containers:\n    - name: app\n      image: x\n      securityContext:\n        \
                     capabilities:\n          drop: [ALL]\n  other: 1\n",
                ),
            ),
            (
                "four columns",
                "spec:\n    containers:\n    - name: app\n",
                "spec.containers.0",
                Some(
                    "spec:\n    containers:\n    - name: app\n      securityContext:\n          \
                     capabilities:\n              drop: [ALL]\n",
                ),
            ),
            (
                "brackets",
                "c: {name: app}\n",
                "c",
                Some("c: {name: app, securityContext: {capabilities: {drop: [ALL]}}}\n"),
            ),
            (
                "JSON",
                "{\"name\": \"app\"}",
                "",
                Some(
                    "{\"name\": \"app\", \"securityContext\": {\"capabilities\": {\"drop\": [\"ALL\"]}}}",
                ),
            ),
            (
                "JSON over lines",
                "{\n  \"name\": \"app\"\n}",
                "",
                Some(
                    "{\n  \"name\": \"app\",\n  \"securityContext\": {\n    \"capabilities\": {\n      \
                     \"drop\": [\n        \"ALL\"\n      ]\n    }\n  }\n}",
                ),
            ),
            (
                "JSON, empty mapping over lines",
                "{\n  \"c\": {}\n}",
                "c",
                Some(
                    "{\n  \"c\": {\n    \"securityContext\": {\n      \"capabilities\": {\n        \
                     \"drop\": [\n          \"ALL\"\n        ]\n      }\n    }\n  }\n}",
                ),
            ),
        ],
    );
    check(
        &Op::Add("on.a".into(), "- x\n- w: 1\n  z: 2\n".into()),
        &[
            (
                "keys that need quotes, list indented",
                "l:\n  - 1\n",
                "",
                Some("l:\n  - 1\n\"on\":\n  a:\n    - x\n    - w: 1\n      z: 2\n"),
            ),
            (
                "list not indented",
                "l:\n- 1\n",
                "",
                Some("l:\n- 1\n\"on\":\n  a:\n  - x\n  - w: 1\n    z: 2\n"),
            ),
            ("brackets", "{l: 1}\n", "", Some("{l: 1, \"on\": {a: [x, {w: 1, z: 2}]}}\n")),
        ],
    );
}

#[test]
fn remove_entries() {
    check(
        &Op::Remove,
        &[
            ("middle", "a: 1\nb: 2 # c\nc: 3\n", "b", Some("a: 1\nc: 3\n")),
            ("last without line break", "a: 1\nb: 2", "b", Some("a: 1")),
            ("last without line break, CRLF", "a: 1\r\nb: 2", "b", Some("a: 1")),
            ("first of an item", "- name: x\n  image: y\n", "0.name", Some("- image: y\n")),
            (
                "first of an item, comment below",
                "- name: x # c\n  # d\n  image: y\n",
                "0.name",
                Some("- # d\n  image: y\n"),
            ),
            ("only entry", "a:\n  b: 1 # c\nd: 2\n", "a.b", Some("a: {}\nd: 2\n")),
            (
                "only entry, comments around",
                "a: # n\n  # above\n  b: 1\n  # below\nd: 2\n",
                "a.b",
                Some("a: {} # n\n  # above\n  # below\nd: 2\n"),
            ),
            ("only entry of an item", "- name: x\n- y\n", "0.name", Some("- {}\n- y\n")),
            ("only entry of the root", "# c\na: 1\n", "a", Some("# c\n{}\n")),
            ("only item", "a:\n- x\nb: 1\n", "a.0", Some("a: []\nb: 1\n")),
            ("first item", "a:\n  - x\n  - y\n", "a.0", Some("a:\n  - y\n")),
            ("first item of a list in a list", "- - x\n  - y\n", "0.0", Some("- - y\n")),
            ("item that is a mapping", "- a: 1\n  b: 2\n# c\n- a: 2\n", "0", Some("# c\n- a: 2\n")),
            (
                "comment above stays",
                "a: 1\n# about b\nb: 2\nc: 3\n",
                "b",
                Some("a: 1\n# about b\nc: 3\n"),
            ),
            (
                "comments in it and deeper below go",
                "a:\n  x: 1\n  # w: 2\n# about c\nc: 3\n",
                "a",
                Some("# about c\nc: 3\n"),
            ),
            ("literal", "a: |\n  x\n\n  y\nb: 1\n", "a", Some("b: 1\n")),
            (
                "after a literal that keeps, blank lines go too",
                "a: |+\n  x\nb: 1\n\nc: 2\n",
                "b",
                Some("a: |+\n  x\nc: 2\n"),
            ),
            ("after a literal, at the end", "a: |\n  x\nb: 1", "b", Some("a: |\n  x\n")),
            ("comment would become part of a literal", "a: |\n  x\nb: 1\n  # c\nc: 2\n", "b", None),
            ("not written", "a:\nb:\nc: 1\n", "b", Some("a:\nc: 1\n")),
            ("item not written", "- a\n-\n- b\n", "1", Some("- a\n- b\n")),
            ("before a separator", "a: 1\nb: 2\n---\nc: 1\n", "b", Some("a: 1\n---\nc: 1\n")),
            ("brackets, first", "[a, b, c]\n", "0", Some("[b, c]\n")),
            ("brackets, middle", "[a, b, c]\n", "1", Some("[a, c]\n")),
            ("brackets, last", "[a, b, c]\n", "2", Some("[a, b]\n")),
            ("trailing comma", "[a, b, ]\n", "1", Some("[a, ]\n")),
            ("brackets, only", "k: [a]\n", "k.0", Some("k: []\n")),
            ("brackets, only entry", "k: { a: 1 } # c\n", "k.a", Some("k: {} # c\n")),
            ("over lines, first", "{\n  a: 1, # c\n  b: 2\n}\n", "a", Some("{\n  b: 2\n}\n")),
            (
                "over lines, last",
                "{\n  a: 1, # c\n  b: 2 # d\n}\n",
                "b",
                Some("{\n  a: 1 # c\n}\n"),
            ),
            (
                "over lines, last with comment above",
                "{\n  a: 1,\n  # about b\n  b: 2\n}\n",
                "b",
                Some("{\n  a: 1\n  # about b\n}\n"),
            ),
            (
                "over lines, several on one",
                "{a: 1, b: 2,\n  c: 3}\n",
                "b",
                Some("{a: 1,\n  c: 3}\n"),
            ),
            ("over lines, closing behind", "[a,\n  b]\n", "1", Some("[a]\n")),
            ("over lines, opening before", "[a,\n  b]\n", "0", Some("[b]\n")),
            ("JSON last", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "b", Some("{\n  \"a\": 1\n}\n")),
            (
                "JSON, CRLF",
                "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n",
                "b",
                Some("{\r\n  \"a\": 1\r\n}\r\n"),
            ),
            (
                "JSON only",
                "{\n  \"a\": {\n    \"b\": 2\n  }\n}\n",
                "a.b",
                Some("{\n  \"a\": {}\n}\n"),
            ),
            ("written twice", "a: 1\na: 2\nb: 1\n", "a", None),
            ("merge key would bring it back", "x: &x {w: 1}\na:\n  <<: *x\n  w: 2\n", "a.w", None),
            ("alias", "x: &x 1\na: *x\n", "a", Some("x: &x 1\n")),
            ("referred to", "x: &x 1\na: *x\n", "x", None),
            ("root", "a: 1\n", "", None),
            ("complex key", "? a\n: b\nc: 1\n", "a", None),
        ],
    );
}

#[test]
fn append_items() {
    check(
        &Op::Append("new".into()),
        &[
            ("indented", "a:\n  - x # c\nb: 1\n", "a", Some("a:\n  - x # c\n  - new\nb: 1\n")),
            ("not indented", "a:\n- x\nb: 1\n", "a", Some("a:\n- x\n- new\nb: 1\n")),
            ("quotes of the item before", "- \"x\"\n", "", Some("- \"x\"\n- \"new\"\n")),
            ("wide dash", "-   x\n", "", Some("-   x\n-   new\n")),
            ("after a mapping", "- a: 1\n  b: 2\n", "", Some("- a: 1\n  b: 2\n- new\n")),
            ("list in list", "- - x\n- y\n", "0", Some("- - x\n  - new\n- y\n")),
            ("brackets", "a: [x, y]\n", "a", Some("a: [x, y, new]\n")),
            (
                "brackets over lines",
                "a: [\n  x,\n  y\n]\n",
                "a",
                Some("a: [\n  x,\n  y,\n  new\n]\n"),
            ),
            ("empty", "a: [] # c\nb:\n- 1\n", "a", Some("a: # c\n- new\nb:\n- 1\n")),
            ("empty between brackets", "{a: []}\n", "a", Some("{a: [new]}\n")),
            ("null", "a:\nb: 1\n", "a", Some("a:\n  - new\nb: 1\n")),
            ("JSON", "{\"a\":[\"x\"]}", "a", Some("{\"a\":[\"x\", \"new\"]}")),
            ("no list", "a: 1\n", "a", None),
            ("no line break at the end", "- x", "", Some("- x\n- new")),
            ("literal without line break", "- |\n  x", "", None),
        ],
    );
    check(
        &Op::Append("key: a\neffect: b\n".into()),
        &[
            (
                "mapping",
                "t:\n  - key: x\n",
                "t",
                Some("t:\n  - key: x\n  - key: a\n    effect: b\n"),
            ),
            ("mapping in brackets", "t: [x]\n", "t", Some("t: [x, {key: a, effect: b}]\n")),
        ],
    );
}

#[test]
fn comments() {
    check(
        &Op::CommentLine("kubesift: ignore[x] why".into()),
        &[
            ("scalar", "a: 1\nb: 2\n", "a", Some("a: 1  # kubesift: ignore[x] why\nb: 2\n")),
            ("CRLF", "a: 1\r\n", "a", Some("a: 1  # kubesift: ignore[x] why\r\n")),
            ("no line break", "a: 1", "a", Some("a: 1  # kubesift: ignore[x] why")),
            (
                "line has a comment",
                "a:\n  b: 1 # c\n",
                "a.b",
                Some("a:\n  # kubesift: ignore[x] why\n  b: 1 # c\n"),
            ),
            ("literal", "a: |\n  x\n", "a", Some("# kubesift: ignore[x] why\na: |\n  x\n")),
            ("mapping", "a:\n  b: 1\n", "a", Some("# kubesift: ignore[x] why\na:\n  b: 1\n")),
            (
                "item mapping",
                "l:\n  - b: 1\n    c: 2\n",
                "l.0",
                Some("l:\n  # kubesift: ignore[x] why\n  - b: 1\n    c: 2\n"),
            ),
            (
                "first entry of an item",
                "- b: 1\n  c: 2\n",
                "0.b",
                Some("- b: 1  # kubesift: ignore[x] why\n  c: 2\n"),
            ),
            (
                "in brackets",
                "a: {b: 1, c: 2}\n",
                "a.b",
                Some("a: {b: 1, c: 2}  # kubesift: ignore[x] why\n"),
            ),
            (
                "line ends in a scalar",
                "{a: 1, b: \"x\n  y\"}\n",
                "a",
                Some("# kubesift: ignore[x] why\n{a: 1, b: \"x\n  y\"}\n"),
            ),
            ("not written", "a:\nb: 1\n", "a", Some("a:  # kubesift: ignore[x] why\nb: 1\n")),
            (
                "referred to",
                "a: &a 1\nb: *a\n",
                "a",
                Some("a: &a 1  # kubesift: ignore[x] why\nb: *a\n"),
            ),
        ],
    );
    check(
        &Op::CommentAbove("one\n# two".into()),
        &[
            (
                "two lines",
                "a:\r\n  b: 1\r\n",
                "a.b",
                Some("a:\r\n  # one\r\n  # two\r\n  b: 1\r\n"),
            ),
            ("byte order mark", "\u{feff}a: 1\n", "a", Some("\u{feff}# one\n# two\na: 1\n")),
            ("line starts in a scalar", "{b: \"x\n  y\", a: 1}\n", "a", None),
            (
                "second document",
                "a: 1\n---\nb: 1\n",
                "1:b",
                Some("a: 1\n---\n# one\n# two\nb: 1\n"),
            ),
        ],
    );
}

#[test]
fn json_files_take_no_comments() {
    let file = SourceFile::new(FileId(0), "a.json", "{\"a\": 1}");
    let tree = parse(Arc::new(file));
    assert!(edit::comment_line(find(&tree, "a"), "x").is_none());
    assert!(edit::insert_comment_above(find(&tree, "a"), "x").is_none());
}

#[test]
fn json_files_stay_json() {
    let file = SourceFile::new(FileId(0), "a.json", "{}");
    let tree = parse(Arc::new(file));
    let edit = edit::add(find(&tree, ""), "a.b", "x").expect("edit");
    assert_eq!(apply("{}", &[edit]).as_deref(), Ok("{\"a\": {\"b\": \"x\"}}"));
}

#[test]
fn values_that_cannot_be_carried_are_refused() {
    let tree = tree("a: 1\n");
    for yaml in
        ["", "*x", "&x 1", "!!str 1", "[", "a: 1\n---\nb: 2", "|+\n  x\n\n", "a: b: c", "# only"]
    {
        assert!(edit::replace(find(&tree, "a"), yaml).is_none(), "{yaml:?}");
    }
}

#[test]
fn found_by_random_documents() {
    check(
        &Op::Replace("|-\n  lit\n".into()),
        &[
            ("tab below", "{}\n\n  \t\n", "", None),
            ("blanks behind a root", "---\n[] \n", "", Some("---\n|-\n  lit\n")),
            ("two comments", "a: # c\n  x # d\n", "a", None),
            ("one comment above", "a: # c\n  x\n", "a", Some("a: |- # c\n  lit\n")),
        ],
    );
    check(
        &Op::Replace("|\n  lit\n".into()),
        &[("no line break at the end", "a: x", "a", Some("a: |\n  lit\n"))],
    );
    check(
        &Op::Replace("x".into()),
        &[
            ("anchor below its key", "l:\n  - a:\n      &b\nc: 1\n", "l", None),
            ("anchor behind its key", "l:\n  - a: &b\nc: 1\n", "l", Some("l: x\nc: 1\n")),
            ("what follows is dropped", "  b: 1\nc: 2\n", "", None),
            ("two JSON documents, one behind the other", "{a: 1}\n{a: 1}\n", "", None),
            ("comment glued to a colon", "{\"a\":#c\n}\n", "a", None),
        ],
    );
    check(
        &Op::CommentAbove("x".into()),
        &[
            ("key that is a block scalar", "? |-\n  a\n: b\n", "a", None),
            ("colon on the next line", "{\"a\"\n  : 1}\n", "a", Some("# x\n{\"a\"\n  : 1}\n")),
            ("colon of another on that line", "{\"a\"\n  : 1, b: 2}\n", "b", None),
        ],
    );
    check(
        &Op::Add("new".into(), ">-\n  x\n".into()),
        &[("anchored key", "&a name:\n - 1\n", "", Some("&a name:\n - 1\nnew: >-\n  x\n"))],
    );
}

#[test]
fn fields_write_what_they_lack() {
    let text = "spec:\n  name: x\n  args:\n  - a\n  env:\n";
    let tree = tree(text);
    let spec = find(&tree, "spec");
    let with = |edit| apply(text, &[edit]).expect("one edit");
    let case = |edit, added: &str| assert_eq!(with(edit), format!("{text}{added}"));
    case(spec.field("a.b").set("1").expect("set"), "  a:\n    b: 1\n");
    case(spec.field("a.b").push("1").expect("push"), "  a:\n    b:\n    - 1\n");
    case(spec.field("env").push("1").expect("push to null"), "  - 1\n");
    assert_eq!(
        with(spec.field("args").push("b").expect("push")),
        text.replace("- a\n", "- a\n  - b\n")
    );
    assert_eq!(with(spec.field("name").remove().expect("remove")), text.replace("  name: x\n", ""));
    assert!(spec.field("nothing").remove().is_none());
}

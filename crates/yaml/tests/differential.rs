//! The scanner against granit-parser against saphyr-parser: the same tree, or a reason. The
//! scanner's own part is small, so every text that it takes must come out as the others read it.

use std::path::Path;
use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{Document, Node, Style, parse, probe};
use proptest::prelude::*;
use saphyr_parser::{Event, ScalarStyle};

fn file(text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(FileId(0), "test.yaml", text))
}

pub fn fixtures() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Fails with both trees when the readers differ.
fn compare(text: &str) -> Result<(), String> {
    let file = file(text);
    let (tree, second) = (parse(file.clone()), probe::parse_with_granit(file));
    if let Some(fault) = probe::fault(&tree).or_else(|| probe::fault(&second)) {
        return Err(format!("{fault}\nin {text:?}\n{}", probe::dump(&tree)));
    }
    let (first, second) = (probe::dump(&tree), probe::dump(&second));
    if first != second {
        return Err(format!("{text:?}\nscanner:\n{first}\ngranit:\n{second}"));
    }
    for document in tree.documents().filter(|document| !document.is_broken()) {
        saphyr(document)?;
    }
    Ok(())
}

/// What a node shows, comparable with saphyr's events: style, text, and the byte it starts at.
fn shown(node: Node<'_>, into: &mut Vec<(String, Option<u32>)>) {
    if let Some(key) = node.key_span() {
        let token = node.tree().file().slice(key);
        let quoted = token.starts_with(['"', '\'']);
        let text = if quoted { node.key().unwrap() } else { token };
        into.push((format!("{} {text}", if quoted { "quoted" } else { "plain" }), Some(key.start)));
    }
    let start = node.span().start;
    match node.style() {
        Style::Map | Style::Seq => {
            into.push((format!("{:?}", node.style()), None));
            let children: Vec<_> = match node.map() {
                Some(map) => map.entries().map(|entry| entry.1).collect(),
                None => node.items().collect(),
            };
            children.into_iter().for_each(|child| shown(child, into));
            into.push(("end".into(), None));
        }
        Style::Empty => into.push(("plain ~".into(), None)),
        Style::Plain => into.push((format!("plain {}", node.text().unwrap()), Some(start))),
        Style::Literal | Style::Folded => {
            into.push((format!("block {}", node.text().unwrap()), None));
        }
        _ => into.push((format!("quoted {}", node.text().unwrap()), Some(start))),
    }
}

fn saphyr(document: Document<'_>) -> Result<(), String> {
    let span = document.span();
    let text = document.tree().file().slice(span);
    // saphyr counts characters, does as YAML 1.2 says at the end of a file, and knows no merge.
    let plain = text.is_ascii()
        && text.ends_with('\n')
        && !text.contains(['&', '*', '!', '%', '\t', '?', '\r']);
    let dup = document.tree().duplicates().iter().any(|found| found.document == document.index());
    let Some(root) = document.root().filter(|_| plain && !dup && !text.contains("...")) else {
        return Ok(());
    };
    let mut ours = Vec::new();
    shown(root, &mut ours);
    let mut theirs = Vec::new();
    for event in saphyr_parser::Parser::new_from_str(text) {
        let Ok((event, place)) = event else { return Ok(()) };
        let start = Some(span.start + place.start.index() as u32);
        match event {
            Event::SequenceStart(..) => theirs.push(("Seq".to_owned(), None)),
            Event::MappingStart(..) => theirs.push(("Map".to_owned(), None)),
            Event::SequenceEnd | Event::MappingEnd => theirs.push(("end".to_owned(), None)),
            Event::Scalar(value, style, ..) => theirs.push(match style {
                ScalarStyle::Plain if place.is_empty() => ("plain ~".to_owned(), None),
                ScalarStyle::Plain => (format!("plain {value}"), start),
                ScalarStyle::Literal | ScalarStyle::Folded => (format!("block {value}"), None),
                _ => (format!("quoted {value}"), start),
            }),
            _ => {}
        }
    }
    // Keys that collapse once they are typed show as one on our side only.
    if ours.len() != theirs.len() && ours.len() < theirs.len() {
        return Ok(());
    }
    if ours == theirs { Ok(()) } else { Err(format!("{text:?}\nours {ours:?}\nsaphyr {theirs:?}")) }
}

#[test]
fn fixtures_read_alike() {
    for text in fixtures() {
        compare(&text).unwrap();
        compare(&text.replace('\n', "\r\n").replace("\r\r", "\r")).unwrap();
        compare(text.trim_end()).unwrap();
    }
}

#[test]
fn an_error_behind_letters_that_were_blanked_stands_between_characters() {
    compare("%''|-\n|1\né").unwrap();
}

/// Pieces that YAML is made of, and what trips its readers.
const PIECES: [&str; 68] = [
    "a",
    "b:",
    "c: ",
    "key: value",
    "- ",
    "-",
    "  ",
    " ",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n- ",
    "\n  - ",
    "\r\n",
    "'",
    "\"",
    "'x'",
    "\"y\"",
    "''",
    "\"\"",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    ": ",
    ":",
    "#",
    " # c",
    "\n# d\n",
    "|",
    ">",
    "|-\n",
    ">+\n",
    "|1\n",
    ">2-\n",
    "|\n",
    "\\",
    "\\n",
    "?",
    "? ",
    "&a ",
    "*a",
    "!t ",
    "<<: ",
    "~",
    "null",
    "1",
    "0x1",
    ".inf",
    "true",
    "---\n",
    "--- x",
    "...\n",
    "\t",
    "\u{e9}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "%",
    "@",
    "`",
    "\n\n",
    "x y",
    "{a: 1}",
    "[1, 2]",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..24)
        .prop_map(|pieces| pieces.concat())
}

/// Lines at indents that mostly fit, with content that mostly is right.
fn lines() -> impl Strategy<Value = String> {
    let content = prop::sample::select(vec![
        "a: 1",
        "b:",
        "c: text # c",
        "- x",
        "- k: v",
        "- ",
        "-",
        "d: |",
        "e: >-",
        "f: 'q",
        "g: \"r s\"",
        "h: [1,",
        "2]",
        "i: {j: k}",
        "text",
        "more text # c",
        "# comment",
        "",
        "",
        "l: 'm n'",
        "\"o\": p",
        "- - q",
        "- - r: s",
        "t: u: v",
        "w: \"x\\ty\"",
        "z : 1",
        "- 'a': b",
        "end'",
        "- \"a\" : b",
        "c: - d",
        "a: |+",
        "  ",
        "h: |2",
        "- >1-",
        "k: |+1",
        ":x",
        "?y: z",
        "...",
    ]);
    let line = (0usize..5, content, prop::bool::weighted(0.1));
    prop::collection::vec(line, 0..14).prop_map(|lines| {
        let mut text = String::new();
        for (indent, content, odd) in lines {
            text.push_str(&" ".repeat(indent * 2 + usize::from(odd)));
            text.push_str(content);
            text.push('\n');
        }
        text
    })
}

#[derive(Debug, Clone)]
enum Value {
    Scalar(&'static str),
    Block(&'static str, Vec<&'static str>),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop::sample::select(vec![
        "1",
        "text",
        "'single ''q'' '",
        "\"double \\\" \\u00e9\"",
        "a b  c",
        "http://x:1/#y",
        "{}",
        "[]",
        "[a, 'b', \"c\", 1.5]",
        "{a: 1, \"b\": [x, {y: z}]}",
        "~",
        "",
        "yes",
        "\"multi\n      line\"",
        "plain\n      multi\n\n      line",
        "-x",
        ".5",
    ])
    .prop_map(Value::Scalar);
    let lines = prop::sample::select(vec![
        "x",
        "  more",
        "",
        "# no comment",
        "a: b",
        "- c",
        "trail  ",
        "\ttab",
    ]);
    let header = prop::sample::select(vec!["|", "|-", "|+", ">", ">-", ">+", "| # c"]);
    let block = (header, prop::collection::vec(lines, 0..5)).prop_map(|(h, l)| Value::Block(h, l));
    let leaf = prop_oneof![4 => scalar, 1 => block];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop::sample::select(vec![
            "a", "b", "name", "\"q k\"", "'s'", "on", "0644", "x y", "1.0",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Value::List),
            prop::collection::vec((key, inner), 1..4).prop_map(Value::Map),
        ]
    })
}

/// Writes a value behind `key:` or `-`, at a width that varies with the depth.
fn write(out: &mut String, value: &Value, indent: usize, compact: bool) {
    let pad = " ".repeat(indent);
    match value {
        Value::Scalar("") => out.push('\n'),
        Value::Scalar(text) => {
            out.push_str(&format!(" {}\n", text.replace("\n      ", &format!("\n{pad}    "))))
        }
        Value::Block(header, lines) => {
            out.push_str(&format!(" {header}\n"));
            for line in lines {
                let pad = if line.is_empty() { String::new() } else { format!("{pad}  ") };
                out.push_str(&format!("{pad}{line}\n"));
            }
        }
        Value::List(items) => {
            out.push('\n');
            for item in items {
                out.push_str(&format!("{pad}-"));
                write(out, item, indent + 2, true);
            }
        }
        Value::Map(entries) => {
            out.push_str(if compact { " " } else { "\n" });
            for (index, (key, value)) in entries.iter().enumerate() {
                let pad = if compact && index == 0 { "" } else { &pad };
                out.push_str(&format!("{pad}{key}:"));
                let step =
                    if matches!(value, Value::List(_)) && indent.is_multiple_of(4) { 0 } else { 2 };
                write(out, value, indent + step, false);
                if index == 1 {
                    out.push_str("# a comment\n");
                }
            }
        }
    }
}

/// 1,500 cases for each generator unless `KUBESIFT_CASES` says otherwise.
fn config() -> ProptestConfig {
    let cases = std::env::var("KUBESIFT_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(1500),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn soup_reads_alike(text in soup()) {
        prop_assert_eq!(compare(&text), Ok(()));
    }

    #[test]
    fn lines_read_alike(text in lines()) {
        prop_assert_eq!(compare(&text), Ok(()));
        prop_assert_eq!(compare(&text.replace('\n', "\r\n")), Ok(()));
    }

    #[test]
    fn documents_read_alike(value in value()) {
        let mut text = String::new();
        write(&mut text, &value, 0, false);
        prop_assert_eq!(compare(&text), Ok(()));
    }
}

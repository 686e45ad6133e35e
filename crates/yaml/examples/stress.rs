//! Reads texts made to hurt, and prints the time and the peak memory of each. Run one by name:
//! `cargo run --release -p kubesift-yaml --example stress -- NAME`; without a name lists them.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Instant;

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{parse, probe};

const MB: usize = 1 << 20;

fn deep(count: usize) -> String {
    (0..count).map(|level| format!("{}a:\n", " ".repeat(level))).collect()
}

fn text(name: &str) -> Option<String> {
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web # the name\n  labels: {app: web}\ndata:\n  a: \"1\"\n  b: |\n    x\n    y\n";
    Some(match name {
        "ordinary" => format!("{manifest}---\n").repeat(100 * MB / manifest.len()),
        "one-document" => {
            format!("items:\n{}", "- name: a\n  value: some text here\n".repeat(100 * MB / 34))
        }
        "plain-line" => format!("a: {}\n", "x".repeat(50 * MB)),
        "colon-line" => format!("a: {}\n", "x:y#".repeat(50 * MB / 4)),
        "quoted-line" => format!("a: \"{}\"\n", "x\\n".repeat(50 * MB / 3)),
        "json-line" => format!("a: [{}1]\n", "{\"a\":1},".repeat(50 * MB / 8)),
        "brackets" => "[".repeat(50 * MB),
        "closed-brackets" => format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        "braces" => "{a: ".repeat(10_000),
        "dashes" => format!("{}x\n", "- ".repeat(9_000)),
        "too-many-dashes" => "- ".repeat(5 * MB),
        "questions" => "? ".repeat(MB),
        "deep-block" => deep(9_990),
        "too-deep-block" => deep(12_000),
        "broken-lines" => "a: b: c\n".repeat(MB),
        "broken-documents" => "a: 'b\n---\n".repeat(4 * MB / 10),
        "open-quotes" => format!("a: 'b\n{}", "c: 1\n".repeat(10 * MB)),
        "templates" => "a: {{ b }}\n{{- if c }}\n".repeat(MB / 4),
        "many-keys" => (0..2_000_000).map(|key| format!("key{key}: 1\n")).collect(),
        "same-key" => "key: 1\n".repeat(MB),
        "comments" => "# a comment\n".repeat(4 * MB),
        "comments-in-value" => format!("a:\n{}  b: &x 1\n", "# a comment\n".repeat(MB)),
        "blank-lines" => format!("a: b\n{}c: d\n", "\n".repeat(50 * MB)),
        "block" => format!("a: |\n{}", "  some text in a block\n".repeat(4 * MB)),
        "block-digit" => format!("a: |2\n{}", "  some text in a block\n".repeat(MB)),
        "multi-line" => format!("a: b\n{}", "  more text\n".repeat(4 * MB)),
        "anchors" => (0..500_000).map(|n| format!("a{n}: &a{n} 1\nb{n}: *a{n}\n")).collect(),
        "merges" => (0..25)
            .map(|n| match n {
                0 => "a0: &a0 {x: 1}\n".to_owned(),
                n => format!("a{n}: &a{n}\n  <<: [*a{0}, *a{0}]\n", n - 1),
            })
            .collect(),
        "laughs" => (0..12)
            .map(|n| match n {
                0 => "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned(),
                n => format!(
                    "a{n}: &a{n} [{0},{0},{0},{0},{0},{0},{0},{0},{0},{0}]\n",
                    format!("*a{}", n - 1)
                ),
            })
            .collect(),
        "separators" => "---\n".repeat(10 * MB),
        "percent" => "%YAML 1.1\n---\n".repeat(MB),
        "percents" => "%YAML 1.1\n".repeat(MB),
        "old-breaks" => "a: b\u{85}".repeat(MB),
        _ => return None,
    })
}

const NAMES: [&str; 33] = [
    "ordinary",
    "one-document",
    "plain-line",
    "colon-line",
    "quoted-line",
    "json-line",
    "brackets",
    "closed-brackets",
    "braces",
    "dashes",
    "too-many-dashes",
    "questions",
    "deep-block",
    "too-deep-block",
    "broken-lines",
    "broken-documents",
    "open-quotes",
    "templates",
    "many-keys",
    "same-key",
    "comments",
    "comments-in-value",
    "blank-lines",
    "block",
    "block-digit",
    "multi-line",
    "anchors",
    "merges",
    "laughs",
    "separators",
    "percent",
    "percents",
    "old-breaks",
];

/// Peak resident memory in MB, where the system says it.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kb = line.and_then(|line| line.split_ascii_whitespace().nth(1)?.parse::<usize>().ok());
    kb.unwrap_or_default() / 1024
}

fn main() {
    let Some(name) = std::env::args().nth(1) else {
        return NAMES.iter().for_each(|name| println!("{name}"));
    };
    let text = text(&name).unwrap();
    let file = Arc::new(SourceFile::new(FileId(0), "stress.yaml", text.as_str()));
    let len = text.len();
    drop(text);
    let before = peak();
    let start = Instant::now();
    let tree = parse(file);
    let time = start.elapsed();
    println!(
        "{name}: {:.1} MB, {:.2} s, peak {} MB (before {before}), tree {:.1} MB, {} documents, {} nodes, {} errors; {}",
        len as f64 / MB as f64,
        time.as_secs_f64(),
        peak(),
        probe::size(&tree) as f64 / MB as f64,
        tree.documents().len(),
        tree.node_count(),
        tree.errors().len(),
        tree.errors().first().map_or("", |error| &error.message),
    );
}

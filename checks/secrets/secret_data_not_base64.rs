//! A value under `data` of a Secret is not the base64 of what is meant.
//!
//! The API server refuses a Secret with a value that is not base64. A value that was encoded with
//! the newline that `echo` appends, or encoded twice, is accepted, and the program then gets a
//! password that nobody set.
//!
//! One finding for each Secret and kind of mistake. Write plain text under `stringData`, or encode it with `printf '%s' VALUE | base64 -w0`.
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: db}
//! data:
//!   password: hunter2!
//! # ^^^^^^^^ Secret `db` has 2 values under `data` that are not base64: `password`, `port`
//!   user: YWRtaW4K
//! # ^^^^ Secret `db` has a value under `data` that ends in a newline once decoded: `user`
//!   port: 5432000
//!   api: Y0hKdlpDMWhjR2t0WTJ4cFpXNTBMVEV5TXc9PQ==
//! # ^^^ Secret `db` has a value under `data` that is base64 twice: `api`
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: db}
//! data:
//!   password: aHVudGVyMg==
//!   empty: ""
//!   nothing:
//!   later: ${PASSWORD}
//!   shell: $(cat password | base64 -w0)
//!   template: "{{ .password | b64enc }}"
//!   placeholder: <base64 of the password>
//!   reference: <path:kv/data/db#password>
//!   folded: |
//!     aHVudGVyMmh1bnRlcjJodW50ZXIy
//!     aHVudGVyMg==
//!   file.conf: dXNlcj1zaG9wCg==
//!   lines: YQpiCg==
//! stringData:
//!   plain: not base64!
//! ---
//! apiVersion: v1
//! kind: Secret
//! metadata: {name: sops}
//! data: {password: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]"}
//! sops: {mac: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]"}
//! ```

use kubesift_engine::model::{decode_base64, known_node};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    refs: &[Url(
        "https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data",
    )],
    run: Run::Resource(&["Secret"], run),
    ..Check::DEFAULT
};

/// What may be wrong with a value, worst first.
const PROBLEMS: [(Problem, &str, &str, Severity, Confidence); 3] = [
    (Problem::NotBase64, "is not base64", "are not base64", Medium, Confidence::High),
    (
        Problem::Newline,
        "ends in a newline once decoded",
        "end in a newline once decoded",
        Low,
        Confidence::Medium,
    ),
    (Problem::Twice, "is base64 twice", "are base64 twice", Low, Confidence::Low),
];

#[derive(Clone, Copy, PartialEq)]
enum Problem {
    NotBase64,
    Newline,
    Twice,
}

fn run(secret: &Resource, out: &mut Out) {
    if secret.encrypted {
        return;
    }
    let data = secret.node().get("data").into_iter().flat_map(Node::entries);
    let found: Vec<(&str, Node<'_>, Problem)> =
        data.filter_map(|(key, node)| Some((key, node, problem(key, node)?))).collect();
    for (problem, one, several, severity, confidence) in PROBLEMS {
        let of = || found.iter().filter(|found| found.2 == problem);
        let Some((key, first, _)) = of().next() else { continue };
        let count = of().count();
        let message = match count {
            1 => format!("has a value under `data` that {one}: `{key}`"),
            _ => {
                let mut names: Vec<String> =
                    of().take(NAMES).map(|(key, ..)| format!("`{key}`")).collect();
                if count > NAMES {
                    names.push(format!("and {} more", count - NAMES));
                }
                format!("has {count} values under `data` that {several}: {}", names.join(", "))
            }
        };
        let at = first.key_span().map_or(At::Node(*first), |span| At::Part(*first, span));
        out.report(at, message).severity(severity).confidence(confidence);
    }
}

/// More names than these are counted only.
const NAMES: usize = 5;

fn problem(key: &str, node: Node<'_>) -> Option<Problem> {
    // Mappings and lists are the schema's.
    let text = node.text()?;
    let later = text.contains("${") || text.contains("$(");
    if node.is_null() || later || !known_node(node).is_literal() {
        return None;
    }
    match node.str().and_then(decode_base64).map(String::from_utf8) {
        None => Some(Problem::NotBase64),
        Some(Ok(value)) if ends_in_newline(key, &value) => Some(Problem::Newline),
        Some(Ok(value)) if is_base64_of_text(&value) => Some(Problem::Twice),
        Some(_) => None,
    }
}

/// One line, of a key that is no file.
fn ends_in_newline(key: &str, value: &str) -> bool {
    let line = value.strip_suffix('\n').unwrap_or_default();
    let file = key.trim_start_matches('.').contains('.');
    let structured = line.starts_with(['{', '[', '-', '<']) || line.contains([':', '=']);
    !line.is_empty() && line.len() < 200 && !line.contains('\n') && !file && !structured
}

/// Long enough not to be so by chance, and no login (`user:password` is base64 on purpose).
fn is_base64_of_text(value: &str) -> bool {
    let inner = (value.len() >= 16).then(|| decode_base64(value)).flatten();
    let inner = inner.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    inner.len() >= 12
        && !inner.contains(':')
        && inner.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ' || byte == b'\n')
}

//! Text to scalars: plain where Kubernetes' reader gives that very text back, quoted otherwise.

use std::fmt::Write as _;

use crate::scalar::{self, Scalar};

/// The text as a scalar: plain when Kubernetes' reader would read it back as that very string in
/// any place (block or flow), in double quotes otherwise. The quoted form is JSON too.
pub fn quote_if_needed(text: &str) -> String {
    if is_plain(text, true) { text.to_owned() } else { double(text) }
}

/// True when `text` without quotes is read as that very string, between brackets when `flow`.
pub(super) fn is_plain(text: &str, flow: bool) -> bool {
    let edge = |char: char| char.is_whitespace();
    let Some(first) = text.chars().next() else { return false };
    let second = text.chars().nth(1);
    let opens = match first {
        '-' => second.is_some_and(|next| !edge(next)) && !text.starts_with("---"),
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
        | '@' | '`' | '?' | ':' | '=' => false,
        _ => !text.starts_with("...") && !text.starts_with("<<"),
    };
    opens
        && !text.starts_with(edge)
        && !text.ends_with(edge)
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(is_special)
        && !(flow && text.contains([',', '[', ']', '{', '}', '?']))
        && matches!(scalar::resolve(text), Scalar::Str)
}

/// Characters that YAML wants escaped or reads as line breaks.
fn is_special(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// In single quotes; none when the text holds what they cannot hold on one line.
pub(super) fn single(text: &str) -> Option<String> {
    (!text.contains(is_special)).then(|| format!("'{}'", text.replace('\'', "''")))
}

/// In double quotes, with escapes that JSON has too.
pub(super) fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if is_special(char) => {
                let _ = write!(out, "\\u{:04x}", char as u32);
            }
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_where_it_reads_back() {
        for text in [
            "nginx:1.25",
            "--flag=1",
            "a b",
            "/data",
            "a#b",
            "RuntimeDefault",
            "v1",
            "caf\u{e9}",
            "1.2.3",
        ] {
            assert_eq!(quote_if_needed(text), text);
        }
    }

    #[test]
    fn quoted_where_it_would_be_something_else() {
        for text in [
            "", "true", "yes", "n", "1", "1.20", "0x1f", "1e3", "~", "null", ".5", "- a", "-",
            "---", "a: b", "a:", "a #b", "#a", " a", "a ", "[a", "a,b", "*a", "&a", "!a", "%a",
            "@a", "`a", "|", ">", "'a", "?a", ":a", "=", "<<", "...", "089",
        ] {
            assert_eq!(quote_if_needed(text), format!("\"{text}\""));
        }
        assert_eq!(quote_if_needed("a\n\"b\\\u{1}\u{2028}"), "\"a\\n\\\"b\\\\\\u0001\\u2028\"");
    }
}

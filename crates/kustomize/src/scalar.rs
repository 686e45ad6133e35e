//! What a scalar's text means to kustomize: the types of go-yaml v3, which has no `yes` and `no`.

/// The type of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Nothing, `~`, `null`.
    Null,
    /// true and false.
    Bool,
    /// An integer.
    Int,
    /// Any other number.
    Float,
    /// Text.
    Str,
}

/// The type of a text without quotes and tag.
pub fn resolve(text: &str) -> Tag {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Tag::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Tag::Bool,
        _ => number(text),
    }
}

fn number(text: &str) -> Tag {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Tag::Str;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Tag::Int;
    }
    if text.parse::<f64>().is_ok() { Tag::Float } else { Tag::Str }
}

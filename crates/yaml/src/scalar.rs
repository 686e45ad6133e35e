//! What a scalar's text means to Kubernetes' reader: goyaml.v2's table of types, with and without
//! a tag.

use std::borrow::Cow;

use crate::number;
use crate::tree::Typed;

/// The type of a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar {
    /// Nothing, `~`, `null`.
    Null,
    /// true, yes, on, …
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer above `i64::MAX`.
    Uint(u64),
    /// Any other number, `.inf` and `.nan` included.
    Float(f64),
    /// Text.
    Str,
}

/// Types a plain scalar's text as goyaml.v2 does, timestamps aside, which stay text.
pub fn resolve(text: &str) -> Scalar {
    let Some(first) = text.as_bytes().first() else { return Scalar::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => dotted(text),
        b'0'..=b'9' | b'+' | b'-' => number(text),
        _ => Scalar::Str,
    }
}

fn word(text: &str) -> Scalar {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::Str,
    }
}

fn dotted(text: &str) -> Scalar {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" => return Scalar::Float(f64::INFINITY),
        _ => {}
    }
    // Go's own float syntax here: underscores between digits only.
    let between_digits = |at: usize| {
        let bytes = text.as_bytes();
        at > 0
            && bytes[at - 1].is_ascii_digit()
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    };
    if text.match_indices('_').any(|(at, _)| !between_digits(at)) {
        return Scalar::Str;
    }
    number::parse_float(&without_underscores(text)).map_or(Scalar::Str, Scalar::Float)
}

fn number(text: &str) -> Scalar {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let plain = without_underscores(text);
    if let Some(value) = number::parse_int(&plain) {
        return Scalar::Int(value);
    }
    if let Some(value) = number::parse_uint(&plain) {
        return Scalar::Uint(value);
    }
    if let Some(value) = number::parse_float(&plain) {
        return Scalar::Float(value);
    }
    // goyaml.v2 tries the digits after 0b once more, with a sign of their own.
    match plain.strip_prefix("0b").and_then(number::parse_binary) {
        Some(value) => Scalar::Int(value),
        None => Scalar::Str,
    }
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) }
}

/// True for `.inf`, `-.INF`, `.nan`, …: values that JSON cannot hold.
pub(crate) fn is_unbounded(text: &str) -> bool {
    (4..=5).contains(&text.len())
        && matches!(resolve(text), Scalar::Float(value) if !value.is_finite())
}

/// Why a tagged scalar is refused, in the reader's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagTrouble {
    /// The text is not of the type that the tag says.
    Mismatch,
    /// `!!binary` without base64.
    Base64,
    /// `!!binary` that is not text once decoded.
    NotText,
}

/// What a scalar with a tag means. `suffix` is the part after `tag:yaml.org,2002:`, none for any
/// other tag: those leave the text a string.
pub(crate) fn resolve_tagged(suffix: Option<&str>, text: &str) -> Result<Typed, TagTrouble> {
    let typed = || match resolve(text) {
        Scalar::Null => Typed::Null,
        Scalar::Bool(value) => Typed::Bool(value),
        Scalar::Int(value) => Typed::Int(value),
        Scalar::Uint(value) => Typed::Uint(value),
        Scalar::Float(value) => Typed::Float(value),
        Scalar::Str => Typed::Str(text.into()),
    };
    match (suffix, suffix.map(|_| typed())) {
        (Some("null"), Some(value @ Typed::Null))
        | (Some("bool"), Some(value @ Typed::Bool(_)))
        | (Some("int"), Some(value @ (Typed::Int(_) | Typed::Uint(_))))
        | (Some("float"), Some(value @ Typed::Float(_))) => Ok(value),
        #[allow(clippy::cast_precision_loss)]
        (Some("float"), Some(Typed::Int(value))) => Ok(Typed::Float(value as f64)),
        (Some("timestamp"), _) if is_timestamp(text) => Ok(Typed::Str(text.into())),
        (Some("null" | "bool" | "int" | "float" | "timestamp"), _) => Err(TagTrouble::Mismatch),
        (Some("binary"), _) => {
            let bytes = base64(text).ok_or(TagTrouble::Base64)?;
            let text = String::from_utf8(bytes).map_err(|_| TagTrouble::NotText)?;
            Ok(Typed::Str(text.into()))
        }
        _ => Ok(Typed::Str(text.into())),
    }
}

/// `YYYY-M-D`, alone or with a time after `T`, `t` or a space.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let mut part = |most: usize, high: u32| {
        parts.next().is_some_and(|part| {
            !part.is_empty()
                && part.len() <= most
                && part.bytes().all(|byte| byte.is_ascii_digit())
                && part.parse::<u32>().is_ok_and(|value| value <= high)
        })
    };
    let date_fits = date.len() >= 8
        && date.as_bytes().get(4) == Some(&b'-')
        && part(4, 9999)
        && part(2, 12)
        && part(2, 31)
        && parts.next().is_none();
    let time_fits = time.is_none_or(|time| {
        time.contains(':') && time.bytes().all(|byte| b"0123456789:.+-Z".contains(&byte))
    });
    date_fits && time_fits
}

/// Standard base64 with padding; line breaks are skipped, as Go's decoder does.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padding) = (0u32, 0u32, 0usize);
    for byte in text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                count += 1;
                continue;
            }
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count.is_multiple_of(4) {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            bits = 0;
        }
    }
    if !count.is_multiple_of(4) || padding > 2 {
        return None;
    }
    match padding {
        1 => out.extend_from_slice(&(bits << 6).to_be_bytes()[1..3]),
        2 => out.extend_from_slice(&(bits << 12).to_be_bytes()[1..2]),
        _ => {}
    }
    Some(out)
}

/// How a mapping's key reads once it is typed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    /// The type that goyaml.v2 compares keys by.
    pub kind: KeyKind,
    /// The key as text, where it differs from the scalar's own text.
    pub text: Option<String>,
}

/// The type of a mapping's key. Keys of two types never count as the same key for goyaml.v2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Str,
    Bool,
    Int,
    Float,
    /// Never the same as another.
    Nan,
    /// Refused.
    Null,
    /// Refused: sigs.k8s.io/yaml has no case for it.
    Uint,
}

/// Types a plain key.
pub(crate) fn plain_key(text: &str) -> Key {
    let as_is = |kind| Key { kind, text: None };
    let shown = |kind, shown: String| Key { kind, text: (shown != text).then_some(shown) };
    match resolve(text) {
        Scalar::Str => as_is(KeyKind::Str),
        Scalar::Null => as_is(KeyKind::Null),
        Scalar::Uint(_) => as_is(KeyKind::Uint),
        Scalar::Bool(value) => shown(KeyKind::Bool, value.to_string()),
        Scalar::Int(value) => shown(KeyKind::Int, value.to_string()),
        Scalar::Float(value) if value.is_nan() => shown(KeyKind::Nan, number::float_key(value)),
        Scalar::Float(value) => shown(KeyKind::Float, number::float_key(value)),
    }
}

/// The key that a tagged or aliased scalar makes.
pub(crate) fn typed_key(value: &Typed) -> Key {
    match value {
        Typed::Null => Key { kind: KeyKind::Null, text: Some("null".to_owned()) },
        Typed::Uint(value) => Key { kind: KeyKind::Uint, text: Some(value.to_string()) },
        Typed::Bool(value) => Key { kind: KeyKind::Bool, text: Some(value.to_string()) },
        Typed::Int(value) => Key { kind: KeyKind::Int, text: Some(value.to_string()) },
        Typed::Float(value) => Key { kind: KeyKind::Float, text: Some(number::float_key(*value)) },
        Typed::Str(text) => Key { kind: KeyKind::Str, text: Some(text.to_string()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quirks_of_goyaml() {
        for (text, value) in [
            ("0b-1", Scalar::Int(-1)),
            ("089", Scalar::Float(89.0)),
            ("0_7", Scalar::Int(7)),
            ("tRue", Scalar::Str),
            ("1e400", Scalar::Str),
            (".5_0", Scalar::Float(0.5)),
            ("._5", Scalar::Str),
            ("-0x10", Scalar::Int(-16)),
            ("18446744073709551615", Scalar::Uint(u64::MAX)),
            ("+", Scalar::Str),
        ] {
            assert_eq!(resolve(text), value, "{text}");
        }
    }

    #[test]
    fn base64_is_strict() {
        assert_eq!(base64("aGVsbG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(base64("aGk=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(base64("aA==").as_deref(), Some(&b"h"[..]));
        assert_eq!(base64("aGk"), None);
        assert_eq!(base64("%%%"), None);
        assert_eq!(base64("a=Gk"), None);
    }
}

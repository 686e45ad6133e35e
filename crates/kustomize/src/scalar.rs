//! What a scalar's text means to kustomize: the types of go-yaml v3, which has no `yes` and `no`, and
//! the value that JSON holds of it, since everything kustomize prints went through JSON.

use std::borrow::Cow;
use std::fmt::Write as _;

use kubesift_yaml::Scalar as Plain;

use crate::tree::Scalar;

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
    /// A date, with a time or without: text once it is printed, in one form whatever was written.
    Timestamp,
    /// Text.
    Str,
}

/// The type of a text without quotes and tag.
pub fn resolve(text: &str) -> Tag {
    let Some(first) = text.as_bytes().first() else { return Tag::Null };
    match first {
        b't' | b'T' | b'f' | b'F' if is_bool(text) => Tag::Bool,
        b'n' | b'N' | b'~' if matches!(text, "~" | "null" | "Null" | "NULL") => Tag::Null,
        b'0'..=b'9' if timestamp(text).is_some() => Tag::Timestamp,
        b'0'..=b'9' | b'+' | b'-' | b'.' => match kubesift_yaml::resolve(text) {
            Plain::Int(_) | Plain::Uint(_) => Tag::Int,
            Plain::Float(_) => Tag::Float,
            _ => Tag::Str,
        },
        _ => Tag::Str,
    }
}

fn is_bool(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

/// A scalar's value as JSON holds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Typed<'t> {
    /// Nothing.
    Null,
    /// true or false.
    Bool(bool),
    /// A number, as encoding/json prints it.
    Number(Cow<'t, str>),
    /// Text.
    Str(Cow<'t, str>),
}

/// The value of a scalar as JSON holds it. Infinities and not-a-number, which JSON does not have,
/// stay the text that they were written as.
pub(crate) fn typed(scalar: &Scalar) -> Typed<'_> {
    let text = scalar.text.as_str();
    match scalar.kind() {
        Tag::Null => Typed::Null,
        Tag::Bool => Typed::Bool(text.starts_with(['t', 'T'])),
        Tag::Int | Tag::Float => number(text),
        Tag::Timestamp => Typed::Str(timestamp(text).map_or(Cow::Borrowed(text), Cow::Owned)),
        Tag::Str => Typed::Str(Cow::Borrowed(text)),
    }
}

fn number(text: &str) -> Typed<'_> {
    if is_canonical(text) {
        return Typed::Number(Cow::Borrowed(text));
    }
    let mut out = String::new();
    match kubesift_yaml::resolve(text) {
        Plain::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Plain::Uint(value) => {
            let _ = write!(out, "{value}");
        }
        Plain::Float(value) if value.is_finite() => kubesift_yaml::push_json_float(&mut out, value),
        _ => return Typed::Str(Cow::Borrowed(text)),
    }
    Typed::Number(Cow::Owned(out))
}

/// Decimal digits in the one form that an integer has: most numbers of a manifest.
fn is_canonical(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.len() <= 18 && bytes.iter().all(u8::is_ascii_digit);
    digits && (bytes.len() == 1 || bytes.first() != Some(&b'0'))
}

/// The text that a number of JSON gets in YAML: integers as they are, other numbers with
/// exponents where they get long.
pub(crate) fn yaml_number(json: &str) -> Cow<'_, str> {
    if is_canonical(json) {
        return Cow::Borrowed(json);
    }
    match kubesift_yaml::resolve(json) {
        Plain::Int(value) => Cow::Owned(value.to_string()),
        Plain::Uint(value) => Cow::Owned(value.to_string()),
        Plain::Float(value) => {
            let mut out = String::new();
            kubesift_yaml::push_yaml_float(&mut out, value);
            Cow::Owned(out)
        }
        _ => Cow::Borrowed(json),
    }
}

/// A date, alone or with a time, in RFC 3339; none for any other text. The forms are those of go-yaml:
/// `2001-1-2`, `2001-1-2T15:4:5.9Z` with `Z` or an offset (`t` does as well), `2001-1-2 15:4:5.9`.
pub(crate) fn timestamp(text: &str) -> Option<String> {
    if text.len() < 8 || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    let mut rest = text;
    let year = digits(&mut rest, 4, 4, 9999)?;
    let month = skip(&mut rest, '-').and_then(|()| digits(&mut rest, 1, 2, 12))?;
    let day = skip(&mut rest, '-').and_then(|()| digits(&mut rest, 1, 2, 31))?;
    if month == 0 || day == 0 || day > days(year, month) {
        return None;
    }
    let mut out = format!("{year:04}-{month:02}-{day:02}T");
    if rest.is_empty() {
        out.push_str("00:00:00Z");
        return Some(out);
    }
    let separator = rest.chars().next().filter(|sign| matches!(sign, 'T' | 't' | ' '))?;
    skip(&mut rest, separator)?;
    let hour = digits(&mut rest, 1, 2, 23)?;
    let minute = skip(&mut rest, ':').and_then(|()| digits(&mut rest, 1, 2, 59))?;
    let second = skip(&mut rest, ':').and_then(|()| digits(&mut rest, 1, 2, 59))?;
    let _ = write!(out, "{hour:02}:{minute:02}:{second:02}");
    push_fraction(&mut out, &mut rest);
    if separator == ' ' {
        out.push('Z');
    } else {
        push_zone(&mut out, &mut rest)?;
    }
    rest.is_empty().then_some(out)
}

/// Takes `least..=most` digits off a text: as many as there are.
fn digits(rest: &mut &str, least: usize, most: usize, high: u32) -> Option<u32> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    let value = head.parse().ok().filter(|_| count >= least)?;
    (value <= high).then_some(value)
}

fn skip(rest: &mut &str, sign: char) -> Option<()> {
    *rest = rest.strip_prefix(sign)?;
    Some(())
}

/// Nine digits count, zeros at the end do not.
fn push_fraction(out: &mut String, rest: &mut &str) {
    let Some(tail) = rest.strip_prefix(['.', ',']) else { return };
    let count = tail.bytes().take_while(u8::is_ascii_digit).count();
    let Some((fraction, after)) = tail.split_at_checked(count).filter(|_| count > 0) else {
        return;
    };
    *rest = after;
    let kept = fraction.get(..fraction.len().min(9)).unwrap_or_default().trim_end_matches('0');
    if !kept.is_empty() {
        out.push('.');
        out.push_str(kept);
    }
}

fn push_zone(out: &mut String, rest: &mut &str) -> Option<()> {
    if skip(rest, 'Z').is_some() {
        out.push('Z');
        return Some(());
    }
    let sign = rest.chars().next().filter(|sign| matches!(sign, '+' | '-'))?;
    skip(rest, sign)?;
    let hours = digits(rest, 2, 2, 24)?;
    let minutes = skip(rest, ':').and_then(|()| digits(rest, 2, 2, 59))?;
    if hours == 0 && minutes == 0 {
        out.push('Z');
    } else {
        let _ = write!(out, "{sign}{hours:02}:{minutes:02}");
    }
    Some(())
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_go_yaml_v3() {
        for (text, tag) in [
            ("", Tag::Null),
            ("~", Tag::Null),
            ("yes", Tag::Str),
            ("on", Tag::Str),
            ("True", Tag::Bool),
            ("tRue", Tag::Str),
            ("0o17", Tag::Int),
            ("017", Tag::Int),
            ("089", Tag::Float),
            ("0x1F", Tag::Int),
            ("0b11", Tag::Int),
            ("1_000", Tag::Int),
            ("1.5", Tag::Float),
            ("1.2.3", Tag::Str),
            ("1e3", Tag::Float),
            (".inf", Tag::Float),
            ("2001-1-2", Tag::Timestamp),
            ("2001-02-30", Tag::Str),
            ("1:30", Tag::Str),
            ("-", Tag::Str),
            ("<<", Tag::Str),
        ] {
            assert_eq!(resolve(text), tag, "{text}");
        }
    }

    #[test]
    fn numbers_end_in_one_form() {
        let end = |text: &str| match number(text) {
            Typed::Number(json) => yaml_number(&json).into_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(end("0x1F"), "31");
        assert_eq!(end("1.0"), "1");
        assert_eq!(end("1e3"), "1000");
        assert_eq!(end("1.50"), "1.5");
        assert_eq!(end("-0.0"), "0");
        assert_eq!(end("1234567.5"), "1.2345675e+06");
        assert_eq!(end("18446744073709551615"), "18446744073709551615");
        assert_eq!(end("18446744073709551616"), "1.8446744073709552e+19");
        assert_eq!(end("100000000000000000000"), "1e+20");
        assert_eq!(end("0.00001"), "1e-05");
    }

    #[test]
    fn timestamps_end_in_one_form() {
        for (text, expected) in [
            ("2001-01-02", Some("2001-01-02T00:00:00Z")),
            ("2001-1-2 3:4:5.120", Some("2001-01-02T03:04:05.12Z")),
            ("2001-12-14t21:59:43.10-05:00", Some("2001-12-14T21:59:43.1-05:00")),
            ("2001-12-14T21:59:43+00:00", Some("2001-12-14T21:59:43Z")),
            ("2001-12-14T21:59:43", None),
            ("2001-12-14 21:59:43Z", None),
            ("2001-12-14x", None),
        ] {
            assert_eq!(timestamp(text).as_deref(), expected, "{text}");
        }
    }
}

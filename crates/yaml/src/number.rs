//! Numbers as Go reads and prints them: the integer and float syntax of goyaml.v2, and the text
//! that encoding/json and sigs.k8s.io/yaml give a float.

use std::fmt::Write as _;

/// `strconv.ParseInt(text, 0, 64)` for text without underscores.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = parse_uint(digits)?;
    match (negative, magnitude) {
        (true, 0x8000_0000_0000_0000) => Some(i64::MIN),
        (true, magnitude) => i64::try_from(magnitude).ok().map(|value| -value),
        (false, magnitude) => i64::try_from(magnitude).ok(),
    }
}

/// `strconv.ParseUint(text, 0, 64)` for text without underscores.
pub(crate) fn parse_uint(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    match bytes {
        [] => None,
        [b'0', b'b' | b'B', _, ..] => radix(&bytes[2..], 2),
        [b'0', b'o' | b'O', _, ..] => radix(&bytes[2..], 8),
        [b'0', b'x' | b'X', _, ..] => radix(&bytes[2..], 16),
        [b'0', rest @ ..] => radix(rest, 8),
        _ => radix(bytes, 10),
    }
}

fn radix(digits: &[u8], radix: u64) -> Option<u64> {
    let mut value: u64 = 0;
    for byte in digits {
        let digit = u64::from(char::from(*byte).to_digit(radix as u32)?);
        value = value.checked_mul(radix)?.checked_add(digit)?;
    }
    Some(value)
}

/// `strconv.ParseInt(text, 2, 64)`: a sign, then binary digits.
pub(crate) fn parse_binary(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let magnitude = i64::try_from(radix(digits.as_bytes(), 2)?).ok()?;
    Some(if negative { -magnitude } else { magnitude })
}

/// A decimal float in the syntax `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`. None when
/// the text has another form or the number is beyond a float's range.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let mut at = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let whole = digits(bytes, &mut at);
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        let fraction = digits(bytes, &mut at);
        if whole + fraction == 0 {
            return None;
        }
    } else if whole == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
        if digits(bytes, &mut at) == 0 {
            return None;
        }
    }
    if at != bytes.len() {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

fn digits(bytes: &[u8], at: &mut usize) -> usize {
    let start = *at;
    while bytes.get(*at).is_some_and(u8::is_ascii_digit) {
        *at += 1;
    }
    *at - start
}

/// Appends a finite float as encoding/json prints it.
pub fn push_json_float(out: &mut String, value: f64) {
    let (mantissa, exponent) = shortest(value);
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let sign = if exponent < 0 { "" } else { "+" };
        let _ = write!(out, "{mantissa}e{sign}{exponent}");
    } else {
        push_positional(out, &mantissa, exponent);
    }
}

/// Appends a finite float as `strconv.FormatFloat(value, 'g', -1, 64)` prints it, and so YAML.
pub fn push_yaml_float(out: &mut String, value: f64) {
    let (mantissa, exponent) = shortest(value);
    // With seven digits before the point, and below a ten-thousandth, Go turns to exponents.
    if (-4..6).contains(&exponent) {
        return push_positional(out, &mantissa, exponent);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "{mantissa}e{sign}{:02}", exponent.abs());
}

/// With fewer digits no two decimal numbers are as near to one float.
const DIGITS: usize = 16;

/// The shortest `d.ddd` and the exponent of ten that give a float again. Of two that are as near Go
/// takes the even one, where Rust rounds up.
fn shortest(value: f64) -> (String, i32) {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent = exponent.parse().unwrap_or_default();
    let places = mantissa.split_once('.').map_or(0, |parts| parts.1.len());
    let last = mantissa.bytes().last().unwrap_or(b'0');
    if places + 1 < DIGITS || last.is_multiple_of(2) {
        return (mantissa.to_owned(), exponent);
    }
    let (head, _) = mantissa.split_at(mantissa.len() - 1);
    let even = format!("{head}{}", char::from(last - 1));
    let exact = format!("{value:.*e}", places + 30);
    let between = exact.strip_prefix(even.as_str()).and_then(|rest| rest.split_once('e'));
    let is_tie = between.is_some_and(|(rest, _)| rest.trim_end_matches('0') == "5");
    (if is_tie { even } else { mantissa.to_owned() }, exponent)
}

/// `d.ddd` times ten to the power of `exponent`, written out.
fn push_positional(out: &mut String, mantissa: &str, exponent: i32) {
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = format!("{whole}{fraction}");
    out.push_str(sign);
    let Ok(before) = usize::try_from(exponent + 1) else {
        let zeros = exponent.unsigned_abs() as usize - 1;
        let _ = write!(out, "0.{:0<zeros$}{digits}", "");
        return;
    };
    match digits.split_at_checked(before) {
        Some(("", fraction)) => {
            let _ = write!(out, "0.{fraction}");
        }
        Some((whole, "")) => out.push_str(whole),
        Some((whole, fraction)) => {
            let _ = write!(out, "{whole}.{fraction}");
        }
        None => {
            let _ = write!(out, "{digits:0<before$}");
        }
    }
}

/// A float as a mapping's key: `strconv.FormatFloat(value, 'g', -1, 32)`, infinities and NaN in
/// YAML's words.
pub(crate) fn float_key(value: f64) -> String {
    if value.is_nan() {
        return ".nan".to_owned();
    }
    // The 32 is sigs.k8s.io/yaml's own: keys lose precision there.
    #[allow(clippy::cast_possible_truncation)]
    let value = value as f32;
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_go_prints_them() {
        let json = |value| {
            let mut out = String::new();
            push_json_float(&mut out, value);
            out
        };
        assert_eq!(json(1e21), "1e+21");
        assert_eq!(json(1e20), "100000000000000000000");
        assert_eq!(json(1.5e-7), "1.5e-7");
        assert_eq!(json(-0.0), "-0");
        assert_eq!(json(0.05), "0.05");
        assert_eq!(json(0.000_012_5), "0.0000125");
        assert_eq!(json(0.5), "0.5");
        assert_eq!(json(-1234.5), "-1234.5");
        assert_eq!(json(1_326_893_210_841_633.2), "1326893210841633.2");
        assert_eq!(json(596_533_012_296_538.2), "596533012296538.2");
        let yaml = |value| {
            let mut out = String::new();
            push_yaml_float(&mut out, value);
            out
        };
        assert_eq!(yaml(1_326_893_210_841_633.2), "1.3268932108416332e+15");
        assert_eq!(yaml(1_234_567.5), "1.2345675e+06");
        assert_eq!(yaml(123_456.5), "123456.5");
        assert_eq!(yaml(0.00001), "1e-05");
        assert_eq!(yaml(0.0001), "0.0001");
        assert_eq!(float_key(1e6), "1e+06");
        assert_eq!(float_key(1000.0), "1000");
        assert_eq!(float_key(0.1), "0.1");
        assert_eq!(float_key(0.00001), "1e-05");
    }
}

//! The text of scalars whose bytes are not their text: folded lines, escapes, block indentation.
//! Follows goyaml.v2's scanner, line breaks of YAML 1.1 included.

use crate::tree::{Raw, Style};

/// Decodes the scalar `raw` of `text`. A block scalar with an indentation digit is none of its
/// business: the reader keeps the text of those.
pub(crate) fn decode(text: &str, raw: &Raw) -> String {
    let (start, end) = (raw.start as usize, raw.end as usize);
    let inner = || text.get(start + 1..end.saturating_sub(1)).unwrap_or_default();
    match raw.meta.style() {
        Style::Single => single(inner()),
        Style::Double => double(inner()).unwrap_or_default(),
        Style::Literal => block(text, start, end, true, None),
        Style::Folded => block(text, start, end, false, None),
        _ => plain(text.get(start..end).unwrap_or_default()),
    }
}

/// A line break at `at`: its length in bytes and what it reads as.
pub(crate) fn line_break(bytes: &[u8], at: usize) -> Option<(usize, &'static str)> {
    match bytes.get(at..)? {
        [b'\r', b'\n', ..] => Some((2, "\n")),
        [b'\n' | b'\r', ..] => Some((1, "\n")),
        [0xc2, 0x85, ..] => Some((2, "\n")),
        [0xe2, 0x80, 0xa8, ..] => Some((3, "\u{2028}")),
        [0xe2, 0x80, 0xa9, ..] => Some((3, "\u{2029}")),
        _ => None,
    }
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Blanks and breaks from `at`: what they fold to is appended; the end of the run is returned.
fn fold(text: &str, start: usize, mut leading: bool, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    let mut blanks_end = start;
    let mut first = "";
    let mut rest = String::new();
    let escaped = leading;
    loop {
        if bytes.get(at).copied().is_some_and(is_blank) {
            at += 1;
            if !leading {
                blanks_end = at;
            }
        } else if let Some((len, read)) = line_break(bytes, at) {
            at += len;
            if leading {
                rest.push_str(read);
            } else {
                first = read;
                leading = true;
            }
        } else {
            break;
        }
    }
    if !leading {
        out.push_str(text.get(start..blanks_end).unwrap_or_default());
    } else if first == "\n" {
        out.push_str(if rest.is_empty() { " " } else { &rest });
    } else {
        debug_assert!(escaped || !first.is_empty());
        out.push_str(first);
        out.push_str(&rest);
    }
    at
}

fn at_gap(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).copied().is_some_and(is_blank) || line_break(bytes, at).is_some()
}

/// A plain scalar on several lines.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut copied = 0;
    while at < text.len() {
        if at_gap(text.as_bytes(), at) {
            out.push_str(&text[copied..at]);
            at = fold(text, at, false, &mut out);
            copied = at;
        } else {
            at += 1;
        }
    }
    out.push_str(&text[copied.min(text.len())..]);
    out
}

/// What stands between single quotes.
pub(crate) fn single(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut copied = 0;
    while at < bytes.len() {
        if bytes[at] == b'\'' {
            out.push_str(&text[copied..at]);
            out.push('\'');
            at = (at + 2).min(text.len());
            copied = at;
        } else if at_gap(bytes, at) {
            out.push_str(&text[copied..at]);
            at = fold(text, at, false, &mut out);
            copied = at;
        } else {
            at += 1;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// A backslash that goyaml.v2 does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadEscape {
    /// Byte offset of the backslash in the text between the quotes.
    pub at: usize,
    /// Length of the sequence in bytes.
    pub len: usize,
    /// The letter is known, but the number after it makes no character.
    pub known: bool,
}

/// What stands between double quotes.
pub(crate) fn double(text: &str) -> Result<String, BadEscape> {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut copied = 0;
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            out.push_str(&text[copied..at]);
            at = match line_break(bytes, at + 1) {
                Some((len, _)) => fold(text, at + 1 + len, true, &mut out),
                None => escape(text, at, &mut out)?,
            };
            copied = at;
        } else if at_gap(bytes, at) {
            out.push_str(&text[copied..at]);
            at = fold(text, at, false, &mut out);
            copied = at;
        } else {
            at += 1;
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Ok(out)
}

/// The first escape sequence between double quotes that goyaml.v2 refuses.
pub(crate) fn bad_escape(text: &str) -> Option<BadEscape> {
    let mut from = 0;
    let mut sink = String::new();
    while let Some(found) = memchr::memchr(b'\\', text.as_bytes().get(from..)?) {
        let at = from + found;
        from = match line_break(text.as_bytes(), at + 1) {
            Some((len, _)) => at + 1 + len,
            None => match escape(text, at, &mut sink) {
                Ok(next) => next,
                Err(bad) => return Some(bad),
            },
        };
        sink.clear();
    }
    None
}

fn escape(text: &str, at: usize, out: &mut String) -> Result<usize, BadEscape> {
    let letter = text[at + 1..].chars().next();
    let len = 1 + letter.map_or(0, char::len_utf8);
    let digits = match letter {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(letter) => {
            let Some(read) = simple_escape(letter) else {
                return Err(BadEscape { at, len, known: false });
            };
            out.push(read);
            return Ok(at + len);
        }
        None => return Err(BadEscape { at, len, known: false }),
    };
    let code = text.get(at + 2..at + 2 + digits).unwrap_or_default();
    let code_fits = code.len() == digits && code.bytes().all(|byte| byte.is_ascii_hexdigit());
    let read = u32::from_str_radix(code, 16).ok().filter(|_| code_fits).and_then(char::from_u32);
    let Some(read) = read else {
        let len = if code_fits { len + digits } else { len };
        return Err(BadEscape { at, len, known: true });
    };
    out.push(read);
    Ok(at + 2 + digits)
}

fn simple_escape(letter: char) -> Option<char> {
    Some(match letter {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        ' ' | '"' | '\'' | '\\' => letter,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        _ => return None,
    })
}

/// End of the line that holds `at`, its break not included, and start of the next line.
pub(crate) fn line_end(bytes: &[u8], mut at: usize) -> (usize, usize) {
    while at < bytes.len() {
        if let Some((len, _)) = line_break(bytes, at) {
            return (at, at + len);
        }
        at += 1;
    }
    (bytes.len(), bytes.len())
}

/// A block scalar: `start` at its indicator, `end` at the end of its last line with content.
/// `indent` is given where a digit says it.
pub(crate) fn block(
    text: &str,
    start: usize,
    end: usize,
    literal: bool,
    indent: Option<usize>,
) -> String {
    let bytes = text.as_bytes();
    let signs =
        bytes.get(start + 1..start + 3).unwrap_or(bytes.get(start + 1..).unwrap_or_default());
    // What follows one sign that is no digit is no sign any more.
    let signs = match signs {
        [b'0'..=b'9', ..] | [_, b'0'..=b'9'] => signs,
        _ => signs.get(..1).unwrap_or_default(),
    };
    let (keep, strip) = (signs.contains(&b'+'), signs.contains(&b'-'));
    let (header_end, mut line) = line_end(bytes, start);
    let mut out = String::with_capacity(end.saturating_sub(start));
    let mut breaks = String::new();
    if end > header_end {
        let indent = indent.unwrap_or_else(|| indentation(bytes, line, end));
        let (mut leading_break, mut leading_blank) = ("", false);
        while line < end {
            let spaces = bytes[line..].iter().take(indent).take_while(|b| **b == b' ').count();
            let content = line + spaces;
            let (stop, next) = line_end(bytes, content);
            let read = line_break(bytes, stop).map_or("", |found| found.1);
            if content == stop {
                breaks.push_str(read);
                line = next;
                continue;
            }
            let trailing_blank = bytes.get(content).copied().is_some_and(is_blank);
            if !literal && !leading_blank && !trailing_blank && leading_break == "\n" {
                if breaks.is_empty() {
                    out.push(' ');
                }
            } else {
                out.push_str(leading_break);
            }
            out.push_str(&breaks);
            breaks.clear();
            leading_blank = trailing_blank;
            out.push_str(text.get(content..stop).unwrap_or_default());
            leading_break = read;
            line = next;
        }
        if !strip {
            out.push_str(leading_break);
        }
    }
    if keep {
        out.push_str(&breaks);
        loop {
            let spaces = bytes.get(line..).unwrap_or_default().iter().take_while(|b| **b == b' ');
            let stop = line + spaces.count();
            let Some((len, read)) = line_break(bytes, stop) else { break };
            out.push_str(read);
            line = stop + len;
        }
    }
    out
}

/// Spaces before the first line with content of a block scalar.
fn indentation(bytes: &[u8], mut line: usize, end: usize) -> usize {
    while line < end {
        let spaces = bytes[line..].iter().take_while(|byte| **byte == b' ').count();
        let (stop, next) = line_end(bytes, line + spaces);
        if stop > line + spaces {
            return spaces;
        }
        line = next;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        assert_eq!(plain("a  \n   b\n\n  c"), "a b\nc");
        assert_eq!(plain("a\u{2028}b"), "a\u{2028}b");
        assert_eq!(single("it''s\r\n  x"), "it's x");
        assert_eq!(double("a\\\n   b").as_deref(), Ok("ab"));
        assert_eq!(double("a \\\n\n   b").as_deref(), Ok("a \nb"));
        assert_eq!(double("\\x41\\u00e9\\U0001F600\\_").as_deref(), Ok("A\u{e9}\u{1f600}\u{a0}"));
    }

    #[test]
    fn escapes_that_go_does_not_know() {
        assert_eq!(bad_escape("ab\\d"), Some(BadEscape { at: 2, len: 2, known: false }));
        assert_eq!(bad_escape("\\ud83d"), Some(BadEscape { at: 0, len: 6, known: true }));
        assert_eq!(bad_escape("\\x4"), Some(BadEscape { at: 0, len: 2, known: true }));
        assert_eq!(bad_escape("\\/"), Some(BadEscape { at: 0, len: 2, known: false }));
        assert_eq!(bad_escape("\\\\d\\n"), None);
    }
}

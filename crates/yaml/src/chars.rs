//! Which characters Kubernetes' reader takes, and a text as granit-parser can read it.

use std::borrow::Cow;

/// True for a character that goyaml.v2 refuses wherever it stands, comments included.
pub(crate) fn is_refused(char: char) -> bool {
    !matches!(char,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}'
        | '\u{10000}'..='\u{10ffff}')
}

/// The text with line breaks of YAML 1.1, which granit-parser takes for ordinary characters, as
/// blanks and line feeds of the same length; and the first character that the reader refuses.
pub(crate) fn readable(text: &str) -> (Cow<'_, str>, Option<(u32, u32)>) {
    let plain =
        |char: char| !is_refused(char) && !matches!(char, '\u{85}' | '\u{2028}' | '\u{2029}');
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    if body.chars().all(plain) {
        return (Cow::Borrowed(text), None);
    }
    let mut refused = None;
    let mut out = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        let len = char.len_utf8();
        match char {
            '\u{85}' => out.push_str(" \n"),
            '\u{2028}' | '\u{2029}' => out.push_str("  \n"),
            _ if is_refused(char) => {
                refused = refused.or(Some((at as u32, (at + len) as u32)));
                out.extend(std::iter::repeat_n('_', len));
            }
            _ => out.push(char),
        }
    }
    (Cow::Owned(out), refused)
}

//! How a text is written in YAML: plain, in quotes or as a block, by goyaml.v2's rules.

use std::fmt::Write as _;

use super::Writer;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As it is.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
}

/// How a string is to be written when the emitter allows it: as a block when it has line breaks, in
/// quotes when it would be read as something else than a string.
pub(super) fn wanted(text: &str) -> Style {
    if text.contains('\n') {
        return Style::Literal;
    }
    let string = match text.as_bytes().first() {
        None => false,
        Some(b'0'..=b'9' | b'+' | b'-') => {
            !is_base60(text)
                && crate::scalar::timestamp(text).is_none()
                && kubesift_yaml::resolve(text) == kubesift_yaml::Scalar::Str
        }
        _ => kubesift_yaml::resolve(text) == kubesift_yaml::Scalar::Str,
    };
    if string { Style::Plain } else { Style::Double }
}

/// `1:30`, `-190:20:30.15`: numbers to the base of 60 in YAML 1.1.
fn is_base60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let first = parts.next().unwrap_or_default().as_bytes();
    let (Some(digit), Some(last)) = (first.first(), parts.next_back()) else { return false };
    let sixty = |part: &str| match part.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [b'0'..=b'5', digit] => digit.is_ascii_digit(),
        _ => false,
    };
    let digits = |part: &[u8]| part.iter().all(|byte| byte.is_ascii_digit() || *byte == b'_');
    let (whole, fraction) = last.split_once('.').unwrap_or((last, ""));
    digit.is_ascii_digit()
        && digits(first)
        && parts.all(sixty)
        && sixty(whole)
        && digits(fraction.as_bytes())
}

/// True for text with a line break of any kind.
pub(super) fn is_multiline(text: &str) -> bool {
    !text.bytes().all(|byte| byte.is_ascii_graphic()) && text.chars().any(is_break)
}

fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What goyaml.v2 writes as it is. Tabs and what needs more than 16 bits are not among it.
fn is_printable(char: char) -> bool {
    matches!(char,
        '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' if char != '\u{feff}')
}

/// What a text allows.
#[derive(Default)]
struct Allows {
    plain: bool,
    single: bool,
    block: bool,
    multiline: bool,
}

/// The style that a text gets: the one that is wanted, or the next that can hold it.
pub(super) fn style(text: &str, wanted: Style, is_key: bool) -> Style {
    let is_clear = match wanted {
        Style::Plain => is_simple(text) || is_prose(text),
        Style::Literal => !is_key && are_lines(text),
        Style::Single | Style::Double => false,
    };
    if is_clear { wanted } else { analyzed(text, wanted, is_key) }
}

/// The same by goyaml.v2's analysis, character by character.
fn analyzed(text: &str, wanted: Style, is_key: bool) -> Style {
    let allows = analyze(text);
    let mut style = if is_key && allows.multiline { Style::Double } else { wanted };
    if style == Style::Plain && (!allows.plain || (text.is_empty() && is_key)) {
        style = Style::Single;
    }
    if style == Style::Single && !allows.single
        || style == Style::Literal && (!allows.block || is_key)
    {
        style = Style::Double;
    }
    style
}

/// A word, a name, a path, an image: nothing in it could be taken for punctuation.
fn is_simple(text: &str) -> bool {
    let first = text.as_bytes().first();
    first.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'/')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

fn analyze(text: &str) -> Allows {
    if text.is_empty() {
        return Allows { plain: true, single: true, ..Allows::default() };
    }
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut special, mut multiline) = (false, false);
    let (mut space_break, mut break_space) = (false, false);
    let (mut previous_space, mut previous_break) = (false, false);
    let mut after_blank = true;
    let mut chars = text.chars().peekable();
    let mut first = true;
    while let Some(char) = chars.next() {
        let before_blank = chars.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
        indicators |= match char {
            '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
            | '@' | '`'
                if first =>
            {
                true
            }
            '?' | '-' if first => before_blank,
            ':' => before_blank,
            '#' => after_blank,
            _ => false,
        };
        special |= !is_printable(char);
        let (is_space, is_break) = (char == ' ', is_break(char));
        break_space |= is_space && previous_break;
        space_break |= is_break && previous_space;
        multiline |= is_break;
        (previous_space, previous_break) = (is_space, is_break);
        after_blank = is_space || is_break || matches!(char, '\t' | '\0');
        first = false;
    }
    let starts_blank = text.starts_with(|char| char == ' ' || is_break(char));
    let ends_blank = previous_space || previous_break;
    let quotable = !break_space && !space_break && !special;
    Allows {
        plain: !starts_blank && !ends_blank && !multiline && !indicators && quotable,
        single: quotable,
        block: !previous_space && !space_break && !special,
        multiline,
    }
}

/// Printable ASCII on one line, with no punctuation in it that could mean something: nearly all
/// descriptions. A shortcut for what the analysis finds of it.
fn is_prose(text: &str) -> bool {
    let printable = text.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    let after = |at: usize| text.as_bytes().get(at + 1).is_some_and(|next| *next != b' ');
    let before = |at: usize| at > 0 && text.as_bytes().get(at - 1) != Some(&b' ');
    printable
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !text.ends_with(' ')
        && text.match_indices(':').all(|(at, _)| after(at))
        && text.match_indices('#').all(|(at, _)| before(at))
}

/// Lines of printable ASCII without blanks at their ends: nearly all texts with line breaks.
fn are_lines(text: &str) -> bool {
    let printable = |byte| matches!(byte, b' '..=b'~' | b'\n');
    !text.is_empty()
        && text.bytes().fold(true, |all, byte| all & printable(byte))
        && !text.split('\n').any(|line| line.ends_with(' '))
}

/// Columns after which a blank becomes a line break.
const WIDTH: usize = 80;

impl Writer {
    /// Characters on the line so far. Where a text of `len` bytes surely ends before a line is folded
    /// they are not counted, and none is given.
    fn fold_column(&self, len: usize, is_key: bool) -> Option<usize> {
        if is_key || self.column() + len <= WIDTH {
            return None;
        }
        Some(self.out.get(self.line..).unwrap_or_default().chars().count())
    }

    /// Breaks the line in the place of a blank.
    fn fold(&mut self, column: &mut Option<usize>) {
        self.write_indent();
        *column = Some(self.column());
    }

    /// Plain text, which has no line breaks of its own here.
    pub(super) fn plain(&mut self, text: &str, is_key: bool) {
        let mut column = self.fold_column(text.len(), is_key);
        let mut rest = text;
        let mut previous_space = false;
        while let Some(here) = column {
            // Up to a blank nothing can happen.
            let Some((word, behind)) = rest.split_once(' ') else { break };
            let here = here + word.chars().count();
            self.out.push_str(word);
            self.indention &= word.is_empty();
            previous_space &= word.is_empty();
            if !previous_space && here > WIDTH && !behind.starts_with(' ') {
                self.fold(&mut column);
            } else {
                self.out.push(' ');
                column = Some(here + 1);
            }
            previous_space = true;
            rest = behind;
        }
        self.out.push_str(rest);
        self.whitespace = false;
        self.indention = false;
    }

    /// `'…'`: line breaks that come here are those of YAML 1.1 and not `\n`.
    pub(super) fn single(&mut self, text: &str, is_key: bool) {
        self.indicator("'", false, false, false);
        let mut column = self.fold_column(2 * text.len(), is_key);
        let (mut breaks, mut previous_space) = (false, false);
        let mut chars = text.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            let next = chars.peek().map(|next| next.1);
            let inside = at > 0 && next.is_some() && next != Some(' ');
            if char == ' ' && !previous_space && inside && column.is_some_and(|here| here > WIDTH) {
                self.fold(&mut column);
                previous_space = true;
                continue;
            }
            if is_break(char) {
                self.break_of(char, breaks);
                column = column.map(|_| 0);
                breaks = true;
                continue;
            }
            if breaks && char != ' ' {
                self.write_indent();
                column = column.map(|_| self.column());
            }
            if char == '\'' {
                self.out.push('\'');
                column = column.map(|here| here + 1);
            }
            self.out.push(char);
            column = column.map(|here| here + 1);
            previous_space = char == ' ';
            if char != ' ' {
                self.indention = false;
                breaks = false;
            }
        }
        self.indicator("'", false, false, false);
    }

    fn break_of(&mut self, char: char, again: bool) {
        if char == '\n' {
            if !again {
                self.put_break();
            }
            self.put_break();
        } else {
            self.out.push(char);
            self.line = self.out.len();
        }
        self.indention = true;
    }

    /// `"…"`. A line that is folded goes on with a backslash where a blank comes next.
    pub(super) fn double(&mut self, text: &str, is_key: bool) {
        self.indicator("\"", false, false, false);
        // goyaml.v2 asks of every character whether the text begins with a byte order mark.
        let escape_all = text.starts_with('\u{feff}');
        // An escape is at most ten times as long as its character.
        let mut column = self.fold_column(10 * text.len(), is_key);
        let mut previous_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            let as_is = is_printable(char) && !is_break(char) && !matches!(char, '"' | '\\');
            let start = self.out.len();
            if !as_is || escape_all {
                push_escape(&mut self.out, char);
                column = column.map(|here| here + self.out.len() - start);
                previous_space = false;
                continue;
            }
            let next = chars.peek().map(|next| next.1);
            let inside = at > 0 && next.is_some();
            if char == ' ' && !previous_space && inside && column.is_some_and(|here| here > WIDTH) {
                self.fold(&mut column);
                if next == Some(' ') {
                    self.out.push('\\');
                    column = column.map(|here| here + 1);
                }
            } else {
                self.out.push(char);
                column = column.map(|here| here + 1);
            }
            previous_space = char == ' ';
        }
        self.indicator("\"", false, false, false);
    }

    /// `|`
    pub(super) fn literal(&mut self, text: &str) {
        self.indicator("|", false, false, false);
        let mut backwards = text.chars().rev();
        if text.starts_with(|char| char == ' ' || is_break(char)) {
            self.out.push('2');
        }
        match (backwards.next().is_some_and(is_break), backwards.next()) {
            (false, _) => self.out.push('-'),
            (true, None) => self.out.push('+'),
            (true, Some(before)) if is_break(before) => self.out.push('+'),
            (true, Some(_)) => {}
        }
        self.put_break();
        self.indention = true;
        self.whitespace = true;
        let is_ascii = text.is_ascii();
        let mut rest = text;
        while !rest.is_empty() {
            // No other break of ASCII is printable, so none comes here.
            let end = if is_ascii { rest.find('\n') } else { rest.find(is_break) };
            let end = end.unwrap_or(rest.len());
            let (line, behind) = rest.split_at(end);
            if !line.is_empty() {
                self.write_indent();
                self.out.push_str(line);
                self.indention = false;
            }
            let mut behind = behind.chars();
            if let Some(char) = behind.next() {
                self.out.push(char);
                self.line = self.out.len();
                self.indention = true;
            }
            rest = behind.as_str();
        }
    }
}

fn push_escape(out: &mut String, char: char) {
    out.push('\\');
    let short = match char {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            let code = u32::from(char);
            let _ = match code {
                0..=0xff => write!(out, "x{code:02X}"),
                0x100..=0xffff => write!(out, "u{code:04X}"),
                _ => write!(out, "U{code:08X}"),
            };
            return;
        }
    };
    out.push(short);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shortcuts_find_what_the_analysis_finds(
            text in "[ab1 :#\\-'\\n\\t\\r?\u{e9}\u{2028}\u{85}]{0,12}",
            is_key: bool,
        ) {
            for wanted in [Style::Plain, Style::Literal] {
                prop_assert_eq!(style(&text, wanted, is_key), analyzed(&text, wanted, is_key));
            }
        }
    }
}

//! What is wrong with a text, in the words of the person who wrote it: granit-parser's errors with
//! the place to look at, what to do, and the bytes to leave out so that the rest can be read.

use granit_parser::{ErrorKind as Granit, ScanError};

use crate::decode::{self, line_end};
use crate::fallback::Outcome;
use crate::tree::ErrorKind;

/// One error, and the way past it. All offsets count in the document's own text.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub kind: ErrorKind,
    pub message: String,
    pub help: Option<&'static str>,
    pub place: (u32, u32),
    /// Where reading can be taken up again: from here on everything deeper goes.
    pub culprit: usize,
    /// The line's own indentation is what is wrong: lines that share it go too.
    pub misplaced: bool,
}

/// A line's parts, as far as a line alone tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LineParts {
    pub start: usize,
    pub end: usize,
    /// First character that is no space.
    pub content: usize,
    /// First character behind leading dashes.
    pub body: usize,
    /// The colon behind a simple key, if the line has one.
    pub colon: Option<usize>,
}

impl LineParts {
    /// The line that holds the byte at `at`.
    pub fn at(text: &str, at: usize) -> Self {
        let bytes = text.as_bytes();
        let at = at.min(bytes.len());
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |found| found + 1);
        let end = line_end(bytes, at).0;
        let skip = |mut at: usize| {
            while at < end && bytes[at] == b' ' {
                at += 1;
            }
            at
        };
        let content = skip(start);
        let mut body = content;
        while body < end && bytes[body] == b'-' && bytes.get(body + 1) == Some(&b' ') {
            body = skip(body + 1);
        }
        Self { start, end, content, body, colon: colon(bytes, body, end) }
    }

    /// Column of the key, or of the content when the line has none.
    pub fn column(&self) -> usize {
        match self.colon {
            Some(_) => self.body - self.start,
            None => self.content - self.start,
        }
    }
}

/// The first colon before a blank, outside of quotes, in `from..end`.
fn colon(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
    let mut at = from;
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(at).filter(|_| at < end) {
        at += 1 + memchr::memchr(*quote, &bytes[at + 1..end])?;
    } else if matches!(bytes.get(at), Some(b'{' | b'[' | b'#' | b'&' | b'*' | b'!')) {
        return None;
    }
    while at < end {
        let blank = at + 1 == end || matches!(bytes[at + 1], b' ' | b'\t');
        if bytes[at] == b':' && blank {
            return Some(at);
        }
        if bytes[at] == b'#' && at > from && bytes[at - 1] == b' ' {
            return None;
        }
        at += 1;
    }
    None
}

/// The first escape at or after `from` that the reader does not take: its place, what is wrong
/// with it, and what to do.
pub(crate) fn bad_escape(text: &str, from: usize) -> ((usize, usize), String, &'static str) {
    let bad = text.get(from..).and_then(decode::bad_escape);
    let Some(bad) = bad else {
        return ((from, from), "an escape that cannot be read".to_owned(), "check the backslash");
    };
    let place = (from + bad.at, from + bad.at + bad.len);
    let sequence = text.get(place.0..place.1).unwrap_or_default();
    if bad.known {
        let message = format!("{sequence} makes no character");
        return (place, message, "check the digits after the backslash");
    }
    let help = "write \\\\ for a backslash, or use single quotes";
    (place, format!("{sequence} is no escape sequence"), help)
}

/// Puts a granit error of the document `text` into words.
pub(crate) fn diagnose(text: &str, error: &ScanError, outcome: &Outcome) -> Trouble {
    let mut at = error.marker().byte_offset().unwrap_or_default().min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let say = |place: (usize, usize), message: &str, help: &'static str| Trouble {
        kind: ErrorKind::Syntax,
        message: message.to_owned(),
        help: Some(help),
        place: (place.0 as u32, place.1 as u32),
        culprit: place.0,
        misplaced: false,
    };
    let line = LineParts::at(text, at);
    let rest = |from: usize| (from, from.max(trimmed_end(text, LineParts::at(text, from).end)));
    if let Some(found) = template(text, &line).or_else(|| {
        outcome.flow.and_then(|flow| template(text, &LineParts::at(text, flow as usize)))
    }) {
        return say(
            found,
            "a template expression stands here, so this is not YAML yet",
            "render the template first, or put quotes around the expression",
        );
    }
    let tab = leading_tab(text, &line);
    if let Some(tab) = tab {
        return say(tab, "a tab is used for indentation", "indent with spaces");
    }
    match error.kind() {
        Granit::UnclosedQuotedScalar => {
            say(rest(at), "this quote is never closed", "add the closing quote")
        }
        Granit::InvalidTrailingSingleQuotedScalar | Granit::InvalidTrailingDoubleQuotedScalar => {
            let quote = match error.kind() {
                Granit::InvalidTrailingSingleQuotedScalar => b'\'',
                _ => b'"',
            };
            match opening_quote(text, at, quote) {
                Some(open) => say(
                    rest(open),
                    "this quote is not closed on its line, but by the next quote below",
                    "add the closing quote",
                ),
                None => say(
                    rest(at),
                    "text follows the closing quote",
                    "write '' for a quote in single quotes and \\\" in double quotes",
                ),
            }
        }
        Granit::UnknownQuotedScalarEscape
        | Granit::InvalidQuotedScalarHexEscape
        | Granit::InvalidLowSurrogateHexEscape
        | Granit::InvalidLowSurrogate
        | Granit::MissingLowSurrogate
        | Granit::UnpairedLowSurrogate
        | Granit::InvalidUnicodeEscape => {
            let (place, message, help) = bad_escape(text, at);
            let mut trouble = say(place, "", help);
            trouble.message = message;
            trouble
        }
        Granit::RecursionLimitExceeded => Trouble {
            kind: ErrorKind::TooDeep,
            message: "nested deeper than the 10,000 levels that Kubernetes' reader allows".into(),
            help: None,
            place: (at as u32, at as u32),
            culprit: at,
            misplaced: false,
        },
        Granit::MismatchedFlowCollectionEnd { open, close } => {
            let mut trouble = say(rest(at), "", "make the brackets match");
            trouble.message = format!("the bracket {open} is closed by {close}");
            trouble
        }
        kind if is_flow_trouble(kind) => match outcome.flow.map(|flow| flow as usize) {
            Some(open) if LineParts::at(text, open).start != line.start || at >= text.len() => say(
                (open, open + 1),
                "this bracket is never closed",
                "add the closing bracket, or put the value in quotes",
            ),
            _ => say(
                rest(at.min(text.len())),
                "this cannot stand between brackets",
                "separate items with one comma, and put values with : , [ ] { } in quotes",
            ),
        },
        Granit::UnclosedFlowCollection { .. } => say(
            (at, (at + 1).min(text.len())),
            "this bracket is never closed",
            "add the closing bracket, or put the value in quotes",
        ),
        Granit::MisplacedFlowCollectionEnd => say(
            (at, at + 1),
            "this bracket closes nothing",
            "remove it, or put the value in quotes",
        ),
        Granit::MappingValueNotAllowed => match line.colon {
            Some(colon) if colon < at => say(
                (at, at + 1),
                "a second colon on this line: the value would be a mapping",
                "put the value in quotes, or the inner key on a line of its own",
            ),
            _ => misplaced(say(
                (line.body, trimmed_end(text, line.end)),
                "this key stands deeper than the keys above, whose value is complete already",
                "indent it like its neighbours",
            )),
        },
        Granit::ExpectedBlockMappingKey if is_dash(text, line.content) => say(
            (line.content, trimmed_end(text, line.end)),
            "a list item stands where a key is expected",
            "indent it below its key, or remove the dash",
        ),
        Granit::ExpectedBlockMappingKey | Granit::ExpectedBlockSequenceEntry => misplaced(say(
            (line.content, trimmed_end(text, line.end)),
            "the indentation of this line fits no line above it",
            "indent it like the entries that it belongs to",
        )),
        Granit::SimpleKeyExpected | Granit::InvalidSimpleKey => {
            let place = rest(line.body.min(at));
            say(place, "a key without a colon", "write a colon and a blank behind the key")
        }
        Granit::UnexpectedCharacter { character } => {
            let mut trouble = say(rest(at), "", "put the value in quotes");
            trouble.message = format!("a value cannot begin with {character}");
            trouble
        }
        Granit::MissingAnchorOrAliasName => {
            let mut trouble = say(rest(at), "", "put the value in quotes");
            let sign = text[at..].chars().next().unwrap_or('*');
            trouble.message = format!("a name must follow {sign}: it begins an alias or anchor");
            trouble
        }
        Granit::BlockSequenceEntryNotAllowed => say(
            rest(at),
            "a list item cannot stand on the line of its key",
            "put it on the next line, or put the value in quotes",
        ),
        Granit::InvalidBlockScalarHeader => say(
            rest(at),
            "only + or - and a digit may follow | or > on its line",
            "put the text on the next line",
        ),
        Granit::UndeclaredTagHandle => say(
            rest(at),
            "the tag's handle is not declared",
            "remove the tag, or put the value in quotes",
        ),
        kind => Trouble {
            kind: ErrorKind::Syntax,
            message: kind.to_string(),
            help: None,
            place: (at as u32, at as u32),
            culprit: at,
            misplaced: false,
        },
    }
}

fn misplaced(trouble: Trouble) -> Trouble {
    Trouble { misplaced: true, ..trouble }
}

fn is_flow_trouble(kind: &Granit) -> bool {
    matches!(
        kind,
        Granit::InvalidColonPlacement
            | Granit::ExpectedFlowMappingSeparator
            | Granit::ExpectedFlowSequenceSeparator
            | Granit::UnexpectedEofFlowMapping
            | Granit::UnexpectedEofFlowSequence
            | Granit::UnexpectedEofImplicitFlowMapping
            | Granit::BlockEntryInFlowCollection
            | Granit::InvalidFlowScalarIndent
            | Granit::ExpectedNodeContent
            | Granit::UnexpectedEndOfPlainScalar
    )
}

fn trimmed_end(text: &str, end: usize) -> usize {
    text.get(..end).map_or(end, |head| head.trim_end_matches([' ', '\t']).len())
}

fn is_dash(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    bytes.get(at) == Some(&b'-') && bytes.get(at + 1).is_none_or(|byte| byte.is_ascii_whitespace())
}

/// `{{ … }}` on the line: from its braces to the line's end.
fn template(text: &str, line: &LineParts) -> Option<(usize, usize)> {
    let found = text.get(line.start..line.end)?.find("{{")?;
    Some((line.start + found, trimmed_end(text, line.end)))
}

/// The first tab among a line's leading blanks.
fn leading_tab(text: &str, line: &LineParts) -> Option<(usize, usize)> {
    let at = line.content;
    (text.as_bytes().get(at) == Some(&b'\t')).then(|| {
        let blanks = text.get(at..line.end).unwrap_or_default();
        (at, at + blanks.len() - blanks.trim_start_matches('\t').len())
    })
}

/// How many lines a quote that was left open is looked for.
const LOOK_BACK: usize = 2000;

/// The quote that opens a value on an earlier line and is not closed there.
fn opening_quote(text: &str, at: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut line = LineParts::at(text, at);
    for _ in 0..LOOK_BACK {
        line = LineParts::at(text, line.start.checked_sub(1)?);
        let mut value = line.colon.map_or(line.body, |colon| colon + 1);
        while value < line.end && bytes[value] == b' ' {
            value += 1;
        }
        if bytes.get(value) == Some(&quote) && value < line.end {
            let closed = memchr::memchr(quote, &bytes[value + 1..line.end]).is_some();
            return (!closed).then_some(value);
        }
    }
    None
}

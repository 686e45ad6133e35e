//! Scalars as the scanner finds their ends: plain, quoted and block. Nothing is decoded here but
//! keys with escapes.

use super::{Declined, Scanned, Scanner};
use crate::decode;
use crate::scalar;
use crate::tree::{Meta, Style};

/// What ends a plain scalar's part on one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub kind: StopKind,
    pub at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopKind {
    /// A colon before a blank or the line's end.
    Colon,
    Comment,
    LineEnd,
}

/// A quoted scalar that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoted {
    pub end: usize,
    /// It goes over several lines.
    pub lines: bool,
    /// Its text is not what stands between the quotes.
    pub lazy: bool,
    pub double: bool,
}

impl Quoted {
    /// The decoded text, when it is not what stands between the quotes.
    pub fn decoded(self, text: &str, start: usize) -> Option<String> {
        if !self.lazy {
            return None;
        }
        let inner = text.get(start + 1..self.end - 1)?;
        Some(if self.double { decode::double(inner).ok()? } else { decode::single(inner) })
    }
}

/// True for a byte that begins a plain scalar in every context. `-`, `?` and `:` may too, before
/// something that is no blank: only the first of them is common.
pub(super) fn starts_plain(byte: u8) -> bool {
    !matches!(
        byte,
        b'?' | b':'
            | b','
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'#'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
            | b' '
            | b'\t'
            | b'\n'
            | b'\r'
    )
}

/// Bytes at which [`Scanner::plain_line`] looks closer.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    stops[b'\n' as usize] = true;
    stops[b'\r' as usize] = true;
    stops[b':' as usize] = true;
    stops[b'#' as usize] = true;
    stops
};

impl Scanner<'_, '_> {
    /// True when `first`, at `at`, begins a plain scalar outside of brackets.
    pub(super) fn starts_plain(&self, at: usize, first: u8) -> bool {
        starts_plain(first) || matches!(first, b'?' | b':') && !self.is_blank_or_end(at + 1)
    }

    /// The plain text that starts at `start`: where it ends on this line, and why.
    pub(super) fn plain_line(&self, start: usize) -> (usize, Stop) {
        let mut at = start;
        let kind = loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(found) = rest.iter().position(|byte| STOPS[*byte as usize]) else {
                at = self.bytes.len();
                break StopKind::LineEnd;
            };
            at += found;
            match rest[found] {
                b':' if self.is_blank_or_end(at + 1) => break StopKind::Colon,
                b'#' if at > start && matches!(self.bytes[at - 1], b' ' | b'\t') => {
                    break StopKind::Comment;
                }
                b'\n' | b'\r' => break StopKind::LineEnd,
                _ => at += 1,
            }
        };
        let mut end = at;
        while end > start && matches!(self.bytes[end - 1], b' ' | b'\t') {
            end -= 1;
        }
        (end, Stop { kind, at })
    }

    /// A value at `self.at`, in block context; moves to the next line.
    pub(super) fn value(&mut self) -> Scanned {
        let start = self.at;
        let first = self.byte(start).ok_or(Declined)?;
        match first {
            b'"' | b'\'' => {
                let token = self.quoted(first)?;
                self.push_quoted(start, token);
                self.finish_line()
            }
            b'[' | b'{' => {
                self.flow(first)?;
                self.finish_line()
            }
            b'|' | b'>' => self.block(first),
            b'*' => {
                self.alias(false)?;
                self.finish_line()
            }
            _ if self.starts_plain(start, first) => self.plain(start),
            _ => Err(Declined),
        }
    }

    pub(super) fn push_quoted(&mut self, start: usize, token: Quoted) {
        let style = if token.double { Style::Double } else { Style::Single };
        let flags = if token.lazy { Meta::LAZY } else { 0 };
        let node = self.push(style, (start as u32, token.end as u32), flags);
        if token.lazy {
            self.arena.texts.push((node, std::sync::OnceLock::new()));
        }
    }

    fn plain(&mut self, start: usize) -> Scanned {
        let (mut end, mut stop) = self.plain_line(start);
        let mut lines = false;
        loop {
            match stop.kind {
                StopKind::Colon => return Err(Declined),
                StopKind::Comment => {
                    self.comment(stop.at);
                    break;
                }
                StopKind::LineEnd => {}
            }
            let Some(next) = self.continuation(stop.at)? else { break };
            lines = true;
            (end, stop) = self.plain_line(next);
        }
        self.push_plain(start, end, lines)
    }

    pub(super) fn push_plain(&mut self, start: usize, end: usize, lines: bool) -> Scanned {
        if matches!(self.bytes[start], b'.' | b'+' | b'-')
            && self.text.get(start..end).is_some_and(scalar::is_unbounded)
        {
            return Err(Declined);
        }
        let flags = if lines { Meta::LAZY } else { 0 };
        let node = self.push(Style::Plain, (start as u32, end as u32), flags);
        if lines {
            self.arena.texts.push((node, std::sync::OnceLock::new()));
        }
        Ok(())
    }

    /// Where a plain scalar goes on after the line that ends at `line_end`, if it does. Otherwise
    /// the scanner stands at the next content, its column known.
    fn continuation(&mut self, line_end: usize) -> Scanned<Option<usize>> {
        let mut line = self.after_break(line_end);
        loop {
            let mut at = line;
            while self.byte(at) == Some(b' ') {
                at += 1;
            }
            match self.byte(at) {
                Some(b'\n' | b'\r') => line = self.after_break(at),
                Some(b'\t') => return Err(Declined),
                None | Some(b'#') => {
                    self.at = line;
                    return Ok(None);
                }
                Some(byte) => {
                    if at == line && matches!(byte, b'-' | b'.') && self.is_marker(at) {
                        self.at = line;
                        return Ok(None);
                    }
                    let column = (at - line) as u32;
                    if self.levels.last().is_none_or(|level| column > level.indent) {
                        return Ok(Some(at));
                    }
                    self.at = at;
                    self.known = Some(column);
                    return Ok(None);
                }
            }
        }
    }

    /// The start of the line after the break at `at`.
    fn after_break(&self, at: usize) -> usize {
        let len = if self.byte(at) == Some(b'\r') { 2 } else { 1 };
        (at + len).min(self.bytes.len())
    }

    /// Reads a quoted scalar and moves behind it.
    pub(super) fn quoted(&mut self, quote: u8) -> Scanned<Quoted> {
        let start = self.at;
        let mut at = start + 1;
        let mut token = Quoted { end: 0, lines: false, lazy: false, double: quote == b'"' };
        let mut escapes = false;
        loop {
            let rest = self.bytes.get(at..).ok_or(Declined)?;
            let other = if token.double { b'\\' } else { b'\'' };
            at += memchr::memchr3(quote, other, b'\n', rest).ok_or(Declined)?;
            match self.bytes[at] {
                b'\n' => {
                    token.lines = true;
                    at += 1;
                    self.check_quoted_line(at)?;
                }
                b'\\' => {
                    escapes = true;
                    at += 1;
                    // An escaped line break is read as the break that it is.
                    at += usize::from(!matches!(self.byte(at), Some(b'\r' | b'\n')));
                }
                _ if !token.double && self.byte(at + 1) == Some(b'\'') => {
                    token.lazy = true;
                    at += 2;
                }
                _ => break,
            }
        }
        token.end = at + 1;
        token.lazy |= token.lines | escapes;
        if escapes {
            let inner = self.text.get(start + 1..at).ok_or(Declined)?;
            if decode::bad_escape(inner).is_some() {
                return Err(Declined);
            }
        }
        self.at = token.end;
        Ok(token)
    }

    fn check_quoted_line(&self, line: usize) -> Scanned {
        if self.is_marker(line) {
            return Err(Declined);
        }
        let mut at = line;
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        if self.byte(at) == Some(b'\t') { Err(Declined) } else { Ok(()) }
    }

    /// A block scalar from its indicator on.
    fn block(&mut self, indicator: u8) -> Scanned {
        let start = self.at;
        let (header, digit) = self.block_header(start);
        self.at = header;
        self.finish_line()?;
        let parent = self.levels.last().map_or(0, |level| level.indent as usize);
        let indent = match digit {
            Some(digit) => Some(parent + digit),
            None => self.block_indent()?,
        };
        let mut end = header;
        let mut line = self.at;
        while let Some(indent) = indent
            && line < self.bytes.len()
        {
            let rest = &self.bytes[line..];
            let spaces = rest.iter().take(indent).take_while(|byte| **byte == b' ').count();
            match rest.get(spaces) {
                Some(b'\n') => line += spaces + 1,
                Some(b'\r') => line += spaces + 2,
                None => line = self.bytes.len(),
                Some(b'\t') if spaces < indent => return Err(Declined),
                // granit is strict here about comments between the two indentations.
                Some(_)
                    if spaces < indent
                        && digit.is_some()
                        && (spaces > parent || self.levels.is_empty()) =>
                {
                    return Err(Declined);
                }
                Some(_) if spaces < indent => break,
                Some(_) => {
                    let len = memchr::memchr(b'\n', &rest[spaces..]);
                    let stop = line + spaces + len.unwrap_or(rest.len() - spaces);
                    end = stop - usize::from(len.is_some() && self.bytes[stop - 1] == b'\r');
                    line = (stop + 1).min(self.bytes.len());
                }
            }
        }
        if indent.is_some() {
            self.at = line;
        }
        let style = if indicator == b'|' { Style::Literal } else { Style::Folded };
        let node = self.push(style, (start as u32, end as u32), Meta::LAZY);
        let cell = std::sync::OnceLock::new();
        if digit.is_some() {
            // Only here is it known what the digit counts from.
            let literal = style == Style::Literal;
            let text = self.text.get(..self.bytes.len()).unwrap_or_default();
            let _ = cell.set(decode::block(text, start, end, literal, indent).into());
        }
        self.arena.texts.push((node, cell));
        Ok(())
    }

    /// Where the signs behind a block scalar's indicator end, and their digit.
    fn block_header(&self, start: usize) -> (usize, Option<usize>) {
        let digit = |at: usize| match self.byte(at) {
            Some(byte @ b'1'..=b'9') => Some(usize::from(byte - b'0')),
            _ => None,
        };
        let is_sign = |at: usize| matches!(self.byte(at), Some(b'+' | b'-'));
        let at = start + 1;
        match (is_sign(at), digit(at)) {
            (true, _) => (at + 1 + usize::from(digit(at + 1).is_some()), digit(at + 1)),
            (false, Some(digit)) => (at + 1 + usize::from(is_sign(at + 1)), Some(digit)),
            (false, None) => (at, None),
        }
    }

    /// The columns of a block scalar's content, from its first line that is not blank; none when
    /// there is no content.
    fn block_indent(&self) -> Scanned<Option<usize>> {
        let least = self.levels.last().map_or(1, |level| level.indent as usize + 1);
        let mut line = self.at;
        let mut widest = 0;
        loop {
            let mut at = line;
            while self.byte(at) == Some(b' ') {
                at += 1;
            }
            let spaces = at - line;
            match self.byte(at) {
                Some(b'\n' | b'\r') => {
                    widest = widest.max(spaces);
                    line = self.after_break(at);
                }
                Some(b'\t') => return Err(Declined),
                None => return Ok(None),
                // granit reads a root's block from column 0 on; that it is refused is said there.
                Some(_) if spaces == 0 && self.levels.is_empty() => return Err(Declined),
                Some(_) if spaces < least => return Ok(None),
                // A blank line before the content that is wider than the content.
                Some(_) if widest > spaces => return Err(Declined),
                Some(_) => return Ok(Some(spaces)),
            }
        }
    }
}

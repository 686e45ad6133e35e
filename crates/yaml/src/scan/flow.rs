//! Collections in brackets and braces: JSON, and the simple YAML that people write in one line.

use super::scalars::starts_plain;
use super::{Declined, Level, Pending, Scanned, Scanner};
use crate::fallback::DEPTH;
use crate::tree::{Meta, Style};

/// What may come next in the collection on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// An item or key, or the end.
    Entry,
    /// A comma or the end.
    Comma,
}

impl Scanner<'_, '_> {
    /// Reads a collection from its opening bracket to behind its closing one. No recursion: the
    /// open brackets lie on the same stack as the open blocks.
    pub(super) fn flow(&mut self, first: u8) -> Scanned {
        let outside = self.levels.len();
        self.open_flow(first)?;
        let mut expect = Expect::Entry;
        while self.levels.len() > outside {
            self.skip_gaps()?;
            let byte = self.byte(self.at).ok_or(Declined)?;
            let is_map = self.levels.last().is_some_and(|level| level.is_map);
            match byte {
                b'}' | b']' if is_map == (byte == b'}') => {
                    self.close_flow();
                    expect = Expect::Comma;
                }
                b',' if expect == Expect::Comma => {
                    self.at += 1;
                    expect = Expect::Entry;
                }
                _ if expect == Expect::Comma => return Err(Declined),
                _ if is_map => expect = self.flow_entry()?,
                _ => expect = self.flow_value(byte)?,
            }
        }
        Ok(())
    }

    fn open_flow(&mut self, bracket: u8) -> Scanned {
        if self.levels.len() >= DEPTH {
            return Err(Declined);
        }
        let is_map = bracket == b'{';
        let at = self.at as u32;
        let style = if is_map { Style::Map } else { Style::Seq };
        let node = self.push(style, (at, at), Meta::FLOW);
        let entries = self.arena.entries.len() as u32;
        // The column counts for nothing between brackets.
        self.levels.push(Level { indent: 0, node, is_map, entries, last_end: at });
        self.at += 1;
        Ok(())
    }

    fn close_flow(&mut self) {
        self.at += 1;
        if let Some(level) = self.levels.last_mut() {
            level.last_end = self.at as u32;
        }
        self.close();
    }

    /// Blanks, line breaks and comments.
    fn skip_gaps(&mut self) -> Scanned {
        let from = self.at;
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\n' | b'\r') => {
                    self.at += 1;
                    if self.is_marker(self.at) {
                        return Err(Declined);
                    }
                }
                Some(b'#') if self.at > from => {
                    self.comment(self.at);
                    if self.is_marker(self.at) {
                        return Err(Declined);
                    }
                }
                Some(b'#') => return Err(Declined),
                _ => return Ok(()),
            }
        }
    }

    fn skip_blanks(&mut self) {
        while matches!(self.byte(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// A key with its colon and value, or a key alone.
    fn flow_entry(&mut self) -> Scanned<Expect> {
        let start = self.at;
        let byte = self.byte(start).ok_or(Declined)?;
        let (key, quoted) = match byte {
            b'"' | b'\'' => {
                let token = self.quoted(byte)?;
                if token.lines {
                    return Err(Declined);
                }
                (self.quoted_key(start, token), true)
            }
            _ => {
                let end = self.flow_plain()?;
                (self.plain_key(start, end)?, false)
            }
        };
        if self.at - start > 1000 {
            return Err(Declined);
        }
        let end = key.end;
        self.pending = Pending::Key(key);
        self.skip_blanks();
        match self.byte(self.at) {
            Some(b':') if quoted || self.is_blank_or_end(self.at + 1) => {
                self.at += 1;
                let place = self.at as u32;
                self.skip_gaps()?;
                match self.byte(self.at).ok_or(Declined)? {
                    b',' | b'}' => {
                        self.push(Style::Empty, (place, place), 0);
                        Ok(Expect::Comma)
                    }
                    byte => self.flow_value(byte),
                }
            }
            Some(b',' | b'}') => {
                self.push(Style::Empty, (end, end), 0);
                Ok(Expect::Comma)
            }
            _ => Err(Declined),
        }
    }

    /// An item or a value at `self.at`.
    fn flow_value(&mut self, byte: u8) -> Scanned<Expect> {
        let start = self.at;
        match byte {
            b'[' | b'{' => {
                self.open_flow(byte)?;
                return Ok(Expect::Entry);
            }
            b'"' | b'\'' => {
                let token = self.quoted(byte)?;
                self.push_quoted(start, token);
            }
            b'*' => self.alias(true)?,
            _ => {
                let end = self.flow_plain()?;
                self.push_plain(start, end, false)?;
            }
        }
        Ok(Expect::Comma)
    }

    /// Plain text between brackets, on one line: gives its end and moves behind it.
    fn flow_plain(&mut self) -> Scanned<usize> {
        let start = self.at;
        let first = self.byte(start).ok_or(Declined)?;
        let dash = first == b'-'
            && matches!(
                self.byte(start + 1),
                None | Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}')
            );
        if dash || !starts_plain(first) {
            return Err(Declined);
        }
        let mut at = start;
        loop {
            match self.byte(at) {
                Some(b',' | b']' | b'}' | b'\n' | b'\r') => break,
                None | Some(b'[' | b'{' | b'?') => return Err(Declined),
                Some(b'#') if matches!(self.bytes[at - 1], b' ' | b'\t') => break,
                Some(b':') => match self.byte(at + 1) {
                    None | Some(b' ' | b'\t' | b'\n' | b'\r') => break,
                    Some(b',' | b'[' | b']' | b'{' | b'}') => return Err(Declined),
                    _ => at += 1,
                },
                Some(_) => at += 1,
            }
        }
        let mut end = at;
        while matches!(self.bytes[end - 1], b' ' | b'\t') {
            end -= 1;
        }
        self.at = end;
        Ok(end)
    }
}

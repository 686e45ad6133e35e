//! Places that granit-parser gives otherwise than the tree keeps them, or not at all: indicators,
//! the places of empty values, the ends of block scalars.

use super::Reader;
use crate::decode;

impl Reader<'_, '_> {
    /// The place behind the colon of the key that ends at `from`; `from` when there is none.
    pub(super) fn after_colon(&self, from: u32) -> u32 {
        let at = self.skip_gaps(from as usize, b"");
        if self.text.as_bytes().get(at) == Some(&b':') { at as u32 + 1 } else { from }
    }

    /// The place behind the dash of an item without a value; granit gives it further on.
    pub(super) fn behind_dash(&self, at: u32) -> u32 {
        let Some(frame) = self.stack.last().filter(|frame| !self.is_flow(frame.node)) else {
            return at;
        };
        let is_first = frame.node + 1 == self.arena.next();
        let dash = match is_first {
            true => self.arena.nodes[frame.node as usize].start as usize,
            false => self.skip_gaps(frame.last_end as usize, b""),
        };
        if self.text.as_bytes().get(dash) == Some(&b'-') { dash as u32 + 1 } else { at }
    }

    /// Skips blanks, breaks, comments and `indicators` from `at`.
    pub(super) fn skip_gaps(&self, mut at: usize, indicators: &[u8]) -> usize {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b'#' => at = decode::line_end(bytes, at).0,
                byte if indicators.contains(byte) => at += 1,
                0xef if bytes[at..].starts_with("\u{feff}".as_bytes()) => at += 3,
                _ => match decode::line_break(bytes, at) {
                    Some((len, _)) => at += len,
                    None => break,
                },
            }
        }
        at
    }

    /// The first character from `at` on that is no gap, no anchor, no tag and none of `skipped`.
    pub(super) fn indicator(&self, at: u32, skipped: &[u8]) -> u32 {
        let mut at = at as usize;
        let bytes = self.text.as_bytes();
        loop {
            at = self.skip_gaps(at, skipped);
            match bytes.get(at) {
                // The end of a document that never began.
                Some(b'.') if bytes[at..].starts_with(b"...") => at += 3,
                Some(b'&' | b'!') => {
                    while bytes.get(at).is_some_and(|byte| !byte.is_ascii_whitespace()) {
                        at += 1;
                    }
                }
                _ => return at as u32,
            }
        }
    }

    /// End of the last line with content, its break not included; the end of the indicators when
    /// there is none.
    pub(super) fn block_end(&self, start: u32, content: (u32, u32), value: &str) -> u32 {
        let bytes = self.text.as_bytes();
        let mut header = start as usize + 1;
        while bytes.get(header).is_some_and(|byte| b"+-0123456789".contains(byte)) {
            header += 1;
        }
        let indent = self.block_indent(start, content);
        let (_, mut line) = decode::line_end(bytes, start as usize);
        let mut end = header;
        if value.bytes().all(|byte| byte == b'\n') {
            return header as u32;
        }
        while line < content.1 as usize {
            let (stop, next) = decode::line_end(bytes, line);
            let spaces = bytes
                .get(line..stop)
                .unwrap_or_default()
                .iter()
                .take_while(|byte| **byte == b' ')
                .count();
            if line + spaces < stop && spaces < indent {
                break;
            }
            if line + spaces < stop || spaces > indent {
                end = stop;
            }
            line = next;
        }
        end as u32
    }

    /// Columns that the content of a block scalar is indented by.
    pub(super) fn block_indent(&self, start: u32, content: (u32, u32)) -> usize {
        let bytes = self.text.as_bytes();
        let (_, mut line) = decode::line_end(bytes, start as usize);
        let digit = bytes
            .get(start as usize + 1..)
            .unwrap_or_default()
            .iter()
            .take(2)
            .any(u8::is_ascii_digit);
        if digit {
            let head = self.text.get(..content.0 as usize).unwrap_or_default();
            let line = head.rfind('\n').map_or(0, |at| at + 1);
            return content.0 as usize - line;
        }
        while line < content.1 as usize {
            let (stop, next) = decode::line_end(bytes, line);
            let spaces = bytes
                .get(line..stop)
                .unwrap_or_default()
                .iter()
                .take_while(|byte| **byte == b' ')
                .count();
            if line + spaces < stop {
                return spaces;
            }
            line = next;
        }
        usize::MAX
    }

    /// The first character at or after `from` that is no blank.
    pub(super) fn next_visible(&self, from: u32) -> (u32, u32) {
        let rest = self.text.get(from as usize..).unwrap_or_default();
        let at = from + (rest.len() - rest.trim_start().len()) as u32;
        let len = rest.trim_start().chars().next().map_or(0, char::len_utf8);
        (at, at + len as u32)
    }
}

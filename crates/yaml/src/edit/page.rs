//! Lines of a text: where they begin, end and are indented to. Knows no YAML but comments.

use memchr::{memchr, memrchr};

/// The text that edits are made to. Every offset is a byte; none of them can make it panic.
#[derive(Clone, Copy)]
pub(super) struct Page<'t> {
    text: &'t str,
}

impl<'t> Page<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text }
    }

    pub fn len(self) -> usize {
        self.text.len()
    }

    pub fn slice(self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The byte at an offset; zero past the end.
    pub fn byte(self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or_default()
    }

    /// First byte of the line that holds `at`; a byte order mark is before the first line.
    pub fn line_start(self, at: usize) -> usize {
        let head = self.text.as_bytes().get(..at).unwrap_or_default();
        match memrchr(b'\n', head) {
            Some(found) => found + 1,
            None if self.text.starts_with('\u{feff}') => 3,
            None => 0,
        }
    }

    /// End of the line that holds `at`, its break not included.
    pub fn line_end(self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let end = memchr(b'\n', rest).map_or(self.len(), |found| at + found);
        if end > at && end < self.len() && self.byte(end - 1) == b'\r' { end - 1 } else { end }
    }

    /// First byte of the line after the one that holds `at`; none when there is no line break.
    pub fn next_line(self, at: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(at..)?;
        memchr(b'\n', rest).map(|found| at + found + 1)
    }

    /// Spaces that the line starting at `line` is indented by.
    pub fn indent(self, line: usize) -> usize {
        let rest = self.text.as_bytes().get(line..).unwrap_or_default();
        rest.iter().take_while(|byte| **byte == b' ').count()
    }

    /// Spaces and tabs at the start of the line that holds `at`.
    pub fn leading(self, at: usize) -> &'t str {
        let line = self.slice(self.line_start(at), self.line_end(at));
        let body = line.trim_start_matches([' ', '\t']);
        line.get(..line.len() - body.len()).unwrap_or_default()
    }

    /// True when nothing but spaces and tabs stands before `at` on its line.
    pub fn opens_line(self, at: usize) -> bool {
        self.slice(self.line_start(at), at).bytes().all(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// True when nothing but spaces and tabs stands between `at` and the end of its line.
    pub fn ends_line(self, at: usize) -> bool {
        self.slice(at, self.line_end(at)).bytes().all(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// What stands between `at` and the end of its line, when that is a comment.
    pub fn comment_after(self, at: usize) -> Option<&'t str> {
        let all = self.slice(at, self.line_end(at));
        let rest = all.trim_start_matches([' ', '\t']);
        (rest.starts_with('#') && rest.len() < all.len()).then_some(rest)
    }

    /// True when a comment or nothing stands between `at` and the end of its line.
    pub fn is_done(self, at: usize) -> bool {
        self.ends_line(at) || self.comment_after(at).is_some()
    }

    /// The first offset from `at` on that is no blank, break or comment; at most `limit`.
    pub fn skip_gaps(self, mut at: usize, limit: usize) -> usize {
        while at < limit {
            match self.byte(at) {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'#' => at = self.line_end(at),
                _ => break,
            }
        }
        at.min(limit)
    }

    /// The first offset from `at` on that is no space or tab.
    pub fn skip_blanks(self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        at
    }

    /// The line break in use around `at`: of its own line, else of the line before, else LF.
    pub fn newline(self, at: usize) -> &'static str {
        let bytes = self.text.as_bytes();
        let after = memchr(b'\n', bytes.get(at..).unwrap_or_default()).map(|found| at + found);
        let before = || memrchr(b'\n', bytes.get(..at).unwrap_or_default());
        match after.or_else(before) {
            Some(found) if found > 0 && self.byte(found - 1) == b'\r' => "\r\n",
            _ => "\n",
        }
    }
}

/// `count` spaces.
pub(super) fn pad(count: usize) -> String {
    " ".repeat(count)
}

//! From byte offsets to lines and columns, in the unit that each consumer counts in.

use memchr::memchr_iter;

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Bytes of UTF-8 (rdjson).
    Bytes,
    /// UTF-16 code units (SARIF, LSP).
    Utf16,
    /// Unicode scalar values (our JSON report, the terminal).
    Chars,
}

/// A place for people: both numbers are 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in the unit that was asked for.
    pub column: u32,
}

/// The byte offsets at which lines start. A line ends at LF; a CR before it belongs to the line.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

const BOM: char = '\u{feff}';

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        Self { starts }
    }

    /// Number of lines; a text that ends with LF has an empty last line.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// 0-based line that holds the byte at `offset`.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1) as u32
    }

    /// Byte range of a 0-based line, its line break left out; empty past the last line.
    pub fn range(&self, text: &str, line: u32) -> std::ops::Range<usize> {
        let Some(start) = self.starts.get(line as usize).map(|start| *start as usize) else {
            return text.len()..text.len();
        };
        let end = self.starts.get(line as usize + 1).map_or(text.len(), |next| *next as usize - 1);
        let end = if text.as_bytes().get(start..end).is_some_and(|line| line.ends_with(b"\r")) {
            end - 1
        } else {
            end
        };
        start..end
    }

    /// 1-based line and column of a byte offset. An offset inside a character counts as its start;
    /// one past the text counts as its end. A byte order mark has no column.
    pub fn position(&self, text: &str, offset: u32, column: Column) -> Position {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset as u32);
        let start = self.starts.get(line as usize).map_or(0, |start| *start as usize);
        let head = text.get(start..offset).unwrap_or("");
        let head = if start == 0 { head.strip_prefix(BOM).unwrap_or(head) } else { head };
        let before = match column {
            Column::Bytes => head.len(),
            Column::Utf16 => head.chars().map(char::len_utf16).sum(),
            Column::Chars => head.chars().count(),
        };
        Position { line: line + 1, column: before as u32 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: u32, column: Column) -> (u32, u32) {
        let position = LineIndex::new(text).position(text, offset, column);
        (position.line, position.column)
    }

    #[test]
    fn columns_count_what_was_asked_for() {
        let text = "a: 1\nb: \u{1f600}x";
        let x = text.len() as u32 - 1;
        assert_eq!(at(text, x, Column::Bytes), (2, 8));
        assert_eq!(at(text, x, Column::Utf16), (2, 6));
        assert_eq!(at(text, x, Column::Chars), (2, 5));
    }

    #[test]
    fn byte_order_mark_has_no_column() {
        assert_eq!(at("\u{feff}a", 3, Column::Chars), (1, 1));
    }

    #[test]
    fn offsets_past_the_end_and_inside_a_character_are_held() {
        assert_eq!(at("ab\n", 99, Column::Chars), (2, 1));
        assert_eq!(at("\u{e9}b", 1, Column::Chars), (1, 1));
    }

    #[test]
    fn line_ranges_leave_the_break_out() {
        let text = "a\r\nbc\nd";
        let index = LineIndex::new(text);
        assert_eq!(index.count(), 3);
        assert_eq!(index.range(text, 0), 0..1);
        assert_eq!(index.range(text, 1), 3..5);
        assert_eq!(index.range(text, 2), 6..7);
        assert_eq!(index.range(text, 9), 7..7);
    }
}

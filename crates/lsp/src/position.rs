//! Bytes to the positions of the protocol and back, in the encoding that was agreed on. A position
//! that lies nowhere is taken for the nearest one that does.

use kubesift_source::{Column, SourceFile, Span};
use lsp_types::{Position, Range};

/// What a character of a position counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Code units of UTF-16; what holds when nothing is said.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The best of those that a client offers.
    pub fn agree<'a>(offered: impl Iterator<Item = &'a str> + Clone) -> Self {
        let mut all = [Self::Utf8, Self::Utf16, Self::Utf32].into_iter();
        all.find(|one| offered.clone().any(|name| name == one.name())).unwrap_or(Self::Utf16)
    }

    /// The name in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    const fn column(self) -> Column {
        match self {
            Self::Utf8 => Column::Bytes,
            Self::Utf16 => Column::Utf16,
            Self::Utf32 => Column::Chars,
        }
    }

    const fn width(self, char: char) -> usize {
        match self {
            Self::Utf8 => char.len_utf8(),
            Self::Utf16 => char.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// The position of a byte.
    pub fn position(self, file: &SourceFile, offset: u32) -> Position {
        let at = file.position(offset, self.column());
        Position::new(at.line.saturating_sub(1), at.column.saturating_sub(1))
    }

    /// The range of some bytes.
    pub fn range(self, file: &SourceFile, span: Span) -> Range {
        Range::new(self.position(file, span.start), self.position(file, span.end))
    }

    /// The byte of a position. Past the end of a line is its end, past the text the text's; within
    /// a character is before it.
    pub fn offset(self, text: &str, position: Position) -> usize {
        let start = line_start(text, position.line as usize);
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let (mut units, mut at) = (position.character as usize, start);
        if line.is_ascii() {
            return start + units.min(line.len());
        }
        for char in line.chars() {
            let width = self.width(char);
            if width > units {
                break;
            }
            units -= width;
            at += char.len_utf8();
        }
        at
    }

    /// The position of a byte of a text that is no file of an analysis.
    pub fn position_in(self, text: &str, offset: usize) -> Position {
        let head = text.get(..text.floor_char_boundary(offset)).unwrap_or(text);
        let line = memchr::memchr_iter(b'\n', head.as_bytes()).count();
        let start = memchr::memrchr(b'\n', head.as_bytes()).map_or(0, |at| at + 1);
        let before = head.get(start..).unwrap_or_default();
        let character: usize = before.chars().map(|char| self.width(char)).sum();
        Position::new(line as u32, character as u32)
    }

    /// The bytes of a range, in order whatever the client says.
    pub fn span(self, text: &str, range: Range) -> std::ops::Range<usize> {
        let (start, end) = (self.offset(text, range.start), self.offset(text, range.end));
        start.min(end)..end.max(start)
    }
}

fn line_start(text: &str, line: usize) -> usize {
    match line {
        0 => 0,
        _ => memchr::memchr_iter(b'\n', text.as_bytes())
            .nth(line - 1)
            .map_or(text.len(), |at| at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubesift_source::FileId;

    const TEXT: &str = "a: é\nb: \u{1f600}x\r\nc";

    fn all(line: u32, characters: [u32; 3]) -> [usize; 3] {
        let encodings = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];
        let mut at = encodings.into_iter().zip(characters);
        std::array::from_fn(|_| {
            let (encoding, character) = at.next().expect("three");
            encoding.offset(TEXT, Position::new(line, character))
        })
    }

    #[test]
    fn a_place_has_another_number_in_each_encoding() {
        let x = TEXT.find('x').expect("x");
        assert_eq!(all(1, [7, 5, 4]), [x; 3]);
        let file = SourceFile::new(FileId(0), "a", TEXT);
        let there = |encoding: Encoding| encoding.position(&file, x as u32).character;
        let numbers = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32].map(there);
        assert_eq!(numbers, [7, 5, 4]);
    }

    #[test]
    fn positions_that_lie_nowhere_are_taken_for_the_nearest() {
        assert_eq!(all(1, [99, 99, 99]), [TEXT.find('\r').expect("a break"); 3]);
        assert_eq!(all(u32::MAX, [0, 0, 0]), [TEXT.len(); 3]);
        // Inside the two bytes, or the pair of units, of a character.
        assert_eq!(Encoding::Utf8.offset(TEXT, Position::new(0, 4)), 3);
        assert_eq!(
            Encoding::Utf16.offset(TEXT, Position::new(1, 4)),
            TEXT.find('\u{1f600}').expect("it")
        );
        let backwards = Range::new(Position::new(2, 1), Position::new(0, 0));
        assert_eq!(Encoding::Utf16.span(TEXT, backwards), 0..TEXT.len());
    }

    #[test]
    fn bytes_are_taken_where_they_are_offered() {
        let agree = |offered: &[&str]| Encoding::agree(offered.iter().copied());
        assert_eq!(agree(&["utf-16", "utf-8"]), Encoding::Utf8);
        assert_eq!(agree(&["utf-32"]), Encoding::Utf32);
        assert_eq!(agree(&["utf-32", "utf-16"]), Encoding::Utf16);
        assert_eq!(agree(&[]), Encoding::Utf16);
    }
}

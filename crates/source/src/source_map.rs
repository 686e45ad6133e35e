//! From built text home: which bytes of which file a person would edit to change some bytes of a text
//! that no file holds.

use crate::{Origin, Span};

/// What a piece of built text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The key of an entry.
    Key,
    /// A scalar, or the brackets of an empty collection.
    Value,
    /// A part of a scalar that was put together of several: of `prefix-name-hash`, the prefix.
    Fragment,
}

/// Some bytes of a built text and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// First byte in the built text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub part: Part,
    /// Where a person would edit it.
    pub origin: Origin,
}

/// The pieces of one built text: in order, none overlapping another; punctuation and indentation
/// belong to none. Fragments follow each other without a gap and make up one scalar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    pieces: Vec<Piece>,
}

impl SourceMap {
    /// Adds a piece after all others; an empty one is dropped.
    pub fn push(&mut self, piece: Piece) {
        debug_assert!(self.pieces.last().is_none_or(|last| last.end <= piece.start));
        if piece.start < piece.end {
            self.pieces.push(piece);
        }
    }

    /// All pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The pieces that share a byte with `start..end` of the built text, or hold the place between
    /// two bytes when the range is empty.
    pub fn pieces_in(&self, start: u32, end: u32) -> &[Piece] {
        let first = self.pieces.partition_point(|piece| piece.end <= start);
        let reach = if start == end { end + 1 } else { end };
        let count = self.pieces[first..].iter().take_while(|piece| piece.start < reach).count();
        &self.pieces[first..first + count]
    }

    /// The place of `start..end` of the built text. Key and value from one line give the span from
    /// the key to the value; where they come from different places the value decides, as it is what
    /// a person would change. A part of a scalar that was put together gives the part asked for.
    pub fn home(&self, start: u32, end: u32) -> Option<Origin> {
        let pieces = self.pieces_in(start, end);
        let last = pieces.last()?;
        let first = pieces.first()?;
        let (low, high) = (first.origin.span, last.origin.span);
        let joined = first.part == Part::Key && low.file == high.file && low.end <= high.start;
        let span = if joined { Span::new(low.file, low.start, high.end) } else { high };
        Some(Origin { span, trail: last.origin.trail.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    fn piece(start: u32, end: u32, part: Part, file: u32, at: u32) -> Piece {
        let span = Span::new(FileId(file), at, at + end - start);
        Piece { start, end, part, origin: Origin::plain(span) }
    }

    #[test]
    fn an_entry_goes_home_whole_when_it_stands_in_one_place() {
        let mut map = SourceMap::default();
        map.push(piece(0, 4, Part::Key, 1, 100));
        map.push(piece(6, 9, Part::Value, 1, 106));
        map.push(piece(10, 14, Part::Key, 1, 200));
        map.push(piece(16, 17, Part::Value, 2, 7));
        let home = |start, end| map.home(start, end).map(|origin| origin.span);
        assert_eq!(home(0, 9), Some(Span::new(FileId(1), 100, 109)));
        assert_eq!(home(6, 9), Some(Span::new(FileId(1), 106, 109)));
        assert_eq!(home(10, 17), Some(Span::new(FileId(2), 7, 8)));
        assert_eq!(home(5, 6), None);
        assert_eq!(map.home(17, 30), None);
    }
}

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
/// belong to none. The fragments of a scalar lie inside its piece.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// Keys and values.
    pieces: Vec<Piece>,
    fragments: Vec<Piece>,
}

impl SourceMap {
    /// Adds a piece after all others of its sort; an empty one is dropped. A scalar's own piece
    /// comes before its fragments.
    pub fn push(&mut self, piece: Piece) {
        let list = match piece.part {
            Part::Key | Part::Value => &mut self.pieces,
            Part::Fragment => &mut self.fragments,
        };
        debug_assert!(list.last().is_none_or(|last| last.end <= piece.start));
        if piece.start < piece.end {
            list.push(piece);
        }
    }

    /// All keys and values, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The fragments of scalars that were put together, in order.
    pub fn fragments(&self) -> &[Piece] {
        &self.fragments
    }

    /// The keys and values that share a byte with `start..end` of the built text, or hold the place
    /// between two bytes when the range is empty.
    pub fn pieces_in(&self, start: u32, end: u32) -> &[Piece] {
        within(&self.pieces, start, end)
    }

    /// The fragments that share a byte with `start..end`.
    pub fn fragments_in(&self, start: u32, end: u32) -> &[Piece] {
        within(&self.fragments, start, end)
    }

    /// The place of `start..end` of the built text. Key and value from one place give the span from
    /// the key to the value; where they come from different places the value decides, as it is what
    /// a person would change. A part of a scalar gives the fragment it lies in, whole.
    pub fn home(&self, start: u32, end: u32) -> Option<Origin> {
        let pieces = self.pieces_in(start, end);
        let (first, last) = (pieces.first()?, pieces.last()?);
        if last.start < start || end < last.end {
            let fragments = self.fragments_in(start.max(last.start), end);
            if let [fragment] = fragments {
                return Some(fragment.origin.clone());
            }
        }
        let (low, high) = (first.origin.span, last.origin.span);
        let joined = first.part == Part::Key && low.file == high.file && low.end <= high.start;
        let span = if joined { Span::new(low.file, low.start, high.end) } else { high };
        Some(Origin { span, trail: last.origin.trail.clone() })
    }
}

fn within(pieces: &[Piece], start: u32, end: u32) -> &[Piece] {
    let first = pieces.partition_point(|piece| piece.end <= start);
    let reach = if start == end { end + 1 } else { end };
    let past = pieces.partition_point(|piece| piece.start < reach);
    pieces.get(first..past).unwrap_or_default()
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

    #[test]
    fn a_part_of_a_scalar_goes_home_to_its_fragment() {
        let mut map = SourceMap::default();
        map.push(piece(0, 4, Part::Key, 1, 100));
        map.push(piece(6, 16, Part::Value, 1, 106));
        map.push(piece(6, 11, Part::Fragment, 1, 106));
        map.push(piece(11, 16, Part::Fragment, 2, 40));
        let home = |start, end| map.home(start, end).map(|origin| origin.span);
        assert_eq!(home(12, 16), Some(Span::new(FileId(2), 40, 45)));
        assert_eq!(home(6, 10), Some(Span::new(FileId(1), 106, 111)));
        assert_eq!(home(6, 16), Some(Span::new(FileId(1), 106, 116)));
        assert_eq!(home(0, 16), Some(Span::new(FileId(1), 100, 116)));
    }
}

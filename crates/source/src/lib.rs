//! Text and places in it: files, byte spans, line indexes and edits.
//!
//! Invariant: this crate knows no file format and holds no global state. Offsets are bytes of the
//! decoded text; lines, columns and offsets into the bytes on disk are computed at the edge. The
//! machine outside is known as the trait [`System`] only.

mod decode;
mod edit;
mod lines;
mod origin;
mod source_map;
mod span;
mod system;

pub use decode::{DecodeError, FileEncoding};
pub use edit::{Edit, Overlap, apply};
pub use lines::{Column, LineIndex, Position};
pub use origin::{How, Origin, Step, Trail};
pub use source_map::{Part, Piece, SourceMap};
pub use span::{FileId, Span};
pub use system::{Found, PathKind, System, WalkOptions};

use std::sync::{Arc, OnceLock};

/// One text file: its path as it is shown, and its text.
///
/// The text is UTF-8 whatever the file on disk was; [`SourceFile::disk_offset`] gives the offset
/// into the bytes on disk. A byte order mark stays in the text, so that offsets agree.
#[derive(Debug)]
pub struct SourceFile {
    /// Identity within one run.
    pub id: FileId,
    /// The path as reports show it: relative to the folder the run was started in, forward slashes.
    pub path: Arc<str>,
    text: Box<str>,
    encoding: FileEncoding,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// A file from text that is already decoded.
    pub fn new(id: FileId, path: impl Into<Arc<str>>, text: impl Into<Box<str>>) -> Self {
        Self {
            id,
            path: path.into(),
            text: text.into(),
            encoding: FileEncoding::Utf8,
            lines: OnceLock::new(),
        }
    }

    /// A file from the bytes on disk: UTF-8, or UTF-16 with a byte order mark (or recognisable
    /// without one, as every other byte of its ASCII start is zero).
    ///
    /// # Errors
    /// When the bytes are not text in one of these encodings: says where.
    pub fn decode(
        id: FileId,
        path: impl Into<Arc<str>>,
        bytes: Vec<u8>,
    ) -> Result<Self, DecodeError> {
        let (text, encoding) = decode::decode(bytes)?;
        Ok(Self { id, path: path.into(), text, encoding, lines: OnceLock::new() })
    }

    /// The text, byte order mark included.
    #[inline]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the file is written on disk.
    pub fn encoding(&self) -> FileEncoding {
        self.encoding
    }

    /// The bytes of `span`; empty when the span does not lie on character boundaries of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line starts, computed at first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// 1-based line and column of a byte offset; `column` says what a column counts.
    pub fn position(&self, offset: u32, column: Column) -> Position {
        self.lines().position(&self.text, offset, column)
    }

    /// The offset into the bytes on disk for an offset into the text. They differ for UTF-16 only.
    pub fn disk_offset(&self, offset: u32) -> u32 {
        match self.encoding {
            FileEncoding::Utf8 => offset,
            FileEncoding::Utf16Le { bom } | FileEncoding::Utf16Be { bom } => {
                let head = self.text.get(..offset as usize).unwrap_or(&self.text);
                let units: usize = head.chars().map(char::len_utf16).sum();
                // The mark is dropped from the text when UTF-16 is decoded.
                (units * 2 + if bom { 2 } else { 0 }) as u32
            }
        }
    }

    /// The whole file as a span.
    pub fn span(&self) -> Span {
        Span::new(self.id, 0, self.text.len() as u32)
    }
}

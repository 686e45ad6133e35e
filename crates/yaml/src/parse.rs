//! From text to tree: splits a file into documents and gives each to the reader that can take it.

use std::borrow::Cow;
use std::sync::Arc;

use kubesift_source::SourceFile;

use crate::arena::Arena;
use crate::chars;
use crate::directives;
use crate::fallback;
use crate::recover;
use crate::scan;
use crate::split::{Chunk, Chunks};
use crate::tree::{DocumentRaw, ErrorKind, NO_ROOT, Tree};

/// Reads all documents of a file. Never fails: what could not be read is in [`Tree::errors`].
pub fn parse(file: Arc<SourceFile>) -> Tree {
    parse_with(file, Reader::Either)
}

/// Which reader is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The scanner, and granit for what it declines.
    Either,
    /// granit alone: the second opinion in tests.
    Granit,
}

pub(crate) fn parse_with(file: Arc<SourceFile>, reader: Reader) -> Tree {
    let mut arena = Arena::take(&file);
    for chunk in Chunks::new(file.text()) {
        read(&mut arena, file.text(), chunk, reader);
    }
    arena.finish(file)
}

fn read(arena: &mut Arena, text: &str, chunk: Chunk, reader: Reader) {
    arena.document = arena.documents.len() as u32;
    let mark = arena.mark();
    let first = arena.next();
    let range = chunk.start as usize..chunk.end as usize;
    if chunk.refused.is_none() && reader != Reader::Granit {
        if scan::scan(text, range.start, range.end, arena).is_ok() {
            if !chunk.is_header {
                let root = if arena.next() > first { first } else { NO_ROOT };
                let (start, end) = (chunk.start, chunk.end);
                arena.documents.push(DocumentRaw { root, start, end, tail: end, broken: false });
            }
            return;
        }
        arena.rewind(mark);
    }
    let chunk_text = text.get(range).unwrap_or_default();
    let tail = slow(arena, chunk_text, reader == Reader::Granit);
    arena.shift(mark, chunk.start, text);
    if let Some(place) = chunk.refused {
        arena.error(
            ErrorKind::Refused,
            place,
            "kubectl takes only a comment after `---` on the same line",
            Some("put the content on the next line"),
        );
    }
    if chunk.is_header {
        return;
    }
    let broken = !arena.errors_since(mark).is_empty();
    arena.documents.push(DocumentRaw {
        root: if arena.next() > first { first } else { NO_ROOT },
        start: chunk.start,
        end: chunk.end,
        tail: chunk.start + tail,
        broken,
    });
}

/// Reads a document that the scanner declined; offsets count from its first byte. Gives where its
/// value ends.
fn slow(arena: &mut Arena, text: &str, decode: bool) -> u32 {
    let mark = arena.mark();
    let (source, refused) = chars::readable(text);
    let prologue = directives::check(text);
    // granit folds line breaks of YAML 1.1 as if they were line feeds: then our decoder reads.
    let decode = decode && matches!(source, Cow::Borrowed(_));
    let mut outcome = fallback::read(text, &source, arena, decode, &[]);
    if outcome.error.is_some() {
        arena.rewind(mark);
        outcome = recover::read(&source, outcome, arena);
    }
    if matches!(source, Cow::Owned(_)) {
        arena.snap(mark, text);
    }
    if let Some(place) = prologue {
        arena.error(
            ErrorKind::Refused,
            place,
            "a directive must be %YAML or %TAG, with a line `---` after it",
            Some("remove the line, or put it in quotes"),
        );
    }
    if let Some(place) = refused {
        arena.error(
            ErrorKind::Refused,
            place,
            "a control character: Kubernetes' reader refuses the whole document",
            Some("remove it, or write it as an escape in double quotes"),
        );
    }
    outcome.tail
}

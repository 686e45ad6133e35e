//! Reading past errors: a broken line, and what hangs on it, is blanked in a copy of the document,
//! and the copy is read again. What remains keeps its bytes' places.

use crate::arena::Arena;
use crate::fallback::{self, Outcome};
use crate::scan;
use crate::tree::SyntaxError;
use crate::trouble::{self, LineParts, Trouble};

/// A value that could not be read: where its empty place is in the copy, and its own bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hole {
    pub at: u32,
    pub place: (u32, u32),
}

/// Errors that are reported of one document; after the last, what was read until there stands.
const MOST: usize = 24;

/// Bytes that are read again for one document at most, so that a large one stays linear.
const BUDGET: usize = 16 << 20;

/// Reads the document `text`, which granit refused with what `outcome` holds. The arena is at the
/// document's beginning again; offsets count in `text`.
pub(crate) fn read(text: &str, outcome: Outcome, arena: &mut Arena) -> Outcome {
    let mut copy = text.as_bytes().to_vec();
    let mut holes: Vec<Hole> = Vec::new();
    let mut found: Vec<SyntaxError> = Vec::new();
    let mut outcome = outcome;
    let mark = arena.mark();
    let mut spent = 0;
    loop {
        let patched = String::from_utf8_lossy(&copy).into_owned();
        if let Some(error) = outcome.error.take() {
            let trouble = trouble::diagnose(&patched, &error, &outcome);
            let progress = leave_out(&patched, &trouble, &mut copy, &mut holes);
            // Blanks may stand in the copy where the text has a letter of several bytes.
            let whole = |at: u32| text.floor_char_boundary(at as usize) as u32;
            let place = (whole(trouble.place.0), whole(trouble.place.1));
            arena.error(trouble.kind, place, trouble.message, trouble.help);
            found.extend(arena.errors.pop());
            if !progress || found.len() >= MOST || spent > BUDGET {
                // The last state that could be read, up to its error.
                outcome = fallback::read(&patched, &patched, arena, true, &holes);
                break;
            }
            spent += text.len();
            let patched = String::from_utf8_lossy(&copy).into_owned();
            if scan_copy(&patched, arena, &holes) {
                break;
            }
            outcome = fallback::read(&patched, &patched, arena, true, &holes);
            if outcome.error.is_some() {
                arena.rewind(mark);
                continue;
            }
        }
        break;
    }
    outcome.error = None;
    outcome.tail = text.len() as u32;
    arena.errors.append(&mut found);
    outcome
}

/// Reads the copy with the scanner, if it can.
fn scan_copy(copy: &str, arena: &mut Arena, holes: &[Hole]) -> bool {
    let mark = arena.mark();
    if scan::scan(copy, 0, copy.len(), arena).is_err() {
        arena.rewind(mark);
        return false;
    }
    arena.decode_since(mark, copy);
    for hole in holes {
        arena.fill_hole(mark, hole.at, hole.place);
    }
    true
}

/// Blanks the culprit in the copy: the value, when its key stands on the same line, or the line;
/// and the lines that hang on it. False when there was nothing left to blank.
fn leave_out(text: &str, trouble: &Trouble, copy: &mut [u8], holes: &mut Vec<Hole>) -> bool {
    let line = LineParts::at(text, trouble.culprit);
    let template = text.get(trouble.culprit..).is_some_and(|rest| rest.starts_with("{{"));
    let mut progress = false;
    let from = match line.colon {
        Some(colon) if colon < trouble.culprit => {
            let bytes = text.as_bytes();
            let mut value = colon + 1;
            while value < line.end && matches!(bytes[value], b' ' | b'\t') {
                value += 1;
            }
            if value < line.end {
                let end = line.end as u32;
                holes.push(Hole { at: colon as u32 + 1, place: (value as u32, end) });
            }
            value
        }
        _ => line.start,
    };
    progress |= blank(copy, from, line.end);
    // The deepest column that a line below may have to stay.
    let content = line.content - line.start;
    let column = match trouble.misplaced {
        true if content == 0 => return progress,
        true => content - 1,
        false => line.column(),
    };
    let mut next = crate::decode::line_end(text.as_bytes(), line.end).1;
    while next < text.len() && !(template && line.colon.is_none()) {
        let below = LineParts::at(text, next);
        if below.content < below.end && below.content - below.start <= column {
            break;
        }
        progress |= blank(copy, below.start, below.end);
        next = crate::decode::line_end(text.as_bytes(), below.end).1.max(next + 1);
    }
    if !progress {
        progress = blank(copy, line.start, line.end);
        holes.retain(|hole| !(line.start..=line.end).contains(&(hole.at as usize)));
    }
    progress
}

fn blank(copy: &mut [u8], from: usize, to: usize) -> bool {
    let mut progress = false;
    for byte in copy.get_mut(from..to).unwrap_or_default() {
        progress |= !matches!(*byte, b' ' | b'\r');
        if *byte != b'\r' {
            *byte = b' ';
        }
    }
    progress
}

//! A look at a document's characters before it is scanned: what is rare, or refused by the reader,
//! is for granit.

use super::{Declined, Scanned};
use crate::chars::is_refused;

/// True for bytes that a closer look decides on: controls (line feed left out), DEL, and all that
/// is not ASCII.
const fn is_special(byte: u8) -> bool {
    byte < b' ' && byte != b'\n' && byte != b'\t' || byte >= 0x7f
}

/// Checks the document that starts at `start`, and gives where its first line starts: behind a
/// byte order mark.
pub(super) fn check(bytes: &[u8], start: usize) -> Scanned<usize> {
    let body = bytes.get(start..).ok_or(Declined)?;
    // The block loop has no branches, so that it is compiled to vector instructions.
    let special = body
        .chunks(4096)
        .any(|block| block.iter().fold(false, |special, byte| special | is_special(*byte)));
    if !special {
        return Ok(start);
    }
    let mark = usize::from(body.starts_with("\u{feff}".as_bytes())) * 3;
    check_special(body.get(mark..).unwrap_or_default())?;
    Ok(start + mark)
}

fn check_special(body: &[u8]) -> Scanned {
    let mut at = 0;
    while let Some(found) = body.get(at..).and_then(|rest| rest.iter().position(|b| is_special(*b)))
    {
        at += found;
        let len = match &body[at..] {
            [b'\r', b'\n', ..] => 2,
            [..0x80, ..] => return Err(Declined),
            // NEL and the C1 controls.
            [0xc2, ..0xa0, ..] => return Err(Declined),
            // LS and PS.
            [0xe2, 0x80, 0xa8 | 0xa9, ..] => return Err(Declined),
            // The byte order mark and what is no character.
            [0xef, 0xbb..=0xbf, ..] => {
                let char = std::str::from_utf8(&body[at..(at + 3).min(body.len())]).ok();
                let char = char.and_then(|text| text.chars().next()).ok_or(Declined)?;
                if char == '\u{feff}' || is_refused(char) {
                    return Err(Declined);
                }
                3
            }
            [0xc2..0xe0, ..] => 2,
            [0xe0..0xf0, ..] => 3,
            _ => 4,
        };
        at += len;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(text: &str) -> bool {
        check(text.as_bytes(), 0).is_ok()
    }

    #[test]
    fn ordinary_text_passes_and_what_the_reader_refuses_does_not() {
        assert!(accepts("a: \u{e9}\u{1f600}\u{4e2d}\u{ff01}\r\n\tb\n"));
        assert_eq!(check("\u{feff}a".as_bytes(), 0), Ok(3));
        for text in
            ["\r", "a\rb", "\0", "\x7f", "\u{85}", "\u{2028}", "a\u{feff}", "\u{80}", "\u{ffff}"]
        {
            assert!(!accepts(text), "{text:?}");
        }
    }
}

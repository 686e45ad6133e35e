//! The hash by which GitHub recognises an alert after the lines around it moved: the rolling hash
//! that `github/codeql-action` computes as `primaryLocationLineHash`, value for value.

use std::collections::HashMap;

const BLOCK: usize = 100;
const BASE: u64 = 37;
/// What stands for the end of the file.
const END: u16 = 0xffff;

/// The hash of each line, from line 1 on: `hex:count`. A line ends at CR, LF or CRLF.
pub(crate) fn line_hashes(text: &str) -> Vec<String> {
    let mut rolling = Rolling::new();
    for unit in text.encode_utf16() {
        rolling.read(unit);
    }
    rolling.read(END);
    rolling.flush();
    rolling.lines
}

struct Rolling {
    window: [u16; BLOCK],
    /// At each place of the window: does a line start there?
    starts: [bool; BLOCK],
    index: usize,
    hash: u64,
    /// `BASE` to the power of `BLOCK`, modulo 2^64.
    first: u64,
    line_start: bool,
    after_cr: bool,
    seen: HashMap<u64, u32>,
    lines: Vec<String>,
}

impl Rolling {
    fn new() -> Self {
        Self {
            window: [0; BLOCK],
            starts: [false; BLOCK],
            index: 0,
            hash: 0,
            first: BASE.wrapping_pow(BLOCK as u32),
            line_start: true,
            after_cr: false,
            seen: HashMap::new(),
            lines: Vec::new(),
        }
    }

    fn read(&mut self, unit: u16) {
        let (space, tab, lf, cr) = (0x20, 0x09, 0x0a, 0x0d);
        if unit == space || unit == tab || (self.after_cr && unit == lf) {
            self.after_cr = false;
            return;
        }
        self.after_cr = unit == cr;
        let unit = if unit == cr { lf } else { unit };
        self.emit();
        self.starts[self.index] = self.line_start;
        self.line_start = unit == lf;
        self.push(unit);
    }

    /// The window is full again at a place where a line starts: its hash is complete. Lines start
    /// one after the other, so the hashes come in the order of the lines.
    fn emit(&mut self) {
        if !self.starts[self.index] {
            return;
        }
        self.starts[self.index] = false;
        let count = self.seen.entry(self.hash).or_insert(0);
        *count += 1;
        self.lines.push(format!("{:x}:{count}", self.hash));
    }

    fn push(&mut self, unit: u16) {
        let leaving = u64::from(self.window[self.index]);
        self.window[self.index] = unit;
        self.hash = BASE
            .wrapping_mul(self.hash)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(self.first.wrapping_mul(leaving));
        self.index = (self.index + 1) % BLOCK;
    }

    fn flush(&mut self) {
        for _ in 0..BLOCK {
            self.emit();
            self.push(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The first four are cases of codeql-action's own `fingerprints.test.ts`.
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(line_hashes(text), expected, "{text:?}");
    }

    #[test]
    fn known_values() {
        check("", &["c129715d7a2bc9a3:1"]);
        check(
            " a\nb\n  \t\tc\n d",
            &["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        );
        check(
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            &[
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ],
        );
    }

    #[test]
    fn line_breaks_of_all_kinds_count_alike() {
        let expected = line_hashes("a: 1\nb: 2\n");
        assert_eq!(line_hashes("a: 1\r\nb: 2\r\n"), expected);
        assert_eq!(line_hashes("a: 1\rb: 2\r"), expected);
        assert_eq!(expected.len(), 3);
    }

    #[test]
    fn equal_lines_are_counted() {
        let text = "x\n".repeat(300);
        let hashes = line_hashes(&text);
        assert_eq!(hashes.len(), 301);
        assert!(hashes[0].ends_with(":1") && hashes[1].ends_with(":2"));
    }
}

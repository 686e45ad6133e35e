//! From spans to what each format calls a place, also on lines of many megabytes, where counting
//! columns from the start of the line for every finding would take quadratic time.

use std::cell::RefCell;
use std::collections::HashMap;

use kubesift_engine::Outcome;
use kubesift_source::{Column, FileEncoding, FileId, LineIndex, Position, SourceFile, Span};

/// Where counting starts again: a mark every so many bytes.
const STRIDE: usize = 4096;

/// A counted prefix: at byte `offset` the count is `count`.
#[derive(Clone, Copy)]
struct Mark {
    offset: usize,
    count: u32,
}

/// Marks by file and 0-based line; `None` for the whole file.
type Marks = HashMap<(FileId, Option<u32>), Vec<Mark>>;

/// Looks up places of one run, in one unit of columns.
pub(crate) struct Places<'a> {
    outcome: &'a Outcome,
    unit: Column,
    marks: RefCell<Marks>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(outcome: &'a Outcome, unit: Column) -> Self {
        Self { outcome, unit, marks: RefCell::default() }
    }

    /// The file of a span.
    pub(crate) fn file(&self, span: Span) -> Option<&'a SourceFile> {
        self.outcome.files.get(span.file.0 as usize).map(|file| &**file)
    }

    /// The path of a span's file.
    pub(crate) fn path(&self, span: Span) -> &'a str {
        self.file(span).map_or("", |file| &file.path)
    }

    /// 1-based line and column of a byte of the file of `span`.
    pub(crate) fn position(&self, file: &SourceFile, offset: u32) -> Position {
        let text = file.text();
        let offset = text.floor_char_boundary(offset as usize);
        let line = file.lines().line_of(offset as u32);
        let start = file.lines().range(text, line).start;
        if offset - start.min(offset) < STRIDE {
            return file.position(offset as u32, self.unit);
        }
        let key = (file.id, Some(line));
        let from = self.mark(key, text, start, offset, |c| width(c, self.unit));
        // The first mark knows about a byte order mark, which has no column.
        let head = if start == 0 && text.starts_with('\u{feff}') {
            width('\u{feff}', self.unit)
        } else {
            0
        };
        Position { line: line + 1, column: from - head + 1 }
    }

    /// The offset into the bytes on disk.
    pub(crate) fn disk_offset(&self, file: &SourceFile, offset: u32) -> u32 {
        let bom = match file.encoding() {
            FileEncoding::Utf8 => return offset,
            FileEncoding::Utf16Le { bom } | FileEncoding::Utf16Be { bom } => bom,
        };
        let text = file.text();
        let offset = text.floor_char_boundary(offset as usize);
        let units = self.mark((file.id, None), text, 0, offset, |c| c.len_utf16() as u32);
        units * 2 + if bom { 2 } else { 0 }
    }

    /// The count of `start..offset`, from the nearest mark before `offset`.
    fn mark(
        &self,
        key: (FileId, Option<u32>),
        text: &str,
        start: usize,
        offset: usize,
        width: impl Fn(char) -> u32,
    ) -> u32 {
        let mut marks = self.marks.borrow_mut();
        let marks = marks.entry(key).or_insert_with(|| vec![Mark { offset: start, count: 0 }]);
        let mut last = marks.last().copied().unwrap_or(Mark { offset: start, count: 0 });
        while offset - last.offset.min(offset) >= STRIDE {
            let next = text.floor_char_boundary(last.offset + STRIDE);
            let piece = text.get(last.offset..next).unwrap_or_default();
            last =
                Mark { offset: next, count: last.count + piece.chars().map(&width).sum::<u32>() };
            marks.push(last);
        }
        let at = marks.partition_point(|mark| mark.offset <= offset).saturating_sub(1);
        let from = marks.get(at).copied().unwrap_or(last);
        let piece = text.get(from.offset..offset).unwrap_or_default();
        from.count + piece.chars().map(&width).sum::<u32>()
    }

    /// Start and end of a span.
    pub(crate) fn ends(&self, span: Span) -> Option<(Position, Position)> {
        let file = self.file(span)?;
        Some((self.position(file, span.start), self.position(file, span.end)))
    }

    /// `path:line:col`
    pub(crate) fn shown(&self, span: Span) -> String {
        match self.file(span) {
            Some(file) => {
                let at = self.position(file, span.start);
                format!("{}:{}:{}", file.path, at.line, at.column)
            }
            None => String::new(),
        }
    }
}

fn width(c: char, unit: Column) -> u32 {
    match unit {
        Column::Bytes => c.len_utf8() as u32,
        Column::Utf16 => c.len_utf16() as u32,
        Column::Chars => 1,
    }
}

/// A span without the line breaks and blanks at its end, so that it covers no line it has nothing
/// on. Code scanning shows an alert only when every line of its region was changed.
pub(crate) fn tight(file: &SourceFile, span: Span) -> Span {
    let text = file.slice(span).trim_end_matches([' ', '\t', '\r', '\n']);
    if text.is_empty() && !span.is_empty() {
        return Span::new(span.file, span.start, span.start);
    }
    Span::new(span.file, span.start, span.start + text.len() as u32)
}

/// Bytes of the 0-based lines from that of `first` to that of `last`, by line number.
pub(crate) fn lines_of(index: &LineIndex, span: Span) -> (u32, u32) {
    let first = index.line_of(span.start);
    let last = if span.is_empty() { span.start } else { span.end - 1 };
    (first, index.line_of(last).max(first))
}

/// A path of the run seen from the root of the repository: `folder` before it, `.` and `..`
/// resolved where they can be.
pub(crate) fn from_root(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let absolute = path.starts_with('/');
    let folder = if absolute { "" } else { folder };
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubesift_engine::{Summary, Version};
    use std::sync::Arc;

    fn outcome(file: SourceFile) -> Outcome {
        Outcome {
            files: vec![Arc::new(file)],
            builds: Vec::new(),
            findings: Vec::new(),
            errors: Vec::new(),
            checks: Vec::new(),
            reports: Vec::new(),
            remarks: Vec::new(),
            summary: Summary::default(),
            kubernetes_version: Version::NEWEST,
            baseline: None,
        }
    }

    #[test]
    fn long_lines_give_the_same_places_as_short_ones() {
        let text = format!("\u{feff}{}\n{}", "aé\u{1f600}".repeat(3000), "xü".repeat(5000));
        let outcome = outcome(SourceFile::new(FileId(0), "a.json", text.clone()));
        let file = &outcome.files[0];
        for unit in [Column::Bytes, Column::Utf16, Column::Chars] {
            let places = Places::new(&outcome, unit);
            for offset in [40_000, 3, 0, 9_000, 21_000, 21_004, 21_005, 30_000, 8_999, 1 << 30] {
                assert_eq!(
                    places.position(file, offset),
                    file.position(offset, unit),
                    "{unit:?} {offset}"
                );
            }
        }
    }

    #[test]
    fn offsets_on_disk_are_those_of_the_file() {
        let mut bytes = vec![0xff, 0xfe];
        "aé\u{1f600}\n"
            .repeat(4000)
            .encode_utf16()
            .for_each(|unit| bytes.extend(unit.to_le_bytes()));
        let file = SourceFile::decode(FileId(0), "a.yaml", bytes).expect("text");
        let outcome = outcome(file);
        let file = &outcome.files[0];
        let places = Places::new(&outcome, Column::Chars);
        for offset in [20_000, 0, 8, 4_096, 31_999, 12_288] {
            let offset = file.text().floor_char_boundary(offset) as u32;
            assert_eq!(places.disk_offset(file, offset), file.disk_offset(offset), "{offset}");
        }
    }

    #[test]
    fn paths_are_seen_from_the_root() {
        assert_eq!(from_root("", "a/b.yaml"), "a/b.yaml");
        assert_eq!(from_root("deploy", "./b.yaml"), "deploy/b.yaml");
        assert_eq!(from_root("deploy/prod", "../b.yaml"), "deploy/b.yaml");
        assert_eq!(from_root("", "../b.yaml"), "../b.yaml");
    }

    #[test]
    fn line_breaks_at_the_end_do_not_belong_to_a_place() {
        let file = SourceFile::new(FileId(0), "a", "ab: 1 \r\n\r\nc: 2");
        let span = Span::new(FileId(0), 0, 10);
        assert_eq!(tight(&file, span), Span::new(FileId(0), 0, 5));
    }
}

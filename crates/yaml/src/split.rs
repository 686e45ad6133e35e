//! Where documents begin and end: the lines that start with `---`, as kubectl's reader sees them.

use memchr::memmem::Finder;

/// One document's bytes, before anything is known of what stands in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Byte after the separating line (or after its `---`, when content follows on that line).
    pub start: u32,
    /// First byte of the next separator, or the end of the text.
    pub end: u32,
    /// Bytes of a separator that kubectl's reader refuses, from its `---` to the end of its line.
    pub refused: Option<(u32, u32)>,
    /// More than blank lines and comments.
    pub has_content: bool,
    /// Blank lines and comments before the first separator: no document, nobody counts it.
    pub is_header: bool,
}

/// The documents of a text, in order.
pub(crate) struct Chunks<'t> {
    text: &'t str,
    finder: Finder<'static>,
    /// Where the next chunk starts; none when all are given.
    next: Option<u32>,
    refused: Option<(u32, u32)>,
}

impl<'t> Chunks<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, finder: Finder::new("\n---"), next: Some(0), refused: None }
    }

    /// The `---` at or after `from` that begins a line.
    fn separator(&self, from: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..)?;
        if from == 0 && without_mark(rest).starts_with(b"---") {
            return Some(rest.len() - without_mark(rest).len());
        }
        self.finder.find(rest).map(|at| from + at + 1)
    }
}

/// What a line that starts with `---` is.
enum Line {
    Separator,
    /// `--- content`: a document starts for YAML; kubectl's reader refuses the file.
    Inline,
    /// `---content`: no separator for YAML; kubectl's reader refuses the file.
    Glued,
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let start = self.next? as usize;
        let bytes = self.text.as_bytes();
        let mut refused = self.refused.take();
        // A separator may follow the separating line at once, so look from its line break on.
        let mut from = if start == 0 { 0 } else { start - 1 };
        loop {
            let Some(at) = self.separator(from) else {
                self.next = None;
                return Some(self.chunk(start, bytes.len(), refused));
            };
            let line = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
            let (after, inline) = match kind(&bytes[at + 3..line]) {
                Line::Separator => ((line + 1).min(bytes.len()), false),
                Line::Inline => (at + 3, true),
                Line::Glued => {
                    refused = refused.or(Some((at as u32, line as u32)));
                    from = at + 3;
                    continue;
                }
            };
            let head = &self.text[start..at];
            if is_prologue(head) {
                from = at + 3;
                continue;
            }
            self.next = Some(after as u32);
            if inline {
                self.refused = Some((at as u32, line as u32));
            }
            let mut chunk = self.chunk(start, at, refused);
            chunk.is_header = start == 0 && !chunk.has_content;
            return Some(chunk);
        }
    }
}

impl Chunks<'_> {
    fn chunk(&self, start: usize, end: usize, refused: Option<(u32, u32)>) -> Chunk {
        let has_content = has_content(&self.text.as_bytes()[start..end]);
        Chunk { start: start as u32, end: end as u32, refused, has_content, is_header: false }
    }
}

fn kind(rest: &[u8]) -> Line {
    let content = rest.trim_ascii();
    match content.first() {
        None | Some(b'#') => Line::Separator,
        Some(_) if rest.first().is_some_and(u8::is_ascii_whitespace) => Line::Inline,
        Some(_) => Line::Glued,
    }
}

/// Directives and nothing else but comments: the separator after them is part of their document.
fn is_prologue(head: &str) -> bool {
    let head = head.strip_prefix('\u{feff}').unwrap_or(head);
    let mut directives = false;
    for line in head.lines() {
        match line.as_bytes().first() {
            Some(b'%') => directives = true,
            _ if matches!(line.trim_start().as_bytes().first(), None | Some(b'#')) => {}
            _ => return false,
        }
    }
    directives
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// True when something else than blank lines and comments stands there.
fn has_content(bytes: &[u8]) -> bool {
    let mut rest = without_mark(bytes);
    loop {
        rest = rest.trim_ascii_start();
        match rest.first() {
            None => return false,
            Some(b'#') => {
                rest = memchr::memchr2(b'\n', b'\r', rest).map_or(&[], |end| &rest[end..]);
            }
            Some(_) => return true,
        }
    }
}

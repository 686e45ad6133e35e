//! Where in a half-written text the cursor is: the word that is typed, and the place in the tree
//! that the text would have were the word complete.

use std::ops::Range;
use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{Node, Tree, parse};

/// Stands for the word that is typed while the text is read.
const WORD: &str = "kubesift-cursor";

/// What the cursor is in.
pub(super) enum Cursor<'t> {
    /// A comment: its text from the `#` to the cursor.
    Comment(&'t str),
    /// A word, which may be empty.
    Token(Token),
}

/// The word that is typed. Ranges are bytes of the text.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// The word, its quotes included.
    pub outer: Range<usize>,
    /// What is in the quotes; up to the cursor where they are not closed.
    pub inner: Range<usize>,
    /// The quote that it begins with.
    pub quote: Option<char>,
    /// The quote is closed, or there is none.
    pub closed: bool,
    /// It follows a colon without a blank.
    pub glued: bool,
    /// What stands before it.
    before: Before,
    /// Brackets that are open before it in its line, and those that nothing behind it closes.
    unclosed: Vec<u8>,
    /// A colon follows: it is a key.
    is_key: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing but blanks.
    Indent,
    /// A dash.
    Dash,
    /// A colon.
    Colon,
    /// `{`, or a comma in it.
    Braces,
    /// `[`, or a comma in it.
    Brackets,
}

impl Token {
    /// Whether it may be a key (true) or a value (false); a word behind a dash may be both.
    pub fn forms(&self) -> &'static [bool] {
        match self.before {
            _ if self.is_key => &[true],
            Before::Indent | Before::Braces => &[true],
            Before::Colon | Before::Brackets => &[false],
            Before::Dash => &[false, true],
        }
    }
}

/// Looks at the line up to the cursor. `at` is on a boundary of characters.
pub(super) fn find(text: &str, at: usize) -> Cursor<'_> {
    let start = text.get(..at).and_then(|head| head.rfind('\n')).map_or(0, |found| found + 1);
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let here = (at - start).min(line.len());
    let mut scan = Scan::new(line.as_bytes());
    if let Some(comment) = scan.run(here) {
        return Cursor::Comment(line.get(comment..here).unwrap_or_default());
    }
    Cursor::Token(scan.token(line, here, start))
}

/// Goes through a line byte by byte.
struct Scan<'l> {
    line: &'l [u8],
    open: Vec<u8>,
    before: Before,
    /// Where the word begins.
    start: usize,
    quote: Option<u8>,
    glued: bool,
}

impl<'l> Scan<'l> {
    fn new(line: &'l [u8]) -> Self {
        let (open, before) = (Vec::new(), Before::Indent);
        Self { line, open, before, start: 0, quote: None, glued: false }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.line.get(at).copied()
    }

    fn is_blank(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// Goes on up to the cursor. Gives the place of a comment that begins before it.
    fn run(&mut self, end: usize) -> Option<usize> {
        let mut at = 0;
        while at < end {
            let Some(byte) = self.byte(at) else { break };
            if let Some(quote) = self.quote {
                // A quote that is written in a string: `''`, `\"`.
                let escaped = quote == b'"' && byte == b'\\'
                    || quote == b'\'' && byte == b'\'' && self.byte(at + 1) == Some(b'\'');
                at += 1 + usize::from(escaped);
                if !escaped && byte == quote {
                    self.quote = None;
                }
                continue;
            }
            let fresh = at == self.start;
            match byte {
                b'#' if at == 0 || self.is_blank(at - 1) => return Some(at),
                b' ' | b'\t' if fresh => self.start = at + 1,
                b'"' | b'\'' if fresh => self.quote = Some(byte),
                b'-' if fresh && self.open.is_empty() && self.is_blank(at + 1) => {
                    if matches!(self.before, Before::Indent | Before::Dash) {
                        self.begin(at + 1, Before::Dash);
                    }
                }
                b':' if self.is_blank(at + 1) => {
                    self.glued = at + 1 == end;
                    self.begin(at + 1, Before::Colon);
                }
                b'{' | b'[' if fresh => {
                    self.open.push(byte);
                    self.begin(at + 1, self.inside());
                }
                b',' if !self.open.is_empty() => self.begin(at + 1, self.inside()),
                b'}' | b']' if !self.open.is_empty() => {
                    self.open.pop();
                }
                _ => {}
            }
            at += 1;
        }
        None
    }

    fn begin(&mut self, at: usize, before: Before) {
        self.start = at;
        self.before = before;
    }

    fn inside(&self) -> Before {
        if self.open.last() == Some(&b'[') { Before::Brackets } else { Before::Braces }
    }

    /// The word around the cursor; `line_start` is where the line begins in the text.
    fn token(mut self, line: &str, here: usize, line_start: usize) -> Token {
        let start = self.start.min(here);
        let rest = line.get(here..).unwrap_or_default();
        let (inner, outer, closed) = match self.quote {
            Some(quote) => match rest.find(char::from(quote)) {
                Some(found) => (start + 1..here + found, start..here + found + 1, true),
                None => (start + 1..here, start..here, false),
            },
            None => {
                let end = here + self.end_of_plain(here);
                (start..end, start..end, true)
            }
        };
        let behind = line.get(outer.end..).unwrap_or_default();
        let is_key = behind.trim_start().starts_with(':');
        for byte in behind.bytes() {
            if matches!(byte, b'}' | b']') {
                self.open.pop();
            }
        }
        let moved = |range: Range<usize>| range.start + line_start..range.end + line_start;
        let quote = self.quote.map(char::from);
        let (before, unclosed, glued) = (self.before, self.open, self.glued);
        Token {
            outer: moved(outer),
            inner: moved(inner),
            quote,
            closed,
            glued,
            before,
            unclosed,
            is_key,
        }
    }

    /// Bytes from the cursor to the end of a word without quotes.
    fn end_of_plain(&self, here: usize) -> usize {
        let flow = !self.open.is_empty();
        let mut end = here;
        while let Some(byte) = self.byte(end) {
            let ends = match byte {
                b':' => self.is_blank(end + 1),
                b'#' => end > 0 && self.is_blank(end - 1),
                b',' | b'}' | b']' => flow,
                _ => false,
            };
            if ends {
                break;
            }
            end += 1;
        }
        while end > here && self.is_blank(end - 1) {
            end -= 1;
        }
        end - here
    }
}

/// The place in the tree of the document, the word made whole.
pub(super) struct Slot {
    /// The document around the cursor, alone.
    pub tree: Arc<Tree>,
    position: u32,
    /// The word is the key of an entry.
    pub as_key: bool,
}

impl Slot {
    /// The scalar, or the entry whose key it is.
    pub fn node(&self) -> Option<Node<'_>> {
        ((self.position as usize) < self.tree.node_count()).then(|| self.tree.node(self.position))
    }
}

/// Reads the document around a word with a whole word in its place, as a key or as a value.
pub(super) fn slot(text: &str, token: &Token, as_key: bool) -> Option<Slot> {
    let document = document_around(text, token.outer.start);
    let head = text.get(document.start..token.outer.start)?;
    let tail = text.get(token.outer.end..document.end)?;
    let mut whole = String::with_capacity(head.len() + tail.len() + 32);
    whole.push_str(head);
    if token.glued {
        whole.push(' ');
    }
    let start = whole.len() as u32;
    whole.push_str(WORD);
    if as_key && !token.is_key {
        whole.push_str(": ");
    }
    for open in token.unclosed.iter().rev() {
        whole.push(if *open == b'[' { ']' } else { '}' });
    }
    whole.push_str(tail);
    let tree = Arc::new(parse(Arc::new(SourceFile::new(FileId(0), "", whole))));
    let node = tree.node_at(start)?;
    let found = if as_key { node.key() } else { node.text() };
    if found != Some(WORD) {
        return None;
    }
    let position = node.position();
    Some(Slot { tree, position, as_key })
}

/// The bytes of the document that holds a byte: from one line `---` to the next.
fn document_around(text: &str, at: usize) -> Range<usize> {
    let (mut start, mut end) = (0, text.len());
    let head = text.get(..at).unwrap_or_default();
    if let Some(found) = head.rfind("\n---") {
        start = text
            .get(found + 1..)
            .and_then(|rest| rest.find('\n'))
            .map_or(at, |line| found + 2 + line);
        start = start.min(at);
    }
    if let Some(found) = text.get(at..).and_then(|rest| rest.find("\n---")) {
        end = at + found + 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(line: &str) -> Option<(String, Before, Vec<u8>)> {
        let at = line.find('|').expect("a cursor");
        let text = line.replacen('|', "", 1);
        match find(&text, at) {
            Cursor::Comment(_) => None,
            Cursor::Token(token) => {
                Some((text[token.inner].to_owned(), token.before, token.unclosed))
            }
        }
    }

    #[test]
    fn the_word_under_the_cursor_is_found() {
        use Before::*;
        for (line, word, before, unclosed) in [
            ("  name: we|b", "web", Colon, ""),
            ("  name: |", "", Colon, ""),
            ("  name:|", "", Colon, ""),
            ("- na|", "na", Dash, ""),
            ("- - |", "", Dash, ""),
            ("  app|", "app", Indent, ""),
            ("  app|: web", "app", Indent, ""),
            ("a: {b: c|", "c", Colon, "{"),
            ("a: {b: c|}", "c", Colon, ""),
            ("a: {b: c, d|", "d", Braces, "{"),
            ("a: [b, |", "", Brackets, "["),
            ("a: [b, c|, d]", "c", Brackets, ""),
            ("a: \"we|b\" # x", "web", Colon, ""),
            ("a: \"we|", "we", Colon, ""),
            ("a: 'it''s|'", "it''s", Colon, ""),
            ("image: a:1|", "a:1", Colon, ""),
            ("a: b c| # x", "b c", Colon, ""),
            ("--|", "--", Indent, ""),
        ] {
            let found = token(line).expect(line);
            assert_eq!(found, (word.to_owned(), before, unclosed.as_bytes().to_vec()), "{line}");
        }
        assert!(token("a: b # c|").is_none());
        assert!(token("# |").is_none());
    }

    #[test]
    fn only_the_document_around_is_read() {
        let text = "a: 1\n---\nb: 2\n---\nc: 3\n";
        assert_eq!(&text[document_around(text, 11)], "b: 2\n");
        assert_eq!(&text[document_around(text, 0)], "a: 1\n");
        assert_eq!(&text[document_around(text, text.len())], "c: 3\n");
    }
}

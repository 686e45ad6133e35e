//! The fast reader: one pass over the lines of a document in the block subset that nearly all
//! manifests keep to, straight into the arena. It never reports an error: whatever it does not
//! fully understand it declines, and granit reads that document instead.

mod anchors;
mod chars;
mod flow;
mod scalars;

use std::collections::HashMap;

use crate::arena::{Arena, PendingKey, plain_pending};
use crate::fallback::DEPTH;
use crate::scalar::KeyKind;
use crate::tree::{Meta, Style};

/// The document is for granit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Declined;

type Scanned<T = ()> = Result<T, Declined>;

/// A collection that is open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level {
    /// Column of its keys or dashes.
    indent: u32,
    node: u32,
    is_map: bool,
    /// Length of [`Arena::entries`] when it opened.
    entries: u32,
    /// End of its last child.
    last_end: u32,
}

/// What still waits for a value on a later line.
enum Pending {
    Nothing,
    Key(PendingKey),
    /// A dash with nothing behind it: the place after it.
    Item(u32),
}

struct Scanner<'t, 'a> {
    text: &'t str,
    /// The bytes up to the document's end.
    bytes: &'t [u8],
    at: usize,
    /// Column of the content at `at`, when a look at the next line already found it.
    known: Option<u32>,
    arena: &'a mut Arena,
    levels: Vec<Level>,
    pending: Pending,
    /// Where the key that was read last starts.
    key_start: u32,
    /// The place behind the colon of the pending key, or behind its value's anchor.
    value_place: u32,
    /// The anchor of the node that comes next.
    anchor: Option<&'t str>,
    anchors: HashMap<&'t str, u32>,
    /// Values of merge keys.
    merges: Vec<u32>,
    /// The document's end mark was seen.
    ended: bool,
    first: u32,
}

/// Reads the bytes `start..end` of `text` as one document. When it declines, the arena holds
/// remains of it that the caller takes back.
pub(crate) fn scan(text: &str, start: usize, end: usize, arena: &mut Arena) -> Scanned {
    let bytes = text.as_bytes().get(..end).unwrap_or_default();
    let start = chars::check(bytes, start)?;
    let first = arena.next();
    let levels = std::mem::take(&mut arena.levels);
    let mut scanner = Scanner {
        text,
        bytes,
        at: start,
        known: None,
        arena,
        levels,
        pending: Pending::Nothing,
        key_start: 0,
        value_place: 0,
        anchor: None,
        anchors: HashMap::new(),
        merges: Vec::new(),
        ended: false,
        first,
    };
    let scanned = scanner.document();
    let mut levels = std::mem::take(&mut scanner.levels);
    levels.clear();
    arena.levels = levels;
    scanned
}

impl Scanner<'_, '_> {
    fn document(&mut self) -> Scanned {
        while let Some(column) = self.next_line()? {
            self.line(column)?;
        }
        self.settle();
        while !self.levels.is_empty() {
            self.close();
        }
        self.check_aliases()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Moves to the next line's content, over blank lines and comments, and gives its column.
    fn next_line(&mut self) -> Scanned<Option<u32>> {
        if let Some(column) = self.known.take() {
            return Ok(Some(column));
        }
        loop {
            let line = self.at;
            let mut at = line;
            while self.byte(at) == Some(b' ') {
                at += 1;
            }
            match self.byte(at) {
                None => {
                    self.at = at;
                    return Ok(None);
                }
                Some(b'\n') => self.at = at + 1,
                Some(b'\r') => self.at = at + 2,
                Some(b'#') => self.comment(at),
                Some(b'\t') => return Err(Declined),
                Some(byte) => {
                    self.at = at;
                    if at == line && matches!(byte, b'-' | b'.') && self.is_marker(at) {
                        return self.end_mark(at);
                    }
                    return Ok(Some((at - line) as u32));
                }
            }
        }
    }

    /// `---` or `...` at the start of a line.
    fn is_marker(&self, at: usize) -> bool {
        matches!(self.bytes.get(at..at + 3), Some(b"---" | b"..."))
    }

    /// `...` ends the document; only blank lines and comments may follow here.
    fn end_mark(&mut self, at: usize) -> Scanned<Option<u32>> {
        if self.byte(at) != Some(b'.') || std::mem::replace(&mut self.ended, true) {
            return Err(Declined);
        }
        self.at = at + 3;
        self.finish_line()?;
        match self.next_line()? {
            None => Ok(None),
            Some(_) => Err(Declined),
        }
    }

    /// Records the comment at `at` and moves to the next line.
    fn comment(&mut self, at: usize) {
        let rest = &self.bytes[at..];
        let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let shown = line - usize::from(line > 0 && rest[line - 1] == b'\r');
        self.arena.comments.push((at as u32, (at + shown) as u32));
        self.at = (at + line + 1).min(self.bytes.len());
    }

    /// What follows a complete value on its line: blanks, a comment, the line's end.
    fn finish_line(&mut self) -> Scanned {
        let from = self.at;
        let mut at = from;
        while matches!(self.byte(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        match self.byte(at) {
            None => self.at = at,
            Some(b'\n') => self.at = at + 1,
            Some(b'\r') => self.at = at + 2,
            Some(b'#') if at > from => self.comment(at),
            Some(_) => return Err(Declined),
        }
        Ok(())
    }

    fn is_blank_or_end(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    fn is_dash(&self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && self.is_blank_or_end(at + 1)
    }

    /// One line whose content starts at `self.at`, in `column`.
    fn line(&mut self, column: u32) -> Scanned {
        let dash = self.is_dash(self.at);
        if !matches!(self.pending, Pending::Nothing) {
            let top = self.levels.last().ok_or(Declined)?;
            let inside = column > top.indent || column == top.indent && dash && top.is_map;
            if inside {
                return self.node(column);
            }
            self.settle();
        }
        while self.levels.last().is_some_and(|level| level.indent > column) {
            self.close();
        }
        let Some(top) = self.levels.last() else {
            // A second value at the root, or a line left of the first one.
            return if self.arena.next() == self.first { self.node(column) } else { Err(Declined) };
        };
        if top.indent != column {
            return Err(Declined);
        }
        match (top.is_map, dash) {
            (true, false) => self.entry(),
            (false, true) => self.item(column),
            (true, true) => Err(Declined),
            (false, false) => {
                // The end of a sequence that stands in its key's own column.
                self.close();
                let parent = self.levels.last().ok_or(Declined)?;
                if parent.indent != column || !parent.is_map {
                    return Err(Declined);
                }
                self.entry()
            }
        }
    }

    /// A node that begins a line, or follows a dash: a collection opens here, or a scalar stands.
    fn node(&mut self, column: u32) -> Scanned {
        if self.is_dash(self.at) {
            self.open(false, column)?;
            return self.item(column);
        }
        let start = self.at;
        match self.key()? {
            Some(key) => {
                self.open(true, column)?;
                self.value_of(key)
            }
            None => {
                self.at = start;
                self.value()
            }
        }
    }

    fn open(&mut self, is_map: bool, column: u32) -> Scanned {
        if self.levels.len() >= DEPTH {
            return Err(Declined);
        }
        let style = if is_map { Style::Map } else { Style::Seq };
        let at = self.at_start_of_collection(is_map);
        let node = self.push(style, (at, at), 0);
        let entries = self.arena.entries.len() as u32;
        self.levels.push(Level { indent: column, node, is_map, entries, last_end: at });
        Ok(())
    }

    /// A mapping opens once its first key is read, and takes its start from it.
    fn at_start_of_collection(&self, is_map: bool) -> u32 {
        if is_map { self.key_start } else { self.at as u32 }
    }

    /// Adds the value of the pending key or dash.
    fn push(&mut self, style: Style, place: (u32, u32), flags: u16) -> u32 {
        let key = match std::mem::replace(&mut self.pending, Pending::Nothing) {
            Pending::Key(key) => Some(key),
            _ => None,
        };
        let merge = key.as_ref().is_some_and(|key| key.flags & Meta::MERGE != 0);
        let node = self.arena.push(self.text, key, style, place, flags);
        if merge || self.anchor.is_some() {
            self.mark(node, merge);
        }
        if let Some(top) = self.levels.last_mut() {
            top.last_end = place.1;
        }
        node
    }

    /// Gives what still waits for a value an empty one.
    fn settle(&mut self) {
        let at = match &self.pending {
            Pending::Nothing => return,
            // The colon is the last thing before the place.
            Pending::Key(_) => self.value_place,
            Pending::Item(at) => *at,
        };
        self.push(Style::Empty, (at, at), 0);
    }

    fn close(&mut self) {
        let Some(level) = self.levels.pop() else { return };
        let next = self.arena.next();
        let raw = &mut self.arena.nodes[level.node as usize];
        raw.next = next;
        raw.end = level.last_end;
        if level.is_map {
            self.arena.close_keys(self.text, level.node, level.entries as usize);
        }
        if let Some(parent) = self.levels.last_mut() {
            parent.last_end = level.last_end;
        }
    }

    /// `- …` of the sequence on top.
    fn item(&mut self, column: u32) -> Scanned {
        let dash = self.at;
        let mut at = dash + 1;
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        match self.byte(at) {
            None | Some(b'\n' | b'\r' | b'#') => {
                self.pending = Pending::Item(dash as u32 + 1);
                self.at = dash + 1;
                self.finish_line()
            }
            Some(b'\t') => Err(Declined),
            Some(b'&') => {
                self.at = at;
                self.anchored_item()
            }
            Some(_) => {
                self.at = at;
                self.node(column + (at - dash) as u32)
            }
        }
    }

    /// `key: …` of the mapping on top.
    fn entry(&mut self) -> Scanned {
        let key = self.key()?.ok_or(Declined)?;
        self.value_of(key)
    }

    /// The value of a key, from the colon on.
    fn value_of(&mut self, key: PendingKey) -> Scanned {
        self.pending = Pending::Key(key);
        let colon = self.at;
        let mut at = colon;
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        match self.byte(at) {
            None | Some(b'\n' | b'\r' | b'#') => {
                self.value_place = colon as u32;
                self.finish_line()
            }
            Some(b'\t') => Err(Declined),
            Some(b'-') if self.is_dash(at) => Err(Declined),
            Some(b'&') => {
                self.at = at;
                self.anchored_value()
            }
            Some(_) => {
                self.at = at;
                self.value()
            }
        }
    }

    /// Reads `key:` and moves behind the colon. None when no key stands here; `self.at` is then
    /// undefined.
    fn key(&mut self) -> Scanned<Option<PendingKey>> {
        let start = self.at;
        self.key_start = start as u32;
        let first = self.byte(start).ok_or(Declined)?;
        let key = match first {
            b'"' | b'\'' => {
                let token = self.quoted(first)?;
                let mut at = self.at;
                while matches!(self.byte(at), Some(b' ' | b'\t')) {
                    at += 1;
                }
                if self.byte(at) != Some(b':') {
                    return Ok(None);
                }
                if token.lines || !self.is_blank_or_end(at + 1) {
                    return Err(Declined);
                }
                self.at = at;
                self.quoted_key(start, token)
            }
            b'|' | b'>' | b'[' | b'{' | b'*' => return Ok(None),
            _ if self.starts_plain(start, first) => {
                let (end, stop) = self.plain_line(start);
                if stop.kind != scalars::StopKind::Colon {
                    return Ok(None);
                }
                self.at = stop.at;
                self.plain_key(start, end)?
            }
            _ => return Err(Declined),
        };
        // goyaml.v2 looks for the colon within 1,024 characters; bytes are a safe bound.
        if self.at - start > 1024 {
            return Err(Declined);
        }
        self.at += 1;
        Ok(Some(key))
    }

    fn plain_key(&mut self, start: usize, end: usize) -> Scanned<PendingKey> {
        let text = self.text.get(start..end).ok_or(Declined)?;
        if text == "<<" {
            let (start, end) = (start as u32, end as u32);
            let kind = KeyKind::Str;
            return Ok(PendingKey { start, end, flags: Meta::MERGE, kind, text: None });
        }
        let key = plain_pending(start as u32, end as u32, text, true);
        if matches!(key.kind, KeyKind::Null | KeyKind::Uint) {
            return Err(Declined);
        }
        Ok(key)
    }

    fn quoted_key(&self, start: usize, token: scalars::Quoted) -> PendingKey {
        let (flags, text) = match token.decoded(self.text, start) {
            None => (Meta::KEY_QUOTED, None),
            Some(decoded) => (0, Some(decoded.into_boxed_str())),
        };
        let (start, end) = (start as u32, token.end as u32);
        PendingKey { start, end, flags, kind: KeyKind::Str, text }
    }
}

//! What the readers fill while they read a file: the vectors of a [`Tree`], kept per thread and
//! used again, so that a small document costs no allocation of its own.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use kubesift_source::{FileId, SourceFile, Span};

use crate::decode;
use crate::duplicates::EntryKey;
use crate::scalar::{self, KeyKind};
use crate::scan::Level;
use crate::tree::{DocumentRaw, Duplicate, ErrorKind, Meta, Raw, Style, SyntaxError, Tree, Typed};

#[derive(Default)]
pub(crate) struct Arena {
    pub nodes: Vec<Raw>,
    pub comments: Vec<(u32, u32)>,
    pub documents: Vec<DocumentRaw>,
    pub texts: Vec<(u32, OnceLock<Box<str>>)>,
    pub keys: Vec<(u32, Box<str>)>,
    pub aliases: Vec<(u32, u32)>,
    pub typed: Vec<(u32, Typed)>,
    pub duplicates: Vec<Duplicate>,
    pub errors: Vec<SyntaxError>,
    /// Keys of the mappings that are open, innermost last.
    pub entries: Vec<EntryKey>,
    /// The scanner's stack of open collections, kept for its memory only.
    pub levels: Vec<Level>,
    pub file: Option<FileId>,
    /// Index of the document that is being read.
    pub document: u32,
}

thread_local! {
    static KEPT: RefCell<Arena> = RefCell::default();
}

/// Above this a vector is handed over instead of copied: a copy would double the peak, and keeping
/// it would hold memory that no later file needs.
const COPY_AT_MOST: usize = 1 << 20;

/// How far an arena was filled, to go back to when a reader gives up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    nodes: usize,
    comments: usize,
    texts: usize,
    keys: usize,
    aliases: usize,
    typed: usize,
    duplicates: usize,
    errors: usize,
}

/// The key of an entry whose value is not read yet.
#[derive(Debug, Clone)]
pub(crate) struct PendingKey {
    pub start: u32,
    pub end: u32,
    /// [`Meta::KEY_QUOTED`], [`Meta::MERGE`] or nothing.
    pub flags: u16,
    pub kind: KeyKind,
    /// The key, where it is not its token.
    pub text: Option<Box<str>>,
}

impl Arena {
    /// An empty arena for a file, from the thread's kept one.
    pub fn take(file: &SourceFile) -> Self {
        let mut arena = KEPT
            .with(|kept| kept.try_borrow_mut().map(|mut kept| std::mem::take(&mut *kept)))
            .unwrap_or_default();
        arena.file = Some(file.id);
        arena
    }

    pub fn mark(&self) -> Mark {
        Mark {
            nodes: self.nodes.len(),
            comments: self.comments.len(),
            texts: self.texts.len(),
            keys: self.keys.len(),
            aliases: self.aliases.len(),
            typed: self.typed.len(),
            duplicates: self.duplicates.len(),
            errors: self.errors.len(),
        }
    }

    /// Forgets what was read since `mark`, errors included.
    pub fn rewind(&mut self, mark: Mark) {
        self.nodes.truncate(mark.nodes);
        self.comments.truncate(mark.comments);
        self.texts.truncate(mark.texts);
        self.keys.truncate(mark.keys);
        self.aliases.truncate(mark.aliases);
        self.typed.truncate(mark.typed);
        self.duplicates.truncate(mark.duplicates);
        self.errors.truncate(mark.errors);
        self.entries.clear();
    }

    /// The errors reported since `mark`.
    pub fn errors_since(&self, mark: Mark) -> &[SyntaxError] {
        self.errors.get(mark.errors..).unwrap_or_default()
    }

    /// Moves all places recorded since `mark` back to the characters of `text` that they lie in:
    /// what was read was a copy in which other bytes stood.
    pub fn snap(&mut self, mark: Mark, text: &str) {
        let floor = |at: u32| text.floor_char_boundary(at as usize) as u32;
        for raw in self.nodes.get_mut(mark.nodes..).unwrap_or_default() {
            (raw.start, raw.end) = (floor(raw.start), floor(raw.end));
            if raw.meta.has(Meta::HAS_KEY) {
                let end = floor(raw.key_start + u32::from(raw.key_len));
                raw.key_start = floor(raw.key_start);
                raw.key_len = (end - raw.key_start) as u16;
            }
        }
        for comment in self.comments.get_mut(mark.comments..).unwrap_or_default() {
            *comment = (floor(comment.0), floor(comment.1));
        }
        for error in self.errors.get_mut(mark.errors..).unwrap_or_default() {
            error.span.start = floor(error.span.start);
            error.span.end = floor(error.span.end);
        }
    }

    /// Moves all places recorded since `mark` by `offset` bytes: from a document's to those of the
    /// file, whose text is `text`.
    pub fn shift(&mut self, mark: Mark, offset: u32, text: &str) {
        for raw in self.nodes.get_mut(mark.nodes..).unwrap_or_default() {
            raw.start += offset;
            raw.end += offset;
            if raw.meta.has(Meta::HAS_KEY) {
                raw.key_start += offset;
            }
            // What was read may be a copy in which other bytes stood.
            if raw.meta.has(Meta::HAS_KEY) && !raw.meta.has(Meta::KEY_SIDE) {
                raw.meta = raw.meta.tagged(Meta::tag(raw.key_in(text).as_bytes()));
            }
        }
        for comment in self.comments.get_mut(mark.comments..).unwrap_or_default() {
            comment.0 += offset;
            comment.1 += offset;
        }
        let shifted = |span: Span| Span::new(span.file, span.start + offset, span.end + offset);
        for found in self.duplicates.get_mut(mark.duplicates..).unwrap_or_default() {
            found.first = shifted(found.first);
            found.second = shifted(found.second);
        }
        for error in self.errors.get_mut(mark.errors..).unwrap_or_default() {
            error.span = shifted(error.span);
        }
    }

    /// Index of the next node.
    pub fn next(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// Adds a node, as an entry when there is a key. `text` is what offsets count in.
    pub fn push(
        &mut self,
        text: &str,
        key: Option<PendingKey>,
        style: Style,
        place: (u32, u32),
        flags: u16,
    ) -> u32 {
        let index = self.next();
        let mut meta = Meta::new(style).with(flags);
        let (mut key_start, mut key_len) = (0, 0);
        if let Some(key) = key {
            meta = meta.with(Meta::HAS_KEY | key.flags);
            key_start = key.start;
            key_len = key_length(text, key.start, key.end);
            let quoted = key.flags & Meta::KEY_QUOTED != 0;
            let edge = u32::from(quoted);
            let token = text.as_bytes().get((key.start + edge) as usize..(key.end - edge) as usize);
            let shown = key.text.as_deref().map(str::as_bytes).or(token).unwrap_or_default();
            meta = meta.tagged(Meta::tag(shown));
            if key.flags & Meta::MERGE == 0 {
                self.entries.push(EntryKey::new(shown, index, key.kind));
            }
            if let Some(shown) = key.text {
                meta = meta.with(Meta::KEY_SIDE);
                self.keys.push((index, shown));
            }
        }
        let (start, end) = place;
        // Collections learn their end and `next` when they close.
        let next = if style.is_collection() { 0 } else { index + 1 };
        self.nodes.push(Raw { key_start, start, end, next, key_len, meta });
        index
    }

    pub fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file.unwrap_or(FileId(0)), start, end)
    }

    /// Decodes what was read since `mark` from `text`, which will not be at hand later.
    pub fn decode_since(&mut self, mark: Mark, text: &str) {
        for (node, cell) in self.texts.get_mut(mark.texts..).unwrap_or_default() {
            if let Some(raw) = self.nodes.get(*node as usize) {
                cell.get_or_init(|| decode::decode(text, raw).into());
            }
        }
    }

    /// Puts the unreadable value at `place` where its copy had an empty one, at `at`.
    pub fn fill_hole(&mut self, mark: Mark, at: u32, place: (u32, u32)) {
        let nodes = self.nodes.get_mut(mark.nodes..).unwrap_or_default();
        let empty = |raw: &Raw| raw.meta.style() == Style::Empty && raw.start == at;
        let Some(index) = nodes.iter().position(empty) else { return };
        let raw = &mut nodes[index];
        raw.meta = raw.meta.restyled(Style::Error);
        (raw.start, raw.end) = place;
        let position = (mark.nodes + index) as u32;
        for above in nodes[..index].iter_mut().filter(|above| above.next > position) {
            above.end = above.end.max(place.1);
        }
    }

    /// Turns a collection that just closed into a place that could not be read.
    pub fn make_error(&mut self, node: u32) {
        fn cut<T>(table: &mut Vec<(u32, T)>, from: u32) {
            table.truncate(table.partition_point(|entry| entry.0 < from));
        }
        let from = node + 1;
        self.nodes.truncate(from as usize);
        cut(&mut self.texts, from);
        cut(&mut self.keys, from);
        cut(&mut self.aliases, from);
        cut(&mut self.typed, from);
        let raw = &mut self.nodes[node as usize];
        raw.next = from;
        raw.meta = raw.meta.restyled(Style::Error);
    }

    /// Records an error of the current document.
    pub fn error(
        &mut self,
        kind: ErrorKind,
        place: (u32, u32),
        message: impl Into<String>,
        help: Option<&str>,
    ) {
        let span = self.span(place.0, place.1.max(place.0));
        self.errors.push(SyntaxError {
            kind,
            message: message.into(),
            help: help.map(str::to_owned),
            span,
            document: self.document,
        });
    }

    /// The tree, and the arena's memory back to the thread.
    pub fn finish(mut self, file: Arc<SourceFile>) -> Tree {
        self.duplicates.sort_by_key(|found| found.second.start);
        self.errors.sort_by_key(|error| (error.document, error.span.start));
        if !self.comments.is_sorted() {
            self.comments.sort_unstable();
            self.comments.dedup();
        }
        let tree = Tree {
            file,
            nodes: boxed(&mut self.nodes),
            comments: boxed(&mut self.comments),
            documents: boxed(&mut self.documents),
            texts: drained(&mut self.texts),
            keys: drained(&mut self.keys),
            aliases: boxed(&mut self.aliases),
            typed: drained(&mut self.typed),
            duplicates: boxed(&mut self.duplicates),
            errors: drained(&mut self.errors),
            edits: OnceLock::new(),
        };
        self.entries.clear();
        if self.entries.capacity() * size_of::<EntryKey>() > COPY_AT_MOST {
            self.entries = Vec::new();
        }
        KEPT.with(|kept| {
            if let Ok(mut kept) = kept.try_borrow_mut() {
                *kept = self;
            }
        });
        tree
    }
}

fn boxed<T: Copy>(from: &mut Vec<T>) -> Box<[T]> {
    if from.capacity() * size_of::<T>() > COPY_AT_MOST {
        return std::mem::take(from).into_boxed_slice();
    }
    let boxed = from.as_slice().into();
    from.clear();
    boxed
}

fn drained<T>(from: &mut Vec<T>) -> Box<[T]> {
    if from.capacity() * size_of::<T>() > COPY_AT_MOST {
        return std::mem::take(from).into_boxed_slice();
    }
    from.drain(..).collect()
}

/// Length of a key's token, cut at a character that 16 bits can reach.
fn key_length(text: &str, start: u32, end: u32) -> u16 {
    if let Ok(len) = u16::try_from(end - start) {
        return len;
    }
    let mut len = u32::from(u16::MAX);
    while !text.is_char_boundary((start + len) as usize) {
        len -= 1;
    }
    len as u16
}

/// What a plain scalar's text makes as a key.
pub(crate) fn plain_pending(start: u32, end: u32, text: &str, is_token: bool) -> PendingKey {
    let key = scalar::plain_key(text);
    let shown = key.text.map(String::into_boxed_str);
    let text = if is_token { shown } else { Some(shown.unwrap_or_else(|| text.into())) };
    PendingKey { start, end, flags: 0, kind: key.kind, text }
}

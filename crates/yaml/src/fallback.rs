//! granit-parser's events to nodes: the reader for documents that the scanner declines. What
//! granit takes and Kubernetes' reader refuses is refused on the way.

mod checks;
mod places;

use std::collections::HashMap;

use granit_parser::{
    Event, Parser, ScalarStyle, ScanError, Span as GranitSpan, StructureStyle, Tag,
};

use crate::alias;
use crate::arena::{Arena, PendingKey, plain_pending};
use crate::decode;
use crate::recover::Hole;
use crate::scalar::{self, KeyKind};
use crate::tree::{ErrorKind, Meta, Style, Typed};

/// Nesting that goyaml.v2 allows, for brackets and for indentation.
pub(crate) const DEPTH: usize = 10_000;

pub(crate) fn options() -> granit_parser::Options {
    granit_parser::options! {
        bom_inside_document_as_content: true,
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: DEPTH,
        block_nesting_limit: DEPTH,
    }
}

/// How reading a document ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Where the document's value ends for the reader; what follows is dropped.
    pub tail: u32,
    /// What stopped it, if anything did.
    pub error: Option<ScanError>,
    /// The outermost bracket that was open there.
    pub flow: Option<u32>,
}

/// What an anchor stands on.
enum Target {
    Node(u32),
    /// A key is no node: its value is kept.
    Key(Typed),
}

struct Frame {
    node: u32,
    is_map: bool,
    /// The key that waits for its value.
    key: Option<PendingKey>,
    /// End of the last child.
    last_end: u32,
    /// Length of [`Arena::entries`] when the mapping opened.
    entries: usize,
    /// It is `{{ … }}`: no mapping that anybody meant.
    is_template: bool,
}

struct Reader<'t, 'a> {
    text: &'t str,
    arena: &'a mut Arena,
    /// Whatever must be decoded is decoded now: the text is not the file's own.
    decode: bool,
    /// Values that were left out of the text.
    holes: &'a [Hole],
    stack: Vec<Frame>,
    anchors: HashMap<usize, Target>,
    merges: Vec<u32>,
    /// End of the last token that an event spoke of: the way to a block scalar's indicator.
    cursor: u32,
    /// Open collections of a key that is no scalar, and where that key starts.
    skip: Option<(usize, u32)>,
    flow: usize,
}

/// Reads one document into `arena`, offsets counted from its first byte. `source` is `text` as
/// granit shall see it: of the same length, with line breaks that granit knows.
pub(crate) fn read(
    text: &str,
    source: &str,
    arena: &mut Arena,
    decode: bool,
    holes: &[Hole],
) -> Outcome {
    let first = arena.next();
    let end = text.len();
    let mut reader = Reader {
        text,
        arena,
        decode,
        holes,
        stack: Vec::new(),
        anchors: HashMap::new(),
        merges: Vec::new(),
        cursor: 0,
        skip: None,
        flow: 0,
    };
    let mut outcome = Outcome { tail: end as u32, error: None, flow: None };
    let mut started = false;
    let mut ended = false;
    for event in Parser::new_from_str_with_options(source, options()) {
        let (event, span) = match event {
            Ok(event) => event,
            // The decoder never looks past the first document.
            Err(_) if ended => break,
            Err(error) => {
                outcome.error = Some(error);
                break;
            }
        };
        match event {
            Event::DocumentStart(..) if started => break,
            Event::DocumentStart(explicit, version) => {
                started = true;
                if explicit {
                    reader.cursor = reader.cursor.max(reader.place(&span).1);
                }
                if version.is_some_and(|version| (version.major, version.minor) != (1, 1)) {
                    let place = reader.directive();
                    reader.arena.error(
                        ErrorKind::Refused,
                        place,
                        "Kubernetes reads YAML 1.1 only",
                        Some("remove the %YAML line"),
                    );
                }
            }
            Event::DocumentEnd => {
                ended = true;
                let at = reader.place(&span).0;
                if (reader.indicator(at, b"") as usize) < end {
                    outcome.tail = at;
                }
            }
            Event::Comment(..) => {
                let start = reader.place(&span).0;
                let end = decode::line_end(text.as_bytes(), start as usize).0;
                reader.arena.comments.push((start, end as u32));
            }
            event => reader.event(event, &span),
        }
    }
    outcome.flow = reader
        .stack
        .iter()
        .find(|frame| reader.is_flow(frame.node))
        .map(|frame| reader.arena.nodes[frame.node as usize].start);
    reader.close_all();
    let merges = std::mem::take(&mut reader.merges);
    alias::check_merges(arena, &merges);
    alias::check_expansion(arena, first);
    outcome
}

impl Reader<'_, '_> {
    fn place(&self, span: &GranitSpan) -> (u32, u32) {
        let range = span.byte_range().unwrap_or_default();
        (range.start as u32, range.end as u32)
    }

    fn slice(&self, place: (u32, u32)) -> &str {
        self.text.get(place.0 as usize..place.1 as usize).unwrap_or_default()
    }

    fn event(&mut self, event: Event<'_>, span: &GranitSpan) {
        let place = self.place(span);
        if self.skip.is_some() {
            return self.skipped(&event, place);
        }
        let is_anchor = matches!(event, Event::Anchor(..));
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.scalar(&value, style, anchor, tag.as_deref(), place);
            }
            Event::Alias(id) => {
                self.check_name(place);
                self.alias(id, place);
            }
            Event::Anchor(..) => self.check_name(place),
            Event::UnresolvedAlias(name) => {
                let message = format!("no anchor &{name} stands before this alias");
                let help = "define the anchor above, in this document, or quote the value";
                self.refuse_node(ErrorKind::UnknownAlias, place, message, Some(help));
            }
            Event::SequenceStart(style, anchor, _) => self.open(Style::Seq, style, anchor, place),
            Event::MappingStart(style, anchor, _) => self.open(Style::Map, style, anchor, place),
            Event::SequenceEnd | Event::MappingEnd => self.close(place),
            _ => {}
        }
        if !is_anchor {
            self.cursor = self.cursor.max(place.1);
        }
    }

    /// True when the next node is a key.
    fn at_key(&self) -> bool {
        self.stack.last().is_some_and(|frame| frame.is_map && frame.key.is_none())
    }

    fn take_key(&mut self) -> Option<PendingKey> {
        self.stack.last_mut().and_then(|frame| frame.key.take())
    }

    fn push(&mut self, style: Style, place: (u32, u32), flags: u16) -> u32 {
        let key = self.take_key();
        let merge = key.as_ref().is_some_and(|key| key.flags & Meta::MERGE != 0);
        let end = key.as_ref().map_or(place.1, |key| place.1.max(key.end));
        let node = self.arena.push(self.text, key, style, place, flags);
        if let Some(frame) = self.stack.last_mut() {
            frame.last_end = frame.last_end.max(end);
            if merge {
                let map = &mut self.arena.nodes[frame.node as usize];
                map.meta = map.meta.with(Meta::HAS_MERGE);
                self.merges.push(node);
            }
        }
        node
    }

    fn anchor(&mut self, anchor: usize, node: u32) {
        if anchor != 0 {
            self.anchors.insert(anchor, Target::Node(node));
            let raw = &mut self.arena.nodes[node as usize];
            raw.meta = raw.meta.with(Meta::ANCHORED);
        }
    }

    fn open(&mut self, style: Style, written: StructureStyle, anchor: usize, place: (u32, u32)) {
        if self.at_key() {
            self.skip = Some((1, place.0));
            self.flow += usize::from(written == StructureStyle::Flow);
            return;
        }
        let is_flow = written == StructureStyle::Flow;
        self.flow += usize::from(is_flow);
        let mut place = place;
        if style == Style::Seq
            && !is_flow
            && let Some(key) = self.stack.last().and_then(|frame| frame.key.as_ref())
        {
            // granit places a sequence in its key's own column at its first item.
            place.0 = self.indicator(key.end, b":");
        }
        let node = self.push(style, (place.0, place.0), if is_flow { Meta::FLOW } else { 0 });
        self.anchor(anchor, node);
        self.stack.push(Frame {
            node,
            is_map: style == Style::Map,
            key: None,
            last_end: place.0,
            entries: self.arena.entries.len(),
            is_template: false,
        });
    }

    fn close(&mut self, place: (u32, u32)) {
        let Some(frame) = self.stack.pop() else { return };
        let next = self.arena.next();
        let first_child = self.arena.nodes.get(frame.node as usize + 1).copied();
        let raw = &mut self.arena.nodes[frame.node as usize];
        let is_flow = raw.meta.has(Meta::FLOW);
        self.flow -= usize::from(is_flow);
        raw.next = next;
        raw.end = if is_flow { place.1.max(frame.last_end) } else { frame.last_end };
        if !is_flow
            && frame.is_map
            && let Some(child) = first_child.filter(|child| child.meta.has(Meta::HAS_KEY))
        {
            raw.start = child.key_start;
        }
        let end = raw.end;
        if frame.is_template {
            self.arena.entries.truncate(frame.entries);
            self.arena.make_error(frame.node);
            self.merges.retain(|merge| *merge <= frame.node);
            self.anchors.retain(|_, target| match target {
                Target::Node(node) => *node < frame.node,
                Target::Key(_) => true,
            });
        } else if frame.is_map {
            self.arena.close_keys(self.text, frame.node, frame.entries);
        }
        if let Some(parent) = self.stack.last_mut() {
            parent.last_end = parent.last_end.max(end);
        }
    }

    /// Closes what an error left open, where its last child ends.
    fn close_all(&mut self) {
        if let Some((_, start)) = self.skip.take()
            && let Some(frame) = self.stack.last_mut()
        {
            frame.last_end = frame.last_end.max(start);
        }
        while let Some(frame) = self.stack.last() {
            if let Some(key) = &frame.key {
                let at = key.end;
                self.push(Style::Empty, (at, at), 0);
                continue;
            }
            let end = frame.last_end;
            self.close((end, end));
        }
    }

    /// The inside of a key that is a collection.
    fn skipped(&mut self, event: &Event<'_>, place: (u32, u32)) {
        let Some((depth, start)) = self.skip else { return };
        let depth = match event {
            Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => {
                self.flow += usize::from(*style == StructureStyle::Flow);
                depth + 1
            }
            Event::SequenceEnd | Event::MappingEnd => depth - 1,
            _ => depth,
        };
        self.cursor = self.cursor.max(place.1);
        if depth > 0 {
            self.skip = Some((depth, start));
            return;
        }
        self.skip = None;
        let end = place.1.max(start);
        let token = self.slice((start, end)).to_owned();
        let before = self.text.get(..start as usize).unwrap_or_default();
        let template = token.starts_with('{') && before.ends_with('{');
        let (message, help) = if template {
            (
                "`{{ … }}` without quotes is a mapping whose key is a mapping",
                "put quotes around the whole value, or render the template first",
            )
        } else {
            ("a key must be a single value, not a list or a mapping", "quote the key")
        };
        self.arena.error(ErrorKind::Refused, (start, end), message, Some(help));
        let key = PendingKey {
            start,
            end,
            flags: 0,
            kind: KeyKind::Nan,
            text: Some(token.into_boxed_str()),
        };
        self.set_key(key);
        if let Some(frame) = self.stack.last_mut() {
            frame.is_template |= template;
        }
        // Brackets inside the key are closed again by now.
        self.flow = self.stack.iter().filter(|frame| self.is_flow(frame.node)).count();
    }

    fn is_flow(&self, node: u32) -> bool {
        self.arena.nodes[node as usize].meta.has(Meta::FLOW)
    }

    fn set_key(&mut self, key: PendingKey) {
        if let Some(frame) = self.stack.last_mut() {
            frame.last_end = frame.last_end.max(key.end);
            frame.key = Some(key);
        }
    }

    fn alias(&mut self, id: usize, place: (u32, u32)) {
        let target = match self.anchors.get(&id) {
            Some(Target::Node(node)) => {
                let raw = self.arena.nodes[*node as usize];
                if raw.next == 0 {
                    let message = "this alias stands inside the value of its own anchor";
                    return self.refuse_node(ErrorKind::Refused, place, message.to_owned(), None);
                }
                Ok(*node)
            }
            Some(Target::Key(value)) => Err(value.clone()),
            None => {
                let message = "the anchor of this alias could not be read".to_owned();
                return self.refuse_node(ErrorKind::UnknownAlias, place, message, None);
            }
        };
        if self.at_key() {
            let value = match target {
                Ok(node) => alias::scalar_value(self.arena, self.text, node),
                Err(value) => Some(value),
            };
            let Some(value) = value else {
                let message = "a key must be a single value, not a list or a mapping";
                self.arena.error(ErrorKind::Refused, place, message, None);
                let key = PendingKey {
                    start: place.0,
                    end: place.1,
                    flags: 0,
                    kind: KeyKind::Nan,
                    text: None,
                };
                return self.set_key(key);
            };
            return self.typed_key(&value, place);
        }
        match target {
            Ok(target) => {
                let node = self.push(Style::Alias, place, 0);
                self.arena.aliases.push((node, target));
            }
            Err(value) => {
                let node = self.push(Style::Alias, place, Meta::TYPED);
                self.arena.typed.push((node, value));
            }
        }
    }

    /// An error in the place of a key or a value.
    fn refuse_node(
        &mut self,
        kind: ErrorKind,
        place: (u32, u32),
        message: String,
        help: Option<&str>,
    ) {
        self.arena.error(kind, place, message, help);
        if self.at_key() {
            let (start, end) = place;
            self.set_key(PendingKey { start, end, flags: 0, kind: KeyKind::Nan, text: None });
        } else {
            self.push(Style::Error, place, 0);
        }
    }

    fn typed_key(&mut self, value: &Typed, place: (u32, u32)) {
        let key = scalar::typed_key(value);
        self.check_key(key.kind, place);
        let text = key.text.filter(|text| text != self.slice(place)).map(String::into_boxed_str);
        self.set_key(PendingKey { start: place.0, end: place.1, flags: 0, kind: key.kind, text });
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: (u32, u32),
    ) {
        if self.flow > 0 && style == ScalarStyle::Plain {
            self.check_flow_plain(place);
        }
        if style == ScalarStyle::DoubleQuoted {
            self.check_escapes(place);
        }
        if self.at_key() {
            return self.scalar_key(value, style, anchor, tag, place);
        }
        let is_empty = style == ScalarStyle::Plain && place.0 == place.1;
        let value = if is_empty && value == "~" { "" } else { value };
        let typed = tag.map(|tag| self.tagged(tag, value, place));
        let has_properties = anchor != 0 || tag.is_some();
        let (written, place, mut flags) = self.written(value, style, place, has_properties);
        let written = match &typed {
            Some(Typed::Null) | None if is_empty && written != Style::Error => Style::Empty,
            _ => written,
        };
        if typed.is_some() {
            flags |= Meta::TYPED;
        } else if written == Style::Plain && scalar::is_unbounded(value) {
            let message =
                format!("{value} cannot be written in JSON, so the API server refuses it");
            self.arena.error(ErrorKind::Refused, place, message, Some("put the value in quotes"));
        }
        let node = self.push(written, place, flags);
        if flags & Meta::LAZY != 0 {
            let block = matches!(written, Style::Literal | Style::Folded);
            let digit =
                block && self.slice(place).bytes().take(3).any(|byte| byte.is_ascii_digit());
            let cell = std::sync::OnceLock::new();
            if self.decode || digit {
                let _ = cell.set(value.into());
            }
            self.arena.texts.push((node, cell));
        }
        if let Some(typed) = typed {
            self.arena.typed.push((node, typed));
        }
        self.anchor(anchor, node);
    }

    /// Style, place and flags of a value as the tree keeps them.
    fn written(
        &mut self,
        value: &str,
        style: ScalarStyle,
        place: (u32, u32),
        has_properties: bool,
    ) -> (Style, (u32, u32), u16) {
        let lazy = |token: &str| if token == value { 0 } else { Meta::LAZY };
        match style {
            ScalarStyle::Plain if place.0 == place.1 => {
                let at = match self.stack.last().and_then(|frame| frame.key.as_ref()) {
                    _ if has_properties => place.0,
                    Some(key) => self.after_colon(key.end),
                    None => self.behind_dash(place.0),
                };
                match self.holes.iter().find(|hole| hole.at == at) {
                    Some(hole) => (Style::Error, hole.place, 0),
                    None => (Style::Plain, (at, at), 0),
                }
            }
            ScalarStyle::Plain => (Style::Plain, place, lazy(self.slice(place))),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let inner = self.slice((place.0 + 1, place.1.saturating_sub(1)));
                let style = match style {
                    ScalarStyle::SingleQuoted => Style::Single,
                    _ => Style::Double,
                };
                (style, place, lazy(inner))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let style = match style {
                    ScalarStyle::Literal => Style::Literal,
                    _ => Style::Folded,
                };
                let start = self.indicator(self.cursor, b"-?:");
                let end = self.block_end(start, place, value);
                self.check_block_tabs(start, place);
                let has_digit =
                    self.slice((start, end)).bytes().take(3).any(|b| b.is_ascii_digit());
                if self.stack.is_empty() && !has_digit && self.block_indent(start, place) == 0 {
                    self.arena.error(
                        ErrorKind::Refused,
                        (start, start + 1),
                        "the text of this block must be indented",
                        Some("indent it by two spaces"),
                    );
                }
                (style, (start, end), Meta::LAZY)
            }
        }
    }

    fn scalar_key(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: (u32, u32),
    ) {
        let is_empty = style == ScalarStyle::Plain && place.0 == place.1;
        let value = if is_empty && value == "~" { "" } else { value };
        let is_plain = style == ScalarStyle::Plain;
        let merge_tag = tag
            .and_then(|tag| tag.suffix_in_namespace("tag:yaml.org,2002:"))
            .is_some_and(|suffix| suffix == "merge");
        if value == "<<" && (is_plain && tag.is_none() || merge_tag) {
            let (start, end) = place;
            let key = PendingKey { start, end, flags: Meta::MERGE, kind: KeyKind::Str, text: None };
            return self.set_key(key);
        }
        if let Some(tag) = tag {
            let typed = self.tagged(tag, value, place);
            self.typed_key(&typed, place);
            self.anchor_key(anchor, typed);
            return;
        }
        if is_plain {
            let key = plain_pending(place.0, place.1, value, self.slice(place) == value);
            self.check_key(key.kind, place);
            self.set_key(key);
        } else {
            let inner = self.slice((place.0 + 1, place.1.saturating_sub(1)));
            let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
            let same = quoted && inner == value;
            let key = PendingKey {
                start: place.0,
                end: place.1,
                flags: if same { Meta::KEY_QUOTED } else { 0 },
                kind: KeyKind::Str,
                text: (!same).then(|| value.into()),
            };
            self.set_key(key);
        }
        if anchor != 0 {
            let typed = if is_plain { alias::typed_plain(value) } else { Typed::Str(value.into()) };
            self.anchor_key(anchor, typed);
        }
    }

    fn anchor_key(&mut self, anchor: usize, value: Typed) {
        if anchor != 0 {
            self.anchors.insert(anchor, Target::Key(value));
        }
    }
}

//! The lines that a report shows of a file, as a source that miette can draw.
//!
//! miette would count lines from the start of the file for every finding, measure columns in bytes
//! and print whole lines. So it is given a small text of its own instead: the lines to show, cut
//! to the terminal, made safe to print, and told which lines of which file they are.

use std::ops::Range;

use kubesift_source::{FileId, Span};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::hide::{Hidden, Hide, Mask};
use crate::paint::{Paint, columns};
use crate::place::{Places, lines_of};

/// Lines shown before and after a place.
const CONTEXT: u32 = 1;
/// Lines shown of a place that covers many.
const MOST_LINES: u32 = 8;
/// Lines of several places shown together.
const MOST_TOGETHER: u32 = 16;
const TAB: usize = 4;

/// A place to show.
pub(crate) struct Shown {
    pub(crate) span: Span,
    pub(crate) label: Option<String>,
    pub(crate) hide: Hide,
}

/// Neighbouring lines of one file.
#[derive(Debug)]
struct Block {
    name: String,
    file: FileId,
    /// 0-based, both shown.
    first: u32,
    last: u32,
    /// The places shown here, by index.
    places: Vec<usize>,
    /// Where the block's text is in the text of the excerpt.
    text: Range<usize>,
}

/// A label within the excerpt.
#[derive(Debug)]
struct Label {
    at: Range<usize>,
    text: Option<String>,
    /// 0-based line and column of its start in the file.
    line: usize,
    column: usize,
}

/// Lines of one or more files with labels in them. The first place is the primary one.
#[derive(Debug)]
pub(crate) struct Excerpt {
    text: String,
    blocks: Vec<Block>,
    labels: Vec<Label>,
}

/// What is needed to draw.
#[derive(Clone, Copy)]
pub(crate) struct Canvas<'a> {
    pub(crate) places: &'a Places<'a>,
    pub(crate) hidden: &'a Hidden<'a>,
    pub(crate) paint: Paint,
    pub(crate) width: usize,
}

impl Excerpt {
    /// The lines of `shown`. Places that lie in no known file are left out.
    pub(crate) fn new(canvas: Canvas<'_>, shown: &[Shown]) -> Self {
        let shown: Vec<&Shown> =
            shown.iter().filter(|shown| canvas.places.file(shown.span).is_some()).collect();
        let mut excerpt =
            Self { text: String::new(), blocks: blocks(canvas, &shown), labels: Vec::new() };
        let mut ends: Vec<(usize, usize)> = vec![(0, 0); shown.len()];
        for index in 0..excerpt.blocks.len() {
            excerpt.fill(canvas, index, &shown, &mut ends);
        }
        for (at, (place, (start, end))) in shown.iter().zip(ends).enumerate() {
            let Some(file) = canvas.places.file(place.span) else { continue };
            let position = canvas.places.position(file, place.span.start);
            let bare = (at == 0 && shares_line(canvas, &shown)).then_some("here");
            excerpt.labels.push(Label {
                at: start..end.max(start),
                text: label_text(canvas, place, place.label.as_deref().or(bare)),
                line: position.line as usize - 1,
                column: position.column as usize - 1,
            });
        }
        excerpt
    }

    /// True when there is nothing to draw.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The labels, the primary one first.
    pub(crate) fn labels(&self) -> Vec<LabeledSpan> {
        let labels = self.labels.iter().enumerate().map(|(index, label)| {
            let span = SourceSpan::new(label.at.start.into(), label.at.len());
            if index == 0 {
                LabeledSpan::new_primary_with_span(label.text.clone(), span)
            } else {
                LabeledSpan::new_with_span(label.text.clone(), span)
            }
        });
        labels.collect()
    }

    /// For each label in the order of the text: is it the primary one?
    pub(crate) fn primaries(&self) -> Vec<bool> {
        let mut order: Vec<(usize, bool)> = self
            .labels
            .iter()
            .enumerate()
            .map(|(index, label)| (label.at.start, index == 0))
            .collect();
        order.sort_by_key(|label| label.0);
        order.into_iter().map(|label| label.1).collect()
    }

    /// Writes the lines of a block, and notes where places start and end in the written text.
    fn fill(
        &mut self,
        canvas: Canvas<'_>,
        index: usize,
        shown: &[&Shown],
        ends: &mut [(usize, usize)],
    ) {
        let block = &self.blocks[index];
        let (file, first, last) = (block.file, block.first, block.last);
        let start = self.text.len();
        let here = block.places.clone();
        let of_file = || shown.iter().copied().filter(|place| place.span.file == file);
        let Some(source) = canvas.places.file(Span::new(file, 0, 0)) else { return };
        let gutter = (last + 1).to_string().len() + 10;
        for line in first..=last {
            let range = source.lines().range(source.text(), line);
            let text = source.text().get(range.clone()).unwrap_or_default();
            let bytes = Span::new(file, range.start as u32, range.end as u32);
            let mut marks = Vec::new();
            for at in &here {
                let (from, to) = clipped(canvas, shown[*at]);
                let byte = |offset: u32| offset as usize - range.start.min(offset as usize);
                if source.lines().line_of(from) == line {
                    marks.push(Mark { place: *at, end: false, byte: byte(from), out: None });
                }
                if source.lines().line_of(to.saturating_sub(1).max(from)) == line {
                    marks.push(Mark { place: *at, end: true, byte: byte(to), out: None });
                }
            }
            let mask = mask(canvas, bytes, text, of_file());
            let room = canvas.width.saturating_sub(gutter).max(20);
            let drawn = draw(canvas.paint, text, &mask, &mut marks, room);
            for mark in &marks {
                let out = self.text.len() + mark.out.unwrap_or(drawn.len());
                let ends = &mut ends[mark.place];
                if mark.end { ends.1 = out } else { ends.0 = out }
            }
            self.text.push_str(&drawn);
            self.text.push('\n');
        }
        self.blocks[index].text = start..self.text.len();
    }
}

/// The blocks to show: neighbouring places of one file share one.
fn blocks(canvas: Canvas<'_>, shown: &[&Shown]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for (index, place) in shown.iter().enumerate() {
        let Some(file) = canvas.places.file(place.span) else { continue };
        let (mut first, mut last) = extent(canvas, place);
        if place.hide == Hide::Nothing {
            (first, last) = with_context(file.text(), file.lines(), first, last);
        }
        let near = blocks.iter_mut().find(|block| {
            block.file == place.span.file
                && first <= block.last + 1
                && block.first <= last + 1
                && block.last.max(last) - block.first.min(first) < MOST_TOGETHER
        });
        match near {
            Some(block) => {
                block.first = block.first.min(first);
                block.last = block.last.max(last);
                block.places.push(index);
            }
            None => blocks.push(Block {
                name: canvas.paint.clean(&file.path),
                file: place.span.file,
                first,
                last,
                places: vec![index],
                text: 0..0,
            }),
        }
    }
    blocks
}

/// First and last 0-based line shown of a place.
fn extent(canvas: Canvas<'_>, place: &Shown) -> (u32, u32) {
    let Some(file) = canvas.places.file(place.span) else { return (0, 0) };
    let (first, last) = lines_of(file.lines(), place.span);
    (first, last.min(first + MOST_LINES - 1))
}

/// Adds lines before and after, but neither blank ones at the rim nor lines of another document.
fn with_context(
    text: &str,
    index: &kubesift_source::LineIndex,
    first: u32,
    last: u32,
) -> (u32, u32) {
    let line = |line: u32| text.get(index.range(text, line)).unwrap_or_default();
    let other = |at: u32| line(at).starts_with("---") || line(at).starts_with("...");
    let blank = |at: u32| line(at).trim().is_empty();
    let mut from = first;
    while from > 0 && first - from < CONTEXT && !other(from - 1) && !other(from) {
        from -= 1;
    }
    let mut to = last;
    while to + 1 < index.count() && to - last < CONTEXT && !other(to + 1) {
        to += 1;
    }
    while from < first && blank(from) {
        from += 1;
    }
    while to > last && blank(to) {
        to -= 1;
    }
    (from, to)
}

/// Start and end of a place within the lines that are shown of it.
fn clipped(canvas: Canvas<'_>, place: &Shown) -> (u32, u32) {
    let Some(file) = canvas.places.file(place.span) else { return (0, 0) };
    let last = extent(canvas, place).1;
    let end = file.lines().range(file.text(), last).end as u32;
    let limit = file.text().len() as u32;
    let start = place.span.start.min(limit);
    (start, place.span.end.min(end).max(start))
}

/// What a label says; of a place too long to show, where it goes on to.
fn label_text(canvas: Canvas<'_>, place: &Shown, label: Option<&str>) -> Option<String> {
    let file = canvas.places.file(place.span)?;
    let end = lines_of(file.lines(), place.span).1;
    let more = (end > extent(canvas, place).1).then(|| format!("goes on to line {}", end + 1));
    let text = label.map(|label| canvas.paint.clean(label));
    let text = match (text, more) {
        (Some(text), Some(more)) => format!("{text} ({more})"),
        (Some(text), None) => text,
        (None, more) => more?,
    };
    Some(wrap(&text, canvas.width / 2))
}

/// True when another place starts on the line of the first one: then a bare underline of it would
/// be taken for a part of the other one's.
fn shares_line(canvas: Canvas<'_>, shown: &[&Shown]) -> bool {
    let line = |place: &Shown| {
        let file = canvas.places.file(place.span)?;
        Some((file.id, file.lines().line_of(place.span.start)))
    };
    shown.split_first().is_some_and(|(first, rest)| {
        let multi = canvas
            .places
            .file(first.span)
            .is_some_and(|file| file.slice(first.span).contains('\n'));
        !multi && rest.iter().any(|place| line(place) == line(first))
    })
}

/// Breaks text between words.
fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length: usize = word.chars().map(columns).sum();
        if used > 0 && used + 1 + length > width {
            out.push('\n');
            used = 0;
        } else if !out.is_empty() {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out
}

/// What is hidden of one line.
fn mask<'s>(
    canvas: Canvas<'_>,
    line: Span,
    text: &str,
    here: impl Iterator<Item = &'s Shown>,
) -> Mask {
    let within = |offset: u32| (offset.max(line.start).min(line.end) - line.start) as usize;
    let values = |span: Span| match line.touches(span.start) {
        true => Mask::values(text, Some(within(span.start))),
        false => Mask::all(text),
    };
    let mine = here.filter(|shown| shown.span.start <= line.end && line.start <= shown.span.end);
    let strictest = mine.max_by_key(|shown| match shown.hide {
        Hide::Nothing => 0,
        Hide::Around => 1,
        Hide::Values => 2,
    });
    let secret = canvas.hidden.touching(line);
    match (strictest, secret) {
        (Some(shown), None) if shown.hide == Hide::Values => values(shown.span),
        (Some(shown), Some(secret)) if shown.hide == Hide::Values => {
            if secret.start < line.start {
                Mask::all(text)
            } else {
                values(shown.span)
            }
        }
        // A secret stands on the line, but this place is beside it.
        (Some(shown), Some(_)) if canvas.hidden.touching(shown.span).is_none() => {
            Mask::around(text, within(shown.span.start)..within(shown.span.end))
        }
        (_, Some(secret)) => values(secret),
        (Some(shown), None) if shown.hide == Hide::Around => {
            Mask::around(text, within(shown.span.start)..within(shown.span.end))
        }
        (_, None) => Mask::OPEN,
    }
}

/// The start or end of a place on a line, and where it was written.
pub(crate) struct Mark {
    place: usize,
    end: bool,
    byte: usize,
    out: Option<usize>,
}

impl Mark {
    /// A byte that must be seen.
    pub(crate) fn focus(byte: usize) -> Self {
        Self { place: 0, end: false, byte, out: None }
    }
}

/// A line as it is printed: `room` columns at most, cut around its first mark.
pub(crate) fn draw(
    paint: Paint,
    text: &str,
    mask: &Mask,
    marks: &mut [Mark],
    room: usize,
) -> String {
    let focus = marks.iter().map(|mark| mark.byte).min().unwrap_or(0);
    let reach = marks.iter().map(|mark| mark.byte).max().unwrap_or(0);
    let start = window(text, focus, reach, room);
    let mut out = String::new();
    let mut column = 0;
    if start > 0 {
        out.push_str(paint.ellipsis());
        column = paint.ellipsis().chars().count();
    }
    let mut rest = text.get(start..).unwrap_or_default().char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let byte = start + at;
        for mark in marks.iter_mut().filter(|mark| mark.out.is_none() && mark.byte <= byte) {
            mark.out = Some(out.len());
        }
        let wide = match c {
            _ if mask.hides(byte) => 1,
            '\t' => TAB - column % TAB,
            '\u{feff}' => 0,
            c => columns(c),
        };
        let spare = if rest.peek().is_some() { paint.ellipsis().chars().count() } else { 0 };
        if column + wide + spare > room {
            for mark in marks.iter_mut().filter(|mark| mark.out.is_none()) {
                mark.out = Some(out.len());
            }
            out.push_str(paint.ellipsis());
            break;
        }
        column += wide;
        match c {
            _ if mask.hides(byte) => out.push(paint.bullet()),
            '\t' => out.extend(std::iter::repeat_n(' ', wide)),
            '\u{feff}' if byte == 0 => {}
            c => out.push(paint.visible(c)),
        }
    }
    out
}

/// Where to start a line so that what is between `focus` and `reach` can be seen: at its start
/// when all of it fits, else a quarter of the room before `focus`.
fn window(text: &str, focus: usize, reach: usize, room: usize) -> usize {
    let fits = |end: usize| {
        end <= room * 4
            && text.get(..end).is_some_and(|head| head.chars().map(wide).sum::<usize>() < room)
    };
    if fits(reach.min(text.len())) || focus == 0 {
        return 0;
    }
    let head = text.get(..focus).unwrap_or_default();
    let mut used = 0;
    for (at, c) in head.char_indices().rev() {
        used += wide(c);
        if used > room / 4 {
            return at + c.len_utf8();
        }
    }
    0
}

fn wide(c: char) -> usize {
    if c == '\t' { TAB } else { columns(c) }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let block = self
            .blocks
            .iter()
            .find(|block| {
                block.text.start <= start && end <= block.text.end && start < block.text.end
            })
            .ok_or(MietteError::OutOfBounds)?;
        let data = self.text.get(block.text.clone()).ok_or(MietteError::OutOfBounds)?;
        let whole = SourceSpan::new(block.text.start.into(), block.text.len());
        // Asked for no lines around a label, miette wants its line and column for the heading.
        let label = self.labels.iter().find(|label| label.at.start == start);
        let (line, column) = match label {
            Some(label) if before + after == 0 => (label.line, label.column),
            _ => (block.first as usize, 0),
        };
        let lines = (block.last - block.first + 1) as usize;
        let contents = MietteSpanContents::new_named(
            block.name.clone(),
            data.as_bytes(),
            whole,
            line,
            column,
            lines,
        );
        Ok(Box::new(contents))
    }
}

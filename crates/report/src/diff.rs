//! What a fix would change, as lines before and after.

use kubesift_engine::Fix;
use kubesift_source::{Edit, SourceFile, Span, apply};

use crate::excerpt::{Canvas, Mark, draw};
use crate::hide::{Hide, Mask};
use crate::place::lines_of;

/// Lines shown of each side of one change.
const MOST_LINES: usize = 8;
/// Bytes looked at before and after a change on its line.
const REACH: usize = 1024;

/// A line of a diff.
struct Line {
    sign: char,
    number: u32,
    text: String,
    /// The byte that must be seen.
    focus: usize,
}

/// Lines that belong together. They are not whole when the first one is only a piece of its line.
struct Change {
    lines: Vec<Line>,
    whole: bool,
    /// All bytes that the lines before the change were taken from.
    span: Span,
}

/// The changes of `fix`, line by line, ready to print. Empty when the edits cannot be applied.
pub(crate) fn lines(canvas: Canvas<'_>, fix: &Fix, home: Span, hide: Hide) -> Vec<String> {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.file != home.file, edit.span));
    let mut out = Vec::new();
    let mut shown = home.file;
    for group in groups(canvas, &edits) {
        let Some(file) = group.first().and_then(|edit| canvas.places.file(edit.span)) else {
            continue;
        };
        if file.id != shown {
            shown = file.id;
            out.push(canvas.paint.dim(&canvas.paint.clean(&file.path)));
        }
        let Some(change) = change(file, group) else { continue };
        let hide = hide != Hide::Nothing || canvas.hidden.near(change.span);
        print(canvas, &change, hide, &mut out);
    }
    out
}

/// Edits of the same or neighbouring lines belong together.
fn groups<'e>(canvas: Canvas<'_>, edits: &'e [&'e Edit]) -> impl Iterator<Item = &'e [&'e Edit]> {
    let last_line = move |edit: &Edit| {
        canvas.places.file(edit.span).map_or(0, |file| lines_of(file.lines(), edit.span).1)
    };
    let first_line = move |edit: &Edit| {
        canvas.places.file(edit.span).map_or(0, |file| lines_of(file.lines(), edit.span).0)
    };
    edits.chunk_by(move |a, b| a.span.file == b.span.file && first_line(b) <= last_line(a) + 1)
}

/// The lines that differ, before and after. A pure insertion keeps the line it follows.
fn change(file: &SourceFile, group: &[&Edit]) -> Option<Change> {
    let (first, last) = (group.first()?, group.last()?);
    let (mut top, _) = lines_of(file.lines(), first.span);
    let (_, bottom) = lines_of(file.lines(), last.span);
    let text = file.text();
    // New lines are shown below the line they follow.
    if top > 0
        && first.span.is_empty()
        && file.lines().range(text, top).start == first.span.start as usize
    {
        top -= 1;
    }
    let line_start = file.lines().range(text, top).start;
    let line_end = file.lines().range(text, bottom).end.max(last.span.end as usize);
    let start =
        text.floor_char_boundary(line_start.max((first.span.start as usize).saturating_sub(REACH)));
    let end = text.ceil_char_boundary(line_end.min(last.span.end as usize + REACH));
    let before = text.get(start..end)?;
    let moved = |edit: &&Edit| {
        let from = edit.span.start.checked_sub(start as u32)?;
        let to = edit.span.end.checked_sub(start as u32)?;
        Some(Edit { span: Span::new(edit.span.file, from, to), text: edit.text.clone() })
    };
    let edits: Vec<Edit> = group.iter().map(moved).collect::<Option<_>>()?;
    let after = apply(before, &edits).ok()?;
    let lines = compare(&split(before), &split(&after), top + 1);
    let span = Span::new(file.id, start as u32, end as u32);
    Some(Change { lines, whole: start == line_start, span })
}

/// What is left when equal lines at the start and at the end are taken off; `number` is that of the
/// first line.
fn compare(old: &[&str], new: &[&str], number: u32) -> Vec<Line> {
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[same..], &new[same..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (gone, come) = (&old_rest[..old_rest.len() - tail], &new_rest[..new_rest.len() - tail]);
    let differing = match (gone.first(), come.first()) {
        (Some(a), Some(b)) => a.char_indices().zip(b.chars()).find(|((_, a), b)| a != b),
        _ => None,
    };
    let focus = differing.map_or(0, |((at, _), _)| at);
    let number = number + same as u32;
    let mut lines = Vec::new();
    if gone.is_empty() && same > 0 {
        let text = old[same - 1].to_owned();
        lines.push(Line { sign: ' ', number: number - 1, text, focus: 0 });
    }
    push(&mut lines, '-', number, gone, focus);
    push(&mut lines, '+', number, come, focus);
    lines
}

fn split(text: &str) -> Vec<&str> {
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let mut lines: Vec<&str> = lines.collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    lines
}

fn push(lines: &mut Vec<Line>, sign: char, number: u32, texts: &[&str], focus: usize) {
    for (at, text) in texts.iter().take(MOST_LINES).enumerate() {
        let focus = if at == 0 { focus } else { 0 };
        lines.push(Line { sign, number: number + at as u32, text: (*text).to_owned(), focus });
    }
    if texts.len() > MOST_LINES {
        let text = format!("({})", crate::count(texts.len() - MOST_LINES, "more line"));
        lines.push(Line { sign, number: number + MOST_LINES as u32, text, focus: 0 });
    }
}

/// Prints the lines of a change; nothing when there is nothing to see of them.
fn print(canvas: Canvas<'_>, change: &Change, hide: bool, out: &mut Vec<String>) {
    let mut gone = 0;
    let masks = change.lines.iter().map(|line| {
        gone += usize::from(line.sign == '-');
        match hide {
            false => Mask::OPEN,
            true if line.sign == '-' && gone > 1 => Mask::all(&line.text),
            true => Mask::values(&line.text, None),
        }
    });
    let masks: Vec<Mask> = masks.collect();
    let unseen = change.lines.iter().zip(&masks).all(|(line, mask)| mask.hides_all(&line.text));
    if hide && (unseen || !change.whole) {
        return;
    }
    let digits = change.lines.iter().map(|line| line.number).max().unwrap_or(0).to_string().len();
    for (line, mask) in change.lines.iter().zip(&masks) {
        out.push(print_line(canvas, line, mask, digits));
    }
}

fn print_line(canvas: Canvas<'_>, line: &Line, mask: &Mask, digits: usize) -> String {
    let room = canvas.width.saturating_sub(20).max(20);
    let text = draw(canvas.paint, &line.text, mask, &mut [Mark::focus(line.focus)], room);
    let bar = if canvas.paint.unicode { '│' } else { '|' };
    let number = canvas.paint.dim(&format!("{:>digits$}", line.number));
    let signed = format!("{} {text}", line.sign);
    let signed = signed.trim_end();
    let signed = match line.sign {
        '-' => canvas.paint.red(signed),
        '+' => canvas.paint.green(signed),
        _ => signed.to_owned(),
    };
    format!("{number} {bar} {signed}").trim_end().to_owned()
}

//! Built text with the source of each value as a comment behind its line.

use kubesift_engine::source::{LineIndex, Part, Piece};

use super::{BuiltText, Did};

/// Lines that are longer do not push the comments of the others to the right.
const WIDE: usize = 72;

/// The text, and behind each line that holds a value the place that a person would edit to change
/// it, as `# overlays/prod/patch.yaml:7 (was base/deployment.yaml:12)`. It stays the same YAML.
pub fn annotate(built: &BuiltText<'_>) -> String {
    let lines = LineIndex::new(built.text);
    let notes = notes(built, &lines);
    let mut out = String::with_capacity(built.text.len() * 2);
    let mut notes = notes.iter().peekable();
    let mut column = 0;
    for (at, line) in built.text.split_inclusive('\n').enumerate() {
        if at == 0 || line.trim_end() == "---" {
            let below = notes.clone().map(|(line, _)| *line as usize);
            column = column_from(built.text, &lines, at, below);
        }
        let bare = line.trim_end_matches(['\n', '\r']);
        out.push_str(bare);
        let mut first = true;
        while let Some((_, note)) = notes.next_if(|(line, _)| *line as usize == at) {
            if first {
                let width = bare.chars().count();
                out.extend(std::iter::repeat_n(' ', column.saturating_sub(width).max(1)));
                out.push('#');
            } else {
                out.push(';');
            }
            first = false;
            out.push(' ');
            out.push_str(note);
        }
        out.push_str(&line[bare.len()..]);
    }
    out
}

/// The column in which the comments of the document at line `from` stand: behind its widest line.
fn column_from(
    text: &str,
    lines: &LineIndex,
    from: usize,
    noted: impl Iterator<Item = usize>,
) -> usize {
    let line = |at: usize| text.get(lines.range(text, at as u32)).unwrap_or_default();
    let mut next = from + 1;
    let mut widest = 0;
    for at in noted.filter(|at| *at >= from) {
        if (next..at).any(|between| line(between) == "---") {
            break;
        }
        next = at;
        let width = line(at).chars().count();
        if width <= WIDE {
            widest = widest.max(width);
        }
    }
    widest + 2
}

/// What is to be said behind each line, in the order of lines: 0-based line and text.
fn notes(built: &BuiltText<'_>, lines: &LineIndex) -> Vec<(u32, String)> {
    let values = built.map.pieces().iter().filter(|piece| piece.part != Part::Key);
    values
        .map(|piece| (line_of(built.text, lines, piece), note(built, built.parts(piece))))
        .collect()
}

/// The line that a comment on a scalar may stand on: the head of a block, the last of any other.
fn line_of(text: &str, lines: &LineIndex, piece: &Piece) -> u32 {
    let rest = text.get(piece.start as usize..);
    let is_block = rest.is_some_and(|rest| rest.starts_with(['|', '>']));
    if is_block { lines.line_of(piece.start) } else { lines.line_of(piece.end.saturating_sub(1)) }
}

fn note<'a>(built: &BuiltText<'_>, pieces: impl Iterator<Item = &'a Piece>) -> String {
    let mut set: Vec<String> = Vec::new();
    let mut steps: Vec<(Did, String)> = Vec::new();
    for piece in pieces {
        for (did, span) in BuiltText::way(&piece.origin) {
            let place = built.place(span);
            if did != Did::Set {
                steps.push((did, place));
            } else if !set.contains(&place) {
                set.push(place);
            }
        }
    }
    // A part that another part replaced stands there already.
    let mut others: Vec<String> = Vec::new();
    for (did, place) in steps.iter().filter(|(_, place)| !set.contains(place)) {
        let text = format!("{}{place}", did.in_comment());
        if !others.contains(&text) {
            others.push(text);
        }
    }
    let set = set.join(" + ");
    if others.is_empty() { set } else { format!("{set} ({})", others.join(", ")) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_engine::source::{FileId, How, Origin, SourceFile, SourceMap, Span};

    use super::*;

    /// A map in which each word of `text` that is in `words` comes from the line of the file.
    fn built(text: &str, pieces: &[(&str, Part, Origin)]) -> SourceMap {
        let mut map = SourceMap::default();
        let mut from = 0;
        for (word, part, origin) in pieces {
            let start = from + text[from..].find(word).expect("the word");
            from = start + word.len();
            let origin = origin.clone();
            map.push(Piece { start: start as u32, end: from as u32, part: *part, origin });
            // The fragments of a value lie in it.
            if word.contains('-') {
                from = start;
            }
        }
        map
    }

    fn files() -> Vec<Arc<SourceFile>> {
        let file = |id, path: &str| Arc::new(SourceFile::new(FileId(id), path, "a\nb\nc\nd\n"));
        vec![file(0, "base/all.yaml"), file(1, "prod/patch.yaml"), file(2, "prod/app.conf")]
    }

    fn at(file: u32, line: u32) -> Span {
        Span::new(FileId(file), (line - 1) * 2, (line - 1) * 2 + 1)
    }

    #[test]
    fn comments_stand_in_a_column_of_their_document() {
        let text = "kind: Pod\nreplicas: 3\n---\na: x\n";
        let plain = |line| Origin::plain(at(0, line));
        let map = built(
            text,
            &[
                ("kind", Part::Key, plain(1)),
                ("Pod", Part::Value, plain(1)),
                ("3", Part::Value, Origin::plain(at(1, 2)).over(&plain(4))),
                ("x", Part::Value, plain(3)),
            ],
        );
        let files = files();
        let shown = annotate(&BuiltText { text, map: &map, files: &files });
        assert_eq!(
            shown,
            "kind: Pod    # base/all.yaml:1\nreplicas: 3  # prod/patch.yaml:2 (was base/all.yaml:4)\n\
             ---\na: x  # base/all.yaml:3\n"
        );
    }

    #[test]
    fn parts_are_joined_and_blocks_are_noted_at_their_head() {
        let text = "name: prod-web\ndata: |\n  x\n  y\n";
        let whole = Span::new(FileId(2), 0, 8);
        let map = built(
            text,
            &[
                ("prod-web", Part::Value, Origin::plain(at(0, 2))),
                ("prod-", Part::Fragment, Origin::plain(at(1, 1))),
                ("web", Part::Fragment, Origin::plain(at(0, 2))),
                ("|\n  x\n  y\n", Part::Value, Origin::plain(whole).then(How::Generator, at(1, 3))),
            ],
        );
        let files = files();
        let shown = annotate(&BuiltText { text, map: &map, files: &files });
        assert_eq!(
            shown,
            "name: prod-web  # prod/patch.yaml:1 + base/all.yaml:2\n\
             data: |         # prod/app.conf (generated by prod/patch.yaml:3)\n  x\n  y\n"
        );
    }
}

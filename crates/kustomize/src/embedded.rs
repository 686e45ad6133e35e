//! YAML and JSON inside a scalar of a file: the inline patches of a kustomization. What is read of it
//! points at the bytes of the file that holds the scalar, through block indentation, quotes, escapes
//! and folded lines.

use std::sync::Arc;

use kubesift_source::{SourceFile, Span};

use crate::load::Loader;
use crate::tree::Node;
use crate::trouble::{Class, Trouble};

/// The documents inside a scalar of `file` that hold something. Their places, and those of troubles,
/// are in `file`; where a scalar's bytes cannot be told apart, because it was changed since it was
/// read, each is the whole scalar.
///
/// # Errors
/// What is wrong with the text, or that there is none.
pub(crate) fn documents(
    scalar: &Node,
    file: &SourceFile,
    class: Class,
) -> Result<Vec<Node>, Vec<Trouble>> {
    let whole = scalar.origin.span;
    let Some(text) = scalar.text() else {
        let trouble = Trouble::fatal(class, whole, "text that holds YAML is expected here");
        return Err(vec![trouble.help("write it as a block: `|-` and the YAML below")]);
    };
    let runs = (whole.file == file.id && scalar.origin.trail.is_empty())
        .then(|| Runs::new(file.text(), whole, text))
        .flatten();
    let inner = Arc::new(SourceFile::new(whole.file, Arc::clone(&file.path), text));
    let tree = kubesift_yaml::parse(inner);
    let home = |span: Span| match &runs {
        Some(runs) => Span::new(whole.file, runs.start(span.start), runs.end(span)),
        None => whole,
    };
    Loader::at_home(class, &home).documents(&tree)
}

/// Bytes of a scalar's text that stand together in the file.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// First byte in the text, and how many.
    text: u32,
    text_len: u32,
    /// First byte in the file, and how many: another number than in the text for an escape or a fold.
    file: u32,
    file_len: u32,
}

impl Run {
    fn is_verbatim(self) -> bool {
        self.text_len == self.file_len
    }
}

/// The bytes of a scalar's text, in order, with where each stands in the file.
struct Runs(Vec<Run>);

impl Runs {
    /// Lays a scalar's text beside the bytes that it was read from; none when they do not fit.
    fn new(file: &str, scalar: Span, text: &str) -> Option<Self> {
        let raw = file.get(scalar.start as usize..)?;
        let mut beside = Beside { raw, base: scalar.start, at: 0, text: 0, runs: Vec::new() };
        match raw.as_bytes().first()? {
            b'|' | b'>' => beside.block(text)?,
            b'"' => beside.flow(text, Quote::Double)?,
            b'\'' => beside.flow(text, Quote::Single)?,
            _ => beside.flow(text, Quote::None)?,
        }
        Some(Self(beside.runs))
    }

    fn at(&self, offset: u32) -> Option<&Run> {
        let after = self.0.partition_point(|run| run.text <= offset);
        self.0.get(after.checked_sub(1)?)
    }

    /// Where the byte at `offset` of the text stands in the file.
    fn start(&self, offset: u32) -> u32 {
        let Some(run) = self.at(offset) else { return 0 };
        let into = offset - run.text;
        run.file
            + if run.is_verbatim() {
                into
            } else if into < run.text_len {
                0
            } else {
                run.file_len
            }
    }

    /// One past the file's byte for the last byte of `span` of the text.
    fn end(&self, span: Span) -> u32 {
        if span.is_empty() {
            return self.start(span.start);
        }
        let Some(run) = self.at(span.end - 1) else { return 0 };
        run.file + if run.is_verbatim() { span.end - run.text } else { run.file_len }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// Walks text and file side by side.
struct Beside<'t> {
    /// The file from the scalar's first byte on, and where that is.
    raw: &'t str,
    base: u32,
    at: usize,
    /// How far the text is laid out.
    text: u32,
    runs: Vec<Run>,
}

impl Beside<'_> {
    fn rest(&self) -> &str {
        self.raw.get(self.at..).unwrap_or_default()
    }

    /// `text_len` bytes of the text are the next `file_len` of the file.
    fn take(&mut self, text_len: usize, file_len: usize) {
        let (text_len, file_len) = (text_len as u32, file_len as u32);
        let run = Run { text: self.text, text_len, file: self.base + self.at as u32, file_len };
        match self.runs.last_mut() {
            Some(last)
                if last.is_verbatim()
                    && run.is_verbatim()
                    && last.file + last.file_len == run.file =>
            {
                last.text_len += text_len;
                last.file_len += file_len;
            }
            _ => self.runs.push(run),
        }
        self.text += text_len;
        self.at += file_len as usize;
    }

    /// Length of a line break that stands next.
    fn line_break(&self) -> Option<usize> {
        match self.rest().as_bytes() {
            [b'\r', b'\n', ..] => Some(2),
            [b'\n' | b'\r', ..] => Some(1),
            _ => None,
        }
    }

    fn skip_spaces(&mut self, most: usize) {
        self.at += self.rest().bytes().take(most).take_while(|byte| *byte == b' ').count();
    }

    /// A literal or folded block, from its indicator on.
    fn block(&mut self, text: &str) -> Option<()> {
        self.at = self.raw.find('\n')? + 1;
        let indent = indentation(self.rest(), text);
        self.skip_spaces(indent);
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let Some(len) = self.line_break() else {
                self.rest().starts_with(char).then_some(())?;
                self.take(char.len_utf8(), char.len_utf8());
                continue;
            };
            if !matches!(char, '\n' | ' ') {
                return None;
            }
            self.take(1, len);
            self.skip_spaces(indent);
            // A folded block has one line break more than its text, where there are several.
            while let Some(len) =
                self.line_break().filter(|_| !matches!(chars.peek(), None | Some('\n')))
            {
                self.at += len;
                self.skip_spaces(indent);
            }
        }
        Some(())
    }

    /// A scalar in quotes or without, folded where it has several lines.
    fn flow(&mut self, text: &str, quote: Quote) -> Option<()> {
        self.at = usize::from(quote != Quote::None);
        // Blanks up to here hold no line break.
        let mut looked = 0;
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.peek().copied() {
            let rest = self.rest();
            if quote == Quote::Double && rest.starts_with('\\') {
                match self.escape() {
                    Some(len) => {
                        chars.next();
                        self.take(char.len_utf8(), len);
                    }
                    None => self.skip_escaped_break(),
                }
                continue;
            }
            if self.at >= looked && rest.starts_with([' ', '\t', '\n', '\r']) {
                let content = rest.trim_start_matches([' ', '\t', '\n', '\r']);
                let len = rest.len() - content.len();
                let blanks = rest.get(..len).unwrap_or_default();
                looked = self.at + len;
                let breaks = blanks.bytes().filter(|byte| *byte == b'\n').count();
                if breaks > 0 {
                    let folded = if breaks == 1 { ' ' } else { '\n' };
                    let count =
                        (0..breaks.max(2) - 1).map_while(|_| chars.next_if_eq(&folded)).count();
                    (count > 0).then_some(())?;
                    self.take(count, len);
                    continue;
                }
            }
            let len =
                if quote == Quote::Single && rest.starts_with("''") { 2 } else { char.len_utf8() };
            self.rest().starts_with(char).then_some(())?;
            chars.next();
            self.take(char.len_utf8(), len);
        }
        Some(())
    }

    /// Bytes of the escape that stands next; none before a line break.
    fn escape(&self) -> Option<usize> {
        let rest = self.rest();
        match rest.as_bytes().get(1)? {
            b'\n' | b'\r' => None,
            b'x' => Some(4),
            b'u' => Some(6),
            b'U' => Some(10),
            _ => rest.chars().nth(1).map(|char| 1 + char.len_utf8()),
        }
    }

    /// A backslash, the line break behind it, and the blanks that the next line begins with.
    fn skip_escaped_break(&mut self) {
        let rest = self.rest();
        let rest = rest.get(1..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        self.at += 1 + blanks;
    }
}

/// Spaces that a block's lines lost: those of the first line with content, less what is left of them.
fn indentation(raw: &str, text: &str) -> usize {
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let content = |line: &&str| !line.trim_start_matches(' ').is_empty();
    let before = raw.lines().find(content).map_or(0, spaces);
    before.saturating_sub(text.lines().find(content).map_or(0, spaces))
}

#[cfg(test)]
mod tests {
    use kubesift_source::FileId;

    use super::*;
    use crate::load;
    use crate::tree::Value;

    /// Every key and scalar of the documents in `patch`, each with its bytes in the outer file.
    fn shown(outer: &str) -> String {
        let file = Arc::new(SourceFile::new(FileId(3), "kustomization.yaml", outer));
        let tree = kubesift_yaml::parse(Arc::clone(&file));
        let root = load::documents(&tree, Class::Kustomization).unwrap_or_default();
        let patch = root.first().and_then(|root| root.get("patch"));
        let found = patch.map(|patch| documents(patch, &file, Class::Patch));
        let mut out = Vec::new();
        match found {
            Some(Ok(found)) => found.iter().for_each(|node| show(node, &file, &mut out)),
            Some(Err(troubles)) => {
                for trouble in troubles {
                    let at = trouble.at.map_or("", |at| file.slice(at));
                    out.push(format!("{} @{at}", trouble.message));
                }
            }
            None => out.push("no patch".to_owned()),
        }
        out.join(" ")
    }

    fn show(node: &Node, file: &SourceFile, out: &mut Vec<String>) {
        match &node.value {
            Value::Map(map) => {
                for entry in map.entries() {
                    out.push(format!("{}<{}>", entry.key, file.slice(entry.key_origin.span)));
                    show(&entry.value, file, out);
                }
            }
            Value::List(items) => items.iter().for_each(|item| show(item, file, out)),
            Value::Scalar(scalar) => {
                out.push(format!("{}<{}>", scalar.text, file.slice(node.origin.span)));
            }
        }
    }

    #[test]
    fn places_are_in_the_outer_file() {
        let expected = "op<op> add<add> value<value> é<é>";
        assert_eq!(shown("patch: |-\n  - op: add\n    value: é\n"), expected);
        assert_eq!(shown("patch: |4-\n\n    - op: add\n      value: é\n"), expected);
        assert_eq!(shown("patch: |\r\n  - op: add\r\n    value: é\r\n"), expected);
        assert_eq!(shown("patch: >-\n  - op: add\n\n    value: é\n"), expected);
        assert_eq!(shown("patch: >\n  - op: add\n    value: é\n\n\n"), expected);
        assert_eq!(shown("patch: '[{op: add, value: é}]'\n"), expected);
        assert_eq!(shown("patch: '[{op: add,\n\n\n    value: é}]'\n"), expected);
        let quoted = "op<\\\"op\\\"> add<\\\"add\\\"> value<\\\"value\\\"> é<\\\"\\u00e9\\\">";
        assert_eq!(shown(r#"patch: "[{\"op\": \"add\", \"value\": \"\u00e9\"}]""#), quoted);
        assert_eq!(
            shown(
                "patch: \"[{\\\"op\\\": \\\n   \\\"add\\\",\\n \\\"value\\\": \\\"\\u00e9\\\"}]\""
            ),
            quoted
        );
        assert_eq!(shown("patch: {op: add}"), "text that holds YAML is expected here @{op: add}");
    }

    #[test]
    fn several_documents_and_what_is_wrong() {
        assert_eq!(
            shown("patch: |\n  a: 1\n  ---\n  b: 'it''s'\n"),
            "a<a> 1<1> b<b> it's<'it''s'>"
        );
        let message = "the key `a` stands twice in this mapping @a";
        assert_eq!(shown("patch: |-\n  a: 1\n  a: 2\n"), message);
        assert!(shown("patch: |-\n  a: [1\n").contains(" @["), "{}", shown("patch: |-\n  a: [1\n"));
    }
}

//! Built objects as the text that `kustomize build` prints, byte for byte, and the map that leads
//! every key and value of it home.
//!
//! kustomize turns each object to JSON and that to YAML with goyaml.v2, so styles and comments are
//! gone, keys are sorted and scalars are in one form. Here the tree is written at once, by the rules
//! of goyaml.v2's emitter as far as they can apply: block style, two spaces, lines folded after 80 columns. The names of
//! its state (`whitespace`, `indention`) are kept, since its quirks hang on them.

mod keys;
mod text;

use kubesift_source::{Origin, Part, Piece, SourceMap};

use crate::resource::Resource;
use crate::scalar::{Typed, typed, yaml_number};
use crate::tree::{Map, Node, Scalar, Value};
use text::Style;

/// The objects as one text, with `---` between them, and the map from it to the files, which stays
/// empty when it is not asked for.
pub(crate) fn documents(resources: &[Resource], is_mapped: bool) -> (String, SourceMap) {
    let mut writer = Writer { is_mapped, ..Writer::default() };
    for (index, resource) in resources.iter().enumerate() {
        if index > 0 {
            writer.out.push_str("---\n");
        }
        writer.document(&resource.node);
    }
    (writer.out, writer.map)
}

/// True when go-yaml v3, which kyaml writes with, can write a text with line breaks as a block: as
/// here, but tabs do not keep it from it.
pub(crate) fn fits_block(text: &str) -> bool {
    let text = text.replace('\t', "-");
    text::style(&text, Style::Literal, false) == Style::Literal
}

/// Levels below which nothing is written: no tree gets that deep, as files are read to 200 levels.
const DEPTH: usize = 1000;

/// Indentation, as far as any but the deepest lines need.
const BLANKS: &str = "                                                                ";

/// What is written so far, and the state of goyaml.v2's emitter.
#[derive(Default)]
struct Writer {
    out: String,
    map: SourceMap,
    is_mapped: bool,
    /// Where the line begins that is being written.
    line: usize,
    /// Column that the current collection stands at; none before the first.
    indent: Option<usize>,
    /// The last thing written was blank, or nothing.
    whitespace: bool,
    /// Nothing but indentation and dashes stands on the line.
    indention: bool,
    depth: usize,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing is around it.
    Root,
    /// An item of a sequence.
    Item,
    /// A value of a mapping, or a key that is written behind `?`.
    Value,
    /// A key on one line with its colon.
    Key,
}

/// Where the bytes of a scalar were put.
struct Written {
    start: usize,
    end: usize,
    /// First byte of the text itself, when it was put down as it is.
    verbatim: Option<usize>,
}

/// The longest key, in bytes, that goyaml.v2 writes without `?`.
const SIMPLE_KEY: usize = 128;

impl Writer {
    fn document(&mut self, root: &Node) {
        self.line = self.out.len();
        self.indent = None;
        self.whitespace = true;
        self.indention = true;
        self.node(root, Place::Root);
        self.write_indent();
    }

    fn node(&mut self, node: &Node, place: Place) {
        match &node.value {
            Value::Scalar(scalar) => self.value(scalar, &node.origin, place),
            Value::Map(map) if !map.is_empty() && self.depth < DEPTH => self.mapping(map),
            Value::List(items) if !items.is_empty() && self.depth < DEPTH => {
                self.sequence(items, place);
            }
            Value::Map(_) => self.empty("{}", &node.origin),
            Value::List(_) => self.empty("[]", &node.origin),
        }
    }

    fn sequence(&mut self, items: &[Node], place: Place) {
        let before = self.indent;
        // The dashes of a mapping's value stand below its key.
        let indentless = place == Place::Value && !self.indention;
        self.increase_indent(indentless);
        for item in items {
            self.write_indent();
            self.indicator("-", true, false, true);
            self.node(item, Place::Item);
        }
        self.decrease_indent(before);
    }

    fn mapping(&mut self, map: &Map) {
        let before = self.indent;
        self.increase_indent(false);
        for entry in keys::sorted(map) {
            self.write_indent();
            let simple = entry.key.len() <= SIMPLE_KEY && !text::is_multiline(&entry.key);
            if simple {
                self.key(&entry.key, &entry.key_origin, Place::Key);
                self.indicator(":", false, false, false);
            } else {
                self.indicator("?", true, false, true);
                self.key(&entry.key, &entry.key_origin, Place::Value);
                self.write_indent();
                self.indicator(":", true, false, true);
            }
            self.node(&entry.value, Place::Value);
        }
        self.decrease_indent(before);
    }

    fn key(&mut self, key: &str, origin: &Origin, place: Place) {
        let written = self.string(key, place);
        self.piece(written.start, written.end, Part::Key, origin);
    }

    fn value(&mut self, scalar: &Scalar, origin: &Origin, place: Place) {
        let written = match typed(scalar) {
            Typed::Null => self.scalar("null", Style::Plain, place),
            Typed::Bool(true) => self.scalar("true", Style::Plain, place),
            Typed::Bool(false) => self.scalar("false", Style::Plain, place),
            Typed::Number(json) => self.scalar(&yaml_number(&json), Style::Plain, place),
            Typed::Str(text) => self.string(&text, place),
        };
        self.piece(written.start, written.end, Part::Value, origin);
        // The parts of a text that is not written as it is cannot be told apart.
        let (Some(mut start), Some(fragments)) = (written.verbatim, &scalar.fragments) else {
            return;
        };
        let first = start;
        for (end, origin) in fragments.iter() {
            let end = (first + *end as usize).clamp(start, written.end);
            self.piece(start, end, Part::Fragment, origin);
            start = end;
        }
    }

    fn piece(&mut self, start: usize, end: usize, part: Part, origin: &Origin) {
        if !self.is_mapped {
            return;
        }
        self.map.push(Piece { start: start as u32, end: end as u32, part, origin: origin.clone() });
    }

    fn empty(&mut self, brackets: &str, origin: &Origin) {
        self.blank();
        let start = self.out.len();
        self.indicator(brackets, false, false, false);
        self.piece(start, self.out.len(), Part::Value, origin);
    }

    /// Text that must be read as a string again.
    fn string(&mut self, text: &str, place: Place) -> Written {
        self.scalar(text, text::wanted(text), place)
    }

    fn scalar(&mut self, text: &str, wanted: Style, place: Place) -> Written {
        let style = text::style(text, wanted, place == Place::Key);
        self.blank();
        let start = self.out.len();
        let before = self.indent;
        self.indent = Some(before.map_or(2, |indent| indent + 2));
        match style {
            Style::Plain => self.plain(text, place == Place::Key),
            Style::Single => self.single(text, place == Place::Key),
            Style::Double => self.double(text, place == Place::Key),
            Style::Literal => self.literal(text),
        }
        self.indent = before;
        let mut end = self.out.len();
        if style == Style::Literal {
            // The line breaks at the end are no part of the token, for a reader.
            end = self.out.trim_end_matches('\n').len();
        }
        let quotes = usize::from(style != Style::Plain);
        let verbatim = style != Style::Literal && end - start == text.len() + 2 * quotes;
        Written { start, end, verbatim: verbatim.then_some(start + quotes) }
    }

    fn increase_indent(&mut self, indentless: bool) {
        self.depth += 1;
        self.indent = match self.indent {
            None => Some(0),
            Some(indent) => Some(if indentless { indent } else { indent + 2 }),
        };
    }

    fn decrease_indent(&mut self, before: Option<usize>) {
        self.depth -= 1;
        self.indent = before;
    }

    /// Bytes on the line: only whether they pass the indentation counts, so characters need not be
    /// counted.
    fn column(&self) -> usize {
        self.out.len() - self.line
    }

    fn put_break(&mut self) {
        self.out.push('\n');
        self.line = self.out.len();
    }

    fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        let column = self.column();
        if !self.indention || column > indent || (column == indent && !self.whitespace) {
            self.put_break();
        }
        let mut missing = indent.saturating_sub(self.column());
        while missing > 0 {
            let blanks = BLANKS.get(..missing).unwrap_or(BLANKS);
            self.out.push_str(blanks);
            missing -= blanks.len();
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn blank(&mut self) {
        if !self.whitespace {
            self.out.push(' ');
        }
    }

    fn indicator(&mut self, sign: &str, needs_blank: bool, is_blank: bool, is_indention: bool) {
        if needs_blank {
            self.blank();
        }
        self.out.push_str(sign);
        self.whitespace = is_blank;
        self.indention = self.indention && is_indention;
    }
}

#[cfg(test)]
mod tests;

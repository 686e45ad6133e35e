//! The value that a caller wants written, and how it is written: by indentation, in brackets, or
//! as JSON.

use std::fmt::Write as _;
use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};

use crate::node::{Node, Value};
use crate::number;
use crate::parse::parse;
use crate::tree::{Meta, Style, Tree};

use super::entry::{is_block, is_block_scalar};
use super::indents::Indents;
use super::page::{Page, pad};
use super::quote::{double, is_plain, quote_if_needed, single};

/// A caller's YAML, read.
pub(super) struct Fragment {
    tree: Tree,
}

/// What is to be written: a caller's value, with the keys and the dash that it lacks around it.
#[derive(Clone, Copy)]
pub(super) enum Piece<'f> {
    Value(Node<'f>),
    /// One or more keys, each holding the next.
    Entry(&'f [&'f str], &'f Piece<'f>),
    Item(&'f Piece<'f>),
}

impl Fragment {
    /// Reads a caller's YAML. None when it is not one sound document, or holds what means
    /// something else at another place: anchors, aliases, tags, `|+`.
    pub fn read(yaml: &str) -> Option<Self> {
        let mut text = yaml.replace("\r\n", "\n");
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let tree = parse(Arc::new(SourceFile::new(FileId(0), "", text)));
        let sound = tree.errors().is_empty() && tree.documents().len() == 1;
        let root = tree.documents().next()?.root()?;
        let portable = (root.index()..root.raw().next).map(|at| Node::new(&tree, at)).all(|node| {
            let keeps = || tree.slice(node.raw().start, node.raw().end).lines().next();
            node.style() != Style::Alias
                && node.style() != Style::Error
                && !node.raw().meta.has(Meta::TYPED | Meta::ANCHORED | Meta::HAS_MERGE)
                && !(is_block_scalar(node) && keeps().is_some_and(|line| line.contains('+')))
        });
        let before = tree.slice(0, root.raw().start).lines().last().unwrap_or_default();
        let bare = before.trim().is_empty();
        (sound && portable && bare && root.style() != Style::Empty).then_some(Self { tree })
    }

    pub fn piece(&self) -> Option<Piece<'_>> {
        self.tree.documents().next()?.root().map(Piece::Value)
    }
}

impl<'f> Piece<'f> {
    /// True when it takes lines of its own in block style.
    pub fn is_block(self) -> bool {
        match self {
            Self::Value(node) => is_block(node) || is_block_scalar(node),
            _ => true,
        }
    }

    /// True when its last line belongs to a block scalar.
    pub fn ends_in_block_scalar(self) -> bool {
        match self {
            Self::Value(mut node) => {
                while is_block(node) {
                    let Some(last) = node.raw_children().last() else { return false };
                    node = last;
                }
                is_block_scalar(node)
            }
            Self::Entry(_, inner) | Self::Item(inner) => inner.ends_in_block_scalar(),
        }
    }
}

/// The first key of a path, and the piece under it.
fn split<'f>(keys: &'f [&'f str], inner: &'f Piece<'f>) -> (&'f str, Piece<'f>) {
    match keys {
        [key] => (key, *inner),
        [key, rest @ ..] => (key, Piece::Entry(rest, inner)),
        [] => ("", *inner),
    }
}

/// Writes pieces in the manner of one place of a file.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub indents: Indents,
    pub newline: &'static str,
    /// JSON: quoted keys, and nothing that JSON has not.
    pub json: bool,
    /// The quotes that a string takes over from what stood there before.
    pub like: Option<Style>,
}

impl Pen {
    /// A piece on one line. `flow` when it will stand between brackets.
    pub fn inline(&self, piece: Piece<'_>, flow: bool) -> Option<String> {
        match piece {
            _ if self.json => self.json_line(piece),
            Piece::Value(node) if node.style().is_collection() => Some(self.flow_value(node)),
            Piece::Value(node) => Some(self.scalar(node, flow)),
            Piece::Entry(keys, inner) => {
                let (key, inner) = split(keys, inner);
                Some(format!("{{{}: {}}}", quote_if_needed(key), self.inline(inner, true)?))
            }
            Piece::Item(inner) => Some(format!("[{}]", self.inline(*inner, true)?)),
        }
    }

    fn flow_value(&self, node: Node<'_>) -> String {
        let text = written(node);
        if node.is_flow() && !text.contains(['\n', '#']) {
            return text.to_owned();
        }
        let plain = Self { like: None, ..*self };
        let is_map = node.style() == Style::Map;
        let parts: Vec<String> = node
            .raw_children()
            .map(|child| {
                let value = match child.style() {
                    Style::Map | Style::Seq => plain.flow_value(child),
                    _ => plain.scalar(child, true),
                };
                match child.key() {
                    Some(key) => format!("{}: {value}", quote_if_needed(key)),
                    None => value,
                }
            })
            .collect();
        let inside = parts.join(", ");
        if is_map { format!("{{{inside}}}") } else { format!("[{inside}]") }
    }

    /// A scalar on one line.
    fn scalar(&self, node: Node<'_>, flow: bool) -> String {
        let Value::Str(text) = node.value() else {
            return if node.style() == Style::Empty { "null" } else { written(node) }.to_owned();
        };
        let raw = written(node);
        let as_is = !raw.contains('\n') && !is_block_scalar(node);
        match self.like {
            Some(Style::Single) => single(text).unwrap_or_else(|| double(text)),
            Some(Style::Double) => double(text),
            Some(Style::Plain) if is_plain(text, flow) => text.to_owned(),
            _ if as_is && (node.style() != Style::Plain || !flow || is_plain(text, true)) => {
                raw.to_owned()
            }
            _ => double(text),
        }
    }

    /// A piece as JSON on one line. None for what JSON has no word for.
    fn json_line(&self, piece: Piece<'_>) -> Option<String> {
        match piece {
            Piece::Value(node) => json_value(node),
            Piece::Entry(keys, inner) => {
                let (key, inner) = split(keys, inner);
                Some(format!("{{{}: {}}}", double(key), self.json_line(inner)?))
            }
            Piece::Item(inner) => Some(format!("[{}]", self.json_line(*inner)?)),
        }
    }

    /// A piece as JSON over several lines, as pretty printers write it. `margin` is what the line
    /// it starts on is indented by, `unit` one step.
    pub fn json_lines(&self, piece: Piece<'_>, margin: &str, unit: &str) -> Option<String> {
        let deeper = format!("{margin}{unit}");
        let newline = self.newline;
        let wrap = |open: char, parts: Vec<String>, close: char| {
            let inside = parts.join(&format!(",{newline}{deeper}"));
            format!("{open}{newline}{deeper}{inside}{newline}{margin}{close}")
        };
        match piece {
            Piece::Entry(keys, inner) => {
                let (key, inner) = split(keys, inner);
                let value = self.json_lines(inner, &deeper, unit)?;
                Some(wrap('{', vec![format!("{}: {value}", double(key))], '}'))
            }
            Piece::Item(inner) => {
                Some(wrap('[', vec![self.json_lines(*inner, &deeper, unit)?], ']'))
            }
            Piece::Value(node) if node.raw_children().next().is_some() => {
                let parts: Option<Vec<String>> = node
                    .raw_children()
                    .map(|child| {
                        let value = self.json_lines(Piece::Value(child), &deeper, unit)?;
                        Some(match child.key() {
                            Some(key) => format!("{}: {value}", double(key)),
                            None => value,
                        })
                    })
                    .collect();
                let is_map = node.style() == Style::Map;
                Some(wrap(if is_map { '{' } else { '[' }, parts?, if is_map { '}' } else { ']' }))
            }
            Piece::Value(node) => json_value(node),
        }
    }

    /// A piece as it follows `key:` in block style, the space or break before it included.
    /// `column` is the key's.
    pub fn after_key(&self, piece: Piece<'_>, column: usize) -> Option<String> {
        match piece {
            Piece::Value(node) if is_block_scalar(node) => Some(self.block_scalar(node, column)),
            piece if piece.is_block() => {
                let is_list = match piece {
                    Piece::Value(node) => node.style() == Style::Seq,
                    Piece::Item(_) => true,
                    Piece::Entry(..) => false,
                };
                let step = if is_list { self.indents.dash } else { self.indents.width };
                let inner = column + step;
                Some(format!("{}{}{}", self.newline, pad(inner), self.lines(piece, inner)?))
            }
            piece => Some(format!(" {}", self.inline(piece, false)?)),
        }
    }

    /// A piece as it follows the dash at `column`, `gap` columns further.
    pub fn after_dash(&self, piece: Piece<'_>, column: usize, gap: usize) -> Option<String> {
        match piece {
            Piece::Value(node) if is_block_scalar(node) => Some(self.block_scalar(node, column)),
            piece if piece.is_block() => {
                Some(format!("{}{}", pad(gap - 1), self.lines(piece, column + gap)?))
            }
            piece => Some(format!("{}{}", pad(gap - 1), self.inline(piece, false)?)),
        }
    }

    /// A collection in block style, its first line without indentation, the others at `column`.
    pub fn lines(&self, piece: Piece<'_>, column: usize) -> Option<String> {
        match piece {
            Piece::Entry(keys, inner) => {
                let (key, inner) = split(keys, inner);
                Some(format!("{}:{}", quote_if_needed(key), self.after_key(inner, column)?))
            }
            Piece::Item(inner) => Some(format!("-{}", self.after_dash(*inner, column, 2)?)),
            Piece::Value(node) if is_block(node) && !is_regular(node) => {
                Some(self.shifted(written(node), column))
            }
            Piece::Value(node) if is_block(node) => {
                let plain = Self { like: None, ..*self };
                let parts: Option<Vec<String>> = node
                    .raw_children()
                    .map(|child| match child.key_span() {
                        Some(key) => {
                            let key = node.tree().slice(key.start, key.end);
                            let value = plain.after_key(Piece::Value(child), column)?;
                            Some(format!("{key}:{value}"))
                        }
                        None => {
                            Some(format!("-{}", plain.after_dash(Piece::Value(child), column, 2)?))
                        }
                    })
                    .collect();
                Some(parts?.join(&format!("{}{}", self.newline, pad(column))))
            }
            Piece::Value(node) if is_block_scalar(node) => {
                Some(self.block_scalar(node, column).trim_start().to_owned())
            }
            Piece::Value(_) => self.inline(piece, false),
        }
    }

    /// A block scalar that is a whole fragment, under a key or dash at `column`.
    fn block_scalar(&self, node: Node<'_>, column: usize) -> String {
        let text = written(node);
        let (header, body) = text.split_once('\n').unwrap_or((text, ""));
        let first =
            body.lines().find(|line| !line.trim_matches(' ').is_empty()).unwrap_or_default();
        let has_digit = header.chars().take(3).any(|mark| mark.is_ascii_digit());
        let (cut, inner) = if has_digit {
            (0, column)
        } else {
            (first.len() - first.trim_start_matches(' ').len(), column + self.indents.width)
        };
        let mut out = format!(" {header}");
        for line in body.lines() {
            let blank = line.trim_matches(' ').is_empty();
            out.push_str(self.newline);
            let rest = line.get(cut..).unwrap_or_default();
            if !(blank && rest.is_empty()) {
                let _ = write!(out, "{}{rest}", pad(inner));
            }
        }
        out
    }

    /// Text written at column 0, moved to `column`.
    fn shifted(&self, text: &str, column: usize) -> String {
        let mut out = String::with_capacity(text.len() * 2);
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                out.push_str(self.newline);
                if !line.is_empty() {
                    out.push_str(&pad(column));
                }
            }
            out.push_str(line);
        }
        out
    }
}

/// The bytes of a node's value.
fn written<'f>(node: Node<'f>) -> &'f str {
    node.tree().slice(node.raw().start, node.raw().end)
}

/// True when a collection can be written anew from its tree without losing anything: no comments
/// in it, and every scalar on one line.
fn is_regular(node: Node<'_>) -> bool {
    let raw = node.raw();
    let page = Page::new(node.tree().file().text());
    let end = page.line_end(raw.end as usize) as u32;
    let one_line = |child: Node<'_>| {
        let keyed = child
            .key_span()
            .is_none_or(|key| page.byte(page.skip_blanks(key.end as usize)) == b':');
        keyed && (is_block(child) || !written(child).contains('\n'))
    };
    node.tree().comments_in(raw.start, end).next().is_none()
        && (node.index()..raw.next).all(|at| one_line(Node::new(node.tree(), at)))
}

fn json_value(node: Node<'_>) -> Option<String> {
    Some(match node.value() {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => value.to_string(),
        Value::Float(value) if value.is_finite() => {
            let text = written(node);
            if is_json_number(text) {
                return Some(text.to_owned());
            }
            let mut out = String::new();
            number::push_json_float(&mut out, value);
            out
        }
        Value::Float(_) => return None,
        Value::Str(text) => double(text),
        Value::List(_) => {
            let parts: Option<Vec<String>> = node.raw_children().map(json_value).collect();
            format!("[{}]", parts?.join(", "))
        }
        Value::Map(_) => {
            let parts: Option<Vec<String>> = node
                .raw_children()
                .map(|child| Some(format!("{}: {}", double(child.key()?), json_value(child)?)))
                .collect();
            format!("{{{}}}", parts?.join(", "))
        }
    })
}

fn is_json_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = digits.split(['.', 'e', 'E']).next().unwrap_or_default();
    let known = digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let sound = whole == "0" || !whole.is_empty() && !whole.starts_with('0');
    known && sound && !digits.ends_with(['.', 'e', 'E']) && !digits.contains(".e")
}

//! The event stream of the YAML test suite, for `kubesift debug yaml-events`: YAML's own rules, not
//! those of Kubernetes' reader.

use std::fmt::Write as _;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag};
use kubesift_source::{SourceFile, Span};

use crate::tree::{ErrorKind, SyntaxError};

/// The events of a text, one a line: `+STR`, `+DOC ---`, `+MAP {}`, `=VAL &a <tag> "text`, `=ALI *a`.
///
/// # Errors
/// The first thing that is no YAML 1.2.
pub fn events(file: &Arc<SourceFile>) -> Result<String, SyntaxError> {
    let options = granit_parser::options! {
        strict_indentation: true,
        emit_comments: false,
        emit_anchor_events: true,
    };
    let text = file.text();
    let mut lines: Vec<String> = Vec::new();
    let mut names: Vec<(usize, String)> = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or_default().min(text.len()) as u32;
            SyntaxError {
                kind: ErrorKind::Syntax,
                message: error.info(),
                help: None,
                span: Span::new(file.id, at, at),
                document: 0,
            }
        })?;
        let written = span.slice(text).unwrap_or_default();
        let line = match event {
            Event::StreamStart => "+STR".to_owned(),
            Event::StreamEnd => "-STR".to_owned(),
            Event::DocumentStart(true, _) => "+DOC ---".to_owned(),
            Event::DocumentStart(false, _) => "+DOC".to_owned(),
            Event::DocumentEnd if written.starts_with("...") => "-DOC ...".to_owned(),
            Event::DocumentEnd => "-DOC".to_owned(),
            Event::SequenceEnd => "-SEQ".to_owned(),
            Event::MappingEnd => "-MAP".to_owned(),
            Event::SequenceStart(style, _, tag) => {
                let brackets = if style == StructureStyle::Flow { " []" } else { "" };
                format!("+SEQ{brackets}{}", shown(tag.as_deref()))
            }
            Event::MappingStart(style, _, tag) => {
                let brackets = if style == StructureStyle::Flow { " {}" } else { "" };
                format!("+MAP{brackets}{}", shown(tag.as_deref()))
            }
            Event::Alias(id) => {
                let name = names.iter().rev().find(|known| known.0 == id);
                format!("=ALI *{}", name.map_or("", |known| &known.1))
            }
            Event::Scalar(value, style, _, tag) => {
                let missing = style == ScalarStyle::Plain && written.is_empty() && value == "~";
                let value = if missing { "" } else { &*value };
                scalar(value, style, tag.as_deref())
            }
            Event::Anchor(id, name) => {
                if let Some(last) = lines.last_mut() {
                    anchored(last, &name);
                }
                names.push((id, name.into_owned()));
                continue;
            }
            _ => continue,
        };
        lines.push(line);
    }
    let mut out = lines.join("\n");
    out.push('\n');
    Ok(out)
}

/// The anchor stands behind the brackets and before the tag.
fn anchored(line: &mut String, name: &str) {
    let at = if line.get(4..).is_some_and(|rest| rest.starts_with(" []") || rest.starts_with(" {}"))
    {
        7
    } else {
        4
    };
    line.insert_str(at, &format!(" &{name}"));
}

fn shown(tag: Option<&Tag>) -> String {
    tag.map_or_else(String::new, |tag| {
        let (handle, suffix) = tag.parts();
        format!(" <{handle}{suffix}>")
    })
}

fn scalar(value: &str, style: ScalarStyle, tag: Option<&Tag>) -> String {
    let sign = match style {
        ScalarStyle::Plain => ':',
        ScalarStyle::SingleQuoted => '\'',
        ScalarStyle::DoubleQuoted => '"',
        ScalarStyle::Literal => '|',
        ScalarStyle::Folded => '>',
    };
    let mut line = format!("=VAL{} {sign}", shown(tag));
    for char in value.chars() {
        match char {
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            '\x08' => line.push_str("\\b"),
            '\0' => {
                let _ = write!(line, "\\0");
            }
            _ => line.push(char),
        }
    }
    line
}

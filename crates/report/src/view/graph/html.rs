//! The page: one file with its style, its script and the data of the graph in it. It asks for
//! nothing from anywhere, and a policy in its head holds it to that.

use std::io::{self, Write};

use serde_json::ser::{CompactFormatter, Formatter};

use super::GraphView;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
/// One script, a file for each job: what is known, where it stands, how it is drawn, what is told
/// of it, what a person does.
const SCRIPT: &str = concat!(
    include_str!("page/model.js"),
    include_str!("page/layout.js"),
    include_str!("page/draw.js"),
    include_str!("page/panel.js"),
    include_str!("page/main.js"),
);

pub(super) fn write(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    // The parts are put in between, never searched for again: data cannot look like a mark.
    let mut rest = PAGE;
    for mark in ["/*STYLE*/", "/*DATA*/", "/*SCRIPT*/"] {
        let Some((before, after)) = rest.split_once(mark) else { continue };
        out.write_all(before.as_bytes())?;
        match mark {
            "/*STYLE*/" => out.write_all(STYLE.as_bytes())?,
            "/*SCRIPT*/" => out.write_all(SCRIPT.as_bytes())?,
            _ => data(view, out)?,
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// JSON that may stand in a `script` element.
fn data(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    use serde::Serialize;
    let mut writer = serde_json::Serializer::with_formatter(out, Harmless(CompactFormatter));
    view.serialize(&mut writer).map_err(io::Error::from)
}

/// Writes `<`, `>`, `&` and the line separators of Unicode as escapes, so that no text can end the
/// element, open a comment, or be a line break to an old reader.
struct Harmless(CompactFormatter);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut from = 0;
        for (at, c) in fragment.char_indices() {
            if matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') {
                self.0.write_string_fragment(writer, &fragment[from..at])?;
                write!(writer, "\\u{:04x}", c as u32)?;
                from = at + c.len_utf8();
            }
        }
        self.0.write_string_fragment(writer, &fragment[from..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_in_the_page_in_order() {
        let at = |mark: &str| PAGE.find(mark).expect("a mark");
        assert!(at("/*STYLE*/") < at("/*DATA*/") && at("/*DATA*/") < at("/*SCRIPT*/"));
    }

    #[test]
    fn style_and_script_cannot_end_their_element() {
        assert!(!STYLE.contains("</") && !SCRIPT.to_ascii_lowercase().contains("</script"));
        assert!(!SCRIPT.contains("<!--"));
    }

    #[test]
    fn the_page_asks_for_nothing() {
        for text in [PAGE, STYLE, SCRIPT] {
            for word in ["http:", "https:", "@import", "url(", "fetch(", "XMLHttp", "innerHTML"] {
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}

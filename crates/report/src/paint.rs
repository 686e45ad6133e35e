//! Colours and links of the terminal, and text that is safe to show there.

use kubesift_engine::Severity;

/// What the terminal is asked to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) color: bool,
    pub(crate) unicode: bool,
    pub(crate) hyperlinks: bool,
}

impl Paint {
    fn sgr(self, code: &str, text: &str) -> String {
        match self.color && !text.is_empty() {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.sgr("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.sgr("2", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.sgr("31", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.sgr("32", text)
    }

    pub(crate) fn cyan(self, text: &str) -> String {
        self.sgr("36", text)
    }

    pub(crate) fn severity(self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Critical => "1;31",
            Severity::High => "31",
            Severity::Medium => "33",
            Severity::Low => "36",
            Severity::Info => "34",
        };
        self.sgr(code, text)
    }

    /// A link in the manner of OSC 8.
    pub(crate) fn link(self, url: &str, text: &str) -> String {
        if self.hyperlinks {
            format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
        } else {
            text.to_owned()
        }
    }

    /// Stands for what was cut.
    pub(crate) fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// Stands for a character of a secret.
    pub(crate) fn bullet(self) -> char {
        if self.unicode { '•' } else { '*' }
    }

    /// Text from a manifest on one line, without the power to move the cursor or turn the
    /// direction of writing.
    pub(crate) fn clean(self, text: &str) -> String {
        text.chars().map(|c| self.visible(c)).collect()
    }

    /// A character that shows in place of one that acts.
    pub(crate) fn visible(self, c: char) -> char {
        match c {
            '\n' | '\t' => ' ',
            '\0'..='\u{1f}' if self.unicode => {
                char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')
            }
            '\u{7f}' if self.unicode => '\u{2421}',
            '\0'..='\u{1f}' | '\u{7f}' => '?',
            _ if acts(c) && self.unicode => '\u{fffd}',
            _ if acts(c) => '?',
            c => c,
        }
    }
}

/// C1 controls, line and paragraph separators, and what turns the direction of writing.
fn acts(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// Columns of a character, near enough to fit lines into a terminal.
pub(crate) fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_act_on_the_terminal() {
        let paint = Paint { color: false, unicode: true, hyperlinks: false };
        assert_eq!(paint.clean("a\u{1b}[31mb\r\n\u{202e}c\u{9b}"), "a␛[31mb␍ \u{fffd}c\u{fffd}");
        let paint = Paint { unicode: false, ..paint };
        assert_eq!(paint.clean("a\u{1b}b"), "a?b");
    }
}

//! Workflow commands of GitHub Actions, which become annotations, and the summary of a step.

use std::fmt::Write as _;
use std::io::{self, Write};

use kubesift_engine::{Outcome, Severity};
use kubesift_source::{Column, Span};

use crate::paint::Paint;
use crate::place::{Places, from_root, tight};
use crate::{Level, Options, WORST_FIRST, count};

pub(crate) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome, Column::Chars);
    for finding in options.listed(outcome) {
        let command = match Level::of(finding.severity) {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let place = place(&places, Some(finding.at), places.path(finding.at), options);
        let title = property(&format!("{} ({})", finding.check.name, finding.severity));
        writeln!(out, "::{command} {place},title={title}::{}", data(&finding.message))?;
    }
    for trouble in &outcome.errors {
        let place = place(&places, trouble.at, &trouble.path, options);
        let message = match &trouble.help {
            Some(help) => format!("{}\n{help}", trouble.message),
            None => trouble.message.clone(),
        };
        writeln!(out, "::error {place},title={}::{}", trouble.kind.name(), data(&message))?;
    }
    Ok(())
}

/// `file=…` and, when there is a span, its lines; its columns only on a single line, for GitHub
/// takes them for nothing else.
fn place(places: &Places<'_>, span: Option<Span>, path: &str, options: &Options) -> String {
    let mut text = format!("file={}", property(&from_root(&options.folder, path)));
    let Some((file, span)) = span.and_then(|span| Some((places.file(span)?, span))) else {
        return text;
    };
    let Some((start, end)) = places.ends(tight(file, span)) else { return text };
    text.push_str(&format!(",line={},endLine={}", start.line, end.line));
    if start.line == end.line {
        text.push_str(&format!(",col={},endColumn={}", start.column, end.column));
    }
    text
}

/// Escapes what ends a command or a property. What could act on the log of the run is replaced.
fn escape(text: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' | '\r' | '\n' => out.push_str(&format!("%{:02X}", c as u32)),
            c if special.contains(&c) => out.push_str(&format!("%{:02X}", c as u32)),
            '\t' => out.push(c),
            c => out.push(PLAIN.visible(c)),
        }
    }
    out
}

fn data(text: &str) -> String {
    escape(text, &[])
}

fn property(text: &str) -> String {
    escape(text, &[':', ','])
}

/// A step summary may have 1 MiB; this leaves room for what other steps of the job write.
const MOST_BYTES: usize = 900_000;

/// Markdown for `$GITHUB_STEP_SUMMARY`: the counts, a table of the open findings, and the errors.
pub fn step_summary(outcome: &Outcome) -> String {
    let places = Places::new(outcome, Column::Chars);
    let open = outcome.open().count();
    let mut heading = if open == 0 { "no findings".to_owned() } else { count(open, "finding") };
    if !outcome.errors.is_empty() {
        heading.push_str(&format!(", {}", count(outcome.errors.len(), "error")));
    }
    let mut out = format!("## kubesift: {heading}\n\n");
    out.push_str(&counts(outcome));
    let mut left = 0;
    if open > 0 {
        out.push_str("| Severity | Check | Place | Message |\n| --- | --- | --- | --- |\n");
    }
    for finding in outcome.open() {
        let (name, url) = (finding.check.name, finding.check.url());
        let place = code(&places.shown(finding.at));
        let row = format!(
            "| {} | [`{name}`]({url}) | {place} | {} |\n",
            finding.severity,
            cell(&finding.message)
        );
        if left > 0 || out.len() + row.len() > MOST_BYTES {
            left += 1;
        } else {
            out.push_str(&row);
        }
    }
    if left > 0 {
        let _ = writeln!(out, "\nand {}", count(left, "more finding"));
    }
    errors(outcome, &places, &mut out);
    out
}

fn counts(outcome: &Outcome) -> String {
    let severities: Vec<String> = WORST_FIRST
        .iter()
        .map(|severity: &Severity| (outcome.count(*severity), severity))
        .filter(|(number, _)| *number > 0)
        .map(|(number, severity)| format!("{number} {severity}"))
        .collect();
    let (summary, listed) = (&outcome.summary, outcome.in_baseline());
    let mut parts = vec![format!("{} checked", count(summary.checked as usize, "file"))];
    for (number, word) in [
        (summary.not_kubernetes as usize, "not Kubernetes"),
        (summary.left_out as usize, "left out"),
        (summary.failed as usize, "failed"),
        (outcome.findings.len() - outcome.open().count() - listed, "suppressed"),
        (listed, "in the baseline"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let mut text = parts.join(", ");
    if !severities.is_empty() {
        text = format!("{} ({text})", severities.join(", "));
    }
    format!("{text}\n\n")
}

fn errors(outcome: &Outcome, places: &Places<'_>, out: &mut String) {
    if outcome.errors.is_empty() {
        return;
    }
    out.push_str("\n### Not analysed\n\n| Error | Place | Message |\n| --- | --- | --- |\n");
    for trouble in &outcome.errors {
        if out.len() > MOST_BYTES {
            return;
        }
        let place = trouble.at.map_or_else(|| trouble.path.to_string(), |span| places.shown(span));
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            trouble.kind.name(),
            code(&place),
            cell(&trouble.message)
        );
    }
}

const PLAIN: Paint = Paint { color: false, unicode: true, hyperlinks: false };

/// Text in a table cell. Code in backticks stays code; what Markdown or HTML would act on outside
/// of it is escaped.
fn cell(text: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    let balanced = text.matches('`').count().is_multiple_of(2);
    for c in PLAIN.clean(text).chars() {
        match c {
            '`' if balanced => {
                in_code = !in_code;
                out.push(c);
            }
            '|' => out.push_str("\\|"),
            '<' if !in_code => out.push_str("&lt;"),
            '&' if !in_code => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '@' if !in_code => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Code in a table cell, with as many backticks around it as it needs.
fn code(text: &str) -> String {
    let text = PLAIN.clean(text).replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_are_made_of_is_escaped() {
        assert_eq!(data("50%: a,b\r\n"), "50%25: a,b%0D%0A");
        assert_eq!(property("C:a,b%"), "C%3Aa%2Cb%25");
    }

    #[test]
    fn a_cell_stays_a_cell() {
        assert_eq!(cell("`a|b` <b>_x_"), "`a\\|b` &lt;b>\\_x\\_");
        assert_eq!(cell("a\nb"), "a b");
    }
}

//! The report for a terminal: each finding with the lines it is about and what to do, then what
//! could not be analysed, then a summary. Drawn by miette, from excerpts made here.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use kubesift_engine::{Entry, Fate, FileFate, Finding, Outcome, Safety, Severity, Trouble};
use kubesift_source::Column;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters,
    ThemeStyles,
};

use crate::excerpt::{Canvas, Excerpt, Shown};
use crate::hide::Hidden;
use crate::paint::Paint;
use crate::place::Places;
use crate::{Level, Options, WORST_FIRST, count, diff, prose};

/// Other places of a finding that are shown with their lines; more are named by line and column.
const MOST_EXCERPTS: usize = 4;
/// Other places of a finding that are named at all.
const MOST_RELATED: usize = 12;

pub(crate) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome, Column::Chars);
    let hidden = Hidden::new(outcome);
    let Options { color, unicode, hyperlinks, .. } = *options;
    let paint = Paint { color, unicode, hyperlinks };
    let width = options.width.clamp(40, 200);
    let human = Human {
        outcome,
        options,
        paint,
        canvas: Canvas { places: &places, hidden: &hidden, paint, width },
    };
    if options.show_files {
        human.files(out)?;
    }
    if options.statistics {
        human.statistics(out)?;
    } else {
        human.findings(out)?;
    }
    human.errors(out)?;
    human.remarks(out)?;
    human.summary(out)
}

struct Human<'a> {
    outcome: &'a Outcome,
    options: &'a Options,
    paint: Paint,
    canvas: Canvas<'a>,
}

impl Human<'_> {
    fn findings(&self, out: &mut dyn Write) -> io::Result<()> {
        let most = self.options.max_diagnostics.unwrap_or(usize::MAX);
        let mut left = 0;
        for (at, finding) in self.options.listed(self.outcome).enumerate() {
            if at < most {
                self.finding(finding, out)?;
            } else {
                left += 1;
            }
        }
        self.left_out(left, "finding", out)
    }

    fn left_out(&self, left: usize, noun: &str, out: &mut dyn Write) -> io::Result<()> {
        if left == 0 {
            return Ok(());
        }
        let more = self.paint.bold(&count(left, &format!("more {noun}")));
        writeln!(out, "{more} not shown; use `--max-diagnostics none` to see all\n")
    }

    fn finding(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let hide = self.canvas.hidden.finding(finding);
        let mut shown = vec![Shown { span: finding.at, label: None, hide }];
        for note in finding.related.iter().take(MOST_EXCERPTS) {
            let hide = self.canvas.hidden.place(note.at, Some(finding));
            shown.push(Shown { span: note.at, label: Some(note.message.clone()), hide });
        }
        let word = self.paint.severity(finding.severity, finding.severity.name());
        let drawing = Drawing {
            code: self.paint.link(&finding.check.url(), finding.check.name),
            message: format!("{word}: {}", self.paint.clean(&finding.message)),
            help: prose::advice(finding.check),
            excerpt: Excerpt::new(self.canvas, &shown),
        };
        write!(
            out,
            "{}",
            self.draw(&drawing, finding.severity, &self.canvas.places.shown(finding.at))
        )?;
        self.fix(finding, out)?;
        self.notes(finding, out)?;
        writeln!(out)
    }

    fn fix(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let Some(fix) = &finding.fix else { return Ok(()) };
        let safety = match fix.safety {
            Safety::Safe => "",
            Safety::Unsafe => " (unsafe: may change behaviour)",
            Safety::Shown => " (to be decided by you)",
        };
        let title = self.paint.clean(&fix.title);
        writeln!(out, "   {} {title}{}", self.paint.cyan("fix:"), self.paint.dim(safety))?;
        let hide = self.canvas.hidden.finding(finding);
        for line in diff::lines(self.canvas, fix, finding.at, hide) {
            writeln!(out, "        {line}")?;
        }
        Ok(())
    }

    /// What else there is to say of a finding, a line each.
    fn notes(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let rest = finding.related.iter().skip(MOST_EXCERPTS);
        for note in rest.clone().take(MOST_RELATED) {
            let place = self.paint.clean(&self.canvas.places.shown(note.at));
            self.note(&format!("{place}: {}", self.paint.clean(&note.message)), out)?;
        }
        if let more @ 1.. = rest.count().saturating_sub(MOST_RELATED) {
            self.note(&format!("and {}", count(more, "more place")), out)?;
        }
        for (note, step) in finding.hops.iter().zip(1..) {
            let place = self.paint.clean(&self.canvas.places.shown(note.at));
            self.note(&format!("step {step}, {place}: {}", self.paint.clean(&note.message)), out)?;
        }
        if !finding.covers.is_empty() {
            self.note(&format!("covers {}", finding.covers.join(", ")), out)?;
        }
        if finding.builds.len() > 1 {
            self.note(&self.builds(finding), out)?;
        }
        if let Fate::Suppressed { kind, reason } = &finding.fate {
            let reason = if reason.is_empty() { "no reason given" } else { reason };
            self.note(&format!("suppressed ({kind}): {}", self.paint.clean(reason)), out)?;
        }
        Ok(())
    }

    fn note(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  {} {text}", self.paint.cyan("note:"))
    }

    fn builds(&self, finding: &Finding) -> String {
        let names: Vec<String> = finding
            .builds
            .iter()
            .filter_map(|id| self.outcome.builds.get(id.0 as usize))
            .map(|build| format!("`{}`", self.paint.clean(&build.name)))
            .collect();
        match names.len() {
            0..4 => format!("in builds {}", names.join(", ")),
            many => format!("in builds {} and {} more", names[..3].join(", "), many - 3),
        }
    }

    fn errors(&self, out: &mut dyn Write) -> io::Result<()> {
        let most = self.options.max_diagnostics.unwrap_or(usize::MAX);
        for trouble in self.outcome.errors.iter().take(most) {
            self.error(trouble, out)?;
        }
        self.left_out(self.outcome.errors.len().saturating_sub(most), "error", out)
    }

    fn error(&self, trouble: &Trouble, out: &mut dyn Write) -> io::Result<()> {
        let word = self.paint.severity(Severity::High, "error");
        let message = self.paint.clean(&trouble.message);
        let path = self.paint.clean(&trouble.path);
        let shown = trouble.at.map(|span| {
            let hide = self.canvas.hidden.place(span, None);
            Shown { span, label: None, hide }
        });
        let drawing = Drawing {
            code: trouble.kind.name().to_owned(),
            message: match shown {
                Some(_) => format!("{word}: {message}"),
                None => format!("{word}: {path}: {message}"),
            },
            help: trouble.help.as_deref().map(|help| self.paint.clean(help)),
            excerpt: Excerpt::new(self.canvas, shown.as_slice()),
        };
        let place = trouble.at.map_or_else(|| path.clone(), |span| self.canvas.places.shown(span));
        writeln!(out, "{}", self.draw(&drawing, Severity::High, &place))
    }

    /// Draws with miette; in one line when it cannot.
    fn draw(&self, drawing: &Drawing, severity: Severity, place: &str) -> String {
        let handler = GraphicalReportHandler::new_themed(self.theme(drawing, severity))
            .with_urls(false)
            .without_syntax_highlighting()
            .with_context_lines(1)
            .with_width(self.canvas.width);
        let mut text = String::new();
        let level = Leveled { drawing, level: Level::of(severity) };
        match handler.render_report(&mut text, &level) {
            // miette puts an empty line below the code.
            Ok(()) => text.replacen("\n\n", "\n", 1),
            Err(fmt::Error) => format!("{place}: {}\n", drawing.message),
        }
    }

    /// The primary place has the colour of the severity, the others share a quiet one.
    fn theme(&self, drawing: &Drawing, severity: Severity) -> GraphicalTheme {
        let characters = match self.paint.unicode {
            true => ThemeCharacters::unicode(),
            false => ThemeCharacters::ascii(),
        };
        if !self.paint.color {
            return GraphicalTheme { characters, styles: ThemeStyles::none() };
        }
        let mut styles = ThemeStyles::ansi();
        let main = match severity {
            Severity::Critical | Severity::High => styles.error,
            Severity::Medium => styles.warning,
            Severity::Low | Severity::Info => styles.advice,
        };
        let main = main.bold();
        (styles.error, styles.warning, styles.advice) = (main, main, main);
        let quiet = ThemeStyles::none().help.blue();
        let primaries = drawing.excerpt.primaries();
        styles.highlights =
            primaries.into_iter().map(|primary| if primary { main } else { quiet }).collect();
        if styles.highlights.is_empty() {
            styles.highlights.push(main);
        }
        styles.link = ThemeStyles::none().help.cyan();
        GraphicalTheme { characters, styles }
    }

    fn remarks(&self, out: &mut dyn Write) -> io::Result<()> {
        for remark in &self.outcome.remarks {
            writeln!(out, "{} {}", self.paint.cyan("note:"), self.paint.clean(remark))?;
        }
        if self.outcome.remarks.is_empty() { Ok(()) } else { writeln!(out) }
    }

    fn files(&self, out: &mut dyn Write) -> io::Result<()> {
        for report in &self.outcome.reports {
            let (word, detail) = match &report.fate {
                FileFate::Checked { resources, other: 0 } => {
                    ("checked", count(*resources as usize, "resource"))
                }
                FileFate::Checked { resources, other } => {
                    let other = count(*other as usize, "other document");
                    ("checked", format!("{}, {other}", count(*resources as usize, "resource")))
                }
                FileFate::NotKubernetes(why) => ("not Kubernetes", why.clone()),
                FileFate::Failed => ("failed", String::new()),
                FileFate::LeftOut(why) => ("left out", why.clone()),
            };
            let word = format!("{word:<14}");
            let word = match report.fate {
                FileFate::Checked { .. } => self.paint.green(&word),
                FileFate::Failed => self.paint.red(&word),
                _ => self.paint.dim(&word),
            };
            let mut line = format!("{word}  {}", self.paint.clean(&report.path));
            if !detail.is_empty() {
                line.push_str(&format!(": {}", self.paint.clean(&detail)));
            }
            if !report.builds.is_empty() {
                let builds = self.paint.clean(&report.builds.join(", "));
                line.push_str(&self.paint.dim(&format!(" [build {builds}]")));
            }
            writeln!(out, "{line}")?;
        }
        if self.outcome.reports.is_empty() { Ok(()) } else { writeln!(out) }
    }

    /// A table of counts: worst severity first, then the most frequent check, then the name.
    fn statistics(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut counts: BTreeMap<&str, (&Entry, Severity, usize, usize)> = BTreeMap::new();
        for finding in self.options.listed(self.outcome) {
            let row =
                counts.entry(finding.check.name).or_insert((finding.check, finding.severity, 0, 0));
            row.1 = row.1.max(finding.severity);
            row.2 += 1;
            row.3 += usize::from(fixable(finding).is_some());
        }
        let mut rows: Vec<_> = counts.into_values().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse((row.1, row.2)), row.0.name));
        let wide = rows.iter().map(|row| row.0.name.len()).max().unwrap_or(0).max(5);
        if !rows.is_empty() {
            let head =
                format!("{:>6}  {:<8}  {:<wide$}  {:>7}", "count", "severity", "check", "fixable");
            writeln!(out, "{}", self.paint.bold(&head))?;
        }
        for (entry, severity, findings, fixes) in &rows {
            let severity = self.paint.severity(*severity, &format!("{:<8}", severity.name()));
            let name = self.paint.link(&entry.url(), entry.name);
            let blanks = " ".repeat(wide - entry.name.len());
            writeln!(out, "{findings:>6}  {severity}  {name}{blanks}  {fixes:>7}")?;
        }
        if rows.is_empty() { Ok(()) } else { writeln!(out) }
    }

    fn summary(&self, out: &mut dyn Write) -> io::Result<()> {
        let summary = &self.outcome.summary;
        let mut files = vec![format!(
            "Checked {} ({})",
            count(summary.checked as usize, "file"),
            count(summary.resources as usize, "resource")
        )];
        for (number, word) in [
            (summary.not_kubernetes, "not Kubernetes"),
            (summary.left_out, "left out"),
            (summary.failed, "failed"),
        ] {
            if number > 0 {
                let text = format!("{number} {word}");
                files.push(if word == "failed" { self.paint.red(&text) } else { text });
            }
        }
        writeln!(out, "{}.", files.join(", "))?;
        self.totals(out)?;
        self.fixes(out)
    }

    fn totals(&self, out: &mut dyn Write) -> io::Result<()> {
        let (open, listed) = (self.outcome.open().count(), self.outcome.in_baseline());
        let none = if listed > 0 { "No new findings." } else { "No findings." };
        let mut line = match open {
            0 if self.outcome.errors.is_empty() => self.paint.green(none),
            0 => none.to_owned(),
            _ => {
                let severities = WORST_FIRST.iter().filter_map(|severity| {
                    let number = self.outcome.count(*severity);
                    let text = format!("{number} {severity}");
                    (number > 0).then(|| self.paint.severity(*severity, &text))
                });
                let severities: Vec<String> = severities.collect();
                format!("{}: {}.", self.paint.bold(&count(open, "finding")), severities.join(", "))
            }
        };
        let suppressed = self.outcome.findings.len() - open - listed;
        if suppressed > 0 {
            line.push_str(&format!(" {suppressed} suppressed."));
        }
        if let Some(baseline) = self.outcome.baseline.as_ref().filter(|_| listed > 0) {
            line.push_str(&format!(" {listed} held back by {}.", self.paint.clean(baseline)));
        }
        if !self.outcome.errors.is_empty() {
            let errors = count(self.outcome.errors.len(), "error");
            line.push_str(&format!(" {}: the analysis is incomplete.", self.paint.red(&errors)));
        }
        writeln!(out, "{line}")
    }

    fn fixes(&self, out: &mut dyn Write) -> io::Result<()> {
        let of =
            |safety| self.outcome.open().filter(|finding| fixable(finding) == Some(safety)).count();
        match (of(Safety::Safe), of(Safety::Unsafe)) {
            (0, 0) => Ok(()),
            (safe, 0) => writeln!(out, "{safe} can be fixed by `kubesift fix`."),
            (0, more) => writeln!(out, "{more} can be fixed by `kubesift fix --unsafe`."),
            (safe, more) => writeln!(
                out,
                "{safe} can be fixed by `kubesift fix`, {more} more by `kubesift fix --unsafe`."
            ),
        }
    }
}

/// The safety of a fix that the program may apply.
fn fixable(finding: &Finding) -> Option<Safety> {
    finding.fix.as_ref().map(|fix| fix.safety).filter(|safety| *safety != Safety::Shown)
}

/// What miette is to draw.
#[derive(Debug)]
struct Drawing {
    code: String,
    message: String,
    help: Option<String>,
    excerpt: Excerpt,
}

/// A drawing with its level, which chooses the sign before the message.
#[derive(Debug)]
struct Leveled<'d> {
    drawing: &'d Drawing,
    level: Level,
}

impl fmt::Display for Leveled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.drawing.message)
    }
}

impl std::error::Error for Leveled<'_> {}

impl Diagnostic for Leveled<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.drawing.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.level {
            Level::Error => miette::Severity::Error,
            Level::Warning => miette::Severity::Warning,
            Level::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.drawing.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.drawing.excerpt.is_empty()).then_some(&self.drawing.excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self.drawing.excerpt.labels();
        (!labels.is_empty())
            .then(|| Box::new(labels.into_iter()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}
